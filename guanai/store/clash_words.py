"""A clash as one question in plain Chinese, for the web and the terminal."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from guanai.model.base import ABSENT
from guanai.schema import Field
from guanai.store.merging.clash import Clash
from guanai.yamlfile import Path

_NOTHING, _REMOVED, _EMPTY = "（没有）", "（删去）", "（空）"


@dataclass(frozen=True, slots=True)
class Question:
    """What a person is asked.

    Attributes:
        place: the field by its titles, 编号 and what tells an item without 编号.
        base: the value both began with, in words.
        mine: what my side made of it.
        theirs: what the other side made of it.
    """

    place: str
    base: str
    mine: str
    theirs: str

    def sentence(self, mine: str = "您", theirs: str = "对方") -> str:
        """Return the question; ``mine`` and ``theirs`` name the sides."""
        return f"“{self.place}”两边都改了：原来是{self.base}，{mine}改为{self.mine}，{theirs}改为{self.theirs}。请选一个。"


def question(clash: Clash, shape: Field | None) -> Question:
    """Return a clash in words; it tells values, so only to those who may see the field."""
    field = shape.at(clash.path) if shape else None
    later = _NOTHING if clash.base is ABSENT else _REMOVED
    return Question(
        place(clash.path, clash.names),
        _told(clash.base, field, _NOTHING),
        _told(clash.mine, field, later),
        _told(clash.theirs, field, later),
    )


def place(path: Path, names: Sequence[str] = ()) -> str:
    """Return where something stands, by titles and 编号.

    Args:
        path: where.
        names: for each step that is a place, what a reader tells the item by; without them it is counted, and the
            words are free of values: fit for logs and hooks.

    >>> place(("过程记录", "E20261102-7K3Q", "参加人", 0, "姓名"))
    '过程记录 E20261102-7K3Q › 参加人 第 1 项 › 姓名'
    >>> place(("任职", 0, "止"), ["班主任，J2024-01"])
    '任职“班主任，J2024-01” › 止'
    """
    words: list[str] = []
    left = list(names)
    for before, step in zip(("", *path), path, strict=False):
        if isinstance(step, int):
            name = left.pop(0) if left else ""
            words.append(f"“{name}”" if name else f" 第 {step + 1} 项")
        else:
            is_id = "-" in step and step.isascii() and bool(before)
            words.append(f" {step}" if is_id else f" › {step}")
    return "".join(words).removeprefix(" › ").strip() or "整份记录"


def _told(value: Any, field: Field | None, absent: str) -> str:
    if value is ABSENT:
        return absent
    if isinstance(value, Mapping | list):
        return _plain(value, field) or _EMPTY
    if value is None or value == "":
        return _EMPTY
    return f"“{_plain(value, field)}”"


def _plain(value: Any, field: Field | None) -> str:
    """Return any value without brackets and quotes."""
    if isinstance(value, Mapping):
        parts = ((key, _plain(inner, field.child(key) if field else None)) for key, inner in value.items())
        return "；".join(f"{key} {text}" for key, text in parts)
    if isinstance(value, list):
        is_deep = any(isinstance(item, Mapping) for item in value)
        return ("　" if is_deep else "、").join(_plain(item, field.item if field else None) for item in value)
    if isinstance(value, bool):
        return "是" if value else "否"
    if value is None:
        return _EMPTY
    return f"{value}{field.unit if field and not isinstance(value, str) else ''}"
