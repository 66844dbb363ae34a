"""The sheets a school brings: which columns each may have, under which words, and where their cells belong."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from guanai.errors import Usage

#: What a column is mapped to when it is not wanted.
UNWANTED: Final = "不要"


@dataclass(frozen=True, slots=True)
class Column:
    """What a column may hold.

    Attributes:
        key: its name in mappings and messages.
        words: headers that are taken for it without asking.
        path: the field of the child's record, through lists without naming an item; () for what only helps to read
            the row.
    """

    key: str
    words: tuple[str, ...] = ()
    path: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of sheet.

    Attributes:
        name: as the command line calls it.
        columns: what it may hold, by key.
        needed: keys without which no row can be read; of a nested tuple one is enough.
        founds: makes files for children that have none.
        ignored: headers that are left out without asking.
        defaults: cells that stand for a missing column.
        is_repeated: a child may stand in several rows.
    """

    name: str
    columns: Mapping[str, Column]
    needed: tuple[tuple[str, ...], ...]
    founds: bool = False
    ignored: tuple[str, ...] = ()
    defaults: Mapping[str, str] = field(default_factory=dict)
    is_repeated: bool = False


class UnknownSheetKind(Usage):
    """No kind of sheet has that name."""

    def __init__(self, name: str) -> None:
        super().__init__(f"没有叫“{name}”的表；可用的有：{'、'.join(KINDS)}。")


def kind_named(name: str) -> Kind:
    """Return a kind by its name.

    Raises:
        UnknownSheetKind: there is none.
    """
    if name not in KINDS:
        raise UnknownSheetKind(name)
    return KINDS[name]


def _c(key: str, path: str = "", *words: str) -> Column:
    return Column(key, words, tuple(path.split(".")) if path else ())


_WHO: Final = (
    _c("学生编号", "", "档案编号", "学生档案编号", "编号"),
    _c("姓名", "姓名", "学生姓名", "学生", "名字", "XM"),
    _c("班级", "", "班级名称", "所在班级", "班别", "班", "年级班级", "BJMC"),
    _c("年级", "", "所在年级", "NJMC"),
    _c("学籍号", "学籍号", "全国学籍号", "学籍号码", "全国学籍号码", "XJH"),
    _c("证件号码", "证件.号码", "身份证件号", "身份证号", "身份证号码", "身份证", "身份证件号码", "公民身份号码", "证件号", "SFZJH"),
)  # fmt: skip
#: Keys of columns that only tell who is meant.
NAMING: Final = frozenset(column.key for column in _WHO)
#: Keys of a roster's columns that speak of the row's category (类别): without one they say nothing.
OF_A_CATEGORY: Final = frozenset({"具体情况", "起始日期", "建档日期", "认定日期"})
_GUARDIAN: Final = (
    _c("监护人", "家庭.监护人.姓名", "监护人姓名", "家长姓名", "家长", "成员1姓名", "家庭成员或监护人1姓名", "第一监护人姓名"),
    _c("监护人关系", "家庭.监护人.关系", "关系", "与学生关系", "与监护人关系", "成员1关系", "家庭成员或监护人1关系", "第一监护人关系"),
    _c("监护人电话", "家庭.监护人.电话", "监护人联系电话", "家长电话", "家长联系电话", "成员1联系电话", "家庭成员或监护人1联系电话",
       "第一监护人联系电话"),
    _c("监护人工作单位", "家庭.监护人.工作单位", "成员1工作单位", "家庭成员或监护人1工作单位"),
    _c("监护能力", "家庭.监护人.监护能力"),
)  # fmt: skip
_HOME: Final = (
    _c("住址", "家庭.住址", "家庭住址", "现住址", "家庭地址", "现在住址", "通信地址", "XZZ"),
    _c("家庭电话", "家庭.电话", "联系电话"),
    _c("家庭结构", "家庭.家庭结构"),
    _c("经济状况", "家庭.经济状况", "家庭经济状况"),
)
_IDENTITY: Final = (
    _c("性别", "性别", "XB", "性别码", "性别代码"),
    _c("出生日期", "出生日期", "出生年月日", "生日", "CSRQ"),
    _c("民族", "民族", "MZ", "民族码", "民族代码"),
    _c("户籍地", "户籍地", "户口所在地", "户籍所在地", "户籍地址", "户籍"),
    _c("户口性质", "户口性质", "户口类别", "户籍性质"),
)
_COUNT: Final = (
    "序号",
    "序",
    "No",
    "学校",
    "学校名称",
    "学校标识码",
    "合计",
    "班主任",
    "学段",
    "年龄",
    "未导入的原因",
)


def _kind(  # noqa: PLR0913 -- one argument a fact of the kind
    name: str,
    *columns: Column,
    needed: tuple[tuple[str, ...], ...],
    founds: bool = False,
    ignored: tuple[str, ...] = _COUNT,
    defaults: Mapping[str, str] = MappingProxyType({}),
    is_repeated: bool = False,
) -> Kind:
    by_key = MappingProxyType({each.key: each for each in columns})
    return Kind(name, by_key, needed, founds, ignored, defaults, is_repeated)


_FOUND: Final = (("学生编号", "学籍号", "证件号码", "姓名"),)

#: Every kind of sheet by its name.
KINDS: Final[Mapping[str, Kind]] = MappingProxyType(
    {
        kind.name: kind
        for kind in (
            _kind(
                "学籍",
                *_WHO,
                *_IDENTITY,
                _c("证件类型", "证件.类型", "身份证件类型", "身份证件类型码", "SFZJLXM"),
                _c("学籍辅号", "学籍辅号", "XJFH"),
                _c("政治面貌", "政治面貌", "政治面貌码"),
                _c("健康状况", "健康状况", "健康状况码"),
                _c("就读方式", "就读方式", "就读方式码"),
                _c("入学方式", "入学方式", "入学方式码"),
                _c("学生来源", "学生来源", "学生来源码"),
                _c("独生子女", "独生子女", "是否独生子女"),
                _c("曾用名", "曾用名"),
                _c("特长", "特长"),
                _c("座号", "学籍.座号", "班内学号", "座位号"),
                _c("入学日期", "", "入学年月", "入学时间", "RXNY"),
                _c("学生状态", "", "学籍状态", "在校状态", "当前状态"),
                *_GUARDIAN,
                *_HOME,
                needed=(("姓名",), ("性别",), ("班级",)),
                founds=True,
            ),
            _kind(
                "花名册",
                *_WHO,
                *_IDENTITY,
                *_GUARDIAN,
                *_HOME,
                _c("类别", "特殊情形.情形", "特殊类型", "学生类别", "情形", "特殊情形", "类型"),
                _c("具体情况", "特殊情形.说明", "情况说明", "具体情况说明"),
                _c("起始日期", "特殊情形.起"),
                _c("建档日期", "特殊情形.起", "建档时间"),
                _c("认定日期", "特殊情形.认定日期"),
                _c("帮扶责任人", "帮扶责任人.教师", "帮扶教师", "帮扶人", "责任人", "结对教师", "包保教师"),
                _c("备注", "备注"),
                needed=_FOUND,
            ),
            _kind(
                "控辍台账",
                *_WHO,
                *_GUARDIAN,
                *_HOME,
                _c("触发日期", "劝返.触发日期", "发现日期", "登记日期"),
                _c("离校日期", "劝返.离校日期", "离校时间", "辍学日期", "辍学时间", "未到校日期"),
                _c("原因", "劝返.触发原因", "辍学原因", "离校原因", "触发原因", "未到校原因"),
                _c("状态", "劝返.状态", "目前状态", "劝返状态"),
                _c("复学日期", "劝返.复学日期", "返校日期", "复学时间"),
                _c("销号日期", "劝返.销号日期", "销号时间"),
                needed=(*_FOUND, ("触发日期", "离校日期")),
                ignored=(*_COUNT, "性别"),
            ),
            _kind(
                "成绩",
                *_WHO,
                _c("日期", "成绩.日期", "考试日期", "测试日期"),
                _c("学期", "成绩.学期"),
                _c("名称", "成绩.名称", "考试名称", "测试名称"),
                _c("考试类别", "成绩.类别", "考试类型"),
                _c("学科", "成绩.学科", "科目"),
                _c("分数", "成绩.分数", "成绩", "得分"),
                _c("满分", "成绩.满分"),
                _c("等级", "成绩.等级", "等第"),
                needed=(*_FOUND, ("日期",)),
                ignored=(*_COUNT, "座号", "学号", "性别", "总分", "平均分", "名次", "排名"),
                defaults=MappingProxyType({"考试类别": "单元测试"}),
                is_repeated=True,
            ),
            _kind(
                "考勤",
                *_WHO,
                _c("日期", "异常.日期", "缺勤日期"),
                _c("节点", "异常.节点", "时段"),
                _c("类型", "异常.类型", "异常类型", "考勤类型"),
                _c("迟到分钟", "异常.迟到分钟"),
                _c("原因", "异常.原因", "缺勤原因", "事由"),
                _c("联系时间", "异常.联系时间", "首次联系时间"),
                _c("联系方式", "异常.联系方式"),
                _c("联系人", "异常.联系人"),
                _c("联系结果", "异常.联系结果"),
                _c("报备时间", "异常.报备时间", "报告时间"),
                _c("返校时间", "异常.返校时间"),
                needed=(*_FOUND, ("日期",), ("类型",)),
                ignored=(*_COUNT, "性别", "应到", "实到"),
                defaults=MappingProxyType({"节点": "晨读"}),
                is_repeated=True,
            ),
        )
    }
)
