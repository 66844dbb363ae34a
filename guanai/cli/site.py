"""``guanai site``."""

from collections.abc import Iterable
from datetime import date

import click

from guanai.cli.options import Command, Group, on_option, start_of
from guanai.errors import NotFound
from guanai.pages.audiences import Audience
from guanai.workspace.facade import Workspace
from guanai.workspace.sites import Holdings, build_guide, build_sites, hold


@click.group("site", cls=Group, help="校内网站：按任职和权限分成若干份，各看各的。")
def command() -> None:
    """Hold the commands below."""


@command.command("build", cls=Command, help="生成校内网站；没有变化的不重做。")
@click.option(
    "--audience",
    "wanted",
    multiple=True,
    metavar="范围或编号",
    help="只做这些：班级、年级、全校、学生编号，或 --list 里的编号。",
)
@click.option("--list", "is_list", is_flag=True, help="只列出有哪些份，不生成。")
@on_option
@click.pass_context
def build(ctx: click.Context, wanted: tuple[str, ...], *, is_list: bool, on: date) -> None:
    """Build the sites of a workspace from its files as they lie there."""
    workspace = Workspace.find(start_of(ctx))
    held = hold(workspace, on=on)
    chosen = _chosen(held, wanted)
    if is_list:
        for each in chosen if chosen is not None else held.audiences:
            click.echo(f"{each.id}  {each.unit}  {_edition(each)}")
        return
    found = build_sites(workspace, None, chosen, on=on, holdings=held)
    told = build_guide(workspace.root)
    made = [each for each in (*found, told) if each.made]
    pages = sum(each.made for each in made)
    click.echo(f"共 {len(found) + 1} 份网站，更新了 {len(made)} 份、{pages} 页，其余没有变化。")


def _chosen(held: Holdings, wanted: Iterable[str]) -> tuple[Audience, ...] | None:
    names = tuple(wanted)
    if not names:
        return None
    found = tuple(each for each in held.audiences if {each.id, each.unit} & set(names))
    known = {name for each in found for name in (each.id, each.unit)}
    for name in names:
        if name not in known:
            raise UnknownAudience(name)
    return found


def _edition(audience: Audience) -> str:
    shown = "、".join(audience.sees) or "不含学生"
    more = f"（有预警的学生另有{'、'.join(audience.sees_with_level)}）" if audience.sees_with_level else ""
    return f"{shown}{more}"


class UnknownAudience(NotFound):
    """Nobody is served a unit."""

    def __init__(self, name: str) -> None:
        super().__init__(f"没有人看“{name}”这一份网站；有哪些份，见 guanai site build --list。")
