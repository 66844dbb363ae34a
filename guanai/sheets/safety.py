"""Whether a workbook may be opened at all: small enough, and without anything that runs or reaches outside."""

import io
import re
import struct
import zipfile
import zlib
from typing import Final

from guanai.errors import Invalid

#: Largest file, largest part and all parts after inflating, most parts. A sheet of 20,000 rows stays far below.
_LARGEST_FILE: Final = 20 * 2**20
_LARGEST_PART: Final = 96 * 2**20
_LARGEST_WHOLE: Final = 160 * 2**20
_MOST_PARTS: Final = 2000
_PIECE: Final = 2**20
_METHODS: Final = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_UNREADABLE: Final = (
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
    length, tail = 0, b""
    with archive.open(entry) as part:
        while piece := part.read(_PIECE):
            length += len(piece)
            if length > _LARGEST_PART:
                raise HarmfulWorkbook("内容展开后过大")
            seen = tail + piece
            if any(mark in seen for mark in _DOCTYPE):
                raise HarmfulWorkbook("内容带有文档类型声明")
            tail = piece[-32:]
    return length
