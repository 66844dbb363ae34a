"""Where a value stands in a record: paths for code, JSON pointers for messages."""

from typing import Any

#: Steps from the root: a key (str), a list item by place (int) or by its 编号 (str).
Path = tuple[str | int, ...]

#: The key that names a list item.
ID_KEY = "编号"


def pointer(path: Path) -> str:
    """Return the JSON pointer (RFC 6901) of a path, "" for the root.

    >>> pointer(("家庭", "监护人", 0, "a/b"))
    '/家庭/监护人/0/a~1b'
    """
    return "".join(f"/{str(step).replace('~', '~0').replace('/', '~1')}" for step in path)


def steps(path: Path | str) -> Path:
    """Return the path of a JSON pointer, numbers in it as places; a path comes back as it is."""
    return tuple(map(_step, path.split("/")[1:])) if isinstance(path, str) else path


def item_place(ids: list[Any], step: str | int) -> int | None:
    """Return the place of a list item, None where there is none.

    Args:
        ids: the items' 编号 in order, None for an item without one.
        step: a place (int) or a 编号 (str).
    """
    if isinstance(step, str):
        return ids.index(step) if step in ids else None
    return step if 0 <= step < len(ids) else None


def _step(part: str) -> str | int:
    is_place = part.isascii() and part.isdecimal() and len(part) < 10 and str(int(part)) == part
    return int(part) if is_place else part.replace("~1", "/").replace("~0", "~")
