"""What a person may change: by field, by whose words they are, and never as a way to read."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path as File
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanai.access import (
    HIDDEN_NOTICE,
    Actor,
    NoSuchField,
    Powers,
    Refusal,
    permits,
    powers_over,
    redact,
    refine,
)
from guanai.errors import GuanaiError, NotFound
from guanai.model.access import Access
from guanai.model.staff import Assignment
from guanai.schema import load_schemas
from guanai.yamlfile import Add, Change, Delete, NoSuchPlace, Set, applied, load

ON = date(2026, 11, 20)
_RECORDS = File(__file__).resolve().parents[2] / "records"
_LOADED = load((_RECORDS / "access.yml").read_bytes(), "records/access.yml")
ACCESS = Access.from_mapping(_LOADED.data)
SHAPE = load_schemas().record("student")
CHILD: dict[str, Any] = {
    "编号": "S2024-7K3QD",
    "姓名": "白小满",
    "性别": "女",
    "证件": {"类型": "护照", "号码": "E12345678"},
    "健康状况": "健康或良好",
    "学籍": [
        {"编号": "X-AAAA", "班级": "J2024-03", "状态": "在籍", "起": "2024-09-01", "原因": "随父母迁居"}
    ],
    "家庭": {
        "住址": "和平路 8 号",
        "监护人": [{"编号": "G-AAAA", "姓名": "白大满", "关系": "父亲", "健康状况": "慢性病"}],
    },
    "特殊情形": [
        {"编号": "C-AAAA", "情形": "留守", "起": "2024-09-10"},
        {"编号": "C-BBBB", "情形": "监护人服刑", "起": "2024-09-10"},
    ],
    "预警": [
        {
            "编号": "W20261023-AAAA",
            "等级": "黄",
            "日期": "2026-10-23",
            "理由": "连续缺课",
            "决定人": "T-BBBB",
        }
    ],
    "过程记录": [
        {
            "编号": "E20261102-AAAA",
            "类型": "课堂反馈",
            "时间": "2026-11-02T16:40+08:00",
            "记录人": "T-CCCC",
            "内容": "能举手",
            "监护人意见": "知道了",
        },
        {
            "编号": "E20261103-BBBB",
            "类型": "强制报告",
            "时间": "2026-11-03T16:40+08:00",
            "记录人": "T-AAAA",
            "内容": "已报",
        },
    ],
}


def _powers(
    *posts: tuple[str, str], staff: str = "T-CCCC", kind: str = "student", data: Any = None
) -> Powers:
    held = tuple(Assignment(role=role, scope=scope) for role, scope in posts)
    return powers_over(Actor(staff, "某", held), kind, CHILD if data is None else data, ACCESS, on=ON)


HOMEROOM = _powers(("班主任", "J2024-03"), staff="T-AAAA")
SUBJECT = _powers(("科任教师", "J2024-03"))
REGISTRAR = _powers(("学籍管理员", "全校"), staff="T-DDDD")
PRINCIPAL = _powers(("校长", "全校"), staff="T-BBBB")
GRADE = _powers(("年级组长", "J2024"), staff="T-EEEE")


def _told(powers: Powers, *changes: Change, before: Mapping[str, Any] = CHILD) -> tuple[Refusal, ...]:
    return permits("student", SHAPE, refine(SHAPE, changes, before, powers), before, powers)


def _entry(**more: Any) -> dict[str, Any]:
    return {"类型": "辅导", "时间": "2026-11-05T16:40+08:00", "记录人": "T-CCCC", "内容": "口算", **more}


def test_the_homeroom_teacher_edits_any_field_of_the_own_class() -> None:
    changes = (Set(("家庭", "住址"), "新村 1 号"), Set(("证件", "号码"), "E87654321"), Delete(("健康状况",)))
    assert _told(HOMEROOM, *changes) == ()


def test_who_has_no_post_over_the_child_may_nothing_and_learns_nothing() -> None:
    other = _powers(("班主任", "J2024-02"))
    (refusal,) = _told(other, Set(("姓名",), "某"))
    assert refusal.path == ()


def test_a_subject_teacher_adds_lessons_and_nothing_of_care() -> None:
    assert _told(SUBJECT, Add(("过程记录",), _entry())) == ()
    assert _told(SUBJECT, Add(("过程记录",), _entry(类型="家访"))) != ()
    assert _told(SUBJECT, Add(("过程记录",), _entry(密级="限制"))) != ()
    assert _told(SUBJECT, Add(("过程记录",), _entry(监护人意见="好"))) != ()
    assert _told(SUBJECT, Set(("课堂安全提示",), "避免跑步")) != ()


def test_an_entry_is_signed_by_who_writes_it() -> None:
    (refusal,) = _told(SUBJECT, Add(("过程记录",), _entry(记录人="T-AAAA")))
    assert "记录人" in refusal.reason
    assert _told(HOMEROOM, Add(("过程记录",), _entry(类型="家访"))) == ()


def test_any_teacher_of_the_child_can_make_a_mandatory_report() -> None:
    assert _told(SUBJECT, Add(("过程记录",), _entry(类型="强制报告", 密级="限制"))) == ()
    assert _told(SUBJECT, Add(("过程记录",), _entry(类型="强制报告", 记录人="T-AAAA"))) != ()


def test_own_entries_are_edited_by_their_writer_to_the_last_field() -> None:
    assert _told(SUBJECT, Set(("过程记录", "E20261102-AAAA", "监护人意见"), "会配合")) == ()
    assert _told(SUBJECT, Delete(("过程记录", "E20261102-AAAA"))) == ()
    assert _told(GRADE, Set(("过程记录", "E20261102-AAAA", "内容"), "改")) != ()


def test_nobody_becomes_the_writer_of_what_he_may_not_see_whole() -> None:
    assert _told(REGISTRAR, Set(("过程记录", "E20261102-AAAA", "内容"), "能举手了")) == ()
    assert _told(REGISTRAR, Set(("过程记录", "E20261102-AAAA", "记录人"), "T-DDDD")) != ()
    assert _told(SUBJECT, Set(("过程记录", "E20261102-AAAA", "记录人"), "T-AAAA")) != ()


def test_a_hidden_item_and_none_at_all_are_the_same_words() -> None:
    said = []
    for name in ("E20261103-BBBB", "E20261103-ZZZZ"):
        with pytest.raises(NoSuchPlace) as caught:
            _told(GRADE_PLAIN, Set(("过程记录", name, "内容"), "已报"), before=NO_LEVEL)
        said.append(str(caught.value).replace(name, "…"))
    assert said[0] == said[1]


NO_LEVEL = {key: value for key, value in CHILD.items() if key != "预警"}
GRADE_PLAIN = _powers(("年级组长", "J2024"), staff="T-EEEE", data=NO_LEVEL)


@pytest.mark.parametrize("guess", ["健康或良好", "残疾"])
def test_setting_a_hidden_field_tells_nothing_of_what_stands_there(guess: str) -> None:
    (refusal,) = _told(REGISTRAR, Set(("健康状况",), guess))
    assert refusal.path == ()
    assert "健康" not in refusal.reason


@pytest.mark.parametrize(
    "before", [CHILD, {**CHILD, "健康状况": "残疾"}, {k: v for k, v in CHILD.items() if k != "健康状况"}]
)
@pytest.mark.parametrize(
    "change",
    [Delete(("健康状况",)), Set(("健康状况",), "残疾"), Add(("健康状况",), "x"), Set(("健康状况", "x"), 1)],
)
def test_no_answer_tells_whether_a_hidden_field_is_filled(before: dict[str, Any], change: Change) -> None:
    try:
        answer = [refusal.reason for refusal in _told(REGISTRAR, change, before=before)]
    except NotFound as error:
        answer = [str(error)]
    assert answer == [_ANSWERS[type(change), len(change.path)]]


_GENERAL = "这处改动超出您的权限；请找有权限的人改，或先向校长、分管副校长申请。"
_ANSWERS = {
    (Delete, 1): _GENERAL,
    (Set, 1): _GENERAL,
    (Add, 1): str(NoSuchField(("健康状况",))),
    (Set, 2): str(NoSuchField(("健康状况", "x"))),
}


def test_a_value_above_the_own_labels_is_neither_set_nor_replaced() -> None:
    psychologist = _powers(("心理健康教师", "全校"))
    assert _told(psychologist, Set(("特殊情形", "C-AAAA", "情形"), "残疾")) != ()
    with pytest.raises(NoSuchPlace):
        _told(REGISTRAR, Set(("特殊情形", "C-BBBB", "情形"), "留守"))


def test_a_shown_mapping_put_back_changes_nothing_that_was_hidden() -> None:
    view = redact(SHAPE, CHILD, REGISTRAR.sees or frozenset(), reader="T-DDDD")
    plain = {key: HIDDEN_NOTICE if type(value).__name__ == "Hidden" else value for key, value in view.items()}
    assert refine(SHAPE, [Set((), plain)], CHILD, REGISTRAR) == ()
    plain["姓名"] = "白满"
    del plain["性别"]
    fine = refine(SHAPE, [Set((), plain)], CHILD, REGISTRAR)
    assert fine == (Set(("姓名",), "白满"), Delete(("性别",)))


def test_lists_put_back_are_told_apart_by_id() -> None:
    new = [{"编号": "C-AAAA", "情形": "留守", "起": "2024-10-01"}, {"情形": "学习困难", "起": "2026-09-01"}]
    fine = refine(SHAPE, [Set(("特殊情形",), new)], NO_LEVEL, GRADE_PLAIN)
    assert fine == (Set(("特殊情形", "C-AAAA", "起"), "2024-10-01"), Add(("特殊情形",), new[1]))


def test_deleting_a_group_of_fields_leaves_what_is_hidden_in_it() -> None:
    leader = _powers(("心理健康教师", "全校"))
    fine = refine(SHAPE, [Delete(("家庭",))], CHILD, leader)
    assert ("家庭",) not in [change.path for change in fine]
    assert Delete(("家庭", "住址")) in fine


def test_a_level_is_decided_by_the_principal_or_a_meeting() -> None:
    warning = {"等级": "红", "日期": "2026-11-19", "理由": "…", "决定人": "T-AAAA", "复核人": "T-BBBB"}
    assert _told(HOMEROOM, Add(("预警",), warning)) != ()
    assert _told(HOMEROOM, Add(("预警",), {**warning, "会议": "M20261119-AAAA"})) == ()
    assert _told(PRINCIPAL, Add(("预警",), warning)) == ()
    assert _told(HOMEROOM, Set(("预警", "W20261023-AAAA", "理由"), "连续缺课三天")) == ()
    assert _told(HOMEROOM, Set(("预警", "W20261023-AAAA", "决定人"), "T-AAAA")) != ()


def test_a_level_is_lowered_with_a_second_person_or_a_meeting() -> None:
    down = {"等级": "解除", "日期": "2026-11-19", "理由": "…", "决定人": "T-BBBB"}
    assert _told(PRINCIPAL, Add(("预警",), down)) != ()
    assert _told(PRINCIPAL, Add(("预警",), {**down, "复核人": "T-BBBB"})) != ()
    assert _told(PRINCIPAL, Add(("预警",), {**down, "复核人": "T-AAAA"})) == ()
    assert _told(PRINCIPAL, Delete(("预警", "W20261023-AAAA"))) != ()
    assert _told(PRINCIPAL, Set(("预警", "W20261023-AAAA", "等级"), "绿")) != ()
    assert _told(PRINCIPAL, Set(("预警", "W20261023-AAAA", "等级"), "红")) == ()


def test_who_may_only_add_does_not_move_a_child_to_another_class() -> None:
    stay = {"班级": "J2024-01", "状态": "在籍", "起": "2026-11-01"}
    assert _told(SUBJECT, Add(("学籍",), stay)) != ()
    assert _told(REGISTRAR, Add(("学籍",), stay)) == ()


def _of_school(kind: str, role: str, before: Any, *changes: Change) -> tuple[Refusal, ...]:
    powers = _powers((role, "全校"), staff="T-BBBB", kind=kind, data=before)
    return permits(kind, load_schemas().record(kind), changes, before, powers)


def test_nobody_widens_the_own_sight() -> None:
    staff = {
        "教职工": [
            {"编号": each, "姓名": "某", "任职": [{"角色": "校长", "范围": "全校", "起": "2024-09-01"}]}
            for each in ("T-AAAA", "T-BBBB")
        ]
    }
    post = {"角色": "班主任", "范围": "J2024-03", "起": "2026-09-01"}
    assert _of_school("staff", "系统管理员", staff, Add(("教职工", "T-AAAA", "任职"), post)) == ()
    assert _of_school("staff", "系统管理员", staff, Add(("教职工", "T-BBBB", "任职"), post)) != ()
    assert _of_school("staff", "班主任", staff, Add(("教职工", "T-AAAA", "任职"), post)) != ()
    access = _LOADED.data
    grant = {
        "教师": "T-BBBB",
        "学生": "S2024-7K3QD",
        "看": ["限制"],
        "起": "2026-11-01",
        "止": "2026-12-01",
        "批准人": "T-AAAA",
    }
    assert _of_school("access", "校长", access, Add(("特许",), grant)) != ()
    assert _of_school("access", "校长", access, Add(("特许",), {**grant, "教师": "T-AAAA"})) == ()
    roles = [
        {**role, "看": [*role["看"], "心理"]} if role["角色"] == "校长" else role for role in access["角色"]
    ]
    assert _of_school("access", "校长", access, Set(("角色",), roles)) != ()
    assert _of_school("access", "德育主任", access, Set(("角色",), access["角色"])) != ()


_PLACES: list[tuple[str | int, ...]] = [
    ("姓名",), ("性别",), ("证件",), ("证件", "号码"), ("健康状况",), ("家庭",), ("家庭", "住址"), ("家庭", "监护人"),
    ("家庭", "监护人", "G-AAAA"), ("家庭", "监护人", "G-AAAA", "健康状况"), ("特殊情形",), ("特殊情形", "C-BBBB"),
    ("特殊情形", "C-BBBB", "情形"), ("过程记录",), ("过程记录", "E20261103-BBBB"), ("过程记录", "E20261102-AAAA"),
    ("过程记录", "E20261102-AAAA", "记录人"), ("学籍", "X-AAAA", "原因"), ("学籍", "X-AAAA"), ("预警",), (),
]  # fmt: skip
_VALUES = st.sampled_from(
    [
        "",
        "残疾",
        "T-DDDD",
        5,
        None,
        [],
        ["残疾"],
        {},
        {"号码": "1"},
        [{"编号": "C-BBBB"}],
        [{"编号": "G-AAAA"}],
        {"健康状况": "残疾"},
    ]
)
_CHANGES = st.one_of(
    st.builds(Set, st.sampled_from(_PLACES), _VALUES),
    st.builds(Add, st.sampled_from(_PLACES), _VALUES),
    st.builds(Delete, st.sampled_from(_PLACES)),
)


@given(
    st.lists(_CHANGES, max_size=4),
    st.sampled_from([SUBJECT, REGISTRAR, GRADE, _powers(("心理健康教师", "全校"))]),
)
def test_what_is_hidden_survives_whatever_is_sent(changes: list[Change], powers: Powers) -> None:
    try:
        fine = refine(SHAPE, changes, CHILD, powers)
        if permits("student", SHAPE, fine, CHILD, powers):
            return
        after = applied(CHILD, fine)
    except GuanaiError:
        return
    hidden, kept = _hidden(SHAPE, CHILD, powers), _leaves(after)
    assert {path: kept.get(path) for path in hidden} == hidden


def _hidden(shape: Any, data: Any, powers: Powers) -> dict[tuple[str, ...], Any]:
    shown = _leaves(redact(shape, data, powers.sees or frozenset(), reader=powers.staff))
    return {path: value for path, value in _leaves(data).items() if shown.get(path) != value}


def _leaves(data: Any, path: tuple[str, ...] = ()) -> dict[tuple[str, ...], Any]:
    if isinstance(data, dict):
        return {
            place: leaf for key, each in data.items() for place, leaf in _leaves(each, (*path, key)).items()
        }
    if isinstance(data, list):
        names = [
            item.get("编号", str(place)) if isinstance(item, dict) else str(place)
            for place, item in enumerate(data)
        ]
        return {
            place: leaf
            for name, each in zip(names, data, strict=True)
            for place, leaf in _leaves(each, (*path, str(name))).items()
        }
    return {path: data}


_MEETING = load_schemas().record("meeting")
_HELD: dict[str, Any] = {
    "编号": "M20261023-AAAA",
    "范围": "全校",
    "主持人": "T-CCCC",
    "记录人": "T-CCCC",
    "决定": [
        {"编号": "J-AAAA", "事项": "走访", "责任人": ["T-AAAA"], "密级": "限制"},
        {"编号": "J-BBBB", "事项": "核对", "责任人": ["T-BBBB"]},
    ],
}


def _of_meeting(role: str, scope: str, *changes: Change) -> tuple[Refusal, ...]:
    posts = (Assignment(role=role, scope=scope, since=None, until=None, subject=None),) if role else ()
    powers = powers_over(Actor("T-AAAA", "白老师", posts), "meeting", _HELD, ACCESS, on=ON)
    return permits("meeting", _MEETING, refine(_MEETING, changes, _HELD, powers), _HELD, powers)


@pytest.mark.parametrize(
    ("role", "scope"), [("后勤主任", "全校"), ("年级组长", "J2024"), ("班主任", "J2024-03")]
)
def test_who_is_named_in_a_decision_writes_its_outcome_and_nothing_else_of_the_meeting(
    role: str, scope: str
) -> None:
    done: Change = Set(("决定", "J-AAAA", "完成"), "2026-10-30")
    assert not _of_meeting(role, scope, done, Set(("决定", "J-AAAA", "结果"), "办完。"))
    for beyond in (
        Set(("决定", "J-AAAA", "事项"), "别的"),
        Set(("决定", "J-AAAA", "密级"), "教学"),
        Add(("决定", "J-AAAA", "责任人"), "T-DDDD"),
        Set(
            ("决定", "J-AAAA"), {"编号": "J-AAAA", "事项": "走访", "责任人": ["T-AAAA"], "完成": "2026-10-30"}
        ),
        Delete(("决定", "J-AAAA")),
        Add(("决定",), {"编号": "J-CCCC", "事项": "走访", "责任人": ["T-AAAA"]}),
        Set(("名称",), "别的"),
    ):
        assert _of_meeting(role, scope, beyond), beyond
    for other in ("完成", "结果"):
        assert _is_refused(role, scope, Set(("决定", "J-BBBB", other), "2026-10-30")), other


def _is_refused(role: str, scope: str, change: Change) -> bool:
    try:
        return bool(_of_meeting(role, scope, change))
    except NoSuchPlace:  # what another was named for is not even told
        return True


def test_who_holds_no_post_any_more_writes_no_outcome() -> None:
    assert _of_meeting("", "", Set(("决定", "J-AAAA", "完成"), "2026-10-30"))
