"""强制报告: what it asks of who wrote it, until when, and that it is never counted."""

from guanai.model.trail import Entry
from guanai.rules.reporting import KIND, SITUATIONS, countable, unreported, what_to_do
from guanai.schema import load_schemas


def _entry(**more: str) -> Entry:
    return Entry.from_mapping(
        {"编号": "E20261116-7K3Q", "类型": KIND, "时间": "2026-11-16T10:40+08:00", "记录人": "T-3XK9", **more}
    )


def test_there_are_nine_situations() -> None:
    assert len(set(SITUATIONS)) == 9


def test_an_entry_is_open_until_it_says_to_whom_it_was_reported() -> None:
    found = [_entry(), _entry(对方单位="派出所"), _entry(类型="上报")]
    assert unreported(found) == (found[0],)
    assert "立即" in what_to_do(is_reported=False)
    assert "不需要任何人批准" in what_to_do(is_reported=False)
    assert "回执" in what_to_do(is_reported=True)


def test_it_is_never_counted() -> None:
    talk = _entry(类型="谈话")
    assert countable([_entry(), talk, _entry(对方单位="派出所")]) == (talk,)


def test_the_kind_is_the_schemas() -> None:
    field = load_schemas().record("student").at(("过程记录", 0, "类型"))
    assert field is not None
    assert KIND in field.values
