"""What one file says that other files depend on: small, and cached with its blob."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Self

from guanai.ids import STUDENT_ID
from guanai.schema import Field
from guanai.yamlfile import Path, pointer

_MENTION = re.compile(rf"@({STUDENT_ID.pattern})")


@dataclass(frozen=True, slots=True)
class Reference:
    """A value that points to another record: the kind it wants, the id, and its JSON pointer."""

    kind: str
    id: str
    pointer: str


@dataclass(frozen=True, slots=True)
class Facts:
    """The outside of a record.

    Attributes:
        id: the record's own 编号, "" where it has none.
        name: a child's or policy's name, "" for the rest.
        references: everything it points to.
        latest: the latest day on which something is said to have happened, with its pointer; ("", "") if none.
        extra: what `links` needs of single kinds (enrolments, assignments, terms …), plain JSON.
    """

    id: str = ""
    name: str = ""
    references: tuple[Reference, ...] = ()
    latest: tuple[str, str] = ("", "")
    extra: Mapping[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Return the form that is cached."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Read the cached form."""
        return cls(
            data["id"],
            data["name"],
            tuple(Reference(*each.values()) for each in data["references"]),
            tuple(data["latest"]),
            data["extra"],
        )


def walk(shape: Field, value: Any, path: Path = ()) -> Iterator[tuple[Path, Field, Any]]:
    """Yield every value that has a field, parents first."""
    yield path, shape, value
    if isinstance(value, dict):
        for key, child in value.items():
            inner = shape.child(key)
            if inner is not None:
                yield from walk(inner, child, (*path, key))
    elif isinstance(value, list) and shape.item is not None:
        for place, child in enumerate(value):
            yield from walk(shape.item, child, (*path, place))


#: Keys that say when something happened, as opposed to plans, due days and birthdays.
_HAPPENED = ("时间", "触发日期", "认定日期", "完成日期")


def gather(kind: str, shape: Field, data: Mapping[str, Any]) -> Facts:
    """Return the facts of one record that fits its schema, or of as much of it as there is."""
    references: list[Reference] = []
    latest = ("", "")
    for path, found, value in walk(shape, data):
        if not isinstance(value, str):
            continue
        if (found.ref and len(path) > 1) or (found.ref and path[0] != "编号"):
            references.append(Reference(found.ref, value, pointer(path)))
        elif found.definition == "note" and "@S" in value:
            references += (Reference("student", each, pointer(path)) for each in _MENTION.findall(value))
        if path and path[-1] in _HAPPENED and value[:10] > latest[0]:
            latest = (value[:10], pointer(path))
    return Facts(
        id=str(data.get("编号", "")),
        name=str(data.get("姓名" if kind == "student" else "名称", "")),
        references=tuple(references),
        latest=latest,
        extra=_EXTRA.get(kind, _nothing)(data),
    )


def _nothing(_: Mapping[str, Any]) -> dict[str, Any]:
    return {}


def _picked(*keys: str) -> Any:
    def pick(data: Mapping[str, Any]) -> dict[str, Any]:
        return {key: data[key] for key in keys if key in data}

    return pick


_EXTRA: Mapping[str, Any] = {
    "student": _picked("学籍"),
    "school": _picked("年级", "班级", "村社", "记录版本"),
    "staff": _picked("教职工"),
    "calendar": _picked("学期"),
    "meeting": _picked("时间"),
    "activity": _picked("时间"),
    "attendance": _picked("班级", "学期", "月份"),
    "screening": _picked("班级", "学期", "逐户"),
}
