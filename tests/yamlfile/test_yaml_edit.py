"""Edits, by example: what is not touched keeps every byte."""

import difflib
from collections.abc import Sequence

import pytest

from guanai.yamlfile import (
    Add,
    Change,
    Delete,
    EditFailed,
    NoSuchPlace,
    Path,
    Set,
    Shape,
    Unreadable,
    Unwritable,
    applied,
    edit,
    load,
)

RECORD = """\
# yaml-language-server: $schema=../student.schema.json
# 说明

编号: S1
姓名:   张三  # 旁注
性别: '女'
家庭:  # 头
  住址: 某村
  # 监护人说明
  监护人:
    # 祖母
    - 编号: G-1
      姓名: 李   # 项内
      电话: "1"
    # 远

    # 近
    - 编号: G-2
      姓名: 王
    # 表尾

# 备注说明
备注: |-
  一
  二
标签: [甲, 乙]   # 流
空:
# 文末
"""


def diff(before: str, changes: Sequence[Change], shape: Shape | None = None) -> list[str]:
    """Return the lines that an edit takes (-) and brings (+)."""
    after = edit(before, changes, shape)
    assert load(after.encode(), "x.yml").data == applied(load(before.encode(), "x.yml").data, changes)
    lines = difflib.unified_diff(before.split("\n"), after.split("\n"), n=0, lineterm="")
    return [line for line in lines if not line.startswith(("---", "+++", "@@"))]


G1: Path = ("家庭", "监护人", "G-1")
EDITS: list[tuple[list[Change], list[str]]] = [
    ([Set(("姓名",), "李四")], ["-姓名:   张三  # 旁注", "+姓名:   李四  # 旁注"]),
    ([Set(("性别",), "男")], ["-性别: '女'", "+性别: 男"]),
    ([Set(("姓名",), "0123")], ["-姓名:   张三  # 旁注", '+姓名:   "0123"  # 旁注']),
    ([Set(("姓名",), None)], ["-姓名:   张三  # 旁注", "+姓名:  # 旁注"]),
    ([Set(("空",), 5)], ["-空:", "+空: 5"]),
    ([Set((*G1, "姓名"), "赵")], ["-      姓名: 李   # 项内", "+      姓名: 赵   # 项内"]),
    ([Set(("家庭", "监护人", 1, "姓名"), "赵")], ["-      姓名: 王", "+      姓名: 赵"]),
    ([Set((*G1, "编号"), "G-9")], ["-    - 编号: G-1", "+    - 编号: G-9"]),
    ([Set(("备注",), "一\n三\n二")], ["+  三"]),
    ([Set(("备注",), "短")], ["-备注: |-", "-  一", "-  二", "+备注: 短"]),
    ([Set(("姓名",), "甲\n乙")], ["-姓名:   张三  # 旁注", "+姓名: |-  # 旁注", "+  甲", "+  乙"]),
    ([Set(("空",), {"甲": ["乙", {}]})], ["+  甲:", "+    - 乙", "+    - {}"]),
    ([Set(("空", "甲", "乙"), "丙")], ["+  甲:", "+    乙: 丙"]),
    ([Set(("标签",), "甲")], ["-标签: [甲, 乙]   # 流", "+标签: 甲   # 流"]),
    ([Set(("标签", 1), "丙")], ["-标签: [甲, 乙]   # 流", "+标签:  # 流", "+  - 甲", "+  - 丙"]),
    ([Set(("标签",), [])], ["-标签: [甲, 乙]   # 流", "+标签: []   # 流"]),
    ([Add(("家庭", "监护人"), {"编号": "G-3", "姓名": "周"})], ["+    - 编号: G-3", "+      姓名: 周"]),
    ([Add(("空",), "甲")], ["+  - 甲"]),
    ([Add(("新", "深"), "甲")], ["+新:", "+  深:", "+    - 甲"]),
    ([Delete(("姓名",))], ["-姓名:   张三  # 旁注"]),
    ([Delete(("编号",))], ["-编号: S1"]),
    ([Delete(("空",))], ["-空:"]),
    ([Delete((*G1, "电话"))], ['-      电话: "1"']),
    ([Delete((*G1, "编号"))], ["-    - 编号: G-1", "-      姓名: 李   # 项内", "+    - 姓名: 李   # 项内"]),
    ([Delete(G1)], ["-    # 祖母", "-    - 编号: G-1", "-      姓名: 李   # 项内", '-      电话: "1"']),
    ([Delete(("家庭", "监护人", "G-2"))], ["-", "-    # 近", "-    - 编号: G-2", "-      姓名: 王"]),
    ([Delete(("备注",))], ["-# 备注说明", "-备注: |-", "-  一", "-  二"]),
    ([Delete(("标签", 0))], ["-标签: [甲, 乙]   # 流", "+标签:  # 流", "+  - 乙"]),
    ([Set(("姓名",), "x"), Delete(("空",)), Set(("性别",), "女")], ["-姓名:   张三  # 旁注", "+姓名:   x  # 旁注", "-空:"]),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "lines"), EDITS, ids=[repr(changes) for changes, _ in EDITS])
def test_an_edit_touches_only_its_own_lines(changes: list[Change], lines: list[str]) -> None:
    assert diff(RECORD, changes) == lines


@pytest.mark.parametrize(
    "changes",
    [
        [],
        [Set(("姓名",), "张三")],
        [Set(("家庭", "监护人", 1), {"姓名": "王", "编号": "G-2"})],
        [Set(("姓名",), "李四"), Set(("姓名",), "张三")],
        [Add(("标签",), "丙"), Delete(("标签", 2))],
    ],
)
def test_an_edit_without_effect_returns_the_very_same_text(changes: list[Change]) -> None:
    assert edit(RECORD, changes) is RECORD
    windows = RECORD.replace("\n", "\r\n")
    assert edit(windows, changes) is windows


def test_the_last_entry_takes_its_list_along_and_upwards_what_is_left_empty() -> None:
    text = "甲:\n  乙:\n    - 编号: X\n      丙: 1\n丁: 2\n"
    assert edit(text, [Delete(("甲", "乙", "X"))]) == "丁: 2\n"
    assert edit(text, [Delete(("甲", "乙", "X", "编号")), Delete(("甲", "乙", 0, "丙"))]) == "丁: 2\n"
    assert edit("# 头\n\n甲: 1\n# 尾\n", [Delete(("甲",))]) == "# 头\n\n{}\n# 尾\n"


def test_a_comment_behind_a_deleted_last_item_that_belongs_to_the_next_key_stays() -> None:
    text = "甲:\n  - 1\n  - 2\n# 乙的说明\n乙: 1\n"
    assert edit(text, [Delete(("甲", 1))]) == "甲:\n  - 1\n# 乙的说明\n乙: 1\n"
    assert edit(text, [Delete(("甲",))]) == "# 乙的说明\n乙: 1\n"


def test_comments_further_up_than_directly_above_stay() -> None:
    text = "甲: 1\n\n# 远\n\n# 近\n乙: 2\n\n丙: 3\n"
    assert edit(text, [Delete(("乙",))]) == "甲: 1\n\n# 远\n\n丙: 3\n"


def test_a_missing_key_goes_to_its_place_in_the_schema(student: Shape) -> None:
    text = "# 头\n\n# 名\n姓名: x\n家庭:\n  监护人:\n    - 姓名: 李\n备注: z\n自拟: 1\n"
    assert diff(text, [Set(("性别",), "女")], student) == ["+性别: 女"]
    assert "\n性别: 女\n家庭:" in edit(text, [Set(("性别",), "女")], student)
    assert edit(text, [Set(("编号",), "S1")], student).startswith("# 头\n\n编号: S1\n# 名\n姓名: x\n")
    assert edit(text, [Set(("家庭", "住址"), "某村")], student).startswith(
        "# 头\n\n# 名\n姓名: x\n家庭:\n  住址: 某村\n"
    )
    assert edit(text, [Set(("另拟",), 2)], student).endswith("自拟: 1\n另拟: 2\n")
    assert edit(text, [Set(("身高",), 2)], student).endswith("备注: z\n身高: 2\n自拟: 1\n")
    assert diff(text, [Set(("家庭", "监护人", 0, "编号"), "G-1")], student) == ["-    - 姓名: 李", "+    - 编号: G-1", "+      姓名: 李"]  # fmt: skip


def test_a_new_mapping_is_written_in_schema_order(student: Shape) -> None:
    added = edit("编号: S1\n", [Add(("家庭", "监护人"), {"电话": "1", "自拟": 1, "姓名": "李"})], student)
    assert added == '编号: S1\n家庭:\n  监护人:\n    - 姓名: 李\n      电话: "1"\n      自拟: 1\n'


def test_setting_a_whole_list_keeps_the_lines_and_comments_of_its_items() -> None:
    items = [{"编号": "G-2", "姓名": "王"}, {"编号": "G-3"}, {"编号": "G-1", "姓名": "李", "电话": "2"}]
    after = edit(RECORD, [Set(("家庭", "监护人"), items)])
    assert load(after.encode(), "x.yml").data["家庭"]["监护人"] == items
    for line in (
        "    # 祖母\n    - 编号: G-1\n      姓名: 李   # 项内\n",
        "    # 近\n    - 编号: G-2\n",
        "    # 表尾\n",
    ):
        assert line in after


def test_items_without_an_id_keep_their_comments_by_place() -> None:
    text = "甲:\n  - 一  # 1\n  - 一  # 2\n  - 二  # 3\n"
    assert edit(text, [Set(("甲", 1), "三")]) == "甲:\n  - 一  # 1\n  - 三  # 2\n  - 二  # 3\n"
    assert edit(text, [Delete(("甲", 2))]) == "甲:\n  - 一  # 1\n  - 一  # 2\n"
    twins = "甲:\n  - {}  # 1\n  - {}  # 2\n"
    assert edit(twins, [Delete(("甲", 0))]) == "甲:\n  - {}  # 2\n"


def test_two_items_under_one_id_stay_apart() -> None:
    text = "甲:\n  - 编号: X  # 1\n    乙: 1\n  - 编号: X  # 2\n    乙: 2\n"
    assert diff(text, [Set(("甲", 1, "编号"), "Z")]) == ["-  - 编号: X  # 2", "+  - 编号: Z  # 2"]
    assert diff(text, [Delete(("甲", 0))]) == ["-  - 编号: X  # 1", "-    乙: 1"]


@pytest.mark.parametrize(
    ("text", "change", "after"),
    [
        ("甲:\n- 一\n- 二\n乙: 1\n", Add(("甲",), "三"), "甲:\n- 一\n- 二\n- 三\n乙: 1\n"),
        ("甲:\n- 一\n- 二\n乙: 1\n", Delete(("甲", 0)), "甲:\n- 二\n乙: 1\n"),
        ("甲:\n     乙: 1\n     丙: 2\n", Set(("甲", "丁"), [3]), "甲:\n     乙: 1\n     丙: 2\n     丁:\n       - 3\n"),
        ("甲:\n  -   乙: 1\n      丙: 2\n", Set(("甲", 0, "丙"), 3), "甲:\n  -   乙: 1\n      丙: 3\n"),
        ("甲:\n  -   乙: 1\n      丙: 2\n", Delete(("甲", 0, "乙")), "甲:\n  -   丙: 2\n"),
        ("甲:\n  -\n    乙: 1\n  - 丙: '2'\n丁: '3'\n", Delete(("甲", 1)), "甲:\n  - 乙: 1\n丁: '3'\n"),
        ("甲:\n  乙\n丙: '1'\n", Set(("甲",), "丁"), "甲: 丁\n丙: '1'\n"),
        ("甲: '一\n  二'\n丙: '1'\n", Set(("甲",), "丁"), "甲: 丁\n丙: '1'\n"),
        ("甲: >\n  一\n  二\n\n\n# 注\n丙: '1'\n", Set(("甲",), "丁"), "甲: 丁\n\n\n# 注\n丙: '1'\n"),
        ("? 甲\n: 1\n乙: '2'\n", Set(("乙",), "3"), '甲: 1\n乙: "3"\n'),
        ("{甲: 1, 乙: [2]}\n", Add(("乙",), 3), "甲: 1\n乙:\n  - 2\n  - 3\n"),
        ("--- # 头\n甲: 1\n...\n# 尾\n", Set(("甲",), 2), "# 头\n甲: 2\n# 尾\n"),
        ("甲: 1", Set(("乙",), 2), "甲: 1\n乙: 2\n"),
        ("甲: 1\r\n乙: 2\r\n", Set(("乙",), 3), "甲: 1\n乙: 3\n"),
        ("甲: 1\n\n\n\n", Set(("甲",), 2), "甲: 2\n\n\n\n"),
        ("甲: 0123\n乙: [1e3]\n丙: 1\n", Set(("丙",), 2), "甲: 0123\n乙: [1e3]\n丙: 2\n"),
        ("甲: 1\n    # 深\n乙: 2\n", Set(("甲",), "一\n二"), "甲: |-\n  一\n  二\n# 深\n乙: 2\n"),
        ("甲: 1  # 注\n乙: x\n", Set(("甲",), {"丙": 1}), "甲:  # 注\n  丙: 1\n乙: x\n"),
        ("- 甲\n- 乙\n", Add((), "丙"), "- 甲\n- 乙\n- 丙\n"),
        ("{}\n", Set(("甲",), 1), "甲: 1\n"),
        ("𠮷𠮷: 👩‍👧\n甲: 㛃  # 玥\n", Set(("甲",), "𠮷"), "𠮷𠮷: 👩‍👧\n甲: 𠮷  # 玥\n"),
    ],
)  # fmt: skip
def test_other_layouts_are_edited_too(text: str, change: Change, after: str) -> None:
    assert edit(text, [change]) == after


@pytest.mark.parametrize(
    "change",
    [
        Set(("家庭", "监护人", "G-9", "姓名"), "x"),
        Set(("家庭", "监护人", 7), "x"),
        Set(("姓名", "深"), "x"),
        Add(("姓名",), "x"),
        Delete(("没有",)),
        Delete(("家庭", "监护人", "G-9")),
        Delete(("家庭", "没有", "深")),
        Delete(("姓名", 0)),
    ],
)
def test_a_place_that_is_not_there_is_refused(change: Change) -> None:
    with pytest.raises(NoSuchPlace, match="刷新后再改"):
        edit(RECORD, [change])


def test_what_may_stand_in_no_record_is_refused() -> None:
    for value in ("\x00", float("inf"), {"a": {1: 2}}, object()):
        with pytest.raises(Unwritable, match="姓名"):
            edit(RECORD, [Set(("姓名",), value)])
    with pytest.raises(Unwritable):
        edit(RECORD, [Delete(())])
    with pytest.raises(Unreadable):
        edit("甲: [\n", [Set(("甲",), 1)])


def test_an_edit_that_does_not_read_back_as_meant_is_not_handed_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("guanai.yamlfile.editing.Patch.text", lambda *_: "姓名: 李四\n")
    after = edit(RECORD, [Set(("姓名",), "李四")])  # the second way, the whole file anew, still works
    assert load(after.encode(), "x.yml").data == {**load(RECORD.encode(), "x.yml").data, "姓名": "李四"}
    monkeypatch.setattr(
        "guanai.yamlfile.editing.render", lambda *_: RECORD.replace("张三", "李四").replace("# 表尾", "")
    )
    with pytest.raises(EditFailed, match="注释"):
        edit(RECORD, [Set(("姓名",), "李四")])


def test_the_data_given_to_changes_and_the_values_in_them_stay_as_they_are() -> None:
    data = {"甲": [{"编号": "X"}]}
    value = {"编号": "Y"}
    assert applied(data, [Add(("甲",), value), Set(("甲", "Y", "乙"), 1)]) == {
        "甲": [{"编号": "X"}, {"编号": "Y", "乙": 1}]
    }
    assert data == {"甲": [{"编号": "X"}]}
    assert value == {"编号": "Y"}
