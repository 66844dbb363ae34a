"""The looks of `generators.looks` as a style sheet: on the screen a sheet of paper, in print the sheet itself."""

from functools import cache
from typing import Final

from generators import gbt9704 as gb
from generators.document import Align, Face, Layout, Role
from generators.fonts import ALIASES, WINDOWS
from generators.looks import Look, looks
from generators.sheet import Sheet, sheet

_ALIGNMENT: Final = {None: "justify", Align.LEFT: "left", Align.CENTER: "center", Align.RIGHT: "right"}

#: What stands in for a face where it is missing; preview only, files name the face that is wanted.
_SUBSTITUTES: Final = {
    Face.TITLE: '"FZXiaoBiaoSong-B05", "STZhongsong", "Noto Serif CJK SC", "Songti SC", serif',
    Face.FANGSONG: '"STFangsong", "Noto Serif CJK SC", "Songti SC", serif',
    Face.KAI: '"STKaiti", "LXGW WenKai", "Kaiti SC", serif',
    Face.HEI: '"Noto Sans CJK SC", "PingFang SC", sans-serif',
    Face.SONG: '"STSong", "Noto Serif CJK SC", "Songti SC", serif',
}

#: Letters and digits from Times New Roman, but “ ” … — · from the Chinese face, where they are full width.
_LATIN: Final = (
    '@font-face{font-family:"guanai latin";src:local("Times New Roman"),local("Liberation Serif");'
    "unicode-range:U+20-7E}"
)

_SCREEN: Final = """
*{box-sizing:border-box}
body{margin:0;background:#e8e8e8;color:#000}
.sheet{margin:1.5rem auto;background:#fff;box-shadow:0 1px 6px #0004;overflow-x:auto}
.sheet p,.sheet h1,.sheet h2,.sheet h3,.sheet h4{margin:0;font-weight:normal;white-space:pre-wrap;overflow-wrap:anywhere}
.sheet table{border-collapse:collapse;table-layout:fixed;margin:0 auto}
.sheet table+table{margin-top:6pt}
.sheet td,.sheet th{padding:2pt 4.25pt;vertical-align:middle;font-weight:normal}
.sheet table.ruled{border:1pt solid}
.sheet table.ruled td,.sheet table.ruled th{border:.5pt solid}
.sheet .shaded{background:#f2f2f2}
.sheet .muted{color:#7f7f7f}
.sheet span.whole{display:inline-block;max-width:100%;text-indent:0}
.sheet b{font-weight:bold}
.sheet .spread{display:flex;justify-content:space-between;gap:1em}
.sheet .labelled{display:flex}.sheet .labelled>:first-child{flex:none}
.sheet .sign-off{width:fit-content;max-width:100%;margin-left:auto}
.sheet .red-rule{border:0}
.sheet figure{text-align:center;margin:6pt 0 3pt}
.sheet img{max-width:100%;height:auto}
.sheet .origin{margin-top:12pt;font-size:7.5pt;color:#7f7f7f;text-align:right}
.sheet .new-page{margin-top:3em}
@media screen and (max-width:60rem){.sheet{margin:0;width:auto;padding:5vw}.sheet table{min-width:40rem}}
@media print{
body{background:none;print-color-adjust:exact;-webkit-print-color-adjust:exact}
.sheet{width:auto;margin:0;padding:0;box-shadow:none;overflow:visible}
.sheet .new-page{break-before:page;margin-top:0}
.sheet .keep,.sheet tr.keep{break-after:avoid}
.sheet tr.whole,.sheet .imprint,.sheet .sign-off{break-inside:avoid}
.sheet p{orphans:2;widows:2}
}
"""


@cache
def style_sheet(layout: Layout) -> str:
    """Return the style sheet of a layout: constant, so that a page may allow it by its hash."""
    paper = sheet(layout)
    rules = [_LATIN, _page(paper), _SCREEN.strip(), _sheet_rule(paper)]
    rules += [_role_rule(role, look) for role, look in looks(layout).items()]
    rules += [f".sheet .{css_class(face)}{{{_family(face)}}}" for face in Face]
    rules += _gaps(looks(layout)[Role.BODY])
    rules += _official_parts()
    rules += [f".sheet .{align.name.lower()}{{text-align:{_ALIGNMENT[align]}}}" for align in Align]
    return "\n".join(rules)


def css_class(name: Role | Face) -> str:
    """Return the class of a role or face."""
    return name.name.lower().replace("_", "-")


def _page(paper: Sheet) -> str:
    margins = _margins(paper)
    song = _family(Face.SONG)
    if paper.gridded:
        number = f'content:"— " counter(page) " —";font-size:{gb.SIZE_4.pt}pt;{song}'
        corners = f"@page:right{{@bottom-right{{{number}}}}}@page:left{{@bottom-left{{{number}}}}}"
    else:
        count = '"第 " counter(page) " 页　共 " counter(pages) " 页"'
        corner = f"@page{{@bottom-right{{content:{count};font-size:{gb.SIZE_5_SMALL.pt}pt;{song}}}}}"
        corners = corner if paper.numbered else ""
    back = (
        f"@page:left{{margin-left:{paper.right_mm}mm;margin-right:{paper.left_mm}mm}}"
        if paper.mirrored
        else ""
    )
    return f"@page{{size:{paper.width_mm}mm {paper.height_mm}mm;margin:{margins}}}{back}{corners}"


def _sheet_rule(paper: Sheet) -> str:
    size = f"width:{paper.width_mm}mm;min-height:{paper.height_mm}mm"
    return f"@media screen and (min-width:60.01rem){{.sheet{{{size};padding:{_margins(paper)}}}}}"


def _margins(paper: Sheet) -> str:
    return f"{paper.top_mm}mm {paper.right_mm}mm {paper.bottom_mm}mm {paper.left_mm}mm"


def _role_rule(role: Role, look: Look) -> str:
    line = f"{look.pitch_pt}pt" if look.pitch_pt else f"{1.3 * look.leading:g}"
    parts = [
        _family(look.face),
        f"font-size:{look.size_pt}pt",
        f"line-height:{line}",
        f"text-align:{_ALIGNMENT[look.align]}",
    ]
    if look.tracked:
        parts.append(f"letter-spacing:{gb.TRACKING.pt}pt")
    if look.first_line:
        parts.append(f"text-indent:{look.first_line:g}em")
    if look.indent:
        parts.append(
            f"padding-left:{look.indent:g}em" + (f";padding-right:{look.indent:g}em" if look.mirrored else "")
        )
    if look.before_pt or look.after_pt:
        parts.append(f"margin:{look.before_pt}pt 0 {look.after_pt}pt")
    if look.red:
        parts.append(f"color:#{int(gb.RED.value):06x}")
    return f".sheet .{css_class(role)}{{{';'.join(parts)}}}"


def _family(face: Face) -> str:
    name = WINDOWS.font(face)
    return f'font-family:"guanai latin","{name}","{ALIASES[name]}",{_SUBSTITUTES[face]}'


def _gaps(body: Look) -> list[str]:
    line = body.pitch_pt or body.size_pt * 1.5
    return [f".sheet .gap-{count}{{margin-top:{count * line:g}pt}}" for count in (1, 2)]


def _official_parts() -> list[str]:
    sizes = range(int(gb.MARK_SMALLEST.pt), int(gb.MARK_LARGEST.pt) + 1)
    red = f"#{int(gb.RED.value):06x}"
    note = gb.NOTE_INDENT.value
    return [
        *(f".sheet .mark-{size}{{font-size:{size}pt;line-height:{gb.MARK_PITCH.value}}}" for size in sizes),
        f".sheet .mark.first{{margin-top:{gb.MARK_TOP.value}mm}}",
        f".sheet .red-rule{{border-top:{gb.RED_RULE_WEIGHT.pt}pt solid {red};margin-top:{gb.RED_RULE_GAP.value}mm}}",
        f".sheet .date{{padding:0 {gb.DATE_INDENT.value:g}em}}",
        f".sheet .attachment-note.one{{padding-left:{note + 3:g}em;text-indent:-3em}}",
        f".sheet .attachment-note.numbered{{padding-left:{note + 4:g}em;text-indent:-4em}}",
        f".sheet .attachment-note.further{{padding-left:{note + 4:g}em;text-indent:-1em}}",
        f".sheet div.imprint{{margin-top:2em;padding:0;border:solid;border-width:{gb.IMPRINT_OUTER.value}mm 0}}",
        f".sheet .imprint>p+p{{border-top:{gb.IMPRINT_INNER.value}mm solid}}",
        ".sheet .imprint>p{margin:0}",
    ]
