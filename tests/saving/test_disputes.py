"""A clash is told by what its reader knows the item by, with the values of that very item on each side."""

from collections.abc import Callable
from typing import Any

from guanai.saving import Conflict, Outcome, Saved
from guanai.store.places import Store
from guanai.yamlfile import Add, Delete, Set

CHILD, PATH = "S2024-886RT", "records/students/2024/S2024-886RT.yml"
_ENTRY = ("过程记录", "E20261119-ZZZZ")
_TALK: dict[str, Any] = {
    "编号": _ENTRY[1],
    "类型": "谈话",
    "时间": "2026-11-19T16:40+08:00",
    "形式": "面谈",
    "记录人": "T-2HQG",
    "内容": "约了下周",
    "参加人": [{"姓名": "甲某", "单位职务": "一组"}, {"姓名": "乙某", "单位职务": "二组"}],
}


def test_an_item_is_found_by_its_name_where_others_came_before_it(
    store: Store, save_as: Callable[..., Outcome]
) -> None:
    assert isinstance(save_as("T-2HQG", CHILD, Add(("过程记录",), _TALK)), Saved)
    base = store.source(store.head()).version(PATH)
    guests = (*_ENTRY, "参加人")
    theirs = [Delete((*guests, 0)), Set((*guests, 0, "单位职务"), "三组")]
    assert isinstance(save_as("T-2HQG", CHILD, *theirs), Saved)
    outcome = save_as("T-2HQG", CHILD, Set((*guests, 1, "单位职务"), "四组"), base=base)
    assert isinstance(outcome, Conflict)
    (asked,) = outcome.items
    assert asked.title == f"过程记录 {_ENTRY[1]} › 参加人“乙某” › 单位职务"
    assert (asked.base, asked.mine, asked.theirs) == ("二组", "四组", "三组")
    assert asked.who


def test_an_item_that_one_side_removed_is_still_named(store: Store, save_as: Callable[..., Outcome]) -> None:
    assert isinstance(save_as("T-2HQG", CHILD, Add(("过程记录",), _TALK)), Saved)
    base = store.source(store.head()).version(PATH)
    guests = (*_ENTRY, "参加人")
    assert isinstance(save_as("T-2HQG", CHILD, Delete((*guests, 1))), Saved)
    outcome = save_as("T-2HQG", CHILD, Set((*guests, 1, "单位职务"), "四组"), base=base)
    assert isinstance(outcome, Conflict)
    (asked,) = outcome.items
    assert "参加人“乙某”" in asked.title
    assert asked.theirs is None
