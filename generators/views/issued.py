"""发文登记簿: the papers that got their number in a school year, with signature and place of the signed copy."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Final

from generators import wording
from generators.issued import register
from generators.views.gathered import Gathered
from generators.views.period import Length, Period
from generators.views.view import Unit, View, ViewRecord, frame
from guanai.model.base import Record, key
from guanai.model.person import Storage

_YEAR_OR_TERM: Final = re.compile(r"[0-9]{4}-[0-9]{4}(-[12])?")
_MONTH: Final = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])")


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedLine(Record):
    """A line of the register; ``about`` is an id or a stretch of time, never a name."""

    number: str = key("文号", "")
    dated_on: date | None = key("日期")
    name: str = key("名称", "")
    about: str = key("对象", "")
    record: str = key("记录", "")
    signature: str | None = key("签字")
    storage: Storage | None = key("存放")


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedRegister(ViewRecord):
    """The register."""

    total: int = key("份数", 0)
    papers: tuple[IssuedLine, ...] = key("文书", ())


def _build(gathered: Gathered, unit: str, period: Period) -> IssuedRegister:
    until = period.until(gathered.on)
    lines = [
        line
        for line in register(gathered.policies, gathered.decisions, gathered.meetings)
        if line.dated_on is not None and period.begins <= line.dated_on <= until
    ]
    return IssuedRegister(
        **frame(unit, period, gathered),
        total=len(lines),
        papers=tuple(
            IssuedLine(
                number=line.number,
                dated_on=line.dated_on,
                name=line.name,
                about=_told(line.about),
                record=line.record,
                signature=line.signature or None,
                storage=line.storage,
            )
            for line in lines
        ),
    )


def _told(about: str) -> str:
    """Return what a paper is about: a stretch of time in words, all else by its id."""
    if _YEAR_OR_TERM.fullmatch(about):
        return wording.term_name(about)
    month = _MONTH.fullmatch(about)
    return f"{month[1]}年{int(month[2])}月" if month else about


VIEW: Final = View(
    "issued-register", "发文登记簿", "发文登记", (Unit.SCHOOL,), Length.YEAR, IssuedRegister, _build
)
