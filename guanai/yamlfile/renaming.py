"""Renaming keys: the value and the comments on it stay what they are."""

from collections.abc import Sequence

from guanai.yamlfile.comments import parse, tally
from guanai.yamlfile.layout import readable, render
from guanai.yamlfile.nodes import Entry, Kind, Node, child, find, identical, plain_data
from guanai.yamlfile.paths import Path
from guanai.yamlfile.reader import read
from guanai.yamlfile.refusals import EditFailed, NoSuchPlace
from guanai.yamlfile.shape import Shape


def rename(text: str, keys: Sequence[tuple[Path, str]], shape: Shape | None = None) -> str:
    """Return a text in canonical layout with some keys called otherwise.

    Args:
        text: the file's text.
        keys: path of each key and its new name, one after the other: a path speaks of what stands by then.
        shape: gives the order of keys.

    Raises:
        Unreadable: the text has fatal problems.
        NoSuchPlace: a path leads to no key, or the new name is taken.
        EditFailed: the result does not read back as meant.
    """
    if not keys:
        return text
    document = parse(readable(text).text)
    for path, name in keys:
        _entry(document.root, path, name).key = name
    wanted, comments = plain_data(document.root), tally(document)
    result = render(document, shape)
    back = read(result)
    if back.data is None or not identical(back.data, wanted):
        raise EditFailed("内容")
    if tally(parse(result)) != comments:
        raise EditFailed("注释")
    return result


def _entry(root: Node, path: Path, name: str) -> Entry:
    holder, is_there = find(root, path[:-1])
    inside = holder.node if holder is not None else root
    entry = child(inside, path[-1]) if is_there and inside.kind is Kind.MAPPING else None
    if entry is None or child(inside, name) is not None:
        raise NoSuchPlace(path)
    return entry
