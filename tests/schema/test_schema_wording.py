"""What a schema objects to is said in Chinese, at the right line."""

import pytest

from guanai.schema import load_schemas
from guanai.yamlfile import load

_GOOD = """编号: S2024-7K3QD
姓名: 阿依古丽·买买提
性别: 女
学籍:
  - 编号: X-2345
    班级: J2024-03
    状态: 在籍
    起: 2024-09-01
"""

CASES = [
    ("性别: 女", "性别: 姑娘", 3, "/性别", "schema.enum", ["姑娘", "男、女"]),
    ("性别: 女", "性别: 女\n学籍号: 0123", 4, "/学籍号", "schema.type", ['"0123"', "引号"]),
    ("性别: 女", "性别: 女\n学籍号: 1e3", 4, "/学籍号", "schema.type", ['"1e3"']),
    ("性别: 女", "性别: 女\n出生日期: 2026-02-30", 4, "/出生日期", "schema.format", ["2026-02-30", "日期"]),
    ("性别: 女", "性别: 女\n出生日期: 2012.5.6", 4, "/出生日期", "schema.pattern", ["2026-09-01"]),
    ("性别: 女", "性别:", 3, "/性别", "schema.type", ["空"]),
    ("姓名: 阿依古丽·买买提\n", "", 1, "", "schema.required", ["缺少“姓名”"]),
    ("性别: 女", "性别: 女\n出生日起: 2012-05-06", 4, "/出生日起", "schema.unknown", ["是不是“出生日期”"]),
    ("    班级: J2024-03", "    班级: 九三班", 6, "/学籍/0/班级", "schema.pattern", ["学籍第1项 › 班级", "J2024-03"]),
    ("    状态: 在籍\n", "", 5, "/学籍/0", "schema.required", ["学籍第1项里缺少“状态”"]),
    ("性别: 女", "性别: 女\n独生子女: 是", 4, "/独生子女", "schema.type", ["true 或 false"]),
    ("性别: 女", '性别: 女\n特长: ""', 4, "/特长", "schema.minLength", ["空"]),
    ("性别: 女", f"性别: 女\n特长: {'长' * 201}", 4, "/特长", "schema.maxLength", ["200", "201"]),
    ("性别: 女", "性别: 女\n家庭: 和平村", 4, "/家庭", "schema.type", ["一组栏目"]),
    ("性别: 女", '性别: 女\n证件:\n  类型: 居民身份证\n  号码: "123"', 6, "/证件/号码", "schema.pattern", ["18"]),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "line", "pointer", "rule", "words"), CASES)
def test_each_objection_says_where_what_and_what_to_do(
    old: str, new: str, line: int, pointer: str, rule: str, words: list[str]
) -> None:
    loaded = load(_GOOD.replace(old, new).encode(), "x.yml")
    (problem,) = load_schemas().problems("student", loaded)
    assert (problem.line, problem.pointer, problem.rule) == (line, pointer, rule)
    assert all(word in problem.message for word in words), problem.message


def test_a_good_record_has_no_problem() -> None:
    assert load_schemas().problems("student", load(_GOOD.encode(), "x.yml")) == []


def test_every_fault_is_told_at_once() -> None:
    text = _GOOD.replace("性别: 女", "性别: 姑娘\n出生日期: 昨天\n特长: 5").replace(
        "状态: 在籍", "状态: 在读"
    )
    rules = [problem.rule for problem in load_schemas().problems("student", load(text.encode(), "x.yml"))]
    assert sorted(rules) == ["schema.enum", "schema.enum", "schema.pattern", "schema.type"]


@pytest.mark.parametrize("kept", ['"0123"', '"1e3"', "17:00", "no", "2026-03-01"])
def test_quoted_numbers_and_plain_words_of_yaml_1_1_stay_text(kept: str) -> None:
    loaded = load(_GOOD.replace("性别: 女", f"性别: 女\n特长: {kept}").encode(), "x.yml")
    assert load_schemas().problems("student", loaded) == []
    assert loaded.data["特长"] == kept.strip('"')


def test_a_number_too_long_to_be_one_is_told_by_the_reader() -> None:
    loaded = load(_GOOD.replace("性别: 女", "性别: 女\n学籍辅号: 1234567890123456789").encode(), "x.yml")
    (problem,) = loaded.problems
    assert (problem.line, problem.pointer) == (4, "/学籍辅号")
    assert '"1234567890123456789"' in problem.message
