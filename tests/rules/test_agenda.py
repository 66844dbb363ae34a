"""研判会: an agenda from what changed and what is overdue, and decisions that become dated tasks."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from guanai.calendar import SchoolCalendar
from guanai.model.meeting import Meeting
from guanai.model.school import School
from guanai.model.staff import Staff
from guanai.model.trail import Persuasion
from guanai.rules.agenda import draft, shifts, tasks, titles
from guanai.rules.attendance import Register
from guanai.rules.clock import Timeliness
from guanai.rules.derived import shown
from guanai.rules.enrolment import Status
from guanai.rules.facts import assemble, extract
from guanai.rules.levels import Rules
from guanai.rules.persuasion import account
from guanai.rules.truancy import Known
from guanai.rules.warning import Proposal

_CHILD, _OTHER = "S2024-7K3QD", "S2024-2222A"
_NOW = datetime.fromisoformat("2026-11-25T16:00+08:00")


def _meeting(**more: Any) -> Meeting:
    return Meeting.from_mapping(
        {
            "编号": "M20261023-4QX9", "类型": "月研判会", "名称": "十月研判会", "时间": "2026-10-23T16:40+08:00", "主持人": "T-WSLF",
            "决定": [
                {"编号": "J-2222", "事项": "补课开起来。", "责任人": ["T-R4NY", "T-9QTR", "T-R4NY"], "期限": "2026-10-30", "学生": [_CHILD], "完成": "2026-10-26"},
                {"编号": "J-3333", "事项": "每周听一次汇报。", "责任人": ["T-AU8V"], "期限": "2026-11-24", "学生": [_CHILD, _OTHER]},
                {"编号": "J-4444", "事项": "想想办法。", "责任人": ["T-AU8V"], "密级": "限制"},
            ],
            **more,
        }
    )  # fmt: skip


def test_each_decision_is_a_dated_task_of_each_owner() -> None:
    found = tasks([_meeting()])
    assert [(task.id, task.owner, task.due_on) for task in found] == [
        ("J-2222", "T-9QTR", date(2026, 10, 30)),
        ("J-2222", "T-R4NY", date(2026, 10, 30)),
        ("J-3333", "T-AU8V", date(2026, 11, 24)),
        ("J-4444", "T-AU8V", None),
    ]
    assert [str(task.state(_NOW)) for task in found] == ["已完成", "已完成", "逾期", "待办"]


def test_a_task_is_overdue_after_the_last_second_of_its_day() -> None:
    task = tasks([_meeting()])[2]
    assert task.state(datetime.fromisoformat("2026-11-24T23:59:59+08:00")) is Timeliness.OPEN
    assert task.state(datetime.fromisoformat("2026-11-25T00:00:00+08:00")) is Timeliness.OVERDUE


def test_a_task_carries_the_labels_of_its_decision() -> None:
    found = tasks([_meeting()])
    care = frozenset({"教学", "关爱"})
    assert [task.id for task in shown(found, {_CHILD: care, "": care})] == ["J-2222", "J-2222"]
    assert [task.id for task in shown(found, {_CHILD: care, _OTHER: care, "": care | {"限制"}})] == [
        "J-2222",
        "J-2222",
        "J-3333",
        "J-4444",
    ]


def test_changed_levels_come_with_the_risen_first(calendar: SchoolCalendar, staff: Staff) -> None:
    def row(child: str, *levels: tuple[str, str]) -> dict[str, Any]:
        made = [
            {"编号": f"W-222{place}", "日期": day, "等级": level, "理由": "x", "决定人": "T-AU8V"}
            for place, (day, level) in enumerate(levels, 2)
        ]
        return extract("student", {"编号": child, "姓名": "某", "学籍": [], "预警": made})

    rows = [
        row(_OTHER, ("2026-09-10", "黄"), ("2026-11-01", "解除")),
        row(_CHILD, ("2026-09-10", "绿"), ("2026-11-18", "红")),
        row("S2024-2222B", ("2026-09-10", "绿"), ("2026-11-18", "绿")),
        row("S2024-2222C", ("2026-11-19", "黄")),
    ]
    facts = assemble({"student": rows}, school=School(), staff=staff, calendar=calendar, policies=())
    found = shifts(facts.children.values(), date(2026, 10, 23), date(2026, 11, 20))
    assert [(each.student, each.before, each.after, f"{each.on}") for each in found] == [
        ("S2024-2222C", "解除", "黄", "2026-11-19"),
        (_CHILD, "绿", "红", "2026-11-18"),
        (_OTHER, "黄", "解除", "2026-11-01"),
    ]


@dataclass(frozen=True)
class _Late:
    title: str
    subject: str
    class_id: str
    students: tuple[str, ...]
    labels: frozenset[str]


def test_the_agenda_groups_by_duty_and_unit_and_names_no_teacher(
    roll_call: Callable[..., Register], known_at: Callable[[Register, str], Known], source_rules: Rules
) -> None:
    case = Persuasion.from_mapping(
        {"编号": "R-2222", "触发日期": "2026-11-24", "触发原因": "x", "状态": "进行中"}
    )
    care = frozenset({"关爱"})
    late = [
        _Late("跟踪", _CHILD, "J2024-03", (_CHILD,), care),
        _Late("跟踪", _OTHER, "J2024-03", (_OTHER,), care),
        _Late("部署会", "全校", "", (), frozenset()),
    ]
    items = draft(
        changed=(),
        proposed=[Proposal(_CHILD, "解除", "绿", ())],
        running=[account(_CHILD, case, known_at(roll_call(), "2026-11-25T16:00+08:00"), source_rules)],
        overdue=late,
        before=tasks([_meeting()]),
        now=_NOW,
    )
    assert titles(items) == (
        "上次会议决定的办理情况",
        "等级调整的建议",
        "劝返进展",
        "逾期职责与补救",
        "下阶段安排",
    )
    texts = [line.text for item in items for line in item.lines]
    assert texts == [
        "每周听一次汇报（期限 2026-11-24，逾期）",
        "想想办法（待办）",
        f"@{_CHILD}：建议解除。依据：近期没有需要关注的迹象。",
        f"@{_CHILD}：已触发，下一步一级劝返，已逾期 2026-11-25 08:00。",
        f"J2024-03“跟踪”2 项：@{_CHILD}、@{_OTHER}。",
        "全校“部署会”1 项。",
    ]
    assert not any("T-" in text for text in texts)


def test_the_agenda_says_which_persuasions_may_be_closed(
    roll_call: Callable[..., Register], known_at: Callable[[Register, str], Known], source_rules: Rules
) -> None:
    case = Persuasion.from_mapping(
        {"编号": "R-2222", "触发日期": "2026-11-24", "触发原因": "x", "状态": "进行中"}
    )
    known = known_at(roll_call(), "2026-11-25T16:00+08:00")
    running = [
        account(_CHILD, case, known, source_rules, status=Status.TRANSFERRED_OUT),
        account(_OTHER, case, known, source_rules, status=Status.ENROLLED),
    ]
    found = draft(changed=(), proposed=(), running=running, overdue=(), before=(), now=_NOW)
    assert ["可以销号" in line.text for line in found[0].lines] == [True, False]


def test_guests_read_titles_without_a_child_or_a_count() -> None:
    items = draft(
        changed=(), proposed=[Proposal(_CHILD, "黄", "绿", ())], running=(), overdue=(), before=(), now=_NOW
    )
    told = "".join(titles(items))
    assert _CHILD not in told
    assert not any(sign.isdecimal() for sign in told)
