"""The schemas carry all that forms, access, glossary and editors need, in words every validator reads alike."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

_FOLDER = Path(__file__).resolve().parents[2] / "schemas"
_FILES = sorted(path.name for path in _FOLDER.glob("*.schema.json"))
_LABELS = {"教学", "关爱", "限制", "证件", "心理"}
_IDENTIFIER = re.compile(r"[a-z][a-z0-9_]*")
#: Keywords whose schemas only test what stands elsewhere; they define no field.
_CONDITIONS = {"if", "then", "else", "not", "allOf", "anyOf", "oneOf"}

_Node = dict[str, Any]


def _load(name: str) -> _Node:
    loaded: _Node = json.loads((_FOLDER / name).read_text(encoding="utf-8"))
    return loaded


def _nodes(node: object, path: str = "") -> Iterator[tuple[str, _Node]]:
    """Yield every mapping of a schema with the path that leads to it."""
    if isinstance(node, dict):
        yield path, node
        for key, value in node.items():
            yield from _nodes(value, f"{path}/{key}")
    elif isinstance(node, list):
        for place, value in enumerate(node):
            yield from _nodes(value, f"{path}/{place}")


def _objects(node: object, path: str = "") -> Iterator[tuple[str, _Node]]:
    """Yield every mapping whose ``properties`` define fields."""
    for place, found in _nodes(node, path):
        if isinstance(found.get("properties"), dict) and not _CONDITIONS & set(place.split("/")):
            yield place, found["properties"]


def _fields(schema: _Node) -> Iterator[tuple[str, _Node]]:
    for path, properties in _objects(schema):
        for key, field in properties.items():
            yield f"{path}/{key}", field


def test_there_are_schemas() -> None:
    assert len(_FILES) > 10


@pytest.mark.parametrize("name", _FILES)
@pytest.mark.parametrize("annotation", ["title", "description", "x-name", "x-clearance"])
def test_every_property_is_annotated(name: str, annotation: str) -> None:
    assert [path for path, field in _fields(_load(name)) if annotation not in field] == []


@pytest.mark.parametrize("name", _FILES)
def test_english_names_are_identifiers(name: str) -> None:
    fields = _fields(_load(name))
    assert [path for path, field in fields if not _IDENTIFIER.fullmatch(field.get("x-name", ""))] == []


@pytest.mark.parametrize("name", _FILES)
def test_no_english_name_is_used_twice_in_one_object(name: str) -> None:
    twice = [
        (path, word)
        for path, properties in _objects(_load(name))
        for word, count in Counter(field["x-name"] for field in properties.values()).items()
        if count > 1
    ]
    assert twice == []


@pytest.mark.parametrize("name", _FILES)
def test_clearances_are_known_labels(name: str) -> None:
    strange = [
        (path, found["x-clearance"])
        for path, found in _nodes(_load(name))
        if "x-clearance" in found and not set(found["x-clearance"]) <= _LABELS
    ]
    assert strange == []


@pytest.mark.parametrize("name", _FILES)
def test_notes_on_values_are_about_values_of_the_list(name: str) -> None:
    for path, found in _nodes(_load(name)):
        if "x-values" in found:
            assert set(found["x-values"]) <= set(found["enum"]), path
            names = [note["x-name"] for note in found["x-values"].values()]
            assert len(names) == len(set(names)), path
        if "markdownEnumDescriptions" in found:
            assert len(found["markdownEnumDescriptions"]) == len(found["enum"]), path


@pytest.mark.parametrize("name", _FILES)
def test_the_only_format_is_date(name: str) -> None:
    formats = {found["format"] for _, found in _nodes(_load(name)) if isinstance(found.get("format"), str)}
    assert formats <= {"date"}


@pytest.mark.parametrize("name", _FILES)
def test_patterns_are_anchored_and_name_their_signs(name: str) -> None:
    for path, found in _nodes(_load(name)):
        pattern = found.get("pattern")
        if isinstance(pattern, str):
            assert not re.search(r"\\[dDwWsSpPbB]", pattern), path
            assert pattern.startswith("^"), path
            assert pattern.endswith("$"), path


@pytest.mark.parametrize("name", _FILES)
def test_references_are_relative_and_lead_somewhere(name: str) -> None:
    schema = _load(name)
    assert [path for path, found in _nodes(schema) if "$id" in found] == []
    for path, found in _nodes(schema):
        reference = found.get("$ref")
        if isinstance(reference, str):
            file, _, pointer = reference.partition("#")
            assert re.fullmatch(r"([a-z]+\.schema\.json)?", file), path
            target: Any = _load(file) if file else schema
            for step in pointer.strip("/").split("/"):
                target = target[step]


@pytest.mark.parametrize("name", _FILES)
def test_definitions_have_ascii_names(name: str) -> None:
    assert [word for word in _load(name).get("$defs", {}) if not _IDENTIFIER.fullmatch(word)] == []


@pytest.mark.parametrize("name", _FILES)
def test_objects_are_closed(name: str) -> None:
    for path, found in _nodes(_load(name)):
        if (
            "properties" in found
            and not _CONDITIONS & set(path.split("/"))
            and not path.endswith("/properties")
        ):
            assert found.get("additionalProperties") is False, path
