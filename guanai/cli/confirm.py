"""``guanai confirm``."""

from datetime import date

import click

from guanai.cli.options import Command, now, on_option, start_of
from guanai.errors import Conflict, Usage
from guanai.saving import Saved, confirm, turn_down
from guanai.saving.held import held_changes
from guanai.store.shared import SharedStore, shared_places
from guanai.workspace.facade import Workspace

#: What stands in the log as the post: nobody was asked for a password.
_SHELL = "命令行"


class ConfirmedInTheBrowser(Conflict):
    """On a served school nobody may just say who they are: the browser asks for a password."""

    def __init__(self) -> None:
        super().__init__("这所学校由网站服务：请第二人登录网站，在“申请”页上确认或退回。")


@click.command(
    "confirm",
    cls=Command,
    help="由第二人确认放宽权限的改动；不写编号则列出等确认的。例：guanai confirm 7K3QDM --as T-3XK9",
)
@click.argument("number", required=False, metavar="[编号]")
@click.option(
    "--as",
    "staff",
    metavar="教职工编号",
    help="由谁确认：另一位校长或分管副校长。退回的也可以是提出的人自己。",
)
@click.option("--drop", is_flag=True, help="不确认，退回；也要用 --as 写明由谁。")
@on_option
@click.pass_context
def command(ctx: click.Context, *, number: str | None, staff: str | None, drop: bool, on: date) -> int:
    """Save a change that waits, or forget it; return 1 when it was not saved."""
    workspace = Workspace.find(start_of(ctx))
    if number is None:
        _list(workspace)
        return 0
    store = workspace.store
    if isinstance(store, SharedStore) or (shared_places(workspace.root)[0] / "HEAD").is_file():
        raise ConfirmedInTheBrowser
    if not staff:
        raise Usage(f"请用 --as 写明由谁{'退回' if drop else '确认'}，如 --as T-3XK9。")
    if drop:
        is_own = turn_down(store, number, staff=staff, on=on)
        _note(workspace, staff, "收回放宽" if is_own else "不确认放宽", number)
        click.echo("已退回，没有改动。")
        return 0
    outcome = confirm(store, workspace.schemas, number, staff=staff, when=now(), on=on)
    if isinstance(outcome, Saved):
        _note(workspace, staff, "确认放宽", number)
        click.echo(f"已确认（提交 {outcome.commit[:8]}）")
        return 0
    click.echo("没有确认成：这份记录刚被别人改过；请让提出的人重新改一次。", err=True)
    return 1


def _list(workspace: Workspace) -> None:
    for each in held_changes(workspace.root):
        click.echo(f"{each.number}  {each.asked:%Y-%m-%d %H:%M}  {each.staff}")
        for gain in each.gains:
            click.echo(f"    {gain}")


def _note(workspace: Workspace, staff: str, action: str, number: str) -> None:
    # Imported for who confirms: the list is told without the web's parts.
    from guanai.web.audit import AuditLog  # noqa: PLC0415 -- see above
    from guanai.web.settings import now_in_china  # noqa: PLC0415 -- see above

    AuditLog(workspace.root, now_in_china).record(actor=staff, role=_SHELL, action=action, record=number)
