"""What can go wrong: problems in the files are data, requests that cannot be met are exceptions."""

import errno
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing wrong in one file, told so that a teacher can mend it.

    Attributes:
        path: POSIX path below the workspace's root.
        line: line in the file, counted from 1 (an empty file: 1).
        pointer: JSON pointer of the value, "" for the whole file.
        rule: stable ASCII slug such as ``yaml.tab`` or ``ref.missing``.
        message: Chinese sentence: what is wrong and what to do.
    """

    path: str
    line: int
    pointer: str
    rule: str
    message: str

    def as_json(self) -> dict[str, str | int]:
        """Return the machine face of ``check --json``."""
        return asdict(self)


def cause(error: OSError) -> str:
    """Return in Chinese why the system refused a file.

    >>> cause(PermissionError(13, "Permission denied"))
    '没有权限'
    """
    return _CAUSES.get(error.errno or 0) or error.strerror or str(error)


_CAUSES: Mapping[int, str] = MappingProxyType(
    {
        errno.EACCES: "没有权限",
        errno.EPERM: "没有权限",
        errno.ENOENT: "不存在",
        errno.EEXIST: "已经有同名的文件",
        errno.EISDIR: "是文件夹",
        errno.ENOTDIR: "路径中间有文件",
        errno.ENOSPC: "磁盘已满",
        errno.EROFS: "磁盘只读",
        errno.ENAMETOOLONG: "名字太长",
        errno.ELOOP: "链接绕成了圈",
        errno.EMFILE: "打开的文件太多",
        errno.EIO: "磁盘有错",
    }
)


class GuanaiError(Exception):
    """Base of everything this program raises for a person to read; ``str()`` is a Chinese sentence."""


class NotFound(GuanaiError):
    """The thing that was asked for is not there."""


class Conflict(GuanaiError):
    """Someone else changed it first."""


class Forbidden(GuanaiError):
    """The person may not do this. The message never names the child."""


class Invalid(GuanaiError):
    """What was handed in cannot be used as it is."""


class Unsaid(Invalid):
    """Something has to be said before what was handed in can be used.

    Attributes:
        told: what; a page that has a field for it shows no more.
    """

    def __init__(self, told: str, option: str) -> None:
        """``option``: a sentence on how it is said on the command line; the message ends with it."""
        self.told = told
        super().__init__(f"{told}{option}")


class Usage(GuanaiError):
    """The command was called in a way it does not know."""
