"""``guanai agenda``."""

import re
from datetime import date
from typing import Final

import click

from guanai.cli.looking import child_words, context_of, look
from guanai.cli.options import Command, as_option, echo_json, json_option, on_option
from guanai.errors import Usage
from guanai.rules.agenda import AgendaLine
from guanai.workspace.watch.agenda import USUAL_KIND, agenda_of
from guanai.workspace.watch.vigil import View

_CHILD: Final = re.compile(r"@(S[0-9]{4}-[2-9A-Z]{5})")
_UNIT: Final = re.compile(r"^[PJ][0-9]{4}(?:-[0-9]{2})?")


@click.command(
    "agenda",
    cls=Command,
    help="研判会的议程草稿：上次会议以来等级的变化、调整建议、劝返进展、逾期的事和没有办完的决定。例：guanai agenda --as T-3XK9",
)
@click.option("--kind", default=USUAL_KIND, metavar="会议类型", show_default=True, help="哪一种会。")
@click.option("--guests", is_flag=True, help="会外版：只有议题，没有姓名、等级和人数。")
@as_option
@on_option
@json_option
@click.pass_context
def command(ctx: click.Context, *, kind: str, guests: bool, staff: str, on: date, as_json: bool) -> None:
    """Draft the agenda of a meeting; nothing is saved."""
    workspace, view = look(ctx, staff, on)
    kinds = tuple(workspace.schemas.record("meeting").children["类型"].values)
    if kind not in kinds:
        raise Usage(f"没有“{kind}”这种会议；可以写 {'、'.join(kinds)}。")
    found = agenda_of(view, on, kind)
    items = [(each.title, () if guests else each.lines) for each in found.items]
    if as_json:
        told = [{"title": title, "lines": list(map(_as_json, lines))} for title, lines in items]
        echo_json({"kind": kind, "since": f"{found.since}", "items": told})
        return
    click.echo(click.style(f"{on}　{kind}议程（草稿）", bold=True))
    if not guests:
        click.echo(f"上次：{found.since}")
    for number, (title, lines) in enumerate(items, 1):
        click.echo(f"\n{number}. {title}")
        for line in lines:
            click.echo(f"   {_named(view, line.text)}")


def _as_json(line: AgendaLine) -> dict[str, object]:
    return {"text": line.text, "students": list(line.students)}


def _named(view: View, text: str) -> str:
    """Return a line with the names of children and units that this person may read."""
    context = context_of(view)

    def unit(found: re.Match[str]) -> str:
        name = context.class_name if "-" in found[0] else context.grade_name
        return name(found[0], view.on)

    return _UNIT.sub(unit, _CHILD.sub(lambda found: child_words(view, found[1]), text))
