"""A class's check as a line of the journal: what it makes of the month's record. Sent twice, it is there once."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from guanai.errors import Invalid
from guanai.schema import load_schemas
from guanai.store.journal import Entry
from guanai.web.forms.parse import signs
from guanai.yamlfile import Add, Change, Delete, Set, dump, edit, load

CHECKS: Final = "核查"
EXCEPTIONS: Final = "异常"
#: Why a child was not there or not all the time; the first is what a tick means.
KINDS: Final = ("未请假缺勤", "迟到", "早退", "病假", "事假")
#: What a call to the family may find out.
RESULTS: Final = ("已知去向", "请假", "失联", "监护人不配合")
#: An exception to which any of these was added is not taken back by a later list of names.
_FOLLOWED: Final = ("联系时间", "报备时间", "返校时间", "原因")


@dataclass(frozen=True, slots=True)
class Check:
    """One check of a class as it was made.

    Attributes:
        day: ISO date.
        slot: 节点.
        at: ``07:55``.
        expected: how many belong to the class.
        missing: kind by child.
        staff: who made it.
        kept: ``07:56``, when it reached us; what a record tells of later than that has not happened yet.
    """

    day: str
    slot: str
    at: str
    expected: int
    missing: Mapping[str, str]
    staff: str
    kept: str


@dataclass(frozen=True, slots=True)
class FollowUp:
    """What was done about one exception: values by key."""

    item: str
    values: Mapping[str, str]


class NotKeptSo(Invalid):
    """A line that the month's record cannot take."""

    def __init__(self, why: str = "内容和本月的考勤记录对不上，请刷新这一页再记一次") -> None:
        """``why``: what does not fit, and what to do, without a full stop."""
        super().__init__(f"没有记下：{why}。")


def number_of(day: str, slot: str, student: str) -> str:
    """Return the 编号 of a child's exception in a check: always the same one."""
    return f"K{day.replace('-', '')}-{signs(f'{student}{day}{slot}')}"


def payload(line: Check | FollowUp) -> str:
    """Return a line's words for the journal."""
    return json.dumps({type(line).__name__: asdict(line)}, ensure_ascii=False)


def applied_line(before: bytes | None, entry: Entry) -> bytes:
    """Return a month's record with one line of the journal; given the same line again, the same record."""
    shape = load_schemas().record("attendance")
    raw = before if before is not None else dump(_empty(entry.path), shape).encode()
    data = load(raw, entry.path).data
    if not isinstance(data, dict):
        return raw  # damaged by hand: the line is not lost with it, check names the file
    changes = tuple(changes_of(entry.payload, data))
    return edit(raw.decode(), changes, shape).encode() if changes else raw


def changes_of(words: str, data: Mapping[str, Any]) -> Iterator[Change]:
    """Yield what a line changes in a month's record."""
    told = json.loads(words)
    if "Check" in told:
        yield from _checked(Check(**told["Check"]), data)
    elif "FollowUp" in told:
        yield from _followed(FollowUp(**told["FollowUp"]), data)


def demand_there(line: FollowUp, data: Mapping[str, Any]) -> None:
    """Refuse what was done about an exception that a later list took back.

    Raises:
        NotKeptSo: it is not there.
    """
    if not any(each.get("编号") == line.item for each in data.get(EXCEPTIONS, [])):
        raise NotKeptSo(
            "名单已经改过，这名学生的缺勤不在里面了。请刷新核对；人确实没到，先在名单里点上，再记联系"
        )


def demand_valid(path: str, raw: bytes) -> None:
    """Refuse a line that would leave the record wrong.

    Raises:
        NotKeptSo: it would.
    """
    data = load(raw, path).data
    if not load_schemas().is_valid("attendance", data):
        raise NotKeptSo


def place_of(class_id: str, term: str, day: str) -> str:
    """Return the record of a class's month."""
    return f"records/attendance/{term}/{class_id}/{day[:7]}.yml"


def _empty(path: str) -> dict[str, Any]:
    term, class_id, month = path.removeprefix("records/attendance/").removesuffix(".yml").split("/")
    return {"班级": class_id, "学期": term, "月份": month}


def _checked(check: Check, data: Mapping[str, Any]) -> Iterator[Change]:
    made = {
        "日期": check.day,
        "节点": check.slot,
        "时间": check.at,
        "应到": check.expected,
        "实到": check.expected - sum(kind != "迟到" for kind in check.missing.values()),
        "记录人": check.staff,
    }
    items = data.get(CHECKS, [])
    here = [
        at
        for at, each in enumerate(items)
        if each.get("日期") == check.day and each.get("节点") == check.slot
    ]
    if here and check.at < str(items[here[0]].get("时间", "")) <= check.kept:
        return  # a list that was on its way for long: a later one is there
    if here:
        yield from (
            Set((CHECKS, here[0], key), value)
            for key, value in made.items()
            if items[here[0]].get(key) != value
        )
    else:
        yield Add((CHECKS,), made)
    yield from _missed(check, data)


def _missed(check: Check, data: Mapping[str, Any]) -> Iterator[Change]:
    known = {
        each.get("学生"): each
        for each in data.get(EXCEPTIONS, [])
        if each.get("日期") == check.day and each.get("节点") == check.slot
    }
    for student, kind in check.missing.items():
        was = known.pop(student, None)
        if was is not None:
            if was.get("类型") != kind and was.get("编号"):
                yield Set((EXCEPTIONS, was["编号"], "类型"), kind)
            continue
        number = number_of(check.day, check.slot, student)
        yield Add(
            (EXCEPTIONS,),
            {
                "编号": number,
                "学生": student,
                "日期": check.day,
                "节点": check.slot,
                "类型": kind,
                "记录人": check.staff,
            },
        )
    for was in known.values():
        if was.get("编号") and not any(key in was for key in _FOLLOWED):
            yield Delete((EXCEPTIONS, was["编号"]))


def _followed(line: FollowUp, data: Mapping[str, Any]) -> Iterator[Change]:
    for each in data.get(EXCEPTIONS, []):
        if each.get("编号") == line.item:
            yield from (
                Set((EXCEPTIONS, line.item, key), value)
                for key, value in line.values.items()
                if each.get(key) != value
            )
