"""How many classes a school of a size has, in which grades, and how many children sit in each."""

from dataclasses import dataclass

from guanai.almanac import Term
from guanai.demo.dice import Dice

_USUAL = 40
_MOST = 45
_LEAST = 35
_NINE_YEAR = 9
_PRIMARY = 6
_JUNIOR = 3


@dataclass(frozen=True, slots=True)
class ClassPlan:
    """A class: its id, the year it began, its grade from 1 to 9 and how many children it has."""

    id: str
    entry: int
    grade: int
    size: int

    @property
    def grade_id(self) -> str:
        """Id of the grade the class belongs to."""
        return self.id.partition("-")[0]

    @property
    def is_junior(self) -> bool:
        """Whether the class is in grades 7 to 9."""
        return self.grade > _PRIMARY


def lay_out(students: int, term: Term, dice: Dice) -> tuple[ClassPlan, ...]:
    """Return the classes of a school, lowest grade first.

    From nine classes on it is a nine-year school, below that a junior middle school with as many grades as
    it has classes for.
    """
    count = max(1, round(students / _USUAL))
    if students > count * _MOST:
        count += 1
    lowest, highest = (1, _NINE_YEAR) if count >= _NINE_YEAR else _junior_span(count)
    grades = highest - lowest + 1
    sizes = iter(_sizes(students, count, dice))
    return tuple(
        _class(int(term.id[:4]), grade, number, next(sizes))
        for grade in range(lowest, highest + 1)
        # Larger years are the older ones: a school grows smaller from below.
        for number in range(1, count // grades + (1 if highest - grade < count % grades else 0) + 1)
    )


def _junior_span(count: int) -> tuple[int, int]:
    # One class alone is a grade 8: it has a past year and a coming one.
    return (8, 8) if count == 1 else (_NINE_YEAR - min(count, _JUNIOR) + 1, _NINE_YEAR)


def _sizes(students: int, count: int, dice: Dice) -> list[int]:
    sizes = [students // count + (1 if place < students % count else 0) for place in range(count)]
    for _ in range(count):
        giver, taker = dice.number(0, count - 1), dice.number(0, count - 1)
        if giver != taker and sizes[giver] > _LEAST and sizes[taker] < _MOST:
            sizes[giver] -= 1
            sizes[taker] += 1
    return sizes


def _class(start: int, grade: int, number: int, size: int) -> ClassPlan:
    entry = start - grade + (1 if grade <= _PRIMARY else _PRIMARY + 1)
    return ClassPlan(f"{'P' if grade <= _PRIMARY else 'J'}{entry}-{number:02d}", entry, grade, size)
