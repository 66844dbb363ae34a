"""The canonical layout, by example."""

from enum import StrEnum

import pytest

from guanai.yamlfile import Shape, dump, fmt, load

HAND_WRITTEN = """\
# yaml-language-server: $schema=../student.schema.json
# 手写的
学号: 0123   # 学籍
姓名: '阿依古丽·买买提'
编号:   S1


# 家里的事
家庭: # 头
    监护人:
      # 祖母
      - {姓名: 古丽, 编号: G-1, 年龄: 061}   # 常住
      -   编号: G-2

          # 手机
          电话: 13800000000
          自拟: true
          # 项尾
      # 表尾
    住址: "某村"
    # 家尾
标签: [甲, # 一
  乙]
身高: 1.50

备注: >
  今天
  家访

"出生": 2012-05-06
时刻: 17:00
空:
# 文末

"""

CANONICAL = """\
# yaml-language-server: $schema=../student.schema.json
编号: S1
姓名: 阿依古丽·买买提
# 手写的
学号: "0123"  # 学籍

# 家里的事
家庭:  # 头
  住址: 某村
  监护人:
    # 祖母
    # 常住
    - 编号: G-1
      姓名: 古丽
      年龄: 061
    - 编号: G-2

      # 手机
      电话: "13800000000"
      自拟: true
      # 项尾
    # 表尾
  # 家尾

备注: |
  今天 家访
标签:
  - 甲  # 一
  - 乙
身高: 1.50

出生: "2012-05-06"
时刻: "17:00"
空:
# 文末
"""


def test_a_hand_written_file_becomes_canonical(student: Shape) -> None:
    assert fmt(HAND_WRITTEN, student) == CANONICAL
    assert fmt(CANONICAL, student) == CANONICAL


def test_layout_changes_data_only_by_quoting_texts_as_they_were_typed() -> None:
    before = load(HAND_WRITTEN.encode(), "x.yml").data
    after = load(CANONICAL.encode(), "x.yml").data
    before["学号"] = "0123"
    before["家庭"]["监护人"][1]["电话"] = "13800000000"
    assert after == before
    assert load(fmt(HAND_WRITTEN, None).encode(), "x.yml").data == load(HAND_WRITTEN.encode(), "x.yml").data


@pytest.mark.parametrize("typed", ["0123", "1e3", "1234567890123456789", "0x1F", "true", ".nan", "-0"])
def test_a_text_field_keeps_the_very_signs_that_were_typed(student: Shape, typed: str) -> None:
    assert fmt(f"学号: {typed}\n", student) == f'学号: "{typed}"\n'
    assert fmt(f"身高: {typed}\n", student) == f"身高: {typed}\n"
    assert fmt(f"标签:\n  - {typed}\n", student) == f'标签:\n  - "{typed}"\n'


@pytest.mark.parametrize("typed", ["", "~", "null"])
def test_an_empty_field_stays_empty(student: Shape, typed: str) -> None:
    assert load(fmt(f"学号: {typed}\n", student).encode(), "x.yml").data == {"学号": None}


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("张三", "张三"),
        ("a b，c", "a b，c"),
        ("2026-11-02T16:40+08:00", "2026-11-02T16:40+08:00"),
        ("S2024-7K3QD", "S2024-7K3QD"),
        ("见：https://a.b/c#d", "见：https://a.b/c#d"),
        ("长" * 500, "长" * 500),
        ("no", '"no"'),
        ("1e3", '"1e3"'),
        ("0123", '"0123"'),
        ("12:30", '"12:30"'),
        ("08:30", '"08:30"'),
        ("2026-11-02", '"2026-11-02"'),
        ("~", '"~"'),
        ("", '""'),
        (" a", '" a"'),
        ("　a", '"　a"'),
        ("#x", '"#x"'),
        ("- x", '"- x"'),
        ("a: b", '"a: b"'),
        ("a #b", '"a #b"'),
        ("“a”", '"“a”"'),
        ('他说"好"', '他说"好"'),
        ('"好"', r'"\"好\""'),
        ("C:\\书", "C:\\书"),
        ("@S2024-7K3QD", '"@S2024-7K3QD"'),
        ("{{ 学生.姓名 }}", '"{{ 学生.姓名 }}"'),
        ("a\tb", r'"a\tb"'),
        ("a\r\nb", r'"a\r\nb"'),
        ("a\n", "|\n  a"),
        ("\n", r'"\n"'),
        ("a\nb", "|-\n  a\n  b"),
        ("a\n\n  b\nc", "|-\n  a\n\n    b\n  c"),
        (" a\nb", "|2-\n   a\n  b"),
        ("a\n ", r'"a\n "'),
        ("a\n\n", r'"a\n\n"'),
        ("\ta\nb", r'"\ta\nb"'),
        (None, ""),
        (True, "true"),
        (0, "0"),
        (1.5, "1.5"),
        (1e16, "1.0e+16"),
        ([], "[]"),
        ({}, "{}"),
    ],
)
def test_a_value_is_written_in_its_one_way(value: object, written: str) -> None:
    text = dump({"值": value})
    assert text == f"值: {written}".rstrip(" ") + "\n"
    assert load(text.encode(), "x.yml").data == {"值": value}
    assert fmt(text, None) == text


class Level(StrEnum):
    """A closed list, as the model has them."""

    YELLOW = "黄"


def test_a_new_record_is_dumped_in_schema_order_below_its_head(student: Shape) -> None:
    data = {"自拟": Level.YELLOW, "家庭": {"监护人": ({"姓名": "李", "编号": "G-1"},)}, "编号": "S1"}
    assert dump(data, student, head="# 模式行\n") == (
        "# 模式行\n编号: S1\n家庭:\n  监护人:\n    - 编号: G-1\n      姓名: 李\n自拟: 黄\n"
    )


def test_nested_lists_and_odd_keys_have_their_form() -> None:
    data = {"a：b": [["x", {"1": None}], []], "- k": {"": 1}}
    text = '"a：b":\n  - - x\n    - "1":\n  - []\n"- k":\n  "": 1\n'
    assert dump(data) == text
    assert load(text.encode(), "x.yml").data == data


def test_empty_records_have_a_text_too() -> None:
    assert dump({}) == "{}\n"
    assert fmt("# 头\n{ } # 旁\n\n# 尾\n", None) == "# 头\n{}\n# 旁\n\n# 尾\n"


def test_comments_keep_their_place_when_keys_change_theirs(student: Shape) -> None:
    text = "# 文件\n\n# 备\n备注: x  # 旁\n\n# 姓\n姓名: 张三\n# 尾\n"
    assert fmt(text, student) == "# 文件\n\n# 姓\n姓名: 张三\n# 备\n备注: x  # 旁\n# 尾\n"


def test_several_blank_lines_become_one_and_none_opens_a_list() -> None:
    text = "\n\na: 1\n\n\n\nb:\n\n\n  - 1\n\n\n  - 2\n\n\n"
    assert fmt(text, None) == "a: 1\n\nb:\n  - 1\n\n  - 2\n"


def test_a_sign_that_looks_like_a_comment_is_none() -> None:
    text = 'a: x#y\nb: "x # y"\nc: |-\n  # x\n  y # z\nd: # 注\n  x\n'
    assert fmt(text, None) == 'a: x#y\nb: "x # y"\nc: |-\n  # x\n  y # z\nd: x  # 注\n'
