"""A row that somebody copied in a ledger to write another one never overwrites the row it was copied from."""

import io
from collections.abc import Callable
from datetime import date
from typing import Any

import openpyxl

from guanai.sheets.sheet import HEADER_ROW
from guanai.workspace import exporting
from guanai.workspace.facade import Workspace
from guanai.workspace.importing import Plan

_ON = date(2026, 11, 20)
_PRINCIPAL = "T-WSLF"


def _copied(raw: bytes, label: str, words: str) -> tuple[bytes, int]:
    """Return a ledger whose first row stands once more at its end with another cell, and the number of that row."""
    book = openpyxl.load_workbook(io.BytesIO(raw))
    page: Any = book.worksheets[0]
    places = {cell.value: cell.column for cell in page[HEADER_ROW]}
    new = max(cell.row for cell in page[page.cell(1, 1).column_letter] if cell.value) + 1
    for place in places.values():
        page.cell(new, place).value = page.cell(HEADER_ROW + 1, place).value
    if label:
        page.cell(new, places[label]).value = words
    made = io.BytesIO()
    book.save(made)
    return made.getvalue(), new


def test_a_copied_row_is_told_once_it_says_something_else(
    school: Workspace, plan: Callable[..., Plan]
) -> None:
    edition = school.edition(staff=_PRINCIPAL, on=_ON)
    raw, _ = exporting.ledger(school, edition, "照顾", "", on=_ON)
    changed, new = _copied(raw, "事由", "另一件事")
    made = plan(changed)
    assert made.proposals == ()
    (fault,) = made.faults
    assert (fault.line, "复制" in fault.reason) == (new, True)
    same, _ = _copied(raw, "", "")
    assert (plan(same).proposals, plan(same).faults) == ((), ())
