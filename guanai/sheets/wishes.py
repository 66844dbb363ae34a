"""The rows of a sheet as changes of records: nothing is ever emptied, and what stands there already is left alone."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from generators.wording import term_of
from guanai.ids import new_student_id
from guanai.schema import Field
from guanai.sheets.children import Children
from guanai.sheets.headers import Layout
from guanai.sheets.kinds import OF_A_CATEGORY, Column
from guanai.sheets.proposals import Difference, Fault, Proposal
from guanai.sheets.rows import Row
from guanai.sheets.standing import why_not_founded, why_not_same
from guanai.sheets.telling import Telling
from guanai.sheets.values import BadCell, BadColumn
from guanai.yamlfile import Set

#: What tells the items of a list apart in a sheet, which has no 编号.
_TOLD_BY: Final[Mapping[tuple[str, ...], tuple[str, ...]]] = {
    ("家庭", "监护人"): ("姓名",),
    ("特殊情形",): ("情形",),
    ("帮扶责任人",): ("教师",),
    ("成绩",): ("学期", "日期", "学科", "类别", "名称"),
    ("劝返",): ("触发日期",),
    ("异常",): ("学生", "日期", "节点"),
}
#: Columns that tell when something happened: none lies ahead. The first may, where a leave was asked for.
_HAPPENED: Final = (
    ("异常", "日期"), ("异常", "联系时间"), ("异常", "报备时间"), ("异常", "返校时间"), ("成绩", "日期"),
    ("劝返", "触发日期"), ("劝返", "离校日期"), ("劝返", "复学日期"), ("劝返", "销号日期"),
)  # fmt: skip
#: Absences that are known before they come.
_LEAVES: Final = frozenset({"病假", "事假"})
#: Columns of a roster that may change a category that stands, by the last key of their field.
_CELLS_OF_ONE: Final[Mapping[str, str]] = {"说明": "具体情况", "起": "起始日期", "认定日期": "认定日期"}
#: The day the school began its papers: of a category that is new it may be the first day, of no other.
_FILED: Final = "建档日期"
#: Columns of a roster in which the rows of one child may differ.
_BY_CATEGORY: Final = frozenset({"类别", "帮扶责任人", *OF_A_CATEGORY})
#: Columns that fill a field of their own, not an item.
_SPECIAL: Final = frozenset({"座号"})


@dataclass(frozen=True, slots=True)
class Desk:
    """What rows are read with.

    Attributes:
        on: today: the day from which a category or a helper counts where the sheet names none.
        staff: who imports.
        shape: fields of the record the rows go into.
        children: those the importer may see.
        people: staff ids by name.
        attendance: gives the month of a class as it is: path and redacted record, None where there is none.
        title: for attendance: the kind of record.
    """

    on: date
    staff: str
    shape: Field
    children: Children
    people: Mapping[str, tuple[str, ...]]
    attendance: Callable[[str, str, str], tuple[str, Mapping[str, Any] | None]]


@dataclass(slots=True)
class Wishes:
    """Turns rows into proposals, one after the other: a later row sees what an earlier one wants."""

    layout: Layout
    desk: Desk
    faults: list[Fault] = field(default_factory=list)
    _states: dict[str, Any] = field(default_factory=dict)
    _lines: dict[tuple[str, str], int] = field(default_factory=dict)
    _said: dict[tuple[str, str], tuple[int, Any]] = field(default_factory=dict)
    _founded: set[str] = field(default_factory=set)

    def proposals(self, rows: Iterator[Row]) -> Iterator[Proposal]:
        """Yield what each sound row wants; the faults of the others gather in ``faults``."""
        for row in rows:
            found: Proposal | None = None
            if not row.faults:
                try:
                    found = self._proposal(row)
                except BadColumn as error:
                    row.fault(error.key, str(error))
                except BadCell as error:
                    row.fault("姓名", str(error))
            if row.faults or found is None:
                self.faults += row.faults
            else:
                yield found

    def _proposal(self, row: Row) -> Proposal:
        child = self.desk.children.find(row.told, row.class_id)
        if child is None and self.layout.kind.founds:
            return self._founding(row)
        if child is None:
            raise BadCell("找不到这名学生：姓名、班级和号码与档案对不上，或者您的任职不含这名学生")
        if not self.layout.kind.is_repeated:
            self._require_once(row, child)
        is_leave = self.layout.kind.name == "考勤" and row.values.get("类型") in _LEAVES
        self._require_past(row, may_lie_ahead=frozenset({"日期"}) if is_leave else frozenset())
        if self.layout.kind.name == "考勤":
            return self._absent(row, child)
        found = self._patched(row, child)
        if not self.layout.kind.is_repeated:
            self._occupy(row, child)
        return found

    def _require_once(self, row: Row, child: str) -> None:
        """Refuse a child's second row; in a roster another one may tell of another category, and nothing else anew."""
        categories = _categories(row)
        taken = {each: self._lines[child, each] for each in categories if (child, each) in self._lines}
        if taken and "类别" in row.columns and "" not in taken:
            told = "，".join(f"类别“{category}”第 {line} 行已写过" for category, line in taken.items())
            raise BadColumn("类别", f"{told}；请从这一行删去")
        if taken:
            raise BadCell(f"与第 {min(taken.values())} 行是同一名学生")
        for key, value in row.values.items():
            line, said = self._said.get((child, key), (row.line, value))
            if said != value and key not in _BY_CATEGORY:
                raise BadColumn(key, f"与第 {line} 行对同一名学生写的不一样；请改成一样，或只留一处")

    def _occupy(self, row: Row, child: str) -> None:
        """Note what a row that is taken has said of a child."""
        for category in _categories(row):
            self._lines[child, category] = row.line
        for key, value in row.values.items():
            self._said.setdefault((child, key), (row.line, value))

    def _require_past(self, row: Row, *, may_lie_ahead: frozenset[str]) -> None:
        """Refuse what is said to have happened on a day that has not come."""
        today = self.desk.on.isoformat()
        for key, value in row.values.items():
            path = self.layout.kind.columns[key].path
            if path in _HAPPENED and key not in may_lie_ahead and value[:10] > today:
                raise BadColumn(
                    key, f"{value[:10]} 还没有到（今天是 {today}）；请核对年、月、日，改好后再导入这一行"
                )

    def _patched(self, row: Row, child: str) -> Proposal:
        before = self._states.get(child, self.desk.children.views[child])
        told = Telling(before)
        self._enrol(row, child, told)
        self._tell(row, told)
        self._scores(row, told)
        self._states[child] = told.state
        founded = child in self._founded
        return Proposal(
            row.line, child, child, tuple(told.changes), tuple(told.differences), self._places(row), founded
        )

    def _tell(self, row: Row, told: Telling) -> None:
        for path, group in self._groups(row).items():
            if len(path) == len(group[0][0].path):
                for column, value in group:
                    told.put(column.path, value, self._label(row, column))
            else:
                self._items(told, path, {_cell_of(column): value for column, value in group})

    def _groups(self, row: Row) -> dict[tuple[str, ...], list[tuple[Column, Any]]]:
        """Return the row's values by the list they belong into, or by their own path."""
        found: dict[tuple[str, ...], list[tuple[Column, Any]]] = {}
        for key, value in row.values.items():
            column = self.layout.kind.columns[key]
            if column.path and key not in _SPECIAL:
                found.setdefault(_list_of(column.path, self.desk.shape) or column.path, []).append(
                    (column, value)
                )
        return found

    def _items(self, told: Telling, path: tuple[str, ...], cells: dict[str, Any]) -> None:
        if path == ("特殊情形",):
            self._circumstances(told, cells)
        elif path == ("帮扶责任人",):
            for name in cells["教师"]:
                given = {"教师": self._person(name)}
                told.item(path, ("教师",), given, {"职责": "结对教师", "起": self.desk.on.isoformat()})
        elif path == ("家庭", "监护人"):
            self._guardian(told, cells)
        elif path == ("劝返",):
            first = cells.get("触发日期") or cells["离校日期"]
            if "触发原因" not in cells and not told.has(path, {"触发日期": first}):
                raise BadColumn("原因", "缺少原因")
            told.item(path, ("触发日期",), {"触发日期": first, **cells}, {"状态": "进行中"})
        elif path == ("成绩",) and not self.layout.subjects:
            told.item(path, _TOLD_BY[path], self._dated(cells), {})

    def _circumstances(self, told: Telling, cells: Mapping[str, Any]) -> None:
        categories = list(dict.fromkeys(cells.get("情形", [])))
        more = {key: cells[key] for key in _CELLS_OF_ONE if key in cells}
        if "说明" in more and not categories:
            raise BadColumn("具体情况", "写了这一栏，还要写是哪一类（类别）")
        since = cells.get("起") or cells.get("认定日期") or cells.get(_FILED) or self.desk.on.isoformat()
        for category in categories:
            if len(categories) > 1:
                self._require_one(told, category, more)
            told.item(("特殊情形",), ("情形",), {"情形": category, **more}, {"起": since})

    @staticmethod
    def _require_one(told: Telling, category: str, more: Mapping[str, Any]) -> None:
        """Refuse what can be said of one category only in a row of several: whose words or day they are nobody knows."""
        if "说明" in more:
            raise BadColumn("具体情况", "一行有几个类别，不知道说的是哪一类；请一行写一类")
        for each in told.items(("特殊情形",)):
            for key in more:
                if each.get("情形") == category and each.get(key) not in (None, more[key]):
                    raise BadColumn(
                        _CELLS_OF_ONE[key],
                        f"一行有几个类别，而“{category}”的{key}在档案里是 {each[key]}；请一行写一类",
                    )

    def _guardian(self, told: Telling, cells: dict[str, Any]) -> None:
        if "姓名" in cells:
            if "关系" not in cells and not told.has(("家庭", "监护人"), {"姓名": cells["姓名"]}):
                raise BadColumn("监护人", "写了监护人的姓名，还要写与学生的关系")
            told.item(("家庭", "监护人"), ("姓名",), cells, {})
            return
        known = told.items(("家庭", "监护人"))
        main = [each for each in known if each.get("主要监护人")] or known
        if len(main) != 1 and len(known) != 1:
            raise BadColumn("监护人电话", "没有写监护人的姓名，不知道是哪一位的")
        told.item(("家庭", "监护人"), ("姓名",), {"姓名": main[0]["姓名"], **cells}, {})

    def _scores(self, row: Row, told: Telling) -> None:
        if not self.layout.subjects:
            return
        common = {
            self.layout.kind.columns[key].path[-1]: value
            for key, value in row.values.items()
            if self.layout.kind.columns[key].path[:1] == ("成绩",)
        }
        for subject, mark in row.scores.items():
            told.item(
                ("成绩",), _TOLD_BY["成绩",], self._dated({**common, "学科": subject, "分数": mark}), {}
            )

    @staticmethod
    def _dated(cells: dict[str, Any]) -> dict[str, Any]:
        if "学科" not in cells:
            raise BadColumn("", "没有写学科")
        return {"学期": term_of(date.fromisoformat(cells["日期"])), **cells}

    def _person(self, name: str) -> str:
        found = (name,) if name.startswith("T-") else self.desk.people.get(name, ())
        if len(found) != 1:
            why = "教职工名单里没有这个人" if not found else "有几位同名的教职工，请改写编号"
            raise BadColumn("帮扶责任人", f"“{name}”：{why}")
        return found[0]

    def _enrol(self, row: Row, child: str, told: Telling) -> None:
        """Hold class, standing and seat against the child's enrolment; a change of class is no matter of a sheet."""
        mine = self.desk.children.classes.get(child, "")
        if row.class_id and mine and row.class_id != mine and self.layout.kind.founds:
            raise BadColumn("班级", f"与档案里的班级（{mine}）不同；转班请在档案的“学籍”里另添一条")
        whole = told.items(("学籍",))
        status = row.values.get("学生状态", "")
        if why := why_not_same(status, whole, self.desk.on) if status else "":
            raise BadColumn("学生状态", why)
        seat = row.values.get("座号")
        stays = [(at, each) for at, each in enumerate(whole) if "止" not in each]
        if seat is not None and stays:
            at, stay = stays[-1]
            told.put(("学籍", stay.get("编号", at), "座号"), seat, "座号")

    def _founding(self, row: Row) -> Proposal:
        for key in ("姓名", "性别"):
            if key not in row.values:
                raise BadColumn(key, f"缺少{key}")
        if not row.class_id:
            raise BadColumn("班级", "缺少班级")
        if why := why_not_founded(row.values.get("学生状态", "在籍")):
            raise BadColumn("学生状态", why)
        entry = row.values.get("入学日期", f"{row.class_id[1:5]}-09-01")
        child = new_student_id(int(entry[:4]), taken=self.desk.children.views)
        stay: dict[str, Any] = {"班级": row.class_id, "状态": "在籍", "起": entry}
        if "座号" in row.values:
            stay["座号"] = row.values["座号"]
        told = Telling({})
        self._tell(row, told)
        whole = {"编号": child, **told.state, "学籍": [stay]}
        papers = whole.get("证件")
        if isinstance(papers, dict) and "号码" in papers:
            papers.setdefault("类型", "居民身份证")
        self.desk.children.put(child, row.class_id, whole)
        self._lines[child, ""] = row.line
        differences = (
            Difference("新建档案", "", f"{row.told.get('姓名', '')} {row.class_id}"),
            *told.differences,
        )
        return Proposal(
            row.line, "student", child, (Set((), whole),), differences, self._places(row), is_new=True
        )

    def _absent(self, row: Row, child: str) -> Proposal:
        cells = {
            self.layout.kind.columns[key].path[-1]: value
            for key, value in row.values.items()
            if self.layout.kind.columns[key].path[:1] == ("异常",)
        }
        class_id, month = self.desk.children.classes[child], cells["日期"][:7]
        term = term_of(date.fromisoformat(cells["日期"]))
        path, standing = self.desk.attendance(term, class_id, month)
        before = self._states.get(path, standing)
        is_new = standing is None
        told = Telling(before if before is not None else {"班级": class_id, "学期": term, "月份": month})
        told.item(("异常",), _TOLD_BY["异常",], {"学生": child, **cells}, {"记录人": self.desk.staff})
        self._states[path] = told.state
        changes = tuple(told.changes)
        if (
            is_new and changes
        ):  # whoever gathers the rows of a month makes it of the first and adds the others
            changes = (Set((), {"班级": class_id, "学期": term, "月份": month}), *changes)
        record = "attendance" if is_new else path
        question = self._ahead(row, cells) if changes else ""
        return Proposal(
            row.line, record, child, changes, tuple(told.differences), self._places(row), is_new, "", question
        )

    def _ahead(self, row: Row, cells: Mapping[str, Any]) -> str:
        """Return what is to be asked of a leave on a day that has not come, "" for one that has."""
        if cells["日期"] <= self.desk.on.isoformat():
            return ""
        return (
            f"第 {row.line} 行：{cells['类型']}的日期 {cells['日期']} 还没有到。"
            "是事先请的假就照样保存；不是的话，请在表里改正日期再导入。"
        )

    def _places(self, row: Row) -> dict[tuple[str, str], tuple[int, str]]:
        found = {}
        for key, place in row.columns.items():
            path = self.layout.kind.columns[key].path if key in self.layout.kind.columns else ("成绩", "分数")
            if path:
                found[path[0], path[-1]] = place
            elif key == "班级":
                found["学籍", "班级"] = place
        return found

    @staticmethod
    def _label(row: Row, column: Column) -> str:
        return row.columns.get(column.key, (0, ""))[1] or column.key


def _categories(row: Row) -> list[str]:
    """Return the categories that a row names, [""] for none."""
    return list(dict.fromkeys(row.values.get("类别") or [""]))


def _cell_of(column: Column) -> str:
    """Return what a column's cell is called among those of its item: the field that it fills."""
    return _FILED if column.key == _FILED else column.path[-1]


def _list_of(path: tuple[str, ...], shape: Field) -> tuple[str, ...] | None:
    """Return the path of the list that a column's field stands in, None for a field of the record itself."""
    for end in range(1, len(path)):
        found = shape.at(path[:end])
        if found is not None and found.type == "array":
            return path[:end]
    return None
