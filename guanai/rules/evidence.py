"""Evidence: what was done that fulfils a duty. Any real contact that holds the duty's fields counts, for as many duties as it fits."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import lru_cache
from typing import Final

from guanai.calendar import at, day_begins, instant
from guanai.grades import grade_of
from guanai.rules.attendance import figures_of
from guanai.rules.facts import ChildFacts, Facts, Happening
from guanai.rules.plans import Plan
from guanai.rules.windows import Window

SCHOOL: Final = "全校"

#: Evidence that stands for a while: it counts if it began before and still holds.
_STANDING: Final = ("计划.", "照顾.", "建档")
_SHARED: Final = ("活动.", "会议.")
_TWO_HUNDRED: Final = 200


@dataclass(frozen=True, slots=True)
class Proof:
    """One piece of evidence that was found.

    Attributes:
        record: id of the record.
        item: 编号 in it, "" for the record itself.
        evidence: the word under which it counts (佐证).
        at: when it was done; a day without an hour stands for its first instant.
        has_time: whether the record tells the hour.
        labels: what a reader needs to know of it.
    """

    record: str
    item: str
    evidence: str
    at: datetime
    has_time: bool
    labels: frozenset[str]


@dataclass(frozen=True, slots=True)
class Findings:
    """What was found for one turn of a duty.

    Attributes:
        proofs: oldest first; left out where there are hundreds.
        needed: how many are wanted.
        found: how many there are.
        done_at: when the last one wanted was there, None before.
    """

    proofs: tuple[Proof, ...]
    needed: int
    found: int
    done_at: datetime | None


def for_child(  # noqa: PLR0913 - what a child's turn consists of
    facts: Facts,
    plan: Plan,
    child: ChildFacts,
    class_id: str,
    window: Window,
    now: datetime,
    by: tuple[str, ...],
) -> Findings:
    """Return what was found for a child.

    Args:
        facts: the school.
        plan: the duty.
        child: the child.
        class_id: its class.
        window: the turn.
        now: what is dated later has not happened yet.
        by: staff of whom one must have been there; empty where it does not matter who.
    """
    found: dict[tuple[str, str], Proof] = {}
    last = window.closes.isoformat() + "T99"
    for word, required in plan.required:
        is_standing = word.startswith(_STANDING)
        since = (window.opens if is_standing else window.counts_from).isoformat()
        for each in _of_child(facts, child, class_id, word, since, is_standing=is_standing):
            if each.at > last:
                break
            if not required <= each.filled or (by and not set(by) & set(each.by) and each.by):
                continue
            proof = proof_of(each)
            if proof.at <= now:
                found[each.record, each.item] = proof
    return _findings(plan, window, list(found.values()))


def for_unit(facts: Facts, plan: Plan, unit: str, window: Window, now: datetime) -> Findings:
    """Return what was found for a class, a grade or the school (`SCHOOL`)."""
    if "摸底" in plan.evidence:
        return _screening(facts, plan, unit, window, now)
    if "考勤.核查" in plan.evidence:
        return _checks(facts, plan, unit, window, now)
    if plan.subject == "全体学生":
        return _everybody(facts, plan, window, now)
    found = [proof_of(each) for each in _of_unit(facts, plan, unit, window)]
    findings = _findings(plan, window, [each for each in found if each.at <= now])
    if findings.done_at is None and "总结" in plan.evidence:
        return _summaries(facts, unit, window, now, findings)
    return findings


def proof_of(each: Happening) -> Proof:
    """Return something that was done as evidence; a day without an hour stands for its first instant."""
    has_time = len(each.at) > len("2026-11-20")
    return Proof(each.record, each.item, each.evidence, _moment_of(each.at), has_time, each.labels)


@lru_cache(maxsize=1 << 15)
def _moment_of(written: str) -> datetime:
    # The same contact is evidence for many duties.
    return instant(datetime.fromisoformat(written))


def _of_child(  # noqa: PLR0913 - what is looked for, and in whose file
    facts: Facts, child: ChildFacts, class_id: str, word: str, since: str, *, is_standing: bool
) -> Iterator[Happening]:
    yield from child.done(word, since, standing=is_standing)
    if word.startswith(_SHARED):
        # What was held for the whole class was held for the child too.
        for each in facts.deeds.get(word, ()):
            if not each.students and each.at >= since and _concerns(each, class_id):
                yield each


def _of_unit(facts: Facts, plan: Plan, unit: str, window: Window) -> Iterator[Happening]:
    first, last = window.counts_from.isoformat(), window.closes.isoformat() + "T99"
    for word, required in plan.required:
        for each in facts.deeds.get(word, ()):
            if first <= each.at <= last and required <= each.filled and _concerns(each, unit):
                yield each


def _concerns(each: Happening, unit: str) -> bool:
    if unit == SCHOOL:
        return True
    return unit in each.scopes or ("-" in unit and grade_of(unit) in each.scopes)


def _findings(plan: Plan, window: Window, proofs: list[Proof]) -> Findings:
    proofs.sort(key=lambda each: (each.at, each.record, each.item))
    if plan.needs_each:
        firsts: dict[str, Proof] = {}
        for each in proofs:
            firsts.setdefault(each.evidence, each)
        wanted, needed = sorted(firsts.values(), key=lambda each: each.at), len(plan.evidence)
    else:
        wanted, needed = proofs, window.needed
    done_at = wanted[needed - 1].at if len(wanted) >= needed else None
    return Findings(tuple(proofs), needed, len(wanted), done_at)


def _screening(facts: Facts, plan: Plan, unit: str, window: Window, now: datetime) -> Findings:
    term = facts.calendar.term_of(window.due.date())
    screened = facts.screenings.get((unit, term.id)) if term else None
    if screened is None or not screened.finished or day_begins(date.fromisoformat(screened.finished)) > now:
        return Findings((), 1, 0, None)
    finished = date.fromisoformat(screened.finished)
    class_now = {child.id for child in facts.members(unit, finished)}
    missing = class_now - screened.students
    proof = Proof(
        f"{unit}/{term.id if term else ''}",
        "",
        "摸底",
        day_begins(finished),
        has_time=False,
        labels=plan.labels,
    )
    if missing:
        return Findings((proof,), len(class_now), len(class_now) - len(missing), None)
    return Findings((proof,), 1, 1, day_begins(finished))


def _checks(facts: Facts, plan: Plan, unit: str, window: Window, now: datetime) -> Findings:
    day = window.due.date()
    book = facts.book
    slots = (
        plan.assignment.duty.checkpoints
        or facts.for_all(("figures",), lambda: figures_of(facts.policies)).slots
    )
    classes = [unit] if "-" in unit else [each for each in facts.classes(day) if grade_of(each) == unit]
    proofs = []
    for class_id in classes:
        made = book.checks_of(class_id, day)
        for slot in slots:
            if slot in made and (moment := _moment(day, made[slot].at)) <= now:
                record = f"{class_id}/{day:%Y-%m}"
                proofs.append(Proof(record, slot, "考勤.核查", moment, has_time=True, labels=plan.labels))
    needed = len(classes) * len(slots)
    done_at = max((each.at for each in proofs), default=None) if len(proofs) == needed else None
    return Findings(tuple(proofs), needed, len(proofs), done_at)


def _moment(day: date, clock: time | None) -> datetime:
    return at(day, clock) if clock else day_begins(day)


def _everybody(facts: Facts, plan: Plan, window: Window, now: datetime) -> Findings:
    day = min(max(now.date(), window.opens), window.closes)
    children = [child for child in facts.children.values() if child.stay_on(day)]
    firsts = []
    for child in children:
        found = for_child(facts, plan, child, "", window, now, ())
        if found.proofs:
            firsts.append(found.proofs[0])
    firsts.sort(key=lambda each: each.at)
    done_at = firsts[-1].at if firsts and len(firsts) == len(children) else None
    shown = tuple(firsts) if len(firsts) <= _TWO_HUNDRED else ()
    return Findings(shown, max(len(children), 1), len(firsts), done_at)


def _summaries(facts: Facts, unit: str, window: Window, now: datetime, findings: Findings) -> Findings:
    """Return a class's summaries: one paper, or one for each child that a file is kept of."""
    term = facts.calendar.term_of(window.due.date())
    children = [child for child in facts.members(unit, window.closes) if child.grounds or child.levels]
    proofs = []
    for child in children:
        done = [proof_of(each) for each in child.done("总结") if term and each.note == term.id]
        proofs += [each for each in done if each.at <= now][:1]
    if not proofs:
        return findings
    proofs.sort(key=lambda each: each.at)
    done_at = proofs[-1].at if len(proofs) == len(children) else None
    return Findings(tuple(proofs), len(children), len(proofs), done_at)
