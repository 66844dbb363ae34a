"""What YAML 1.2 core makes of plain scalars, and how a value is found again in its file."""

from typing import Any

import pytest

from guanai.yamlfile import load, pointer

TEXTS = [
    "17:00", "08:30", "190:20:30", "no", "No", "yes", "on", "off", "y", "n", "2026-11-02", "2026-11-02T16:40+08:00",
    "2001-12-14 21:59:43.10 -5", "1_000", "0b11", "0X1F", "-0x1F", "0o8", "1e", "e3", "1.2.3", "+", ".", "-.", "nan",
    "inf", ".Nan", "<<", "=", "TRue", "nULL", "S2024-7K3QD", "阿依古丽·买买提", "𠮷", "㛃", "玥", "👩‍👧", "a\u200eb", "．５",
]  # fmt: skip
VALUES = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
    "0": 0, "7": 7, "-5": -5, "+5": 5, "0123": 123, "007": 7, "0o17": 15, "0x1F": 31, "9007199254740992": 2**53,
    "1.5": 1.5, ".5": 0.5, "5.": 5.0, "1e3": 1000.0, "-1.5E-2": -0.015, "0.0": 0.0,
}  # fmt: skip
OUT_OF_RANGE = ["9007199254740993", "320101201206151234", "1234567890123456789", "-9007199254740993", "1e999", ".inf", "-.INF", ".nan", "0xFFFFFFFFFFFFFFFFFF", "9" * 5000]  # fmt: skip


def value_of(plain: str) -> Any:
    loaded = load(f"值: {plain}\n".encode(), "x.yml")
    assert loaded.problems == ()
    return loaded.data["值"]


@pytest.mark.parametrize("plain", TEXTS)
def test_stays_text(plain: str) -> None:
    assert value_of(plain) == plain


@pytest.mark.parametrize(("plain", "value"), VALUES.items())
def test_is_read_as_the_core_schema_says(plain: str, value: object) -> None:
    found = value_of(plain)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize("plain", [*VALUES, *OUT_OF_RANGE])
def test_quotes_make_text_of_anything(plain: str) -> None:
    assert value_of(f'"{plain}"') == plain
    assert value_of(f"'{plain}'") == plain


@pytest.mark.parametrize("plain", OUT_OF_RANGE)
def test_a_number_out_of_range_is_a_problem_and_stays_as_typed(plain: str) -> None:
    loaded = load(f"甲: 1\n值: {plain}\n".encode(), "x.yml")
    (problem,) = loaded.problems
    assert (problem.rule, problem.line, problem.pointer) == ("yaml.number", 2, "/值")
    assert "请加引号" in problem.message
    assert plain[:40] in problem.message
    assert loaded.data == {"甲": 1, "值": plain}
    assert loaded.source("/值") == plain


RECORD = """\
# 说明
编号: S1
电话: 0123
"a/b~c": {甲: 0x1F, 乙: [1e3, "2"]}
家庭:
  住址: '某村'
  监护人:
    - 编号: G-1
      姓名: 李
    - 编号: "2"
      年龄: 050
    -
      姓名: 王
备注: |-
  一
  二
空:
"""


@pytest.mark.parametrize(
    ("path", "line", "source"),
    [
        ((), 1, ""),
        (("编号",), 2, "S1"),
        (("电话",), 3, "0123"),
        (("a/b~c", "甲"), 4, "0x1F"),
        (("a/b~c", "乙", 0), 4, "1e3"),
        (("家庭",), 5, ""),
        (("家庭", "住址"), 6, "某村"),
        (("家庭", "监护人", 0), 8, ""),
        (("家庭", "监护人", "G-1", "姓名"), 9, "李"),
        (("家庭", "监护人", 1, "年龄"), 11, "050"),
        (("家庭", "监护人", "2", "年龄"), 11, "050"),
        (("家庭", "监护人", 2), 13, ""),
        (("备注",), 14, "一\n二"),
        (("空",), 17, ""),
        (("家庭", "没有"), 5, ""),
        (("家庭", "监护人", 0, "没有", "更深"), 8, ""),
        (("家庭", "监护人", 9), 7, ""),
        (("家庭", "监护人", "G-9"), 7, ""),
        (("编号", "深"), 2, ""),
        (("没有",), 1, ""),
    ],
)
def test_a_value_is_found_by_its_path_and_by_its_pointer(
    path: tuple[str | int, ...], line: int, source: str
) -> None:
    loaded = load(RECORD.encode(), "x.yml")
    assert loaded.problems == ()
    assert loaded.line(path) == line
    assert loaded.source(path) == source
    if "2" not in path:  # in a pointer a digit is a place
        assert loaded.line(pointer(path)) == line
        assert loaded.source(pointer(path)) == source


def test_a_pointer_escapes_what_rfc_6901_says() -> None:
    assert pointer(("a/b", 0, "~", "")) == "/a~1b/0/~0/"
    assert pointer(()) == ""


def test_block_texts_keep_their_lines_and_lose_what_their_header_says() -> None:
    loaded = load("a: |-\n  一\n\n    二\nb: |\n  x\nc: >-\n  x\n  y\nd: |+\n  z\n\n".encode(), "x.yml")
    assert loaded.data == {"a": "一\n\n  二", "b": "x\n", "c": "x y", "d": "z\n\n"}
