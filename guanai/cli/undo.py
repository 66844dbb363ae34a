"""``guanai undo``."""

from datetime import date

import click

from guanai.cli.options import Command, json_option, now, on_option, start_of
from guanai.cli.saving import carry_out
from guanai.saving import Request
from guanai.store.history import History
from guanai.store.note import Reason
from guanai.store.pair import COUNSELING, Pair
from guanai.workspace.chronicle import Chronicle
from guanai.workspace.facade import Workspace
from guanai.workspace.undoing import edits_undoing


@click.command(
    "undo",
    cls=Command,
    help="撤销一次修改：作为新的一次保存，把它改动的内容改回去；提交的编号见 guanai log。",
)
@click.argument("commit", metavar="提交")
@click.option(
    "--as", "staff", required=True, metavar="教职工编号", help="由谁撤销，如 T-3XK9；权限按这个人的任职。"
)
@click.option(
    "--reason",
    type=click.Choice([str(each) for each in Reason]),
    default=str(Reason.UNDO),
    show_default=True,
    help="为什么改。",
)
@click.option("--yes", is_flag=True, help="对保存前的询问一律答“是”。")
@on_option
@json_option
@click.pass_context
def command(
    ctx: click.Context,
    *,
    commit: str,
    staff: str,
    reason: str,
    yes: bool,
    on: date,
    as_json: bool,
) -> int:
    """Save the inverse of one commit; return 1 when it was not saved."""
    workspace = Workspace.find(start_of(ctx))
    pair = Pair(workspace.root, workspace.root / COUNSELING)
    edition = workspace.edition(staff=staff, on=on)
    chronicle = Chronicle(History(pair, workspace.schemas), workspace.snapshot, edition, on=on)
    edits = edits_undoing(chronicle, pair, commit)
    request = Request(staff, Reason(reason), edits, now(), is_confirmed=yes, on=on)
    return carry_out(workspace, request, as_json=as_json)
