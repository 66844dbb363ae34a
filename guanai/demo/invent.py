"""The invention as a stream of records, each with the path it lies at."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from guanai.access.usual import access_record
from guanai.almanac import make_year
from guanai.demo.activities import activity_records
from guanai.demo.attendance import attendance_records
from guanai.demo.counseling import counseling_records
from guanai.demo.decisions import decision_records
from guanai.demo.meetings import meeting_records
from guanai.demo.school import school_record
from guanai.demo.screenings import screening_records
from guanai.demo.setting import set_up
from guanai.demo.staff import staff_record
from guanai.demo.stories.desk import BRIEF, DILIGENT
from guanai.demo.students import student_record
from guanai.demo.world import World, invent_world
from guanai.errors import Usage
from guanai.grades import school_year
from guanai.paths import path_of

#: A path below the workspace and what lies there.
Placed = tuple[str, Mapping[str, Any]]


#: Ids of classes have two digits, so a grade has at most 99 of them.
MOST = 30_000


class NoSuchSchool(Usage):
    """A school without children or beyond all measure was asked for."""

    def __init__(self, students: int) -> None:
        super().__init__(f"演示学校要有 1 至 {MOST} 名学生，写的是 {students}；请改人数。")


def invent(*, students: int, seed: int, on: date, only_students: bool = False) -> Iterator[Placed]:
    """Yield path and record of everything in an invented school; equal wishes bring equal schools.

    Args:
        students: number of children; it decides how many classes there are, and of which grades.
        seed: wish for another school of the same size.
        on: today; what is recorded has happened by then.
        only_students: children's files, each with a whole story, and what they point to: something to measure with.

    Raises:
        NoSuchSchool: no child at all, or more than `MOST`.
    """
    if not 1 <= students <= MOST:
        raise NoSuchSchool(students)
    world = invent_world(set_up(seed, on), students, everyone=only_students)
    return _files_alone(world) if only_students else _everything(world)


def _files_alone(world: World) -> Iterator[Placed]:
    yield from _core(world)
    yield from _students(world, everyone=True)
    yield from meeting_records(world)
    yield from decision_records(world)


def _everything(world: World) -> Iterator[Placed]:
    yield from _core(world)
    yield from _students(world, everyone=False)
    yield from counseling_records(world)
    yield from attendance_records(world)
    yield from screening_records(world)
    yield from meeting_records(world)
    yield from activity_records(world)
    yield from decision_records(world)


def _core(world: World) -> Iterator[Placed]:
    setting = world.setting
    yield "records/school.yml", school_record(setting, world.classes, world.staff)
    pairs = [(life.pair[1], life.child.id, life.pair[2]) for life in world.special if life.pair]
    included = [
        (life.child.id, max(life.child.filed_on, setting.term.begins))
        for life in world.lives
        if {"残疾", "随班就读"}.intersection(life.child.kinds)
    ]
    yield "records/staff.yml", staff_record(world.staff, pairs, included)
    yield "records/access.yml", access_record()
    # In the days between 1 September and the first lesson the new year's calendar is already wanted.
    years = {each.id: each for each in (setting.last_year, setting.year, make_year(school_year(setting.on)))}
    for name, year in years.items():
        yield path_of("calendar", name), year.record


def _students(world: World, *, everyone: bool) -> Iterator[Placed]:
    pace = BRIEF if everyone else DILIGENT
    for life in world.lives:
        yield path_of("student", life.child.id), student_record(world, life, pace)
