"""The screening record (摸底排查): a class and a term, every family ticked off."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from guanai.model.base import Record, key

#: 结果 of a line.
FOUND: Final = "有情形"
NOTHING: Final = "无情况"
OPEN: Final = "待核实"


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreenedFamily(Record):
    """One child's line (逐户); it stands there when nothing was found too."""

    student: str = key("学生", "")
    dated_on: date | None = key("日期")
    mode: str | None = key("方式")
    result: str = key("结果", "")
    circumstances: tuple[str, ...] = key("情形", ())
    remark: str | None = key("说明")

    @property
    def is_found(self) -> bool:
        """Whether something was found, written down here or in the child's file alone."""
        return self.result == FOUND


@dataclass(frozen=True, slots=True, kw_only=True)
class Screening(Record):
    """A class's screening of a term (摸底排查)."""

    class_id: str = key("班级", "")
    term: str = key("学期", "")
    author: str | None = key("排查人")
    finished_on: date | None = key("完成日期")
    families: tuple[ScreenedFamily, ...] = key("逐户", ())
    summary: str | None = key("班级小结")
