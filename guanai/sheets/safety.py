"""Whether a workbook may be opened at all: small enough, and without anything that runs or reaches outside."""

import io
import re
import struct
import zipfile
import zlib
from dataclasses import dataclass
from typing import IO, Final
from xml.parsers import expat

from guanai.errors import Invalid

#: Largest file, largest part and all parts after inflating, most parts. A sheet of 20,000 rows stays far below.
_LARGEST_FILE: Final = 20 * 2**20
_LARGEST_PART: Final = 96 * 2**20
_LARGEST_WHOLE: Final = 160 * 2**20
_MOST_PARTS: Final = 2000
#: From so many elements on a part is counted through; so many may be held at once, and in all.
_MANY: Final = 400_000
_MOST_ELEMENTS: Final = 4_000_000
#: What is read piece by piece, by the root it stands under: of these only one is held at a time.
_PIECES: Final = {"worksheet": (3, "row"), "sst": (2, "si")}
_SPREADSHEET: Final = (
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "http://purl.oclc.org/ooxml/spreadsheetml/main",
)
_PIECE: Final = 2**20
_METHODS: Final = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_UNREADABLE: Final = (
    expat.ExpatError,
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    RuntimeError,
    ValueError,
)
#: The format before XLSX, and an XLSX under a password.
_OLD_FORMAT: Final = b"\xd0\xcf\x11\xe0"
#: Parts by which a workbook reaches out of itself or runs something, and what they are called.
_REFUSED: Final = (
    (re.compile(r"vbaproject|macrosheets/|\.bin\.rels$", re.IGNORECASE), "宏"),
    (re.compile(r"externallinks/|connections\.xml$|querytables/", re.IGNORECASE), "外部链接"),
    (re.compile(r"embeddings/|activex/|oleobject", re.IGNORECASE), "嵌入的对象"),
)
_DOCTYPE: Final = (
    b"<!DOCTYPE",
    b"<!ENTITY",
    "<!DOCTYPE".encode("utf-16-le"),
    "<!DOCTYPE".encode("utf-16-be"),
)


class HarmfulWorkbook(Invalid):
    """A file that is no workbook, or one that is not opened."""

    def __init__(self, reason: str) -> None:
        super().__init__(
            f"这个表格不能读取：{reason}。请在 WPS 或 Excel 里打开，只留数据，另存为 .xlsx 后再试。"
        )


def require_harmless(raw: bytes) -> None:
    """Look through a workbook's parts without understanding them.

    Raises:
        HarmfulWorkbook: it is no XLSX, too large when inflated, or holds macros, outside links or objects.
    """
    if len(raw) > _LARGEST_FILE:
        raise HarmfulWorkbook(f"文件超过 {_LARGEST_FILE // 2**20} MB")
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            _look_through(archive)
    except _UNREADABLE as error:
        is_old = raw.startswith(_OLD_FORMAT)
        reason = "是旧的 .xls 格式，或加了密码" if is_old else "文件已损坏，或不是 .xlsx"
        raise HarmfulWorkbook(reason) from error


def _look_through(archive: zipfile.ZipFile) -> None:
    names = archive.namelist()
    if len(names) > _MOST_PARTS:
        raise HarmfulWorkbook("里面的文件太多")
    if len({name.casefold() for name in names}) < len(names):
        raise HarmfulWorkbook("里面有重名的文件")
    for name in names:
        for pattern, what in _REFUSED:
            if pattern.search(name):
                raise HarmfulWorkbook(f"里面有{what}")
    whole = 0
    for entry in archive.infolist():
        if entry.compress_type not in _METHODS:
            raise HarmfulWorkbook("压缩方法不明")
        whole += _inflated(archive, entry)
        if whole > _LARGEST_WHOLE:
            raise HarmfulWorkbook("内容展开后过大")


def _inflated(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> int:
    """Return how long a part really is; what its directory says may be a lie."""
    length, tail, count = 0, b"", _Count()
    with archive.open(entry) as part:
        while piece := part.read(_PIECE):
            length += len(piece)
            if length > _LARGEST_PART:
                raise HarmfulWorkbook("内容展开后过大")
            seen = tail + piece
            if any(mark in seen for mark in _DOCTYPE):
                raise HarmfulWorkbook("内容带有文档类型声明")
            tail = piece[-32:]
            count.marks += piece.count(b"<")
    if count.marks > _MANY:
        with archive.open(entry) as part:
            count.through(part)
    return length


@dataclass(slots=True)
class _Count:
    """How much of a part must be held in memory at once: a small file may hold millions of empty elements."""

    marks: int = 0
    held: int = 0
    whole: int = 0
    depth: int = 0
    piece: tuple[int, str] = (0, "")

    def through(self, part: IO[bytes]) -> None:
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.ParseFile(part)

    def _start(self, name: str, _: object) -> None:
        self.depth += 1
        self.held += 1
        self.whole += 1
        if self.depth == 1:
            self.piece = _PIECES.get(_local(name), (0, ""))
        if self.held > _MANY or self.whole > _MOST_ELEMENTS:
            raise HarmfulWorkbook("内容展开后过大")

    def _end(self, name: str) -> None:
        if (self.depth, _local(name)) == self.piece:
            self.held = 0
        self.depth -= 1


def _local(name: str) -> str:
    """Return an element's name, "" for one that is none of a workbook's own."""
    space, _, local = name.rpartition(" ")
    return local if space in _SPREADSHEET else ""
