"""Folders of git as values: walked, compared, and rebuilt on the changed paths only."""

from collections.abc import Callable, Iterator, Mapping
from typing import TypeAlias

from guanai.store.git.errors import UnusablePath
from guanai.store.git.trees import FILE, FOLDER, Entry, format_tree

#: Reads a folder's entries by its id.
ReadTree: TypeAlias = Callable[[str], Mapping[str, Entry]]
#: Writes an object of a kind and returns its id.
Add: TypeAlias = Callable[[str, bytes], str]
_Nested: TypeAlias = "dict[str, _Nested | bytes | None]"
_FORBIDDEN = frozenset({"", ".", "..", ".git"})


def walk(read: ReadTree, tree: str, prefix: str = "") -> Iterator[tuple[str, Entry]]:
    """Yield path and entry of everything below a folder but the folders, in git's order."""
    for name, entry in read(tree).items():
        if entry.mode == FOLDER:
            yield from walk(read, entry.id, f"{prefix}{name}/")
        else:
            yield prefix + name, entry


def difference(
    read: ReadTree, old: str, new: str, prefix: str = ""
) -> dict[str, tuple[str | None, str | None]]:
    """Return old and new id of each path that differs between two folders; "" is a folder of nothing.

    Folders with the same id are not read.
    """
    if old == new:
        return {}
    before, after = (read(each) if each else {} for each in (old, new))
    found: dict[str, tuple[str | None, str | None]] = {}
    for name in sorted({*before, *after}):
        first, second = before.get(name), after.get(name)
        if first == second:
            continue
        folders = [each.id if each and each.mode == FOLDER else "" for each in (first, second)]
        files = [each.id if each and each.mode != FOLDER else None for each in (first, second)]
        if any(files):
            found[prefix + name] = (files[0], files[1])
        if any(folders):
            found |= difference(read, folders[0], folders[1], f"{prefix}{name}/")
    return found


def rebuilt(read: ReadTree, add: Add, tree: str, changes: Mapping[str, bytes | None]) -> str:
    """Write the folders on the changed paths anew and return the id of the root.

    Args:
        read: reads a folder.
        add: writes an object.
        tree: id of the root folder before, "" for none.
        changes: new content by path; None deletes.

    Raises:
        UnusablePath: a path that git cannot hold, or a file where a folder is.
    """
    return _rebuilt(read, add, tree, _nested(changes)) or add("tree", b"")


def _rebuilt(read: ReadTree, add: Add, tree: str, changes: _Nested) -> str:
    entries = dict(read(tree)) if tree else {}
    for name, change in changes.items():
        entry = _changed(read, add, entries.get(name), change, name)
        if entry is None:
            entries.pop(name, None)
        else:
            entries[name] = entry
    return add("tree", format_tree(entries)) if entries else ""


def _changed(
    read: ReadTree, add: Add, before: Entry | None, change: "_Nested | bytes | None", name: str
) -> Entry | None:
    is_folder = before is not None and before.mode == FOLDER
    if isinstance(change, dict):
        if before is not None and not is_folder:
            raise UnusablePath(name)
        tree = _rebuilt(read, add, before.id if before else "", change)
        return Entry(FOLDER, tree) if tree else None
    if is_folder:
        raise UnusablePath(name)
    return None if change is None else Entry(FILE, add("blob", change))


def _nested(changes: Mapping[str, bytes | None]) -> _Nested:
    root: _Nested = {}
    for path, content in changes.items():
        *folders, name = path.split("/")
        if _FORBIDDEN.intersection(each.lower() for each in (*folders, name)) or "\0" in path:
            raise UnusablePath(path)
        here = root
        for folder in folders:
            inner = here.setdefault(folder, {})
            if not isinstance(inner, dict):
                raise UnusablePath(path)
            here = inner
        if name in here:
            raise UnusablePath(path)
        here[name] = content
    return root
