"""Older records read as those of today: renamed keys through ``x-was``, split ones through the steps."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from guanai.schema.fields import Field
from guanai.schema.library import Schemas, load_schemas
from guanai.schema.steps import STEPS, Step
from guanai.yamlfile import Change, Path, applied, edit, rename

_Steps = Mapping[int, Sequence[Step]]


@dataclass(frozen=True, slots=True)
class Renewal:
    """What stands between an older record and one of today.

    Attributes:
        renames: path of each old key, as it is when its turn comes, and its new name; parents first.
        steps: the steps that found something to do, in order, each with its changes.
    """

    renames: tuple[tuple[Path, str], ...] = ()
    steps: tuple[tuple[Step, tuple[Change, ...]], ...] = ()

    def __bool__(self) -> bool:
        """Whether anything is to be changed."""
        return bool(self.renames or self.steps)


def renewed(kind: str, data: Any, schemas: Schemas | None = None, steps: _Steps = STEPS) -> Any:
    """Return a record's data as a record of today's schema; the very same object where it is one.

    Args:
        kind: the kind of record.
        data: the data of a revision, however old; whatever does not look like a record comes back as it is.
        schemas: those that name the older keys; None for the installed program's.
        steps: the table of steps.
    """
    return _followed(kind, data, schemas or load_schemas(), steps)[0]


def renewal(kind: str, data: Any, schemas: Schemas | None = None, steps: _Steps = STEPS) -> Renewal:
    """Return what has to be changed in a record, in the order in which it is done. Arguments as for `renewed`."""
    return _followed(kind, data, schemas or load_schemas(), steps)[1]


def renewed_text(kind: str, text: str, found: Renewal, schemas: Schemas | None = None) -> str:
    """Return a record's text after a renewal, its comments kept and its layout canonical.

    Raises:
        Unreadable, NoSuchPlace, Unwritable, EditFailed: the renewal was not made from this text.
    """
    shape = (schemas or load_schemas()).record(kind)
    text = rename(text, found.renames, shape)
    for _, changes in found.steps:
        text = edit(text, changes, shape)
    return text


def _followed(kind: str, data: Any, schemas: Schemas, steps: _Steps) -> tuple[Any, Renewal]:
    if not isinstance(data, dict) or kind not in schemas.kinds:
        return data, Renewal()
    renames: list[tuple[Path, str]] = []
    now = _renamed(schemas.record(kind), data, (), renames) if schemas.has_older_keys(kind) else data
    done: list[tuple[Step, tuple[Change, ...]]] = []
    for step in _of_kind(kind, steps):
        changes = tuple(step.changes(now))
        if changes:
            now = applied(now, changes)
            done.append((step, changes))
    return now, Renewal(tuple(renames), tuple(done))


def _of_kind(kind: str, steps: _Steps) -> Iterator[Step]:
    for version in sorted(steps):
        yield from (step for step in steps[version] if step.kind == kind)


def _renamed(shape: Field | None, data: Any, path: Path, renames: list[tuple[Path, str]]) -> Any:
    """Return the data with today's keys, the same object where none changes; add each renaming to the list."""
    if shape is None:
        return data
    if isinstance(data, list):
        items = [_renamed(shape.item, item, (*path, place), renames) for place, item in enumerate(data)]
        return items if any(new is not old for new, old in zip(items, data, strict=True)) else data
    if not isinstance(data, dict):
        return data
    names = _names(shape, data)
    renames += (((*path, old), new) for old, new in names.items())
    made = {}
    for key, value in data.items():
        name: Any = names.get(key, key)
        made[name] = _renamed(shape.child(name), value, (*path, name), renames)
    return made if names or any(made[key] is not value for key, value in data.items()) else data


def _names(shape: Field, data: Mapping[Any, Any]) -> dict[Any, str]:
    """Return today's name of each older key in a mapping; a key that is there under both names stays as it is."""
    found: dict[Any, str] = {}
    for key, field in shape.children.items():
        old = next((each for each in field.former if each in data and each not in shape.children), None)
        if old is not None and key not in data:
            found[old] = key
    return found
