"""Whether a person may make changes to a record, field by field; what may not be seen is not even named."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from guanai.access import reserved
from guanai.access.decide import Action
from guanai.access.powers import Powers
from guanai.access.spots import (
    CONFIDENTIALITY,
    ID,
    WRITERS,
    Spot,
    is_written_by,
    item_labels,
    shape_labels,
    spot_at,
    value_labels,
)
from guanai.model.base import ABSENT
from guanai.schema import Field
from guanai.schema.wording import readable
from guanai.yamlfile import Add, Change, Delete, Path
from guanai.yamlfile.changes import apply, copied

#: Lists of which each item decides who is responsible for a child, or who sees it: adding to them is editing (ours).
BY_EDIT: Final = frozenset({"学籍", "帮扶责任人", "特许", "教职工", "任职", "角色"})
#: What every teacher who may add anything to a child's file must be able to report, and at once.
#: Source: 未成年人保护法 11 (at once); that nobody has to approve a report is ours.
_DUTY: Final = "强制报告"
_ASK: Final = "请找有权限的人改，或先向校长、分管副校长申请"


@dataclass(frozen=True, slots=True)
class Refusal:
    """A change that a person may not make.

    Attributes:
        path: the field; () where the person may not know which.
        reason: Chinese sentence with the way out; no value stands in it.
    """

    path: Path
    reason: str


def permits(
    kind: str, shape: Field, changes: Sequence[Change], before: Mapping[str, Any], powers: Powers
) -> tuple[Refusal, ...]:
    """Return what stands against changes, one refusal a field; none when all may be made.

    The verdict hangs on the place and the new value, never on a value that the person may not see: setting a hidden
    field to what it already is, is refused like setting it to anything else.

    Args:
        kind: the record's kind.
        shape: its fields.
        changes: in order, as fine as `refine` makes them.
        before: the whole record.
        powers: what the person may do with it.

    Raises:
        NoSuchPlace: a change speaks of an item that is not there, or that the person may not see.
        Unwritable: a value may stand in no record.
    """
    if powers.sees is None and not powers.is_entrusted:
        return (Refusal((), f"您今天的任职不含这份记录的权限；{_ASK}。"),)
    state: Any = copied(dict(before))
    refusals: list[Refusal] = []
    for change in changes:
        found = list(_Judge(shape, state, powers).refusals(change))
        refusals += found
        if not found:  # whether a refused one could be done would tell what stands there
            state = apply(state, [change])
    if not refusals:
        refusals = [
            Refusal(path, reason) for path, reason in reserved.objections(kind, before, state, powers)
        ]
    return tuple(dict.fromkeys(refusals))


#: Kinds whose records come into being by adding: lists of a class, and what someone held and wrote down (ours).
_BY_APPEND: Final = frozenset({"attendance", "screening", "meeting", "activity"})


def permits_new(kind: str, shape: Field, data: Mapping[str, Any], powers: Powers) -> tuple[Refusal, ...]:
    """Return what stands against a new record; none when it may be made.

    Args:
        kind: its kind.
        shape: its fields.
        data: all of it, fitting its schema.
        powers: what the person may do with such a record.
    """
    held = powers.edits or frozenset()
    if kind in _BY_APPEND:
        held |= powers.appends or frozenset()
    is_allowed = powers.edits is not None or (kind in _BY_APPEND and powers.appends is not None)
    if not is_allowed or not value_labels(shape, data) <= held:
        what = "这样一份记录" if is_allowed else "这类记录"
        return (Refusal((), f"您今天的任职不含新建{what}的权限；{_ASK}。"),)
    return tuple(Refusal(path, reason) for path, reason in reserved.objections(kind, {}, data, powers))


class _Judge:
    """Judges one change of a record as it stands."""

    def __init__(self, shape: Field, state: Any, powers: Powers) -> None:
        self._shape = shape
        self._state = state
        self._powers = powers
        self._sees = powers.sees or frozenset()

    def refusals(self, change: Change) -> Iterator[Refusal]:
        spot = spot_at(self._shape, self._state, change.path, self._powers.staff, self._sees)
        if isinstance(change, Add):
            yield from self._added(spot, change.value)
        elif isinstance(change, Delete):
            yield from self._edited(spot, value_labels(spot.field, spot.value) | shape_labels(spot.field))
        else:
            yield from self._set(spot, change.value)

    def _set(self, spot: Spot, value: Any) -> Iterator[Refusal]:
        needed = value_labels(spot.field, value) | value_labels(spot.field, spot.value)
        key = spot.path[-1] if spot.path else ""
        if isinstance(spot.value, dict | list):
            needed |= shape_labels(spot.field)
        if key == ID and spot.value is not ABSENT:
            yield self._told(spot, "编号由程序给，不能改动；要换一条，请删去旧的、另添新的")
        elif key in WRITERS and spot.value is not ABSENT:
            # Whoever is named as the writer sees the whole item.
            item = spot_at(self._shape, self._state, spot.path[:-1], self._powers.staff, self._sees)
            yield from self._edited(spot, needed | shape_labels(item.field), may_own=False)
        elif key == CONFIDENTIALITY and isinstance(value, str):
            yield from self._edited(spot, needed | {value})
        else:
            yield from self._edited(spot, needed)

    def _edited(self, spot: Spot, needed: frozenset[str], *, may_own: bool = True) -> Iterator[Refusal]:
        if spot.is_own and may_own:
            return
        held = self._powers.labels(Action.EDIT)
        if held is None or not spot.labels | needed <= held:
            yield self._told(spot, f"您的任职不含改动这里的权限；{_ASK}")

    def _added(self, spot: Spot, value: Any) -> Iterator[Refusal]:
        field = spot.field.item if spot.field else None
        key = spot.path[-1] if spot.path else ""
        held = self._powers.labels(Action.EDIT if key in BY_EDIT else Action.APPEND)
        if spot.is_own or (self._is_duty(spot, value) and self._powers.appends is not None):
            return
        needed = spot.labels | value_labels(field, value) | (field.clearance if field else frozenset())
        edits = self._powers.edits
        may_edit = edits is not None and needed <= edits
        if not may_edit and (held is None or not needed <= held):
            is_whole = (
                field is None or not isinstance(value, Mapping) or not item_labels(field, value) <= self._sees
            )
            what = "这样的内容" if is_whole else "其中的一些栏目"
            yield self._told(spot, f"您的任职不含添写{what}的权限；{_ASK}")
        elif field is not None and self._is_forged(field, value) and not may_edit:
            yield self._told(spot, "记录人应写您本人；代别人记的，请由班主任或学校领导添写")

    def _is_duty(self, spot: Spot, value: Any) -> bool:
        is_report = isinstance(value, Mapping) and value.get("类型") == _DUTY and spot.path == ("过程记录",)
        return is_report and is_written_by(value, self._powers.staff)

    def _is_forged(self, field: Field, value: Any) -> bool:
        if not isinstance(value, Mapping):
            return False
        named = [value[key] for key in WRITERS if key in value and key in field.children]
        return bool(named) and self._powers.staff not in named

    def _told(self, spot: Spot, reason: str) -> Refusal:
        if not spot.is_shown:
            return Refusal((), f"这处改动超出您的权限；{_ASK}。")
        return Refusal(spot.path, f"{readable(spot.path) or '这份记录'}：{reason}。")
