"""Which items of two lists are the same: by 编号, by the keys that tell them apart, or by what they say."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from guanai.schema import Field
from guanai.yamlfile.nodes import identical
from guanai.yamlfile.paths import ID_KEY

#: Kind of name, name, and how often that name stood before it in the list.
Token = tuple[str, str, int]

_CAPTION_LENGTH = 24
_BY_ID, _BY_KEYS, _BY_CONTENT = "id", "keys", "content"


def tokens(items: Sequence[Any], shape: Field | None) -> list[Token]:
    """Return a name for each item of a list, no two alike.

    Args:
        items: data of the items.
        shape: field of the list.
    """
    told_by = shape.item.told_by if shape and shape.item else ()
    seen: Counter[tuple[str, str]] = Counter()
    made = []
    for item in items:
        name = _name(item, told_by)
        made.append((*name, seen[name]))
        seen[name] += 1
    return made


def side_tokens(
    base: Sequence[Any], base_tokens: Sequence[Token], side: Sequence[Any], shape: Field | None
) -> list[Token]:
    """Name the items of a later list; one that came from an item of the older list keeps that item's name."""
    made = tokens(side, shape)
    old, new = set(base_tokens), set(made)
    gone = [place for place, token in enumerate(base_tokens) if token not in new]
    come = [place for place, token in enumerate(made) if token not in old]
    for place in gone:
        heir = next((other for other in come if _became(base[place], side[other], base_tokens[place])), None)
        if heir is not None:
            made[heir] = base_tokens[place]
            come.remove(heir)
    return made


def is_named(token: Token) -> bool:
    """Whether an item keeps its name when its content changes."""
    return token[0] != _BY_CONTENT


def step_of(items: Sequence[Any], place: int) -> str | int:
    """Return the step of a path to an item: its 编号 where that is the only one, its place otherwise."""
    name = id_of(items[place])
    if name is None or sum(id_of(item) == name for item in items) > 1:
        return place
    return name


def id_of(item: Any) -> str | None:
    """Return the 编号 of an item, None for one without."""
    name = item.get(ID_KEY) if isinstance(item, Mapping) else None
    return name if isinstance(name, str) else None


def caption(item: Any, shape: Field | None) -> str:
    """Return what a reader tells an item without 编号 by: the keys that tell it apart, else its first words.

    Args:
        item: data of the item.
        shape: its field.
    """
    if not isinstance(item, Mapping):
        return _shortened(str(item))
    told_by = [key for key in (shape.told_by if shape else ()) if item.get(key) is not None]
    first = [key for key, value in item.items() if isinstance(value, str)][:1]
    return _shortened("，".join(str(item[key]) for key in told_by or first))


def canonical(data: Any) -> str:
    """Return data as one text, the same for the same data whatever the order of keys."""
    return json.dumps(data, ensure_ascii=False, sort_keys=True)


def rank(item: Any, shape: Field | None) -> tuple[str, ...]:
    """Return what new items of a list are sorted by: their day, then what tells them apart."""
    inner = shape.item if shape else None
    if not isinstance(item, Mapping):
        return (_place(item, inner), canonical(item))
    rule = shape.id_rule if shape else None
    day = item.get(rule.date_key) if rule and rule.date_key else None
    told = [_place(item.get(key), inner.child(key)) for key in inner.told_by] if inner else []
    return (str(day or ""), *told, id_of(item) or canonical(item))


def _name(item: Any, told_by: Sequence[str]) -> tuple[str, str]:
    if isinstance(item, Mapping):
        if item.get(ID_KEY) is not None:
            return _BY_ID, str(item[ID_KEY])
        if any(item.get(key) is not None for key in told_by):
            return _BY_KEYS, canonical([item.get(key) for key in told_by])
    return _BY_CONTENT, canonical(item)


def _became(item: Any, later: Any, token: Token) -> bool:
    """Whether an item without a lasting name may be what another became."""
    if not isinstance(item, Mapping) or not isinstance(later, Mapping):
        return False
    if (ID_KEY in item) != (ID_KEY in later):  # `fmt` gave the 编号, or somebody lost it
        return identical(_nameless(item), _nameless(later))
    if is_named(token) or not item:
        return False
    shared = sum(key in later and identical(value, later[key]) for key, value in item.items())
    return 2 * shared >= max(len(item), len(later))


def _shortened(words: str) -> str:
    line = " ".join(words.split())
    return line if len(line) <= _CAPTION_LENGTH else f"{line[:_CAPTION_LENGTH]}…"


def _nameless(item: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in item.items() if key != ID_KEY}


def _place(value: Any, shape: Field | None) -> str:
    """Return a text that sorts words of a closed list as the schema has them."""
    words = list(shape.values) if shape else []
    return f"{words.index(value):04}" if value in words else str("" if value is None else value)
