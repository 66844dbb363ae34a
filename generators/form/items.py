"""Finds the items of a record that a place of a form takes, chosen and in its order.

What a form asks for is the same for every record: each list is made into a function once, and called for each record.
"""

from collections.abc import Callable
from datetime import date
from functools import cache
from operator import itemgetter
from typing import Any

from generators import wording
from generators.form.derived import View
from generators.form.language import EVERY, Choice, Items, Order, Period
from generators.form.paths import Line, day_of, is_current
from generators.form.values import Found, finder, starter, walker
from guanai.model.base import Record

#: Items, each with its view.
Listed = list[tuple[Record, View]]


@cache
def lister(items: Items) -> Callable[[Record, View], Listed | None]:
    """Return what lists the items a form takes, in its order, each with its view; None where they are hidden."""
    begin, owners_of = starter(items.path.base), walker(items.path.steps[:-1])
    items_of, are_words = walker(items.path.steps[-1:]), items.path.leaf is str
    is_chosen = chooser(items.choice)
    ordered = _sorter(items.order) if items.order else None

    def listed(item: Record, view: View) -> Listed | None:
        owners, is_hidden = owners_of(begin(item, view), view.on)
        taken: Listed = []
        for owner in owners:
            held = View(view.context, view.on, view.root, owner, view.place)
            found, is_hidden_here = items_of(owner, view.on)
            is_hidden = is_hidden or is_hidden_here
            taken += [(Line(word=each) if are_words else each, held) for each in found]
        if is_hidden and not taken:
            return None
        if is_chosen:
            taken = [pair for pair in taken if is_chosen(*pair)]
        if ordered and len(taken) > 1:
            taken = ordered(taken)
        return [
            (each, View(held.context, held.on, held.root, held.owner, place))
            for place, (each, held) in enumerate(taken, 1)
        ]

    return listed


def chooser(choice: Choice) -> Callable[[Record, View], bool] | None:
    """Return what tells whether an item is taken; None where all are."""
    if choice == EVERY:
        return None
    fields = [(finder(path), wanted) for path, wanted in choice.fields]
    given = [finder(path) for path in choice.given]

    def is_chosen(item: Record, view: View) -> bool:
        if choice.current and not is_current(item, view.on):
            return False
        if choice.period and not _in_period(choice.period, day_of(item), view.on):
            return False
        if not all(any(find(item, view)) for find in given):
            return False
        return all(any(_plain(value) in wanted for value in find(item, view)[0]) for find, wanted in fields)

    return is_chosen


def _sorter(order: Order) -> Callable[[Listed], Listed]:
    """Return what sorts items; those without the value come last, as they stood."""
    find = finder(order.by)

    def ordered(items: Listed) -> Listed:
        keyed = [(_sortable(find(*pair)), pair) for pair in items]
        known = [(key, pair) for key, pair in keyed if key is not None]
        known.sort(key=itemgetter(0), reverse=order.descending)
        return [pair for _, pair in known] + [pair for key, pair in keyed if key is None]

    return ordered


def _sortable(found: Found) -> Any:
    """Return a value to sort by: instants sort as their text does, numbers are padded, dates sort as they are."""
    values, _ = found
    if not values:
        return None
    value = values[0]
    if type(value) is date:
        return value
    return f"{value:020.4f}" if isinstance(value, int | float) else str(value)


def _plain(value: object) -> str:
    return wording.yes_no(value) if isinstance(value, bool) else str(value)


def _in_period(period: Period, day: date | None, on: date) -> bool:
    if day is None:
        return False
    if period is Period.MONTH:
        return (day.year, day.month) == (on.year, on.month)
    term, now = wording.term_of(day), wording.term_of(on)
    return term == now if period is Period.TERM else term[:9] == now[:9]
