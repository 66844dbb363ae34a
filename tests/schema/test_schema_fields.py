"""A schema as fields: annotations, references into the library, older keys."""

import json
from pathlib import Path

import pytest

from guanai.schema import Schemas, load_schemas
from guanai.schema.fields import FieldReader
from guanai.yamlfile import load

_DRAFT = "https://json-schema.org/draft/2020-12/schema"


def test_a_reference_keeps_its_own_words_and_takes_the_rest_from_the_library() -> None:
    field = FieldReader({"text": {"type": "string", "description": "文字"}}).read(
        {"$ref": "defs.schema.json#/$defs/text", "description": "住址"}
    )
    assert (field.definition, field.type, field.description) == ("text", "string", "住址")


def test_a_field_is_found_by_path_through_lists_and_ids() -> None:
    student = load_schemas().record("student")
    phone = student.at(("家庭", "监护人", 0, "电话"))
    assert phone is not None
    assert phone.name == "phone"
    assert student.at(("家庭", "监护人", "G-7Q2M", "电话")) is phone
    assert student.at(("家庭", "没有", "电话")) is None


def test_labels_stand_on_fields_and_on_single_values() -> None:
    student = load_schemas().record("student")
    kind = student.at(("特殊情形", 0, "情形"))
    assert kind is not None
    assert kind.values["监护人服刑"].clearance == {"限制"}
    assert kind.values["留守"].clearance == {"关爱"}
    assert student.children["学籍号"].clearance == {"证件"}


@pytest.fixture
def renamed(tmp_path: Path) -> Schemas:
    """Schemas of a later version in which 电话 is called 联系电话."""
    text = {"type": "string"}
    note = {
        **text,
        "title": "联系电话",
        "description": "电话",
        "x-name": "phone",
        "x-clearance": [],
        "x-was": ["电话"],
    }
    schema = {
        "$schema": _DRAFT,
        "title": "学校",
        "type": "object",
        "properties": {"联系电话": note},
        "additionalProperties": False,
    }
    (tmp_path / "school.schema.json").write_text(json.dumps(schema), encoding="utf-8")
    (tmp_path / "defs.schema.json").write_text(json.dumps({"$schema": _DRAFT, "$defs": {}}), encoding="utf-8")
    return Schemas(tmp_path)


def test_an_old_key_is_told_its_new_name(renamed: Schemas) -> None:
    (problem,) = renamed.problems("school", load("电话: 一二三\n".encode(), "records/school.yml"))
    assert "是不是“联系电话”" in problem.message


def test_another_schema_is_another_digest(renamed: Schemas) -> None:
    assert renamed.digest != load_schemas().digest
