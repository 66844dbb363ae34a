"""What letters say of a child: who it is, who answers for it, and the persuasion (劝返) a letter is about."""

from dataclasses import dataclass
from datetime import date
from operator import itemgetter
from typing import Final

from generators import official, wording
from generators.context import Context
from generators.letters.letter import SHORT_GAP, NothingToWrite
from guanai.model.family import Guardian
from guanai.model.student import Enrolment, Student
from guanai.model.trail import Persuasion, Step

_PARENTS: Final = ("父亲", "母亲", "继父", "继母", "养父", "养母")


def place(child: Student, on: date) -> Enrolment | None:
    """Return the stay in a class that was last begun by a day."""
    begun = [stay for stay in child.enrolments if stay.since is None or stay.since <= on]
    return max(begun, key=lambda stay: stay.since or date.min, default=None)


def class_name(child: Student, context: Context, on: date) -> str:
    """Return the child's class, a gap where the file names none."""
    found = place(child, on)
    return context.class_name(found.class_id, on) if found else SHORT_GAP


def guardians(child: Student, on: date) -> tuple[Guardian, ...]:
    """Return who answers for the child on a day: the primary guardian first, then parents, then the others."""
    known = child.family.guardians if child.family else ()
    held = [each for each in known if each.until is None or each.until >= on]
    return tuple(sorted(held, key=lambda each: (not each.is_primary, each.relation not in _PARENTS)))


def addressed(child: Student, on: date) -> str:
    """Return the primary guardian and the parents as they are addressed: ``黄桂娘（祖母）、覃有财（父亲）``."""
    found = [each for each in guardians(child, on) if each.is_primary or each.relation in _PARENTS]
    return wording.joined(f"{each.name}（{each.relation}）" for each in found) or official.GAP


def case(child: Student, item: str | None, title: str) -> Persuasion:
    """Return the persuasion that a letter is about, the last one where none is named.

    Raises:
        NothingToWrite: there is none.
    """
    found = [each for each in child.persuasions if item is None or each.id == item]
    if not found:
        raise NothingToWrite(title, child.id, "没有这样一次劝返记录，或者您今天的任职看不到")
    return max(found, key=lambda each: each.triggered_on or date.min)


@dataclass(frozen=True, slots=True)
class Filed:
    """How a letter on a persuasion is filed; nothing for a blank one.

    Attributes:
        subject: id under which it is printed.
        about: child and persuasion, as the register of issued papers has them.
        number: 文号, None before it is drawn.
        signed_on: the day it was drawn.
    """

    subject: str = ""
    about: str = ""
    number: str | None = None
    signed_on: date | None = None


def filed(child: Student, held: Persuasion, item: str | None, context: Context, name: str) -> Filed:
    """Return how the letter of a kind on a persuasion is filed; ``name`` as the register calls the kind."""
    about = f"{child.id}-{held.id}"
    issued = context.issued.get((name, about))
    return Filed(
        subject=f"{child.id}-{item}" if item else child.id,
        about=about,
        number=issued.number if issued else None,
        signed_on=issued.dated_on if issued else None,
    )


def is_open(held: Persuasion, on: date) -> bool:
    """Tell whether the child has not come back by a day."""
    return all(day is None or day > on for day in (held.returned_on, held.closed_on))


def steps(held: Persuasion, on: date) -> tuple[Step, ...]:
    """Return the visits up to a day, the first one first."""
    done = [
        (each.at, place, each) for place, each in enumerate(held.steps) if each.at and each.at.date() <= on
    ]
    return tuple(each for *_, each in sorted(done, key=itemgetter(0, 1)))


def month(day: date | None) -> str:
    """Return year and month of a day, a gap for none."""
    return f"{day.year}年{day.month}月" if day else "〔　　〕年〔　〕月"


def long(day: date | None) -> str:
    """Return a day in full, a gap for none."""
    return wording.long_date(day) if day else official.DATE_GAP
