"""Turns of the house rules: what meetings decided is to be done, and what changes hands is to be handed over."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from guanai.calendar import day_begins, day_ends
from guanai.grades import is_at_school
from guanai.rules.clock import due_after
from guanai.rules.evidence import Findings, Proof, proof_of
from guanai.rules.facts import Facts, Happening
from guanai.rules.handover import Occasion, changes, homeroom_on, moves
from guanai.rules.plans import Plan
from guanai.rules.posts import Ownership, Posts
from guanai.rules.resolutions import Resolution, done_at
from guanai.rules.subjects import concerned
from guanai.rules.windows import Window

#: Ours: a handover may be written down so many days before the new hands take over.
_EARLY: Final = timedelta(days=14)
_DAY: Final = timedelta(days=1)
_CLASS: Final = "班级"


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn of such a duty.

    Attributes:
        source: what tells it from others of the same meeting, "" where nothing has to.
        is_soft: nobody said by when.
    """

    subject: str
    class_id: str
    student: str
    window: Window
    opens_at: datetime
    findings: Findings
    owned: Ownership
    labels: frozenset[str]
    because: str
    source: str = ""
    is_soft: bool = False


def resolved(  # noqa: PLR0913 - the question that is put to every duty
    facts: Facts, plan: Plan, since: date, until: date, now: datetime, posts: Posts
) -> Iterator[Turn]:
    """Yield what meetings decided that touches some days: a turn for each child, or one for the unit of the meeting."""
    for each in facts.resolutions:
        window = _dated(each, now)
        if each.since > now or not window.holds(since, until) or window.due.date() < plan.since:
            continue
        owned = Ownership(each.owners) if each.owners else posts.owners(plan.owners, each.scope, until)
        known = tuple(student for student in each.students if student in facts.children)
        for subject in known if each.students else (each.scope,):
            yield _decided(facts, each, window, owned, subject, now)


def handed(  # noqa: PLR0913 - as above
    facts: Facts, plan: Plan, since: date, until: date, now: datetime, posts: Posts
) -> Iterator[Turn]:
    """Yield the handovers that touch some days: of classes, or of children who move, as the duty has it."""
    handing = _Handing(facts, posts, plan, now)
    found = handing.classes() if plan.subject == _CLASS else handing.children(until)
    yield from (each for each in found if each.window.holds(since, until))


def _dated(each: Resolution, now: datetime) -> Window:
    done = done_at(each)
    due = max(day_ends(each.due_on), each.since) if each.due_on else day_ends(each.since.date())
    # As long as it is not done it stays on the list.
    last = max(due, done if done is not None and done <= now else now)
    return Window(each.since.date(), last.date(), due, each.since.date())


def _decided(  # noqa: PLR0913 - the parts of a turn
    facts: Facts, each: Resolution, window: Window, owned: Ownership, subject: str, now: datetime
) -> Turn:
    done = done_at(each)
    is_done = done is not None and done <= now
    proofs = (
        (Proof(each.meeting, each.id, "会议.决定", done, has_time=False, labels=each.labels),)
        if is_done and done is not None
        else ()
    )
    student = subject if each.students else ""
    return Turn(
        subject,
        _class_of(facts, student, now.date()) if student else subject if "-" in subject else "",
        student,
        window,
        each.since,
        Findings(proofs, 1, int(is_done), done if is_done else None),
        owned,
        each.labels,
        each.matter or each.cover,
        source=each.id,
        is_soft=each.due_on is None,
    )


def _class_of(facts: Facts, student: str, day: date) -> str:
    child = facts.children.get(student)
    stay = child.stay_on(day) if child else None
    return stay.class_id if stay else child.stays[-1].class_id if child and child.stays else ""


@dataclass(frozen=True, slots=True)
class _Handing:
    """Handovers of one duty, as they stand at an instant."""

    facts: Facts
    posts: Posts
    plan: Plan
    now: datetime

    def classes(self) -> Iterator[Turn]:
        facts = self.facts
        system = facts.school.system or "六三制"
        for each in facts.for_all(("changes",), lambda: tuple(changes(facts.staff, date.min, date.max))):
            window = self._window(each.on) if is_at_school(each.class_id, each.on, system) else None
            if window is not None:
                hands = self._hands(each.class_id, each.on, each.giver, each.taker)
                because = f"{each.on} 更换班主任"
                found = self._found(self._papers(each.class_id), window)
                yield Turn(
                    each.class_id, each.class_id, "", window, day_begins(each.on), found, hands,
                    frozenset(), because,
                )  # fmt: skip

    def children(self, until: date) -> Iterator[Turn]:
        first = self.facts.calendar.covered[0].begins
        for child, reasons in concerned(self.facts, self.plan):
            for occasion, day, before, after in moves(child.enrolments, first, until):
                reason = next((each for each in reasons if day - _DAY in each.days), None)
                window = self._window(day)
                if reason is None or window is None:
                    continue
                giver = homeroom_on(self.facts.staff, before.class_id, day - _DAY)
                is_leaving = occasion is Occasion.SCHOOL
                class_id = before.class_id if is_leaving else after.class_id
                # From that day on the new teacher alone can open the file.
                taker = "" if is_leaving else homeroom_on(self.facts.staff, class_id, day)
                hands = self._hands(class_id, day, *((giver,) if is_leaving else (taker, giver)))
                own = (deed for word in self.plan.evidence for deed in child.done(word))
                found = self._found((*own, *self._papers(child.id)), window)
                yield Turn(
                    child.id, class_id, child.id, window, day_begins(day), found, hands, reason.labels,
                    f"{day} {occasion}",
                )  # fmt: skip

    def _papers(self, unit: str) -> Iterator[Happening]:
        """Yield the papers about a class or a child; their subject may name a period too: ``J2024-03.2026-2027-1``."""
        for word in self.plan.evidence:
            for deed in self.facts.deeds.get(word, ()):
                if any(scope.partition(".")[0] == unit for scope in deed.scopes):
                    yield deed

    def _window(self, day: date) -> Window | None:
        """Return the turn that begins on a day; what nobody did by the end of the term is past."""
        calendar, limit = self.facts.calendar, self.plan.limit
        if limit is None or not calendar.covered[0].begins <= day <= calendar.covered[-1].ends:
            return None
        due = due_after(day_begins(day), limit, calendar)
        if due is None or due.date() < self.plan.since:
            return None
        term = calendar.term_of(due.date())
        return Window(day, term.ends if term else due.date(), due, day - _EARLY)

    def _hands(self, class_id: str, day: date, *wanted: str) -> Ownership:
        held = tuple(dict.fromkeys(filter(None, wanted)))
        return Ownership(held) if held else self.posts.owners(self.plan.owners, class_id, day)

    def _found(self, deeds: Iterable[Happening], window: Window) -> Findings:
        first, last = window.counts_from.isoformat(), window.closes.isoformat() + "T99"
        # A paper about a child stands in the child's file and among those of the school.
        made = {each.record: proof_of(each) for each in deeds if first <= each.at <= last}
        proofs = [each for _, each in sorted(made.items()) if each.at <= self.now]
        proofs.sort(key=lambda each: each.at)
        return Findings(tuple(proofs), 1, min(len(proofs), 1), proofs[0].at if proofs else None)
