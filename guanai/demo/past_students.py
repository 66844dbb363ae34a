"""How a child's file came about: brought over from the old register, then entry by entry, with slips mended."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from guanai.demo import places
from guanai.demo.dice import Numbers
from guanai.demo.past_lines import Growth, Moment
from guanai.demo.past_people import Office, class_on
from guanai.store.note import Action, Reason
from guanai.yamlfile import Path

#: List, the key of its day, the key of who wrote it ("" for the homeroom teacher).
_DATED = (
    ("特殊情形", "认定日期", "认定人"),
    ("帮扶责任人", "起", ""),
    ("预警", "日期", "决定人"),
    ("计划", "日期", "制定人"),
    ("过程记录", "时间", "记录人"),
    ("照顾", "起", "经办人"),
    ("劝返", "触发日期", ""),
    ("总结", "日期", "撰写人"),
)
#: Lists within the entries of a list.
_WITHIN = (("计划", "进展", "日期", ""), ("劝返", "步骤", "时间", "记录人"))
#: What is written when the care file (建档) is opened.
_FILED = ("建档", "课堂安全提示", "现状", "心理", "附件目录")
_LEVELS = ("绿", "黄", "红")


def grow_student(data: Mapping[str, Any], text: str, office: Office) -> Growth:
    """Return how a child's file grew; arguments as of `guanai.demo.past_records.growth`."""
    return _Student(data, text, office).grown


class _Student:
    """One child's file, gone through part by part."""

    def __init__(self, data: Mapping[str, Any], text: str, office: Office) -> None:
        self._data = data
        self._roll, self._clock, self._dice = office.roll, office.clock, office.dice
        self._stays: list[Mapping[str, Any]] = data["学籍"]
        self.grown = Growth(text, self._created())
        self._enrolments()
        self._filing()
        for key, day_key, writer in _DATED:
            self._dated((key,), data.get(key, ()), day_key, writer)
        for key, inner, day_key, writer in _WITHIN:
            for place, entry in enumerate(data.get(key, ())):
                self._dated((key, place, inner), entry.get(inner, ()), day_key, writer)
        self._scores()
        self._persuasions()
        self._slips()

    def _created(self) -> Moment:
        clock, first = self._clock, date.fromisoformat(self._stays[0]["起"])
        registrar = self._roll.holder("学籍管理员", clock.start)
        came = clock.at(first, "10:15", registrar, Action.ADD) if first > clock.start else None
        if came is not None:
            return came
        # The old register is brought over class by class.
        class_id = class_on(self._stays, clock.start)
        minute = (int(class_id[1:5]) * 7 + int(class_id[-2:])) % 50
        brought = clock.at(clock.start, f"09:{minute + 5:02d}", registrar, Action.IMPORT, Reason.IMPORT)
        if brought is None:
            raise ValueError(class_id)
        return brought

    def _homeroom(self, day: date) -> str:
        return self._roll.homeroom(self._stays, day)

    def _enrolments(self) -> None:
        for place, stay in enumerate(self._stays):
            for key, path in (("起", ()), ("止", ("止",))):
                day = date.fromisoformat(stay[key]) if key in stay else date.min
                if (place or path) and day > self._clock.start:
                    who = self._roll.holder("学籍管理员", day)
                    moment = self._clock.at(day, "11:20", who)
                    self.grown.born(("学籍", place, *path), moment, of=0 if path else len(self._stays))

    def _filing(self) -> None:
        filing = self._data.get("建档")
        if filing is None:
            return
        moment = self._clock.typed(filing["日期"], filing["建档人"], self._dice)
        for key in _FILED:
            if key in self._data:
                self.grown.born((key,), moment)

    def _dated(self, path: Path, entries: Any, day_key: str, writer: str) -> None:
        for place, entry in enumerate(entries):
            told = str(entry.get(day_key, ""))
            if not told:
                continue
            day = date.fromisoformat(told[:10])
            who = entry.get(writer) or self._homeroom(day)
            moment = self._clock.typed(str(entry.get("结束时间", told)), who, self._dice)
            self.grown.born((*path, place), moment, of=len(entries))
            self._later(entry, (*path, place), moment)

    def _later(self, entry: Mapping[str, Any], path: Path, moment: Moment | None) -> None:
        """Let what came after an entry come later: its end, the second person's name, the signature."""
        clock = self._clock
        if path[0] in ("特殊情形", "帮扶责任人") and "止" in entry:
            end = date.fromisoformat(entry["止"])
            self.grown.born((*path, "止"), clock.at(end, "17:10", self._homeroom(end)))
        if moment is None:
            return
        if "复核人" in entry:
            reviewed = clock.after(moment, 60, entry["复核人"], reason=Reason.REVIEW, action=Action.CHANGE)
            self.grown.born((*path, "复核人"), reviewed)
        if entry.get("签字") == "已签" and self._dice.chance(0.5):
            signed = clock.after(moment, 24 * 60, reason=Reason.ENTRY, action=Action.CHANGE)
            self.grown.formerly((*path, "签字"), [("待签", signed)])
        if path[0] == "预警" and entry["等级"] in _LEVELS and self._dice.chance(0.2):
            mended = clock.after(moment, 6, reason=Reason.CORRECTION, action=Action.CHANGE)
            wrong = self._dice.pick([level for level in _LEVELS if level != entry["等级"]])
            self.grown.formerly((*path, "等级"), [(wrong, mended)])

    def _scores(self) -> None:
        scores = self._data.get("成绩", ())
        for place, score in enumerate(scores):
            day = date.fromisoformat(score["日期"]) + timedelta(days=2)
            class_id = class_on(self._stays, day)
            who = self._roll.holder("科任教师", day, class_id, score["学科"])
            # A teacher enters the marks of a whole class at once.
            minute = 10 + sum(map(ord, score["学科"])) % 45
            self.grown.born(("成绩", place), self._clock.at(day, f"16:{minute}", who), of=len(scores))
        honours = self._data.get("荣誉", ())
        for place, honour in enumerate(honours):
            day = date.fromisoformat(honour["日期"])
            moment = self._clock.at(day, "16:40", self._roll.holder("德育主任", day))
            self.grown.born(("荣誉", place), moment, of=len(honours))

    def _persuasions(self) -> None:
        for place, story in enumerate(self._data.get("劝返", ())):
            states: list[tuple[str, Moment | None]] = []
            for key, before in (("复学日期", "进行中"), ("稳定日期", "已返校")):
                if key in story:
                    day = date.fromisoformat(story[key])
                    moment = self._clock.at(day, "17:20", self._homeroom(day))
                    self.grown.born(("劝返", place, key), moment)
                    states.append((before, moment))
            self.grown.formerly(("劝返", place, "状态"), states)

    def _slips(self) -> None:
        """Let a number, an address or a figure have been another one, and an entry land in the wrong file."""
        is_special = "特殊情形" in self._data
        guardians = self._data["家庭"].get("监护人", ())
        for place, guardian in enumerate(guardians[:1]):
            if "电话" in guardian and self._dice.chance(0.4 if is_special else 0.06):
                self._mended(("家庭", "监护人", place, "电话"), places.phone(self._dice))
        if self._dice.chance(0.05) and "座号" in self._stays[0] and len(self._stays) == 1:
            self._mended(("学籍", 0, "座号"), self._stays[0]["座号"] % 40 + 1)
        economy = self._data["家庭"].get("经济状况")
        if is_special and economy not in (None, "一般") and self._dice.chance(0.3):
            self._mended(("家庭", "经济状况"), "一般")
        if "过程记录" in self._data and self._dice.chance(0.15):
            self._misplaced()

    def _some_day(self) -> date:
        span = (self._clock.on - self._clock.start).days
        return self._clock.start + timedelta(days=self._dice.number(span // 4, max(span // 4, span - 1)))

    def _mended(self, path: Path, former: Any) -> None:
        day = self._some_day()
        moment = self._clock.at(
            day, f"{self._dice.number(10, 17)}:{self._dice.number(10, 59)}", self._homeroom(day),
            reason=Reason.CORRECTION,
        )  # fmt: skip
        self.grown.formerly(path, [(former, moment)])

    def _misplaced(self) -> None:
        day = self._some_day()
        first = min(str(entry["时间"]) for entry in self._data["过程记录"])
        who = self._homeroom(day)
        born = self._clock.at(day, "16:20", who)
        gone = self._clock.after(born, 9, reason=Reason.UNDO, action=Action.UNDO)
        if born is None or gone is None or first[:10] >= f"{day}":
            return
        entry = {
            "编号": Numbers(self._dice).item("E", day),
            "类型": "其他",
            "时间": f"{day}T15:50+08:00",
            "记录人": who,
            "内容": "课间看了作业，已当面讲过一遍。",
        }
        self.grown.passing("过程记录", entry, born, gone)
