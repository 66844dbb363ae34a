"""The same forms through docxtpl: Word templates with the cells of our 家访, 谈话 and 跟踪 records, made as a school would."""

import io
from collections.abc import Mapping
from typing import Any

import docx
from docx.document import Document
from docxtpl import DocxTemplate

#: Rows of a sheet: label and what stands in its cell, two to a row where both are short.
_Rows = list[list[tuple[str, str]]]
_NAMES: _Rows = [[("姓名", "s.姓名"), ("性别", "s.性别")], [("班级", "s.学籍[-1].班级"), ("编号", "s.编号")]]
_VISIT: _Rows = [
    *_NAMES,
    [("家访时间", "e.时间"), ("形式", "e.形式")],
    [("家庭住址", "s.家庭.住址"), ("联系电话", "s.家庭.电话")],
    [("家访人", "e.记录人"), ("受访人和同行人", "e.参加人 | join('、', attribute='姓名')")],
    *[
        [(label, f"e.{key}")]
        for label, key in (
            ("家访目的", "主题"),
            ("家庭情况", "家庭情况"),
            ("在家表现", "在家表现"),
            ("在校表现", "在校表现"),
            ("谈话要点", "内容"),
            ("家长意见和建议", "监护人意见"),
            ("共识与措施", "约定与措施"),
        )
    ],
    [("后续跟进", "e.下次跟进"), ("签字情况", "e.签字")],
]
_TALK: _Rows = [
    *_NAMES,
    [("谈话时间", "e.时间"), ("类型", "e.类型")],
    [("谈话人", "e.记录人"), ("地点", "e.地点")],
    [("在场人", "e.参加人 | join('、', attribute='姓名')"), ("学科", "e.学科")],
    *[
        [(label, f"e.{key}")]
        for label, key in (
            ("主题", "主题"),
            ("谈话缘由", "缘由"),
            ("过程要点", "内容"),
            ("学生态度", "学生态度"),
            ("谈话效果", "教育效果"),
            ("约定与措施", "约定与措施"),
        )
    ],
    [("下次跟进", "e.下次跟进"), ("签字情况", "e.签字")],
]
_TRACKING: _Rows = [
    [("跟踪方式", "e.方式 | join('、')"), ("地点", "e.地点")],
    *[[(key, f"e.{key}")] for key in ("内容", "教育策略", "教育效果", "经验与教训", "下次跟进")],
]
#: Kind of paper → title, kinds of entry it prints, rows, and whether each entry is a sheet of its own.
_FORMS: Mapping[str, tuple[str, tuple[str, ...], _Rows, bool]] = {
    "home-visit": ("家访记录表", ("家访",), _VISIT, True),
    "talk-record": ("谈话记录表", ("谈话", "结对谈心"), _TALK, True),
    "tracking-record": ("跟踪教育记录表", ("跟踪", "家访", "谈话", "结对谈心"), _TRACKING, False),
}


class FormTemplate:
    """Fills the template of one kind for child after child."""

    def __init__(self, kind: str) -> None:
        """Build the template with python-docx and keep its bytes."""
        title, self._words, rows, is_sheet = _FORMS[kind]
        document = docx.Document()
        if not is_sheet:
            _head(document, title)
            _table(document, _NAMES)
        document.add_paragraph("{%p for e in entries %}")
        if is_sheet:
            _head(document, title)
        _table(document, rows)
        if is_sheet:
            document.add_paragraph("家访教师（签字）：　　　　家长（签字）：　　　　年　月　日")
            document.add_paragraph("{%p if not loop.last %}")
            document.add_page_break()  # type: ignore[no-untyped-call]  # the library's, not ours
            document.add_paragraph("{%p endif %}")
        document.add_paragraph("{%p endfor %}")
        if not is_sheet:
            document.add_paragraph("班主任（签字）：　　　　德育主任（签字）：　　　　年　月　日")
        stream = io.BytesIO()
        document.save(stream)
        self._raw = stream.getvalue()

    def fill(self, record: Mapping[str, Any]) -> bytes:
        """Return the sheets of one child."""
        entries = [each for each in record.get("过程记录", ()) if each["类型"] in self._words]
        template = DocxTemplate(io.BytesIO(self._raw))
        data = {"s": {"家庭": {}, **record}, "entries": sorted(entries, key=lambda each: str(each["时间"]))}
        template.render(data, autoescape=True)
        stream = io.BytesIO()
        template.save(stream)
        return stream.getvalue()


def _head(document: Document, title: str) -> None:
    document.add_heading(title, 0)
    document.add_paragraph("编号：{{ s.编号 }}")


def _table(document: Document, rows: _Rows) -> None:
    table = document.add_table(rows=0, cols=4, style="Table Grid")
    for row in rows:
        cells = table.add_row().cells
        wide = len(row) == 1
        if wide:
            cells[1].merge(cells[3])
        for place, (label, value) in enumerate(row):
            cells[2 * place].text = label
            cells[2 * place + 1].text = f"{{{{ {value} }}}}"
