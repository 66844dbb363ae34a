"""What a schema cannot say of one record: numbers that prove themselves, dates in order, ids once."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from itertools import pairwise
from typing import Any

from guanai import clauses, identity
from guanai.check import posts
from guanai.check.survey import ORDERED, Survey
from guanai.errors import Problem
from guanai.model.policy import Policy
from guanai.rules.enrolment import Status, missteps
from guanai.rules.thresholds import threshold_problems
from guanai.schema.wording import readable
from guanai.yamlfile import Loaded, Path, pointer

#: (path, rule, sentence) of one objection.
Objection = tuple[Path, str, str]

_LEVELS = {"红": 3, "黄": 2, "绿": 1, "解除": 0}
_INCLUSIVE = {"视力": "视力", "听力": "听力", "智力": "智力"}


def objections(kind: str, loaded: Loaded, found: Survey) -> list[Problem]:
    """Return what is wrong inside one record that fits its schema."""
    return [
        Problem(loaded.path, loaded.line(path), pointer(path), rule, f"{readable(path)}：{sentence}")
        for path, rule, sentence in _told(kind, loaded.data, found)
    ]


def has_objections(kind: str, data: Mapping[str, Any], found: Survey) -> bool:
    """Tell whether anything is wrong inside one record that fits its schema."""
    return next(_told(kind, data, found), None) is not None


def _told(kind: str, data: Mapping[str, Any], found: Survey) -> Iterator[Objection]:
    yield from _items(found)
    yield from _dates(found)
    yield from _OWN.get(kind, _none)(data)


def _none(_: Mapping[str, Any]) -> Iterator[Objection]:
    return iter(())


def _items(found: Survey) -> Iterator[Objection]:
    seen: dict[str, Path] = {}
    for path, rule, items in found.lists:
        for place, item in enumerate(items):
            here = (*path, place)
            made = item.get("编号")
            if made is None:
                yield here, "id.missing", "缺少编号。运行 guanai fmt，程序会补上。"
            elif made in seen:
                yield (
                    (*here, "编号"),
                    "id.twice",
                    f"编号 {made} 已用在{readable(seen[made])}。删去这一行，运行 guanai fmt 另给一个。",
                )
            elif made[0] != rule.prefix:
                yield (
                    (*here, "编号"),
                    "id.prefix",
                    f"这里的编号应以 {rule.prefix} 开头。删去这一行，运行 guanai fmt 另给一个。",
                )
            else:
                seen[made] = here


def _dates(found: Survey) -> Iterator[Objection]:
    for path, instant in found.unreal:
        yield path, "date.unreal", f"“{instant}”里的日期不存在，请核对年、月、日。"
    for path, value in found.dated:
        for first, last in ORDERED:
            begin, end = value.get(first), value.get(last)
            if begin is not None and end is not None and end < begin:
                yield (*path, last), "date.order", f"{last}（{end}）早于{first}（{begin}），请核对。"


def _student(data: Mapping[str, Any]) -> Iterator[Objection]:
    yield from _identity(data)
    yield from _enrolments(data)
    yield from _disability(data)
    yield from _warnings(data)
    yield from _pointed(data)


def _identity(data: Mapping[str, Any]) -> Iterator[Objection]:
    papers = data.get("证件", {})
    number = papers.get("号码", "") if papers.get("类型") == "居民身份证" else ""
    enrolment = data.get("学籍号", "")
    derived = enrolment[1:] if enrolment[:1] == "G" and enrolment[1:] != number else ""
    for path, text in ((("证件", "号码"), number), (("学籍号",), derived)):
        if not text:
            continue
        if not identity.is_well_formed(text):
            yield path, "identity.checksum", "号码有错：出生日期不存在，或末位校验不对。请对照证件逐位核对。"
            continue
        if "出生日期" in data and identity.birth_date(text) != date.fromisoformat(data["出生日期"]):
            yield (
                path,
                "identity.birth",
                f"号码里的出生日期与“出生日期”（{data['出生日期']}）不一致，请核对。",
            )
        if data.get("性别") in ("男", "女") and identity.sex(text) != data["性别"]:
            yield (
                path,
                "identity.sex",
                f"号码第 17 位表示{identity.sex(text)}，与“性别”（{data['性别']}）不一致，请核对。",
            )
    if number and derived:
        yield ("学籍号",), "identity.enrolment", "G 开头的学籍号应是 G 加身份证号码，两者不一致，请核对。"


def _enrolments(data: Mapping[str, Any]) -> Iterator[Objection]:
    stays = data.get("学籍", [])
    for place, (before, after) in enumerate(pairwise(stays)):
        if "止" not in before:
            yield ("学籍", place), "enrolment.open", "后面还有新的学籍经过，这一条要写“止”。"
        elif after["起"] < before["止"]:
            yield (
                ("学籍", place + 1, "起"),
                "enrolment.overlap",
                f"早于上一条的“止”（{before['止']}），请核对。",
            )
    for place, sentence in missteps([Status(stay["状态"]) for stay in stays]):
        yield ("学籍", place, "状态"), "enrolment.step", sentence
    if (
        "出生日期" in data
        and stays
        and int(stays[0]["起"][:4]) - int(data["出生日期"][:4]) not in range(5, 19)
    ):
        yield ("出生日期",), "date.birth", f"与入学时间（{stays[0]['起']}）相差不合常理，请核对。"


def _disability(data: Mapping[str, Any]) -> Iterator[Objection]:
    for place, item in enumerate(data.get("特殊情形", [])):
        kind, inclusive = item.get("残疾类别"), item.get("随班就读类别")
        if kind and inclusive and _INCLUSIVE.get(kind, "其他") != inclusive:
            yield (
                ("特殊情形", place, "随班就读类别"), "disability.kind",
                f"残疾类别是{kind}，随班就读类别应是{_INCLUSIVE.get(kind, '其他')}，否则学籍系统不收。",
            )  # fmt: skip


def _warnings(data: Mapping[str, Any]) -> Iterator[Objection]:
    before = None
    for place, item in enumerate(data.get("预警", [])):
        backed = item.get("会议") or item.get("复核人")
        if item["等级"] == "红" and not backed:
            yield ("预警", place), "warning.red", "红色预警要有研判会（会议）或第二人（复核人）。"
        if before is not None and _LEVELS[item["等级"]] < _LEVELS[before] and not backed:
            yield (
                ("预警", place),
                "warning.down",
                f"由{before}降为{item['等级']}，要有研判会（会议）或第二人（复核人）。",
            )
        if backed and item.get("复核人") == item["决定人"]:
            yield ("预警", place, "复核人"), "warning.same", "复核人不能就是决定人。"
        before = item["等级"]


def _pointed(data: Mapping[str, Any]) -> Iterator[Objection]:
    for key in ("预警", "计划"):
        known = {item.get("编号") for item in data.get(key, [])}
        for place, item in enumerate(data.get("过程记录", [])):
            if key in item and item[key] not in known:
                yield (
                    ("过程记录", place, key),
                    "ref.missing",
                    f"这份档案的“{key}”里没有编号 {item[key]}，请核对。",
                )


def _school(data: Mapping[str, Any]) -> Iterator[Objection]:
    for key in ("年级", "班级"):
        yield from posts.twice(key, data.get(key, []), "编号")


def _calendar(data: Mapping[str, Any]) -> Iterator[Objection]:
    terms = data["学期"]
    yield from posts.twice("学期", terms, "编号")
    for place, term in enumerate(terms):
        if not term["编号"].startswith(data["学年"]):
            yield ("学期", place, "编号"), "date.term", f"不是 {data['学年']} 学年的学期，请核对。"
    for place, (before, after) in enumerate(pairwise(terms)):
        if after["开学"] <= before["放假"]:
            yield (
                ("学期", place + 1, "开学"),
                "date.order",
                f"不晚于上一学期的“放假”（{before['放假']}），请核对。",
            )


def _policy(data: Mapping[str, Any]) -> Iterator[Objection]:
    policy = Policy.from_mapping(data)
    for rule, found in (
        ("policy.placeholder", clauses.placeholder_problems(policy)),
        ("policy.figure", clauses.figure_problems(policy)),
        ("policy.figure", threshold_problems(policy)),
    ):
        for place, sentence in found:
            yield (
                tuple(int(step) if step.isdecimal() else step for step in place.split("/")[1:]),
                rule,
                sentence,
            )


_OWN: Mapping[str, Callable[[Mapping[str, Any]], Iterator[Objection]]] = {
    "student": _student,
    "policy": _policy,
    "staff": posts.in_staff,
    "access": posts.in_access,
    "school": _school,
    "calendar": _calendar,
}
