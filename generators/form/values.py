"""Values of a record as words: walks a path, then writes what stands at its end as forms do."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from typing import Final

from generators import wording
from generators.document import Run
from generators.form.derived import OF_RECORD, OF_SCHOOL, SHARED, View
from generators.form.paths import Base, Optional, Path, Step, Template, day_of, is_current
from guanai.model.base import HIDDEN, Hidden, Record
from guanai.model.person import Person, Storage

#: What one place prints; empty for nothing.
Words = tuple[Run, ...]

#: The one thing a place prints that holds nothing else.
ALL_HIDDEN: Final[Words] = (Run(wording.HIDDEN_WORDS, muted=True),)


def words(template: Template, item: Record, view: View, *, whole: bool = False) -> Words:
    """Return what a template prints: nothing where all its values are missing, unless its text stands anyway."""
    if len(template.parts) == 1:
        return _part(template.parts[0], item, view)
    shown = [(part, _part(part, item, view)) for part in template.parts]
    values = [found for part, found in shown if found and not isinstance(part, str)]
    if not whole and not values:
        return ()
    if not whole and all(run.muted for found in values for run in found if run.text):
        return ALL_HIDDEN
    merged = _merged(run for _, found in shown for run in found)
    return merged if whole else _stripped(merged)


def _part(part: str | Path | Optional, item: Record, view: View) -> Words:
    if isinstance(part, str):
        return (Run(part),)
    if isinstance(part, Path):
        return _value(part, item, view)
    shown = [(each, _part(each, item, view)) for each in part.parts]
    values = [found for each, found in shown if isinstance(each, Path)]
    if not all(values):
        return ()
    if all(found == ALL_HIDDEN for found in values):
        return ALL_HIDDEN
    return tuple(run for _, found in shown for run in found)


def _merged(runs: Iterable[Run]) -> Words:
    """Join neighbours of one look, so that the words do not depend on how a form cuts them."""
    merged: list[Run] = []
    for run in runs:
        if merged and merged[-1].muted == run.muted:
            merged[-1] = Run(merged[-1].text + run.text, muted=run.muted)
        elif run.text:
            merged.append(run)
    return tuple(merged)


def _stripped(runs: Words) -> Words:
    """Drop the blanks that parts left out have laid bare at both ends."""
    first, *rest = runs
    if not rest:
        return (Run(first.text.strip(), muted=first.muted),)
    *between, last = rest
    head, tail = Run(first.text.lstrip(), muted=first.muted), Run(last.text.rstrip(), muted=last.muted)
    return (head, *between, tail)


def _value(path: Path, item: Record, view: View) -> Words:
    found, is_hidden = walk(path, item, view)
    if not found:
        return ALL_HIDDEN if is_hidden else ()
    if path.style == "分行":
        return _numbered([_shown(value, "", view) for value in found], is_hidden=is_hidden)
    keeps_id = path.style == "原样" or (bool(path.steps) and path.steps[-1].name == "id")
    shown = wording.joined(
        value if keeps_id and isinstance(value, str) else _shown(value, path.style, view) for value in found
    )
    words = (Run(shown),) if shown else ()
    return (*words, *ALL_HIDDEN) if is_hidden else words


def _numbered(lines: list[str], *, is_hidden: bool) -> Words:
    """Return a line for each item, numbered where there are several."""
    if len(lines) > 1:
        lines = [f"{place}. {line}" for place, line in enumerate(lines, 1)]
    words = (Run("\n".join(lines)),)
    return (*words, *ALL_HIDDEN) if is_hidden else words


def _shown(value: object, style: str, view: View) -> str:
    if isinstance(value, bool):
        return wording.yes_no(value)
    if isinstance(value, date):
        return _dated(value, style, view)
    if isinstance(value, int | float):
        return wording.number(value)
    if isinstance(value, Person):
        return wording.person(replace(value, post=None, relation=None) if style else value, view.context)
    if isinstance(value, Storage):
        return wording.storage(value)
    if style == "届次" and isinstance(value, str):
        return wording.entry_class_name(value)
    return wording.text(str(value), view.context, view.on)


def _dated(value: date, style: str, view: View) -> str:
    day = value.date() if isinstance(value, datetime) else value
    if style == "年月":
        return f"{day.year}年{day.month}月"
    if style == "时刻" and isinstance(value, datetime):
        return f"{value:%H:%M}"
    if style == "长日期":
        return wording.long_date(day)
    if style == "日期":
        return wording.short_date(day)
    if isinstance(value, datetime):
        return wording.minute(value)
    return wording.short_date(day) if view.is_narrow else wording.long_date(day)


def walk(path: Path, item: Record, view: View) -> tuple[list[object], bool]:
    """Return the values at the end of a path, and whether the edition hides one of them."""
    found, is_hidden = along(path.steps, start(path, item, view), view.on)
    if path.derived:
        told = [_derived(path.derived, each, view) for each in found if isinstance(each, Record)]
        is_hidden = is_hidden or any(isinstance(each, Hidden) for each in told)
        found = [each for each in told if each is not HIDDEN]
    return found, is_hidden


def start(path: Path, item: Record, view: View) -> Record:
    """Return the record a path begins at."""
    if path.base is Base.ITEM:
        return item
    return (view.owner if path.base is Base.OWNER else view.root) or item


def along(steps: Iterable[Step], first: Record, on: date) -> tuple[list[object], bool]:
    """Return what some steps lead to, and whether the edition hides one of them."""
    found: list[object] = [first]
    is_hidden = False
    for step in steps:
        further: list[object] = []
        for each in found:
            if not isinstance(each, Record):
                continue
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


def _derived(word: str, item: Record, view: View) -> str | Hidden:
    own = OF_RECORD.get(type(item), {}).get(word)
    if own:
        return own(item, view)
    return (SHARED.get(word) or OF_SCHOOL[word])(view)
