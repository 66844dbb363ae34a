"""What git and the disk below it can refuse, in words for a teacher."""

from collections.abc import Iterable
from pathlib import Path

from guanai.errors import Conflict, GuanaiError, Invalid, NotFound, cause


class GitFailed(GuanaiError):
    """Git is missing or refused."""

    def __init__(self, what: str) -> None:
        super().__init__(f"git 没有做成：{what}。请确认已安装 git 2.30 以上，且文件夹可以写入。")


class NotKept(GuanaiError):
    """The disk did not take what was to be saved; the store is as it was before."""

    def __init__(self, error: OSError | str) -> None:
        reason = error if isinstance(error, str) else cause(error)
        super().__init__(
            f"没有保存：{reason}。原有的记录没有变；请看磁盘是否已满、是否有坏，处理后再保存一次。"
        )


class NotConfirmed(GuanaiError):
    """The last flush failed: the commit is there, but a power cut could still lose it."""

    def __init__(self, error: OSError) -> None:
        super().__init__(
            f"已经写入，但磁盘没有确认（{cause(error)}），断电时可能丢失；请检查磁盘，再看一次记录对不对。"
        )


class NotARepository(NotFound):
    """A folder has no git repository of its own."""

    def __init__(self, place: Path) -> None:
        super().__init__(f"{place} 不是 git 仓库；请用 -C 指明学校的文件夹，或用 guanai init 新建。")


class UnknownRevision(NotFound):
    """No commit has that id."""

    def __init__(self, revision: str) -> None:
        super().__init__(f"没有编号为 {revision[:64]!r} 的提交；请用 guanai log 查看提交的编号。")


class HeadMoved(Conflict):
    """Someone committed in between."""

    def __init__(self) -> None:
        super().__init__("在此期间别人先保存了；请在新的内容上再保存一次。")


class GitBusy(Conflict):
    """Another git command holds what a save needs."""

    def __init__(self, lock: Path) -> None:
        super().__init__(
            f"没有保存：另一个 git 命令正占着 {lock.name.removesuffix('.lock')}（{lock}）。"
            "请等它做完，或关掉正在提交的窗口，再保存一次。"
        )


class Unfinished(Conflict):
    """A merge or the like was begun in the work tree and not ended."""

    def __init__(self, place: Path, what: str) -> None:
        super().__init__(f"没有保存：{place} 里有一次没有做完的 git {what}；请先做完或放弃它，再保存一次。")


class DirtyFile(Conflict):
    """Files with edits of a person's that no commit holds.

    Attributes:
        paths: the files, from the workspace's root.
    """

    def __init__(self, paths: Iterable[str]) -> None:
        self.paths = tuple(paths)
        super().__init__(
            f"没有保存：{'、'.join(self.paths)} 该文件有未提交的修改；请先提交（git commit）或撤回它们，再保存一次。"
        )


class UnusablePath(Invalid):
    """A path that no commit may hold."""

    def __init__(self, path: str) -> None:
        super().__init__(f"{path!r} 不能作为记录的路径；请用 records 下面的文件名。")
