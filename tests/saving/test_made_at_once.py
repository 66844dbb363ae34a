"""A record that two people begin at once: sent twice it stands once, and what is added goes to what stands there."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from guanai.saving import Conflict, NotPermitted, Outcome, Saved
from guanai.saving.drafts import TakenPlace
from guanai.store.note import Action, Note, Reason
from guanai.store.places import Store
from guanai.yamlfile import Add, Set, load

HOMEROOM, PHYSICS, PRINCIPAL, GRADE_HEAD = "T-2HQG", "T-R4NY", "T-WSLF", "T-9QTR"
WHEN = datetime.fromisoformat("2026-11-20T09:30+08:00")
Save = Callable[..., Outcome]


def _lines(store: Store, path: str) -> dict[str, str]:
    raw = store.source(store.head()).read(path)
    assert raw is not None
    return {each["学生"]: each["结果"] for each in load(raw, path).data["逐户"]}


@pytest.fixture
def begun(store: Store) -> tuple[str, dict[str, Any], list[Any]]:
    """A class that is not screened yet: where that would stand, its head, and the lines that are to come."""
    path = "records/screenings/2026-2027-1/J2024-01.yml"
    raw = store.source(store.head()).read(path)
    assert raw is not None
    data = load(raw, path).data
    note = Note(Action.DELETE, (), "", "程序", Reason.CORRECTION, WHEN)
    store.put({path: None}, note, parent=store.head())
    return path, {"班级": "J2024-01", "学期": "2026-2027-1", "排查人": HOMEROOM}, data["逐户"]


def test_what_two_people_add_to_one_beginning_is_all_there(
    store: Store, save_as: Save, begun: tuple[str, dict[str, Any], list[Any]]
) -> None:
    path, head, (one, two, *_) = begun
    for staff, line in ((HOMEROOM, one), (PRINCIPAL, two), (PRINCIPAL, two)):
        outcome = save_as(
            staff, "screening", Set((), {**head, "排查人": staff}), Add(("逐户",), line), is_new=True
        )
        assert isinstance(outcome, Saved)
    assert _lines(store, path) == {each["学生"]: each["结果"] for each in (one, two)}
    raw = store.source(store.head()).read(path)
    assert load(raw or b"", path).data["排查人"] == HOMEROOM, "who began it stays"


def test_two_words_about_one_child_are_a_question_with_the_child_s_id(
    store: Store, save_as: Save, begun: tuple[str, dict[str, Any], list[Any]]
) -> None:
    path, head, (one, two, *_) = begun
    other = "待核实" if one["结果"] != "待核实" else "无情况"
    save_as(HOMEROOM, "screening", Set((), head), Add(("逐户",), one), is_new=True)
    mine = {**one, "结果": other}
    outcome = save_as(
        PRINCIPAL, "screening", Set((), head), Add(("逐户",), two), Add(("逐户",), mine), is_new=True
    )
    assert isinstance(outcome, Conflict)
    (asked,) = outcome.items
    assert (asked.names, asked.place[-1], asked.base) == ((one["学生"],), "结果", None)
    assert (asked.mine, asked.theirs) == (other, one["结果"])
    assert _lines(store, path) == {one["学生"]: one["结果"]}, "nothing is saved before it is chosen"


def test_a_beginning_that_stands_there_is_told_to_nobody_who_may_not_begin_it(
    save_as: Save, begun: tuple[str, dict[str, Any], list[Any]]
) -> None:
    _, head, (one, *_) = begun
    new = (Set((), head), Add(("逐户",), one))
    said = []
    for _ in range(2):
        with pytest.raises(NotPermitted) as caught:
            save_as(PHYSICS, "screening", *new, is_new=True)
        said.append(str(caught.value))
        save_as(HOMEROOM, "screening", *new, is_new=True)
    assert said[0] == said[1]


def test_a_whole_record_sent_twice_stands_once_and_another_is_not_put_over_it(
    store: Store, save_as: Save
) -> None:
    meeting = {
        "编号": "M20261119-7K3Q", "类型": "家长座谈会", "名称": "八年级家长会", "时间": "2026-11-19T16:40+08:00",
        "地点": "阶梯教室", "范围": "J2025", "主持人": GRADE_HEAD, "记录人": GRADE_HEAD,
        "出席": [{"教师": GRADE_HEAD}], "议题": ["期中情况"],
    }  # fmt: skip
    first = save_as(GRADE_HEAD, "meeting", Set((), meeting), is_new=True)
    head = store.head()
    again = save_as(GRADE_HEAD, "meeting", Set((), meeting), is_new=True)
    assert isinstance(first, Saved)
    assert isinstance(again, Saved)
    assert (again.is_changed, again.versions, store.head()) == (False, first.versions, head)
    with pytest.raises(TakenPlace, match="M20261119-7K3Q"):
        save_as(GRADE_HEAD, "meeting", Set((), {**meeting, "地点": "操场"}), is_new=True)
