"""Many documents of one kind as one print file: each sheet begins on a fresh leaf, also when both sides are printed."""

import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from generators.docx.package import compressed, packed
from guanai.errors import Invalid

_MAIN: Final = "word/document.xml"
_RELATIONS: Final = "word/_rels/document.xml.rels"
_TYPES: Final = "[Content_Types].xml"
_CUSTOM: Final = "docProps/custom.xml"
_STYLES: Final = "word/styles.xml"
_BODY: Final = re.compile(r"(.*?<w:body>)(.*)(<w:sectPr\b.*?</w:sectPr>)\s*(</w:body>.*)", re.DOTALL)
_RELATION: Final = re.compile(r"<Relationship\b[^>]*/>")
_CARRIED: Final = ("/footer", "/header", "/image")
_KIND: Final = {"footer": "footer", "header": "header"}
#: A paragraph that takes next to no room and carries the end of a section.
_CARRIER: Final = (
    '<w:p><w:pPr><w:spacing w:before="0" w:after="0" w:line="20" w:lineRule="exact"/>%s'
    '<w:rPr><w:sz w:val="2"/></w:rPr></w:pPr></w:p>'
)
#: How a further sheet of the same document, or the slip that goes with a letter, begins: its title on a new page, or
#: a gap that says so.
_BREAK: Final = "<w:pageBreakBefore/>"
_FURTHER: Final = re.compile(rf'(?=<w:p><w:pPr><w:pStyle w:val="(?:(?:Form)?Title|Leaf)"/>{_BREAK})')


class UnlikeSheets(Invalid):
    """Documents that cannot stand in one file."""

    def __init__(self) -> None:
        super().__init__("这些文书的版式不同，不能合成一个文件；请一次只合一种文书。")


@dataclass(frozen=True, slots=True)
class _Part:
    """One document taken apart: the bodies of its sheets, the end of its section, and the parts it brings along."""

    head: str
    sheets: tuple[str, ...]
    section: str
    tail: str
    relations: tuple[str, ...]
    files: dict[str, bytes]


def bind(files: Sequence[bytes]) -> bytes:
    """Return one DOCX of several of ours, in order; pages count anew in each sheet, and its foot keeps its own code.

    The whole carries no stamp: each sheet is proved by the code at its foot.

    Args:
        files: documents made by `generators.docx.write`, of one layout and font profile; at least one.

    Raises:
        UnlikeSheets: they differ in layout.
    """
    with zipfile.ZipFile(io.BytesIO(files[0])) as archive:
        base = {name: archive.read(name) for name in archive.namelist()}
    parts = [_taken(raw, number, base[_STYLES]) for number, raw in enumerate(files, 1)]
    sheets = [(sheet, part.section) for part in parts for sheet in part.sheets]
    bodies = []
    for number, (sheet, section) in enumerate(sheets, 1):
        begun = _begun(section, is_first=number == 1)
        bodies += [sheet, _CARRIER % begun if number < len(sheets) else begun]
    main = "".join([parts[0].head, *bodies, parts[-1].tail])
    kept = {name: data for name, data in base.items() if not _is_carried(name) and name != _CUSTOM}
    kept[_MAIN] = main.encode()
    kept[_RELATIONS] = _joined(base[_RELATIONS].decode(), parts).encode()
    brought = {name: data for part in parts for name, data in part.files.items()}
    kept[_TYPES] = _typed(base[_TYPES].decode(), brought).encode()
    kept["_rels/.rels"] = re.sub(
        r"<Relationship\b[^>]*custom\.xml[^>]*/>", "", base["_rels/.rels"].decode()
    ).encode()
    return packed([compressed(name, data) for name, data in (kept | brought).items()])


def _taken(raw: bytes, number: int, styles: bytes) -> _Part:
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        found = _BODY.fullmatch(archive.read(_MAIN).decode())
        if found is None or archive.read(_STYLES) != styles:
            raise UnlikeSheets
        head, body, section, tail = found.groups()
        relations, files = [], {}
        for relation in _RELATION.findall(archive.read(_RELATIONS).decode()):
            kind, old, target = (_attribute(relation, name) for name in ("Type", "Id", "Target"))
            if kind.endswith(_CARRIED):
                new, moved = f"s{number}{old}", _renamed(target, number)
                relations.append(
                    relation.replace(f'Id="{old}"', f'Id="{new}"').replace(
                        f'Target="{target}"', f'Target="{moved}"'
                    )
                )
                files[f"word/{moved}"] = _counted(target, archive.read(f"word/{target}"))
                body, section = (text.replace(f'="{old}"', f'="{new}"') for text in (body, section))
    first, *others = _FURTHER.split(body)
    sheets = (first, *(other.replace(_BREAK, "", 1) for other in others))
    return _Part(head, sheets, section, tail, tuple(relations), files)


def _begun(section: str, *, is_first: bool) -> str:
    """Return a section that begins on a right-hand page, its pages counted from one."""
    section = re.sub(r"<w:type\b[^>]*/>|<w:pgNumType\b[^>]*/>", "", section)
    if not is_first:
        section = re.sub(r"(<w:pgSz\b)", r'<w:type w:val="oddPage"/>\1', section, count=1)
    return re.sub(r"(<w:pgMar\b[^>]*/>)", r'\1<w:pgNumType w:start="1"/>', section, count=1)


def _counted(target: str, data: bytes) -> bytes:
    """Return a foot that counts the pages of its own document, not of the file."""
    if not target.endswith(".xml"):
        return data
    return re.sub(rb"(?<!SECTION)\bNUMPAGES\b", b"SECTIONPAGES", data)


def _renamed(target: str, number: int) -> str:
    folder, slash, name = target.rpartition("/")
    return f"{folder}{slash}s{number}{name}"


def _is_carried(name: str) -> bool:
    return bool(re.match(r"word/(footer|header)[^/]*\.xml$|word/media/", name))


def _joined(relations: str, parts: Sequence[_Part]) -> str:
    kept = [each for each in _RELATION.findall(relations) if not _attribute(each, "Type").endswith(_CARRIED)]
    brought = [each for part in parts for each in part.relations]
    head = relations[: relations.index("<Relationship ")] if "<Relationship " in relations else relations
    return "".join([head, *kept, *brought, "</Relationships>"])


def _typed(types: str, brought: dict[str, bytes]) -> str:
    types = re.sub(
        r'<Override\b[^>]*PartName="/(?:word/(?:footer|header)[^"]*|docProps/custom\.xml)"[^>]*/>', "", types
    )
    made = "".join(_overrides(brought))
    return types.replace("</Types>", f"{made}</Types>")


def _overrides(brought: dict[str, bytes]) -> Iterator[str]:
    for name in brought:
        kind = next((kind for word, kind in _KIND.items() if re.search(rf"/s[0-9]+{word}", name)), None)
        if kind:
            yield (
                f'<Override PartName="/{name}" ContentType="application/vnd.openxmlformats-officedocument.'
                f'wordprocessingml.{kind}+xml"/>'
            )


def _attribute(element: str, name: str) -> str:
    found = re.search(rf'\b{name}="([^"]*)"', element)
    return found[1] if found else ""
