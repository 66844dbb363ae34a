"""Where a file may be written: where none or an ordinary one stands, below folders, and over nothing else."""

from pathlib import Path

from guanai.errors import Usage


class NoOrdinaryFile(Usage):
    """What a file would be written over is none."""

    def __init__(self, target: Path) -> None:
        super().__init__(f"{target} 是{_what(target)}，不是普通文件，什么也没有写；请换一个文件名。")


class NoFolder(Usage):
    """Files would go below what is no folder."""

    def __init__(self, place: Path) -> None:
        super().__init__(
            f"{place} 是{_what(place)}，不是文件夹，里面放不了文件，什么也没有写；"
            "请换一个文件夹，还没有的会自动新建。"
        )


def require_ordinary(target: Path) -> None:
    """Refuse to put a file where something else stands: a device, a pipe or a folder would be gone.

    Raises:
        NoOrdinaryFile: something else stands there.
        NoFolder: on the way there stands something that is no folder.
    """
    if target.exists() and not target.is_file():
        raise NoOrdinaryFile(target)
    require_folder(target.parent)


def require_folder(folder: Path) -> None:
    """Refuse to put files below what is no folder; one that is not there yet can be made where its parents can.

    Raises:
        NoFolder: something else stands there, or on the way there.
    """
    place = next((each for each in (folder, *folder.parents) if each.exists()), None)
    if place is not None and not place.is_dir():
        raise NoFolder(place)


def _what(place: Path) -> str:
    if place.is_dir():
        return "文件夹"
    return "文件" if place.is_file() else "设备或管道"
