"""The same student file through docxtpl: a Word template with the tables and texts of our form."""

import io
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import docx
from docx.document import Document
from docxtpl import DocxTemplate

from guanai.yamlfile import load

#: Grids: heading → keys below a path of the record; each prints as label and value.
_GRIDS = {
    "基本情况": (
        [
            "姓名",
            "性别",
            "出生日期",
            "民族",
            "政治面貌",
            "独生子女",
            "学籍号",
            "学籍辅号",
            "户籍地",
            "户口性质",
            "入学方式",
            "学生来源",
            "健康状况",
            "特长",
            "课堂安全提示",
        ],
        "s",
    ),
    "家庭情况": (["住址", "住址村社", "电话", "家庭结构", "经济状况", "经济来源"], "s.家庭"),
    "现状与成长目标": (["学业", "行为", "致因", "帮扶需求", "成长目标", "更新日期"], "s.现状"),
}
#: Tables: heading → (list, columns).
_TABLES = {
    "学籍与班级变动": ("s.学籍", ["班级", "座号", "状态", "起", "止", "原因"]),
    "帮扶责任人": ("s.帮扶责任人", ["教师", "职责", "学科", "起", "止"]),
    "预警记录": ("s.预警", ["日期", "等级", "理由", "决定人", "复核人", "责任人", "复评日期"]),
    "学业成绩": ("s.成绩", ["日期", "学期", "类别", "名称", "学科", "分数", "满分", "等级"]),
    "照顾与资助": ("s.照顾", ["起", "止", "项目", "金额", "事由", "审批", "经办人"]),
    "荣誉": ("s.荣誉", ["日期", "名称", "决定"]),
    "附件目录": ("s.附件目录", ["名称", "页数"]),
}
#: Blocks: heading → (list, keys); a row a key, only where it is filled.
_BLOCKS = {
    "监护人": (
        "s.家庭.监护人",
        [
            "姓名",
            "关系",
            "电话",
            "证件号码",
            "文化程度",
            "工作单位",
            "务工地",
            "监护能力",
            "健康状况",
            "备注",
        ],
    ),
    "特殊情形与佐证": ("s.特殊情形", ["情形", "说明", "起", "止", "佐证", "依据", "认定人", "认定日期"]),
    "帮扶计划": (
        "s.计划",
        [
            "类型",
            "日期",
            "制定人",
            "学科",
            "现状与薄弱点",
            "成因",
            "帮扶时间",
            "内容",
            "方式",
            "责任教师",
            "监护人意见",
        ],
    ),
    "过程记录": (
        "s.过程记录",
        [
            "类型",
            "时间",
            "地点",
            "形式",
            "记录人",
            "主题",
            "缘由",
            "内容",
            "家庭情况",
            "在家表现",
            "在校表现",
            "学生态度",
            "监护人意见",
            "教育策略",
            "教育效果",
            "经验与教训",
            "约定与措施",
            "答复",
            "下次跟进",
            "签字",
        ],
    ),
    "劝返记录": ("s.劝返", ["触发日期", "触发原因", "状态", "复学日期"]),
    "总结": ("s.总结", ["学期", "日期", "撰写人", "内容", "成效", "不足", "下一步"]),
}


class Template:
    """Fills one template for child after child, as a school's script would."""

    def __init__(self) -> None:
        """Build the template with python-docx and keep its bytes."""
        document = docx.Document()
        document.add_heading("学生档案", 0)
        for heading, (keys, where) in _GRIDS.items():
            _grid(document, heading, keys, where)
        for heading, (where, keys) in _TABLES.items():
            _table(document, heading, where, keys)
        for heading, (where, keys) in _BLOCKS.items():
            _blocks(document, heading, where, keys)
        stream = io.BytesIO()
        document.save(stream)
        self._raw = stream.getvalue()

    def fill(self, record: Mapping[str, Any]) -> bytes:
        """Return the file of one child."""
        template = DocxTemplate(io.BytesIO(self._raw))
        template.render({"s": {"家庭": {}, "现状": {}, **record}}, autoescape=True)
        stream = io.BytesIO()
        template.save(stream)
        return stream.getvalue()


def _grid(document: Document, heading: str, keys: list[str], where: str) -> None:
    document.add_heading(heading, 1)
    table = document.add_table(rows=0, cols=4, style="Table Grid")
    for first in range(0, len(keys), 2):
        cells = table.add_row().cells
        for place, key in enumerate(keys[first : first + 2]):
            cells[2 * place].text = key
            cells[2 * place + 1].text = f"{{{{ {where}.{key} }}}}"


def _table(document: Document, heading: str, where: str, keys: list[str]) -> None:
    document.add_heading(heading, 1)
    table = document.add_table(rows=4, cols=len(keys), style="Table Grid")
    rows = [row.cells for row in table.rows]
    rows[1][0].text = f"{{%tr for item in {where} or [] %}}"
    rows[3][0].text = "{%tr endfor %}"
    for place, key in enumerate(keys):
        rows[0][place].text = key
        rows[2][place].text = f"{{{{ item.{key} }}}}"


def _blocks(document: Document, heading: str, where: str, keys: list[str]) -> None:
    document.add_heading(heading, 1)
    table = document.add_table(rows=2 + 3 * len(keys), cols=2, style="Table Grid")
    rows = [row.cells for row in table.rows]
    rows[0][0].text = f"{{%tr for item in {where} or [] %}}"
    for place, key in enumerate(keys):
        begin, line, end = rows[1 + 3 * place : 4 + 3 * place]
        begin[0].text = f"{{%tr if item.{key} %}}"
        line[0].text, line[1].text = key, f"{{{{ item.{key} }}}}"
        end[0].text = "{%tr endif %}"
    rows[-1][0].text = "{%tr endfor %}"


def main(folder: Path, files: list[Path]) -> None:
    """Fill the template for each record and write it, as a process of its own; reading is ours on both sides."""
    template = Template()
    for file in files:
        (folder / f"{file.stem}.docx").write_bytes(template.fill(load(file.read_bytes(), file.name).data))


if __name__ == "__main__":
    main(Path(sys.argv[1]), [Path(name) for name in sys.argv[2:]])
