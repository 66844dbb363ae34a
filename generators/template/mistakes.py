"""Finds the mistakes of a template before anyone prints it, each with the paragraph it stands in."""

from collections.abc import Iterator, Sequence
from typing import Final

from generators.template import source
from generators.template.language import Closed, Mistake, Roots, read
from generators.template.marks import broken, slips
from generators.template.package import BadTemplate
from generators.template.spots import Spot, plain_tags, spots

_SHOWN: Final = 20


def mistakes(raw: bytes, roots: Roots) -> tuple[str, ...]:
    """Return what is wrong with a template, each as one sentence with its paragraph; none when it can be used.

    Args:
        raw: the DOCX file.
        roots: what its placeholders may speak of.
    """
    try:
        parts = spots(raw)
        told = [_sentence(part, each) for part in parts.values() for each in _mistakes(part, roots)]
        told = told or [
            _sentence(parts.get(name, []), each) for name, each in source.mistakes(raw, parts, roots)
        ]
    except BadTemplate as error:
        return (str(error),)
    return tuple(dict.fromkeys(told))


def _mistakes(part: Sequence[Spot], roots: Roots) -> Iterator[Mistake]:
    unreadable = broken(part, roots)
    if unreadable:
        yield from unreadable
        return
    yield from slips(part)
    yield from read("\n".join(plain_tags(spot.text) for spot in part), roots, Closed(autoescape=True))


def _sentence(part: Sequence[Spot], mistake: Mistake) -> str:
    spot = part[min(max(mistake.line, 1), len(part)) - 1]
    shown = spot.text if len(spot.text) <= _SHOWN else f"{spot.text[:_SHOWN]}…"
    return f"{spot.place}“{shown}”：{mistake.message}。"
