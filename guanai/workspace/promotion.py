"""The step into the next school year: who leaves, which classes begin, whose posts end; worked out before it is saved.

Class ids never change and names follow the year, so a class that goes up needs no change at all.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from guanai.errors import Invalid
from guanai.grades import class_name, grade_of, leaving_year
from guanai.model.school import School
from guanai.model.student import Enrolment
from guanai.rules.enrolment import EXPECTED, ON_ROLL, Status, may_follow
from guanai.saving import Edit
from guanai.workspace.appointing import ended_in
from guanai.yamlfile import Add, Change, Set

_STAGES: Final = {"P": "小学", "J": "初中"}
_MOST_CLASSES: Final = 40
_DAY: Final = timedelta(days=1)


class TooEarly(Invalid):
    """The day on which the leaving grade leaves has not come."""

    def __init__(self, left_on: date) -> None:
        super().__init__(f"毕业日期 {left_on} 还没有到；学籍只记已经发生的事，请到那天或以后再办。")


class OddNumber(Invalid):
    """No school begins a year with so many classes."""

    def __init__(self, grade: str) -> None:
        super().__init__(f"{grade} 级的班数要在 0 到 {_MOST_CLASSES} 之间。")


@dataclass(frozen=True, slots=True)
class Pupil:
    """A child as far as a promotion goes: the id and the stays (学籍) in their order, with their 编号."""

    id: str
    enrolments: tuple[Enrolment, ...]


@dataclass(frozen=True, slots=True)
class Rising:
    """A class that goes up, and what it is called before and after."""

    id: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Leaving:
    """A class that leaves.

    Attributes:
        id: the class.
        name: what it is called in its last year.
        graduates: ids of children who graduate.
        others: ids and states of children whose way out a person has to say.
    """

    id: str
    name: str
    graduates: tuple[str, ...]
    others: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Beginning:
    """A grade that begins, how many classes it should have, and the ids of those that are still to be made."""

    grade: str
    count: int
    classes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Promotion:
    """What a new school year brings.

    Attributes:
        year: calendar year in which it begins.
        left_on: day of the graduation.
        rising: classes that go up.
        leaving: classes that leave.
        beginning: grades that begin.
        posts: names and posts that end with the classes that leave.
        staff: changes of staff.yml.
        school: changes of school.yml.
        pupils: changes of each graduate's file.
    """

    year: int
    left_on: date
    rising: tuple[Rising, ...]
    leaving: tuple[Leaving, ...]
    beginning: tuple[Beginning, ...]
    posts: tuple[tuple[str, str], ...]
    staff: tuple[Change, ...]
    school: tuple[Change, ...]
    pupils: Mapping[str, tuple[Change, ...]]

    @property
    def is_done(self) -> bool:
        """Whether nothing is left to do."""
        return not (self.staff or self.school or self.pupils)

    def edits(self, staff_version: str, school_version: str) -> tuple[Edit, ...]:
        """Return all of it as one save, made on the given versions of staff.yml and school.yml."""
        found = [Edit(child, changes) for child, changes in self.pupils.items()]
        if self.staff:
            found.append(Edit("records/staff.yml", self.staff, staff_version))
        if self.school:
            found.append(Edit("records/school.yml", self.school, school_version))
        return tuple(found)


def leaving_classes(school: School, year: int) -> frozenset[str]:
    """Return the classes that have left before a school year begins; ``year`` is the calendar year of its begin."""
    system = school.system or "六三制"
    return frozenset(each.id for each in school.classes if leaving_year(grade_of(each.id), system) <= year)


def promotion(  # noqa: PLR0913 -- one argument a fact of the year
    school: School,
    staff: Mapping[str, Any],
    pupils: Iterable[Pupil],
    *,
    year: int,
    left_on: date,
    counts: Mapping[str, int],
) -> Promotion:
    """Work out a new school year.

    Args:
        school: grades, classes, stages.
        staff: staff.yml.
        pupils: the children of the classes that leave; others may be among them.
        year: calendar year in which the school year begins.
        left_on: day of the graduation.
        counts: how many classes each new grade has, by grade id; those not named get as many as the grade that leaves.

    Raises:
        OddNumber: a count is out of reason.
    """
    system = school.system or "六三制"
    gone = leaving_classes(school, year)
    leaving, changes = _leaving(school, pupils, gone, left_on, date(year - 1, 9, 1))
    beginning = tuple(_beginning(school, year, counts, system))
    scopes = gone | {grade_of(each) for each in gone}
    ended = ended_in(staff, scopes, left_on)
    return Promotion(
        year=year,
        left_on=left_on,
        rising=tuple(_rising(school, gone, year, system)),
        leaving=leaving,
        beginning=beginning,
        posts=tuple(_posts(staff, ended)),
        staff=ended,
        school=tuple(_school_changes(school, beginning)),
        pupils=changes,
    )


def demand_past(left_on: date, on: date) -> None:
    """Refuse a graduation that has not come.

    Raises:
        TooEarly: it is later than today.
    """
    if left_on > on:
        raise TooEarly(left_on)


def _leaving(
    school: School, pupils: Iterable[Pupil], gone: frozenset[str], left_on: date, last_year: date
) -> tuple[tuple[Leaving, ...], dict[str, tuple[Change, ...]]]:
    graduates: dict[str, list[str]] = {each: [] for each in gone}
    others: dict[str, list[tuple[str, str]]] = {each: [] for each in gone}
    changes: dict[str, tuple[Change, ...]] = {}
    for pupil in pupils:
        stay = pupil.enrolments[-1] if pupil.enrolments else None
        if stay is None or stay.class_id not in gone or stay.status not in ON_ROLL:
            continue
        if _graduates(stay, left_on):
            graduates[stay.class_id].append(pupil.id)
            changes[pupil.id] = tuple(_graduation(stay, left_on))
        else:
            others[stay.class_id].append((pupil.id, str(stay.status)))
    names = {each.id: each.name for each in school.classes}
    return tuple(
        Leaving(
            each,
            names[each] or class_name(each, last_year, school.system or "六三制"),
            tuple(sorted(graduates[each])),
            tuple(sorted(others[each])),
        )
        for each in sorted(gone)
        if graduates[each] or others[each]
    ), changes


def _graduates(stay: Enrolment, left_on: date) -> bool:
    begun = stay.since is not None and stay.since < left_on
    is_open = stay.until is None or stay.until >= left_on
    return (
        begun
        and is_open
        and bool(stay.id)
        and stay.status in EXPECTED
        and may_follow(Status(stay.status), Status.GRADUATED)
    )


def _graduation(stay: Enrolment, left_on: date) -> Iterator[Change]:
    yield Set(("学籍", str(stay.id), "止"), (left_on - _DAY).isoformat())
    yield Add(("学籍",), {"班级": stay.class_id, "状态": str(Status.GRADUATED), "起": left_on.isoformat()})


def _beginning(school: School, year: int, counts: Mapping[str, int], system: str) -> Iterator[Beginning]:
    there = {each.id for each in school.classes}
    for stage, words in _STAGES.items():
        if words not in school.stages:
            continue
        grade = f"{stage}{year}"
        known = [each for each in there if each[0] == stage and leaving_year(grade_of(each), system) == year]
        begun = sum(1 for each in there if each.startswith(f"{grade}-"))
        count = counts.get(grade, begun or len(known) or 1)
        if not 0 <= count <= _MOST_CLASSES:
            raise OddNumber(grade)
        wanted = (f"{grade}-{number:02}" for number in range(1, count + 1))
        yield Beginning(grade, count, tuple(each for each in wanted if each not in there))


def _rising(school: School, gone: frozenset[str], year: int, system: str) -> Iterator[Rising]:
    before, after = date(year - 1, 9, 1), date(year, 9, 1)
    for each in sorted(school.classes, key=lambda entry: entry.id):
        if each.id not in gone and int(each.id[1:5]) < year and not each.name:
            yield Rising(each.id, class_name(each.id, before, system), class_name(each.id, after, system))


def _school_changes(school: School, beginning: Sequence[Beginning]) -> Iterator[Change]:
    grades = {each.id for each in school.grades}
    for each in beginning:
        if each.classes and each.grade not in grades:
            yield Add(("年级",), {"编号": each.grade})
        yield from (Add(("班级",), {"编号": made}) for made in each.classes)


def _posts(staff: Mapping[str, Any], ended: Sequence[Change]) -> Iterator[tuple[str, str]]:
    people = {str(each["编号"]): each for each in staff["教职工"]}
    for change in ended:
        _, person, _, place, _ = change.path
        post = people[str(person)]["任职"][place]
        yield str(people[str(person)]["姓名"]), f"{post['角色']}（{post['范围']}）"
