"""What rules need of one record, as plain JSON: small enough to keep by the record's blob id and read back at once.

A row tells which fields are filled, by whom and when, not what was written in them; only persuasions and the
exceptions of attendance are kept as they stand, since their clocks read most of what is in them.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from guanai.rules.deed_rows import ALWAYS, JOINT, Deed, ResolutionRow, at_of
from guanai.rules.derived import labels_of, word_labels

#: Version of the rows: part of the key under which they are kept.
EDITION: Final = 3


def extract(kind: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the rows of one record; empty for a kind that no rule reads from rows.

    Args:
        kind: kind of record, such as ``student``.
        data: the record's mapping, valid by its schema.
    """
    read = _READERS.get(kind)
    return read(data) if read else {}


def _student(data: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": data["编号"],
        "stays": [_picked(each, "班级", "状态", "起", "止") for each in data.get("学籍", ())],
        "seat": _seat(data.get("学籍", ())),
        "destinations": [each.get("去向核实", "") for each in data.get("学籍", ())],
        "levels": [
            [*_picked(each, "日期", "等级", "编号", "责任人"), _labels("预警", "等级")]
            for each in data.get("预警", ())
        ],
        "grounds": [
            [*_picked(each, "情形", "起", "止", "编号"), _word("特殊情形", "情形", each["情形"])]
            for each in data.get("特殊情形", ())
        ],
        "helpers": [
            [*_picked(each, "教师", "职责", "学科", "起", "止"), _labels("帮扶责任人", "教师")]
            for each in data.get("帮扶责任人", ())
        ],
        "attention": _attention(data.get("心理", {})),
        "tests": [_test(each) for each in data.get("成绩", ())],
        "persuasions": list(data.get("劝返", ())),
        "deeds": [list(each) for each in sorted(_deeds(data), key=at_of)],
    }


def _seat(stays: Sequence[Mapping[str, Any]]) -> int:
    """Return the seat (座号) of the newest stay, 0 for none."""
    newest = max(stays, key=lambda stay: str(stay.get("起", "")), default={})
    return int(newest.get("座号", 0))


def _attention(mind: Mapping[str, Any]) -> list[str]:
    return (
        [*_picked(mind, "关注等级", "筛查日期"), _labels("心理", "关注等级")] if mind.get("关注等级") else []
    )


def _test(each: Mapping[str, Any]) -> list[Any]:
    score, full = each.get("分数"), each.get("满分")
    share = score / full if score is not None and full else None
    return [*_picked(each, "日期", "类别", "学科", "编号", "等级"), share]


def _deeds(data: Mapping[str, Any]) -> Iterator[Deed]:
    for each in data.get("过程记录", ()):
        yield _entry(each)
    for each in data.get("计划", ()):
        yield _plan(each)
    for each in data.get("照顾", ()):
        yield _deed(f"照顾.{each['类型']}", each, "起", _labels("照顾", "类型"), until="止", by=("经办人",))
    for each in data.get("总结", ()):
        yield _deed("总结", each, "日期", _labels("总结", "学期"), by=("撰写人",), note="学期")
    for each in data.get("预警", ()):
        yield _deed("预警", each, "日期", _labels("预警", "等级"), by=("决定人", "复核人"), note="等级")
    for case in data.get("劝返", ()):
        for each in case.get("步骤", ()):
            yield _deed(f"劝返.{each['级别']}", each, "时间", _labels("劝返", "步骤", "级别"), by=("记录人",))
    filing, mind = data.get("建档", {}), data.get("心理", {})
    if filing.get("日期"):
        found = _deed("建档", filing, "日期", _labels("建档", "日期"), by=("建档人",))
        yield found._replace(until=filing.get("销号日期") or ALWAYS)
    if mind.get("筛查日期"):
        yield _deed("心理.筛查", mind, "筛查日期", _labels("心理", "筛查日期"))


def _entry(each: Mapping[str, Any]) -> Deed:
    own = _word("过程记录", "类型", each["类型"], each.get("密级"))
    found = _deed(each["类型"], each, "时间", own, by=("记录人",), note="学科")
    others = [who["教师"] for who in each.get("参加人", ()) if who.get("教师")]
    return found._replace(by=JOINT.join(dict.fromkeys([each["记录人"], *others])))


def _plan(each: Mapping[str, Any]) -> Deed:
    own = _word("计划", "类型", each["类型"], each.get("密级"))
    found = _deed(f"计划.{each['类型']}", each, "日期", own, by=("制定人", "责任教师"), note="学科")
    # A plan without an end lives as long as somebody goes on writing it.
    last = max([each["日期"], *(step["日期"] for step in each.get("进展", ()))])
    return found._replace(until=each.get("止") or last)


def _deed(  # noqa: PLR0913 - one place for the shape of the row
    evidence: str,
    each: Mapping[str, Any],
    at: str,
    labels: str,
    *,
    until: str = "",
    by: Sequence[str] = (),
    note: str = "",
) -> Deed:
    when = each[at]
    return Deed(
        evidence,
        at=when,
        until=(each.get(until) or ALWAYS) if until else when,
        item=each.get("编号", ""),
        by=JOINT.join(dict.fromkeys(each[key] for key in by if each.get(key))),
        filled=_filled(each),
        note=each.get(note, "") if note else "",
        needs=labels,
    )


def _meeting(data: Mapping[str, Any]) -> dict[str, Any]:
    people = [who["教师"] for key in ("出席", "列席") for who in data.get(key, ()) if who.get("教师")]
    made = _school_deed(
        "meeting",
        f"会议.{data['类型']}",
        data,
        when=data["时间"],
        by=[data["主持人"], data["记录人"], *people],
        scopes=[data.get("范围", "")],
        students=[],
    )
    return made | {"decisions": [list(_resolution(each)) for each in data.get("决定", ())]}


def _resolution(each: Mapping[str, Any]) -> ResolutionRow:
    labels = labels_of("meeting", "决定") | ({each["密级"]} if each.get("密级") else frozenset[str]())
    return ResolutionRow(
        item=each.get("编号", ""),
        matter=each.get("事项", ""),
        owners=JOINT.join(dict.fromkeys(each["责任人"])),
        due=each.get("期限", ""),
        students=JOINT.join(each.get("学生", ())),
        done=each.get("完成", ""),
        outcome=each.get("结果", ""),
        labels=JOINT.join(sorted(labels)),
    )


def _activity(data: Mapping[str, Any]) -> dict[str, Any]:
    return _school_deed(
        "activity",
        f"活动.{data['类型']}",
        data,
        when=data["时间"],
        by=[data["组织者"], *data.get("参加教师", ())],
        scopes=[data.get("范围", "")],
        students=data.get("参加学生", []),
    )


def _decision(data: Mapping[str, Any]) -> dict[str, Any]:
    if data.get("结果") in ("不同意", "撤销"):
        return {}
    paper = data.get("文书", {})
    evidence = f"文书.{paper['类别']}" if paper.get("类别") else f"决定.{data['类型']}"
    return _school_deed(
        "decision",
        evidence,
        data,
        when=data["日期"],
        by=[data.get("申请人", ""), data["决定人"]],
        scopes=[paper.get("对象", ""), *data.get("班级", ())],
        students=data.get("学生", []),
    )


def _school_deed(  # noqa: PLR0913 - one place for the shape of the row
    kind: str,
    evidence: str,
    data: Mapping[str, Any],
    *,
    when: str,
    by: Sequence[str],
    scopes: Sequence[str],
    students: Sequence[str],
) -> dict[str, Any]:
    who = {"meeting": "家长签到", "activity": "参加学生", "decision": "学生"}[kind]
    staff, needs = JOINT.join(dict.fromkeys(filter(None, by))), JOINT.join(sorted(labels_of(kind, "类型")))
    deed = Deed(evidence, at=when, until=when, item="", by=staff, filled=_filled(data), note="", needs=needs)
    return {
        "id": data["编号"],
        "deed": list(deed),
        "scopes": [scope for scope in scopes if scope],
        "students": list(students),
        "student_labels": JOINT.join(sorted(labels_of(kind, "类型") | labels_of(kind, who))),
    }


def _screening(data: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "class": data["班级"],
        "term": data["学期"],
        "by": data.get("排查人", ""),
        "finished": data.get("完成日期", ""),
        "lines": [_picked(each, "学生", "日期") for each in data.get("逐户", ())],
    }


def _counseling(data: Mapping[str, Any]) -> dict[str, Any]:
    # Of the case itself nothing is kept: only that somebody met the child, and when.
    held = [("心理.个案", "时间", each) for each in data.get("个案记录", ())]
    held += [("心理.筛查", "日期", each) for each in data.get("评估", ())]
    deeds = [
        Deed(
            word, each[at], each[at], each.get("编号", ""), data["负责教师"], filled="", note="", needs="心理"
        )
        for word, at, each in held
    ]
    return {
        "id": data["编号"],
        "child": data["学生"],
        "deeds": [list(each) for each in sorted(deeds, key=at_of)],
    }


def _attendance(data: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "class": data["班级"],
        "term": data["学期"],
        "month": data["月份"],
        "checks": [
            [each["日期"], each["节点"], each.get("时间", ""), each["应到"], each["实到"]]
            for each in data.get("核查", ())
        ],
        "exceptions": list(data.get("异常", ())),
    }


def _filled(each: Mapping[str, Any]) -> str:
    return JOINT.join(key for key, value in each.items() if value not in (None, "", [], {}))


def _picked(each: Mapping[str, Any], *keys: str) -> list[Any]:
    return [each.get(key, "") for key in keys]


def _labels(*keys: str) -> str:
    return JOINT.join(sorted(labels_of("student", *keys)))


def _word(first: str, second: str, word: str, own: str | None = None) -> str:
    found = word_labels("student", (first, second), word)
    return JOINT.join(sorted(found | {own} if own else found))


_READERS: Final[Mapping[str, Callable[[Mapping[str, Any]], dict[str, Any]]]] = {
    "student": _student,
    "meeting": _meeting,
    "activity": _activity,
    "decision": _decision,
    "screening": _screening,
    "counseling": _counseling,
    "attendance": _attendance,
}
