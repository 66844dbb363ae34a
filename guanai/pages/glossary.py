"""The glossary (词汇表): every field of every kind of record, as the schemas have it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from guanai.pages.escape import code, inline
from guanai.pages.table import table
from guanai.schema import Field, Schemas

#: The order in which staff meet the kinds; a kind not named here follows in alphabetical order.
_ORDER: Final = (
    "student", "screening", "attendance", "meeting", "activity", "decision",
    "policy", "school", "staff", "calendar", "access", "counseling",
)  # fmt: skip

#: Shapes of the ``$defs`` library that are told once, with what people call them.
_SHARED: Final = {
    "person": "人员",
    "storage": "存放",
    "role": "角色",
    "relation": "与学生的关系",
    "contact_mode": "联系方式",
    "subject": "学科",
    "ethnicity": "民族",
}

_LABELS: Final = {
    "教学": "姓名、班级、课堂安全提示、学业与考勤。教这名学生的老师都需要。",
    "关爱": "家庭、电话、住址、特殊情形、预警、谈话与家访。班主任和负责关爱工作的人需要。",
    "限制": "监护人服刑或患病、残疾、诊断、行为问题。只给必须知道的人。",
    "证件": "身份证件号、学籍号。没有这一枚的人至多看到首尾几位。",
    "心理": "心理个案。只给心理健康教师，另存一处，不与学生档案放在一起。",
}

_TYPES: Final = {"boolean": "true 或 false", "integer": "整数", "number": "数字", "object": "一组栏目"}
_TEXTS: Final = {
    "date": "日期",
    "instant": "日期和时间",
    "item_id": "编号",
    "note": "长文字",
    "phone": "电话",
    "time": "时刻",
}
_REFS: Final = {
    "activity": "活动编号",
    "citation": "依据",
    "class": "班级编号",
    "counseling": "心理档案编号",
    "decision": "决定编号",
    "grade": "年级编号",
    "meeting": "会议编号",
    "staff": "教职工编号",
    "student": "学生编号",
    "term": "学期",
}

#: A closed list longer than this, or one whose values have labels or explanations, gets a table of its own.
_FEW: Final = 10

_HEAD: Final = """\
---
hide:
  - navigation
---

<!-- 由 make pages 从 schemas/ 生成，请勿手改。 -->

# 词汇表 {#glossary}

每一类记录有哪些栏目、怎样填、谁看得到。栏目名就是 YAML 文件里冒号前面的词，也是表格和文书上的栏目名；英文名是程序里的叫法，一词一名。

## 密级 {#labels}

密级是几枚标签，不分高低。一个栏目贴着哪几枚，都有的人才看得到；写“不限”的，能打开这份记录的人都看得到。
"""


def glossary(schemas: Schemas) -> str:
    """Return the page as Markdown."""
    return "\n".join(_blocks(schemas))


@dataclass(frozen=True, slots=True)
class _Section:
    """One object or one closed list, with the way that leads to it from the record."""

    anchor: str
    path: tuple[Field, ...]

    @property
    def shape(self) -> Field:
        return _shape(self.path[-1])

    @property
    def is_record(self) -> bool:
        return len(self.path) == 1


def _blocks(schemas: Schemas) -> Iterator[str]:
    records = {kind: schemas.record(kind) for kind in sorted(schemas.kinds, key=_place)}
    yield _HEAD
    yield table(("密级", "管什么"), ((inline(word), inline(gist)) for word, gist in _LABELS.items()))
    for kind, record in records.items():
        yield f"\n## {inline(schemas.title(kind))} {{#{kind}}}\n\n{inline(record.description)}。\n"
        for section in _sections(_Section(kind, (record,))):
            yield _section(section)
    yield "\n## 公用的栏目和选项 {#shared}\n\n几类记录都用到的写法；密级随它所在的栏目。\n"
    shared = _shared(tuple(records.values()))
    for definition, title in _SHARED.items():
        yield f"\n### {inline(title)} {{#shared-{definition}}}\n"
        yield _shared_section(shared[definition])


def _place(kind: str) -> tuple[int, str]:
    return (_ORDER.index(kind) if kind in _ORDER else len(_ORDER), kind)


def _sections(section: _Section) -> Iterator[_Section]:
    yield section
    for field in section.shape.children.values():
        if _has_section(field) and not _is_shared(field):
            yield from _sections(_Section(f"{section.anchor}-{field.name}", (*section.path, field)))


def _section(section: _Section) -> str:
    heading = "" if section.is_record else f"\n### {_trail(section.path)} {{#{section.anchor}}}\n\n"
    return heading + (_fields(section) if section.shape.children else _values(section))


def _fields(section: _Section) -> str:
    return table(
        ("栏目", "写法", "说明", "密级", "英文名"),
        (
            (
                _key(field, section.anchor),
                _writing(field),
                _meaning(field, is_required=field.key in section.shape.required),
                _clearance((*section.path, field)),
                code(field.name),
            )
            for field in section.shape.children.values()
        ),
    )


def _values(section: _Section) -> str:
    outer = _clearance(section.path)
    return table(
        ("选项", "说明", "密级", "英文名"),
        (
            (
                inline(word),
                inline(value.description),
                _joined(_labels(section.path) | value.clearance) if value.clearance else outer,
                code(value.name) if value.name else "",
            )
            for word, value in section.shape.values.items()
        ),
    )


def _shared_section(shape: Field) -> str:
    if not shape.children:
        return f"{_choices(shape)}。"
    return table(
        ("栏目", "写法", "说明", "英文名"),
        (
            (inline(field.key), _writing(field), _meaning(field, is_required=False), code(field.name))
            for field in shape.children.values()
        ),
    )


def _shared(fields: tuple[Field, ...]) -> dict[str, Field]:
    """Return the shared shapes found anywhere below some fields, by definition."""
    found: dict[str, Field] = {}
    for field in fields:
        shape = _shape(field)
        if shape.definition in _SHARED:
            found[shape.definition] = shape
        found.update(_shared(tuple(shape.children.values())))
    return found


def _shape(field: Field) -> Field:
    """Return what a list holds, or the field itself."""
    return field.item if field.type == "array" and field.item else field


def _is_shared(field: Field) -> bool:
    return _shape(field).definition in _SHARED


def _has_section(field: Field) -> bool:
    shape = _shape(field)
    speaks = any(value.clearance or value.description for value in shape.values.values())
    return bool(shape.children) or speaks or len(shape.values) > _FEW


def _trail(path: tuple[Field, ...]) -> str:
    return " › ".join(inline(field.key) for field in path[1:])


def _key(field: Field, anchor: str) -> str:
    if _is_shared(field):
        return f"[{inline(field.key)}](#shared-{_shape(field).definition})"
    if _has_section(field):
        return f"[{inline(field.key)}](#{anchor}-{field.name})"
    return inline(field.key)


def _writing(field: Field) -> str:
    if field.type == "array":
        return f"列表：{_writing(field.item)}" if field.item else "列表"
    if field.values:
        return "选项"
    return inline(_REFS.get(field.ref) or _TEXTS.get(field.definition) or _TYPES.get(field.type, "文字"))


def _meaning(field: Field, *, is_required: bool) -> str:
    shape = _shape(field)
    parts = [
        "必填" if is_required else "",
        inline(field.description) if field.description != field.key else "",
        f"单位：{inline(field.unit)}" if field.unit else "",
        _choices(shape) if shape.values and not _has_section(field) else "",
    ]
    return "；".join(part for part in parts if part)


def _choices(shape: Field) -> str:
    return "、".join(inline(word) for word in shape.values)


def _labels(path: tuple[Field, ...]) -> frozenset[str]:
    return frozenset[str]().union(*(field.clearance for field in path))


def _clearance(path: tuple[Field, ...]) -> str:
    mask = path[-1].mask
    return _joined(_labels(path)) + (f"（有{_joined(mask)}的看到首尾几位）" if mask else "")


def _joined(labels: frozenset[str]) -> str:
    return inline("、".join(word for word in _LABELS if word in labels) or "不限")
