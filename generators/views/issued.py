"""发文登记簿: the papers that got their number in a school year, with signature and place of the signed copy."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from generators.issued import register
from generators.views.gathered import Gathered
from generators.views.period import Length, Period
from generators.views.view import Unit, View, ViewRecord, frame
from guanai.model.base import Record, key
from guanai.model.person import Storage


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedLine(Record):
    """A line of the register; ``about`` is an id, never a name."""

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
                about=line.about,
                record=line.record,
                signature=line.signature or None,
                storage=line.storage,
            )
            for line in lines
        ),
    )


VIEW: Final = View(
    "issued-register", "发文登记簿", "发文登记", (Unit.SCHOOL,), Length.YEAR, IssuedRegister, _build
)
