"""The figures of GB/T 9704—2012 (党政机关公文格式), each with its clause and how binding it is.

Schools follow the standard by analogy (参照执行). It names kinds of type, never a font file; the fonts are in
`generators.fonts`. What it leaves open is filled from practice (实务) or arithmetic (推算) and says so here.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Strength(StrEnum):
    """How binding a figure is, in the standard's own words; the last two are not in the standard."""

    REQUIRED = "规定"
    USUAL = "一般"
    RECOMMENDED = "推荐"
    PRACTICE = "实务"
    DERIVED = "推算"


class Unit(StrEnum):
    """What a figure counts. 字 is the width of one character of the text at hand, 行 one line of the body."""

    MM = "毫米"
    PT = "磅"
    EM = "字"
    LINE = "行"
    RATIO = "倍"
    RGB = "颜色"


@dataclass(frozen=True, slots=True)
class Figure:
    """One measure of the format.

    Attributes:
        name: Chinese name, as it is printed where the format is explained.
        value: the number in ``unit``.
        unit: what it counts.
        clause: clause of the standard, "" where the standard is silent.
        strength: how binding it is.
        note: Chinese remark: where a figure of practice or arithmetic comes from.
    """

    name: str
    value: float
    unit: Unit
    clause: str
    strength: Strength
    note: str = ""

    @property
    def pt(self) -> float:
        """The length in points; only for lengths in millimetres or points."""
        return self.value * _POINTS[self.unit]


_POINTS: Final = {Unit.MM: 72 / 25.4, Unit.PT: 1.0}


def _figure(name: str, value: float, unit: Unit, source: str, note: str = "") -> Figure:
    """Build a figure from ``"7.5 一般"``: clause (may be missing) and strength."""
    clause, _, strength = source.rpartition(" ")
    return Figure(name, value, unit, clause, Strength(strength), note)


# -- the sheet ---------------------------------------------------------------------------------------------------
PAPER_WIDTH: Final = _figure("纸宽", 210, Unit.MM, "5.1 规定", "A4")
PAPER_HEIGHT: Final = _figure("纸高", 297, Unit.MM, "5.1 规定", "A4")
TOP: Final = _figure("天头", 37, Unit.MM, "5.2.1 规定", "允许误差 1 毫米")
BINDING: Final = _figure("订口", 28, Unit.MM, "5.2.1 规定", "允许误差 1 毫米")
TYPE_WIDTH: Final = _figure("版心宽", 156, Unit.MM, "5.2.1 规定")
TYPE_HEIGHT: Final = _figure("版心高", 225, Unit.MM, "5.2.1 规定")
BOTTOM: Final = _figure("下白边", 35, Unit.MM, "5.2.1 推算", "297 减 37 减 225")
OUTER: Final = _figure("切口", 26, Unit.MM, "5.2.1 推算", "210 减 28 减 156")
LINES: Final = _figure("每面行数", 22, Unit.LINE, "5.2.3 一般")
CHARACTERS: Final = _figure("每行字数", 28, Unit.EM, "5.2.3 一般")
LINE_PITCH: Final = _figure(
    "行距", 28.95, Unit.PT, "推算", "固定值；225 毫米容 22 行的最大整缇数 579，29 磅只容 21 行"
)
TRACKING: Final = _figure("字距", -0.25, Unit.PT, "实务", "28 个 3 号字自然宽 448 磅，版心宽 442.2 磅")

# -- character sizes (字号) --------------------------------------------------------------------------------------
SIZE_2: Final = _figure("2号", 22, Unit.PT, "实务", "字号换算")
SIZE_3: Final = _figure("3号", 16, Unit.PT, "实务", "字号换算")
SIZE_4: Final = _figure("4号", 14, Unit.PT, "实务", "字号换算")
SIZE_4_SMALL: Final = _figure("小4号", 12, Unit.PT, "实务", "字号换算")
SIZE_5: Final = _figure("5号", 10.5, Unit.PT, "实务", "字号换算")
SIZE_5_SMALL: Final = _figure("小5号", 9, Unit.PT, "实务", "字号换算")
SIZE_6: Final = _figure("6号", 7.5, Unit.PT, "实务", "字号换算")
SIZE_2_SMALL: Final = _figure("小2号", 18, Unit.PT, "实务", "字号换算")

# -- where a line of a fixed pitch puts its signs: needed to keep the distances the standard measures from ink -------
BASELINE: Final = _figure("固定行距时基线在行高的", 0.8, Unit.RATIO, "推算", "办公软件的做法，已用成品量过")
INK_TOP: Final = _figure("汉字上沿高出基线", 0.86, Unit.EM, "推算")
INK_BOTTOM: Final = _figure("汉字下沿低于基线", 0.1, Unit.EM, "推算")
DASH_HEIGHT: Final = _figure("一字线高出基线", 0.33, Unit.EM, "推算")

# -- head (版头) -------------------------------------------------------------------------------------------------
RED: Final = _figure("红色", 0xFF0000, Unit.RGB, "7.2.4 推荐", "发文机关标志；分隔线 7.2.7 为规定")
MARK_TOP: Final = _figure("发文机关标志上边缘距版心上边缘", 35, Unit.MM, "7.2.4 规定")
MARK_LARGEST: Final = _figure(
    "发文机关标志最大字号", 54, Unit.PT, "实务", "国标不定字号，以醒目、美观、庄重为原则，不大于上级机关"
)
MARK_PITCH: Final = _figure("发文机关标志行高", 1.25, Unit.RATIO, "实务")
MARK_SMALLEST: Final = _figure("发文机关标志最小字号", 22, Unit.PT, "实务", "名称过长时回行，不再缩小")
NUMBER_GAP: Final = _figure("发文字号在发文机关标志下空", 2, Unit.LINE, "7.2.5 规定")
NUMBER_INDENT: Final = _figure("上行文发文字号左空、签发人右空", 1, Unit.EM, "7.2.5 规定")
RED_RULE_GAP: Final = _figure("分隔线在发文字号下", 4, Unit.MM, "7.2.7 规定")
RED_RULE_WEIGHT: Final = _figure("分隔线粗", 2.25, Unit.PT, "实务", "国标不定线宽；与版心等宽")

# -- body (主体) -------------------------------------------------------------------------------------------------
TITLE_GAP: Final = _figure("标题在分隔线下空", 2, Unit.LINE, "7.3.1 规定")
ADDRESSEE_GAP: Final = _figure("主送机关在标题下空", 1, Unit.LINE, "7.3.2 规定")
FIRST_LINE: Final = _figure("正文首行左空", 2, Unit.EM, "7.3.3 规定")
NOTE_GAP: Final = _figure("附件说明在正文下空", 1, Unit.LINE, "7.3.4 规定")
NOTE_INDENT: Final = _figure("附件说明左空", 2, Unit.EM, "7.3.4 规定")
SIGNER_GAP: Final = _figure(
    "署名在正文下空", 2, Unit.LINE, "7.3.5.1 推算", "印章顶端距正文一行之内，留出盖章处"
)
DATE_INDENT: Final = _figure("成文日期右空", 4, Unit.EM, "7.3.5.1 一般", "加盖印章；署名以成文日期为准居中")
ATTACHMENT_GAP: Final = _figure(
    "附件标题在附件序号下空", 1, Unit.LINE, "7.3.7 规定", "标题居中编排在版心第三行"
)
ROLL_INDENT: Final = _figure("出席人员名单左空", 2, Unit.EM, "10.3 一般", "回行时与冒号后的首字对齐")

# -- colophon (版记) and page number (页码) -----------------------------------------------------------------------
IMPRINT_OUTER: Final = _figure("版记首末条分隔线高", 0.35, Unit.MM, "7.4.1 推荐")
IMPRINT_INNER: Final = _figure("版记中间分隔线高", 0.25, Unit.MM, "7.4.1 推荐")
IMPRINT_INDENT: Final = _figure("版记左右空", 1, Unit.EM, "7.4.2 规定")
IMPRINT_PITCH: Final = _figure("版记行距", 21, Unit.PT, "实务", "4 号字一倍半")
PAGE_DROP: Final = _figure("页码一字线上距版心下边缘", 7, Unit.MM, "7.5 规定")
PAGE_INDENT: Final = _figure("单页码右空、双页码左空", 1, Unit.EM, "7.5 规定")
PAGE_PITCH: Final = _figure("页码行高", 20, Unit.PT, "实务")
ORIGIN_PITCH: Final = _figure(
    "出处行高", 12, Unit.PT, "实务", "国标没有这一行；灰色小字，在页码之下、版心之外"
)


def _foot() -> Figure:
    dash = PAGE_PITCH.pt * BASELINE.value - DASH_HEIGHT.value * SIZE_4.pt
    points = BOTTOM.pt - PAGE_DROP.pt + dash - PAGE_PITCH.pt - ORIGIN_PITCH.pt
    return Figure(
        "页脚距页边",
        points / _POINTS[Unit.MM],
        Unit.MM,
        "",
        Strength.DERIVED,
        "使页码一字线落在版心下 7 毫米",
    )


FOOT: Final = _foot()


def figures() -> tuple[Figure, ...]:
    """Return every figure in the order of the sheet, for the page that explains the format."""
    return tuple(value for value in globals().values() if isinstance(value, Figure))
