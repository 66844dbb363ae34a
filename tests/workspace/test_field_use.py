"""Which fields are filled: counted over what one person may see, and nowhere else."""

from datetime import date
from typing import Any

from guanai.model.base import HIDDEN
from guanai.schema import load_schemas
from guanai.workspace.facade import Workspace
from guanai.workspace.field_use import field_use, used


def _by_keys(views: list[dict[str, Any]]) -> dict[tuple[str, ...], tuple[int, int]]:
    found = used(load_schemas().record("student"), iter(views))
    return {each.keys: (each.filled, each.places) for each in found}


def test_a_field_counts_once_for_each_record_and_each_item() -> None:
    home = {"监护人": [{"姓名": "甲", "电话": "13800000000"}, {"姓名": "乙"}]}
    found = _by_keys([{"姓名": "丙", "家庭": home}, {"姓名": "丁", "曾用名": ""}])
    assert found["姓名",] == (2, 2)
    assert found["曾用名",] == (0, 2)
    assert found["家庭",] == (1, 2)
    assert found["家庭", "监护人", "电话"] == (1, 2)
    assert ("过程记录", "内容") not in found, "a list without items asks for nothing"


def test_what_is_hidden_counts_neither_as_filled_nor_as_empty() -> None:
    found = _by_keys([{"姓名": "丙", "家庭": HIDDEN}, {"姓名": "丁", "家庭": {"住址": "某村"}}])
    assert found["家庭",] == (1, 1)


def test_who_sees_less_counts_less(sample: Workspace, on: date) -> None:
    def count(staff: str) -> dict[tuple[str, ...], int]:
        edition = sample.edition(staff=staff, on=on)
        uses = field_use(sample.snapshot, sample.schemas, edition, "student")
        return {each.keys: each.places for each in uses}

    full, principal = count(""), count("T-WSLF")
    assert full["姓名",] == len(sample.snapshot.ids("student")) == principal["姓名",]
    assert all(principal.get(keys, 0) <= places for keys, places in full.items())
    administrator = next(
        each.id
        for each in sample.snapshot.staff.values()
        if {post.role for post in each.assignments} == {"系统管理员"}
    )
    assert count(administrator) == {}
