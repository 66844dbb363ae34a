"""What docxtpl will really run, held to the same rules as the paragraphs: attributes and odd corners of the file too.

docxtpl cuts its marks out of the text of the XML; what stands between a tag and its end may then open one cell and
close another. Whether a form stays whole whatever its conditions say is seen here, before any child's form is made.
"""

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import count
from typing import Any, Final

from jinja2 import nodes
from lxml import etree

from generators.template.language import FILTERS, Closed, Mistake, Roots, read
from generators.template.package import BadTemplate
from generators.template.spots import Spot, plain_tags

_WIDTH: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}w"
_XML_TAG: Final = re.compile(r"<(/?)([A-Za-z_][\w.:-]*)[^<>]*?(/?)>")
_OPENS: Final = re.compile(r"\{%\s*(?:for|if)\b")
#: What a block of the language may not reach out of.
_BOUNDS: Final = frozenset({"w:tc", "w:tr", "w:tbl", "w:txbxContent"})
_ACROSS: Final = "这里的 for 或 if 和它的结束不在同一格、同一层；开头和结束要写在同一格里，整段用 {%p … %}，整行用 {%tr … %}"


def mistakes(raw: bytes, parts: Mapping[str, Sequence[Spot]], roots: Roots) -> Iterator[tuple[str, Mistake]]:
    """Yield what is wrong beyond the words of the paragraphs, with the part it is in.

    Args:
        raw: the DOCX file.
        parts: its paragraphs; in them nothing is wrong.
        roots: what placeholders may speak of.

    Raises:
        BadTemplate: something is wrong that no paragraph can be named for.
    """
    environment = Closed(autoescape=True)
    environment.filters = dict.fromkeys(FILTERS, str)
    for name, text in _sources(raw):
        found = read(text, roots, environment)
        if found:
            raise BadTemplate(f"段落以外的地方（如图片说明、形状、书签）写有占位符：{found[0].message}")
        blocks = _Blocks()
        leftover = _leftover(blocks, text, environment)
        lines = [line for line, spot in enumerate(parts.get(name, ()), 1) for _ in _opened(spot)]
        for number in blocks.across:
            if number >= len(lines):
                raise BadTemplate(f"段落以外的地方写有占位符：{_ACROSS}")
            yield name, Mistake(lines[number], _ACROSS)
        if leftover and not blocks.across:
            raise BadTemplate("有的占位符一半在超链接或修订里，一半在外面；请把它删去，不带格式地重打一遍")


def _sources(raw: bytes) -> Iterator[tuple[str, str]]:
    """Yield the text that is run, by the name of its part."""
    # What opens Word files takes longer to import than most commands take to run.
    from docx.opc.exceptions import OpcError  # noqa: PLC0415
    from docxtpl import DocxTemplate  # noqa: PLC0415

    template: Any = DocxTemplate(io.BytesIO(raw))
    try:
        template.render_init()
        found = [("word/document.xml", template.get_xml())]
        for uri in (template.HEADER_URI, template.FOOTER_URI):
            found += [
                (str(part.partname).lstrip("/"), template.get_part_xml(part))
                for _, part in template.get_headers_footers(uri)
            ]
    except (OpcError, KeyError, ValueError, etree.XMLSyntaxError) as error:
        raise BadTemplate("文件不完整；请在 Word 或 WPS 里打开，另存为 .docx") from error
    _require_widths(template.docx.element)
    yield from ((name, template.patch_xml(text)) for name, text in found)


def _require_widths(document: Any) -> None:
    """Refuse tables that docxtpl cannot count the columns of; Word and WPS write none such."""
    for table in document.iter("{*}tbl"):
        grid = table.find("{*}tblGrid")
        widths = [] if grid is None else [each.get(_WIDTH, "") for each in grid.iterchildren("{*}gridCol")]
        if grid is None or not all(width.isdecimal() for width in widths):
            raise BadTemplate("有的表格没有写明列宽；请在 Word 或 WPS 里打开，另存为 .docx")


def _leftover(blocks: "_Blocks", text: str, environment: Closed) -> list[str]:
    try:
        tree = environment.parse(text)
        environment.compile(tree)
        return blocks.left(tree.body)
    except (SyntaxError, RecursionError, MemoryError) as error:
        raise BadTemplate("for、if 或条件套得太深；请拆开来写") from error


def _opened(spot: Spot) -> list[str]:
    return _OPENS.findall(plain_tags(spot.text))


class _Blocks:
    """Walks over loops and conditions, numbered as they begin, and notes those that cross a border of the form."""

    def __init__(self) -> None:
        self.across: list[int] = []
        self._numbers = count()

    def left(self, statements: Sequence[Any]) -> list[str]:
        """Return the XML tags that a stretch of text closes or opens and leaves so; blocks within count for nothing."""
        open_tags: list[str] = []
        closed: list[str] = []
        text = "".join(map(self._text, statements))
        for slash, name, is_empty in _XML_TAG.findall(text):
            if slash and open_tags and open_tags[-1] == name:
                open_tags.pop()
            elif slash:
                closed += [*reversed(open_tags), name] if open_tags else [name]
                open_tags.clear()
            elif not is_empty:
                open_tags.append(name)
        return [f"/{name}" for name in closed] + open_tags

    def _text(self, node: Any) -> str:
        if isinstance(node, nodes.Output):
            return "".join(each.data for each in node.nodes if isinstance(each, nodes.TemplateData))
        number = next(self._numbers)
        branches = [node.body, *(each.body for each in getattr(node, "elif_", ())), node.else_]
        # All of them, whichever is at fault: what they hold is numbered on the way.
        wholes = [_is_whole(self.left(branch)) for branch in branches]
        if not all(wholes):
            self.across.append(number)
        return ""


def _is_whole(left: Sequence[str]) -> bool:
    """Whether text may be there, be there twice or be missing: it opens again what it closes, and stays in its cell."""
    closed = [tag[1:] for tag in left if tag.startswith("/")]
    opened = [tag for tag in left if not tag.startswith("/")]
    return closed == opened[::-1] and _BOUNDS.isdisjoint(closed)
