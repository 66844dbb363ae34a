"""The quick way of trying an edit says what the long way says, wherever it says anything."""

from datetime import date, datetime
from typing import Any

import pytest

from guanai.saving import Edit, Request
from guanai.saving.trial import Rehearsal
from guanai.schema import load_schemas
from guanai.store.note import Reason
from guanai.store.places import OwnStore
from guanai.yamlfile import Add, Change, Delete, Set, load

CHILD, OTHER = "S2024-886RT", "S2024-3DKMZ"
HOMEROOM, PHYSICS, REGISTRAR = "T-2HQG", "T-R4NY", "T-34ZJ"
_WHEN = datetime.fromisoformat("2026-11-20T09:30+08:00")
_TALK: dict[str, Any] = {
    "类型": "谈话", "时间": "2026-11-20T16:40+08:00", "记录人": HOMEROOM, "密级": "关爱", "形式": "面谈", "内容": "说了作业。",
}  # fmt: skip

#: What is wanted, by whom, and whether the quick way can tell.
_CASES: tuple[tuple[str, tuple[Change, ...], bool], ...] = (
    (HOMEROOM, (Set(("家庭", "住址"), "新村 1 号"),), True),
    (HOMEROOM, (Add(("过程记录",), _TALK),), True),
    (HOMEROOM, (Add(("过程记录",), _TALK), Set(("特长",), "画画")), True),
    (HOMEROOM, (Add(("过程记录",), {**_TALK, "内容": f"同桌是 @{OTHER}。"}),), True),
    (HOMEROOM, (Add(("过程记录",), {**_TALK, "内容": "同桌是 @S2024-22222。"}),), False),
    (HOMEROOM, (Add(("过程记录",), {**_TALK, "内容": "他说到自残。"}),), True),
    (HOMEROOM, (Add(("过程记录",), {**_TALK, "时间": "2030-01-01T08:00+08:00"}),), False),
    (HOMEROOM, (Add(("过程记录",), {**_TALK, "记录人": "T-ZZZZ"}),), False),
    (HOMEROOM, (Add(("过程记录",), {**_TALK, "编号": "X20261120-ZZZZ"}),), False),
    (HOMEROOM, (Set(("出生日期",), "二〇一二年"),), False),
    (HOMEROOM, (Set(("家庭", "住址"), "坏\u202e字"),), False),
    (HOMEROOM, (Delete(("没有这一栏",)),), False),
    (HOMEROOM, (Delete(("姓名",)),), False),
    (REGISTRAR, (Set(("证件", "号码"), "110101190001011234"),), False),
    (PHYSICS, (Set(("家庭", "住址"), "新村 1 号"),), False),
)


@pytest.fixture
def rehearsed(own: OwnStore) -> Any:
    """``rehearsed(staff)`` returns the rehearsal of one person."""
    made: list[Rehearsal] = []

    def call(staff: str) -> Rehearsal:
        request = Request(staff, Reason.IMPORT, (), _WHEN, on=date(2026, 11, 20))
        made.append(Rehearsal(own, load_schemas(), request))
        return made[-1]

    yield call
    for each in made:
        each.close()


@pytest.mark.parametrize(("staff", "changes", "is_quick"), _CASES)
def test_the_quick_way_says_what_the_long_way_says(
    rehearsed: Any, staff: str, changes: tuple[Change, ...], *, is_quick: bool
) -> None:
    rehearsal, edit = rehearsed(staff), Edit(CHILD, changes)
    quick, long = rehearsal._sketched(edit), rehearsal._drafted(edit)
    assert (quick is not None) is is_quick
    assert quick in (None, long)
    assert long.is_fine or not is_quick
    (tried,) = rehearsal.tried([edit])
    told = [
        [each.rule for each in one.problems] + [each for _, each in one.refusals] for one in (tried, long)
    ]
    assert (tried.is_fine, told[0]) == (long.is_fine, told[1])


def test_what_stands_there_already_is_no_change_either_way(rehearsed: Any, own: OwnStore) -> None:
    rehearsal, path = rehearsed(HOMEROOM), f"records/students/2024/{CHILD}.yml"
    raw = own.source(own.head()).read(path)
    data = load(raw or b"", path).data
    edit = Edit(
        CHILD, (Set(("家庭", "住址"), data["家庭"]["住址"]),), base=own.source(own.head()).version(path) or ""
    )
    assert rehearsal._sketched(edit) == rehearsal._drafted(edit)
    assert not rehearsal._drafted(edit).is_changed


def test_an_older_base_takes_the_long_way(rehearsed: Any) -> None:
    rehearsal = rehearsed(HOMEROOM)
    edit = Edit(CHILD, (Set(("特长",), "画画"),), base="0" * 40)
    assert rehearsal._sketched(edit) is None
    assert "找不到" in rehearsal._drafted(edit).error
