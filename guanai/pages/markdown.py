"""Blocks of a document as Markdown, for the pages of the site."""

from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from generators.document import Block, Cell, Image, Paragraph, Role, Row, Run, Table
from guanai.pages.escape import inline

#: Roles that are headings of the page, with their depth.
_DEPTHS: Final[Mapping[Role, int]] = {
    Role.TITLE: 1,
    Role.FORM_TITLE: 1,
    Role.ATTACHMENT_LABEL: 2,
    Role.H1: 2,
    Role.SECTION: 2,
    Role.H2: 3,
}
#: Roles whose place on the line tells what they are.
_CLASSES: Final[Mapping[Role, str]] = {
    Role.MARK: "centred",
    Role.NUMBER: "centred",
    Role.SUBTITLE: "centred",
    Role.FORM_HEAD: "centred",
    Role.SIGNER: "signed",
    Role.DATE: "signed",
}
#: Tabs part the words of a line on paper; a page has none.
_TAB: Final = "　　"
#: A heading longer than this reads as a sentence and stays a paragraph.
_LONGEST_HEADING: Final = 40


def markdown(blocks: Iterable[Block]) -> str:
    """Return blocks as Markdown; headings get the ids ``s1``, ``s2`` … that say nothing of their words."""
    return "\n\n".join(_parts(blocks)) + "\n"


def _parts(blocks: Iterable[Block]) -> Iterator[str]:
    headings = 0
    for block in blocks:
        if isinstance(block, Table):
            yield _table(block)
        elif isinstance(block, Image):
            yield _image(block)
        elif isinstance(block, Paragraph) and _is_heading(block):
            headings += 1
            yield f"{'#' * _DEPTHS[block.role]} {_words(block)} {{#s{headings}}}"
        elif isinstance(block, Paragraph) and block.text.strip():
            yield _paragraph(block)


def _is_heading(paragraph: Paragraph) -> bool:
    text = paragraph.text.strip()
    return paragraph.role in _DEPTHS and 0 < len(text) <= _LONGEST_HEADING


def _paragraph(paragraph: Paragraph) -> str:
    if paragraph.role is Role.RED_RULE:
        return "---"
    name = _CLASSES.get(paragraph.role)
    return f"{_words(paragraph)}\n{{: .{name} }}" if name else _words(paragraph)


def _words(paragraph: Paragraph) -> str:
    return "".join(_run(run) for run in paragraph.runs).strip()


def _run(run: Run) -> str:
    words = inline(run.text.replace("\t", _TAB))
    return f"<strong>{words}</strong>" if run.bold and run.text.strip() else words


def _table(table: Table) -> str:
    """Return a table as HTML: Markdown has no spans. Its words are escaped like all others."""
    rows = [_row(row, "th" if place < table.header_rows else "td") for place, row in enumerate(table.rows)]
    return "\n".join(('<table class="paper">', *rows, "</table>"))


def _row(row: Row, tag: str) -> str:
    return f"<tr>{''.join(_cell(cell, tag) for cell in row.cells)}</tr>"


def _cell(cell: Cell, tag: str) -> str:
    spans = (("colspan", cell.columns), ("rowspan", cell.rows))
    attributes = "".join(f' {name}="{count}"' for name, count in spans if count > 1)
    words = "<br>".join(_words(paragraph) for paragraph in cell.paragraphs)
    is_label = any(paragraph.role is Role.CELL_LABEL for paragraph in cell.paragraphs)
    name = "th" if is_label else tag
    return f"<{name}{attributes}>{words}</{name}>"


def _image(image: Image) -> str:
    return f'<img alt="{inline(image.alt)}" src="data:image/png;base64,{b64encode(image.png).decode()}">'
