"""The renewing of a view: after a change, only what it concerns is worked out anew."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from typing import Any, Final

from guanai.paths import kind_of
from guanai.rules.derived import Opened
from guanai.rules.facts import ChildFacts, Facts, Rows, retold
from guanai.workspace.watch.gathering import Frame, Gathered
from guanai.workspace.watch.making import SHARED, made, register_row
from guanai.workspace.watch.view import Answer, View

#: A change of any other record may concern everybody.
_NARROW: Final = frozenset({"student", "counseling", "attendance", "screening"})
#: These change nothing of what meetings, activities, decisions and screenings tell.
_BESIDE_DEEDS: Final = frozenset({"student", "counseling", "attendance"})


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
    if (
        _BESIDE_DEEDS.issuperset(kinds.values())
        and old.faults == gathered.faults
        and len(rows) == len(concerned)
    ):
        known = _still_open(before, rows)
        if known is not None:
            own = {path: kind for path, kind in kinds.items() if kind != "attendance"}
            return _retold(before, frame, known, _concerned(before.facts, (old, gathered), own), kinds)
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


def _still_open(before: View, rows: Sequence[Mapping[str, Any]]) -> Sequence[Mapping[str, Any]] | None:
    """Return those of some children that the person knows; None where one is open otherwise than it was before."""
    if before.opened is None or before.sight is None:
        return rows if all(row["id"] in before.facts.children for row in rows) else None
    opened = before.sight.opened(rows)
    if any(opened.get(row["id"]) != before.opened.get(row["id"]) for row in rows):
        return None
    return [row for row in rows if row["id"] in opened]


def _retold(
    before: View,
    frame: Frame,
    known: Sequence[Mapping[str, Any]],
    changed_children: AbstractSet[str],
    kinds: Mapping[str, str],
) -> View:
    """Return a view in which a few children are read anew, as open as before; the rest stands.

    Args:
        before: the view as it was.
        frame: the records as they are.
        known: the children whose duties may have changed and whom the person knows.
        changed_children: ids of those whose own records changed.
        kinds: of the records that changed, by path.
    """
    has_registers = "attendance" in kinds.values()
    if not known and not has_registers:  # only children whom this person does not know of
        return replace(before, frame=frame, answers=list(before.answers))
    rows = [row for row in known if row["id"] in changed_children]
    part = retold(
        before.facts, _told_of(before, frame.gathered, rows), reader=before.staff, opened=before.opened
    )
    children = {each: part.children.get(each, child) for each, child in before.facts.children.items()}
    facts = replace(before.facts, children=children, _kept={})
    if has_registers:
        facts = replace(facts, attendance=_registers(before, frame.gathered, kinds))
    else:
        facts.once(("register",), lambda: before.facts.book)
    return replace(before, frame=frame, facts=facts, answers=_left(before, {row["id"] for row in known}))


def _told_of(before: View, gathered: Gathered, rows: Sequence[Mapping[str, Any]]) -> Rows:
    """Return the rows of some children, and all others that name one of them."""
    concerned = {row["id"] for row in rows}
    naming = {
        kind: [row for row in gathered.of(kind) if row and not concerned.isdisjoint(row["students"])]
        for kind in SHARED
    }
    if before.sight is not None and before.opened is not None:
        sight, opened = before.sight, before.opened
        naming = {kind: [row for row in found if sight.knows(row, opened)] for kind, found in naming.items()}
    counselled = [row for row in gathered.of("counseling") if row["child"] in concerned]
    return {"student": rows, "counseling": counselled, **naming}


def _registers(
    before: View, gathered: Gathered, kinds: Mapping[str, str]
) -> dict[tuple[str, str], Mapping[str, Any]]:
    """Return the months of the registers, those that changed read anew."""
    found: dict[tuple[str, str], Mapping[str, Any]] = {}
    for path, row in gathered.rows.get("attendance", {}).items():
        place = row["class"], row["month"]
        known = None if path in kinds else before.facts.attendance.get(place)
        found[place] = register_row(row, before.opened) if known is None else known
    return found


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
    # What was noted of the same class in other months too: a day of this month may stand in another month's file.
    for (class_id, _), other in facts.attendance.items():
        if class_id == row["class"]:
            yield from (each["学生"] for each in other["exceptions"])
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
