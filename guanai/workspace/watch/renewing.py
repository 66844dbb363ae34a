"""The renewing of a view: after a change, only what it concerns is worked out anew."""

from collections.abc import Callable, Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import replace
from typing import Any, Final

from guanai.paths import kind_of
from guanai.rules.derived import Opened
from guanai.rules.facts import ChildFacts, Facts, retold
from guanai.workspace.watch.gathering import Frame, Gathered
from guanai.workspace.watch.making import SHARED, made
from guanai.workspace.watch.view import Answer, View

#: A change of any other record may concern everybody.
_NARROW: Final = frozenset({"student", "counseling", "attendance", "screening"})
#: These change nothing but what is known of single children.
_OF_ONE: Final = frozenset({"student", "counseling"})


def renewed(before: View, frame: Frame) -> View | None:
    """Return a view with what changed since worked out anew; None where everybody may be concerned.

    Args:
        before: the view as it was.
        frame: the records as they are.
    """
    old, gathered = before.frame.gathered, frame.gathered
    if gathered is old:
        return before
    kinds = changed(old, gathered)
    if not kinds and old.faults == gathered.faults:
        return before
    if not _NARROW.issuperset(kinds.values()):
        return None
    concerned = _concerned(before.facts, (old, gathered), kinds)
    rows = [row for each in concerned if (row := gathered.children.get(each)) is not None]
    if _OF_ONE.issuperset(kinds.values()) and old.faults == gathered.faults:
        opened = None if before.sight is None else before.sight.opened(rows)
        if len(rows) == len(concerned) and _are_open(before, opened, concerned):
            return _retold(before, frame, rows, concerned)
        # Children whom this person does not know of.
        if opened is not None and not (opened.keys() | (before.opened or {}).keys()) & concerned:
            return replace(before, frame=frame, answers=list(before.answers))
    return _remade(before, frame, rows, concerned, kinds)


def changed(old: Gathered, new: Gathered) -> Mapping[str, str]:
    """Return the kinds of the records that differ, by path; each person's view asks the same after a save."""
    known = new.compared.get(old)
    if known is not None:
        return known
    paths = {path for path, blob in new.blobs.items() if old.blobs.get(path) != blob}
    paths |= old.blobs.keys() - new.blobs.keys()
    found = new.compared[old] = {path: kind_of(path) or "" for path in paths}
    return found


def _are_open(before: View, opened: Opened | None, concerned: AbstractSet[str]) -> bool:
    """Tell whether all these children were known, and are known by the same labels as before."""
    if not concerned <= before.facts.children.keys():
        return False
    if before.opened is None or opened is None:
        return before.opened is opened
    return all(each in opened and opened[each] == before.opened.get(each) for each in concerned)


def _retold(
    before: View, frame: Frame, rows: Iterable[Mapping[str, Any]], concerned: AbstractSet[str]
) -> View:
    """Return a view in which a few children are read anew, as open as before; the rest stands."""
    naming = {
        kind: [row for row in frame.gathered.of(kind) if row and not concerned.isdisjoint(row["students"])]
        for kind in SHARED
    }
    if before.sight is not None and before.opened is not None:
        sight, opened = before.sight, before.opened
        naming = {kind: [row for row in found if sight.knows(row, opened)] for kind, found in naming.items()}
    counselled = [row for row in frame.gathered.of("counseling") if row["child"] in concerned]
    part = retold(
        before.facts,
        {"student": rows, "counseling": counselled, **naming},
        reader=before.staff,
        opened=before.opened,
    )
    children = {each: part.children.get(each, child) for each, child in before.facts.children.items()}
    facts = replace(before.facts, children=children, _kept={("register",): before.facts.book})
    return replace(before, frame=frame, facts=facts, answers=_left(before, concerned))


def _remade(
    before: View,
    frame: Frame,
    rows: Iterable[Mapping[str, Any]],
    concerned: AbstractSet[str],
    kinds: Mapping[str, str],
) -> View:
    """Return a view in which everything but the other children is put together anew."""
    held = {each: labels for each, labels in (before.opened or {}).items() if each not in concerned}
    part = made(frame, before.staff, before.on, before.sight, rows, held)
    facts = replace(
        part.facts, children=_in_turn(frame.gathered, concerned, before.facts, part.facts), _kept={}
    )
    # Worked out from what all of them share.
    if "attendance" not in kinds.values() and _same_children(before.opened, part.opened, concerned):
        part.facts.once(("register",), lambda: before.facts.book)
    facts.once(("register",), lambda: part.facts.book)
    return replace(part, facts=facts, answers=_left(before, concerned))


def _left(before: View, concerned: AbstractSet[str]) -> list[Answer]:
    """Return what is left of a view's answers when some children have changed."""
    return [each.without(concerned) for each in before.answers]


def _same_children(before: Opened | None, after: Opened | None, concerned: AbstractSet[str]) -> bool:
    """Tell whether the same of these children are open as before."""
    return before is None or after is None or before.keys() & concerned == after.keys() & concerned


def _in_turn(
    gathered: Gathered, concerned: AbstractSet[str], old: Facts, new: Facts
) -> dict[str, ChildFacts]:
    """Return the children in the order of their records: where two things tie, the order decides what is told."""
    found: dict[str, ChildFacts] = {}
    for row in gathered.of("student"):
        child = (new if row["id"] in concerned else old).children.get(row["id"])
        if child is not None:
            found[child.id] = child
    return found


def _concerned(facts: Facts, moments: Iterable[Gathered], kinds: Mapping[str, str]) -> set[str]:
    """Return the children whose duties may have changed with these records, before or after."""
    found: set[str] = set()
    for gathered in moments:
        for path, kind in kinds.items():
            row = gathered.rows.get(kind, {}).get(path)
            if row:
                found.update(_CONCERNED[kind](facts, row))
    return found


def _of_attendance(facts: Facts, row: Mapping[str, Any]) -> Iterable[str]:
    yield from (each["学生"] for each in row["exceptions"])
    yield from (
        child.id
        for child in facts.children.values()
        if any(stay.class_id == row["class"] for stay in child.stays)
    )


_CONCERNED: Final[Mapping[str, Callable[[Facts, Mapping[str, Any]], Iterable[str]]]] = {
    "student": lambda _, row: (row["id"],),
    "counseling": lambda _, row: (row["child"],),
    "attendance": _of_attendance,
    "screening": lambda _, __: (),
}
