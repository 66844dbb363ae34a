"""``guanai pack``."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import click

from guanai.cli.options import Command, as_option, echo_json, json_option, on_option, start_of
from guanai.cli.progress import tracked
from guanai.workspace.facade import Workspace
from guanai.workspace.packing import pack
from guanai.workspace.papers import Failed, Made


@click.command(
    "pack",
    cls=Command,
    help="一个学期的全部材料装成一个压缩包，按迎检目录分文件夹，附目录。例：guanai pack --term 2026-2027-1 -o 迎检.zip",
)
@click.option("--term", required=True, metavar="学期", help="如 2026-2027-1；到 --on 那一天为止。")
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    required=True,
    metavar="文件",
    help="存成哪个 .zip，从 -C 的文件夹算起。",
)
@on_option
@as_option
@json_option
@click.pass_context
def command(ctx: click.Context, term: str, output: Path, on: date, staff: str, as_json: bool) -> int:
    """Write the pack; return 1 when a paper could not be made."""
    workspace = Workspace.find(start_of(ctx))
    target = start_of(ctx) / output
    made = pack(workspace, term, target, staff=staff, on=on, watch=_watched)
    failed = [{"kind": each.kind, "id": each.id, "message": each.message} for each in made.failed]
    if as_json:
        papers = [
            {"heading": each.heading, "title": each.title, "id": each.subject, "name": each.name}
            for each in made.entries
        ]
        echo_json({"path": str(target), "papers": papers, "failed": failed})
    else:
        click.echo(str(target))
        for heading in dict.fromkeys(each.heading for each in made.entries):
            count = sum(1 for each in made.entries if each.heading == heading)
            click.echo(f"    {heading}：{count} 份")
    for fault in made.failed:
        click.echo(f"没有生成 {fault.kind} {fault.id}：{fault.message}", err=True)
    click.echo(f"装进 {len(made.entries)} 份，未成 {len(made.failed)} 份。", err=True)
    return 1 if made.failed else 0


def _watched(work: Iterator[Made | Failed], total: int) -> Iterator[Made | Failed]:
    return tracked(work, total=total, label="生成材料")
