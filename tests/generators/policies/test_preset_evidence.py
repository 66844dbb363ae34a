"""What counts as evidence of a duty is a kind of record, and what it must hold a field of that."""

import json
from typing import Any

from guanai.clauses import assignments
from guanai.model.policy import Policy
from guanai.resources import schemas_dir


def test_what_counts_as_evidence_is_a_kind_of_record() -> None:
    schemas = {
        path.name.partition(".")[0]: json.loads(path.read_text(encoding="utf-8"))
        for path in schemas_dir().glob("*.json")
    }
    student, attendance = schemas["student"]["properties"], schemas["attendance"]["properties"]
    kinds = {
        "": _kinds(student["过程记录"]) | {"建档", "预警", "总结", "摸底"},
        "计划": _kinds(student["计划"]),
        "照顾": _kinds(student["照顾"]),
        "劝返": set(student["劝返"]["items"]["properties"]["步骤"]["items"]["properties"]["级别"]["enum"]),
        "会议": {"决定", *schemas["meeting"]["properties"]["类型"]["enum"]},
        "活动": set(schemas["activity"]["properties"]["类型"]["enum"]),
        "决定": set(schemas["decision"]["properties"]["类型"]["enum"]),
        "考勤": {"核查", "联系", "报备"},
        "心理": {"筛查", "个案"},
    }
    assert {"核查", "异常"} <= attendance.keys()
    for word in _duty_schema()["properties"]["佐证"]["items"]["enum"]:
        kind, _, value = word.rpartition(".")
        assert kind == "文书" or value in kinds[kind], word


def test_the_fields_evidence_must_hold_are_fields_of_its_record(preset: Policy) -> None:
    student = json.loads((schemas_dir() / "student.schema.json").read_text(encoding="utf-8"))["properties"]
    attendance = json.loads((schemas_dir() / "attendance.schema.json").read_text(encoding="utf-8"))[
        "properties"
    ]
    steps = student["劝返"]["items"]["properties"]["步骤"]
    places = {
        "": student["过程记录"],
        "计划": student["计划"],
        "照顾": student["照顾"],
        "劝返": steps,
        "考勤": attendance["异常"],
    }
    for assignment in assignments(preset):
        known = {
            key
            for word in assignment.duty.evidence
            for key in places.get(word.rpartition(".")[0], {"items": {"properties": {}}})["items"][
                "properties"
            ]
        }
        assert set(assignment.duty.fields) <= known, assignment.duty.id


def test_a_duty_has_one_shape_in_clauses_and_in_paragraphs() -> None:
    clause = _clause_schema()["properties"]
    assert clause["职责"]["items"] == clause["款"]["items"]["properties"]["职责"]["items"]


def _kinds(items: dict[str, Any]) -> set[str]:
    return set(items["items"]["properties"]["类型"]["enum"])


def _clause_schema() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((schemas_dir() / "policy.schema.json").read_text(encoding="utf-8"))
    for key in ("章", "条"):
        found = found["properties"][key]["items"]
    return found


def _duty_schema() -> dict[str, Any]:
    found: dict[str, Any] = _clause_schema()["properties"]["职责"]["items"]
    return found
