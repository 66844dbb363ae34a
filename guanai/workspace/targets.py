"""Where a file may be written: where none or an ordinary one stands, and over nothing else."""

from pathlib import Path

from guanai.errors import Usage


class NoOrdinaryFile(Usage):
    """What a file would be written over is none."""

    def __init__(self, target: Path) -> None:
        what = "文件夹" if target.is_dir() else "设备或管道"
        super().__init__(f"{target} 是{what}，不是普通文件，什么也没有写；请换一个文件名。")


def require_ordinary(target: Path) -> None:
    """Refuse to put a file where something else stands: a device, a pipe or a folder would be gone.

    Raises:
        NoOrdinaryFile: something else stands there.
    """
    if target.exists() and not target.is_file():
        raise NoOrdinaryFile(target)
