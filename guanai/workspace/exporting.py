"""Ledgers for Excel: cut to one person's edition, and made so that edits can come back."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from guanai.access import child_of
from guanai.errors import GuanaiError, NotFound
from guanai.grades import grade_of
from guanai.model.base import HIDDEN
from guanai.sheets.ledger import (
    ROSTER,
    Slot,
    cell_of,
    facts_of,
    heads,
    list_slots,
    main_guardian,
    roster_slots,
    value_at,
)
from guanai.sheets.sheet import Sheet, write_sheet
from guanai.sheets.values import HIDDEN_WORDS
from guanai.workspace import versions
from guanai.workspace.editions import Edition
from guanai.workspace.facade import Workspace

#: How the whole school is written.
SCHOOL: Final = ("", "school", "全校")
_NOTE: Final = "灰色列只供辨认；改好后用 guanai import 收回，只收改动过的格子。隐藏的列请不要删改。"


@dataclass(frozen=True, slots=True)
class _Child:
    id: str
    class_id: str
    view: Mapping[str, Any]
    version: str


class NobodyThere(NotFound):
    """A unit without any child that the person may see."""

    def __init__(self, unit: str) -> None:
        super().__init__(
            f"“{unit or '全校'}”里没有您可以看到的学生；单位写年级 J2024、班级 J2024-03，或不写（全校）。"
        )


def roster(workspace: Workspace, edition: Edition, unit: str, *, on: date) -> tuple[bytes, int]:
    """Return the roster of a class, a grade or the school as a workbook, and its number of rows.

    Raises:
        NobodyThere: nobody to list.
    """
    children = _children(workspace, edition, unit, on)
    slots = roster_slots(workspace.schemas.record("student"))
    rows = []
    for child in children:
        guardian = main_guardian(child.view)
        owners = (child.view, guardian)
        rows.append(
            (
                child,
                str((guardian or {}).get("编号", "")),
                [cell_of(owners[slot.is_guardians], slot) for slot in slots],
            )
        )
    return _written(ROSTER, "", slots, rows, workspace, edition, on, unit), len(rows)


def ledger(workspace: Workspace, edition: Edition, key: str, unit: str, *, on: date) -> tuple[bytes, int]:
    """Return one list of the children's files as a workbook, a row an item, and its number of rows.

    Raises:
        NobodyThere: nobody to list.
        UnknownList: a child's file has no such list.
    """
    slots = list_slots(workspace.schemas.record("student"), key)
    rows = []
    for child in _children(workspace, edition, unit, on):
        items = value_at(child.view, (key,))
        rows += [
            (child, str(item.get("编号", "")), [cell_of(item, slot) for slot in slots])
            for item in (items if isinstance(items, list) else ())
        ]
    return _written(key, key, slots, rows, workspace, edition, on, unit), len(rows)


def _written(  # noqa: PLR0913 -- one argument a fact of the sheet
    title: str, key: str, slots: tuple[Slot, ...], rows: list[tuple[_Child, str, list[str | float | None]]],
    workspace: Workspace, edition: Edition, on: date, unit: str,
) -> bytes:  # fmt: skip
    # A column of which this edition sees nothing at all is left out.
    kept = [at for at in range(len(slots)) if not rows or any(row[2][at] != HIDDEN_WORDS for row in rows)]
    filled = {slots[at].label: any(row[2][at] is not None for row in rows) for at in kept}
    context = edition.context
    sheet = Sheet(
        name=title,
        title=f"{workspace.snapshot.school.name} {title}（{'全校' if unit in SCHOOL else unit}，{on.isoformat()}）",
        heads=heads([slots[at] for at in kept], filled),
        rows=[
            (
                child.id,
                child.version,
                item,
                context.class_name(child.class_id, on),
                _name(child),
                *(cells[at] for at in kept),
            )
            for child, item, cells in rows
        ],
        note=_NOTE,
        facts=facts_of(title, key, edition.staff, on.isoformat()),
    )
    return write_sheet(sheet, on=on)


def _children(workspace: Workspace, edition: Edition, unit: str, on: date) -> list[_Child]:
    found = sorted(
        _seen(workspace, edition, unit, on), key=lambda each: (each.class_id, _seat(each, on), each.id)
    )
    if not found:
        raise NobodyThere(unit)
    return found


def _seen(workspace: Workspace, edition: Edition, unit: str, on: date) -> Iterator[_Child]:
    for child in workspace.snapshot.ids("student"):
        try:
            class_id = child_of(workspace.snapshot.mapping("student", child), on).class_id
            if unit not in (*SCHOOL, class_id, grade_of(class_id), child):
                continue
            view = edition.record("student", child)
        except GuanaiError:
            continue
        version = versions.sealed(workspace.secret, versions.SHEETS, workspace.version(child))
        yield _Child(child, class_id, view, version)


def _seat(child: _Child, on: date) -> int:
    stays = child.view.get("学籍")
    seats = (
        [
            each.get("座号")
            for each in stays
            if isinstance(each, Mapping) and str(each.get("起", "")) <= on.isoformat()
        ]
        if isinstance(stays, list)
        else []
    )
    last = seats[-1] if seats else None
    return last if isinstance(last, int) else 999


def _name(child: _Child) -> str:
    name = child.view.get("姓名")
    return HIDDEN_WORDS if name is HIDDEN else str(name)
