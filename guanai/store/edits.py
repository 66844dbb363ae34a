"""What lies in a work tree and in no commit."""

from guanai.errors import Conflict
from guanai.store.git import Repository

_SHOWN = 9


class OpenEdits(Conflict):
    """Something that wants a clean work tree found edits that no commit holds.

    Attributes:
        paths: the files, from the repository's root.
    """

    def __init__(self, paths: tuple[str, ...]) -> None:
        self.paths = paths
        more = f" 等 {len(paths)} 个文件" if len(paths) > _SHOWN else ""
        super().__init__(
            f"{'、'.join(paths[:_SHOWN])}{more} 有未提交的修改；请先提交（git commit）或撤回，再运行一次。什么都还没有改。"
        )


def open_edits(repository: Repository, *, with_new: bool = False) -> tuple[str, ...]:
    """Return the files that differ from the newest commit, in order; none for a bare repository.

    Args:
        repository: where to look.
        with_new: files that git does not know yet count too, ignored ones never.
    """
    if repository.root is None:
        return ()
    new = "all" if with_new else "no"
    told = repository.run("status", "--porcelain", "-z", "--no-renames", f"--untracked-files={new}")
    return tuple(sorted(entry[3:] for entry in told.decode("utf-8", "replace").split("\0") if entry))


def demand_clean(repository: Repository, prefix: str = "") -> None:
    """Refuse a work tree with edits, new files too.

    Args:
        repository: where to look.
        prefix: of its paths, for the message.

    Raises:
        OpenEdits: there are some.
    """
    found = open_edits(repository, with_new=True)
    if found:
        raise OpenEdits(tuple(prefix + path for path in found))
