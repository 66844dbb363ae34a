"""Values of a record as words: what stands at the end of a path, written as forms do.

A form asks the same for every paper, so each path and template is made into functions once.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any, Final

from generators import wording
from generators.document import Run
from generators.form.derived import OF_RECORD, OF_SCHOOL, SHARED, View
from generators.form.paths import Base, Optional, Path, Step, Template, day_of, is_current
from guanai.model.base import HIDDEN, Hidden, Record
from guanai.model.person import Person, Storage

#: What one place prints; empty for nothing.
Words = tuple[Run, ...]

#: The values at the end of a path, and whether the edition hides one of them.
Found = tuple[Sequence[Any], bool]

#: Pieces of text, each with whether it stands for something hidden; empty for nothing.
Told = tuple[tuple[str, bool], ...]

Finder = Callable[[Record, View], Found]
Teller = Callable[[Record, View], Told]
_Writer = Callable[[Any, View], str]

#: The one thing a place prints that holds nothing else.
ALL_HIDDEN: Final[Words] = (Run(wording.HIDDEN_WORDS, muted=True),)

_ALL_HIDDEN: Final[Told] = ((wording.HIDDEN_WORDS, True),)
_NOTHING: Final[Found] = ((), False)
_BEYOND: Final[Found] = ((), True)


def words(told: Told) -> Words:
    """Return what was told as it is printed."""
    return tuple([Run(text, muted=is_hidden) for text, is_hidden in told])


# -- finding -------------------------------------------------------------------------------------------------------
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
    if any(step.many for step in steps):
        return lambda first, on: _walked(steps, first, on)

    def straight(first: Record, _: date) -> Found:
        here: Any = first
        for name in names:
            if name in here.hidden:
                return _BEYOND
            here = getattr(here, name)
            if here is None:
                return _NOTHING
        return (here,), False

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


# -- telling -------------------------------------------------------------------------------------------------------
def teller(template: Template, *, is_narrow: bool = False, whole: bool = False) -> Teller:
    """Return what tells the text of a template: nothing where all its values are missing.

    Args:
        template: text and paths.
        is_narrow: dates are written short.
        whole: its own text stands even without a value.
    """
    tells = [_part_teller(part, is_narrow=is_narrow) for part in template.parts]
    if len(tells) == 1:
        return tells[0]
    places = [place for place, part in enumerate(template.parts) if not isinstance(part, str)]

    def tell(item: Record, view: View) -> Told:
        told = [tell_part(item, view) for tell_part in tells]
        if whole:
            return _merged(told)
        values = [told[place] for place in places if told[place]]
        if not values:
            return ()
        if all(is_hidden for found in values for text, is_hidden in found if text):
            return _ALL_HIDDEN
        return _stripped(_merged(told))

    return tell


def _part_teller(part: str | Path | Optional, *, is_narrow: bool) -> Teller:
    if isinstance(part, Path):
        return _path_teller(part, is_narrow=is_narrow)
    if isinstance(part, Optional):
        return _optional_teller(part, is_narrow=is_narrow)
    told = ((part, False),)
    return lambda _item, _view: told


def _optional_teller(optional: Optional, *, is_narrow: bool) -> Teller:
    tells = [_part_teller(part, is_narrow=is_narrow) for part in optional.parts]
    places = [place for place, part in enumerate(optional.parts) if isinstance(part, Path)]

    def tell(item: Record, view: View) -> Told:
        told = [tell_part(item, view) for tell_part in tells]
        values = [told[place] for place in places]
        if not all(values):
            return ()
        if all(found == _ALL_HIDDEN for found in values):
            return _ALL_HIDDEN
        return tuple([piece for found in told for piece in found])

    return tell


def _path_teller(path: Path, *, is_narrow: bool) -> Teller:
    write = _writer(path, is_narrow=is_narrow)
    if path.style == "分行":
        return _lines_teller(finder(path), write)
    if path.base is Base.ITEM and not path.derived and len(path.steps) == 1 and not path.steps[0].many:
        return _attribute_teller(path.steps[0].name, write)
    find = finder(path)

    def tell(item: Record, view: View) -> Told:
        found, is_hidden = find(item, view)
        if not found:
            return _ALL_HIDDEN if is_hidden else ()
        texts = [write(value, view) for value in found]
        text = texts[0] if len(texts) == 1 else wording.joined(texts)
        told = ((text, False),) if text else ()
        return (*told, *_ALL_HIDDEN) if is_hidden else told

    return tell


def _attribute_teller(name: str, write: _Writer) -> Teller:
    """Return the same for one attribute of the item at hand, which is what most places print."""

    def tell(item: Record, view: View) -> Told:
        if name in item.hidden:
            return _ALL_HIDDEN
        value = getattr(item, name)
        if value is None:
            return ()
        text = write(value, view)
        return ((text, False),) if text else ()

    return tell


def _lines_teller(find: Finder, write: _Writer) -> Teller:
    """Return what gives each item a line, numbered where there are several."""

    def tell(item: Record, view: View) -> Told:
        found, is_hidden = find(item, view)
        if not found:
            return _ALL_HIDDEN if is_hidden else ()
        lines = [write(value, view) for value in found]
        if len(lines) > 1:
            lines = [f"{place}. {line}" for place, line in enumerate(lines, 1)]
        told = (("\n".join(lines), False),)
        return (*told, *_ALL_HIDDEN) if is_hidden else told

    return tell


def _merged(told: Iterable[Told]) -> Told:
    """Join neighbours of one look, so that the words do not depend on how a form cuts them."""
    merged: list[tuple[str, bool]] = []
    for text, is_hidden in [piece for pieces in told for piece in pieces]:
        if merged and merged[-1][1] == is_hidden:
            merged[-1] = (merged[-1][0] + text, is_hidden)
        elif text:
            merged.append((text, is_hidden))
    return tuple(merged)


def _stripped(told: Told) -> Told:
    """Drop the blanks that parts left out have laid bare at both ends."""
    (first, is_first_hidden), *rest = told
    if not rest:
        return ((first.strip(), is_first_hidden),)
    *between, (last, is_last_hidden) = rest
    return ((first.lstrip(), is_first_hidden), *between, (last.rstrip(), is_last_hidden))


# -- writing -------------------------------------------------------------------------------------------------------
def _writer(path: Path, *, is_narrow: bool) -> _Writer:
    """Return what writes one value of a path."""
    style = "" if path.style == "分行" else path.style
    if issubclass(path.leaf, date):
        return _date_writer(style, has_time=path.leaf is datetime, is_narrow=is_narrow)
    if path.leaf is str:
        return _text_writer(style, is_id=bool(path.steps) and path.steps[-1].name == "id")
    if path.leaf is Person:
        return _named if style else lambda value, view: wording.person(value, view.context)
    return _PLAIN_WRITERS[path.leaf]


_PLAIN_WRITERS: Final[dict[type, _Writer]] = {
    bool: lambda value, _: wording.yes_no(value),
    int: lambda value, _: wording.number(value),
    float: lambda value, _: wording.number(value),
    Storage: lambda value, _: wording.storage(value),
}


def _text_writer(style: str, *, is_id: bool) -> _Writer:
    if is_id or style == "原样":
        return lambda value, _: str(value)
    if style == "届次":
        return lambda value, _: wording.entry_class_name(value)
    return lambda value, view: wording.text(value, view.context, view.on)


def _named(value: Person, view: View) -> str:
    return wording.person(replace(value, post=None, relation=None), view.context)


def _date_writer(style: str, *, has_time: bool, is_narrow: bool) -> _Writer:
    if style == "年月":
        return lambda value, _: f"{value.year}年{value.month}月"
    if style == "时刻":
        return lambda value, _: f"{value.hour:02}:{value.minute:02}"
    if has_time and not style:
        return lambda value, _: wording.minute(value)
    if style == "日期" or (is_narrow and not style):
        return lambda value, _: wording.short_date(value.date() if has_time else value)
    return lambda value, _: wording.long_date(value)
