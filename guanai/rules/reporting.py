"""强制报告: an entry reminds at once and asks nobody's leave; it is 限制 and is never counted in a list.

Source: 未成年人保护法, article 11; 关于建立侵害未成年人案件强制报告制度的意见（试行）, article 4, in force since 2020-05-07.
"""

from collections.abc import Iterable
from typing import Final, Protocol, TypeVar

from guanai.model.trail import Entry

#: The kind of entry.
KIND: Final = "强制报告"

#: The nine situations, in short words of ours, as the form offers them.
SITUATIONS: Final[tuple[str, ...]] = (
    "隐私部位遭受或者疑似遭受非正常损伤",
    "不满十四周岁女生遭受或者疑似遭受性侵害、怀孕、流产",
    "十四周岁以上女生遭受或者疑似遭受性侵害所致怀孕、流产",
    "身体多处损伤、严重营养不良、意识不清，疑似遭受家庭暴力、欺凌、虐待、殴打或者被人麻醉等",
    "因自杀、自残、工伤、中毒、被人麻醉、殴打等非正常原因导致伤残、死亡",
    "被遗弃或者长期处于无人照料状态",
    "来源不明、失踪或者被拐卖、收买",
    "被组织乞讨",
    "其他严重侵害身心健康或者面临不法侵害危险的情形",
)

#: Whom to tell; the police first, no order of rank before that.
RECIPIENTS: Final = ("公安机关", "民政部门", "教育行政部门")


def what_to_do(*, is_reported: bool) -> str:
    """Return what whoever wrote such an entry has to do now; ``is_reported``: it says to whom it was reported."""
    if is_reported:
        return "已记录报告对象；请继续配合处置，并保管好回执。"
    return (
        f"请立即向{RECIPIENTS[0]}报告，也可以同时报告{'、'.join(RECIPIENTS[1:])}；"
        "报告不需要任何人批准。报告后在这一条写上对方单位和时间。"
    )


class Kinded(Protocol):
    """Anything that has a kind of entry."""

    @property
    def kind(self) -> str:
        """类型."""


_Kinded = TypeVar("_Kinded", bound=Kinded)


def unreported(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Return such entries that do not say to whom it was reported, as they stand in the file."""
    return tuple(each for each in entries if each.kind == KIND and not each.counterpart)


def countable(entries: Iterable[_Kinded]) -> tuple[_Kinded, ...]:
    """Return what may stand in a count, a list or a statistic: everything but such entries."""
    return tuple(each for each in entries if each.kind != KIND)
