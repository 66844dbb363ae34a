"""Values of a record: what stands at the end of a path, and how forms write it.

A form asks the same of every record, so each path is made into functions once.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any, Final

from generators import wording
from generators.context import Context
from generators.form.derived import OF_RECORD, OF_SCHOOL, SHARED, View
from generators.form.paths import LINES, Base, Path, Step, day_of, is_current
from guanai.model.base import HIDDEN, Hidden, Record
from guanai.model.person import Person, Storage

#: The values at the end of a path, and whether the edition hides one of them.
Found = tuple[Sequence[Any], bool]

Finder = Callable[[Record, View], Found]
Writer = Callable[[Any, Context, date], str]

_NOTHING: Final[Found] = ((), False)
_BEYOND: Final[Found] = ((), True)


def finder(path: Path) -> Finder:
    """Return what finds the values of a path in a record or item."""
    begin, along = starter(path.base), walker(path.steps)
    if path.derived:
        return _derived_finder(path.derived, begin, along)
    if path.base is Base.ITEM:
        return lambda item, view: along(item, view.on)
    return lambda item, view: along(begin(item, view), view.on)


def starter(base: Base) -> Callable[[Record, View], Record]:
    """Return what finds the record a path begins at."""
    if base is Base.ITEM:
        return lambda item, _: item
    if base is Base.OWNER:
        return lambda item, view: view.owner or item
    return lambda item, view: view.root or item


def walker(steps: Sequence[Step]) -> Callable[[Record, date], Found]:
    """Return what follows some steps from a record, as things stand on a day."""
    names = tuple(step.name for step in steps)
    if any(step.many for step in steps[:-1]) or any(step.pick for step in steps):
        return lambda first, on: _walked(steps, first, on)
    ends_in_list = bool(steps) and steps[-1].many

    def straight(first: Record, _: date) -> Found:
        here: Any = first
        for name in names:
            if name in here.hidden:
                return _BEYOND
            here = getattr(here, name)
            if here is None:
                return _NOTHING
        return (here if ends_in_list else (here,)), False

    return straight


def _walked(steps: Iterable[Step], first: Record, on: date) -> Found:
    found: list[Any] = [first]
    is_hidden = False
    for step in steps:
        further: list[Any] = []
        for each in found:
            if step.name in each.hidden:
                is_hidden = True
                continue
            value = getattr(each, step.name)
            if step.many:
                further.extend(value if not step.pick else _picked(step.pick, value, on))
            elif value is not None:
                further.append(value)
        found = further
    return found, is_hidden


def _picked(pick: str, items: tuple[Record, ...], on: date) -> Iterable[object]:
    """Return what a pick takes of a list."""
    if pick == "数":
        return (len(items),)
    current = [each for each in items if is_current(each, on)]
    if pick == "现":
        return current
    if pick == "主":
        among = current or items
        return [each for each in among if getattr(each, "is_primary", None)][:1] or among[:1]
    if pick == "首":
        return items[:1]
    latest = max(enumerate(items), key=lambda pair: (day_of(pair[1]) or date.min, pair[0]), default=None)
    return (latest[1],) if latest else ()


def _derived_finder(
    word: str, begin: Callable[[Record, View], Record], along: Callable[[Record, date], Found]
) -> Finder:
    def find(item: Record, view: View) -> Found:
        owners, is_hidden = along(begin(item, view), view.on)
        told = [_derived(word, each, view) for each in owners]
        return [each for each in told if each is not HIDDEN], is_hidden or HIDDEN in told

    return find


def _derived(word: str, item: Record, view: View) -> str | Hidden:
    own = OF_RECORD.get(type(item), {}).get(word)
    if own:
        return own(item, view)
    return (SHARED.get(word) or OF_SCHOOL[word])(view)


def writer(path: Path, *, is_narrow: bool) -> Writer:
    """Return what writes one value of a path."""
    style = "" if path.style in LINES else path.style
    if issubclass(path.leaf, date):
        return _date_writer(style, has_time=path.leaf is datetime, is_narrow=is_narrow)
    if path.leaf is str:
        return _text_writer(style, is_id=bool(path.steps) and path.steps[-1].name == "id")
    if path.leaf is Person:
        return _named if style else lambda value, context, _: wording.person(value, context)
    return _WRITERS[path.leaf]


_WRITERS: Final[Mapping[type, Writer]] = {
    bool: lambda value, *_: wording.yes_no(value),
    int: lambda value, *_: wording.number(value),
    float: lambda value, *_: wording.number(value),
    Storage: lambda value, *_: wording.storage(value),
}


def _text_writer(style: str, *, is_id: bool) -> Writer:
    if is_id or style == "原样":
        return lambda value, *_: str(value)
    if style == "届次":
        return lambda value, context, _: wording.entry_class_name(value, context.school.stages)
    return wording.text


def _named(value: Person, context: Context, _: date) -> str:
    return wording.person(replace(value, post=None, relation=None), context)


def _date_writer(style: str, *, has_time: bool, is_narrow: bool) -> Writer:
    if style == "年月":
        return lambda value, *_: f"{value.year}年{value.month}月"
    if style == "时刻":
        return lambda value, *_: f"{value.hour:02}:{value.minute:02}"
    if has_time and not style:
        return lambda value, *_: wording.minute(value)
    if style == "日期" or (is_narrow and not style):
        return lambda value, *_: wording.short_date(value.date() if has_time else value)
    return lambda value, *_: wording.long_date(value)
