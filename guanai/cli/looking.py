"""What the commands that look at duties and signs share: the view, names, how a list is laid out."""

import codecs
import json
import sys
from collections.abc import Iterable
from datetime import date

import click

from generators.context import Context
from guanai.access.actor import UnknownStaff
from guanai.cli.options import start_of
from guanai.rules.duties import Occurrence, State
from guanai.workspace.facade import Workspace
from guanai.workspace.watch.vigil import View

_COLOURS = {State.OVERDUE: "red", State.OPEN: "yellow", State.DONE: "green"}
_WEEKDAYS = "一二三四五六日"


def look(ctx: click.Context, staff: str, on: date) -> tuple[Workspace, View]:
    """Return the workspace and what a person may know of it; tell if records had to be left out."""
    workspace = Workspace.find(start_of(ctx))
    view = workspace.vigil.look(staff=staff, on=on)
    if view.unreadable:
        count = "有记录" if staff else f"有 {view.unreadable} 份记录"
        click.echo(f"{count}有问题，没有算进来；请运行 guanai check，改好后再看。", err=True)
    return workspace, view


def echo_json_list(key: str, items: Iterable[object]) -> None:
    """Print a JSON object with one long list, an item a line: indented, thousands of them take seconds."""
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    is_utf8 = codecs.lookup(encoding).name == "utf-8"
    lines = ",\n".join(json.dumps(item, ensure_ascii=not is_utf8) for item in items)
    click.echo(f'{{"{key}": [\n{lines}\n]}}')


def context_of(view: View) -> Context:
    """Return the names of classes and staff."""
    return Context(school=view.frame.school, staff={each.id: each for each in view.frame.staff.people})


def known_person(view: View, staff_id: str) -> str:
    """Return a staff id that exists.

    Raises:
        UnknownStaff: nobody has it.
    """
    if all(each.id != staff_id for each in view.frame.staff.people):
        raise UnknownStaff(staff_id)
    return staff_id


def due_words(made: Occurrence) -> str:
    """Return by when a duty is to be done, shortly."""
    day = f"{made.due.month}月{made.due.day}日 周{_WEEKDAYS[made.due.weekday()]}"
    return f"{day} {made.due:%H:%M}" if made.is_timed else day


def state_words(made: Occurrence) -> str:
    """Return the state in its colour, with how far it is."""
    count = f" {made.found}/{made.needed}" if made.needed > 1 else ""
    return click.style(f"{made.state}{count}", fg=_COLOURS.get(made.state))


def child_words(view: View, student: str) -> str:
    """Return a child's name and id, the id alone where the name may not be known."""
    name = view.name(student)
    return f"{name}（{student}）" if name else student
