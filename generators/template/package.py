"""Which DOCX files may be templates: none that fetches, runs, embeds or links to anything."""

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from typing import Final

from lxml import etree

from guanai.errors import Invalid

_LARGEST_FILE: Final = 8 * 2**20
_LARGEST_PART: Final = 16 * 2**20
_LARGEST_WHOLE: Final = 48 * 2**20
_MOST_PARTS: Final = 800
_MAIN: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_UNREADABLE: Final = (
    zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, RuntimeError, ValueError, etree.XMLSyntaxError,
)  # fmt: skip
_REFUSED_PARTS: Final = (
    (re.compile(r"vba|macro", re.IGNORECASE), "宏"),
    (re.compile(r"embeddings/|oleobject|activex|\.bin$", re.IGNORECASE), "嵌入的对象（OLE）"),
    (re.compile(r"afchunk|subdocument", re.IGNORECASE), "并入的其他文件"),
)
#: Kinds of relation that pull something in, wherever they point.
_REFUSED_RELATIONS: Final = frozenset(
    {
        "attachedTemplate",
        "oleObject",
        "aFChunk",
        "subDocument",
        "frame",
        "mailMergeSource",
        "vbaProject",
        "control",
    }
)
_REFUSED_ELEMENTS: Final = {
    "altChunk": "并入的其他文件", "subDoc": "并入的其他文件", "object": "嵌入的对象（OLE）", "control": "控件",
    "OLEObject": "嵌入的对象（OLE）", "dataBinding": "外部数据", "mailMerge": "邮件合并", "attachedTemplate": "附着的模板",
}  # fmt: skip
#: Fields that say nothing but where one is. All others are refused: INCLUDETEXT, DDE, LINK, DATABASE and the like.
_FIELDS: Final = frozenset({"PAGE", "NUMPAGES", "SECTIONPAGES", "SECTION"})
_MARK: Final = re.compile(r"\{\{|\{%|\{#")
#: Names of the parts that are looked through, and the one kind of XML that may have another: a picture.
_XML: Final = (".xml", ".rels")
_VECTOR: Final = "image/svg+xml"
#: More marks than any form has would fill the memory as a tree.
_MOST_TAGS: Final = 600_000
#: In what a part may be written; in any other, what this module looks for would look different.
_ENCODINGS: Final = frozenset({"", "UTF-8", "US-ASCII", "ASCII"})
#: Attributes by which a picture of the old kind (VML) names a file to fetch.
_FETCHING: Final = frozenset({"src", "href", "althref"})
_OLD_PICTURES: Final = "urn:schemas-microsoft-com:"
#: Parts that hold the text of the form.
TEXTS: Final = re.compile(r"word/(document|header[0-9]*|footer[0-9]*)\.xml")


class BadTemplate(Invalid):
    """A file that cannot be a template."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"这个 Word 模板不能用：{reason}。")


def parts_of(raw: bytes) -> Mapping[str, bytes]:
    """Return the parts of a template, by name.

    Raises:
        BadTemplate: it is no plain DOCX, too large, or holds what no template may.
    """
    if len(raw) > _LARGEST_FILE:
        raise BadTemplate(f"文件超过 {_LARGEST_FILE // 2**20} MB")
    try:
        parts = dict(_read(raw))
        _require_plain(parts)
    except _UNREADABLE as error:
        raise BadTemplate("文件已损坏，或不是 .docx；请在 Word 或 WPS 里另存为 .docx") from error
    return parts


def parsed(data: bytes) -> etree._Element:
    """Return a part as a tree.

    Raises:
        BadTemplate: it declares entities, is written in an odd encoding, or holds far too much.
    """
    if data.count(b"<") > _MOST_TAGS:
        raise BadTemplate("内容过多")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    tree = etree.fromstring(data, parser)
    if tree.getroottree().docinfo.doctype:
        raise BadTemplate("内容带有文档类型声明")
    if (tree.getroottree().docinfo.encoding or "").upper() not in _ENCODINGS:
        raise BadTemplate("内容的编码不是 UTF-8；请在 Word 或 WPS 里另存为 .docx")
    return tree


def _read(raw: bytes) -> Iterator[tuple[str, bytes]]:
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        names = archive.namelist()
        if len(names) > _MOST_PARTS:
            raise BadTemplate("里面的文件太多")
        if len({name.casefold() for name in names}) < len(names):
            raise BadTemplate("里面有重名的文件")
        whole = 0
        for name in names:
            with archive.open(name) as part:
                data = part.read(_LARGEST_PART + 1)
            whole += len(data)
            if len(data) > _LARGEST_PART or whole > _LARGEST_WHOLE:
                raise BadTemplate("内容展开后过大")
            yield name, data


def _require_plain(parts: Mapping[str, bytes]) -> None:
    types = parts.get("[Content_Types].xml", b"").decode("utf-8", "replace")
    if "macroEnabled" in types:
        raise BadTemplate("里面有宏（.docm）；请另存为不带宏的 .docx")
    if _MAIN not in types or "word/document.xml" not in parts:
        raise BadTemplate("不是 .docx 文件；请在 Word 或 WPS 里另存为 .docx")
    _require_plain_names(parts)
    for name, data in parts.items():
        for pattern, what in _REFUSED_PARTS:
            if pattern.search(name):
                raise BadTemplate(f"里面有{what}；请删去后另存")
        if name.endswith(".rels"):
            _require_inside(data)
        elif name.endswith(".xml"):
            _require_harmless(name, data)


def _require_plain_names(parts: Mapping[str, bytes]) -> None:
    """Refuse XML under a name of another kind: it would be read by Word and not be looked through here."""
    names = [name for name in parts if name.lower().endswith(_XML)]
    for each in parsed(parts["[Content_Types].xml"]):
        kind = (each.get("ContentType") or "").lower()
        if kind.endswith(("+xml", "/xml")) and kind != _VECTOR:
            names.append(each.get("PartName") or f".{each.get('Extension')}")
    if not all(name.endswith(_XML) for name in names):
        raise BadTemplate("里面有名字不合规定的部件；请在 Word 或 WPS 里打开，另存为 .docx")


def _require_inside(data: bytes) -> None:
    for relation in parsed(data).iter("{*}Relationship"):
        kind = (relation.get("Type") or "").rpartition("/")[2]
        if (relation.get("TargetMode") or "").lower() == "external":
            raise BadTemplate("里面有指向外部的链接（网址、图片或模板）；请删去后另存")
        if kind in _REFUSED_RELATIONS:
            raise BadTemplate("里面有并入或附着的其他文件；请删去后另存")


def _require_harmless(name: str, data: bytes) -> None:
    tree = parsed(data)
    if not TEXTS.fullmatch(name) and (
        _MARK.search(data.decode("utf-8", "replace")) or _MARK.search("".join(map(str, tree.itertext())))
    ):
        raise BadTemplate("正文、页眉和页脚以外的地方（如文件属性、脚注、批注）写有占位符；请移到正文里")
    for element in tree.iter(etree.Element):
        local = etree.QName(element).localname
        if local in _REFUSED_ELEMENTS:
            raise BadTemplate(f"里面有{_REFUSED_ELEMENTS[local]}；请删去后另存")
        if (etree.QName(element).namespace or "").startswith(_OLD_PICTURES) and any(
            str(key).rpartition("}")[2].lower() in _FETCHING for key in element.attrib
        ):
            raise BadTemplate("里面有指向外部的图片；请删去，重新插入图片后另存")
    for code in _field_codes(tree):
        word = code.strip().partition(" ")[0].strip().upper()
        if word not in _FIELDS:
            raise BadTemplate(f"里面有域“{word[:20] or '空'}”；只可用页码（PAGE、NUMPAGES），请删去后另存")


def _field_codes(tree: etree._Element) -> Iterator[str]:
    """Yield the code of each field, put together from the runs it is spread over."""
    open_codes: list[list[str]] = []
    for element in tree.iter(etree.Element):
        local = etree.QName(element).localname
        if local == "fldSimple":
            yield next((value for key, value in element.attrib.items() if str(key).endswith("}instr")), "")
        elif local == "fldChar":
            kind = next(
                (value for key, value in element.attrib.items() if str(key).endswith("}fldCharType")), ""
            )
            if kind == "begin":
                open_codes.append([])
            elif open_codes and kind == "end":
                yield "".join(open_codes.pop())
        elif local == "instrText" and open_codes:
            open_codes[-1].append(element.text or "")
        elif local == "instrText":
            yield element.text or ""
    yield from ("".join(code) for code in open_codes)
