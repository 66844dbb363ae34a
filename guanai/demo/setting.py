"""When the demo plays: the seed, today, and the school days so far."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from guanai.almanac import Term, Year
from guanai.demo.dice import Dice
from guanai.demo.terms import current_term


@dataclass(frozen=True, slots=True)
class Setting:
    """What every part of the invention starts from.

    Attributes:
        seed: the wish for another school of the same size.
        on: today; nothing has happened after it.
        year: school year of the term.
        last_year: the one before it.
        term: the term that began last.
        days: its school days so far, today included.
    """

    seed: int
    on: date
    year: Year
    last_year: Year
    term: Term
    days: Sequence[date]

    def dice(self, *part: object) -> Dice:
        """Return the chance of one part of the school."""
        return Dice(self.seed, *part)

    @property
    def start(self) -> int:
        """Calendar year in which the school year began."""
        return int(self.year.id[:4])

    @property
    def last_term(self) -> Term:
        """The term before this one."""
        return self.last_year.terms[1] if self.term is self.year.terms[0] else self.year.terms[0]

    def months(self) -> Iterator[tuple[str, list[date]]]:
        """Yield each month so far (``2026-11``) with its school days."""
        for month, days in groupby(self.days, lambda day: f"{day:%Y-%m}"):
            yield month, list(days)

    def weeks(self) -> Iterator[list[date]]:
        """Yield the school days of each week so far."""
        for _, days in groupby(self.days, lambda day: day.isocalendar()[:2]):
            yield list(days)


def set_up(seed: int, on: date) -> Setting:
    """Return the setting of a day."""
    year, last_year, term = current_term(on)
    return Setting(seed, on, year, last_year, term, term.until(on))
