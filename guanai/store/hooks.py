"""Hooks and settings that make git itself keep the rules: in a work tree and in the shared repository."""

import re
import shlex
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from guanai.errors import Conflict
from guanai.store.git import Author, Repository

#: What `git merge` calls for a record; see `guanai merge-driver`.
MERGE_DRIVER = "guanai"
WORK_TREE_HOOKS = ("pre-commit", "commit-msg")
SHARED_HOOKS = ("pre-receive", "post-receive")
#: A hook that was there before ours keeps working under this name.
_BEFORE = ".before-guanai"
_MARK = "# guanai hook 1"
_RUN = "from guanai.cli.main import main; main()"
#: -I: neither the folder git calls from nor PYTHON* variables may put other code in our program's place.
_OPTIONS = ("-X", "utf8", "-I", "-c", _RUN)
_ATTRIBUTE = re.compile(r"(\S+)\s.*\bmerge=guanai\b")
_SHARED_SETTINGS = {
    "receive.denyDeletes": "true",
    "receive.denyNonFastForwards": "true",
    "receive.fsckObjects": "true",
    "receive.advertisePushOptions": "false",
    "transfer.fsckObjects": "true",
    "core.logAllRefUpdates": "true",
    "receive.autogc": "false",
    "gc.auto": "0",
}
_SCRIPT = """#!/bin/sh
{mark}
# 由 guanai hooks install 写成，升级程序后再运行一次即可更新。
{begin}if [ -x "$0{before}" ]; then
    {feed}"$0{before}" "$@" || exit $?
fi
program={program}
if [ -x "$program" ]; then
    {feed}"$program" {options} hook {name} "$@"
elif command -v guanai >/dev/null 2>&1; then
    {feed}guanai hook {name} "$@"
else
    echo "找不到 guanai 程序（$program）：没有检查，所以不收。请重新安装 guanai，再运行 guanai hooks install。" >&2
    exit 1
fi
"""


class UnknownRepository(Conflict):
    """A shared repository was asked for where there is a work tree, or the other way round."""

    def __init__(self, place: Path, *, is_shared: bool) -> None:
        what = "不是共享仓库（裸仓库）；去掉 --shared 再试" if is_shared else "是共享仓库；请加上 --shared"
        super().__init__(f"{place} {what}。")


@dataclass(frozen=True, slots=True)
class Installed:
    """What was set up.

    Attributes:
        place: the folder of the hooks.
        hooks: their names.
        moved: hooks that were there before, now run first.
    """

    place: Path
    hooks: tuple[str, ...]
    moved: tuple[str, ...]


def install(
    repository: Repository,
    *,
    is_shared: bool,
    author: Author | None = None,
    settings: Mapping[str, str] | None = None,
) -> Installed:
    """Write hooks and settings into a repository; again is harmless.

    Args:
        repository: a work tree's or a bare one.
        is_shared: which of the two it must be.
        author: the person who commits here; None leaves git's user settings alone.
        settings: further ones, such as where the workspace of a shared repository lies.

    Raises:
        UnknownRepository: it is the other kind.
        GitFailed: git refuses.
    """
    if repository.bare is not is_shared:
        raise UnknownRepository(repository.root or repository.git_dir, is_shared=is_shared)
    folder = repository.common_dir / "hooks"
    folder.mkdir(exist_ok=True)
    names = SHARED_HOOKS if is_shared else WORK_TREE_HOOKS
    moved = tuple(name for name in names if _write(folder / name))
    for name, value in {**_settings(repository, author), **(settings or {})}.items():
        repository.run("config", "--local", name, value)
    return Installed(folder, names, moved)


def attribute_lines(text: str) -> str:
    r"""Return ``.gitattributes`` with the lines that send records to the merge driver, others untouched.

    >>> attribute_lines("*.md text\n")
    '*.md text\n*.yml text eol=lf merge=guanai\n'
    """
    if any(_ATTRIBUTE.fullmatch(line.strip()) for line in text.splitlines()):
        return text
    lines = [line for line in text.splitlines() if line.strip() != "*.yml text eol=lf"]
    return "\n".join([*lines, f"*.yml text eol=lf merge={MERGE_DRIVER}", ""])


def script(name: str, program: str = "") -> str:
    """Return a hook's text.

    Args:
        name: the hook, such as ``pre-commit``.
        program: the Python that has guanai installed; the running one if not given.
    """
    # What a hook reads can be read once: it is kept and fed to each.
    is_fed = name.endswith("-receive")
    return _SCRIPT.format(
        mark=_MARK,
        begin="told=$(cat)\n" if is_fed else "",
        feed="printf '%s\\n' \"$told\" | " if is_fed else "",
        before=_BEFORE,
        program=shlex.quote(_posix(program or sys.executable)),
        options=shlex.join(_OPTIONS),
        name=name,
    )


def command(*arguments: str) -> str:
    """Return how a shell calls this very program, wherever PATH leads."""
    return shlex.join([_posix(sys.executable), *_OPTIONS, *arguments])


def _settings(repository: Repository, author: Author | None) -> dict[str, str]:
    found = dict(_SHARED_SETTINGS) if repository.bare else dict(_work_tree_settings())
    if author is not None:
        found |= {"user.name": author.name, "user.email": author.email}
    return {**found, "core.hooksPath": _hooks_path(repository)}


def _hooks_path(repository: Repository) -> str:
    # Named, because a folder of hooks set for all of a user's repositories would keep ours from being called;
    # where it can be, relatively, so that a moved workspace keeps its hooks.
    if repository.bare:
        return "hooks"
    if repository.root is not None and repository.common_dir == repository.root / ".git":
        return ".git/hooks"
    return _posix(str(repository.common_dir / "hooks"))


def _work_tree_settings() -> Iterator[tuple[str, str]]:
    yield f"merge.{MERGE_DRIVER}.name", "按意思合并记录"
    yield f"merge.{MERGE_DRIVER}.driver", f"{command('merge-driver')} %O %A %B %P %L"
    yield "core.quotePath", "false"
    yield "core.autocrlf", "false"
    yield "pull.rebase", "false"


def _write(path: Path) -> bool:
    """Write a hook; return whether another one was there."""
    has_other = path.exists() and _MARK not in path.read_text(encoding="utf-8", errors="replace")
    if has_other:
        path.replace(path.with_name(path.name + _BEFORE))
    made = path.with_name(f"{path.name}.new")
    made.write_text(script(path.name), encoding="utf-8", newline="\n")
    made.chmod(0o755)
    made.replace(path)
    return has_other


def _posix(path: str) -> str:
    return path.replace("\\", "/") if re.match(r"[A-Za-z]:\\", path) else path
