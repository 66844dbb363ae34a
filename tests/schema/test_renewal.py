"""Older records read as those of today, and rewritten with their comments."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from guanai.schema import Schemas
from guanai.schema.renewal import renewal, renewed, renewed_text
from guanai.schema.steps import Step
from guanai.yamlfile import Change, Delete, NoSuchPlace, Set, load, rename

_SCHEMAS = Path(__file__).resolve().parents[2] / "schemas"

OLD = """\
编号: S2024-7K3QD
姓名: 阿青
性别: 女
家庭:
  住处: 清河镇3组 # 新搬的
  监护人:
    - 编号: G-7Q2M
      姓名: 阿芳
      关系: 母亲
      # 晚上打
      手机: "13900002222"
# 户口在外县
户籍: 岚泉县／农业
学籍:
  - 编号: X-N7GT
    班级: J2024-01
    状态: 在籍
    起: "2024-09-01"
"""
NEW = """\
编号: S2024-7K3QD
姓名: 阿青
性别: 女
# 户口在外县
户籍地: 岚泉县
户口性质: 农业
学籍:
  - 编号: X-N7GT
    班级: J2024-01
    状态: 在籍
    起: "2024-09-01"
家庭:
  住址: 清河镇3组  # 新搬的
  监护人:
    - 编号: G-7Q2M
      姓名: 阿芳
      关系: 母亲
      # 晚上打
      电话: "13900002222"
"""


def _split(data: Mapping[str, Any]) -> list[Change]:
    place, sign, kind = str(data.get("户籍地", "")).partition("／")
    return [Set(("户籍地",), place), Set(("户口性质",), kind)] if sign else []


STEPS = {1: (Step("户籍分为户籍地和户口性质", "student", _split),)}


@pytest.fixture
def schemas(tmp_path: Path) -> Schemas:
    for file in _SCHEMAS.glob("*.json"):
        schema = json.loads(file.read_text(encoding="utf-8"))
        if file.name == "student.schema.json":
            keys = schema["properties"]
            keys["户籍地"]["x-was"] = ["户籍", "户口所在地"]
            keys["家庭"]["properties"]["住址"]["x-was"] = ["住处"]
            keys["家庭"]["properties"]["监护人"]["items"]["properties"]["电话"]["x-was"] = ["手机"]
        (tmp_path / file.name).write_text(json.dumps(schema), encoding="utf-8")
    return Schemas(tmp_path)


def _data(text: str) -> Any:
    return load(text.encode(), "").data


def test_renamed_and_split_keys_are_read_as_those_of_today(schemas: Schemas) -> None:
    assert renewed("student", _data(OLD), schemas, STEPS) == _data(NEW)


def test_a_record_of_today_comes_back_as_the_same_object(schemas: Schemas) -> None:
    data = _data(NEW)
    assert renewed("student", data, schemas, STEPS) is data
    assert not renewal("student", data, schemas, STEPS)


def test_the_text_is_rewritten_with_its_comments(schemas: Schemas) -> None:
    found = renewal("student", _data(OLD), schemas, STEPS)
    assert renewed_text("student", OLD, found, schemas) == NEW
    assert [step.name for step, _ in found.steps] == ["户籍分为户籍地和户口性质"]


def test_a_key_under_both_names_keeps_both(schemas: Schemas) -> None:
    data = {"户籍": "旧", "户籍地": "新"}
    assert renewed("student", data, schemas, STEPS) is data


def test_of_two_older_names_one_is_taken(schemas: Schemas) -> None:
    assert renewed("student", {"户口所在地": "县城"}, schemas, STEPS) == {"户籍地": "县城"}


@pytest.mark.parametrize("data", [None, "文字", [], {"家庭": None}, {"家庭": ["不是栏目"]}])
def test_what_is_no_record_comes_back_as_it_is(data: Any, schemas: Schemas) -> None:
    assert renewed("student", data, schemas, STEPS) == data


def test_kinds_nobody_knows_are_left_alone(schemas: Schemas) -> None:
    assert renewed("nothing", {"户籍": "旧"}, schemas, STEPS) == {"户籍": "旧"}


def test_the_program_reads_its_own_records_unchanged() -> None:
    data = _data(NEW)
    assert renewed("student", data) is data


def test_a_name_that_is_taken_is_refused() -> None:
    with pytest.raises(NoSuchPlace):
        rename("甲: 1\n乙: 2\n", [(("甲",), "乙")])


def test_a_key_that_is_not_there_is_refused() -> None:
    with pytest.raises(NoSuchPlace):
        rename("甲: 1\n", [(("丙",), "乙")])


def test_a_list_item_has_no_name_to_change() -> None:
    with pytest.raises(NoSuchPlace):
        rename("甲:\n  - 1\n", [(("甲", 0), "乙")])


def test_two_keys_may_change_places() -> None:
    turned = rename("甲: 1\n乙: 2\n", [(("甲",), "丙"), (("乙",), "甲"), (("丙",), "乙")])
    assert _data(turned) == {"乙": 1, "甲": 2}


def test_a_deleted_key_of_a_step_takes_its_own_comment_only(schemas: Schemas) -> None:
    steps = {1: (Step("不再记就读", "student", lambda data: [Delete(("旧",))] if "旧" in data else []),)}
    text = "# 留下\n姓名: 阿青\n# 走\n旧: 1\n"
    found = renewal("student", _data(text), schemas, steps)
    assert renewed_text("student", text, found, schemas) == "# 留下\n姓名: 阿青\n"
