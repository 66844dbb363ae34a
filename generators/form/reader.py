"""Reads a form file (``generators/forms/*.yml``) into the language; every slip is named with its place."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any, Final

from generators import wording
from generators.attendance_month import AttendanceMonth
from generators.class_screening import ClassScreening
from generators.document import Align, Layout
from generators.form.language import (
    LABEL_MM,
    LINE_MM,
    Absent,
    Choice,
    Column,
    Entries,
    Form,
    Grid,
    GridCell,
    Items,
    ListTable,
    Order,
    Period,
    Prose,
    Section,
    Signatures,
    Turn,
)
from generators.form.node import Node
from generators.form.paths import BadPath, Path, Place, Template, day_attribute
from generators.roster import Roster
from generators.sheet import sheet
from generators.views import views
from guanai.model.activity import Activity
from guanai.model.attendance import Attendance
from guanai.model.base import Record
from guanai.model.counseling import Counseling
from guanai.model.decision import SchoolDecision
from guanai.model.meeting import Meeting
from guanai.model.screening import Screening
from guanai.model.student import Student

#: What a form can be about, by its word in the file, which also begins a path at the whole record: the kind of
#: record and its class.
SUBJECTS: Final[Mapping[str, tuple[str, type[Record]]]] = {
    "学生": ("student", Student),
    "会议": ("meeting", Meeting),
    "名册": ("roster", Roster),
    "活动": ("activity", Activity),
    "排查": ("screening", Screening),
    "心理档案": ("counseling", Counseling),
    "决定": ("decision", SchoolDecision),
    "考勤": ("attendance", Attendance),
    "摸底": ("screening", ClassScreening),
    "考勤月": ("attendance", AttendanceMonth),
    **{view.word: ("view", view.record) for view in views().values()},
}

_LAYOUTS: Final = {"竖": Layout.FORM, "横": Layout.FORM_WIDE}
_ALIGNS: Final = {"左": Align.LEFT, "中": Align.CENTER, "右": Align.RIGHT}
_ABSENT: Final = {kind.value: kind for kind in Absent}
_PERIODS: Final = {kind.value: kind for kind in Period}
_LABELS: Final = frozenset({"教学", "关爱", "限制", "证件", "心理"})

#: A column of text narrower than this is centred, as are all dates and numbers.
_NARROW_MM: Final = 26

#: A value needs at least this room beside its label.
_LEAST_MM: Final = 10

#: What is left for the column without a width: that is where the long text stands, which else becomes a pillar.
_LEAST_REST_MM: Final = 25


def read_form(data: object, file: str) -> Form:
    """Return the form a file describes.

    Args:
        data: the file's mapping.
        file: its name, for messages; the stem must be the form's 种类.

    Raises:
        BadForm: anything in it is unknown, missing, or does not fit the sheet.
    """
    node = Node(data, file)
    kind = node.text("种类")
    if f"{kind}.yml" != file:
        raise node.wrong(f"“种类”是“{kind}”，文件名应是 {kind}.yml。")
    word = node.text("对象")
    if word not in SUBJECTS:
        raise node.wrong(f"“对象”只能写{'、'.join(SUBJECTS)}。")
    subject, record = SUBJECTS[word]
    whole = Place(record, record, word)
    layout = node.one_of("版式", _LAYOUTS, "竖")
    each, place = _each(node.node("逐项"), whole) if node.has("逐项") else (None, whole)
    form = Form(
        kind=kind,
        title=node.text("标题"),
        subject=subject,
        record=record,
        clearance=_clearance(node),
        layout=layout,
        each=each,
        only=_choice(node.node("限于"), whole),
        head=tuple(_template(node, place, "表头", text) for text in node.words("表头")),
        sections=_sections(node, place, sheet(layout).text_width_mm),
        notes=node.words("注"),
        numbered=node.flag("节号"),
    )
    node.done()
    return form


def _each(node: Node, whole: Place) -> tuple[Items, Place]:
    items, inner = _items(node, whole, node.text("列表"))
    node.done()
    return items, inner


def _clearance(node: Node) -> frozenset[str]:
    found = frozenset(node.words("密级"))
    if not found <= _LABELS:
        raise node.wrong(f"“密级”只能写{'、'.join(sorted(_LABELS))}。")
    return found


def _sections(node: Node, place: Place, width_mm: float) -> tuple[Section, ...]:
    return tuple(
        _section(Node(data, node.file, where), place, width_mm) for data, where in node.items("内容")
    )


def _section(node: Node, place: Place, width_mm: float) -> Section:
    readers: dict[str, Callable[[Node, str, Place, float], Section]] = {
        "格": _grid,
        "表": _table,
        "逐条": _entries,
        "文字": _prose,
        "签字": _signatures,
        "换页": _turn,
    }
    kinds = [kind for kind in readers if node.has(kind)]
    if len(kinds) != 1:
        raise node.wrong(f"每一节要有{'、'.join(readers)}中的一样，只要一样。")
    title = node.text("标题", "")
    if title:
        node.where = f"{node.where}“{title}”"
    section = readers[kinds[0]](node, title, place, width_mm)
    node.done()
    return section


def _grid(node: Node, title: str, place: Place, width_mm: float) -> Grid:
    rows = tuple(_grid_row(data, node.file, where, place) for data, where in node.items("格"))
    pairs = int(node.amount("每行", max(sum(cell.span for cell in row) for row in rows)))
    label_mm = node.amount("栏宽", LABEL_MM)
    if width_mm / max(pairs, 1) - label_mm < _LEAST_MM:
        raise node.wrong(f"一行放不下 {pairs} 对栏目，版心只有 {width_mm:g} 毫米；减少“每行”或“栏宽”。")
    for count, row in enumerate(rows, 1):
        if (wide := sum(cell.span for cell in row)) > pairs:
            raise node.wrong(f"格的第 {count} 行占了 {wide} 对栏目，多于每行的 {pairs} 对。")
    return Grid(title, pairs, label_mm, rows, node.flag("省空"))


def _grid_row(data: object, file: str, where: str, place: Place) -> tuple[GridCell, ...]:
    row = data if isinstance(data, list) else [data]
    return tuple(_grid_cell(each, file, where, place) for each in row)


def _grid_cell(data: object, file: str, where: str, place: Place) -> GridCell:
    if isinstance(data, str):
        data = {"取值": data}
    node = Node(data, file, where)
    lines, value, label = _lines(node, place) if node.has("每项") else (None, *_value(node, place))
    cell = GridCell(
        label=label,
        value=value,
        span=int(node.amount("占列", 1)),
        height_mm=node.amount("高", 0),
        is_open=node.flag("留白"),
        options=node.words("选项"),
        lines=lines,
        signed=node.text("签字", "") if node.has("签字") else None,
    )
    node.done()
    return cell


def _value(node: Node, place: Place) -> tuple[Template | None, str]:
    """Read 取值 and 栏目: either may be left out, an empty 取值 is for the hand."""
    label = node.text("栏目", "") if node.has("栏目") else None
    text = node.text("取值", label)
    if not text:
        return None, label or ""
    value = _template(node, place, "取值", text, bare=True)
    if label is None:
        if value.only is None:
            raise node.wrong(f"取值“{text}”要另写“栏目”。")
        label = value.only.label
    return value, label


def _lines(node: Node, place: Place) -> tuple[tuple[Items, Template], None, str]:
    path = node.text("取值", node.text("栏目", "") if not node.has("取值") else None)
    items, inner = _items(node, place, path)
    label = node.text("栏目", items.path.label)
    return (items, _template(node, inner, "每项", node.text("每项"))), None, label


def _items(node: Node, place: Place, path: str) -> tuple[Items, Place]:
    """Read 只取 and 排序 of a list; also return the place of what is written about its items."""
    try:
        found, inner = place.items(path)
    except BadPath as error:
        raise node.wrong(str(error)) from error
    return Items(found, _choice(node.node("只取"), inner), _order(node, inner)), inner


def _order(node: Node, inner: Place) -> Order | None:
    if not node.has("排序"):
        return None
    path, _, direction = node.text("排序").partition(" ")
    if direction not in ("", "升", "降"):
        raise node.wrong("“排序”写成“时间”或“时间 降”。")
    return Order(_path(node, inner, "排序", path), direction == "降")


def _choice(node: Node, inner: Place) -> Choice:
    period = node.one_of("期间", _PERIODS) if node.has("期间") else None
    if period and not day_attribute(inner.item):
        raise node.wrong("这里没有日期，不能按“期间”取。")
    current = node.flag("现行")
    if current and "止" not in inner.item.names():
        raise node.wrong("这里没有“止”，不能只取“现行”的。")
    given = tuple(_path(node, inner, "有", name) for name in node.words("有"))
    fields = tuple(
        (_path(node, inner, "只取", name), _allowed(node, name, wanted)) for name, wanted in node.rest()
    )
    return Choice(fields, given, period, current)


def _allowed(node: Node, name: str, wanted: Any) -> frozenset[str]:
    many = wanted if isinstance(wanted, list) else [wanted]
    if not many or not all(isinstance(each, str | bool) for each in many):
        raise node.wrong(f"“只取”的“{name}”要写文字或文字的列表。")
    return frozenset(each if isinstance(each, str) else wording.yes_no(each) for each in many)


def _table(node: Node, title: str, place: Place, width_mm: float) -> ListTable:
    items, inner = _items(node, place, node.text("表"))
    return ListTable(
        title=title,
        items=items,
        columns=_columns(node, inner, width_mm),
        absent=_absent(node, place),
        blank_rows=int(node.amount("空行", 5)),
        row_mm=node.amount("行高", LINE_MM),
    )


def _absent(node: Node, place: Place) -> Absent:
    usual = Absent.LEAVE_OUT if place.is_inner else Absent.NONE
    return usual if not node.has("无内容") else Absent(node.one_of("无内容", _ABSENT))


def _columns(node: Node, inner: Place, width_mm: float) -> tuple[Column, ...]:
    nodes = [Node(data, node.file, where) for data, where in node.items("列")]
    open_ended = [each for each in nodes if not each.has("宽")]
    read = [_column(each, inner) for each in nodes]
    total = sum(column.width_mm for column in read)
    if len(open_ended) > 1:
        raise node.wrong("只能有一列不写“宽”，由它占用余下的宽度。")
    rest = round(width_mm - total, 2)
    if open_ended and 0 < rest < _LEAST_REST_MM:
        raise node.wrong(
            f"不写“宽”的那一列只剩 {rest:g} 毫米，至少要有 {_LEAST_REST_MM} 毫米；请把别的列改窄或合并。"
        )
    if (rest <= 0) if open_ended else (abs(rest) > 0.05):
        raise node.wrong(f"各列共宽 {total:g} 毫米，版心宽 {width_mm:g} 毫米；请改“宽”，或让一列不写“宽”。")
    return tuple(column if column.width_mm else replace(column, width_mm=rest) for column in read)


def _column(node: Node, inner: Place) -> Column:
    value, label = _value(node, inner)
    width_mm = node.amount("宽", 0)
    usual = Align.CENTER if _is_short(value, width_mm) else Align.LEFT
    align = node.one_of("对齐", _ALIGNS) if node.has("对齐") else usual
    node.done()
    return Column(label, value, width_mm, align)


def _is_short(value: Template | None, width_mm: float) -> bool:
    if 0 < width_mm <= _NARROW_MM:
        return True
    return bool(value and value.only and value.only.leaf in (bool, int, float, date, datetime))


def _entries(node: Node, title: str, place: Place, width_mm: float) -> Entries:
    items, inner = _items(node, place, node.text("逐条"))
    return Entries(
        title=title,
        items=items,
        head=_template(node, inner, "首行", node.text("首行")),
        sections=_inner_sections(node, replace(inner, is_inner=True), width_mm),
        absent=_absent(node, place),
        blank_rows=int(node.amount("空行", 1)),
    )


def _inner_sections(node: Node, inner: Place, width_mm: float) -> tuple[Section, ...]:
    found = _sections(node, inner, width_mm)
    if any(isinstance(each, Signatures | Turn | Prose) for each in found):
        raise node.wrong("逐条里面只能有格、表、逐条。")
    return found


def _prose(node: Node, title: str, place: Place, _: float) -> Prose:
    return Prose(title, _template(node, place, "文字", node.text("文字")))


def _signatures(node: Node, title: str, *_: object) -> Signatures:
    roles = node.words("签字")
    if title or not 1 <= len(roles) <= 4:
        raise node.wrong("“签字”写一至四个签字的人，不写标题。")
    return Signatures(roles)


def _turn(node: Node, title: str, *_: object) -> Turn:
    if title or not node.flag("换页"):
        raise node.wrong("换页写成“换页: true”，不写标题。")
    return Turn()


def _path(node: Node, place: Place, key: str, text: str) -> Path:
    try:
        return place.path(text)
    except BadPath as error:
        raise node.wrong(f"“{key}”的{error}") from error


def _template(node: Node, place: Place, key: str, text: str, *, bare: bool = False) -> Template:
    try:
        return place.value(text) if bare else place.template(text)
    except BadPath as error:
        raise node.wrong(f"“{key}”的{error}") from error
