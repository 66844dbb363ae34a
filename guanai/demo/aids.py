"""Reductions, grants and care in kind (照顾), each with the decision behind it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from guanai import ids
from guanai.demo.children import Child
from guanai.demo.dice import Dice
from guanai.demo.setting import Setting
from guanai.demo.staff import Staff


@dataclass(frozen=True, slots=True)
class Aid:
    """One aid; ``decision`` is the id of its approval, "" where none is needed."""

    kind: str
    item: str
    amount: int
    since: date
    until: date
    reason: str
    decision: str
    handled_by: str


@dataclass(frozen=True, slots=True)
class _Offer:
    """What a circumstance may bring: amounts in yuan."""

    kind: str
    items: tuple[str, ...]
    low: int
    high: int
    reasons: tuple[str, ...]


_OFFERS: Mapping[str, _Offer] = {
    "家庭经济困难": _Offer("补助", ("家庭经济困难学生生活补助",), 500, 625, ("经认定符合条件，按学期发放。", "家庭收入下降，经评议小组评议通过。")),
    "留守": _Offer("课后托管", ("课后托管至17:30", "周五住校看护"), 0, 0, ("监护人不便接送，申请托管。", "父母务工，放学后无人看护。")),
    "单亲或父母离异": _Offer("费用减免", ("午餐费减半", "校车费减免", "住宿生活费减免"), 120, 480, ("监护人申请，按后勤减免办法办理。", "家庭负担较重，申请减免部分生活费用。")),
    "孤儿": _Offer("费用减免", ("校服费、午餐费全免",), 380, 760, ("按规定减免。",)),
    "事实无人抚养": _Offer("费用减免", ("午餐费全免",), 380, 760, ("按规定减免。",)),
    "家庭重大变故": _Offer("物资", ("冬衣、床品一套", "学习用品一批"), 80, 300, ("家中临时困难，爱心柜支出。",)),
    "残疾": _Offer("其他", ("大字版教材", "桌椅调整"), 0, 300, ("便于课堂学习。",)),
}  # fmt: skip


class AidOffice:
    """Gives children what their circumstances bring; each decision of the school has an id of its own."""

    def __init__(self, setting: Setting, staff: Staff) -> None:
        """Begin without a decision."""
        self._setting, self._staff = setting, staff
        self._taken: set[str] = set()

    def aids(self, child: Child, here: Sequence[date], left: date | None) -> tuple[Aid, ...]:
        """Return what a child receives this term.

        Args:
            child: the child.
            here: the school days so far on which it belonged here.
            left: from when on it is away, None while it belongs here.
        """
        dice = self._setting.dice("aid", child.number)
        return tuple(
            self._aid(child, dice, offer, here, left)
            for word, offer in _OFFERS.items()
            if word in child.kinds and dice.chance(0.75)
        )

    def _aid(self, child: Child, dice: Dice, offer: _Offer, days: Sequence[date], left: date | None) -> Aid:
        decided = days[min(dice.number(9, 15), len(days) - 1)]
        by_logistics = offer.kind in ("费用减免", "物资")
        homeroom = self._staff.homeroom(child.plan.id, decided)
        return Aid(
            kind=offer.kind,
            item=dice.pick(offer.items),
            amount=dice.number(offer.low // 5, offer.high // 5) * 5,
            since=decided,
            until=left - timedelta(days=1) if left else self._setting.term.ends,
            reason=dice.pick(offer.reasons),
            decision=self._decision(decided, dice) if offer.kind in ("费用减免", "补助") else "",
            handled_by=self._staff.leader["后勤主任"] if by_logistics else homeroom,
        )

    def _decision(self, day: date, dice: Dice) -> str:
        made = ids.new_id("D", on=day, taken=self._taken, rng=dice.random)
        self._taken.add(made)
        return made
