"""The school record (学校) as the code sees it."""

from dataclasses import dataclass

from guanai.model.base import Record, key


@dataclass(frozen=True, slots=True, kw_only=True)
class Grade(Record):
    """A grade by entry year (年级) and its head."""

    id: str = key("编号", "")
    head: str | None = key("年级组长")


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassEntry(Record):
    """A class (班级); ``name`` only where the school calls it otherwise."""

    id: str = key("编号", "")
    name: str | None = key("名称")
    room: str | None = key("教室")


@dataclass(frozen=True, slots=True, kw_only=True)
class Village(Record):
    """A village or community (村社) and whom to ask there."""

    name: str = key("名称", "")
    contact: str | None = key("联系人")
    phone: str | None = key("电话")


@dataclass(frozen=True, slots=True, kw_only=True)
class School(Record):
    """The school (学校): names, grades, classes, villages and its choices."""

    name: str = key("名称", "")
    short_name: str | None = key("简称")
    code: str | None = key("学校标识码")
    issuing_code: str = key("发文代字", "")
    stages: tuple[str, ...] = key("学段", ())
    system: str | None = key("学制")
    address: str | None = key("地址")
    phone: str | None = key("电话")
    township: str | None = key("乡镇")
    bureau: str | None = key("教育局")
    schema_version: int | None = key("记录版本")
    taxonomy: str | None = key("采用分类")
    grades: tuple[Grade, ...] = key("年级", ())
    classes: tuple[ClassEntry, ...] = key("班级", ())
    villages: tuple[Village, ...] = key("村社", ())
    is_demo: bool | None = key("演示")
    fonts: str | None = key("字体")
