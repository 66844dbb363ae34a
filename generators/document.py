"""A document as data: blocks of text and tables, without a word of OOXML or HTML.

A generator returns a `Document`; the writers in `generators.docx` and `generators.html` turn it into files.
Lengths are millimetres (``_mm``); character sizes belong to the writers' tables, keyed by `Role`.
"""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class Face(StrEnum):
    """A kind of typeface; the font profile says which installed font stands for it."""

    TITLE = "小标宋"
    FANGSONG = "仿宋"
    KAI = "楷体"
    HEI = "黑体"
    SONG = "宋体"


class Layout(StrEnum):
    """The sheet a document is set on."""

    OFFICIAL = "公文"  # GB/T 9704: 22 lines of 28 characters
    FORM = "表格竖排"  # A4 upright, a form to fill and file
    FORM_WIDE = "表格横排"  # A4 lying, a ledger with many columns
    CERTIFICATE = "证书"  # A4 lying, a sheet to be handed out


class Role(StrEnum):
    """What a paragraph is; its looks follow from this alone."""

    MARK = "发文机关标志"  # red, centred; the red rule is RED_RULE
    NUMBER = "发文字号"
    RED_RULE = "红色分隔线"
    TITLE = "标题"  # 2号小标宋, centred
    SUBTITLE = "副题"  # 3号楷体, centred
    ADDRESSEE = "主送机关"
    H1 = "一级标题"  # 一、 黑体
    H2 = "二级标题"  # （一） 楷体
    H3 = "三级标题"  # 1. 仿宋
    BODY = "正文"  # 仿宋, first line indented two characters
    FLUSH = "正文顶格"
    ATTACHMENT_NOTE = "附件说明"
    SIGNER = "署名"
    DATE = "成文日期"
    ATTACHMENT_LABEL = "附件序号"  # “附件”, 黑体, top left of a new page
    ROLL = "名单"  # 出席: label in 黑体, names hang behind the colon
    IMPRINT = "版记"  # 抄送, 印发机关和日期; at the foot of the last page
    FORM_TITLE = "表题"  # title of a form
    FORM_HEAD = "表头行"  # school, term, number above a table
    SECTION = "表内标题"  # heading between the tables of a form
    CELL = "单元格"
    CELL_LABEL = "栏目名"
    NOTE = "注"  # small print below a table


class Align(StrEnum):
    """Horizontal place of a paragraph inside its cell or line; None in a block means its role's own."""

    LEFT = "左"
    CENTER = "中"
    RIGHT = "右"


@dataclass(frozen=True, slots=True)
class Run:
    """Text in one look. ``face`` None means the paragraph's own."""

    text: str
    bold: bool = False
    face: Face | None = None
    muted: bool = False  # grey: 〔按权限不显示〕 and the like


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph; ``keep`` holds it on the page of the next block. A newline in a run is a line break.

    A tab divides a NUMBER, FORM_HEAD, NOTE or IMPRINT into parts that are spread over the line.
    """

    role: Role
    runs: tuple[Run, ...]
    align: Align | None = None
    keep: bool = False

    @property
    def text(self) -> str:
        """The words alone."""
        return "".join(run.text for run in self.runs)


@dataclass(frozen=True, slots=True)
class Cell:
    """A table cell. ``rows`` and ``columns`` are the spans to the right and below, at least 1."""

    paragraphs: tuple[Paragraph, ...]
    columns: int = 1
    rows: int = 1
    shaded: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """Cells from left to right, without those covered by a span from above.

    Attributes:
        cells: the cells that begin in this row.
        height_mm: least height, 0 for as high as the text.
        splits: whether the row may break over two pages.
        keep: hold this row on the page of the next one.
    """

    cells: tuple[Cell, ...]
    height_mm: float = 0
    splits: bool = True
    keep: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table with fixed columns; the first ``header_rows`` repeat on each page."""

    widths_mm: tuple[float, ...]
    rows: tuple[Row, ...]
    header_rows: int = 0
    ruled: bool = True


@dataclass(frozen=True, slots=True)
class PageBreak:
    """The next block begins a new page; ``leaf``: a sheet of its own where many are printed as one file."""

    leaf: bool = False


@dataclass(frozen=True, slots=True)
class Image:
    """A picture (PNG bytes) of a given width, with words for those who cannot see it."""

    png: bytes = field(repr=False)
    width_mm: float
    alt: str


Block = Paragraph | Table | PageBreak | Image


@dataclass(frozen=True, slots=True)
class Document:
    """A paper as data.

    Attributes:
        kind: ASCII slug such as ``student-file``.
        subject: id of what it is about, also the stem of its file name.
        title: Chinese title for lists and the file's properties; never a child's name.
        layout: the sheet.
        blocks: the content in reading order.
        on: the date it speaks of.
        blank: a form to be filled by hand.
    """

    kind: str
    subject: str
    title: str
    layout: Layout
    blocks: tuple[Block, ...]
    on: date
    blank: bool = False


@dataclass(frozen=True, slots=True)
class Stamp:
    """Where a document comes from; written into the file's properties, its short form into the foot.

    Attributes:
        kind: the document's kind.
        subject: the record's id.
        on: the date it was made for.
        labels: the edition's clearance labels, sorted, empty for a blank form.
        staff: id of the person whose edition it is, "" for the shell's full edition.
        version: the program's version.
        inputs: keyed digest (hex) of what the generator was given.
        text: keyed digest (hex) of the printed words.
        code: eight signs printed at the foot, drawn from both digests.
        key: public sign of the workspace's secret: tells a foreign file from an altered one.
        seal: keyed digest (hex) of all the rest: nobody can lend a file another edition, person or date.
    """

    kind: str
    subject: str
    on: date
    labels: tuple[str, ...]
    staff: str
    version: str
    inputs: str
    text: str
    code: str
    key: str = ""
    seal: str = ""


def paragraphs(blocks: tuple[Block, ...]) -> list[Paragraph]:
    """Return every paragraph in the order in which a reader of the file meets it, cells row by row."""
    found = []
    for block in blocks:
        if isinstance(block, Paragraph):
            found.append(block)
        elif isinstance(block, Table):
            found += [each for row in block.rows for cell in row.cells for each in cell.paragraphs]
    return found
