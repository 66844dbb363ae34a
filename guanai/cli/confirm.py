"""``guanai confirm``."""

from datetime import date, datetime

import click

from guanai.calendar import SHANGHAI
from guanai.cli.options import Command, on_option, start_of
from guanai.errors import Conflict, Usage
from guanai.saving import Saved, confirm
from guanai.saving.held import held_change, held_changes, let_go
from guanai.store.shared import SharedStore, shared_places
from guanai.workspace.facade import Workspace


class ConfirmedInTheBrowser(Conflict):
    """On a served school nobody says who he is: the browser asks for a password."""

    def __init__(self) -> None:
        super().__init__("这所学校由网站服务：请第二人登录网站，在“申请”页上确认。")


@click.command(
    "confirm",
    cls=Command,
    help="由第二人确认放宽权限的改动；不写编号则列出等确认的。例：guanai confirm 7K3QDM --as T-3XK9",
)
@click.argument("number", required=False, metavar="[编号]")
@click.option("--as", "staff", metavar="教职工编号", help="由谁确认：另一位校长或分管副校长。")
@click.option("--drop", is_flag=True, help="不确认，退回。")
@on_option
@click.pass_context
def command(ctx: click.Context, *, number: str | None, staff: str | None, drop: bool, on: date) -> int:
    """Save a change that waits; return 1 when it was not saved."""
    workspace = Workspace.find(start_of(ctx))
    if number is None:
        for each in held_changes(workspace.root):
            click.echo(f"{each.number}  {each.asked:%Y-%m-%d %H:%M}  {each.staff}")
            for gain in each.gains:
                click.echo(f"    {gain}")
        return 0
    if drop:
        let_go(workspace.root, held_change(workspace.root, number).number)
        click.echo("已退回，没有改动。")
        return 0
    store = workspace.store
    if isinstance(store, SharedStore) or (shared_places(workspace.root)[0] / "HEAD").is_file():
        raise ConfirmedInTheBrowser
    if not staff:
        raise Usage("请用 --as 写明由谁确认，如 --as T-3XK9。")
    outcome = confirm(store, workspace.schemas, number, staff=staff, when=datetime.now(SHANGHAI), on=on)
    if isinstance(outcome, Saved):
        click.echo(f"已确认（提交 {outcome.commit[:8]}）")
        return 0
    click.echo("没有确认成：这份记录刚被别人改过；请让提出的人重新改一次。", err=True)
    return 1
