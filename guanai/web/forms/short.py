"""The short form of one dated entry: at most five fields before 更多, and what is filled in beforehand."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Final

from guanai.web.forms.model import Control, FormModel, Node, Rows
from guanai.web.forms.widgets import value_of
from guanai.yamlfile import pointer

#: The list of a child's file that holds contacts of every kind.
ENTRIES: Final = "过程记录"
#: What every teacher must be able to report at once, whatever the labels.
REPORT: Final = "强制报告"
#: The list of a counselling file that holds the sessions.
SESSION: Final = "个案记录"
#: So many fields stand before 更多.
FIRST: Final = 5

_TALK = ("时间", "内容", "学生态度", "约定与措施", "下次跟进")
_HOME = ("时间", "内容", "家庭情况", "监护人意见", "约定与措施")
#: Fields of the short form by kind, the most wanted first; a duty's own fields come before them.
_SHORT: Final[Mapping[str, tuple[str, ...]]] = {
    "谈话": _TALK,
    "结对谈心": _TALK,
    "家访": _HOME,
    "校访": _HOME,
    "联系监护人": ("时间", "形式", "内容", "在家表现", "监护人意见"),
    "亲情联系": ("时间", "形式", "内容", "在家表现", "监护人意见"),
    "跟踪": ("时间", "内容", "教育策略", "教育效果", "经验与教训"),
    "课堂反馈": ("时间", "学科", "内容", "在校表现", "下次跟进"),
    "辅导": ("时间", "学科", "内容", "教育效果", "下次跟进"),
    "转介": ("时间", "对方单位", "缘由", "内容", "下次跟进"),
    "上报": ("时间", "对方单位", "缘由", "内容", "答复"),
    REPORT: ("时间", "对方单位", "缘由", "内容", "约定与措施"),
    SESSION: ("时间", "方式", "过程", "处置", "下次"),
}
_USUAL = ("时间", "日期", "起", "内容", "主题", "约定与措施", "下次跟进")
#: How the contact was made, where a kind says it already.
_MODES: Final = {
    "家访": "入户",
    "谈话": "面谈",
    "结对谈心": "面谈",
    "联系监护人": "电话",
    "亲情联系": "电话",
    "校访": "面谈",
}
#: Kinds that tell nothing of the family: preset 密级 教学; a report 限制; all others 关爱.
_TEACHING: Final = frozenset({"课堂反馈", "辅导", "进步卡片", "沟通"})


def prepared(model: FormModel, kind: str, *, now: datetime, given: Mapping[str, str]) -> FormModel:
    """Return the form of one new item with what is known beforehand filled in.

    Args:
        model: a form whose only node is the list.
        kind: what the item is, "" where its list says it.
        now: this instant.
        given: further values by key, such as ``主题``; taken only where the field can hold them.
    """
    rows = rows_of(model)
    if rows.blank is None:
        return replace(model, nodes=())
    known = {
        "时间": f"{now:%Y-%m-%dT%H:%M}",
        "日期": f"{now:%Y-%m-%d}",
        "起": f"{now:%Y-%m-%d}",
        "形式": _MODES.get(kind, ""),
        "密级": preset(kind),
        **given,
    }
    if kind:
        known["类型"] = kind
    nodes = tuple(_filled(node, known) for node in rows.blank.nodes)
    return replace(model, nodes=(replace(rows, items=(), blank=replace(rows.blank, nodes=nodes)),))


def split(model: FormModel, kind: str, wanted: Iterable[str]) -> tuple[tuple[Node, ...], tuple[Node, ...]]:
    """Return the fields of a shown form that stand first, and those behind 更多.

    Args:
        model: as `display.shown` returns it.
        kind: what the item is.
        wanted: keys that a duty asks for.
    """
    rows = rows_of(model)
    nodes = [node for node in rows.blanks[0].nodes if not _is_told(node, kind)] if rows.blanks else []
    by_key = {str(node.path[-1]): node for node in nodes}
    needed = [
        key
        for key, node in by_key.items()
        if isinstance(node, Control) and node.is_required and not node.text
    ]
    dated = [key for key in ("时间", "日期", "起") if key in by_key][:1]
    order = dict.fromkeys((*dated, *needed, *wanted, *_SHORT.get(kind, _USUAL), *by_key))
    first = [key for key in order if key in by_key][: max(FIRST, len(dated) + len(needed))]
    front = tuple(node for node in nodes if str(node.path[-1]) in first)
    return front, tuple(node for node in nodes if str(node.path[-1]) not in first)


def rows_of(model: FormModel) -> Rows:
    """Return the list that a form of one entry is about."""
    return next((node for node in model.nodes if isinstance(node, Rows)), Rows((), "", ()))


def preset(kind: str) -> str:
    """Return the 密级 that a kind of entry begins with."""
    if kind == REPORT:
        return "限制"
    return "教学" if kind in _TEACHING else "关爱"


def first_text(model: FormModel) -> str:
    """Return the name of the field that an entry cannot do without, for the error when nothing was filled in."""
    rows = rows_of(model)
    nodes = rows.blank.nodes if rows.blank else ()
    needed = [node for node in nodes if isinstance(node, Control) and node.is_required and not node.text]
    return (
        pointer(needed[0].path)
        if needed
        else next((node.name for node in nodes if isinstance(node, Control)), "")
    )


def _is_told(node: Node, kind: str) -> bool:
    return bool(kind) and node.path[-1] == "类型"


def _filled(node: Node, known: Mapping[str, str]) -> Node:
    if not isinstance(node, Control) or node.value is not None:
        return node
    text = known.get(str(node.path[-1]), "")
    if node.choices and text not in {each.value for each in node.choices}:
        text = node.choices[0].value if node.path[-1] == "密级" else ""
    if not text:
        return node
    return replace(node, text=text, value=value_of(text, node.look, node.type))
