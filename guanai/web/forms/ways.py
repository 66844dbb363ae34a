"""From a duty to the form that fulfils it: one button, the right short form, filled in as far as is known."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, urlencode

from guanai.schema import load_schemas
from guanai.web.forms.short import ENTRIES

#: Lists of a child's file in which one adds one item: words of evidence such as ``计划.学习辅导``.
_LISTS: Final = frozenset({"计划", "照顾", "总结", "预警", "成绩", "荣誉", "特殊情形", "帮扶责任人"})
_RECORDS: Final = {"会议": "meeting", "活动": "activity", "决定": "decision"}


@dataclass(frozen=True, slots=True)
class Way:
    """A button: what it says and where it leads."""

    title: str
    address: str


def entry_kinds() -> tuple[str, ...]:
    """Return the kinds of contacts that a child's file knows, in schema order."""
    shape = load_schemas().record("student").at((ENTRIES, 0, "类型"))
    return tuple(shape.values) if shape else ()


def ways(
    evidence: Iterable[str], *, student: str = "", class_id: str = "", duty: str = ""
) -> tuple[Way, ...]:
    """Return the forms that fulfil a duty, the first one first; none where it is fulfilled by a paper.

    Args:
        evidence: the duty's words of evidence (佐证).
        student: the child it is about, "" for none.
        class_id: the child's class, or the class.
        duty: the duty's id; its fields then stand first in the form.
    """
    found = (_way(word, student, class_id, duty) for word in evidence)
    return tuple(dict.fromkeys(each for each in found if each))


def _way(word: str, student: str, class_id: str, duty: str) -> Way | None:
    head, _, kind = word.partition(".")
    if head == "考勤":
        return Way("考勤", f"/class/{class_id}/attendance") if class_id and "-" in class_id else None
    if head == "摸底":
        return Way("摸底", f"/class/{class_id}/screening") if class_id and "-" in class_id else None
    if head in _RECORDS and kind:
        return Way(f"记{kind}", f"/new/{_RECORDS[head]}?{urlencode({'kind': kind})}")
    if not student:
        return None
    query = urlencode({key: value for key, value in (("kind", kind), ("duty", duty)) if value})
    if word in entry_kinds() or head in _LISTS:
        return Way(f"记{kind or word}", f"/child/{student}/add/{quote(head)}{'?' if query else ''}{query}")
    if head in ("建档", "劝返"):
        part = {"建档": "", "劝返": f"?{urlencode({'at': '/劝返'})}"}[head]
        return Way("建档" if head == "建档" else f"记{kind}劝返", f"/child/{student}/edit{part}")
    return None
