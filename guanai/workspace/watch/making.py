"""The making of a view: which rows one person may know, and the facts put together from them."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final

from guanai.model.access import Access
from guanai.rules.derived import Opened
from guanai.rules.facts import assemble
from guanai.workspace.watch.gathering import Frame, Gathered
from guanai.workspace.watch.sight import PersonSight, Seats
from guanai.workspace.watch.view import View

#: Kinds of records that may be about many children, or about none.
SHARED: Final = ("meeting", "activity", "decision")


def look_upon(frame: Frame, staff: str, on: date, seats: Seats) -> View:
    """Return what a person may know, worked out from nothing.

    Raises:
        UnknownStaff: nobody has that id.
        FaultyRecord, RecordNotFound: the school, its staff, a calendar or a policy cannot be read.
    """
    access: Access | None = frame.access if staff else None
    sight = PersonSight(staff, frame.staff, access, on, seats) if access is not None else None
    return made(frame, staff, on, sight, list(frame.gathered.of("student")))


def made(  # noqa: PLR0913 - whose view, and of what
    frame: Frame,
    staff: str,
    on: date,
    sight: PersonSight | None,
    children: Iterable[Mapping[str, Any]],
    held: Opened | None = None,
) -> View:
    """Return a view of some children; ``held``: what is held for the others, who count where they are named."""
    gathered, rows = frame.gathered, list(children)
    opened = {**(held or {}), **sight.opened(rows)} if sight else None
    facts = assemble(
        {"student": rows, **_beside(gathered, sight, opened)},
        school=frame.school,
        staff=frame.staff,
        calendar=frame.calendar,
        policies=frame.policies,
        reader=staff,
        opened=opened,
        common=frame.common,
    )
    count = len(gathered.faults)
    return View(staff, on, facts, opened, frame, sight, min(count, 1) if staff else count)


def _beside(
    gathered: Gathered, sight: PersonSight | None, opened: Opened | None
) -> dict[str, list[Mapping[str, Any]]]:
    """Return the rows of everything but the children, as far as they may be known."""
    found = {kind: list(gathered.of(kind)) for kind in ("counseling", "screening", "attendance", *SHARED)}
    if sight is None or opened is None:
        return found
    for kind in SHARED:
        found[kind] = [row for row in found[kind] if sight.knows(row, opened)]
    found["meeting"] = [{**row, "decisions": sight.resolutions(row, opened)} for row in found["meeting"]]
    found["screening"] = [row for row in found["screening"] if sight.unit(row["class"])]
    found["attendance"] = [register_row(row, opened) for row in found["attendance"]]
    return found


def register_row(row: Mapping[str, Any], opened: Opened | None) -> Mapping[str, Any]:
    """Return the row of a month of a class's register with the children alone that may be known; None opens everything."""
    if opened is None:
        return row
    return {**row, "exceptions": [each for each in row["exceptions"] if each["学生"] in opened]}
