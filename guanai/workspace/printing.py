"""What is done with documents beyond writing them one by one: PDF, one print file for many, the school's own forms."""

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Final

from generators.docx.binding import bind
from guanai.errors import GuanaiError
from guanai.workspace.batch import Order, print_all
from guanai.workspace.facade import Workspace
from guanai.workspace.office import OfficeFailed, converted, office_program
from guanai.workspace.papers import Failed, Made, write_file
from guanai.workspace.templates import PREFIX, plain_name

#: The format that LibreOffice makes of a DOCX.
PDF: Final = "pdf"


def print_as_pdf(
    workspace: Workspace, order: Order, wanted: Sequence[tuple[str, str]]
) -> Iterator[Made | Failed]:
    """Write documents as PDF; one that cannot be made or converted is told and the rest go on.

    Raises:
        NoOffice: LibreOffice is not installed; nothing was written.
    """
    office_program()
    with tempfile.TemporaryDirectory(prefix="guanai-pdf-") as folder:
        inner = replace(order, folder=Path(folder), form="docx")
        made = []
        for outcome in print_all(workspace, inner, wanted):
            if isinstance(outcome, Failed):
                yield outcome
            else:
                made.append(outcome)
        yield from pdf_of(made, order.folder)


def pdf_of(made: Sequence[Made], folder: Path) -> Iterator[Made | Failed]:
    """Convert written documents; each PDF goes below ``folder`` as the document would.

    Raises:
        NoOffice: LibreOffice is not installed.
    """
    targets = [folder / each.path.parent.name / f"{each.path.stem}.{PDF}" for each in made]
    outcomes = converted([(each.path, target) for each, target in zip(made, targets, strict=True)])
    for each, outcome in zip(made, outcomes, strict=True):
        if isinstance(outcome, OfficeFailed):
            yield Failed(each.kind, each.id, str(outcome))
        else:
            yield Made(each.kind, each.id, outcome)


def print_in_one(
    workspace: Workspace, order: Order, wanted: Sequence[tuple[str, str]], target: Path
) -> Iterator[Made | Failed]:
    """Write documents of one kind into one DOCX, each on a fresh sheet; yield what became of each.

    Raises:
        UnlikeSheets: their layouts differ.
        UnwritableFile: the disk refuses.
    """
    with tempfile.TemporaryDirectory(prefix="guanai-print-") as folder:
        raws = []
        for outcome in print_all(workspace, replace(order, folder=Path(folder), form="docx"), wanted):
            if isinstance(outcome, Made):
                raws.append(outcome.path.read_bytes())
                yield replace(outcome, path=target)
            else:
                yield outcome
        if raws:
            write_file(target, bind(raws))


def print_forms(
    workspace: Workspace, order: Order, name: str, students: Sequence[str]
) -> Iterator[Made | Failed]:
    """Write one of the school's own forms for some children."""
    edition = workspace.edition(staff=order.staff, on=order.on)
    name = plain_name(name)
    for student in students:
        target = order.folder / name / f"{student}.docx"
        try:
            raw, _ = workspace.templates.make(name, student, edition, order.on)
            write_file(target, raw)
        except GuanaiError as error:
            yield Failed(f"{PREFIX}{name}", student, str(error))
        else:
            yield Made(f"{PREFIX}{name}", student, target)


def form_subjects(workspace: Workspace, *, staff: str, on: date) -> tuple[str, ...]:
    """Return the children for whom a person may print one of the school's own forms."""
    edition = workspace.edition(staff=staff, on=on)
    found = []
    for student in workspace.snapshot.ids("student"):
        try:
            if edition.decision("student", student).allowed:
                found.append(student)
        except GuanaiError:
            found.append(student)  # what is wrong with the record is told when the form is made
    return tuple(found)
