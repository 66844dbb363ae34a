"""A teacher with an editor sees the same faults as `check`, and is offered Chinese keys."""

from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.slow

_ROOT = Path(__file__).resolve().parents[2]
_RECORDS = sorted((_ROOT / "records").rglob("*.yml"))
_MODELINE = "# yaml-language-server: $schema=../../../schemas/student.schema.json\n"
_DRAFT = _ROOT / "records" / "students" / "2024" / "S2024-22222.yml"


def test_the_sample_records_show_no_fault(server: Any) -> None:
    assert _RECORDS
    found = {file.name: server.diagnostics(server.open(file)) for file in _RECORDS}
    assert {name: faults for name, faults in found.items() if faults} == {}


def test_a_planted_fault_is_shown_in_its_line(server: Any) -> None:
    text = f"{_MODELINE}编号: S2024-22222\n姓名: 某\n性别: 姑娘\n学籍:\n  - 班级: 九三班\n    状态: 在籍\n    起: 2024-13-01\n"
    faults = server.diagnostics(server.open(_DRAFT, text))
    assert {fault["range"]["start"]["line"] for fault in faults} == {3, 5, 7}
    assert any("J2024-03" in fault["message"] for fault in faults)


def test_a_chinese_key_is_offered(server: Any) -> None:
    file = _DRAFT.with_name("S2024-33333.yml")
    uri = server.open(file, f"{_MODELINE}编号: S2024-33333\n出生\n")
    server.diagnostics(uri)
    offered = server.request(
        "textDocument/completion", {"textDocument": {"uri": uri}, "position": {"line": 2, "character": 2}}
    )
    items = offered["items"] if isinstance(offered, dict) else offered
    assert "出生日期" in {item["label"] for item in items}


def test_a_new_entry_is_offered_as_a_whole(server: Any) -> None:
    file = _DRAFT.with_name("S2024-44444.yml")
    uri = server.open(file, f"{_MODELINE}编号: S2024-44444\n过程记录:\n  - \n")
    server.diagnostics(uri)
    offered = server.request(
        "textDocument/completion", {"textDocument": {"uri": uri}, "position": {"line": 3, "character": 4}}
    )
    items = offered["items"] if isinstance(offered, dict) else offered
    assert "新增过程记录" in {item["label"] for item in items}


def test_a_key_explains_itself(server: Any) -> None:
    file = _DRAFT.with_name("S2024-55555.yml")
    uri = server.open(file, f"{_MODELINE}编号: S2024-55555\n课堂安全提示: 避免剧烈运动\n")
    server.diagnostics(uri)
    shown = server.request(
        "textDocument/hover", {"textDocument": {"uri": uri}, "position": {"line": 2, "character": 1}}
    )
    assert "不写病名" in str(shown)
