"""Duties in dated situations, one row a promise; and what must hold of all of them at any time."""

import re
from collections.abc import Iterator, Mapping
from copy import deepcopy
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from guanai import clauses
from guanai.calendar import SHANGHAI, SchoolCalendar
from guanai.model.calendar import Calendar
from guanai.model.policy import Clause, Paragraph, Policy
from guanai.model.school import School
from guanai.model.staff import Staff
from guanai.rules.duties import Occurrence, State, duties, duties_between, plans_of
from guanai.rules.explain import explain
from guanai.rules.facts import Facts, assemble
from guanai.rules.plans import Rhythm
from guanai.rules.rows import extract
from guanai.schema import load_schemas

_HERE = Path(__file__).parent
_ROOT = Path(__file__).parents[2]
_PRESETS = _ROOT / "generators" / "policies"
_SLUGS = ("care-a1", "care-a2", "care-a3", "care-a4", "care-a5", "retention-b")
_TABLES = ("a_child", "a_school", "a_clock", "a_house")
_KINDS = {
    "activities": "activity",
    "attendance": "attendance",
    "counseling": "counseling",
    "decisions": "decision",
    "meetings": "meeting",
    "screenings": "screening",
}

_Mapping = Mapping[str, Any]


class _Core(yaml.SafeLoader):
    """YAML in which ``on`` is a word and a day is text."""


_Core.yaml_implicit_resolvers = {
    sign: [(tag, found) for tag, found in resolvers if not tag.endswith((":bool", ":timestamp"))]
    for sign, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Core.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("true|false"), list("tf"))


def _load(path: Path) -> Any:
    return yaml.load(path.read_text(encoding="utf-8"), _Core)  # noqa: S506 - a safe loader with fewer words


_WORLD = _load(_HERE / "duty_school.yml")
_CALENDAR = SchoolCalendar(
    [Calendar.from_mapping(_load(path)) for path in sorted((_ROOT / "records" / "calendar").glob("*.yml"))]
)
#: What comes with the program and binds every school.
_HOUSE = "house-rules"
_POLICIES: dict[str, dict[str, Any]] = {
    **{slug: _load(_PRESETS / f"{slug}.yml") for slug in _SLUGS},
    _HOUSE: _load(_ROOT / "guanai" / "rules" / f"{_HOUSE}.yml"),
}


def _policy(slug: str, change: Mapping[str, _Mapping] | None = None) -> Policy:
    data = deepcopy(_POLICIES[slug])
    for chapter in data["章"]:
        for clause in chapter.get("条", ()):
            for part in (clause, *clause.get("款", ())):
                for duty in part.get("职责", ()):
                    duty.update((change or {}).get(duty["编号"], {}))
    return Policy.from_mapping(data)


def _facts(
    policies: list[Policy], changed: _Mapping | None = None, records: _Mapping | None = None, **sight: Any
) -> Facts:
    """Return the school of ``duty_school.yml``.

    ``changed``: fields of the first child; ``records``: others, by folder, and under ``posts`` what people hold.
    """
    first, *others = _WORLD["students"]
    files = {"student": [{**first, **(changed or {})}, *others]}
    for folder, kind in _KINDS.items():
        files[kind] = list((records or {}).get(folder, ()))
    for kind, each in ((kind, each) for kind, found in files.items() for each in found):
        assert load_schemas().is_valid(kind, {"性别": "女", **each} if kind == "student" else each), each
    return assemble(
        {kind: [extract(kind, each) for each in found] for kind, found in files.items()},
        school=School.from_mapping(_WORLD["school"]),
        staff=_staff((records or {}).get("posts", {})),
        calendar=_CALENDAR,
        policies=policies,
        **sight,
    )


def _staff(posts: _Mapping) -> Staff:
    people = [{**each, "任职": posts.get(each["编号"], each["任职"])} for each in _WORLD["staff"]["教职工"]]
    return Staff.from_mapping({"教职工": people})


def _moment(text: str) -> date | datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI) if "T" in text else date.fromisoformat(text)


def _situations() -> Iterator[Any]:
    for table in _TABLES:
        for each in _load(_HERE / "situations" / f"{table}.yml"):
            for number, case in enumerate(each["then"]):
                both = {**each.get("given", {}), **case.get("given", {})}
                name = f"{each['policy']}-{each['duty']}-{case['on']}-{number}"
                yield pytest.param({**each, **case, "given": both}, id=name)


@pytest.mark.parametrize("case", list(_situations()))
def test_a_duty_stands_as_its_situation_says(case: dict[str, Any]) -> None:
    assert case["source"]
    policy = _policy(case["policy"], case.get("change"))
    facts = _facts([policy], case.get("given"), {**case, **case.get("records", {})})
    wanted = case.get("subject")
    found = [
        each.as_json() | {"needs": each.needed}
        for each in duties(facts, _moment(case["on"]))
        if each.title == case["duty"] and (wanted is None or each.subject == wanted)
    ]
    if case["expect"] == "none":
        assert found == []
        return
    assert len(found) == 1, [each["id"] for each in found]
    made = dict(found[0])
    made["evidence"] = [each["item"] or each["record"] for each in made["evidence"]]
    assert {key: made[key] for key in case["expect"]} == case["expect"]


def test_every_duty_of_every_preset_has_a_situation() -> None:
    told = {(each.values[0]["policy"], each.values[0]["duty"]) for each in _situations()}
    sources = {duty for _, duty in told}
    missing = {
        (slug, found.duty.id)
        for slug in (*_SLUGS, _HOUSE)
        for found in clauses.assignments(_policy(slug))
        if (slug, found.duty.id) not in told and found.duty.id not in sources
    }
    assert missing == set()


@cache
def _presets() -> tuple[Policy, ...]:
    return tuple(_policy(slug) for slug in _SLUGS)


@cache
def _tried() -> frozenset[str]:
    return frozenset(each.values[0]["duty"] for each in _situations())


_ROWS = [row for part in ("care", "retention") for row in _load(_ROOT / "tests" / "provisions.yml")[part]]


@pytest.mark.parametrize("row", _ROWS, ids=[row["id"] for row in _ROWS])
def test_every_provision_is_a_duty_that_is_tried_or_stands_in_a_paper(row: dict[str, Any]) -> None:
    policies = _presets()
    carried = [
        (policy.id, each.duty.id)
        for policy in policies
        for each in clauses.assignments(policy)
        if row["id"] in each.provisions
    ]
    parts = [(policy, part) for policy in policies for part in _parts(policy)]
    printed = [part for _, part in parts if row["id"] in part.provisions]
    assert carried or printed
    # R20 is a rule of who records, R22 a level's owner, R40 a clock: all of them are duties as well.
    if "cadence" in row or "evidence" in row:
        assert {duty for _, duty in carried} & _tried()
    # Each source that carries the provision has it in its own preset.
    sources = {policy.source for policy, part in parts if row["id"] in part.provisions}
    sources |= {policy.source for policy in policies if policy.id in {slug for slug, _ in carried}}
    assert set(row["where"]) <= sources


def _parts(policy: Policy) -> list[Clause | Paragraph]:
    """Return all clauses of a policy, and their paragraphs."""
    found: list[Clause | Paragraph] = []
    for chapter in policy.chapters:
        for clause in chapter.clauses:
            found += [clause, *clause.paragraphs]
    return found


def test_a_duty_names_the_one_provision_it_carries_out() -> None:
    found = {each.duty.id: each.provisions for each in clauses.assignments(_policy("retention-b"))}
    assert found["部署会"] == ("R03",)
    assert found["团体辅导"] == ("R17",)
    assert found["红色督办"] == ("R22",)


_FULL = _facts(
    [_policy("care-a1"), _policy("retention-b")],
    {
        "预警": [
            {"编号": "W20260910-2222", "等级": "黄", "日期": "2026-09-10", "理由": "由", "决定人": "T-2222"}
        ]
    },
)
#: Shrinking costs minutes here and a day is small enough as it is.
_PHASES = (Phase.explicit, Phase.reuse, Phase.generate)
_DAYS = st.dates(date(2026, 8, 20), date(2027, 7, 10))


def _done(facts: Facts, on: date) -> set[str]:
    return {each.id for each in duties_between(facts, date(2026, 9, 1), on, on) if each.state is State.DONE}


@settings(max_examples=25, deadline=None, phases=_PHASES)
@given(on=_DAYS)
def test_a_duty_is_in_exactly_one_state_and_once_on_the_list(on: date) -> None:
    found = duties(_FULL, on)
    assert len({each.id for each in found}) == len(found)
    for each in found:
        assert (each.state is State.DONE) == (each.found >= each.needed)
        assert not (each.is_soft and each.state is State.OVERDUE)
        assert each.opens <= each.due
        assert each.owners
    assert found == duties(_FULL, on)


@settings(max_examples=15, deadline=None, phases=_PHASES)
@given(
    on=_DAYS,
    later=st.integers(0, 60),
    kind=st.sampled_from(["谈话", "家访", "辅导", "督办", "结对谈心"]),
    at=_DAYS,
)
def test_evidence_never_makes_a_duty_overdue_and_time_never_undoes_one(
    on: date, later: int, kind: str, at: date
) -> None:
    entry = {
        "编号": "E20261103-2222", "类型": kind, "时间": f"{at}T12:00+08:00", "记录人": "T-6666", "内容": "谈",
        "教育策略": "甲", "教育效果": "乙", "经验与教训": "丙",
    }  # fmt: skip
    level = {"编号": "W20260910-2222", "等级": "黄", "日期": "2026-09-10", "理由": "由", "决定人": "T-2222"}
    policies = [_policy("care-a1"), _policy("retention-b")]
    facts = _facts(policies, {"预警": [level], "过程记录": [entry]})
    before = {each.id: each.state for each in duties(_FULL, on)}
    after = {each.id: each.state for each in duties(facts, on)}
    assert before.keys() == after.keys()
    assert all(after[each] is not State.OVERDUE or before[each] is State.OVERDUE for each in before)
    last = min(on + timedelta(days=later), date(2027, 7, 10))
    assert _done(facts, on) <= _done(facts, last)


@pytest.mark.parametrize(
    ("slug", "duty", "change", "printed"),
    [
        ("care-a1", "跟踪", {"周期": "每两周"}, "班主任每两周对每名特殊学生至少跟踪教育1次"),
        ("retention-b", "月研判", {"日": "20日"}, "领导小组每月20日召开研判会"),
        ("care-a1", "摸底", {"期限": "十天"}, "开学前后十天摸底"),
    ],
)
def test_a_figure_changed_once_changes_paper_duty_and_window(
    slug: str, duty: str, change: dict[str, str], printed: str
) -> None:
    on = date(2026, 9, 10)

    def told(policy: Policy) -> tuple[str, set[tuple[str, str]]]:
        facts = _facts([policy])
        found = [each for each in duties(facts, on) if each.title == duty]
        return explain(facts, found[0]).clause, {(str(each.opens), str(each.due)) for each in found}

    clause, turns = told(_policy(slug))
    new_clause, new_turns = told(_policy(slug, {duty: change}))
    assert printed in new_clause
    assert printed not in clause
    plan = next(
        each for each in plans_of(_facts([_policy(slug, {duty: change})])) if each.assignment.duty.id == duty
    )
    assert plan.assignment.duty != next(
        each.assignment.duty for each in plans_of(_facts([_policy(slug)])) if each.assignment.duty.id == duty
    )
    # Two weeks from a Tuesday without a holiday between are ten school days; over a holiday they are not.
    assert new_turns != turns or duty == "摸底"


def test_every_duty_explains_itself_without_a_childs_words() -> None:
    secret = {
        "编号": "E20261103-2222",
        "类型": "谈话",
        "时间": "2026-11-03T12:00+08:00",
        "记录人": "T-6666",
        "内容": "绝密的话",
    }
    facts = _facts([_policy("care-a1"), _policy("retention-b")], {"过程记录": [secret]})
    for each in duties(facts, date(2026, 11, 20)):
        lines = explain(facts, each).lines()
        assert len(lines) >= 7
        assert "绝密" not in "".join(lines)
        assert "{" not in "".join(lines)


def test_a_level_of_persuasion_tells_what_the_record_of_its_step_lacks() -> None:
    step = {"编号": "Q20261116-2222", "级别": "一级", "时间": "2026-11-16T17:00+08:00", "过程": "谈"}
    case: dict[str, Any] = {
        "编号": "R20261116-2222",
        "触发日期": "2026-11-16",
        "触发原因": "未到校",
        "状态": "进行中",
    }
    case |= {"步骤": [{**step, "结果": "未同意", "签字": "拒签"}]}
    facts = _facts([_policy("retention-b")], {"劝返": [case]})
    told = explain(facts, _named(duties(facts, date(2026, 11, 16)), "一级劝返"))
    assert told.found
    assert "家长拒签，还没有写见证人；请补上见证人的姓名和职务。" in told.lacking
    assert {f"还缺：{each}" for each in told.lacking} <= set(told.lines())


def test_a_reader_learns_nothing_from_what_lies_beyond_his_labels() -> None:
    hidden = {
        "特殊情形": [{"编号": "C-2222", "情形": "监护人服刑", "起": "2024-09-10"}],
        "过程记录": [
            {"编号": "E20261103-2222", "类型": "跟踪", "时间": "2026-11-03T12:00+08:00", "记录人": "T-6666",
             "内容": "谈", "教育策略": "甲", "教育效果": "乙", "经验与教训": "丙", "密级": "限制"}
        ],
    }  # fmt: skip
    care = frozenset({"教学", "关爱"})
    facts = _facts([_policy("care-a1")], hidden, labels=care)
    assert [each for each in duties(facts, date(2026, 11, 20)) if each.student] == []
    open_ground = {**hidden, "特殊情形": [{"编号": "C-2222", "情形": "留守", "起": "2024-09-10"}]}
    for labels, state in ((care, State.OPEN), (care | {"限制"}, State.DONE)):
        facts = _facts([_policy("care-a1")], open_ground, labels=labels)
        found = _named(duties(facts, date(2026, 11, 20)), "跟踪")
        assert found.state is state
        assert found.labels <= labels
    counsel = _facts(
        [_policy("retention-b")],
        {
            "预警": [
                {
                    "编号": "W20260910-2222",
                    "等级": "黄",
                    "日期": "2026-09-10",
                    "理由": "由",
                    "决定人": "T-2222",
                }
            ]
        },
    )
    assert "心理" in _named(duties(counsel, date(2026, 11, 20)), "面谈").labels


def test_a_vacant_post_falls_to_who_acts_and_else_to_the_grade_head() -> None:
    staff = deepcopy(_WORLD["staff"])
    homeroom = next(each for each in staff["教职工"] if each["编号"] == "T-6666")
    homeroom["任职"][0]["止"] = "2026-11-10"
    facts = _facts([_policy("care-a1")])
    vacant = _with_staff(facts, staff)
    found = _named(duties(vacant, date(2026, 11, 20)), "跟踪")
    assert (found.owners[0], found.is_vacant) == ("T-5555", True)
    homeroom["任职"].append({"角色": "班主任", "范围": "J2024-02", "代理": True, "起": "2026-11-11"})
    changed = {"学籍": [{"编号": "X-2222", "班级": "J2024-02", "状态": "在籍", "起": "2024-09-01"}]}
    acting = _with_staff(_facts([_policy("care-a1")], changed), staff)
    found = _named(duties(acting, date(2026, 11, 20)), "跟踪")
    assert found.owners == ("T-6666", "T-7777")


def test_a_policy_does_not_bind_before_its_day() -> None:
    data = {**_POLICIES["care-a1"], "采用": {"日期": "2026-09-04", "施行日期": "2026-11-11"}}
    facts = _facts([Policy.from_mapping(data)])
    assert duties(facts, date(2026, 11, 10)) == ()
    found = _named(duties(facts, date(2026, 11, 20)), "跟踪")
    assert found.opens.date() == date(2026, 11, 11)


def test_every_rhythm_occurs() -> None:
    assert {each.rhythm for each in plans_of(_FULL)} == set(Rhythm)


def _with_staff(facts: Facts, staff: _Mapping) -> Facts:
    return Facts(
        school=facts.school,
        staff=Staff.from_mapping(staff),
        calendar=facts.calendar,
        policies=facts.policies,
        children=facts.children,
        deeds=facts.deeds,
        screenings=facts.screenings,
        attendance=facts.attendance,
    )


def _named(found: tuple[Occurrence, ...], title: str) -> Occurrence:
    return next(each for each in found if each.title == title)
