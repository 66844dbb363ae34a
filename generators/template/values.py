"""A redacted record as plain words for a template: ids become names, dates are written out, what is hidden says so."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any, Final

from generators import wording
from generators.context import Context
from generators.form.derived import OF_RECORD, SHARED, View
from generators.template.language import Roots
from guanai.model.base import HIDDEN
from guanai.model.student import Student
from guanai.schema import Field

#: Words that no record holds, beside a child's own.
_OF_CHILD: Final = tuple(OF_RECORD[Student])
_OF_DAY: Final = ("学年学期", "学年", "填表日期")
_OF_SCHOOL: Final = ("名称", "简称", "地址", "电话", "学校标识码", "乡镇", "教育局")


class Told(str):
    """A value in words that remembers how the record writes it."""

    __slots__ = ("raw",)

    raw: Any


def roots(student: Field, school: Field) -> Roots:
    """Return what a template may speak of: 学生, 学校, 今天.

    Args:
        student: fields of a child's record.
        school: fields of the school's record.
    """
    more = {word: Field(key=word, type="string") for word in _OF_CHILD}
    days = {word: Field(key=word, type="string") for word in _OF_DAY}
    named = {word: school.children[word] for word in _OF_SCHOOL if word in school.children}
    return {
        "学生": replace(student, key="学生", children={**student.children, **more}),
        "学校": Field(key="学校", children=named),
        "今天": Field(key="今天", children=days),
    }


def context_of(
    view: Mapping[str, Any], shape: Field, school: Mapping[str, Any], context: Context, on: date
) -> dict[str, Any]:
    """Return the values of a template about one child.

    Args:
        view: the child's record, redacted.
        shape: its fields.
        school: the school's record.
        context: look-ups of the edition.
        on: the day the form speaks of.
    """
    child: dict[str, Any] = _plain(dict(view), shape, context, on)
    seen = View(context, on, Student.from_mapping(view))
    for word, derive in OF_RECORD[Student].items():
        found = derive(seen.root, seen) if seen.root is not None else ""
        child[word] = wording.HIDDEN_WORDS if found is HIDDEN else found
    days = {word: SHARED[word](seen) for word in _OF_DAY}
    return {"学生": child, "学校": {word: str(school.get(word) or "") for word in _OF_SCHOOL}, "今天": days}


def _plain(value: Any, field: Field, context: Context, on: date) -> Any:
    if field.type == "array":
        return _listed(value, field, context, on)
    if field.type == "object" and not field.is_open:
        known = value if isinstance(value, Mapping) else {}
        return {
            key: _plain(HIDDEN if value is HIDDEN else known.get(key), child, context, on)
            for key, child in field.children.items()
        }
    return _leaf(value, field, context, on)


def _listed(value: Any, field: Field, context: Context, on: date) -> list[Any]:
    item = field.item or Field(type="string")
    if value is HIDDEN:
        return [_plain(HIDDEN, item, context, on)]
    found = value if isinstance(value, list) else []
    return [_plain(each, item, context, on) for each in found]


def _leaf(value: Any, field: Field, context: Context, on: date) -> str:
    if value is None:
        return ""
    if value is HIDDEN:
        return wording.HIDDEN_WORDS
    told = Told(_words(value, field, context, on))
    told.raw = value
    return told


def _words(value: Any, field: Field, context: Context, on: date) -> str:
    if isinstance(value, bool):
        return wording.yes_no(value)
    if isinstance(value, int | float):
        return wording.number(value)
    if field.definition == "date":
        return wording.long_date(date.fromisoformat(value))
    if field.definition == "instant":
        return wording.minute(datetime.fromisoformat(value))
    if field.key == "编号":
        return str(value)
    return wording.text(str(value), context, on)


def written(value: Any, style: str) -> str:
    """Return a date or instant in another writing: 日期 2026-11-02, 年月 2026年11月, 时刻 16:40; others as they are."""
    raw = str(getattr(value, "raw", value))
    try:
        day = datetime.fromisoformat(raw)
    except ValueError:
        return str(value)
    if style == "日期":
        return day.date().isoformat()
    if style == "年月":
        return f"{day.year}年{day.month}月"
    return f"{day:%H:%M}" if "T" in raw else str(value)
