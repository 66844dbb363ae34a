"""工作交接单 and 班主任工作总结: written where a class or a child comes into other hands, and where a year ends."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from guanai import ids
from guanai.almanac import Year
from guanai.demo.enrolment import Stay
from guanai.demo.world import Life, World

_HANDOVER = "工作交接单"
_SUMMARY = "班主任工作总结"
#: Last school days of a year, of which one sees the summary handed in.
_LAST_DAYS = 4


@dataclass(frozen=True, slots=True)
class _Paper:
    """A paper before it is written; ``student`` is "" for one about a class."""

    day: date
    kind: str
    name: str
    subject: str
    signer: str
    student: str = ""


def handover_papers(world: World) -> Iterator[dict[str, Any]]:
    """Yield the decision that each paper of this and the last year stands in."""
    taken: set[str] = set()
    for paper in (*_homerooms(world), *_children(world), *_years(world)):
        dice = world.setting.dice("handover", paper.day, paper.kind, paper.subject)
        made = ids.new_id("D", on=paper.day, taken=taken, rng=dice.random)
        taken.add(made)
        yield {
            "编号": made,
            "类型": "公文",
            "名称": paper.name,
            "日期": f"{paper.day}",
            "文书": {"类别": paper.kind, "对象": paper.subject},
            **({"学生": [paper.student]} if paper.student else {}),
            "决定人": paper.signer,
            "结果": "同意",
            "签字": "已签",
        }


def _homerooms(world: World) -> Iterator[_Paper]:
    for plan in world.classes:
        for since, taker in world.staff.homerooms[plan.id][1:]:
            day = _soon(world, since, plan.id)
            if day:
                yield _Paper(day, _HANDOVER, f"班主任{_HANDOVER}", plan.id, taker)


def _children(world: World) -> Iterator[_Paper]:
    for life in world.special:
        for before, after in pairwise(life.stays):
            day = _soon(world, after.since, life.child.id)
            signer = _signer(world, before, after)
            if day and signer:
                yield _Paper(day, _HANDOVER, f"学生{_HANDOVER}", life.child.id, signer, life.child.id)


def _signer(world: World, before: Stay, after: Stay) -> str:
    """Return who signs for a child that moves: who takes it over, else who lets it go; "" for no such move."""
    if after.status == "转出":
        return world.staff.homeroom(before.class_id, after.since)
    is_other = before.class_id != after.class_id
    return world.staff.homeroom(after.class_id, after.since) if is_other else ""


def _soon(world: World, since: date, subject: str) -> date | None:
    """Return one of the first school days after a change, None for one that lies ahead or long ago."""
    days = [
        day
        for term in world.setting.year.terms
        for day in term.until(world.setting.on)
        if term.begins <= since <= term.ends and day >= since
    ]
    place = world.setting.dice("hands", since, subject).number(1, 3)
    return days[place] if place < len(days) else None


def _years(world: World) -> Iterator[_Paper]:
    for year in (world.setting.last_year, world.setting.year):
        for plan in world.classes:
            day = _year_ends(world, year, plan.id)
            kept = [life for life in world.of_class(plan.id) if _had_file(life, day)] if day else []
            if day and kept:
                signer = world.staff.homeroom(plan.id, day)
                yield _Paper(day, _SUMMARY, _SUMMARY, plan.id, signer)
                yield _Paper(day, _HANDOVER, f"班主任{_HANDOVER}", plan.id, signer)


def _year_ends(world: World, year: Year, class_id: str) -> date | None:
    day = world.setting.dice("year's end", year.id, class_id).pick(year.terms[1].days[-_LAST_DAYS:])
    return day if day <= world.setting.on and date(int(class_id[1:5]), 9, 1) <= year.terms[0].begins else None


def _had_file(life: Life, day: date) -> bool:
    return life.child.is_special and life.child.filed_on <= day
