"""The inspection pack (迎检材料): a whole term's papers in one zip, in folders as inspectors ask for them, with an index."""

import re
import tempfile
import zipfile
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from generators import docx
from generators.document import Cell, Document, Layout, Paragraph, Role, Row, Run, Table
from generators.fonts import PROFILES
from generators.papers import papers
from generators.sheet import sheet
from generators.stamp import make_stamp
from generators.wording import long_date, term_name
from guanai import __version__
from guanai.errors import Usage
from guanai.workspace.batch import Order, print_all
from guanai.workspace.facade import Workspace
from guanai.workspace.papers import Failed, Made
from guanai.workspace.targets import require_ordinary

#: Folders and the kinds of paper in them, in the order of the index: what inspections (迎检) ask for. Source: ours.
HEADINGS: Final[tuple[tuple[str, frozenset[str]], ...]] = (
    ("01方案和制度", frozenset({"policy", "intervention-measures", "assessment-method"})),
    ("02花名册和台账", frozenset({"special-roster", "retention-ledger", "warning-ledger", "school-screening", "class-screening", "household-screening"})),
    ("03月报、周报和日报", frozenset({"retention-monthly", "weekly-risk", "attendance-daily", "attendance-month", "indicator-sheet", "quarterly-assessment"})),
    ("04会议和活动", frozenset({"meeting-record", "meeting-minutes", "meeting-record-guests", "meeting-minutes-guests", "forum-record", "monthly-briefing", "activity-record", "training-record", "inspection-record"})),
    ("05谈话、家访和跟踪", frozenset({"talk-record", "home-visit", "school-visit", "tracking-record", "conversation-plan", "feedback-letter", "supervision-slip", "supervision-matters"})),
    ("06劝返、通知书和回证", frozenset({"persuasion-record", "education-notice", "law-excerpt", "school-performance", "dropout-report"})),
    ("07一生一档和帮扶计划", frozenset({"student-file", "dynamic-file", "growth-file", "study-growth", "tutoring-plan", "individual-education", "personal-plan", "education-plan", "report-up", "aid-approval", "progress-card"})),
    ("08总结和案例", frozenset({"term-summary", "homeroom-summary", "homeroom-handover", "education-case", "experience", "commendation", "certificate"})),
)  # fmt: skip
#: Where all other papers go.
OTHERS: Final = "09其他"
#: Never in a pack, whoever makes it: psychology, reports of harm, papers for one family or for people.
_KEPT_BACK: Final = frozenset(
    {"case-file", "case-record", "psych-risk-report", "mandatory-report", "guardian-copy", "consent"}
)
_INDEX: Final = "00目录.docx"
_TERM: Final = re.compile(r"([0-9]{4})-([0-9]{4})-[12]")
_DATE: Final = (1980, 1, 1, 0, 0, 0)
_WIDTHS: Final = (14.0, 46.0, 60.0)


@dataclass(frozen=True, slots=True)
class Entry:
    """A paper in the pack: its folder, title, what it is about, its place in the zip and its kind."""

    heading: str
    title: str
    subject: str
    name: str
    kind: str


@dataclass(frozen=True, slots=True)
class Packed:
    """A pack that was written.

    Attributes:
        entries: the papers in it, in order.
        failed: those that could not be made.
    """

    entries: tuple[Entry, ...]
    failed: tuple[Failed, ...]


class UnknownTerm(Usage):
    """No term is written like that."""

    def __init__(self, term: str) -> None:
        super().__init__(f"“{term}”不是学期；写成 2026-2027-1 的样子。")


#: Shows how far the work is; given what is yielded and how many there will be.
Watch = Callable[[Iterator[Made | Failed], int], Iterator[Made | Failed]]
#: Makes the papers of an order, each given by kind and id.
Printing = Callable[[Workspace, Order, Sequence[tuple[str, str]]], Iterator[Made | Failed]]


def wanted_for(workspace: Workspace, term: str, *, staff: str, on: date) -> list[tuple[str, str]]:
    """Return kind and subject of each paper of a term's pack, in the order of the index.

    Raises:
        UnknownTerm: ``term`` is not written like one.
        UnknownStaff: nobody has that id.
    """
    if not _TERM.fullmatch(term):
        raise UnknownTerm(term)
    edition = workspace.edition(staff=staff, on=on)
    kinds = [paper for paper in papers().values() if paper.kind not in _KEPT_BACK]
    found = [
        (paper.kind, each) for paper in kinds for each in workspace.press.subjects(paper, edition, on, term)
    ]
    return sorted(found, key=lambda each: (heading_of(each[0]), list(papers()).index(each[0]), each[1]))


def heading_of(kind: str) -> str:
    """Return the folder of a kind of paper."""
    return next((heading for heading, kinds in HEADINGS if kind in kinds), OTHERS)


def pack(  # noqa: PLR0913 -- one argument a fact of the pack
    workspace: Workspace,
    term: str,
    target: Path,
    *,
    staff: str,
    on: date,
    watch: Watch,
    scratch: Path | None = None,
    printing: Printing = print_all,
) -> Packed:
    """Write a term's papers into a zip; equal records give an equal file.

    Args:
        workspace: the records.
        term: such as 2026-2027-1.
        target: the zip.
        staff: whose edition, "" for the full one.
        on: the day the papers speak of.
        watch: shows how far it is; what it raises ends the work, and no zip comes of it.
        scratch: folder for papers on their way into the zip; the system's own by default.
        printing: makes the papers.

    Raises:
        UnknownTerm, UnknownStaff: as `wanted_for`.
        NoOrdinaryFile, NoFolder: no file can be put at ``target``.
        OSError: the disk refuses; a zip that was there before stays.
    """
    require_ordinary(target)
    wanted = wanted_for(workspace, term, staff=staff, on=on)
    target.parent.mkdir(parents=True, exist_ok=True)
    half = target.with_name(f".{target.name}.part")
    try:
        with tempfile.TemporaryDirectory(
            prefix="guanai-pack-", dir=scratch, ignore_cleanup_errors=True
        ) as folder:
            order = Order(workspace.root, staff, on, Path(folder), "docx")
            with zipfile.ZipFile(half, "w") as archive, _ended(printing(workspace, order, wanted)) as made:
                packed = _filled(archive, watch(made, len(wanted)))
                _put(archive, _INDEX, _index(workspace, packed, term, staff, on))
        half.replace(target)
    finally:
        half.unlink(missing_ok=True)
    return packed


@contextmanager
def _ended(made: Iterator[Made | Failed]) -> Iterator[Iterator[Made | Failed]]:
    """Let nobody go on printing once the work has failed: no paper of a child may be left in the folder."""
    try:
        yield made
    finally:
        if isinstance(made, Generator):
            made.close()


def _filled(archive: zipfile.ZipFile, outcomes: Iterator[Made | Failed]) -> Packed:
    """Put each paper into the zip as soon as it is there, and let go of it."""
    entries, failed = [], []
    for each in outcomes:
        if isinstance(each, Failed):
            failed.append(each)
            continue
        title = papers()[each.kind].title
        name = f"{heading_of(each.kind)}/{title}/{each.id}.docx"
        _put(archive, name, each.path.read_bytes())
        each.path.unlink()
        entries.append(Entry(heading_of(each.kind), title, each.id, name, each.kind))
    return Packed(tuple(entries), tuple(failed))


def _put(archive: zipfile.ZipFile, name: str, raw: bytes) -> None:
    entry = zipfile.ZipInfo(name, _DATE)
    entry.compress_type = zipfile.ZIP_STORED  # a DOCX is compressed already
    entry.external_attr = 0o600 << 16
    archive.writestr(entry, raw)


def _index(workspace: Workspace, packed: Packed, term: str, staff: str, on: date) -> bytes:
    school = workspace.snapshot.school
    width = sheet(Layout.FORM).text_width_mm
    head = f"学校：{school.name}\t学期：{term_name(term)}\t日期：{long_date(on)}"
    blocks: list[Paragraph | Table] = [_line(Role.FORM_TITLE, "迎检材料目录"), _line(Role.FORM_HEAD, head)]
    for heading in dict.fromkeys(each.heading for each in packed.entries):
        mine = [each for each in packed.entries if each.heading == heading]
        blocks += [_line(Role.SECTION, f"{heading}（{len(mine)} 份）", keep=True), _table(mine, width)]
    if packed.failed:
        blocks.append(_line(Role.SECTION, f"没有生成的（{len(packed.failed)} 份），请补上", keep=True))
        blocks += [
            _line(Role.NOTE, f"{papers()[each.kind].title} {each.id}：{each.message}")
            for each in packed.failed
        ]
    document = Document("pack-index", term, "迎检材料目录", Layout.FORM, tuple(blocks), on)
    inputs = tuple((each.name,) for each in packed.entries)
    stamp = make_stamp(
        document, secret=workspace.secret, inputs=inputs, labels=(), staff=staff, version=__version__
    )
    return docx.write(document, stamp, fonts=PROFILES[school.fonts or "windows"])


def _table(entries: Sequence[Entry], width: float) -> Table:
    rows = [_row(Role.CELL_LABEL, ("序号", "文书", "编号", "文件"))]
    rows += [
        _row(Role.CELL, (str(number), each.title, each.subject, each.name.partition("/")[2]))
        for number, each in enumerate(entries, 1)
    ]
    return Table((*_WIDTHS, width - sum(_WIDTHS)), tuple(rows), header_rows=1)


def _row(role: Role, words: tuple[str, ...]) -> Row:
    return Row(
        tuple(Cell((_line(role, word),), shaded=role is Role.CELL_LABEL) for word in words), splits=False
    )


def _line(role: Role, text: str, *, keep: bool = False) -> Paragraph:
    return Paragraph(role, (Run(text),), keep=keep)
