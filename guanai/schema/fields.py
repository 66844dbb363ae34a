"""A schema as a tree of fields, with our annotations read once."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True)
class IdRule:
    """How the items of a list get their 编号: a letter and, where there is one, the key of their day."""

    prefix: str
    date_key: str | None

    def day_of(self, item: Mapping[str, Any]) -> date | None:
        """Return the day that stands in an item's 编号, None where it tells none."""
        try:
            return date.fromisoformat(str(item.get(self.date_key))[:10]) if self.date_key else None
        except ValueError:
            return None


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a closed list: its English name, what it means, and labels of its own."""

    name: str
    description: str
    clearance: frozenset[str]


@dataclass(frozen=True, slots=True)
class Field:
    """A property, a list item or a whole record.

    Attributes:
        key: Chinese key, "" for a record or a list item.
        name: identifier in code (``x-name``), "" where there is none.
        description: hover text.
        type: JSON type: object, array, string, integer, number or boolean.
        definition: name in the ``$defs`` library, "" for a shape of its own.
        clearance: labels of this field alone; a reader also needs those of its ancestors.
        children: fields of an object in schema order.
        item: shape of a list's items.
        values: the closed list of an enum, in order; empty for open fields.
        is_kind: the value tells what its list item is, and hides the whole item with it.
        id_rule: for a list whose items carry 编号.
        told_by: of a list item without 编号: the keys that tell it apart from the others (``x-key``).
        ref: kind of record that the value points to.
        mask: labels that suffice for the masked form; empty where there is none.
        required: keys that must be there.
        pattern_hint: what to write instead, for a value of the wrong form.
        former: older keys of this field (``x-was``).
        unit: unit of a number.
        is_open: an object with free keys.
    """

    key: str = ""
    name: str = ""
    description: str = ""
    type: str = "object"
    definition: str = ""
    clearance: frozenset[str] = frozenset()
    children: Mapping[str, "Field"] = field(default_factory=dict)
    item: "Field | None" = None
    values: Mapping[str, Value] = field(default_factory=dict)
    is_kind: bool = False
    id_rule: IdRule | None = None
    told_by: tuple[str, ...] = ()
    ref: str = ""
    mask: frozenset[str] = frozenset()
    required: tuple[str, ...] = ()
    pattern_hint: str = ""
    former: tuple[str, ...] = ()
    unit: str = ""
    is_open: bool = False

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys of an object in schema order."""
        return tuple(self.children)

    @property
    def is_text(self) -> bool:
        """Whether the schema wants a string here."""
        return self.type == "string"

    def child(self, key: str | int) -> "Field | None":
        """Return the field behind a key, or the item shape behind an index."""
        if isinstance(key, int):
            return self.item
        if self.is_open:
            return self.item
        return self.children.get(key)

    def at(self, path: tuple[str | int, ...]) -> "Field | None":
        """Return the field at a path; a 编号 in the path counts as an item."""
        found: Field | None = self
        for step in path:
            if found is None:
                return None
            found = found.item if found.type == "array" else found.child(step)
        return found


class FieldReader:
    """Turns schema mappings into fields, following ``$ref`` into one library."""

    def __init__(self, definitions: Mapping[str, Any]) -> None:
        """``definitions``: the ``$defs`` of ``defs.schema.json``."""
        self._definitions = definitions

    def read(self, schema: Mapping[str, Any], key: str = "") -> Field:
        """Return the field of one schema node."""
        node, definition = self._resolved(schema)
        extra = node.get("additionalProperties")
        item = node.get("items") if node.get("type") == "array" else extra
        return Field(
            key=key,
            name=node.get("x-name", ""),
            description=node.get("description", ""),
            type=node.get("type", "object"),
            definition=definition,
            clearance=frozenset(node.get("x-clearance", ())),
            children={name: self.read(child, name) for name, child in node.get("properties", {}).items()},
            item=self.read(item) if isinstance(item, Mapping) else None,
            values=_values(node),
            is_kind=node.get("x-kind", False),
            id_rule=_id_rule(node),
            told_by=tuple(node.get("x-key", ())),
            ref=node.get("x-ref", ""),
            mask=frozenset(node.get("x-mask", ())),
            required=tuple(node.get("required", ())),
            pattern_hint=node.get("patternErrorMessage", ""),
            former=tuple(node.get("x-was", ())),
            unit=node.get("x-unit", ""),
            is_open=isinstance(extra, Mapping),
        )

    def _resolved(self, schema: Mapping[str, Any]) -> tuple[Mapping[str, Any], str]:
        if "$ref" not in schema:
            return schema, ""
        name = schema["$ref"].rpartition("/")[2]
        own = {word: value for word, value in schema.items() if word != "$ref"}
        return {**self._definitions[name], **own}, name


def _values(node: Mapping[str, Any]) -> dict[str, Value]:
    described = node.get("markdownEnumDescriptions", ())
    notes = node.get("x-values", {})
    return {
        word: Value(
            name=notes.get(word, {}).get("x-name", ""),
            description=described[place] if place < len(described) else "",
            clearance=frozenset(notes.get(word, {}).get("x-clearance", ())),
        )
        for place, word in enumerate(node.get("enum", ()))
    }


def _id_rule(node: Mapping[str, Any]) -> IdRule | None:
    rule = node.get("x-id")
    return IdRule(rule["prefix"], rule.get("date")) if rule else None
