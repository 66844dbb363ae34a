"""``guanai policy``."""

from datetime import date

import click

from generators.profiles import load_profile, profile_slugs
from guanai.cli.options import Command, Group, as_option, echo_json, json_option, now, on_option, start_of
from guanai.cli.saving import carry_out
from guanai.errors import Usage
from guanai.saving import Edit, Request
from guanai.store.note import Reason
from guanai.workspace.facade import Workspace
from guanai.workspace.profiling import Line, Preview, plan_of, preview


@click.group("policy", cls=Group, help="制度和方案：套用现成的劝返时限。")
def command() -> None:
    """Hold what is done with policies."""


@command.command(
    "profile",
    cls=Command,
    help="劝返时限样本：不写名称则列出；写名称先看哪些条文和数字会变，确定了再加 --save --as 保存。"
    "例：guanai policy profile county；guanai policy profile county --save --as T-3XK9",
)
@click.argument("name", required=False, metavar="[名称]")
@click.option("--plan", default="", metavar="方案编号", help="套用到哪一份方案；不写则为控辍保学工作方案。")
@click.option("--save", is_flag=True, help="保存；不写只看不改。")
@on_option
@as_option
@json_option
@click.pass_context
def profile(
    ctx: click.Context, *, name: str | None, plan: str, save: bool, on: date, staff: str, as_json: bool
) -> int:
    """List the profiles, show what one would change, or put it into the plan; return 1 when it was not saved."""
    workspace = Workspace.find(start_of(ctx))
    if save and not (name and staff):
        raise Usage("保存要写明名称和由谁保存，如 guanai policy profile county --save --as T-3XK9。")
    if not name:
        _list(workspace, plan, as_json=as_json)
        return 0
    found = _preview(workspace, name, plan)
    if not save or not found.changes:
        _tell(found, as_json=as_json, is_preview=not save)
        return 0
    if not as_json:
        _tell(found, as_json=False, is_preview=False)
    edit = Edit(found.policy, found.changes, found.version)
    request = Request(staff, Reason.CORRECTION, (edit,), now(), is_confirmed=True, on=on)
    return carry_out(workspace, request, as_json=as_json)


def _preview(workspace: Workspace, name: str, plan: str) -> Preview:
    # The version first: a save in between then shows as a conflict, and is not overwritten unseen.
    policy = plan or plan_of(workspace.snapshot)
    return preview(workspace.snapshot, workspace.schemas, name, policy, version=workspace.version(policy))


def _list(workspace: Workspace, plan: str, *, as_json: bool) -> None:
    told = [(load_profile(slug), not _preview(workspace, slug, plan).changes) for slug in profile_slugs()]
    if as_json:
        rows = [
            {"name": each.id, "title": each.name, "explanation": each.explanation, "in_use": is_used}
            for each, is_used in told
        ]
        echo_json({"profiles": rows})
        return
    for each, is_used in told:
        click.echo(
            f"{each.id:<8} {each.name}{'（现在用的就是这一套）' if is_used else ''}\n         {each.explanation}"
        )


def _tell(found: Preview, *, as_json: bool, is_preview: bool) -> None:
    if as_json:
        parts = {"clauses": found.clauses, "figures": found.figures}
        lines = {key: list(map(_as_json, value)) for key, value in parts.items()}
        echo_json({"policy": found.policy, "profile": found.profile.id, **lines})
        return
    if not found.changes:
        click.echo(f"《{found.name}》现在用的就是“{found.profile.name}”，没有要改的。", err=True)
        return
    click.echo(click.style(f"《{found.name}》套用“{found.profile.name}”", bold=True))
    for head, part in (("条文", found.clauses), ("数字", found.figures)):
        click.echo(f"\n{head}")
        for each in part:
            click.echo(f"  {each.where}")
            click.echo(f"    原来：{each.before or '（没有）'}")
            click.echo(f"    改为：{each.after or '（没有）'}")
    if is_preview:
        click.echo(
            f"\n还没有保存；确定要改，请加 --save --as 编号（guanai policy profile {found.profile.id} --save --as T-3XK9）。",
            err=True,
        )


def _as_json(line: Line) -> dict[str, str]:
    return {"where": line.where, "before": line.before, "after": line.after}
