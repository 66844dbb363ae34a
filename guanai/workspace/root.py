"""Finds the workspace a folder lies in, as git finds its repository."""

from pathlib import Path

from guanai.errors import NotFound


class WorkspaceNotFound(NotFound):
    """Neither the folder nor any above it is a workspace."""

    def __init__(self, start: Path) -> None:
        super().__init__(
            f"{start} 和它上面的文件夹都不是学校的文件夹（里面应有 records 和 schemas）；请用 -C 指明，或用 guanai init 新建。"
        )


def find_root(start: Path) -> Path:
    """Return the nearest folder, from ``start`` upwards, that holds ``records`` and ``schemas``.

    Raises:
        WorkspaceNotFound: there is none.
    """
    here = start.resolve()
    for folder in (here, *here.parents):
        if (folder / "records").is_dir() and (folder / "schemas").is_dir():
            return folder
    raise WorkspaceNotFound(start)
