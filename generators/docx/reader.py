"""The words and the stamp of a DOCX file that came from anywhere: hardened against files made to harm."""

import io
import struct
import zipfile
import zlib
from dataclasses import dataclass
from typing import Final

from lxml import etree

from generators.document import Stamp
from generators.docx.stamp import read_stamp
from generators.docx.words import paragraph_texts
from generators.text import normalised
from guanai.errors import Invalid

#: Largest file, largest part after inflating, most entries.
_LARGEST_FILE: Final = 32 * 2**20
_LARGEST_PART: Final = 64 * 2**20
_MOST_ENTRIES: Final = 4000

_METHODS: Final = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})

#: Kinds of relation as files of the strict variant name them.
_STRICT_KINDS: Final = {"extendedProperties": "extended-properties", "customProperties": "custom-properties"}

#: First bytes of the format before DOCX, and of a DOCX under a password.
_OLD_FORMAT: Final = b"\xd0\xcf\x11\xe0"

#: What a broken archive makes the library raise.
_UNREADABLE: Final = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    RuntimeError,
    ValueError,
)

_ROOT_RELATIONS: Final = "_rels/.rels"


@dataclass(frozen=True, slots=True)
class DocxText:
    """What is compared when a document is verified.

    Attributes:
        stamp: where it says it comes from; None if it says nothing.
        lines: normalised paragraphs in order, those of tables row by row, empty ones left out.
        application: the program that saved it last, "" if unknown.
    """

    stamp: Stamp | None
    lines: tuple[str, ...]
    application: str


class NotADocumentError(Invalid):
    """A file that cannot be read as DOCX."""

    def __init__(self, reason: str) -> None:
        super().__init__(
            f"这个文件不能当作 DOCX 读取：{reason}。请在 Word 或 WPS 里打开，另存为 .docx 后再试。"
        )


def read(raw: bytes) -> DocxText:
    """Read a file.

    Raises:
        NotADocumentError: it is no DOCX file, damaged, locked by a password, or too large.
    """
    if len(raw) > _LARGEST_FILE:
        raise NotADocumentError(f"超过 {_LARGEST_FILE // 2**20} MB")
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            return _read(_Parts(archive))
    except _UNREADABLE as error:
        old = raw.startswith(_OLD_FORMAT)
        raise NotADocumentError(
            "是旧的 .doc 格式，或加了密码" if old else "文件已损坏，或不是 DOCX"
        ) from error


class _Parts:
    """The parts of a package, each inflated only as far as the cap."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        names = archive.namelist()
        if len(names) > _MOST_ENTRIES:
            raise NotADocumentError("里面的文件太多")
        if len({name.casefold() for name in names}) < len(names):
            # Programs differ in which of two they read: what is verified could be another text than what is printed.
            raise NotADocumentError("里面有重名的文件")
        if any(entry.compress_type not in _METHODS for entry in archive.infolist()):
            raise NotADocumentError("压缩方法不明")
        self._archive = archive
        self._names = frozenset(names)

    def tree(self, name: str) -> etree._Element | None:
        """Return a part as a tree, None if the package has none of this name."""
        if name not in self._names:
            return None
        with self._archive.open(name) as part:
            data = part.read(_LARGEST_PART + 1)
        if len(data) > _LARGEST_PART:
            raise NotADocumentError("内容展开后过大")
        return _parsed(data)


def _parsed(data: bytes) -> etree._Element:
    if b"<!DOCTYPE" in data:
        raise NotADocumentError("内容带有文档类型声明")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        tree = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise NotADocumentError("内容不是完好的 XML") from error
    if tree.getroottree().docinfo.doctype:
        raise NotADocumentError("内容带有文档类型声明")
    return tree


def _read(parts: _Parts) -> DocxText:
    targets = _targets(parts)
    main = parts.tree(targets.get("officeDocument", ""))
    body = main.find("{*}body") if main is not None else None
    if body is None:
        raise NotADocumentError("没有正文")
    lines = (normalised(text) for text in paragraph_texts(body))
    custom = parts.tree(targets.get("custom-properties", ""))
    return DocxText(
        stamp=read_stamp(custom) if custom is not None else None,
        lines=tuple(line for line in lines if line),
        application=_application(parts.tree(targets.get("extended-properties", ""))),
    )


def _targets(parts: _Parts) -> dict[str, str]:
    """Return the package's own parts: last word of the kind of relation → path."""
    relations = parts.tree(_ROOT_RELATIONS)
    if relations is None:
        raise NotADocumentError("不是 DOCX 文件")
    targets: dict[str, str] = {}
    for relation in relations.iter("{*}Relationship"):
        kind = (relation.get("Type") or "").rpartition("/")[2]
        kind = _STRICT_KINDS.get(kind, kind)
        if kind in targets:
            raise NotADocumentError("里面有两份同类的内容")
        targets[kind] = (relation.get("Target") or "").lstrip("/")
    return targets


def _application(properties: etree._Element | None) -> str:
    if properties is None:
        return ""
    return "".join(properties.findtext("{*}Application") or "").strip()
