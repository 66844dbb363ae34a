"""强制报告: it reminds at once, asks nobody, and is never counted."""

from datetime import datetime

from guanai.access import Label
from guanai.model.trail import Entry
from guanai.rules.derived import shown
from guanai.rules.reporting import KIND, SITUATIONS, countable, reminders, report_labels
from guanai.schema import load_schemas

_CHILD = "S2024-7K3QD"


def _entry(**more: str) -> Entry:
    return Entry.from_mapping(
        {"编号": "E20261116-7K3Q", "类型": KIND, "时间": "2026-11-16T10:40+08:00", "记录人": "T-3XK9", **more}
    )


def test_there_are_nine_situations() -> None:
    assert len(set(SITUATIONS)) == 9


def test_an_entry_reminds_from_its_own_minute_until_it_says_to_whom_it_was_reported() -> None:
    before, then = (datetime.fromisoformat(f"2026-11-16T{clock}+08:00") for clock in ("10:39", "10:40"))
    assert reminders(_CHILD, [_entry()], before) == ()
    [found] = reminders(_CHILD, [_entry()], then)
    assert (found.is_reported, found.since, found.by) == (False, then, "T-3XK9")
    assert "立即" in found.message
    assert "不需要任何人批准" in found.message
    assert _CHILD not in found.message
    assert reminders(_CHILD, [_entry(对方单位="派出所")], then)[0].is_reported


def test_it_is_restricted_and_leaves_no_trace_without_the_label() -> None:
    assert Label.RESTRICTED in report_labels()
    found = reminders(_CHILD, [_entry()], datetime.fromisoformat("2026-11-16T12:00+08:00"))
    assert shown(found, {_CHILD: frozenset({"教学", "关爱", "证件"})}) == ()
    assert shown(found, {_CHILD: frozenset({"教学", "关爱", "限制"})}) == found


def test_it_is_never_counted() -> None:
    talk = _entry(类型="谈话")
    assert countable([_entry(), talk, _entry(对方单位="派出所")]) == (talk,)


def test_the_kind_is_the_schemas() -> None:
    field = load_schemas().record("student").at(("过程记录", 0, "类型"))
    assert field is not None
    assert KIND in field.values
