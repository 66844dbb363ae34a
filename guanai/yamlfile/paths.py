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
    """Return the path of a JSON pointer; a path comes back as it is."""
    if not isinstance(path, str):
        return path
    return tuple(part.replace("~1", "/").replace("~0", "~") for part in path.split("/")[1:])


def item_place(ids: list[Any], step: str | int) -> int | None:
    """Return the place of a list item, None where there is none.

    Args:
        ids: the items' 编号 in order, None for an item without one.
        step: a place, or the 编号; a pointer's digits count as a place where no item is called so.
    """
    if isinstance(step, str):
        if step in ids:
            return ids.index(step)
        if not (step.isascii() and step.isdecimal()):
            return None
    place = int(step)
    return place if 0 <= place < len(ids) else None
