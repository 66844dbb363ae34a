"""A restored old backup obeys the tombstones: whoever was erased since is erased from it again."""

from collections.abc import Iterable
from contextlib import closing
from datetime import datetime
from pathlib import Path

from guanai.paths import kind_of, stem_id
from guanai.schema import Schemas
from guanai.store.git import Author
from guanai.store.sweep import blob_places
from guanai.store.tombstones import PLACE, Tombstone, buried, read_tombstones
from guanai.workspace.erasing.erasure import Erasure, Outcome
from guanai.workspace.erasing.holdings import find_holdings


def obey(  # noqa: PLR0913 -- one argument a fact
    root: Path,
    *,
    schemas: Schemas,
    secret: bytes,
    when: datetime,
    stones: Iterable[Tombstone] = (),
    author: Author | None = None,
) -> Outcome | None:
    """Erase again whoever was erased once; None where nobody has come back.

    Mentions about which there is no doubt are replaced, others stay and are told by the next `guanai erase`.

    Args:
        root: the workspace, restored.
        schemas: those of the installed program.
        secret: the workspace's key, the one it had when the tombstones were made.
        when: now.
        stones: tombstones from elsewhere, such as a newer mirror or the folder that was restored over; those of
            the workspace itself and of its private folder count anyway.
        author: who restores; None for the program.

    Raises:
        NotARepository, NotSettled, GitFailed: as `Erasure`.
    """
    back = buried(_children(root), (*stones, *own_tombstones(root)), secret=secret)
    if not back:
        return None
    erasure = Erasure(root, back, schemas=schemas, secret=secret, when=when, author=author)
    chosen = {(each.path, each.word) for each in erasure.prospect().mentions if not each.doubt}
    return erasure.carry_out(chosen)


def own_tombstones(root: Path) -> tuple[Tombstone, ...]:
    """Return the tombstones that a workspace knows: those of its newest commits and of its private folder."""
    local = root / ".guanai" / PLACE
    found = [*read_tombstones(local.read_bytes())] if local.exists() else []
    with closing(find_holdings(root)) as holdings:
        for holding in holdings.local:
            head = "" if holding.prefix else holding.repository.head()
            found += read_tombstones(holding.repository.read_at(head, PLACE) or b"") if head else ()
    return tuple(found)


def _children(root: Path) -> set[str]:
    """Return the ids of all children that any history of the workspace's own ever had a file of."""
    with closing(find_holdings(root)) as holdings:
        paths = {
            holding.prefix + path
            for holding in holdings.own
            for path in blob_places(holding.repository).values()
        }
    return {each for path in paths if kind_of(path) == "student" and (each := stem_id(path))}
