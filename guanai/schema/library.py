"""All schemas of the installed program, and what they say is wrong with a record."""

import hashlib
import json
from collections.abc import Iterator
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import jsonschema_rs

from guanai import resources
from guanai.errors import Problem
from guanai.schema.fields import Field, FieldReader
from guanai.schema.wording import explain, readable
from guanai.yamlfile import Loaded, pointer

_SUFFIX = ".schema.json"
_LIBRARY = "defs.schema.json"


class Schemas:
    """The schemas by kind; fields and validators are made on first use and kept."""

    def __init__(self, folder: Path) -> None:
        """Read every ``*.schema.json`` of a folder."""
        texts = {path.name: path.read_bytes() for path in sorted(folder.glob(f"*{_SUFFIX}"))}
        #: Hash of all schema files: part of the key of every cached result.
        self.digest = hashlib.sha256(b"\0".join(texts.values())).hexdigest()
        self._sources: dict[str, dict[str, Any]] = {name: json.loads(text) for name, text in texts.items()}
        self._reader = FieldReader(self._sources[_LIBRARY]["$defs"])
        self._fields: dict[str, Field] = {}
        self._older: dict[str, bool] = {}
        self._validators: dict[str, jsonschema_rs.Validator] = {}

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of record, in alphabetical order."""
        return tuple(name.removesuffix(_SUFFIX) for name in self._sources if name != _LIBRARY)

    def title(self, kind: str) -> str:
        """Return what people call a kind: ``student`` → 学生档案."""
        return str(self.source(kind)["title"])

    def source(self, kind: str) -> dict[str, Any]:
        """Return the schema of a kind as written."""
        return self._sources[f"{kind}{_SUFFIX}"]

    def record(self, kind: str) -> Field:
        """Return the field tree of a kind."""
        if kind not in self._fields:
            self._fields[kind] = self._reader.read(self.source(kind))
        return self._fields[kind]

    def has_older_keys(self, kind: str) -> bool:
        """Tell whether any key of a kind was once called otherwise (``x-was``)."""
        if kind not in self._older:
            self._older[kind] = _is_renamed(self.record(kind))
        return self._older[kind]

    def is_valid(self, kind: str, data: object) -> bool:
        """Tell at full speed whether a record fits its schema."""
        if kind not in self._validators:
            self._validators[kind] = jsonschema_rs.Draft202012Validator(
                self.source(kind), registry=self._fast_registry, validate_formats=True
            )
        return self._validators[kind].is_valid(data)

    def problems(self, kind: str, loaded: Loaded) -> list[Problem]:
        """Return what is wrong with a record, each with its place; empty for a valid one.

        Speed comes from jsonschema-rs, the sentences from jsonschema; where only the fast one objects, its
        own words stand in, so that nothing slips through.
        """
        if self.is_valid(kind, loaded.data):
            return []
        found = list(explain(self._sources, kind, self.record(kind), loaded))
        return found or list(self._unexplained(kind, loaded))

    @cached_property
    def _fast_registry(self) -> jsonschema_rs.Registry:
        return jsonschema_rs.Registry([(_LIBRARY, self._sources[_LIBRARY])])

    def _unexplained(self, kind: str, loaded: Loaded) -> Iterator[Problem]:
        for error in self._validators[kind].iter_errors(loaded.data):
            path = tuple(error.instance_path)
            words = f"{readable(path)}：这里的内容不合规定（{error.message}）。"
            yield Problem(loaded.path, loaded.line(path), pointer(path), "schema.other", words)


def _is_renamed(field: Field) -> bool:
    inner = [*field.children.values(), *([field.item] if field.item else [])]
    return bool(field.former) or any(map(_is_renamed, inner))


@cache
def load_schemas() -> Schemas:
    """Return the installed program's schemas, read once."""
    return Schemas(resources.schemas_dir())
