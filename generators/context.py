"""What every generator may look up besides its own record: the school, names of staff and of other children."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from guanai.grades import class_name, grade_name, grade_of
from guanai.model.base import Record, key
from guanai.model.school import School
from guanai.model.staff import StaffMember
from guanai.model.taxonomy import Category


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation(Record):
    """A law or policy that a paper may cite; read from ``citations.yml`` alone.

    ``gist`` is our own summary; ``wording`` the law's own words, a paragraph a line, for those few that are handed
    to families; ``version`` tells which text was read when it was written.
    """

    id: str = key("编号", "")
    title: str = key("名称", "")
    number: str | None = key("文号")
    article: str | None = key("条款")
    gist: str | None = key("要点")
    version: str | None = key("版本")
    wording: str | None = key("原文")

    @property
    def text(self) -> str:
        """How it is cited: 《…》（文号）第二十九条."""
        return f"《{self.title}》{f'（{self.number}）' if self.number else ''}{self.article or ''}"


@dataclass(frozen=True, slots=True)
class Issue:
    """A paper that has its number (文号): the number and the day it was drawn."""

    number: str
    dated_on: date | None = None


@dataclass(frozen=True, slots=True)
class YearOfAccess:
    """What the log of who looked at what adds up to in a year that is over.

    Attributes:
        opened: how often something of a record was shown.
        downloaded: how often a paper was taken away.
        refused: how often somebody was refused.
        widened: how often somebody was let see more.
        approvers: ids of who let them.
    """

    opened: int
    downloaded: int
    refused: int
    widened: int
    approvers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Context:
    """Look-ups that are the same for every document of one edition.

    Attributes:
        school: the school's record.
        staff: people by id.
        taxonomies: categories by the taxonomy's name.
        citations: what may be cited, by id.
        children: names of the children this edition may name, by id.
        issued: papers that have their number, by what a decision calls them (文书.类别) and the id they are about.
        accesses: the log in figures, by calendar year; only years whose log is complete.
    """

    school: School
    staff: Mapping[str, StaffMember] = field(default_factory=dict)
    taxonomies: Mapping[str, tuple[Category, ...]] = field(default_factory=dict)
    citations: Mapping[str, Citation] = field(default_factory=dict)
    children: Mapping[str, str] = field(default_factory=dict)
    issued: Mapping[tuple[str, str], Issue] = field(default_factory=dict)
    accesses: Mapping[int, YearOfAccess] = field(default_factory=dict)

    def staff_name(self, staff_id: str | None) -> str:
        """Return a person's name, "" for None, the id itself for someone no longer listed."""
        if staff_id is None:
            return ""
        found = self.staff.get(staff_id)
        return found.name if found else staff_id

    def outside_role(self, staff_id: str | None) -> str:
        """Return what someone from outside is to the school, such as 家长代表; "" for its own people."""
        found = self.staff.get(staff_id) if staff_id else None
        return found.assignments[-1].role if found and found.is_external and found.assignments else ""

    def holders(self, role: str, on: date) -> tuple[str, ...]:
        """Return the names of those who hold a role on a day, in the order of the staff file."""
        return tuple(
            person.name
            for person in self.staff.values()
            if any(
                held.role == role
                and (held.since is None or held.since <= on)
                and (held.until is None or on <= held.until)
                for held in person.assignments
            )
        )

    def class_name(self, class_id: str, on: date) -> str:
        """Return what a class is called on a day; a name given in school.yml comes first."""
        for found in self.school.classes:
            if found.id == class_id and found.name:
                return found.name
        return class_name(class_id, on, self.school.system or "六三制")

    def grade_name(self, grade_id: str, on: date) -> str:
        """Return what a grade is called on a day."""
        return grade_name(grade_id, on, self.school.system or "六三制")

    def scopes(self, on: date) -> tuple[tuple[str, str], ...]:
        """Return what a post or a meeting may be for, with its name: the school, then each grade with its classes, newest first.

        Two of one name, as grades of two stages that both have left, are told apart by their ids.
        """
        classes = sorted(each.id for each in self.school.classes)
        grades = {*(each.id for each in self.school.grades), *map(grade_of, classes)}
        found = [("全校", "全校")]
        for grade in sorted(grades, reverse=True):
            found.append((grade, self.grade_name(grade, on)))
            found += [(each, self.class_name(each, on)) for each in classes if grade_of(each) == grade]
        called = Counter(name for _, name in found)
        return tuple((scope, name if called[name] == 1 else f"{name}（{scope}）") for scope, name in found)

    def child_name(self, student_id: str) -> str:
        """Return another child's name where this edition may know it, else 某同学."""
        return self.children.get(student_id, "某同学")
