"""What labels alone do not open: a warning's level, and one's own sight."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final

from guanai.access.clearance import within_floor
from guanai.access.powers import Powers
from guanai.access.raw import items_of, words_of
from guanai.yamlfile import Path

#: (path, sentence) of one objection.
Objection = tuple[Path, str]

#: Who decides on a level without a meeting (ours).
_DECIDERS: Final = frozenset({"校长", "分管副校长"})
#: Who changes what roles see; a deputy grants exceptions alone (ours).
_KEEPERS: Final = frozenset({"校长", "系统管理员"})
_RANKS: Mapping[str, int] = MappingProxyType({"红": 3, "黄": 2, "绿": 1, "解除": 0})
#: What makes up the decision on a level.
_DECISION: Final = ("等级", "日期", "决定人", "复核人", "会议")
_SIGHT: Final = ("看", "有预警时另看", "结对学生另看", "追加", "改")


def objections(
    kind: str, before: Mapping[str, Any], after: Mapping[str, Any], powers: Powers
) -> Iterator[Objection]:
    """Yield what a person may not do to a record though the labels would open it.

    Args:
        kind: the record's kind.
        before: the whole record.
        after: the record as the person wants it.
        powers: what the person may do with it.
    """
    if kind == "student":
        yield from _levels(before, after, powers)
    elif kind == "staff":
        yield from _own_posts(before, after, powers)
    elif kind == "access":
        yield from _own_sight(before, after, powers)


def level_of(data: Mapping[str, Any]) -> str:
    """Return the warning level (等级) that was decided last, 解除 for none; of two of one day the lower in the file."""
    items = [item for item in items_of(data, "预警") if {"日期", "等级"} <= item.keys()]
    return str(max(reversed(items), key=lambda item: str(item["日期"]))["等级"]) if items else "解除"


def _levels(before: Mapping[str, Any], after: Mapping[str, Any], powers: Powers) -> Iterator[Objection]:
    old = {str(item.get("编号")): item for item in items_of(before, "预警")}
    new = items_of(after, "预警")
    is_lower = _rank(level_of(after)) < _rank(level_of(before))
    for item in new:
        was = old.pop(str(item["编号"]), None) if "编号" in item else None
        if was is not None and all(was.get(key) == item.get(key) for key in _DECISION):
            continue
        path: Path = ("预警", str(item["编号"]), "等级") if was is not None else ("预警",)
        if not item.get("会议") and not powers.roles & _DECIDERS:
            yield path, "预警等级由校长、分管副校长决定，或由研判会决定并写上“会议”。"
        elif is_lower and not _is_backed(item):
            yield path, "降低预警等级要有第二人（复核人，不能就是决定人）或研判会（会议）。"
    for name in old:
        if not powers.roles & _DECIDERS:
            yield ("预警", name), "预警由校长、分管副校长删去；等级有变化时，请另添一条。"
        elif is_lower:
            yield ("预警", name), "删去这一条就降低了预警等级；请另添一条，写明复核人或会议。"


def _rank(level: str) -> int:
    return _RANKS.get(level, 0)


def _is_backed(item: Mapping[str, Any]) -> bool:
    return bool(item.get("会议")) or item.get("复核人") not in (None, item.get("决定人"))


def _own_posts(before: Mapping[str, Any], after: Mapping[str, Any], powers: Powers) -> Iterator[Objection]:
    old, new = (
        [p for p in items_of(data, "教职工") if p.get("编号") == powers.staff] for data in (before, after)
    )
    if [person.get("任职") for person in old] != [person.get("任职") for person in new]:
        path = ("教职工", powers.staff, "任职")
        yield path, "自己的任职决定自己能看哪些学生，要由另一位校领导或系统管理员改动。"


def _own_sight(before: Mapping[str, Any], after: Mapping[str, Any], powers: Powers) -> Iterator[Objection]:
    if items_of(before, "角色") != items_of(after, "角色") and not powers.held & _KEEPERS:
        yield ("角色",), "各角色的权限由校长、系统管理员改动；分管副校长只批准特许。"
    yield from _floor(before, after)
    for item in items_of(after, "特许"):
        if item.get("教师") == powers.staff and item not in items_of(before, "特许"):
            yield ("特许",), "不能给自己特许；请由另一位校领导改动。"
    old = {str(item.get("角色")): item for item in items_of(before, "角色")}
    for item in items_of(after, "角色"):
        role = str(item.get("角色"))
        if role not in powers.held:
            continue
        was = old.get(role, {})
        wider = [key for key in _SIGHT if not words_of(item, key) <= words_of(was, key)]
        if wider or ("只看" in was and "只看" not in item):
            yield ("角色",), f"这样改会放宽您自己的权限（{role}），要由不任此职的另一人改动。"


def _floor(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Objection]:
    """Yield what would open nothing, because the floor holds: nobody shall believe that it does."""
    old = {str(item.get("角色")): item for item in items_of(before, "角色")}
    for item in items_of(after, "角色"):
        role = str(item.get("角色"))
        more = {word for key in _SIGHT for word in words_of(item, key) - words_of(old.get(role, {}), key)}
        beyond = more - within_floor(role, frozenset(more))
        if beyond:
            told = "、".join(sorted(beyond))
            yield (
                ("角色",),
                f"{role}不能有“{told}”：心理只给心理健康教师，管机器、管钱的和家长代表不看学生档案。",
            )
