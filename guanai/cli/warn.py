"""``guanai warn``."""

from collections.abc import Sequence
from datetime import date

import click

from guanai.cli.columns import padded
from guanai.cli.looking import child_words, context_of, look
from guanai.cli.options import Command, as_option, echo_json, json_option, on_option
from guanai.rules.signs import Sign
from guanai.rules.warning import Proposal
from guanai.workspace.watch.signs import SignsOfSchool, signs_of_school
from guanai.workspace.watch.vigil import View

_COLOURS = {"红": "red", "黄": "yellow", "绿": "green"}


@click.command(
    "warn",
    cls=Command,
    help="建议调整预警等级的学生，每条写明触发和依据；迹象多而没有联系记录的学生也列出。等级由人决定。",
)
@as_option
@on_option
@json_option
@click.pass_context
def command(ctx: click.Context, staff: str, on: date, as_json: bool) -> None:
    """List what the rules propose; nothing is changed."""
    _, view = look(ctx, staff, on)
    found = signs_of_school(view)
    if as_json:
        echo_json(
            {
                "rule": found.using.version,
                "proposals": [_proposal(view, each) for each in found.proposals],
                "uncontacted": [
                    {"student": student, "signs": list(map(_sign, signs))}
                    for student, signs in found.uncontacted.items()
                ],
            }
        )
    else:
        _print(view, found)


def _proposal(view: View, made: Proposal) -> dict[str, object]:
    return {
        "student": made.student,
        "class": view.class_of(made.student),
        "level": made.level,
        "current": made.current,
        "needs": made.needs,
        "signs": list(map(_sign, made.signs)),
    }


def _sign(each: Sign) -> dict[str, object]:
    return {
        "rule": each.rule,
        "text": each.text,
        "weight": str(each.weight),
        "since": each.since.isoformat(),
        "evidence": list(each.evidence),
    }


def _print(view: View, found: SignsOfSchool) -> None:
    click.echo(
        f"{view.on}　建议研判 {len(found.proposals)} 人（{found.using.version}）；等级由人决定，须写明理由。"
    )
    context = context_of(view)
    place = ""
    for made in found.proposals:
        class_id = view.class_of(made.student)
        if class_id != place:
            place = class_id
            click.echo(
                f"\n{click.style(context.class_name(class_id, view.on) if class_id else '不在班', bold=True)}"
            )
        step = f"{made.current if made.current != '解除' else '无'} → {click.style(made.level, fg=_COLOURS.get(made.level))}"
        click.echo(f"  {padded(child_words(view, made.student), 30)}{step}")
        _print_signs(made.signs)
        if made.needs:
            click.echo(f"      {made.needs}")
    if found.uncontacted:
        click.echo(
            f"\n{click.style(f'迹象不少于 {found.using.signs} 项、{found.using.recent_days} 天内没有联系记录', bold=True)}"
        )
        for student, signs in found.uncontacted.items():
            click.echo(f"  {child_words(view, student)}")
            _print_signs(signs)


def _print_signs(signs: Sequence[Sign]) -> None:
    for each in signs:
        evidence = f"（{'、'.join(each.evidence)}）" if each.evidence else ""
        click.echo(f"      {each.weight}　{each.text}　{each.since} 起{evidence}")
