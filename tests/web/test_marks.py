"""A sheet leads to the item that it was made of, wherever that lies in the record."""

from typing import Any

import pytest

from guanai.web.marks import item_in, place_in
from guanai.web.pages.edit import place_of
from guanai.yamlfile import pointer

_RECORD: dict[str, Any] = {
    "编号": "S2024-886RT",
    "家庭": {"监护人": [{"编号": "G-ZZ22", "姓名": "甲"}]},
    "过程记录": [{"编号": "E20261120-ZZ33", "类型": "家访", "签字": "已签"}],
    "劝返": [
        {"编号": "Q20261120-ZZ44", "步骤": [{"编号": "B-ZZ55"}, {"编号": "B-ZZ66", "签字": "未签"}]},
        {"步骤": [{"编号": "B-ZZ77"}]},
    ],
}


@pytest.mark.parametrize(
    ("item", "path"),
    [
        ("E20261120-ZZ33", ("过程记录", "E20261120-ZZ33")),
        ("G-ZZ22", ("家庭", "监护人", "G-ZZ22")),
        ("B-ZZ66", ("劝返", "Q20261120-ZZ44", "步骤", "B-ZZ66")),
        ("B-ZZ77", ("劝返", 1, "步骤", "B-ZZ77")),
    ],
    ids=["in a list", "in a group", "in an item of a list", "in an item without a 编号"],
)
def test_an_item_is_found_with_the_way_to_it(item: str, path: tuple[str | int, ...]) -> None:
    assert place_in(_RECORD, item) == path
    assert place_of(pointer(path)) == path, "the edit page reads the address as it was meant"
    found = item_in(_RECORD, item)
    assert found is not None
    assert found["编号"] == item


@pytest.mark.parametrize("item", ["", "B-ZZ99", "S2024-886RT"], ids=["none", "unknown", "the record itself"])
def test_what_is_no_item_has_no_way(item: str) -> None:
    assert place_in(_RECORD, item) is None
    assert item_in(_RECORD, item) is None
