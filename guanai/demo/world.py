"""The invented school as a whole: everything that is settled before a record is written."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from guanai import ids
from guanai.demo.absences import Miss, invent_misses
from guanai.demo.aids import Aid, AidOffice
from guanai.demo.children import Child, invent_children
from guanai.demo.dropout import Dropout, invent_dropouts
from guanai.demo.enrolment import Stay, class_on, invent_stays, leaving_day, seat_on
from guanai.demo.layout import ClassPlan, lay_out
from guanai.demo.levels import NONE, Level, Reviews, invent_levels, level_on
from guanai.demo.setting import Setting
from guanai.demo.staff import Staff, invent_staff
from guanai.demo.stars import Star, invent_stars

#: Share of children with circumstances but without a level who have a teacher of their own all the same.
_PAIRED = 0.4
#: From this size on one file shows a mandatory report (强制报告).
_REPORTED_FROM = 200


@dataclass(frozen=True, slots=True)
class Life:
    """A child with what happens to it.

    Attributes:
        pair: (subject, teacher, since) of the teacher who looks after this child, None without one.
        here: school days so far on which the child belonged here; the last of all where there were none.
        days: those of them on which it was there.
        missed: the other school days so far.
    """

    child: Child
    stays: tuple[Stay, ...]
    misses: tuple[Miss, ...]
    levels: tuple[Level, ...]
    dropout: Dropout | None
    pair: tuple[str, str, date] | None
    aids: tuple[Aid, ...]
    stars: tuple[Star, ...]
    here: tuple[date, ...]
    days: tuple[date, ...]
    missed: frozenset[date]

    @property
    def level(self) -> str:
        """The level of today, 解除 where there is none."""
        return self.levels[-1].level if self.levels else NONE

    @property
    def left(self) -> date | None:
        """From when on the child is away for good or for long, None while it belongs here."""
        return leaving_day(self.stays)

    def class_of(self, day: date) -> str:
        """Return the class that the child belonged to on a day."""
        return seat_on(self.stays, day)

    def level_on(self, day: date) -> str:
        """Return the level in force on a day."""
        return level_on(self.levels, day)


@dataclass(frozen=True, slots=True)
class World:
    """The school before it is written down.

    Attributes:
        reviews: review meetings so far, each with its id.
        reported: the child of the one mandatory report, "" for none.
        tutors: children of a class who can teach others (小导师).
        members: everyone who has ever sat in a class.
    """

    setting: Setting
    classes: tuple[ClassPlan, ...]
    staff: Staff
    reviews: Reviews
    lives: tuple[Life, ...]
    reported: str
    tutors: Mapping[str, Sequence[str]]
    members: Mapping[str, Sequence[Life]]

    @property
    def special(self) -> Iterator[Life]:
        """Those with circumstances."""
        return (life for life in self.lives if life.child.is_special)

    @property
    def suffix(self) -> str:
        """What the school's short name ends in."""
        return "学校" if any(not plan.is_junior for plan in self.classes) else "中学"

    def counselor(self, child: Child) -> str:
        """Return the counselor who is there for a child."""
        return self.staff.counselors[child.number % len(self.staff.counselors)]

    def of_class(self, class_id: str) -> list[Life]:
        """Return the children whose latest class it is, by seat."""
        return [life for life in self.members[class_id] if life.stays[-1].class_id == class_id]


def invent_world(setting: Setting, students: int, *, everyone: bool) -> World:
    """Return a school of a size; ``everyone`` gives each child circumstances."""
    classes = lay_out(students, setting.term, setting.dice("layout"))
    staff = invent_staff(setting, classes)
    children = invent_children(setting, classes, everyone=everyone)
    reviews = _reviews(setting)
    fates = _Fates(setting, staff, children, classes, reviews)
    lives = tuple(fates.life(child) for child in children)
    return World(
        setting, classes, staff, reviews, lives, _reported(children), _tutors(lives), _members(lives)
    )


class _Fates:
    """Puts together what the parts of the invention say of one child."""

    def __init__(
        self,
        setting: Setting,
        staff: Staff,
        children: Sequence[Child],
        classes: Sequence[ClassPlan],
        reviews: Reviews,
    ) -> None:
        self._setting, self._staff = setting, staff
        self._dropouts = invent_dropouts(setting, children)
        self._stays = invent_stays(setting, children, classes, self._dropouts)
        self._levels = {
            child.id: invent_levels(
                setting, child, staff, reviews, self._dropouts.get(child.id), self._left(child)
            )
            for child in children
        }
        self._stars = invent_stars(
            setting, [child for child in children if self._left(child) is None], self._levels
        )
        self._office = AidOffice(setting, staff)

    def life(self, child: Child) -> Life:
        """Return one child's life."""
        stays, dropout = self._stays[child.id], self._dropouts.get(child.id)
        misses = invent_misses(self._setting, child, stays, dropout)
        away = {miss.day for miss in misses if miss.kind not in ("迟到", "早退")}
        days = tuple(day for day in self._setting.days if day not in away and class_on(stays, day))
        return Life(
            child=child,
            stays=stays,
            misses=misses,
            levels=self._levels[child.id],
            dropout=dropout,
            pair=self._pair(child),
            aids=self._office.aids(child, self._here(child), self._left(child)),
            stars=tuple(self._stars.get(child.id, ())),
            here=self._here(child),
            days=days,
            missed=frozenset(self._setting.days).difference(days),
        )

    def _left(self, child: Child) -> date | None:
        return leaving_day(self._stays[child.id])

    def _here(self, child: Child) -> tuple[date, ...]:
        left, days = self._left(child), self._setting.days
        since_filed = tuple(day for day in days if day >= child.filed_on) or (days[-1],)
        return tuple(day for day in since_filed if left is None or day < left) or since_filed[:1]

    def _pair(self, child: Child) -> tuple[str, str, date] | None:
        dice = self._setting.dice("pair", child.number)
        if not child.is_special or (not self._levels[child.id] and not dice.chance(_PAIRED)):
            return None
        subject, who = dice.pick(self._staff.core_teachers(child.plan.id, self._setting.on))
        days = self._setting.days
        return subject, who, next((day for day in days[6:] if day >= child.filed_on), days[-1])


def _reported(children: Sequence[Child]) -> str:
    if len(children) < _REPORTED_FROM:
        return ""
    return next((child.id for child in children if "事实无人抚养" in child.kinds), "")


def _members(lives: Sequence[Life]) -> dict[str, list[Life]]:
    found: dict[str, list[Life]] = {}
    for life in lives:
        for class_id in dict.fromkeys(stay.class_id for stay in life.stays):
            found.setdefault(class_id, []).append(life)
    return found


def _tutors(lives: Sequence[Life]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for child in (life.child for life in lives if life.left is None):
        is_good = "学业特别优秀" in child.kinds or (not child.is_special and not child.number % 6)
        if is_good and not child.is_newcomer:
            found.setdefault(child.plan.id, []).append(child.id)
    return found


def _reviews(setting: Setting) -> Reviews:
    found: list[tuple[date, str]] = []
    for month, days in setting.months():
        wished = date.fromisoformat(f"{month}-25")
        day = setting.term.at_or_before(wished)
        if setting.term.begins <= day == max((each for each in days if each <= wished), default=None) and (
            wished <= setting.on
        ):
            found.append((day, ids.new_id("M", on=day, rng=setting.dice("review", month).random)))
    return tuple(found)
