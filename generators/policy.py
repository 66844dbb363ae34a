"""The notice that issues a policy (印发通知) and the policy itself as its attachment."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from generators import gbt9704, leading_group, official
from generators.citations import UnknownCitation, cited
from generators.context import Citation, Context
from generators.document import Block, Document, Face, Layout, PageBreak, Paragraph, Role, Run
from generators.leading_group import Seat
from generators.official import paragraph
from generators.text import ems
from generators.wording import long_date
from guanai.clauses import fill, passages, printed
from guanai.errors import Invalid
from guanai.figures import han
from guanai.model.policy import Chapter, Clause, Policy

#: Stands for the effective date until a paper is built: a blank one leaves it open.
_EFFECTIVE: Final = "{施行日期}"

_FOCUS: Final = "重点五类"
_ORDERS: Final = {"方案": "请认真组织实施。"}
_USUAL_ORDER: Final = "请遵照执行。"

#: Characters of the body text on a line that is indented.
_ONE_LINE: Final = gbt9704.CHARACTERS.value - gbt9704.FIRST_LINE.value


@dataclass(frozen=True, slots=True)
class Point:
    """A numbered paragraph (款) and what is listed under it."""

    title: str
    text: str
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A clause (条) as it prints.

    Attributes:
        title: "" for none.
        text: paragraphs are parted by newlines.
        categories: names to list after the text.
        group: the leading group to list after the text.
        group_duties: sentences below that list.
        points: numbered paragraphs.
    """

    title: str
    text: str
    categories: tuple[str, ...]
    group: tuple[Seat, ...]
    group_duties: tuple[str, ...]
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class ChapterText:
    """A chapter (章) as it prints."""

    title: str
    text: str
    sections: tuple[Section, ...]


@dataclass(frozen=True, slots=True)
class PolicyInputs:
    """What the paper prints, and nothing else: no owner, evidence or figure that does not stand on it.

    Attributes:
        id: id of the policy.
        school: full name, "" leaves it open.
        issuing_code: 发文代字.
        name: of the policy.
        kind: 制度, 方案 or 办法.
        number: the number drawn, None for a draft.
        signed_on: None for a draft.
        effective_on: None for “from the day it is issued”.
        preamble: "" for none.
        chapters: in order.
        closing: "" for none.
    """

    id: str
    school: str
    issuing_code: str
    name: str
    kind: str
    number: str | None
    signed_on: date | None
    effective_on: date | None
    preamble: str
    chapters: tuple[ChapterText, ...]
    closing: str


class NoTaxonomy(Invalid):
    """A policy prints categories of a taxonomy that is not there."""

    def __init__(self, policy: str, taxonomy: str) -> None:
        super().__init__(f"《{policy}》要印出分类“{taxonomy}”，但没有这套分类；请核对“适用分类”。")


def inputs(policy: Policy, context: Context, on: date) -> PolicyInputs:
    """Cut a policy to what its paper prints on a day: names by role, categories, citations, figures filled in.

    Raises:
        UnknownPlaceholder: a placeholder stands for nothing.
        UnknownCitation: a citation is not in the list.
        NoTaxonomy: a taxonomy is not there.
    """
    reader = _Reader(policy, context, on, texts(policy, context))
    adoption = policy.adoption
    return PolicyInputs(
        id=policy.id,
        school=context.school.name,
        issuing_code=context.school.issuing_code,
        name=policy.name,
        kind=policy.kind,
        number=adoption.number if adoption else None,
        signed_on=adoption.dated_on if adoption else None,
        effective_on=adoption.effective_on if adoption else None,
        preamble=reader.text("/引言"),
        chapters=tuple(
            _chapter(chapter, reader.below(f"/章/{place}")) for place, chapter in enumerate(policy.chapters)
        ),
        closing=reader.text("/附则"),
    )


def texts(policy: Policy, context: Context) -> dict[str, str]:
    """Return every text of a policy as it prints, by its place (JSON pointer) in the record.

    The day on which it takes effect stays open: it hangs on the paper.

    Raises:
        UnknownPlaceholder: a placeholder stands for nothing.
        UnknownCitation: a citation is not in the list.
        NoTaxonomy: a taxonomy is not there.
    """
    words = printed(policy) | _words_from_outside(policy, context)
    return {passage.pointer: fill(policy, passage, words) for passage in passages(policy)}


def build(inputs: PolicyInputs, *, on: date, blank: bool = False) -> Document:
    """Return the paper.

    Args:
        inputs: what it prints.
        on: the day it is made for; a draft takes its year from it.
        blank: leave names, numbers and dates open for the hand.
    """
    return Document(
        kind="policy",
        subject=inputs.id,
        title=f"关于印发《{inputs.name}》的通知",
        layout=Layout.OFFICIAL,
        blocks=tuple(_Paper(inputs, on, blank=blank).blocks()),
        on=on,
        blank=blank,
    )


@dataclass(frozen=True, slots=True)
class _Reader:
    """Hands out the filled texts of one part of the policy by their place in it."""

    policy: Policy
    context: Context
    on: date
    texts: Mapping[str, str]
    base: str = ""

    def text(self, path: str) -> str:
        return self.texts.get(f"{self.base}{path}", "")

    def below(self, path: str) -> "_Reader":
        return replace(self, base=f"{self.base}{path}")


def _words_from_outside(policy: Policy, context: Context) -> dict[str, str]:
    school = context.school
    citations = [_citation(policy, context, name) for name in policy.basis]
    categories = _categories(policy, context, policy.taxonomy) if policy.taxonomy else ()
    return {
        "施行日期": _EFFECTIVE,
        "学校.名称": school.name or official.GAP,
        "学校.简称": school.short_name or school.name or official.GAP,
        "学校.乡镇": school.township or "乡镇人民政府（街道办事处）",
        "学校.教育局": school.bureau or "县级教育行政部门",
        "依据": cited(citations),
        **{f"依据.{citation.id}": citation.text for citation in citations},
        "分类.数": han(len(categories)),
        **{f"分类.{name}": "、".join(_categories(policy, context, name)) for name in context.taxonomies},
    }


def _citation(policy: Policy, context: Context, name: str) -> Citation:
    if name not in context.citations:
        raise UnknownCitation(policy.name, name)
    return context.citations[name]


def _categories(policy: Policy, context: Context, taxonomy: str) -> tuple[str, ...]:
    if taxonomy not in context.taxonomies:
        raise NoTaxonomy(policy.name, taxonomy)
    own = policy.category_wording or {}
    return tuple(own.get(category.name, category.name) for category in context.taxonomies[taxonomy])


def _chapter(chapter: Chapter, reader: _Reader) -> ChapterText:
    return ChapterText(
        title=reader.text("/标题"),
        text=reader.text("/正文"),
        sections=tuple(
            _section(clause, reader.below(f"/条/{place}")) for place, clause in enumerate(chapter.clauses)
        ),
    )


def _section(clause: Clause, reader: _Reader) -> Section:
    policy = reader.policy
    taxonomy = {"分类": policy.taxonomy or "", "重点群体": _FOCUS}.get(clause.insert or "")
    posts = policy.leading_group if clause.insert == "领导小组" else ()
    return Section(
        title=reader.text("/标题"),
        text=reader.text("/正文"),
        categories=() if taxonomy is None else _categories(policy, reader.context, taxonomy),
        group=tuple(leading_group.seats(posts, reader.context, reader.on)),
        group_duties=tuple(
            f"{post.post}：{reader.texts[f'/领导小组/{place}/职责']}"
            for place, post in enumerate(posts)
            if post.duty
        ),
        points=tuple(
            _point(len(point.items), reader.below(f"/款/{place}"))
            for place, point in enumerate(clause.paragraphs)
        ),
    )


def _point(items: int, reader: _Reader) -> Point:
    return Point(
        title=reader.text("/标题"),
        text=reader.text("/正文"),
        items=tuple(reader.text(f"/项/{place}") for place in range(items)),
    )


class _Paper:
    """Sets one paper."""

    def __init__(self, inputs: PolicyInputs, on: date, *, blank: bool) -> None:
        self._in = inputs
        self._blank = blank
        self._school = inputs.school or official.GAP
        self._year = (inputs.signed_on or on).year
        self._day = official.paper_date(inputs.signed_on, self._year, blank=blank)

    def blocks(self) -> Iterator[Block]:
        """Yield the notice, then the policy on pages of its own, then the colophon."""
        yield from self._notice()
        yield PageBreak()
        yield paragraph(Role.ATTACHMENT_LABEL, "附件")
        yield paragraph(Role.TITLE, self._in.name)
        yield from self._body(self._in.preamble)
        closing = (ChapterText("附则", self._in.closing, ()),) if self._in.closing else ()
        for number, chapter in enumerate(self._in.chapters + closing, 1):
            yield from self._chapter(number, chapter)
        yield from official.imprint(self._school, self._day)

    def _notice(self) -> Iterator[Block]:
        number = official.paper_number(self._in.number, self._in.issuing_code, self._year, blank=self._blank)
        yield from official.head(self._school, number, official.forwarding_title(self._school, self._in.name))
        yield paragraph(Role.ADDRESSEE, "各年级、各处室：")
        yield from self._order()
        yield paragraph(Role.ATTACHMENT_NOTE, f"附件：{self._in.name}")
        yield from official.sign_off(self._school, self._day)

    def _order(self) -> Iterator[Block]:
        """Say what is to be done: in one line, so that the signature has room on the first page, or in two paragraphs.

        The second of the two goes with the signature, which may not stand on a page without text.
        """
        order = _ORDERS.get(self._in.kind, _USUAL_ORDER)
        line = f"现印发《{self._in.name}》，{order}"
        if ems(line) <= _ONE_LINE:
            yield paragraph(Role.BODY, line)
            return
        yield paragraph(Role.BODY, f"《{self._in.name}》已经学校研究同意，现印发给你们。")
        yield paragraph(Role.BODY, f"各年级、各处室要组织教职工学习，对照职责抓好落实，{order}", keep=True)

    def _chapter(self, number: int, chapter: ChapterText) -> Iterator[Block]:
        yield paragraph(Role.H1, f"{han(number)}、{chapter.title}")
        yield from self._body(chapter.text)
        is_alone = len(chapter.sections) == 1 and not chapter.sections[0].title
        for place, section in enumerate(chapter.sections, 1):
            yield from self._section("" if is_alone else f"（{han(place)}）", section)

    def _section(self, label: str, section: Section) -> Iterator[Block]:
        if section.title and (section.points or section.categories or section.group):
            yield paragraph(Role.H2, f"{label}{section.title}")
            label = ""
        if section.text:
            yield from self._running(label, section)
        yield from _category_list(section)
        yield from leading_group.roll(section.group, blank=self._blank)
        for line in section.group_duties:
            yield from self._body(line)
        for number, point in enumerate(section.points, 1):
            yield from self._point(number, point)

    def _running(self, label: str, section: Section) -> Iterator[Block]:
        """Set the text of a clause; the title of a short one runs into its first paragraph."""
        lines = self._dated(section.text).split("\n")
        leads = bool(section.points or section.categories or section.group)
        is_short = bool(label and section.title)
        head = Run(f"{label}{section.title}。" if is_short else label, face=Face.KAI if is_short else None)
        for place, line in enumerate(lines, 1):
            runs = (head, Run(line)) if place == 1 and head.text else (Run(line),)
            yield Paragraph(Role.BODY, runs, keep=leads and place == len(lines))

    def _point(self, number: int, point: Point) -> Iterator[Block]:
        title = f"{point.title}。" if point.title else ""
        yield from self._body(f"{number}.{title}{point.text}")
        for place, item in enumerate(point.items, 1):
            yield from self._body(f"（{place}）{item}")

    def _body(self, text: str) -> Iterator[Block]:
        for line in self._dated(text).split("\n") if text else ():
            yield paragraph(Role.BODY, line)

    def _dated(self, text: str) -> str:
        if self._blank:
            return text.replace(_EFFECTIVE, official.DATE_GAP)
        day = self._in.effective_on
        return text.replace(_EFFECTIVE, long_date(day) if day else "印发之日")


def _category_list(section: Section) -> Iterator[Block]:
    """List the categories one level below their clause, two where numbered paragraphs follow."""
    for number, name in enumerate(section.categories, 1):
        label = f"（{number}）" if section.points else f"{number}."
        end = "。" if number == len(section.categories) else "；"
        yield paragraph(Role.BODY, f"{label}{name}{end}")
