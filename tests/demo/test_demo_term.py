"""What a term leaves behind: checks, screenings, levels, meetings, aids."""

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import pytest

from guanai.almanac import make_year
from guanai.demo.terms import current_term
from guanai.paths import kind_of

Make = Callable[..., Mapping[str, Mapping[str, Any]]]


def _of(records: Mapping[str, Mapping[str, Any]], kind: str) -> list[Mapping[str, Any]]:
    return [record for path, record in records.items() if kind_of(path) == kind]


def test_every_class_is_checked_three_times_on_every_school_day(school: Make, today: date) -> None:
    records = school(400)
    days = [day for day in make_year(2026).terms[0].days if day <= today]
    checks = Counter(
        (record["班级"], check["日期"]) for record in _of(records, "attendance") for check in record["核查"]
    )
    classes = [each["编号"] for each in records["records/school.yml"]["班级"]]
    assert checks == {(each, f"{day}"): 3 for each in classes for day in days}


def test_who_was_missed_is_who_was_not_counted(school: Make) -> None:
    for record in _of(school(400), "attendance"):
        missed = Counter((each["日期"], each["节点"]) for each in record.get("异常", []))
        for check in record["核查"]:
            assert check["应到"] - check["实到"] == missed[check["日期"], check["节点"]]


def test_parents_are_called_within_an_hour_of_the_check_that_missed_the_child(school: Make) -> None:
    for record in _of(school(400), "attendance"):
        checked = {(each["日期"], each["节点"]): each["时间"] for each in record["核查"]}
        for each in record.get("异常", []):
            if "联系时间" in each:
                wait = _minutes(each["联系时间"][11:16]) - _minutes(checked[each["日期"], each["节点"]])
                assert 0 <= wait <= 60
            if "报备时间" in each:
                assert (
                    _minutes(each["报备时间"][11:16]) - _minutes(checked[each["日期"], each["节点"]]) <= 120
                )


def _minutes(clock: str) -> int:
    return int(clock[:2]) * 60 + int(clock[3:])


def test_every_family_is_ticked_off_once(school: Make) -> None:
    records = school(400)
    ticked = Counter(family["学生"] for record in _of(records, "screening") for family in record["逐户"])
    assert set(ticked.values()) == {1}
    here = {
        child["编号"]
        for child in _of(records, "student")
        if child["学籍"][-1]["状态"] in ("在籍", "转入", "复学")
    }
    assert here <= set(ticked)


def test_all_three_levels_occur_and_each_change_at_a_meeting_is_in_its_record(school: Make) -> None:
    records = school(400)
    levels = [(child["编号"], level) for child in _of(records, "student") for level in child.get("预警", [])]
    assert {level["等级"] for _, level in levels} >= {"红", "黄", "绿"}
    at_meetings = {(child, level["编号"], level["会议"]) for child, level in levels if "会议" in level}
    written = {
        (change["学生"], change["预警"], meeting["编号"])
        for meeting in _of(records, "meeting")
        for change in meeting.get("等级变更", [])
    }
    assert at_meetings == written
    assert at_meetings


def test_a_persuasion_begins_on_the_third_missed_day(school: Make) -> None:
    records = school(1000)
    stories = [(child["编号"], each) for child in _of(records, "student") for each in child.get("劝返", [])]
    assert {each["状态"] for _, each in stories} == {"进行中", "已返校", "稳定就读", "已上报"}
    missed: dict[str, set[str]] = {}
    for record in _of(records, "attendance"):
        for each in record.get("异常", []):
            if each["类型"] == "未请假缺勤" and each["节点"] == "晨读":
                missed.setdefault(each["学生"], set()).add(each["日期"])
    for child, story in stories:
        gap = sorted(day for day in missed[child] if story["离校日期"] <= day <= story["触发日期"])
        assert len(gap) == 3
        assert story["步骤"][0]["时间"][:10] == story["触发日期"]


def test_reductions_rest_on_a_decision_of_the_same_amount(school: Make) -> None:
    records = school(400)
    decided = {record["编号"]: record for record in _of(records, "decision")}
    aids = [aid for child in _of(records, "student") for aid in child.get("照顾", []) if "审批" in aid]
    assert aids
    assert all(decided[aid["审批"]]["金额"] == aid["金额"] for aid in aids)


def test_every_kind_of_meeting_and_activity_of_a_term_has_been_held(school: Make) -> None:
    records = school(400)
    meetings = {record["类型"] for record in _of(records, "meeting")}
    activities = {record["类型"] for record in _of(records, "activity")}
    assert meetings == {
        "专题部署会", "月汇报会", "月研判会", "学情研判会", "季评估会", "家长座谈会", "班主任交流会",
    }  # fmt: skip
    assert {
        "团体辅导",
        "家长开放日",
        "教师培训",
        "主题班会",
        "成长故事会",
        "专项督查",
        "进步之星评选",
    } <= activities


def test_a_meeting_with_guests_says_so_and_tells_of_no_child(school: Make) -> None:
    for record in _of(school(400), "meeting"):
        guests = any("教师" not in person for person in record.get("列席", [])) or "家长签到" in record
        assert record.get("会外人员参加", False) == guests
        if guests:
            assert "等级变更" not in record


@pytest.mark.parametrize(
    ("on", "term"),
    [
        ("2026-11-20", "2026-2027-1"), ("2027-02-03", "2026-2027-1"), ("2027-03-01", "2026-2027-2"),
        ("2026-08-31", "2025-2026-2"), ("2024-09-01", "2023-2024-2"), ("2024-09-02", "2024-2025-1"),
    ],
)  # fmt: skip
def test_the_term_is_the_one_that_began_last(on: str, term: str) -> None:
    assert current_term(date.fromisoformat(on))[2].id == term


def test_the_calendar_keeps_holidays_and_make_up_days() -> None:
    autumn = make_year(2026).terms[0]
    assert date(2026, 10, 10) in autumn.days  # a Saturday that makes up for a day of the holiday
    assert date(2026, 10, 5) not in autumn.days
    assert date(2026, 9, 25) not in autumn.days
    assert {"日期": "2026-10-10", "补": "2026-10-07"} in make_year(2026).record["补课日"]


def test_what_is_not_announced_yet_is_marked_tentative() -> None:
    record = make_year(2026).record
    assert all(term["暂定"] for term in record["学期"])
    assert [each["名称"] for each in record["放假"] if "暂定" not in each] == ["中秋节", "国庆节"]
    assert "备注" in record
    assert all("暂定" not in term for term in make_year(2025).record["学期"])
