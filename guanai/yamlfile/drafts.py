"""Nodes for data that no text holds yet."""

from collections.abc import Mapping
from typing import Any

from guanai.yamlfile import scalars
from guanai.yamlfile.builder import MAX_DEPTH
from guanai.yamlfile.characters import is_refused_value
from guanai.yamlfile.nodes import Entry, Kind, Node
from guanai.yamlfile.paths import Path
from guanai.yamlfile.refusals import Unwritable

# libyaml looks for the colon at most 1,024 characters behind the start of a key.
_MAX_KEY = 200


def draft(value: Any, path: Path = ()) -> Node:
    """Return the node of any data a record may hold.

    Args:
        value: mappings with text keys, lists, tuples, texts, numbers, truth values, None.
        path: where it will stand.

    Raises:
        Unwritable: something in it may stand in no record.
    """
    if isinstance(value, Mapping | list | tuple):
        return _collection(value, path)
    if not path:
        raise Unwritable(path, "整份记录应是栏目或列表")
    if value is None:
        return Node(Kind.SCALAR)
    if isinstance(value, str):
        return Node(Kind.SCALAR, value=_text(value, path))
    if isinstance(value, bool | int | float):
        typed = scalars.number(value)
        if typed is None:
            raise Unwritable(path, f"{value} 超出了数的范围，号码请作为文字保存")
        return Node(Kind.SCALAR, value=value, typed=typed)
    raise Unwritable(path, f"不能保存这种内容（{type(value).__name__}）")


def _collection(value: Any, path: Path) -> Node:
    if len(path) >= MAX_DEPTH:
        raise Unwritable(path, f"层次超过 {MAX_DEPTH} 层")
    if not isinstance(value, Mapping):
        entries = [Entry(None, draft(item, (*path, place))) for place, item in enumerate(value)]
        return Node(Kind.LIST, entries=entries)
    return Node(
        Kind.MAPPING,
        entries=[Entry(_key(key, path), draft(item, (*path, key))) for key, item in value.items()],
    )


def _key(key: object, path: Path) -> str:
    if not isinstance(key, str):
        raise Unwritable(path, f"栏目名应是文字，不能是 {key}")
    if len(key) > _MAX_KEY:
        raise Unwritable(path, f"栏目名超过 {_MAX_KEY} 个字")
    return _text(key, path)


def _text(value: str, path: Path) -> str:
    if is_refused_value(value):
        raise Unwritable(path, "文字里有记录不能有的隐藏字符，请删去后重新输入")
    return str.__str__(value)  # an enum's member becomes its value
