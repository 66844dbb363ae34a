"""What may lie in a workspace's repository: which paths, of which kind and size. Pure."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from guanai.errors import Problem
from guanai.ids import STUDENT_ID
from guanai.paths import kind_of

#: The mode of a plain file; everything else (link, program, another repository) is refused.
PLAIN = "100644"
_MEBIBYTE = 2**20
_MOST_RECORD, _MOST_OTHER = 2 * _MEBIBYTE, 10 * _MEBIBYTE
_NAME = r"[^/\\:*?\"<>|\x00-\x1f]+"
#: What a workspace holds besides records. Nothing in it is ever run on the server.
_HOUSE = re.compile(
    rf"""
      schemas/[a-z0-9-]+(\.schema)?\.(json|yml)
    | site/({_NAME}/)*{_NAME}\.(md|css|svg|png|jpg|jpeg|webp|ico|woff2)
    | \.vscode/[a-z.-]+\.(json|code-snippets)
    | records/templates/{_NAME}\.docx
    | (records/((?!counseling/)[a-z-]+/)?)?README(\.zh-CN)?\.md
    | mkdocs\.yml | LICENSE | tombstones\.jsonl | \.gitignore | \.gitattributes | \.editorconfig
    """,
    re.VERBOSE,
)
_COUNSELING = re.compile(r"\.gitignore|\.gitattributes|README\.md")
_MODES = {
    "120000": ("file.link", "这是一个链接（快捷方式），不收；请换成文件本身。"),
    "160000": ("file.repository", "这是嵌在里面的另一个仓库，不收；请移走。"),
    "100755": ("file.program", "这个文件被标成了可以运行的程序，不收；请运行 git update-index --chmod=-x 文件名 改回来。"),
}  # fmt: skip
#: Where counselling files stand in the whole of a workspace.
COUNSELING = "records/counseling/"
_TEMPLATES = "records/templates/"


class Home(Enum):
    """Which of a workspace's two repositories one is."""

    MAIN = "main"
    COUNSELING = "counseling"
    #: A sample whose counselling files are invented and lie with the rest.
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class Entry:
    """A file in a commit.

    Attributes:
        path: below the workspace, also for the counselling repository (``records/counseling/…``).
        mode: git's six digits.
        size: bytes.
    """

    path: str
    mode: str
    size: int


def objections(entry: Entry, home: Home = Home.MAIN) -> Iterator[Problem]:
    """Yield what keeps a file out of a repository, whatever is in it.

    Args:
        entry: the file.
        home: the repository; none but that of the counselling files holds any.
    """
    if not belongs(entry.path, home):
        yield Problem(entry.path, 1, "", "place.unknown", _misplaced(entry.path, home))
    if entry.mode != PLAIN:
        rule, words = _MODES.get(entry.mode, ("file.special", "这不是普通文件，不收；请移走。"))
        yield Problem(entry.path, 1, "", rule, words)
    most = _MOST_RECORD if kind_of(entry.path) else _MOST_OTHER
    if entry.size > most:
        words = f"文件有 {entry.size / _MEBIBYTE:.1f} MiB，超过了 {most // _MEBIBYTE} MiB；请删去多余的内容再提交。"
        yield Problem(entry.path, 1, "", "file.size", words)


def belongs(path: str, home: Home) -> bool:
    """Tell whether a repository has a place for a path."""
    if path != unicodedata.normalize("NFC", path) or not path.isprintable():
        return False
    if home is Home.COUNSELING:
        rest = path.removeprefix(COUNSELING)
        return rest != path and (kind_of(path) == "counseling" or _COUNSELING.fullmatch(rest) is not None)
    kind = kind_of(path)
    return is_house(path) if kind is None else kind != "counseling" or home is Home.BOTH


def is_house(path: str) -> bool:
    """Tell whether a path is one of the workspace's own files (site, schemas, templates …) and no record."""
    return ".." not in path.split("/") and _HOUSE.fullmatch(path) is not None


def _misplaced(path: str, home: Home) -> str:
    if home is Home.COUNSELING:
        return "这里只放心理档案（年份文件夹下，文件名如 Y2026-7K3QD.yml）；请移走。"
    if path.startswith(COUNSELING):
        return "心理档案在它自己的仓库里，不能放进这里；请移走，并确认 .gitignore 里有 /records/counseling/。"
    if path.startswith("records/students/"):
        return "学生档案的文件名要写成 records/students/年份/编号.yml，编号如 S2024-7K3QD，不写姓名；请改名。"
    return "这里不放这样的文件；请移走，或改成规定的文件名。"


def shown(path: str) -> str:
    """Return a path fit for a message: a name that was typed into it does not go on into logs.

    >>> shown("records/students/2024/S2024-7K3QD.yml")
    'records/students/2024/S2024-7K3QD.yml'
    """
    if kind_of(path) or path.isascii():
        return path
    folder, _, name = path.rpartition("/")
    known = STUDENT_ID.search(name)
    return f"{folder}/{known[0] if known else '（文件名略）'}" if folder.isascii() else "（文件名略）"


def is_free_name(path: str) -> bool:
    """Tell whether a person chose a file's name, so that a child's name may stand in it."""
    return kind_of(path) is None or path.startswith(_TEMPLATES)
