"""The editor checks records offline, and what its snippets insert is valid."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from guanai.paths import kind_of
from guanai.yamlfile import load

_ROOT = Path(__file__).resolve().parents[2]
_Json = dict[str, Any]


def _read(name: str) -> _Json:
    loaded: _Json = json.loads((_ROOT / name).read_text(encoding="utf-8"))
    return loaded


_SNIPPETS = _read(".vscode/guanai.code-snippets")
#: What a snippet makes: a list below this key of a student's file; a whole file where none is named.
_LISTS = {
    "特殊情形": "特殊情形", "预警": "预警", "学习辅导计划": "计划", "成绩": "成绩", "帮扶责任人": "帮扶责任人",
    "谈话": "过程记录", "家访": "过程记录", "跟踪": "过程记录", "联系监护人": "过程记录", "结对谈心": "过程记录",
}  # fmt: skip
_WORDS = {
    "TM_FILENAME_BASE": "S2026-7K3QD",
    "CURRENT_YEAR": "2026",
    "CURRENT_MONTH": "11",
    "CURRENT_DATE": "20",
}


def _typed(snippet: Mapping[str, Any]) -> str:
    """Return what stands in the file when every place is left as offered."""
    text = "\n".join(snippet["body"])
    text = re.sub(r"(?<!\\)\$([A-Z_]+)", lambda found: _WORDS[found[1]], text)
    text = re.sub(r"\$\{[0-9]+\|([^,|]+)[^|]*\|\}", r"\1", text)
    return re.sub(r"\$\{[0-9]+:([^}]*)\}", r"\1", text).replace("\\$", "$") + "\n"


def _student(name: str, typed: str) -> str:
    if name not in _LISTS:
        return typed
    if f"\n{_LISTS[name]}:" in (base := _typed(_SNIPPETS["新学生档案"])):
        base = base.partition(f"\n{_LISTS[name]}:")[0] + "\n"
    indented = "".join(f"  {line}\n" for line in typed.splitlines())
    return f"{base}{_LISTS[name]}:\n{indented}"


@pytest.mark.parametrize("name", _SNIPPETS)
def test_a_snippet_left_as_offered_is_valid(name: str) -> None:
    loaded = load(_student(name, _typed(_SNIPPETS[name])).encode(), "records/students/2026/S2026-7K3QD.yml")
    sources = {
        path.name: json.loads(path.read_text(encoding="utf-8")) for path in (_ROOT / "schemas").glob("*.json")
    }
    registry: Registry[Any] = Registry().with_resources(
        (file, Resource.from_contents(source)) for file, source in sources.items()
    )
    validator = Draft202012Validator(sources["student.schema.json"], registry=registry)
    assert [error.message for error in validator.iter_errors(loaded.data)] == []


@pytest.mark.parametrize("name", _SNIPPETS)
def test_a_snippet_is_for_yaml_and_says_what_it_makes(name: str) -> None:
    snippet = _SNIPPETS[name]
    assert snippet["scope"] == "yaml"
    assert snippet["description"]
    assert snippet["prefix"]


def test_every_kind_has_its_schema_in_the_editor() -> None:
    mapped = _read(".vscode/settings.json")["yaml.schemas"]
    kinds = {path.name for path in (_ROOT / "schemas").glob("*.schema.json")} - {"defs.schema.json"}
    assert {Path(name).name for name in mapped} == kinds


def test_the_editor_knows_each_sample_record_by_its_kind() -> None:
    mapped: dict[str, list[str]] = _read(".vscode/settings.json")["yaml.schemas"]
    for path in (_ROOT / "records").rglob("*.yml"):
        place = path.relative_to(_ROOT).as_posix()
        claimed = [name for name, globs in mapped.items() if any(path in _ROOT.glob(each) for each in globs)]
        assert claimed == [f"./schemas/{kind_of(place)}.schema.json"], place


def test_the_editor_asks_nobody_outside() -> None:
    settings = _read(".vscode/settings.json")
    assert settings["yaml.schemaStore.enable"] is False
    assert settings["yaml.kubernetesCRDStore.enable"] is False
    assert settings["redhat.telemetry.enabled"] is False
    assert settings["yaml.format.enable"] is False
    assert "http" not in json.dumps(settings)
