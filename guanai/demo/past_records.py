"""How the record of each kind came about: what was there first, and what was added, changed or taken back."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from guanai.demo.past_lines import Growth, Moment
from guanai.demo.past_people import Clock, Office
from guanai.demo.past_students import grow_student
from guanai.paths import kind_of
from guanai.store.note import Action, Reason

Data = Mapping[str, Any]


def growth(path: str, data: Data, text: str, office: Office) -> Growth:
    """Return how a record grew.

    Args:
        path: where it lies.
        data: the record as it ends.
        text: its file.
        office: who can have saved it, and when.
    """
    kind = kind_of(path) or ""
    if kind == "student":
        return grow_student(data, text, office)
    created, grow = _KINDS.get(kind, (_founded, _stays))
    grown = Growth(text, created(data, office) or _brought(office))
    grow(grown, data, office)
    return grown


def _founded(_: Data, office: Office) -> Moment:
    who = office.roll.holder("系统管理员", office.clock.start)
    return _sure(office.clock.at(office.clock.start, "08:20", who, Action.ADD, Reason.ENTRY))


def _brought(office: Office) -> Moment:
    """Return the save with which papers of earlier terms were brought over."""
    clock = office.clock
    who = office.roll.holder("校办主任", clock.start)
    return _sure(clock.at(clock.start, "08:50", who, Action.IMPORT, Reason.IMPORT))


def _sure(moment: Moment | None) -> Moment:
    if moment is None:
        raise ValueError
    return moment


def _stays(_: Growth, __: Data, ___: Office) -> None:
    return


def _held(data: Data, office: Office) -> Moment | None:
    return office.clock.typed(
        str(data.get("散会时间", data["时间"])), data["记录人"], office.dice, Action.ADD
    )


def _decisions_done(grown: Growth, data: Data, office: Office) -> None:
    for place, decision in enumerate(data.get("决定", ())):
        if "完成" in decision and "结果" in decision:
            moment = office.clock.typed(decision["完成"], decision["责任人"][0], office.dice)
            grown.born(("决定", place, "完成"), moment)
            grown.born(("决定", place, "结果"), moment)


def _organized(data: Data, office: Office) -> Moment | None:
    return office.clock.typed(
        str(data.get("结束时间", data["时间"])), data["组织者"], office.dice, Action.ADD
    )


def _decided(data: Data, office: Office) -> Moment | None:
    return office.clock.typed(data["日期"], data.get("申请人") or data["决定人"], office.dice, Action.ADD)


def _opened(data: Data, office: Office) -> Moment | None:
    return office.clock.typed(data["建档日期"], data["负责教师"], office.dice, Action.ADD)


def _counseled(grown: Growth, data: Data, office: Office) -> None:
    who = data["负责教师"]
    for key, day_key in (("评估", "日期"), ("个案记录", "时间")):
        items = data.get(key, ())
        for place, item in enumerate(items):
            grown.born((key, place), office.clock.typed(item[day_key], who, office.dice), of=len(items))
    if "日期" in data.get("结案", {}):
        grown.born(("结案",), office.clock.typed(data["结案"]["日期"], who, office.dice))


def _registered(data: Data, office: Office) -> Moment | None:
    return _of_day(data["核查"][0]["日期"], data, office.clock, Action.ATTENDANCE)


def _of_day(day: str, data: Data, clock: Clock, action: Action) -> Moment | None:
    """Return when a class's register of a day was closed: each class has its minute."""
    who = next(check["记录人"] for check in data["核查"] if check["日期"] == day)
    return clock.at(date.fromisoformat(day), f"16:{30 + int(data['班级'][-2:]) % 29}", who, action)


def _kept(grown: Growth, data: Data, office: Office) -> None:
    for key in ("核查", "异常"):
        items = data.get(key, ())
        for place, item in enumerate(items):
            grown.born(
                (key, place), _of_day(item["日期"], data, office.clock, Action.ATTENDANCE), of=len(items)
            )


def _begun(data: Data, office: Office) -> Moment | None:
    days = [house["日期"] for house in data.get("逐户", ()) if "日期" in house]
    return (
        office.clock.at(date.fromisoformat(min(days)), "18:10", data["排查人"], Action.ADD) if days else None
    )


def _asked_around(grown: Growth, data: Data, office: Office) -> None:
    who, houses = data["排查人"], data.get("逐户", ())
    for place, house in enumerate(houses):
        if "日期" in house:
            moment = office.clock.at(date.fromisoformat(house["日期"]), "18:10", who)
            grown.born(("逐户", place), moment, of=len(houses))
    for key in ("完成日期", "班级小结"):
        if key in data and "完成日期" in data:
            grown.born((key,), office.clock.at(date.fromisoformat(data["完成日期"]), "18:40", who))


def _hired(grown: Growth, data: Data, office: Office) -> None:
    people = data["教职工"]
    for number, person in enumerate(people):
        posts = person.get("任职", ())
        for place, post in enumerate(posts):
            grown.born(
                ("教职工", number, "任职", place), _office_hours(post.get("起"), office), of=len(posts)
            )
            if "止" in post:
                grown.born(("教职工", number, "任职", place, "止"), _office_hours(post["止"], office))
        first = min((post.get("起", "") for post in posts), default="")
        grown.born(("教职工", number), _office_hours(first, office), of=len(people))


def _office_hours(day: str | None, office: Office) -> Moment | None:
    on = date.fromisoformat(day) if day else date.min
    return office.clock.at(on, "08:05", office.roll.holder("校办主任", on)) if on > date.min else None


_Created = Callable[[Data, Office], Moment | None]
_Grow = Callable[[Growth, Data, Office], None]
_KINDS: Mapping[str, tuple[_Created, _Grow]] = {
    "meeting": (_held, _decisions_done),
    "activity": (_organized, _stays),
    "decision": (_decided, _stays),
    "counseling": (_opened, _counseled),
    "attendance": (_registered, _kept),
    "screening": (_begun, _asked_around),
    "staff": (_founded, _hired),
}
