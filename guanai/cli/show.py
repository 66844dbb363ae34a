"""``guanai show``."""

from datetime import date

import click

from guanai.cli.options import Command, as_option, echo_json, json_option, on_option, start_of
from guanai.workspace.facade import Workspace
from guanai.yamlfile import dump


@click.command("show", cls=Command, help="显示一份记录；加 --as 则只显示这个人可以看的。")
@click.argument("record_id", metavar="编号")
@as_option
@on_option
@json_option
@click.pass_context
def command(ctx: click.Context, record_id: str, staff: str, on: date, as_json: bool) -> None:
    """Print a record as one person may see it; in JSON with its version, for ``--base`` of a later change."""
    workspace = Workspace.find(start_of(ctx))
    edition = workspace.edition(staff=staff, on=on)
    # The version first: a save in between then shows as a conflict, and is not overwritten unseen.
    version = workspace.version(record_id) if as_json else ""
    kind, shown = workspace.show(record_id, edition)
    if as_json:
        echo_json({"version": version, **shown})
    else:
        click.echo(dump(shown, workspace.schemas.record(kind)), nl=False)
