"""The parts of a paper whose place depends on their words: mark, red rule, signature, hanging lists, colophon."""

import re
from dataclasses import replace
from typing import Final, NamedTuple

from generators import gbt9704 as gb
from generators.document import Align, Face, Paragraph, Role, Run
from generators.docx.paragraph import Typesetter, opened
from generators.docx.styles import twips
from generators.looks import Look, mark_size_pt
from generators.sheet import Sheet, points
from generators.text import ems

#: “附件：”, then the number of the first attachment; the number alone in front of the others.
_NOTE_LABEL: Final = re.compile(r"(附件[：:])?\s*([0-9]+[.\uff0e]\s*)?")

_EIGHTHS: Final = 8


class Place(NamedTuple):
    """Where a paragraph stands.

    Attributes:
        room_pt: width between the margins.
        above_pt: room above it.
        keep: it stays on the page of the next block.
        new_page: it begins a page.
    """

    room_pt: float
    above_pt: float = 0
    keep: bool = False
    new_page: bool = False


def plain(paragraph: Paragraph, setter: Typesetter, place: Place) -> str:
    """Set a paragraph as its style has it, but for its place."""
    if not place.above_pt and not place.new_page:
        return setter.paragraph(paragraph, keep=place.keep)
    return f"{_opened(paragraph, place)}{setter.runs(paragraph)}</w:p>"


def picture(drawing: str, place: Place) -> str:
    """Set a picture on a line of its own."""
    page = "<w:pageBreakBefore/>" if place.new_page else ""
    return f'<w:p><w:pPr><w:pStyle w:val="Picture"/>{page}</w:pPr>{drawing}</w:p>'


def mark(paragraph: Paragraph, setter: Typesetter, place: Place) -> str:
    """Set the mark of the issuing body so that the upper edge of its signs, not of the line, keeps the distance."""
    widest = max(ems(line) for line in (paragraph.text or " ").split("\n"))
    size = mark_size_pt(widest)
    pitch = size * gb.MARK_PITCH.value
    inset = pitch * gb.BASELINE.value - size * gb.INK_TOP.value
    above = max(place.above_pt - inset, 0)
    line = f'<w:spacing w:before="{twips(above)}" w:line="{twips(pitch)}" w:lineRule="exact"/>'
    return f"{opened(Role.MARK, new_page=place.new_page, spacing=line)}{setter.sized_runs(paragraph, size)}</w:p>"


def red_rule(paragraph: Paragraph, setter: Typesetter, place: Place) -> str:
    """Set the rule below the number: the lower border of an almost empty line as wide as the type area."""
    weight = round(gb.RED_RULE_WEIGHT.pt * _EIGHTHS)
    border = f'<w:pBdr><w:bottom w:val="single" w:sz="{weight}" w:space="0" w:color="{int(gb.RED.value):06X}"/></w:pBdr>'
    # The number's line ends below its signs; the distance counts from the signs.
    below_ink = gb.LINE_PITCH.pt * (1 - gb.BASELINE.value) - gb.SIZE_3.pt * gb.INK_BOTTOM.value
    line = f'<w:spacing w:line="{twips(gb.RED_RULE_GAP.pt - below_ink)}" w:lineRule="exact"/>'
    return f"{opened(Role.RED_RULE, new_page=place.new_page, borders=border, spacing=line)}{setter.runs(paragraph)}</w:p>"


def sign_off(group: tuple[Paragraph, ...], setter: Typesetter, place: Place) -> str:
    """Set signers and date as one column at the right, the signers centred over the date.

    The column is so wide that the date keeps its four characters at the right; a longer name widens it to the left.
    ``place.keep`` holds the last of them on the page of the next block; the others keep by their style.
    """
    look = setter.looks[Role.DATE]
    dated = max((ems(one.text) for one in group if one.role is Role.DATE), default=0)
    signed = max((ems(one.text) for one in group if one.role is Role.SIGNER), default=0)
    column = max(dated + 2 * gb.DATE_INDENT.value, signed + 1) * look.em_pt
    indent = f'<w:ind w:left="{twips(max(place.room_pt - column, 0))}"/>'
    out = []
    for number, paragraph in enumerate(group, 1):
        here = place._replace(keep=place.keep and number == len(group))
        out.append(_opened(paragraph, here, indent="" if paragraph.align else indent))
        out.append(f"{setter.runs(paragraph)}</w:p>")
        place = Place(place.room_pt, keep=place.keep)
    return "".join(out)


def attachment_note(paragraph: Paragraph, setter: Typesetter, place: Place) -> str:
    """Set one line of the list of attachments; what wraps stands below the name, later numbers below the first."""
    look = setter.looks[Role.ATTACHMENT_NOTE]
    found = _NOTE_LABEL.match(paragraph.text)
    label, number = (found.group(1), found.group(2) or "") if found else (None, "")
    ahead = ems("附件：")
    left = look.indent + ahead + ems(number)
    hang = ems(number) + (ahead if label else 0)
    return f"{_opened(paragraph, place, indent=_hanging(look, left, hang))}{setter.runs(paragraph)}</w:p>"


def roll(paragraph: Paragraph, setter: Typesetter, place: Place) -> str:
    """Set a list of people: the label in 黑体, names that wrap stand below the first one."""
    look = setter.looks[Role.ROLL]
    labelled = _labelled(paragraph)
    hang = ems(labelled.runs[0].text) if labelled is not paragraph else 0
    indent = _hanging(look, look.indent + hang, hang)
    return f"{_opened(paragraph, place, indent=indent)}{setter.runs(labelled)}</w:p>"


def spread(paragraph: Paragraph, setter: Typesetter, place: Place) -> str:
    """Set a line whose parts are divided by tabs: left and right, or left, middle and right."""
    inset = gb.NUMBER_INDENT.value * setter.looks[Role.NUMBER].em_pt if paragraph.role is Role.NUMBER else 0
    opening = _opened(
        replace(paragraph, align=Align.LEFT),
        place,
        tabs=tab_stops(paragraph.text.count("\t"), place.room_pt - inset),
        indent=f'<w:ind w:left="{twips(inset)}" w:right="{twips(inset)}"/>' if inset else "",
    )
    return f"{opening}{setter.runs(paragraph)}</w:p>"


def tab_stops(count: int, right_pt: float) -> str:
    """Return stops that spread ``count`` tabs over the line, the last one flush right."""
    stops = [f'<w:tab w:val="center" w:pos="{twips(right_pt * step / count)}"/>' for step in range(1, count)]
    return f'<w:tabs>{"".join(stops)}<w:tab w:val="right" w:pos="{twips(right_pt)}"/></w:tabs>'


def imprint(lines: tuple[Paragraph, ...], setter: Typesetter, paper: Sheet) -> str:
    """Set the colophon: a table that floats at the foot of the type area of the page it hangs on.

    It hangs on the paragraph that must follow. LibreOffice lets a table as wide as the type area float only when its
    side is measured from the page; where front and back have different margins it therefore stays in the flow there.
    """
    width, left = twips(paper.text_width_pt), twips(points(paper.left_mm))
    side = (
        'w:horzAnchor="margin" w:tblpXSpec="left"'
        if paper.mirrored
        else f'w:horzAnchor="page" w:tblpX="{left}"'
    )
    outer, inner = round(gb.IMPRINT_OUTER.pt * _EIGHTHS), round(gb.IMPRINT_INNER.pt * _EIGHTHS)
    rules = "".join(
        f'<w:{edge} w:val="single" w:sz="{weight}" w:space="0" w:color="auto"/>'
        for edge, weight in (("top", outer), ("bottom", outer), ("insideH", inner))
    )
    none = "".join(f'<w:{edge} w:w="0" w:type="dxa"/>' for edge in ("top", "left", "bottom", "right"))
    rows = "".join(
        f'<w:tr><w:trPr><w:cantSplit/></w:trPr><w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>'
        f"{_imprint_line(line, setter, paper)}</w:tc></w:tr>"
        for line in lines
    )
    return (
        '<w:tbl><w:tblPr><w:tblpPr w:leftFromText="0" w:rightFromText="0" w:topFromText="142" w:bottomFromText="0"'
        f' w:vertAnchor="margin" {side} w:tblpYSpec="bottom"/>'
        f'<w:tblOverlap w:val="never"/><w:tblW w:w="{width}" w:type="dxa"/><w:tblBorders>{rules}</w:tblBorders>'
        f'<w:tblLayout w:type="fixed"/><w:tblCellMar>{none}</w:tblCellMar></w:tblPr>'
        f'<w:tblGrid><w:gridCol w:w="{width}"/></w:tblGrid>{rows}</w:tbl>'
    )


def _opened(paragraph: Paragraph, place: Place, *, tabs: str = "", indent: str = "") -> str:
    return opened(
        paragraph.role,
        keep=paragraph.keep or place.keep,
        new_page=place.new_page,
        tabs=tabs,
        spacing=f'<w:spacing w:before="{twips(place.above_pt)}"/>' if place.above_pt else "",
        indent=indent,
        align=paragraph.align,
    )


def _imprint_line(paragraph: Paragraph, setter: Typesetter, paper: Sheet) -> str:
    look = setter.looks[Role.IMPRINT]
    label = paragraph.text.partition("：")[0]
    hang = ems(label) + 1 if "：" in paragraph.text and "\t" not in paragraph.text else 0
    right = paper.text_width_pt - look.indent * look.em_pt
    place = opened(
        Role.IMPRINT,
        tabs=tab_stops(1, right) if "\t" in paragraph.text else "",
        indent=_hanging(look, look.indent + hang, hang) if hang else "",
        align=paragraph.align,
    )
    return f"{place}{setter.runs(paragraph)}</w:p>"


def _labelled(paragraph: Paragraph) -> Paragraph:
    """Set the words up to the first colon in 黑体 where they are not yet a run of their own."""
    if not paragraph.runs:
        return paragraph
    first, *others = paragraph.runs
    label, colon, names = first.text.partition("：")
    if not colon:
        return paragraph
    head = Run(label + colon, bold=first.bold, face=first.face or Face.HEI)
    return replace(paragraph, runs=(head, replace(first, text=names), *others))


def _hanging(look: Look, left: float, hang: float) -> str:
    """Return indents in lengths alone: programs disagree on what counts as left beside a hanging in characters."""
    right = look.indent if look.mirrored else 0
    sides = f'w:left="{twips(left * look.em_pt)}" w:right="{twips(right * look.em_pt)}"'
    return f'<w:ind {sides} w:hanging="{twips(hang * look.em_pt)}"/>'
