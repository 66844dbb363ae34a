"""Redaction held against a second reading of the schemas that shares no code with it."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guanai.access import FULL, redact
from guanai.schema import load_schemas

_FOLDER = Path(__file__).resolve().parents[2] / "schemas"
_LIBRARY = json.loads((_FOLDER / "defs.schema.json").read_text(encoding="utf-8"))["$defs"]
_READER, _OTHER = "T-3XK9", "T-8PLW"
_WRITERS = ("记录人", "撰写人", "制定人")


class Canaries:
    """Makes a record of unlike texts, and remembers which labels and which writer open each of them."""

    def __init__(self, kind: str, seed: int) -> None:
        self.needs: dict[str, tuple[frozenset[str], bool]] = {}
        self._random = Random(seed)
        source = json.loads((_FOLDER / f"{kind}.schema.json").read_text(encoding="utf-8"))
        self.record = self._object(_resolved(source), frozenset(), is_own=False, is_record=True)

    def _value(self, node: Mapping[str, Any], needs: frozenset[str], *, is_own: bool) -> Any:
        if "enum" in node:
            return self._random.choice(node["enum"])
        match node.get("type", "object"):
            case "object":
                return self._object(node, needs, is_own=is_own)
            case "array":
                item = _resolved(node["items"])
                return [self._value(item, needs, is_own=is_own) for _ in range(self._random.randint(0, 2))]
            case "string":
                canary = f"雀{len(self.needs)}雀"
                self.needs[canary] = (needs, is_own)
                return canary
            case _:
                return True

    def _object(
        self, node: Mapping[str, Any], needs: frozenset[str], *, is_own: bool, is_record: bool = False
    ) -> dict[str, Any]:
        fields = {key: _resolved(child) for key, child in node.get("properties", {}).items()}
        made: dict[str, Any] = {}
        for key, field in fields.items():
            if key in _WRITERS:
                made[key] = self._random.choice((_READER, _OTHER))
                is_own = is_own or (made[key] == _READER and not is_record)
            elif key == "密级" or field.get("x-kind"):
                made[key] = self._random.choice(field["enum"])
        kind = next((key for key, field in fields.items() if field.get("x-kind")), None)
        if self._random.random() < 0.5:
            made.pop("密级", None)
        if "密级" in made:  # adds to what the kind asks
            needs |= {made["密级"]}
        if kind:
            needs |= frozenset(fields[kind].get("x-values", {}).get(made[kind], {}).get("x-clearance", ()))
        for key, field in fields.items():
            if key not in made and key != "密级" and self._random.random() < 0.8:
                made[key] = self._value(field, needs | frozenset(field.get("x-clearance", ())), is_own=is_own)
        return made


def _resolved(node: Mapping[str, Any]) -> dict[str, Any]:
    name = node.get("$ref", "").rpartition("/")[2]
    return {**_LIBRARY.get(name, {}), **{key: value for key, value in node.items() if key != "$ref"}}


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)
    elif isinstance(value, str):
        yield value


@pytest.mark.parametrize("kind", ["student", "meeting", "counseling", "activity", "screening", "decision"])
@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6), st.frozensets(st.sampled_from(sorted(FULL))), st.booleans())
def test_what_passes_is_exactly_what_the_labels_open_and_what_one_wrote(
    kind: str,
    seed: int,
    labels: frozenset[str],
    is_named: bool,  # noqa: FBT001 -- drawn
) -> None:
    planted = Canaries(kind, seed)
    reader = _READER if is_named else ""
    shown = set(_texts(redact(load_schemas().record(kind), planted.record, labels, reader=reader)))
    for canary, (needs, is_own) in planted.needs.items():
        if needs <= labels:
            assert canary in shown
        elif canary in shown:
            assert is_own
            assert is_named


@given(st.integers(0, 10**6))
def test_the_full_edition_keeps_every_text(seed: int) -> None:
    planted = Canaries("student", seed)
    assert set(_texts(redact(load_schemas().record("student"), planted.record, FULL))) == set(
        _texts(planted.record)
    )
