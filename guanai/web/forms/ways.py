"""From a duty to the form that fulfils it: one button, the right short form, filled in as far as is known."""

from collections.abc import Container, Iterable
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, urlencode

from guanai.schema import load_schemas
from guanai.web.forms.short import ENTRIES

#: Lists of a child's file in which one adds one item: words of evidence such as ``计划.学习辅导``.
_LISTS: Final = frozenset({"计划", "照顾", "总结", "预警", "成绩", "荣誉", "特殊情形", "帮扶责任人"})
_RECORDS: Final = {"活动": "activity", "决定": "decision"}
#: Where files of counselling are picked and begun.
_FILES: Final = "/counselling"


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
    evidence: Iterable[str],
    *,
    student: str = "",
    class_id: str = "",
    duty: str = "",
    makes: Container[str] = (),
) -> tuple[Way, ...]:
    """Return the pages that fulfil a duty, the first one first.

    Args:
        evidence: the duty's words of evidence (佐证).
        student: the child it is about, "" for none.
        class_id: the child's class, or the class.
        duty: the duty's id; its fields then stand first in the form.
        makes: kinds of records that the person may make.
    """
    found = (
        _school_way(word, class_id, duty, makes) or (_child_way(word, student, duty) if student else None)
        for word in evidence
    )
    # The list of counselling files asks for the child once more: what has a form of the child's own goes before it.
    return tuple(sorted(dict.fromkeys(each for each in found if each), key=lambda way: way.address == _FILES))


def outcome_way(meeting: str, item: str, *, may_edit: bool) -> Way:
    """Return where the outcome of what a meeting decided is noted.

    Args:
        meeting: id of the meeting.
        item: 编号 of the decision in its record.
        may_edit: the person may change all of the decision; otherwise the meeting named the person for it.
    """
    if not may_edit:
        return Way("记结果", f"/decided/{meeting}/{item}")
    return Way("记结果", f"/record/{meeting}/edit?{urlencode({'at': f'/决定/{item}', 'duty': item})}")


def _school_way(word: str, class_id: str, duty: str, makes: Container[str]) -> Way | None:
    head, _, kind = word.partition(".")
    if head in ("考勤", "摸底") and "-" in class_id:
        return Way(f"打开{head}", f"/class/{class_id}/{'attendance' if head == '考勤' else 'screening'}")
    if head == "考勤":
        return Way(f"打开{head}", "/attendance")
    if head == "会议" and kind:
        return Way(f"开{kind}", f"/meetings?{urlencode({'kind': kind})}")
    if head == "心理" and "counseling" in makes:  # the files are picked, and begun, on a page of their own
        return Way(f"记心理{kind}", _FILES)
    if head == "文书" and "decision" in makes:
        query = urlencode({"kind": "公文", "paper": kind, "duty": duty})
        return Way(f"记{kind}", f"/new/decision?{query}")
    if head == "文书":
        return Way(f"打开{head}", "/papers")
    if _RECORDS.get(head, "") in makes and kind:
        return Way(f"记{kind}", f"/new/{_RECORDS[head]}?{urlencode({'kind': kind, 'duty': duty})}")
    return None


def _child_way(word: str, student: str, duty: str) -> Way | None:
    head, _, kind = word.partition(".")
    query = urlencode({key: value for key, value in (("kind", kind), ("duty", duty)) if value})
    if word in entry_kinds() or head in _LISTS:
        return Way(f"记{kind or word}", f"/child/{student}/add/{quote(head)}{'?' if query else ''}{query}")
    if head in ("建档", "劝返"):
        part = {"建档": "", "劝返": f"?{urlencode({'at': '/劝返', 'duty': duty})}"}[head]
        return Way("建档" if head == "建档" else f"记{kind}劝返", f"/child/{student}/edit{part}")
    return None
