"""The years and the term that a day falls into."""

from datetime import date

from guanai.almanac import Term, Year, first_day, make_year
from guanai.grades import school_year

__all__ = ["current_term"]


def current_term(on: date) -> tuple[Year, Year, Term]:
    """Return the school year lived in on a day, the one before, and the term that began last."""
    start = school_year(on)
    if on < first_day(start):
        start -= 1
    year, before = make_year(start), make_year(start - 1)
    return year, before, year.terms[1] if on >= year.terms[1].begins else year.terms[0]
