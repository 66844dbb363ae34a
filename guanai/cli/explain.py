"""``guanai explain``."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

import click

from generators.citations import load_citations
from guanai.calendar import instant
from guanai.cli.looking import context_of, look
from guanai.cli.options import Command, as_option, echo_json, json_option, on_option
from guanai.errors import NotFound, Usage
from guanai.rules.duties import Occurrence
from guanai.rules.explain import explain
from guanai.workspace.facade import Workspace
from guanai.workspace.watch.tellings import number_of, subject_name
from guanai.workspace.watch.vigil import View

#: A number from an old mail is looked for so far back, one from a calendar so far ahead.
_BACK, _AHEAD = timedelta(days=200), timedelta(days=60)
_SHOWN = 12


class NoSuchDuty(NotFound):
    """No duty of these days has that number, or none that the person may know of."""

    def __init__(self, wanted: str) -> None:
        super().__init__(f"没有找到 {wanted} 这件事；编号见 guanai due --json，或邮件、日历里的 N-…。")


class SeveralDuties(Usage):
    """More than one duty fits."""

    def __init__(self, wanted: str, numbers: Sequence[str]) -> None:
        more = f" …… 共 {len(numbers)} 件" if len(numbers) > _SHOWN else ""
        super().__init__(f"“{wanted}”有几件，请写明是哪一件：{' '.join(numbers[:_SHOWN])}{more}")


@click.command(
    "explain",
    cls=Command,
    help="一件事为什么要做、做到了没有：依据哪一条、数字是多少、查了什么、找到什么。",
)
@click.argument("duty", metavar="编号")
@as_option
@on_option
@json_option
@click.pass_context
def command(ctx: click.Context, duty: str, staff: str, on: date, as_json: bool) -> None:
    """Tell why a duty stands as it does."""
    workspace, view = look(ctx, staff, on)
    made = _found(workspace, view, duty.strip())
    told = explain(view.facts, made, _words(view))
    if as_json:
        echo_json(
            {
                **made.as_json(),
                "number": number_of(workspace.secret, made),
                "policy": told.policy,
                "where": told.where,
                "clause": told.clause,
                "figures": list(told.figures),
                "window": told.window,
                "looked_for": told.looked_for,
                "told": list(told.found),
                "lacking": list(told.lacking),
                "verdict": told.verdict,
            }
        )
        return
    context = context_of(view)
    owners = "、".join(context.staff_name(each) for each in made.owners)
    click.echo(click.style(f"{made.title}：{subject_name(view, context, made)}", bold=True))
    click.echo(f"负责：{owners}")
    for line in told.lines():
        click.echo(line)


def _found(workspace: Workspace, view: View, wanted: str) -> Occurrence:
    now = instant(view.on)
    today = view.duties(now)
    fitting = _fitting(workspace, view, today, wanted) or _fitting(workspace, view, _near(view, now), wanted)
    if not fitting:
        raise NoSuchDuty(wanted)
    if len(fitting) > 1:
        raise SeveralDuties(wanted, [number_of(workspace.secret, each) for each in fitting])
    return fitting[0]


def _near(view: View, now: datetime) -> tuple[Occurrence, ...]:
    covered = view.facts.calendar.covered
    since = max(now.date() - _BACK, covered[0].begins)
    return view.duties_between(since, min(now.date() + _AHEAD, covered[-1].ends), now)


def _fitting(workspace: Workspace, view: View, found: Sequence[Occurrence], wanted: str) -> list[Occurrence]:
    if wanted.startswith("N-"):
        secret = workspace.secret
        # A mail may have told of it without a word of whom: that goes by a number of its own.
        return [
            each
            for each in found
            if wanted in {number_of(secret, made) for made in (each, view.veiled(each)) if made is not None}
        ]
    return [each for each in found if wanted in (each.id, each.duty, each.title, each.source)]


def _words(view: View) -> dict[str, str]:
    school = view.frame.school
    names = {"名称": school.name, "简称": school.short_name, "乡镇": school.township, "教育局": school.bureau}
    return {
        **{f"学校.{key}": value for key, value in names.items() if value},
        **{f"依据.{each.id}": each.text for each in load_citations().values()},
    }
