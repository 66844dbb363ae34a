"""Columns on the terminal, where a Chinese sign takes the room of two."""

import unicodedata

import click


def padded(words: str, columns: int) -> str:
    """Return words filled up to a width on the terminal; colours take no room."""
    return words + " " * max(columns - width(click.unstyle(words)), 0)


def width(words: str) -> int:
    """Return how many columns words take on the terminal."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in words)
