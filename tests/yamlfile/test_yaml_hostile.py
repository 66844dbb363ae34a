"""Files made to harm, and files saved the wrong way: refused at once, with one problem that says why."""

import pytest

from guanai.yamlfile import Unreadable, Unwritable, dump, fmt, load
from guanai.yamlfile.characters import MAX_BYTES

REFUSED = [
    ("empty", b"", "yaml.empty", 1),
    ("blanks only", b"  \n\n", "yaml.empty", 1),
    ("comments only", "# 只有注释\n# 没有内容\n".encode(), "yaml.empty", 1),
    ("a marker only", b"---\n", "yaml.empty", 1),
    ("GBK", "编号: S1\n姓名: 张三\n".encode("gbk"), "yaml.encoding", 1),
    ("a torn character", "姓名: 张三\n性别: 女".encode()[:-1], "yaml.encoding", 2),
    ("UTF-16", "姓名: 张三\n".encode("utf-16"), "yaml.encoding", 1),
    ("a lone surrogate", b"a: 1\nb: \xed\xa0\x80\n", "yaml.encoding", 2),
    ("NUL", b"a: 1\nb: \x00\n", "yaml.control", 2),
    ("bell in a comment", b"a: 1\n# \x07\n", "yaml.control", 2),
    ("a lone carriage return", b"a: 1\rb: 2\n", "yaml.control", 1),
    ("form feed", b"a: 1\n\x0c\n", "yaml.control", 2),
    ("delete", b"a: \x7f\n", "yaml.control", 1),
    ("C1 control", "a: \x9b\n".encode(), "yaml.control", 1),
    ("next line", "a: x\x85y\n".encode(), "yaml.control", 1),
    ("line separator", "a: x\u2028y\n".encode(), "yaml.control", 1),
    ("paragraph separator in a comment", "a: x # \u2029\n".encode(), "yaml.control", 1),
    ("right-to-left override", "a: 1\nb: \u202eabc\n".encode(), "yaml.control", 2),
    ("isolate", "a: \u2066x\u2069\n".encode(), "yaml.control", 1),
    ("byte order mark inside", "a: x\ufeffy\n".encode(), "yaml.control", 1),
    ("noncharacter", "a: \ufdd0\n".encode(), "yaml.control", 1),
    ("noncharacter of another plane", "a: \U0001fffe\n".encode(), "yaml.control", 1),
    ("control character as an escape", b'a: "\\0"\n', "yaml.control", 1),
    ("override as an escape", b'a: 1\nb: "\\u202e"\n', "yaml.control", 2),
    ("surrogate as an escape", b'a: "\\ud800"\n', "yaml.escape", 1),
    ("two documents", b"a: 1\n---\nb: 2\n", "yaml.documents", 2),
    ("version directive", b"%YAML 1.1\n---\na: 1\n", "yaml.directive", 1),
    ("tag directive", b"%TAG ! tag:x,2000:\n---\na: 1\n", "yaml.directive", 1),
    ("python object", b"a: !!python/object/apply:os.system [ls]\n", "yaml.tag", 1),
    ("local tag", b"a: 1\nb: !x 2\n", "yaml.tag", 2),
    ("bare tag", b"a: ! 2\n", "yaml.tag", 1),
    ("tagged root", b"!!map\na: 1\n", "yaml.tag", 1),
    ("tagged key", b"!!str a: 1\n", "yaml.tag", 1),
    ("anchor", b"a: &x 1\n", "yaml.anchor", 1),
    ("anchored root", b"&x\na: 1\n", "yaml.anchor", 1),
    ("anchored mapping", b"a: &x\n  b: 1\n", "yaml.anchor", 1),
    ("alias", b"a: 1\nb: *x\n", "yaml.alias", 2),
    ("alias as key", b"*x : 1\n", "yaml.alias", 1),
    ("deep flow", b"[" * 5000, "yaml.depth", 1),
    ("deep mappings", b"a: " + b"{a: " * 5000, "yaml.depth", 1),
    ("deep block", b"- " * 5000 + b"x\n", "yaml.depth", 1),
    ("too large", b"a: " + b"x" * MAX_BYTES, "yaml.size", 1),
    ("too many events", b"- a\n" * 200_001, "yaml.events", 199_998),
    ("list as key", b"? [a, b]\n: 1\n", "yaml.key", 1),
    ("mapping as key", b"{a: 1}: 2\n", "yaml.key", 1),
    ("number as key", b"a: 1\n2: b\n", "yaml.key", 2),
    ("truth value as key", b"true: b\n", "yaml.key", 1),
    ("null as key", b"~: b\n", "yaml.key", 1),
    ("endless key", b"? " + b"k" * 3000 + b"\n: 1\n", "yaml.key", 1),
    ("duplicate key", "姓名: 张三\n性别: 女\n姓名: 李四\n".encode(), "yaml.duplicate", 3),
    ("duplicate key in quotes", b'a: 1\n"a": 2\n', "yaml.duplicate", 2),
    ("duplicate key in brackets", b"a: {b: 1, b: 2}\n", "yaml.duplicate", 1),
    ("text alone", "张三\n".encode(), "yaml.root", 1),
    ("number alone", b"12\n", "yaml.root", 1),
    ("quoted text alone", b'"a: 1"\n', "yaml.root", 1),
]  # fmt: skip


@pytest.mark.parametrize(
    ("raw", "rule", "line"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED]
)
def test_a_harmful_file_is_refused_with_one_problem(raw: bytes, rule: str, line: int) -> None:
    loaded = load(raw, "records/x.yml")
    assert loaded.data is None
    assert [(problem.rule, problem.line, problem.path) for problem in loaded.problems] == [
        (rule, line, "records/x.yml")
    ]
    assert loaded.line(("a", 0)) == 1
    assert loaded.source("/a") == ""


def test_a_bomb_of_aliases_is_refused_before_it_is_built() -> None:
    rows = ["l0: &l0 [x, x]", *(f"l{n}: &l{n} [*l{n - 1}, *l{n - 1}, *l{n - 1}]" for n in range(1, 60))]
    loaded = load("\n".join(rows).encode(), "x.yml")
    assert loaded.data is None
    assert {problem.rule for problem in loaded.problems} == {"yaml.anchor", "yaml.alias"}
    assert len(loaded.problems) == 20


def test_gbk_is_told_from_other_broken_bytes() -> None:
    (gbk,) = load("姓名: 张三\n".encode("gbk"), "x.yml").problems
    (torn,) = load(b"a: \xff\n", "x.yml").problems
    assert "GBK" in gbk.message
    assert "记事本" in gbk.message
    assert "第 4 个字节（0xFF）" in torn.message
    assert "GBK" not in torn.message


def test_a_refused_character_is_named_and_placed() -> None:
    (problem,) = load("a: 1\n姓名: 张\u202e三\n".encode(), "x.yml").problems
    assert problem.message.startswith("第 6 个字符是改变文字方向的隐藏字符 U+202E")


def test_every_independent_slip_is_told_at_once() -> None:
    loaded = load("编号: 1\n编号: 2\n3: x\n电话: &a 1\n".encode(), "x.yml")
    assert [(problem.rule, problem.line) for problem in loaded.problems] == [
        ("yaml.duplicate", 2),
        ("yaml.key", 3),
        ("yaml.anchor", 4),
    ]


def test_byte_order_mark_and_windows_line_ends_leave_the_data_and_are_mended_by_layout() -> None:
    raw = "\ufeff姓名: 张三\r\n备注: |-\r\n  一\r\n  二\r\n".encode()
    loaded = load(raw, "x.yml")
    assert [(problem.rule, problem.line) for problem in loaded.problems] == [
        ("yaml.bom", 1),
        ("yaml.crlf", 1),
    ]
    assert loaded.data == {"姓名": "张三", "备注": "一\n二"}
    assert loaded.line("/备注") == 2
    mended = fmt(raw.decode(), None)
    assert mended == "姓名: 张三\n备注: |-\n  一\n  二\n"
    assert load(mended.encode(), "x.yml").problems == ()


def test_sixteen_levels_are_fine_and_seventeen_are_not() -> None:
    data: dict[str, object] = {"a": 1}
    for _ in range(15):
        data = {"a": data}
    assert load(dump(data).encode(), "x.yml").data == data
    with pytest.raises(Unwritable, match="16 层"):
        dump({"a": data})
    assert load(b"[" * 16 + b"]" * 16, "x.yml").problems == ()
    assert load(b"[" * 17 + b"]" * 17, "x.yml").data is None


@pytest.mark.parametrize(
    "value",
    ["a\x00b", "\x1b[0m", "a\x85b", "\u2028", "\u202e", "\ufeff", "\ud800", float("nan"), float("inf"), 2**53 + 1, b"x", {1: 2}, {"k" * 300: 1}, {"\x07": 1}, pytest.param(object(), id="object")],
    ids=repr,
)  # fmt: skip
def test_what_no_record_may_hold_is_not_written(value: object) -> None:
    with pytest.raises(Unwritable, match="栏"):
        dump({"栏": [value]})


def test_layout_refuses_what_loading_refuses_and_hands_over_the_problems() -> None:
    with pytest.raises(Unreadable, match="第 2 行") as caught:
        fmt("a: 1\na: 2\n", None)
    assert [problem.rule for problem in caught.value.problems] == ["yaml.duplicate"]
