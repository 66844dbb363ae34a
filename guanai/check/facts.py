"""What one file says that other files depend on: small, and cached with its blob."""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

from guanai.check.survey import Survey
from guanai.schema import Field
from guanai.yamlfile import Path, pointer

#: A value that points to another record: the kind it wants, the id, and its JSON pointer.
Reference = tuple[str, str, str]


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

    def as_json(self) -> list[Any]:
        """Return the form that is cached."""
        return [self.id, self.name, self.references, self.latest, self.extra]

    @classmethod
    def from_json(cls, data: Sequence[Any]) -> Self:
        """Read the cached form."""
        record_id, name, references, latest, extra = data
        return cls(record_id, name, tuple(references), tuple(latest), extra)


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


def gather(kind: str, data: Mapping[str, Any], found: Survey) -> Facts:
    """Return the facts of one record that fits its schema."""
    day, place = found.latest
    return Facts(
        id=str(data.get("编号", "")),
        name=str(data.get("姓名" if kind == "student" else "名称", "")),
        references=tuple((wanted, each, pointer(path)) for path, wanted, each in found.references),
        latest=(day, pointer(place)),
        extra=_EXTRA.get(kind, _nothing)(data),
    )


def _nothing(_: Mapping[str, Any]) -> dict[str, Any]:
    return {}


def _picked(*keys: str) -> Callable[[Mapping[str, Any]], dict[str, Any]]:
    def pick(data: Mapping[str, Any]) -> dict[str, Any]:
        return {key: data[key] for key in keys if key in data}

    return pick


def _student(data: Mapping[str, Any]) -> dict[str, Any]:
    # The number itself stays out of the cache; held against others it needs only to be the same.
    number = data.get("证件", {}).get("号码", "")
    own = {"证件": hashlib.sha256(number.encode()).hexdigest()[:16]} if number else {}
    return {"学籍": data["学籍"], **own}


def _adopted(data: Mapping[str, Any]) -> dict[str, Any]:
    return _picked("文号")(data.get("采用", {}))


_EXTRA: Mapping[str, Any] = {
    "student": _student,
    "school": _picked("年级", "班级", "村社", "记录版本"),
    "staff": _picked("教职工"),
    "calendar": _picked("学期"),
    "meeting": _picked("时间", "文号"),
    "decision": _picked("文号"),
    "policy": _adopted,
    "activity": _picked("时间"),
    "attendance": _picked("班级", "学期", "月份"),
    "screening": _picked("班级", "学期", "逐户"),
}
