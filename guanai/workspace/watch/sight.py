"""What one person holds over each child, class, grade and the school on a day, and what they may know of values worked out."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import Any, Final

from guanai.access import Action, Actor, Child, Label, Verdicts, actor_on, child_of, is_told_counts
from guanai.access.actor import UnknownStaff
from guanai.access.clearance import NO_CHILD
from guanai.model.access import Access
from guanai.model.staff import Assignment, Staff
from guanai.rules.deed_rows import JOINT, by_of, needs_of
from guanai.rules.derived import Opened
from guanai.rules.duties import Occurrence
from guanai.rules.plans import Plan, Rhythm
from guanai.rules.resolutions import cut, parties, veiled

_SCHOOL: Final = "全校"
#: Duties whose evidence is not written by a person but worked out: all its labels are asked for.
_CLOCKED: Final = frozenset({Rhythm.ABSENCE, Rhythm.PERSUASION})
#: Who answers for what the whole school does, even where the school opens no child to them.
_LEADERS: Final = frozenset({"校长", "分管副校长", "副校长", "德育主任"})
_NOTHING: Final[frozenset[str]] = frozenset()


class Seats:
    """Where each child sits on a day; worked out once for all who look."""

    def __init__(self, on: date) -> None:
        """``on``: the day."""
        self.on = on
        self._kept: dict[str, tuple[Mapping[str, Any], Child]] = {}

    def of(self, row: Mapping[str, Any]) -> Child:
        """Return what the rules of access need of a child, by its row."""
        kept = self._kept.get(row["id"])
        if kept is None or kept[0] is not row:
            kept = self._kept[row["id"]] = (row, _child(row, self.on))
        return kept[1]


class PersonSight:
    """One person's sight."""

    def __init__(
        self, staff_id: str, staff: Staff, access: Access, on: date, seats: Seats | None = None
    ) -> None:
        """Take the posts that a person holds on a day; ``seats``: of that day, shared by all who look.

        Raises:
            UnknownStaff: nobody has that id.
        """
        person = next((each for each in staff.people if each.id == staff_id), None)
        if person is None:
            raise UnknownStaff(staff_id)
        self.staff = staff_id
        self._actor: Actor = actor_on(person, on)
        self._access = access
        self._seats = seats or Seats(on)
        self._verdicts = Verdicts(self._actor, Action.SEE, access, on=on)
        self._units: dict[str, frozenset[str]] = {}
        roles = {post.role for post in self._actor.posts}
        works = not roles <= NO_CHILD and (self._opens_anything() or bool(roles & _LEADERS))
        #: Who works with children knows that a meeting or an activity was held.
        self._everywhere = frozenset({str(Label.TEACHING)}) if works else _NOTHING

    @property
    def posts(self) -> tuple[Assignment, ...]:
        """The posts of the day."""
        return self._actor.posts

    @property
    def sees_aggregates(self) -> bool:
        """Whether a post of this person opens the figures of the school, fit to be published, and no child."""
        return is_told_counts(self._actor, self._access)

    def opened(self, rows: Iterable[Mapping[str, Any]]) -> dict[str, frozenset[str]]:
        """Return the labels held for each child, and under ``""`` for the school; a closed child is left out.

        Args:
            rows: those of the children.
        """
        found = {"": self.unit(_SCHOOL)}
        for row in rows:
            verdict = self._verdicts.over(self._seats.of(row))
            if verdict.allowed:
                found[row["id"]] = verdict.labels
        return found

    def unit(self, unit: str) -> frozenset[str]:
        """Return the labels held over a whole class, grade or the school (全校)."""
        if unit not in self._units:
            whole = Child("", "" if unit == _SCHOOL else unit)
            self._units[unit] = self._verdicts.over(whole).labels
        return self._units[unit]

    def knows(self, row: Mapping[str, Any], opened: Opened) -> bool:
        """Tell whether the person may know of a meeting, activity or decision, by its row."""
        if not row:
            return False
        needed = frozenset(needs_of(row["deed"]).split(JOINT))
        scopes = row["scopes"] or [_SCHOOL]
        if self.staff in by_of(row["deed"]).split(JOINT) or needed <= self._everywhere:
            return True
        if any(needed <= self.unit(scope) for scope in scopes):
            return True
        if any(self.staff in parties(each)[0] for each in row.get("decisions", ())):
            return True
        own = frozenset(row["student_labels"].split(JOINT))
        return any(own <= opened.get(student, _NOTHING) for student in row["students"])

    def resolutions(self, row: Mapping[str, Any], opened: Opened) -> list[Sequence[str]]:
        """Return the resolutions of a meeting's row as the person may know them.

        Who is named in one that is beyond their labels is told that there is something to do, and by when.
        """
        found: list[Sequence[str]] = []
        for each in row.get("decisions", ()):
            owners, students, labels = parties(each)
            is_named = self.staff in owners
            known = [student for student in students if labels <= opened.get(student, _NOTHING)]
            scope = next(iter(row["scopes"]), _SCHOOL)
            if known:
                found.append(cut(each, known))
            elif not students and labels <= self.unit(scope) | (self._own if is_named else _NOTHING):
                found.append(each)
            elif is_named:
                found.append(veiled(each))
        return found

    def sees(self, made: Occurrence, plan: Plan, opened: Opened) -> bool:
        """Tell whether the person may know of a duty that was worked out from what they may see.

        What they wrote themselves counts as evidence even where its label is beyond them; the rest may not be.
        """
        if self.is_told(made, opened):
            return True
        held = self.held(made, opened)
        if plan.rhythm in _CLOCKED or not plan.labels <= held:
            return False
        own = [each.labels for each in made.proofs if not each.labels <= held]
        return made.labels - _NOTHING.union(*own) <= held

    def is_told(self, made: Occurrence, opened: Opened) -> bool:
        """Tell whether all labels of a duty are held.

        Who answers for a class, a grade or the school knows what is asked there, whatever they may know of its
        children: that a meeting or an activity was held says nothing of any of them.
        """
        held = self.held(made, opened)
        if held and made.labels <= held:
            return True
        is_own = not made.student and self.staff in made.owners
        return is_own and made.labels <= held | self._own | {str(Label.TEACHING)}

    @cached_property
    def _own(self) -> frozenset[str]:
        """What is held over one or another place where the person has a post."""
        return _NOTHING.union(*(self.unit(post.scope) for post in self._actor.posts if post.scope))

    def held(self, made: Occurrence, opened: Opened) -> frozenset[str]:
        """Return the labels held over what a duty is about."""
        return opened.get(made.student, _NOTHING) if made.student else self.unit(made.subject)

    def _opens_anything(self) -> bool:
        roles = {post.role for post in self._actor.posts}
        return any(role.role in roles and role.sees and not role.sees_only for role in self._access.roles)


def _child(row: Mapping[str, Any], on: date) -> Child:
    return child_of(
        {
            "编号": row["id"],
            "学籍": [{"班级": stay[0], "起": stay[2]} for stay in row["stays"]],
            "预警": [{"日期": level[0], "等级": level[1]} for level in row["levels"]],
        },
        on,
    )
