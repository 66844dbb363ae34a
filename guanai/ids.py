"""Opaque identifiers: random, never counted up, free of anything about a child."""

import random
import re
import secrets
from collections.abc import Container
from datetime import date

#: The 32 signs of an id: digits and capitals without 0, 1, I and O, which people confuse.
ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"

#: A child's id wherever it stands in free text.
STUDENT_ID = re.compile(r"S[0-9]{4}-[2-9A-HJ-NP-Z]{5}")


def token(length: int, rng: random.Random | None = None) -> str:
    """Return random signs; ``rng`` makes a demo repeatable, without it the system's randomness is used."""
    pick = rng.choice if rng else secrets.choice
    return "".join(pick(ALPHABET) for _ in range(length))


def new_id(
    prefix: str, *, on: date | None, taken: Container[str] = (), rng: random.Random | None = None
) -> str:
    """Return an item's 编号 such as ``E20261102-7K3Q`` (dated) or ``G-7Q2M`` (undated).

    Args:
        prefix: capital letter of the list the item stands in (schema: ``x-id``).
        on: the item's day, None for items without one.
        taken: ids already used in the file; a new one is drawn until it is free.
        rng: repeatable source for demos.
    """
    day = f"{on:%Y%m%d}" if on else ""
    while True:
        made = f"{prefix}{day}-{token(4, rng)}"
        if made not in taken:
            return made


def new_student_id(year: int, *, taken: Container[str] = (), rng: random.Random | None = None) -> str:
    """Return a child's id: the year the file began and five random signs."""
    while True:
        made = f"S{year}-{token(5, rng)}"
        if made not in taken:
            return made
