"""A document as one HTML file for preview and print: the style inside, nothing fetched, every word escaped."""

import re
from base64 import b64encode
from html import escape
from typing import Final

from generators.css import css_class, style_sheet
from generators.document import (
    Block,
    Cell,
    Document,
    Face,
    Image,
    PageBreak,
    Paragraph,
    Role,
    Row,
    Run,
    Stamp,
    Table,
)
from generators.looks import SIGN_OFF, SPREAD, gap_lines, groups, looks, mark_size_pt
from generators.sheet import sheet
from generators.stamp import foot
from generators.text import ems, require_printable

#: The file may load nothing and run nothing; pictures stand in it.
_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"

_PIXELS_PER_MM: Final = 96 / 25.4

#: What a line must not end in: a date, an id, a number with hyphens; signs at its ends go with it.
_WHOLE: Final = re.compile("[（“《〔]?[0-9A-Za-z]+(?:-[0-9A-Za-z]+)+[，。、；：！？）”》〕]*")

_TAGS: Final = {
    Role.TITLE: "h1",
    Role.FORM_TITLE: "h1",
    Role.H1: "h2",
    Role.SECTION: "h2",
    Role.H2: "h3",
    Role.H3: "h4",
}


def write(document: Document, stamp: Stamp) -> str:
    """Return the file.

    Raises:
        UnprintableError: a text holds a control character; the message names the place.
    """
    title = escape(document.title)
    return (
        '<!doctype html>\n<html lang="zh-CN">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        f"<title>{title}</title>\n<style>\n{style_sheet(document.layout)}\n</style>\n</head>\n<body>\n"
        f"{fragment(document, stamp)}\n</body>\n</html>\n"
    )


def fragment(document: Document, stamp: Stamp) -> str:
    """Return the sheet alone, to stand in a page that brings `generators.css.style_sheet`.

    Raises:
        UnprintableError: a text holds a control character; the message names the place.
    """
    require_printable(document)
    flow = _Flow(document)
    for group in groups(document.blocks):
        flow.add(group)
    origin = f'<footer class="origin song">{escape(foot(document, stamp))}</footer>'
    return f'<article class="sheet" tabindex="0">\n{flow.text()}\n{origin}\n</article>'


class _Flow:
    """Collects the elements of the sheet and knows what stands above."""

    def __init__(self, document: Document) -> None:
        self._looks = looks(document.layout)
        self._room_mm = sheet(document.layout).text_width_mm
        self._out: list[str] = []
        self._above: Role | None = None
        self._new_page = False

    def text(self) -> str:
        """Return what was collected."""
        return "\n".join(self._out)

    def add(self, group: tuple[Block, ...]) -> None:
        """Add one group of blocks."""
        block = group[0]
        if isinstance(block, PageBreak):
            self._break()
        elif isinstance(block, Table):
            self._put(_table(block, self._room_mm, self._classes(Role.BODY)), Role.BODY)
        elif isinstance(block, Image):
            self._put(_image(block, self._room_mm, self._classes(Role.BODY)), Role.BODY)
        else:
            self._add_paragraphs(block.role, tuple(one for one in group if isinstance(one, Paragraph)))

    def _add_paragraphs(self, role: Role, lines: tuple[Paragraph, ...]) -> None:
        if role is Role.ATTACHMENT_LABEL:
            self._break()
        classes = self._classes(role)
        if role in SIGN_OFF or role is Role.IMPRINT:
            name = "imprint" if role is Role.IMPRINT else "sign-off"
            inner = "".join(_paragraph(line, []) for line in lines)
            self._put(f'<div class="{_joined([name, *classes])}">{inner}</div>', role)
        else:
            self._put(_paragraph(lines[0], [*classes, *self._special(lines[0])]), role)

    def _special(self, paragraph: Paragraph) -> list[str]:
        """Return the classes that depend on the words or on what stands above."""
        if paragraph.role is Role.MARK:
            widest = max(ems(line) for line in (paragraph.text or " ").split("\n"))
            return [f"mark-{int(mark_size_pt(widest))}", *(["first"] if self._above is None else [])]
        if paragraph.role is Role.ATTACHMENT_NOTE:
            label, _, name = paragraph.text.partition("：")
            if label != "附件":
                return ["further"]
            return ["numbered" if name.lstrip()[:1].isdigit() else "one"]
        return []

    def _classes(self, role: Role) -> list[str]:
        gap = gap_lines(self._above, role)
        keep = self._looks[role].keep
        return [
            *([f"gap-{gap:g}"] if gap else []),
            *(["new-page"] if self._new_page else []),
            *(["keep"] if keep else []),
        ]

    def _put(self, text: str, role: Role) -> None:
        self._out.append(text)
        self._above = role
        self._new_page = False

    def _break(self) -> None:
        self._new_page = bool(self._out)
        self._above = None


def _paragraph(paragraph: Paragraph, classes: list[str]) -> str:
    role = paragraph.role
    names = [css_class(role), *classes, *([paragraph.align.name.lower()] if paragraph.align else [])]
    if paragraph.keep and "keep" not in names:
        names.append("keep")
    if role is Role.RED_RULE:
        return f'<hr class="{_joined(names)}">'
    tag = _TAGS.get(role, "p")
    if role in SPREAD and "\t" in paragraph.text:
        return f'<{tag} class="{_joined([*names, "spread"])}">{_spread(paragraph)}</{tag}>'
    if role in (Role.ROLL, Role.IMPRINT) and "：" in paragraph.text:
        return f'<{tag} class="{_joined([*names, "labelled"])}">{_labelled(paragraph)}</{tag}>'
    return f'<{tag} class="{_joined(names)}">{_runs(paragraph.runs)}</{tag}>'


def _spread(paragraph: Paragraph) -> str:
    """Return the parts between tabs, each an element of its own."""
    parts: list[list[Run]] = [[]]
    for run in paragraph.runs:
        first, *others = run.text.split("\t")
        parts[-1].append(_with(run, first))
        parts += [[_with(run, text)] for text in others]
    return "".join(f"<span>{_runs(part)}</span>" for part in parts)


def _labelled(paragraph: Paragraph) -> str:
    """Return label and names: names that wrap stay behind the colon."""
    first, *others = paragraph.runs
    label, colon, rest = first.text.partition("：")
    face = first.face or (Face.HEI if paragraph.role is Role.ROLL else None)
    head = _runs([Run(label + colon, first.bold, face)])
    return f"<span>{head}</span><span>{_runs([_with(first, rest), *others])}</span>"


def _with(run: Run, text: str) -> Run:
    return Run(text, run.bold, run.face, run.muted)


def _runs(runs: tuple[Run, ...] | list[Run]) -> str:
    return "".join(_run(run) for run in runs if run.text)


def _run(run: Run) -> str:
    text = (
        escape(run.text)
        .replace("\r\n", "\n")
        .replace("\r", "\n")
        .replace("\n", "<br>")
        .replace("\t", "&emsp;")
    )
    if "-" in text:
        text = _WHOLE.sub(r'<span class="whole">\g<0></span>', text)
    names = [*([css_class(run.face)] if run.face else []), *(["muted"] if run.muted else [])]
    if names:
        text = f'<span class="{_joined(names)}">{text}</span>'
    return f"<b>{text}</b>" if run.bold else text


def _table(table: Table, room_mm: float, classes: list[str]) -> str:
    total = sum(table.widths_mm)
    columns = "".join(f'<col width="{100 * width / total:.3f}%">' for width in table.widths_mm)
    head = "".join(_row(row, is_head=True) for row in table.rows[: table.header_rows])
    body = "".join(_row(row, is_head=False) for row in table.rows[table.header_rows :])
    names = ["ruled", *classes] if table.ruled else classes
    width = f'width="{min(100, 100 * total / room_mm):.3f}%"'
    thead = f"<thead>{head}</thead>" if head else ""
    return f'<table class="{_joined(names)}" {width}><colgroup>{columns}</colgroup>{thead}<tbody>{body}</tbody></table>'


def _row(row: Row, *, is_head: bool) -> str:
    names = [*(["whole"] if is_head or not row.splits else []), *(["keep"] if row.keep else [])]
    height = f' height="{row.height_mm * _PIXELS_PER_MM:.0f}"' if row.height_mm else ""
    cells = "".join(_cell(cell, is_head=is_head) for cell in row.cells)
    return f"<tr{_class_attribute(names)}{height}>{cells}</tr>"


def _cell(cell: Cell, *, is_head: bool) -> str:
    labels = bool(cell.paragraphs) and all(one.role is Role.CELL_LABEL for one in cell.paragraphs)
    tag = "th" if labels else "td"
    scope = f' scope="{"col" if is_head else "row"}"' if labels else ""
    spans = f' colspan="{cell.columns}"' if cell.columns > 1 else ""
    spans += f' rowspan="{cell.rows}"' if cell.rows > 1 else ""
    shade = _class_attribute(["shaded"] if cell.shaded else [])
    inner = "".join(_paragraph(paragraph, []) for paragraph in cell.paragraphs)
    return f"<{tag}{scope}{spans}{shade}>{inner}</{tag}>"


def _image(image: Image, room_mm: float, classes: list[str]) -> str:
    data = b64encode(image.png).decode("ascii")
    width = round(min(image.width_mm, room_mm) * _PIXELS_PER_MM)
    picture = f'<img src="data:image/png;base64,{data}" width="{width}" alt="{escape(image.alt)}">'
    return f"<figure{_class_attribute(classes)}>{picture}</figure>"


def _class_attribute(names: list[str]) -> str:
    return f' class="{_joined(names)}"' if names else ""


def _joined(names: list[str]) -> str:
    return " ".join(names)
