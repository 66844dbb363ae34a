"""Roles as Word styles: names, typography and the fonts that every Chinese run must name itself."""

from functools import cache
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from generators import gbt9704 as gb
from generators.document import Align, Face, Layout, Role
from generators.fonts import ALIASES, LATIN, FontProfile
from generators.looks import Look, looks

NAMESPACE: Final = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_XMLNS: Final = f'xmlns:w="{NAMESPACE}"'

#: Colour of what is there without being part of the text.
GREY: Final = "7F7F7F"

_JUSTIFICATION: Final = {None: "both", Align.LEFT: "left", Align.CENTER: "center", Align.RIGHT: "right"}

#: Programs know a heading by these English names, whatever the language of their menus; the rest are ours.
_BUILT_IN: Final = {
    Role.TITLE: "Title",
    Role.SUBTITLE: "Subtitle",
    Role.H1: "heading 1",
    Role.H2: "heading 2",
    Role.H3: "heading 3",
    Role.BODY: "Body Text",
}


@cache
def style_id(role: Role) -> str:
    """Return the id by which a paragraph names its style."""
    return "".join(word.capitalize() for word in role.name.split("_"))


def twips(points: float) -> int:
    """Return a length in twentieths of a point."""
    return round(points * 20)


def justification(align: Align | None) -> str:
    """Return the element that places a paragraph."""
    return f'<w:jc w:val="{_JUSTIFICATION[align]}"/>'


def run_fonts(font: str, latin: str = LATIN) -> str:
    """Return the fonts of a run; the hint makes “ ” … — full width, which are Latin without it."""
    name, other = quoteattr(font), quoteattr(latin)
    return f'<w:rFonts w:hint="eastAsia" w:ascii={other} w:hAnsi={other} w:eastAsia={name} w:cs={other}/>'


def run_properties(
    font: str, *, bold: bool = False, muted: bool = False, size_pt: float | None = None
) -> str:
    """Return the properties of a run in a style.

    A run always names its Chinese font and carries the hint; its Latin font is that of the style.
    """
    parts = [f'<w:rFonts w:hint="eastAsia" w:eastAsia={quoteattr(font)}/>']
    if bold:
        parts.append("<w:b/><w:bCs/>")
    if muted:
        parts.append(f'<w:color w:val="{GREY}"/>')
    if size_pt:
        parts.append(_size(size_pt))
    return f"<w:rPr>{''.join(parts)}</w:rPr>"


def style_sheet(layout: Layout, fonts: FontProfile) -> list[str]:
    """Return the whole style part, element by element: defaults, then one style a role."""
    roles = looks(layout)
    frame = [_defaults(roles[Role.BODY], fonts), *(_frame_style(*style) for style in _FRAME)]
    return frame + [_role_style(role, look, fonts) for role, look in roles.items()]


def font_table(fonts: FontProfile) -> str:
    """Return the font part: other names of each font, and that it is a Chinese one."""
    names = dict.fromkeys(fonts.font(face) for face in Face)
    entries = "".join(
        f"<w:font w:name={quoteattr(name)}><w:altName w:val={quoteattr(ALIASES.get(name, name))}/>"
        '<w:charset w:val="86"/><w:family w:val="auto"/><w:pitch w:val="variable"/></w:font>'
        for name in names
    )
    latin = f'<w:font w:name="{LATIN}"><w:charset w:val="00"/><w:family w:val="roman"/></w:font>'
    return f"{XML_HEAD}<w:fonts {_XMLNS}>{entries}{latin}</w:fonts>"


XML_HEAD: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'

#: The smallest line there is.
_TINY: Final = '<w:pPr><w:spacing w:line="14" w:lineRule="exact"/></w:pPr><w:rPr><w:sz w:val="2"/><w:szCs w:val="2"/></w:rPr>'

#: Styles besides those of the roles: kind, id, name, properties. A gap parts two tables, ends a document after a table
#: and begins a page before one; a leaf is a gap that begins a sheet of its own in a file of many.
_FRAME: Final = (
    ("paragraph", "Normal", "Normal", "<w:qFormat/>"),
    ("character", "DefaultParagraphFont", "Default Paragraph Font", ""),
    ("table", "TableNormal", "Normal Table", '<w:tblPr><w:tblInd w:w="0" w:type="dxa"/></w:tblPr>'),
    ("numbering", "NoList", "No List", ""),
    ("paragraph", "Footer", "footer", ""),
    ("paragraph", "Gap", "间隔", _TINY),
    ("paragraph", "Leaf", "另起一张", _TINY),
    (
        "paragraph",
        "Picture",
        "图",
        '<w:pPr><w:keepNext/><w:spacing w:before="120" w:after="60"/><w:jc w:val="center"/></w:pPr>',
    ),
)

#: Styles a program falls back on.
_DEFAULTS: Final = frozenset({"Normal", "DefaultParagraphFont", "TableNormal", "NoList"})


def _frame_style(kind: str, identity: str, name: str, properties: str) -> str:
    default = ' w:default="1"' if identity in _DEFAULTS else ""
    based = "" if default else '<w:basedOn w:val="Normal"/>'
    return (
        f'<w:style {_XMLNS} w:type="{kind}"{default} w:styleId="{identity}"><w:name w:val="{name}"/>'
        f"{based}{properties}</w:style>"
    )


def _defaults(body: Look, fonts: FontProfile) -> str:
    # Digits and Latin words are en-US: where they too are Chinese, LibreOffice breaks a line inside 2026.
    return (
        f'<w:docDefaults {_XMLNS}><w:rPrDefault><w:rPr>{run_fonts(fonts.font(body.face))}<w:kern w:val="0"/>'
        f'{_size(body.size_pt)}<w:lang w:val="en-US" w:eastAsia="zh-CN" w:bidi="ar-SA"/></w:rPr></w:rPrDefault>'
        # Word hangs punctuation with or without the second. LibreOffice 7 reads it the wrong way round, and that is
        # what we want there: in justified lines it leaves out some of the signs that it hangs.
        '<w:pPrDefault><w:pPr><w:widowControl/><w:overflowPunct/><w:snapToGrid w:val="0"/></w:pPr></w:pPrDefault></w:docDefaults>'
    )


def _role_style(role: Role, look: Look, fonts: FontProfile) -> str:
    name = _BUILT_IN.get(role, role.value)
    following = Role.BODY if look.level else role
    return (
        f'<w:style {_XMLNS} w:type="paragraph" w:styleId="{style_id(role)}"><w:name w:val="{escape(name)}"/>'
        f'<w:basedOn w:val="Normal"/><w:next w:val="{style_id(following)}"/><w:qFormat/>'
        f"<w:pPr>{_paragraph(look)}</w:pPr><w:rPr>{_characters(look, fonts)}</w:rPr></w:style>"
    )


def _paragraph(look: Look) -> str:
    keep = "<w:keepNext/>" if look.keep else ""
    level = f'<w:outlineLvl w:val="{look.level - 1}"/>' if look.level else ""
    dense = '<w:autoSpaceDE w:val="0"/><w:autoSpaceDN w:val="0"/>' if look.dense else ""
    return f"{keep}{dense}{_spacing(look)}{_indents(look)}{justification(look.align)}{level}"


def _spacing(look: Look) -> str:
    line = (twips(look.pitch_pt), "exact") if look.pitch_pt else (round(look.leading * 240), "auto")
    above, below = twips(look.before_pt), twips(look.after_pt)
    return f'<w:spacing w:before="{above}" w:after="{below}" w:line="{line[0]}" w:lineRule="{line[1]}"/>'


def _indents(look: Look) -> str:
    """Return indents. Only the first line counts in characters: programs read the other ones in different ways."""
    sides = ""
    if look.indent:
        sides = f' w:left="{twips(look.indent * look.em_pt)}"'
        sides += f' w:right="{twips(look.indent * look.em_pt)}"' if look.mirrored else ""
    if look.first_line:
        sides += f' w:firstLineChars="{round(look.first_line * 100)}" w:firstLine="{twips(look.first_line * look.em_pt)}"'
    return f"<w:ind{sides}/>" if sides else ""


def _characters(look: Look, fonts: FontProfile) -> str:
    colour = f'<w:color w:val="{int(gb.RED.value):06X}"/>' if look.red else ""
    tracking = f'<w:spacing w:val="{twips(gb.TRACKING.pt)}"/>' if look.tracked else ""
    return f"{run_fonts(fonts.font(look.face))}{colour}{tracking}{_size(look.size_pt)}"


def _size(points: float) -> str:
    half = round(points * 2)
    return f'<w:sz w:val="{half}"/><w:szCs w:val="{half}"/>'
