"""The frame of a paper that is written in sentences: head, text, signature, and what is on pages of its own."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from generators import official
from generators.citations import cited, load_citations
from generators.context import Citation, Context
from generators.document import Block, Cell, Document, Layout, PageBreak, Paragraph, Role, Row, Run, Table
from generators.official import paragraph
from guanai.errors import NotFound

#: What a paper leaves open inside a sentence.
SHORT_GAP: Final = "〔　　〕"

#: Stands for the id in a paper that names nobody; the file's own properties still tell what it was made of.
NAMELESS: Final = "化名"

#: Width of the type area of an official paper.
WIDTH_MM: Final = 156.0


@dataclass(frozen=True, slots=True)
class Letter:
    """What a paper prints.

    Attributes:
        school: full name, "" leaves it open.
        title: a newline breaks the line; "" where the number stands above the text alone.
        body: the text.
        subject: id of the document, "" for a blank paper.
        about: id under which its number is drawn; "" for a paper that has none.
        issuing_code: 发文代字.
        number: the number drawn, None for a draft.
        signed_on: None for a draft.
        is_formal: has the red head, a number and the colophon.
        signer: who signs a report to a higher office (签发人).
        addressee: without the colon, "" for none.
        attachments: titles.
        is_signed: ends with the school's name and the date.
        annex: on pages behind the signature.
        has_imprint: ends with the colophon.
    """

    school: str
    title: str
    body: tuple[Block, ...]
    subject: str = ""
    about: str = ""
    issuing_code: str = ""
    number: str | None = None
    signed_on: date | None = None
    is_formal: bool = False
    signer: str = ""
    addressee: str = ""
    attachments: tuple[str, ...] = ()
    is_signed: bool = True
    annex: tuple[Block, ...] = ()
    has_imprint: bool = False


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of letter.

    Attributes:
        kind: ASCII slug.
        title: for lists and the file's properties.
        subject: kind of record it is about.
        clearance: labels a reader needs at least.
        draft: makes the `Letter` of a redacted record, None for a blank one; may take ``item``.
        suits: whether there is anything in a record to print; None: in every one.
        has_items: is about an item of the record; without one, about the last.
        filed_as: what the decision that keeps its number calls it (文书.类别), the word policies know it by; "" for
            papers without a number of their own.
    """

    kind: str
    title: str
    subject: str
    clearance: frozenset[str]
    draft: Callable[..., Letter]
    suits: Callable[[Any, Context, date], bool] | None = None
    has_items: bool = False
    filed_as: str = ""

    def build(self, inputs: Letter, *, on: date, blank: bool = False) -> Document:
        """Return the paper; ``blank`` leaves number and date open for the hand."""
        is_blank = blank or not inputs.subject
        return Document(
            kind=self.kind,
            subject="blank" if is_blank else inputs.subject,
            title=self.title,
            layout=Layout.OFFICIAL,
            blocks=tuple(_blocks(inputs, on, blank=is_blank)),
            on=on,
            blank=is_blank,
        )


class NothingToWrite(NotFound):
    """A record holds nothing that such a paper could say."""

    def __init__(self, title: str, record: str, missing: str) -> None:
        super().__init__(
            f"{record} 没有可以写成《{title}》的内容：{missing}。补上以后再试，或用 --blank 出空白的。"
        )


def law(name: str) -> Citation:
    """Return what may be cited under an id of ``citations.yml``; papers name a law through this alone."""
    return load_citations()[name]


def laws(*names: str) -> str:
    """Return several as one phrase; articles of the same law stand together."""
    return cited(law(name) for name in names)


def quoted(name: str, line: int = 1) -> str:
    """Return a law's own words with its name: 《…》第五条规定：“…” ``line``: which paragraph of the article, from 1."""
    found = law(name)
    words = (found.wording or "").split("\n")
    place = "" if len(words) == 1 else f"第{'一二三四五六'[line - 1]}款"
    return f"{found.text}{place}规定：“{words[line - 1]}”"


def text(*lines: str) -> Iterator[Paragraph]:
    """Yield paragraphs of running text."""
    for line in lines:
        for part in line.split("\n"):
            yield paragraph(Role.BODY, part)


def ended(words: str) -> str:
    """Return words as a sentence, "" for none.

    >>> ended("他说：“好。”"), ended("到校；"), ended("")
    ('他说：“好。”', '到校。', '')
    """
    bare = words.strip().rstrip("。；;")
    return bare if not bare or bare.endswith(("。”", "！", "？", "！”", "？”", "…")) else f"{bare}。"


def part(heading: str, *lines: str) -> Iterator[Paragraph]:
    """Yield a heading and its paragraphs."""
    yield paragraph(Role.H1, heading)
    yield from text(*lines)


def table(head: Iterable[str], rows: Iterable[Iterable[str]], widths_mm: tuple[float, ...]) -> Table:
    """Return a table of words with a head that repeats on each page."""
    first = Row(tuple(_cell(word, Role.CELL_LABEL, shaded=True) for word in head), splits=False)
    rest = (Row(tuple(_cell(word, Role.CELL) for word in row), height_mm=9, splits=False) for row in rows)
    return Table(widths_mm, (first, *rest), header_rows=1)


def slip(rows: Iterable[tuple[str, str]], *, height_mm: float = 13, label_mm: float = 42) -> Table:
    """Return a table of labels and what stands beside them, for a slip that is filled in and signed on one page."""
    lines = [
        Row((_cell(label, Role.CELL_LABEL), _cell(words, Role.CELL)), height_mm, splits=False, keep=True)
        for label, words in rows
    ]
    return Table((label_mm, WIDTH_MM - label_mm), tuple(lines))


def forwarded(letter: Letter, name: str, order: str) -> Letter:
    """Return the notice that issues a paper (印发通知), with the paper's own text as its attachment."""
    school = letter.school or official.GAP
    return replace(
        letter,
        title=official.forwarding_title(school, name),
        addressee="各年级、各处室",
        # In one line the signature has room on the first page.
        body=tuple(text(f"现印发《{name}》，{order}")),
        attachments=(name,),
        annex=(paragraph(Role.ATTACHMENT_LABEL, "附件"), paragraph(Role.TITLE, name), *letter.body),
        is_formal=True,
        has_imprint=True,
    )


def _cell(words: str, role: Role, *, shaded: bool = False) -> Cell:
    return Cell((Paragraph(role, (Run(words),) if words else ()),), shaded=shaded)


def _blocks(letter: Letter, on: date, *, blank: bool) -> Iterator[Block]:
    school = letter.school or official.GAP
    year = (letter.signed_on or on).year
    day = official.paper_date(letter.signed_on, year, blank=blank)
    yield from _head(letter, school, year, blank=blank)
    if letter.addressee:
        yield paragraph(Role.ADDRESSEE, f"{letter.addressee}：")
    *before, last = letter.body
    yield from before
    yield replace(last, keep=True) if letter.is_signed and isinstance(last, Paragraph) else last
    yield from _attachments(letter.attachments)
    if letter.is_signed:
        yield from official.sign_off(school, day)
    if letter.annex:
        yield PageBreak()
        yield from letter.annex
    if letter.has_imprint:
        yield from official.imprint(school, day)


def _head(letter: Letter, school: str, year: int, *, blank: bool) -> Iterator[Block]:
    if not letter.is_formal:
        yield paragraph(Role.TITLE, letter.title)
        return
    number = official.paper_number(letter.number, letter.issuing_code, year, blank=blank)
    shown = f"{number}\t签发人：{letter.signer}" if letter.signer else number
    yield from official.head(school, shown, letter.title)


def _attachments(titles: tuple[str, ...]) -> Iterator[Block]:
    if len(titles) == 1:
        yield paragraph(Role.ATTACHMENT_NOTE, f"附件：{titles[0]}")
        return
    # The role sets later numbers below the first; blanks would push them further.
    for number, title in enumerate(titles, 1):
        yield paragraph(Role.ATTACHMENT_NOTE, f"{'附件：' if number == 1 else ''}{number}.{title}")
