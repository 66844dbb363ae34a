"""劝返: triggers, levels, deadlines to the minute, return, relapse and the closed account, by dated situations."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from generators.profiles import NoSuchProfile, ProfileDoesNotFit, applied, load_profile, profile_slugs
from guanai import clauses
from guanai.calendar import SchoolCalendar
from guanai.model.decision import SchoolDecision
from guanai.model.policy import Policy
from guanai.model.staff import Staff
from guanai.model.trail import Persuasion
from guanai.rules.attendance import Register
from guanai.rules.clock import Timeliness
from guanai.rules.enrolment import Status
from guanai.rules.levels import Level, Rules, rules_of
from guanai.rules.persuasion import Stage, account, open_cases, triggered_at
from guanai.rules.truancy import Known, tracking, triggers
from guanai.rules.visits import gaps
from guanai.yamlfile import load

_HERE = Path(__file__).parent / "situations"
_CHILD = "S2024-7K3QD"
RollCall = Callable[..., Register]
KnownAt = Callable[[Register, str], Known]


def _table(name: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = load((_HERE / name).read_bytes(), name).data
    return rows


def _named(rows: list[dict[str, Any]]) -> list[Any]:
    return [pytest.param(row, id=row["情况"]) for row in rows]


@pytest.mark.parametrize("row", _named(_table("triggers.yml")))
def test_a_persuasion_is_triggered(
    row: dict[str, Any], roll_call: RollCall, known_at: KnownAt, source_rules: Rules
) -> None:
    book = roll_call(row["未到"], uncounted=row.get("未核查", ()))
    found = triggers(
        _CHILD,
        known_at(book, row["此刻"]),
        days=source_rules.trigger_days,
        results=source_rules.trigger_results,
        since=date(2026, 9, 1),
    )
    expected = row["触发"]
    assert [each.at for each in found] == ([datetime.fromisoformat(expected)] if expected else [])


_LOST = [
    {"日期": day, "联系时间": f"{day}T08:20+08:00", "联系结果": "失联"}
    for day in ("2026-11-12", "2026-11-13", "2026-11-16")
]


def _case(**more: Any) -> Persuasion:
    return Persuasion.from_mapping(
        {
            "编号": "R20261116-7K3Q", "触发日期": "2026-11-16", "触发原因": "连续三个上课日未到校", "离校日期": "2026-11-12", "状态": "进行中", **more,
        }
    )  # fmt: skip


@pytest.mark.parametrize("row", _named(_table("accounts.yml")))
def test_each_stage_knows_its_next_step_and_its_last_minute(
    row: dict[str, Any], roll_call: RollCall, known_at: KnownAt, source_rules: Rules
) -> None:
    more = {"复学日期": row["复学日期"]} if "复学日期" in row else {}
    known = known_at(roll_call(_LOST), row["此刻"])
    case = _case(步骤=row["步骤"], **more)
    found = account(_CHILD, case, known, source_rules)
    assert triggered_at(_CHILD, case, known, source_rules) == datetime.fromisoformat("2026-11-16T08:20+08:00")
    assert found.stage == row["阶段"]
    task = found.next_task(known.now)
    told = task and {
        "级别": str(task.rule.level),
        "期限": task.deadline.due_at and task.deadline.due_at.isoformat(),
        "状态": str(task.state(known.now)),
    }
    assert told == row["下一步"]


def test_a_written_report_is_level_three(roll_call: RollCall, known_at: KnownAt, source_rules: Rules) -> None:
    paper = SchoolDecision.from_mapping(
        {"编号": "D20261118-2MF7", "类型": "公文", "名称": "书面报告", "日期": "2026-11-18", "决定人": "T-WSLF",
         "文书": {"类别": "书面报告", "对象": _CHILD}}
    )  # fmt: skip
    steps = [
        {"级别": "一级", "时间": "2026-11-16T17:00+08:00", "过程": "上门", "结果": "未返校"},
        {"级别": "二级", "时间": "2026-11-17T16:00+08:00", "过程": "上门", "结果": "未返校"},
    ]
    known = known_at(roll_call(_LOST), "2026-11-19T08:00+08:00")
    found = account(_CHILD, _case(步骤=steps), known, source_rules, papers=[paper])
    assert found.stage is Stage.REPORTED
    assert found.next_task(known.now) is None
    assert (
        account("S2024-2222A", _case(步骤=steps), known, source_rules, papers=[paper]).stage is Stage.SECOND
    )


def _day(calendar: SchoolCalendar, number: int) -> str:
    return f"{calendar.add_school_days(date(2026, 10, 8), number - 1)}"


@pytest.mark.parametrize(
    ("missed", "days", "stable"),
    [
        ([], 30, 30), ([12], 18, None), ([30], 0, None), ([31], 0, None),
    ],
    ids=["thirty days without a gap", "a gap begins the count anew", "the last day is missed", "a relapse after it"],
)  # fmt: skip
def test_thirty_school_days_without_unexcused_absence_are_stable(
    calendar: SchoolCalendar,
    roll_call: RollCall,
    known_at: KnownAt,
    missed: list[int],
    days: int,
    stable: int | None,
) -> None:
    book = roll_call([{"日期": _day(calendar, number)} for number in missed])
    last = max([30, *missed])
    kept = tracking(
        _CHILD,
        known_at(book, f"{_day(calendar, last)}T18:00+08:00"),
        returned_on=date(2026, 10, 8),
        needed=30,
    )
    assert kept.days == days
    assert kept.stable_on == (date.fromisoformat(_day(calendar, stable)) if stable else None)
    assert kept.relapses == tuple(date.fromisoformat(_day(calendar, number)) for number in missed)


def test_leave_does_not_break_a_stable_return_and_an_uncounted_day_does_not_lengthen_it(
    calendar: SchoolCalendar, roll_call: RollCall, known_at: KnownAt
) -> None:
    book = roll_call([{"日期": _day(calendar, 5), "类型": "病假"}], uncounted=[_day(calendar, 6)])
    kept = tracking(
        _CHILD, known_at(book, f"{_day(calendar, 30)}T18:00+08:00"), returned_on=date(2026, 10, 8), needed=30
    )
    assert (kept.days, kept.stable_on) == (29, None)


def test_today_counts_only_once_its_last_check_is_written(
    calendar: SchoolCalendar, roll_call: RollCall, known_at: KnownAt
) -> None:
    today = _day(calendar, 3)
    counted = known_at(roll_call(), f"{today}T17:00+08:00")
    uncounted = known_at(roll_call(uncounted=[today]), f"{today}T17:00+08:00")
    assert tracking(_CHILD, counted, returned_on=date(2026, 10, 8), needed=30).days == 3
    assert tracking(_CHILD, uncounted, returned_on=date(2026, 10, 8), needed=30).days == 2


def test_a_relapse_of_three_days_triggers_anew(
    roll_call: RollCall, known_at: KnownAt, source_rules: Rules
) -> None:
    again = [
        {"日期": day, "联系时间": f"{day}T08:20+08:00", "联系结果": "失联"}
        for day in ("2026-11-25", "2026-11-26", "2026-11-27")
    ]
    known = known_at(roll_call([*_LOST, *again]), "2026-11-27T12:00+08:00")
    found = triggers(_CHILD, known, days=3, results=source_rules.trigger_results, since=date(2026, 9, 1))
    assert [f"{each.at:%m-%d %H:%M}" for each in found] == ["11-16 08:20", "11-27 08:20"]


def test_an_account_may_be_closed_when_stable_or_when_the_child_has_left_for_good(
    roll_call: RollCall, known_at: KnownAt, source_rules: Rules
) -> None:
    known = known_at(roll_call(_LOST), "2027-01-20T18:00+08:00")
    back = _case(复学日期="2026-11-18")
    assert account(_CHILD, back, known, source_rules).stage is Stage.STABLE
    assert account(_CHILD, back, known, source_rules).may_close
    early = known_at(roll_call(_LOST), "2026-11-30T18:00+08:00")
    assert not account(_CHILD, back, early, source_rules).may_close
    assert account(_CHILD, _case(), early, source_rules, status=Status.TRANSFERRED_OUT).may_close
    closed = account(_CHILD, _case(复学日期="2026-11-18", 销号日期="2027-01-19"), known, source_rules)
    assert (closed.stage, closed.status, closed.may_close) == (Stage.CLOSED, "销号", False)


def test_closed_cases_are_not_open() -> None:
    cases = [_case(), _case(销号日期="2026-11-20")]
    assert open_cases(cases, date(2026, 11, 19)) == tuple(cases)
    assert open_cases(cases, date(2026, 11, 20)) == (cases[0],)
    assert open_cases(cases, date(2026, 11, 15)) == ()


# ------------------------------------------------------------------------------------------- what a step's record lacks


def _step(**more: Any) -> dict[str, Any]:
    return {
        "编号": "Q20261116-2345", "级别": "一级", "时间": "2026-11-16T17:00+08:00", "过程": "上门", "结果": "未返校", "家长态度": "客气", "学生态度": "沉默",
        "携带材料": ["义务教育法节选", "在校表现资料"], "参加人": [{"教师": "T-R4NY"}, {"教师": "T-SHM5"}], "签字": "已签", **more,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({}, ""),
        ({"签字": "拒签"}, "见证人"),
        ({"签字": "拒签", "见证人": "村儿童主任"}, ""),
        ({"签字": "待签"}, "签字"),
        ({"携带材料": ["义务教育法节选"]}, "在校表现资料"),
        ({"学生态度": ""}, "学生态度"),
        ({"参加人": [{"教师": "T-R4NY"}]}, "科任教师"),
        ({"参加人": [{"教师": "T-SHM5"}, {"教师": "T-9QTR"}]}, "班主任牵头"),
    ],
)
def test_a_step_says_what_it_lacks(
    more: dict[str, Any], told: str, source_rules: Rules, staff: Staff
) -> None:
    found = [gap.message for gap in gaps(_case(步骤=[_step(**more)]), source_rules, staff)]
    assert (len(found) == 1 and told in found[0]) if told else not found


def test_a_level_that_was_skipped_is_told(source_rules: Rules, staff: Staff) -> None:
    step = _step(
        级别="二级",
        参加人=[{"教师": "T-AU8V"}, {"姓名": "某", "单位职务": "村干部"}],
        携带材料=["义务教育法节选", "在校表现资料", "劝学通知书"],
    )
    assert [gap.message for gap in gaps(_case(步骤=[step]), source_rules, staff)] == [
        "有二级劝返，没有一级劝返的记录；做过的请补录。"
    ]


# ------------------------------------------------------------------------------------------------------------- profiles


def test_the_source_profile_is_the_preset_itself(plan: Mapping[str, Any]) -> None:
    assert Policy.from_mapping(applied(plan, load_profile("source"))) == Policy.from_mapping(plan)


@pytest.mark.parametrize("slug", profile_slugs())
def test_a_profile_makes_a_sound_policy(slug: str, plan: Mapping[str, Any]) -> None:
    policy = Policy.from_mapping(applied(plan, load_profile(slug)))
    assert clauses.placeholder_problems(policy) == []
    assert clauses.figure_problems(policy) == []
    words = clauses.printed(policy)
    assert words["启动.触发天数"] in ("1天", "2天", "3天")


@pytest.mark.parametrize("slug", ["daily", "county"])
def test_the_local_profiles_are_stricter_and_ask_no_reason(
    slug: str, plan: Mapping[str, Any], source_rules: Rules, roll_call: RollCall, known_at: KnownAt
) -> None:
    local = rules_of([Policy.from_mapping(applied(plan, load_profile(slug)))])
    assert local.trigger_days < source_rules.trigger_days
    days = [
        {"日期": day, "联系时间": f"{day}T08:20+08:00", "联系结果": "已知去向"}
        for day in ("2026-11-12", "2026-11-13")
    ]
    known = known_at(roll_call(days), "2026-11-13T09:00+08:00")
    first = triggers(
        _CHILD, known, days=local.trigger_days, results=local.trigger_results, since=date(2026, 11, 1)
    )
    assert [each.days[-1].day for each in first] == [11 + local.trigger_days]
    assert (
        triggers(_CHILD, known, days=3, results=source_rules.trigger_results, since=date(2026, 11, 1)) == ()
    )


def test_a_profile_fits_only_the_plan_it_is_for() -> None:
    with pytest.raises(ProfileDoesNotFit, match="红色预警"):
        applied({"名称": "某制度", "章": []}, load_profile("daily"))
    with pytest.raises(NoSuchProfile, match="county、daily、source"):
        load_profile("none")


def test_changing_a_limit_in_the_policy_changes_the_paper_and_the_clock(
    plan: Mapping[str, Any], roll_call: RollCall, known_at: KnownAt
) -> None:
    profile = replace(load_profile("source"), duties={"二级劝返": {"期限": "五天"}})
    policy = Policy.from_mapping(applied(plan, profile))
    steps = [{"级别": "一级", "时间": "2026-11-16T17:00+08:00", "过程": "上门", "结果": "未返校"}]
    known = known_at(roll_call(_LOST), "2026-11-17T12:00+08:00")
    task = account(_CHILD, _case(步骤=steps), known, rules_of([policy])).next_task(known.now)
    assert task is not None
    assert task.deadline.due_at == datetime.fromisoformat("2026-11-23T23:59:59+08:00")
    assert clauses.printed(policy)["二级劝返.期限"] == "五天"


# ------------------------------------------------------------------------------------------------------------------ laws


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(
    steps=st.lists(
        st.tuples(st.sampled_from(["一级", "二级", "三级"]), st.integers(0, 20 * 24 * 60)), max_size=4
    ),
    moments=st.lists(st.integers(0, 40 * 24 * 60), min_size=2, max_size=5),
)
def test_time_never_undoes_a_level(
    steps: list[tuple[str, int]],
    moments: list[int],
    roll_call: RollCall,
    known_at: KnownAt,
    source_rules: Rules,
) -> None:
    begin = datetime.fromisoformat("2026-11-16T08:20+08:00")
    made = [
        {
            "级别": level,
            "时间": (begin + timedelta(minutes=after)).isoformat(timespec="minutes"),
            "过程": "上门",
            "结果": "未返校",
        }
        for level, after in steps
    ]
    book, done = roll_call(_LOST), set[Level]()
    for moment in sorted(moments):
        known = known_at(book, (begin + timedelta(minutes=moment)).isoformat())
        found = account(_CHILD, _case(步骤=made), known, source_rules)
        now_done = {task.rule.level for task in found.tasks if task.state(known.now) is Timeliness.DONE}
        assert done <= now_done
        done = now_done
