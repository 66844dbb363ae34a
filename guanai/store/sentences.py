"""Tells a difference in a sentence as a colleague would say it: 把 预警等级 由 黄 改为 红."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from guanai.ids import STUDENT_ID
from guanai.model.base import ABSENT, HIDDEN
from guanai.schema import Field
from guanai.store.differences import Difference, Holder, Turn

_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_INSTANT: Final = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})T([0-9]{2}:[0-9]{2})(?::[0-9]{2})?(?:\+08:00)?")
_MENTION: Final = re.compile(rf"@({STUDENT_ID.pattern})")
#: So much of a text is told.
_LONGEST = 36
#: So much around a change within a text.
_AROUND = 6
#: Keys that say why; the record keeps the reason, under its label.
_REASONS: Final = ("理由", "原因", "事由")
#: Keys that tell one entry from another, by how well they do.
_TELLING: Final = (
    "姓名", "名称", "项目", "情形", "教师", "学生", "角色", "目标", "职责", "班级", "级别", "节点", "类型", "学科", "工具", "题目", "标题", "月份",
)  # fmt: skip
#: Keys whose text is what an entry has to say.
_SAYING: Final = (
    "内容", "过程", "目标", "事项", "要点", "说明", "理由", "触发原因", "结果", "情形", "事由", "成效", "观察", "备注", "去向",
)  # fmt: skip
#: Keys that say nothing by themselves.
_UNTOLD: Final = frozenset({"编号", "密级", "日期", "时间", "学期", "类别", "记录人"})
#: Lists of which the last entry is in force: what is said of it, by its key, and the key of its day.
_IN_FORCE: Final[Mapping[str, tuple[tuple[tuple[str, str], ...], str]]] = {
    "预警": ((("预警等级", "等级"),), "日期"),
    "学籍": ((("学籍状态", "状态"), ("班级", "班级")), "起"),
}
#: Lists whose entries are called by what they are: 11月2日的家访.
_CALLED_BY_KIND: Final = frozenset({"过程记录"})


@dataclass(frozen=True, slots=True)
class Names:
    """Who stands behind the ids of a record.

    Attributes:
        staff: names by staff id.
        children: names of the children whom the reader may know, by id.
    """

    staff: Mapping[str, str] = field(default_factory=dict)
    children: Mapping[str, str] = field(default_factory=dict)


def sentence(difference: Difference, names: Names, *, on: date) -> str:
    """Return what happened without who and when: ``把 预警等级 由 黄 改为 红，理由：…``.

    Args:
        difference: of two redacted views.
        names: whom to name; an unknown child is 某同学, an unknown colleague keeps the id.
        on: the day it is told for; dates of its year are told without the year.
    """
    teller = _Teller(names, on)
    if difference.turn is Turn.ADDED:
        return teller.added(difference)
    if difference.turn is Turn.REMOVED:
        return teller.removed(difference)
    return teller.set(difference)


def day_words(day: date, on: date) -> str:
    """Return a date as people say it, with the year only where it is not this one.

    >>> day_words(date(2026, 8, 12), date(2026, 11, 20))
    '8月12日'
    """
    year = "" if day.year == on.year else f"{day.year}年"
    return f"{year}{day.month}月{day.day}日"


def shortened(text: str, longest: int = _LONGEST) -> str:
    """Return a text in one line, cut with … where it is long."""
    flat = " ".join(text.split())
    return flat if len(flat) <= longest else f"{flat[: longest - 1]}…"


class _Teller:
    """Words for the values and entries of one record."""

    def __init__(self, names: Names, on: date) -> None:
        self._names = names
        self._on = on

    def added(self, difference: Difference) -> str:
        entry = difference.holders[-1]
        in_force = _IN_FORCE.get(entry.field.key) if len(difference.holders) == 1 else None
        if in_force:
            told = list(self._newly_in_force(entry, difference.beside, *in_force))
            if told:
                return "，".join([*told, *self._since(entry.entry), *self._reason(entry)])
        verb = "记下" if entry.field.id_rule and entry.field.id_rule.date_key else "新增"
        return f"{verb} {self._place(difference.holders)}{self._gist(entry)}"

    def removed(self, difference: Difference) -> str:
        return f"删去 {self._place(difference.holders)}{self._gist(difference.holders[-1])}"

    def set(self, difference: Difference) -> str:
        where = self._subject(difference)
        old, new = difference.before, difference.after
        if isinstance(old, list) or isinstance(new, list):
            return self._list_changed(difference, where)
        reason = "".join(f"，{each}" for each in self._reason_of_closed(difference))
        if old is ABSENT:
            return f"填写 {where}：{self._value(difference.field, new)}{reason}"
        if new is ABSENT:
            return f"清空 {where}（原为 {self._value(difference.field, old)}）"
        if _is_long(old) or _is_long(new):
            before, after = _focus(self._text(old), self._text(new))
            return f"把 {where} 由“{before}”改为“{after}”"
        return f"把 {where} 由 {self._value(difference.field, old)} 改为 {self._value(difference.field, new)}{reason}"

    def _newly_in_force(
        self,
        entry: Holder,
        beside: Sequence[Mapping[str, Any]],
        subjects: Sequence[tuple[str, str]],
        date_key: str,
    ) -> Iterator[str]:
        mine = str(entry.entry.get(date_key, ""))
        earlier = [each for each in beside if str(each.get(date_key, "")) <= mine]
        # Of two of one day the lower in the file is the later.
        before = (
            max(enumerate(earlier), key=lambda each: (str(each[1].get(date_key, "")), each[0]))[1:]
            if earlier
            else ()
        )
        for words, key in subjects:
            new = entry.entry.get(key)
            old = before[0].get(key) if before else None
            if not isinstance(new, str) or old is HIDDEN or new == old:
                continue
            kind = (entry.field.item or entry.field).children[key]
            value = self._value(kind, new)
            yield (
                f"把 {words} 由 {self._value(kind, old)} 改为 {value}" if old else f"把 {words} 定为 {value}"
            )

    def _since(self, entry: Mapping[str, Any]) -> Iterator[str]:
        day = entry.get("日期") or entry.get("起")
        if isinstance(day, str) and day != self._on.isoformat():
            yield f"自{self._text(day)}起"

    def _reason(self, entry: Holder) -> Iterator[str]:
        for key in _REASONS:
            told = entry.entry.get(key)
            if isinstance(told, str) and told:
                yield f"理由：{shortened(self._text(told)).rstrip('。')}"
                return

    def _reason_of_closed(self, difference: Difference) -> Iterator[str]:
        if difference.field.values and difference.holders:
            yield from self._reason(difference.holders[-1])

    def _list_changed(self, difference: Difference, where: str) -> str:
        old, new = (
            value if isinstance(value, list) else [] for value in (difference.before, difference.after)
        )
        item = difference.field.item or difference.field
        gone, come = Counter(map(str, old)), Counter(map(str, new))
        lost = "、".join(self._quoted(item, each) for each in (gone - come).elements())
        found = "、".join(self._quoted(item, each) for each in (come - gone).elements())
        if lost and found:
            return f"把 {where} 里的 {lost} 换成 {found}"
        return f"给 {where} 加上 {found}" if found else f"从 {where} 去掉 {lost}"

    def _subject(self, difference: Difference) -> str:
        """Return what a field is called: 家庭住址, 10月23日的预警的等级."""
        own = _joined(_steps_behind(difference))
        return f"{self._place(difference.holders, of='')}的{own}" if difference.holders else own

    def _place(self, holders: Sequence[Holder], of: str = "的") -> str:
        return "里".join(self._called(holder, of) for holder in holders)

    def _called(self, holder: Holder, of: str) -> str:
        """Return what an entry is called: 11月2日的家访, 监护人“鲁长山”, 9月9日的计划“交流预案”."""
        entry, shape = holder.entry, holder.field.item or holder.field
        rule = holder.field.id_rule
        day = entry.get(rule.date_key) if rule and rule.date_key else entry.get("日期")
        is_today = of and str(day)[:10] == self._on.isoformat()
        when = (
            f"{self._text(day[:10])}{of}" if isinstance(day, str) and _DAY.match(day) and not is_today else ""
        )
        if holder.field.key in _CALLED_BY_KIND:
            kind = entry.get("类型")
            topic = entry.get("主题") or entry.get("学科")
            label = f"（{shortened(topic, 16)}）" if isinstance(topic, str) else ""
            return f"{when}{kind if isinstance(kind, str) else holder.field.key}{label}"
        words = [
            self._value(shape.children[key], entry[key], longest=16)
            for key in _TELLING
            if key in shape.children and isinstance(entry.get(key), str)
        ]
        label = f"“{' '.join(words[:2])}”" if words else ""
        return f"{when}{holder.field.key}{label}"

    def _gist(self, holder: Holder) -> str:
        """Return what an entry says, shortly: its text, else its figures."""
        entry, shape = holder.entry, holder.field.item or holder.field
        for key in _SAYING:
            text = entry.get(key)
            if isinstance(text, str) and text and key in shape.children and not shape.children[key].values:
                return f"：{shortened(self._text(text))}"
        told = [
            f"{key} {self._value(shape.children[key], value)}"
            for key, value in entry.items()
            if key in shape.children and key not in _TELLING and key not in _UNTOLD
            and isinstance(value, str | int | float)
        ]  # fmt: skip
        return f"：{'，'.join(told[:4])}" if told else ""

    def _quoted(self, item: Field, value: str) -> str:
        return f"“{self._value(item, value)}”"

    def _value(self, shape: Field, value: Any, longest: int = _LONGEST) -> str:
        if value is True or value is False:
            return "是" if value else "否"
        if isinstance(value, dict):
            return "，".join(
                f"{key} {self._value(shape.children.get(key, shape), each)}"
                for key, each in value.items()
                if each is not HIDDEN
            )
        if isinstance(value, str):
            if shape.ref == "staff":
                return self._names.staff.get(value, value)
            if shape.ref == "student":
                return self._names.children.get(value, "某同学")
            return shortened(self._text(value), longest)
        return f"{value}{shape.unit}"

    def _text(self, value: Any) -> str:
        """Return a text with its dates as people say them and the children it mentions."""
        if not isinstance(value, str):
            return str(value)
        if _DAY.fullmatch(value):
            return self._day(value)
        instant = _INSTANT.fullmatch(value)
        if instant:
            return f"{self._day(instant[1])}{instant[2]}"
        return _MENTION.sub(lambda found: self._names.children.get(found[1], "某同学"), value)

    def _day(self, value: str) -> str:
        try:
            return day_words(date.fromisoformat(value), self._on)
        except ValueError:
            return value


def _is_long(value: Any) -> bool:
    return isinstance(value, str) and len(value) > _LONGEST // 2 and not _INSTANT.fullmatch(value)


def _steps_behind(difference: Difference) -> list[str]:
    """Return the keys of a field within its record, or within the innermost entry on the way to it."""
    name = difference.holders[-1].entry.get("编号") if difference.holders else None
    place = max(
        (at for at, step in enumerate(difference.path) if step == name or isinstance(step, int)), default=-1
    )
    return [str(step) for step in difference.path[place + 1 :]]


def _joined(keys: Sequence[str]) -> str:
    """Return keys as one word; what repeats the key above stands alone: 家庭住址, 家庭结构."""
    told = ""
    for key in keys:
        told = key if key.startswith(told) else told + key
    return told


def _focus(old: str, new: str) -> tuple[str, str]:
    """Return the parts of two texts that differ, with a little around them."""
    before, after = " ".join(old.split()), " ".join(new.split())
    start = 0
    while start < min(len(before), len(after)) and before[start] == after[start]:
        start += 1
    end = 0
    while end < min(len(before), len(after)) - start and before[-1 - end] == after[-1 - end]:
        end += 1
    first, last = max(0, start - _AROUND), max(0, end - _AROUND)
    return _cut(before, first, last), _cut(after, first, last)


def _cut(text: str, first: int, last: int) -> str:
    stop = len(text) - last
    return shortened(f"{'…' if first else ''}{text[first:stop]}{'…' if last else ''}")
