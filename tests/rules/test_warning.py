"""预警: signs and proposals by dated situations; the decision is a person's, and somebody answers for it."""

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanai.calendar import SchoolCalendar
from guanai.model.policy import Policy
from guanai.model.school import School
from guanai.model.staff import Staff
from guanai.rules.attendance import Register
from guanai.rules.derived import shown, visible
from guanai.rules.facts import ChildFacts, assemble, extract
from guanai.rules.levels import Rules, rules_of
from guanai.rules.posts import Posts
from guanai.rules.signs import Sign, Weight, signs
from guanai.rules.supervision import owner_of
from guanai.rules.thresholds import (
    EDITION,
    UnreadableThreshold,
    house_thresholds,
    threshold_problems,
    thresholds_of,
)
from guanai.rules.truancy import Known
from guanai.rules.warning import LEVELS, Proposal, propose, suggested, uncontacted
from guanai.yamlfile import load

_TABLE = Path(__file__).parent / "situations" / "levels.yml"
_ROWS: list[dict[str, Any]] = load(_TABLE.read_bytes(), "levels.yml").data
_CHILD = "S2024-7K3QD"
_ON = date(2026, 11, 20)
_ALL = frozenset({"教学", "关爱", "限制", "证件", "心理"})
RollCall = Callable[..., Register]
KnownAt = Callable[[Register, str], Known]
MakeChild = Callable[..., ChildFacts]


def _record(file: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "编号": _CHILD, "姓名": "某", "性别": "女", "学籍": [{"编号": "X-2222", "班级": "J2024-03", "状态": "在籍", "起": "2024-09-01"}], **file,
    }  # fmt: skip


@pytest.fixture
def child(calendar: SchoolCalendar, staff: Staff) -> MakeChild:
    def make(file: Mapping[str, Any], labels: frozenset[str] | None = None) -> ChildFacts:
        rows = {"student": [extract("student", _record(file))]}
        found = assemble(rows, school=School(), staff=staff, calendar=calendar, policies=(), labels=labels)
        return found.children[_CHILD]

    return make


@pytest.mark.parametrize("row", [pytest.param(row, id=row["情况"]) for row in _ROWS])
def test_signs_suggest_a_level(
    row: dict[str, Any], child: MakeChild, roll_call: RollCall, known_at: KnownAt, source_rules: Rules
) -> None:
    made = child(row["档案"])
    known = known_at(roll_call(row.get("未到", ())), "2026-11-20T12:00+08:00")
    found = signs(made, known, source_rules)
    assert sorted(sign.rule for sign in found) == sorted(row["迹象"])
    proposal = propose(made, found, _ON)
    assert (proposal and proposal.level) == row["建议"]
    if proposal is not None:
        assert (proposal.version, proposal.signs) == (EDITION, found)
        assert visible(proposal, {_CHILD: _ALL})
        assert not visible(proposal, {_CHILD: frozenset({"教学"})})


def test_every_sign_names_its_evidence(
    child: MakeChild, roll_call: RollCall, known_at: KnownAt, source_rules: Rules
) -> None:
    rows = [row for row in _ROWS if row["迹象"] and "心理" not in row["档案"]]
    for row in rows:
        known = known_at(roll_call(row.get("未到", ())), "2026-11-20T12:00+08:00")
        found = signs(child(row["档案"]), known, source_rules)
        assert found, row["情况"]
        for sign in found:
            assert sign.evidence, row["情况"]
            assert all(sign.evidence), row["情况"]
            assert _CHILD not in sign.text


_RESTRICTED = {
    "特殊情形": [{"编号": "C-2222", "情形": "离家出走经历", "起": "2026-10-20"}],
    "过程记录": [
        {
            "编号": "E20261110-2222",
            "类型": "突发事件",
            "时间": "2026-11-10T20:00+08:00",
            "记录人": "T-R4NY",
            "内容": "另记",
        }
    ],
}


def test_a_reader_without_the_label_finds_no_sign_and_no_level_of_it(
    child: MakeChild, roll_call: RollCall, known_at: KnownAt, source_rules: Rules
) -> None:
    known = known_at(roll_call(), "2026-11-20T12:00+08:00")
    whole = signs(child(_RESTRICTED), known, source_rules)
    held = frozenset({"教学", "关爱"})
    assert len(whole) == 3
    assert shown(whole, {_CHILD: held}) == ()
    assert signs(child(_RESTRICTED, held), known, source_rules) == ()
    assert propose(child(_RESTRICTED, held), (), _ON) is None


def test_no_sign_is_a_statement_too(child: MakeChild) -> None:
    calm = {
        "预警": [
            {"编号": "W20260923-2222", "等级": "黄", "日期": "2026-09-23", "理由": "波动", "决定人": "T-AU8V"}
        ]
    }
    lower = propose(child(calm), (), _ON)
    assert lower is not None
    assert (lower.level, lower.is_rise) == ("绿", False)
    assert "第二人" in lower.needs
    assert visible(lower, {_CHILD: _ALL})
    assert not visible(lower, {_CHILD: frozenset({"教学", "关爱"})})


def test_many_signs_and_nobody_in_touch_is_told(
    child: MakeChild, roll_call: RollCall, known_at: KnownAt, source_rules: Rules
) -> None:
    known = known_at(roll_call(), "2026-11-20T12:00+08:00")
    kinds = [
        {"编号": f"C-222{place}", "情形": word, "起": "2024-09-10"}
        for place, word in enumerate(["留守", "家庭经济困难", "残疾"], 2)
    ]
    talk = {
        "编号": "E20261030-2222",
        "类型": "谈话",
        "时间": "2026-10-30T12:00+08:00",
        "记录人": "T-R4NY",
        "内容": "听他说",
    }
    silent, spoken = child({"特殊情形": kinds}), child({"特殊情形": kinds, "过程记录": [talk]})
    found = signs(silent, known, source_rules)
    assert uncontacted(silent, found, _ON) == found
    assert uncontacted(spoken, found, _ON) == ()
    assert uncontacted(spoken, found, date(2026, 12, 1)) == found
    assert uncontacted(silent, found[:2], _ON) == ()


# ------------------------------------------------------------------------------------------------ owners


def test_the_owner_follows_the_level(staff: Staff) -> None:
    found = [owner_of(level, "J2024-02", Posts(staff, School()), _ON) for level in LEVELS]
    assert found == ["", "T-9QTR", "T-AU8V", "T-WSLF"]


def test_a_vacant_post_falls_to_the_grade_head(staff: Staff) -> None:
    left = Staff(people=tuple(person for person in staff.people if person.id != "T-AU8V"))
    assert owner_of("黄", "J2024-02", Posts(left, School()), _ON) == "T-9QTR"


# ----------------------------------------------------------------------------------------------------------- thresholds


def _own(**figures: str) -> Policy:
    clause = {"编号": "预警建议", "正文": "本校的数字。", "参数": figures}
    return Policy.from_mapping(
        {"编号": "own", "名称": "本校办法", "类别": "办法", "章": [{"标题": "章", "条": [clause]}]}
    )


_FAILED = {
    "成绩": [
        {"编号": f"K-222{place}", "学期": "2026-2027-1", "日期": f"2026-10-{place}0", "学科": "数学", "类别": "单元测试",
         "分数": 55, "满分": 100}
        for place in (1, 2)
    ]
}  # fmt: skip


@pytest.mark.parametrize(
    ("figures", "rules"),
    [
        ({}, []),
        ({"不及格": "两次"}, ["连续不及格"]),
        ({"不及格": "2次", "及格线": "55分"}, []),
    ],
)
def test_a_school_changes_a_threshold_in_its_policy_and_nowhere_else(
    figures: dict[str, str], rules: list[str], child: MakeChild, roll_call: RollCall, known_at: KnownAt
) -> None:
    using = rules_of([_own(**figures)])
    known = known_at(roll_call(), "2026-11-20T12:00+08:00")
    found = signs(child(_FAILED), known, using)
    assert [sign.rule for sign in found] == rules
    proposal = propose(child(_FAILED), found, _ON, using.thresholds)
    assert (proposal is not None) == bool(rules)
    if proposal is not None:
        # Who reads it later can tell by which figures it was made.
        assert proposal.version.startswith(EDITION)
        assert "不及格 2" in proposal.version


def test_what_a_policy_does_not_name_is_as_in_the_house_rules() -> None:
    assert thresholds_of([_own()]) == house_thresholds()
    assert house_thresholds().version == EDITION
    assert (house_thresholds().failed, house_thresholds().pass_share) == (3, 0.6)
    with pytest.raises(UnreadableThreshold, match="缺勤"):
        thresholds_of([_own(缺勤="几天")])
    [(pointer, sentence)] = threshold_problems(_own(缺勤="几天", 迹象="3项"))
    assert (pointer, "几天" in sentence) == ("/章/0/条/0/参数/缺勤", True)


# ------------------------------------------------------------------------------------------------------------------ laws

_SIGNS = st.builds(
    lambda weight: Sign(_CHILD, "x", "x", weight, ("x",), _ON, frozenset()), st.sampled_from(Weight)
)


@given(st.lists(_SIGNS, max_size=5), _SIGNS)
def test_another_sign_never_lowers_what_is_suggested(found: list[Sign], more: Sign) -> None:
    assert LEVELS.index(suggested([*found, more])) >= LEVELS.index(suggested(found))


@given(st.sampled_from(LEVELS), st.sampled_from(LEVELS), st.lists(st.sampled_from(sorted(_ALL)), max_size=3))
def test_a_proposal_carries_the_labels_of_its_signs(level: str, current: str, labels: list[str]) -> None:
    sign = Sign(_CHILD, "x", "x", Weight.PLAIN, ("x",), _ON, frozenset(labels))
    assert Proposal(_CHILD, level, current, (sign,)).labels >= sign.labels
