"""``guanai init``."""

from datetime import date
from pathlib import Path

import click

from guanai.cli.options import Command, on_option
from guanai.workspace.founding import found_empty, found_sample

_STAGES = ("小学", "初中", "九年一贯")


def _ask_stage() -> str:
    # Not click's own choice: it would complain in English.
    while (answer := click.prompt(f"学段（{'、'.join(_STAGES)}）", default="初中").strip()) not in _STAGES:
        click.echo(f"没有“{answer}”这个学段；请写{'、'.join(_STAGES)}中的一个。", err=True)
    return str(answer)


@click.command("init", cls=Command, help="新建一个学校的文件夹：没有学生；加 --sample 则带一所样例学校。")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path), metavar="文件夹")
@click.option("--sample", is_flag=True, help="带样例学校（虚构）。")
@click.option("--name", default="", metavar="校名", help="学校全称；不写则会问。")
@click.option("--stage", type=click.Choice(_STAGES), default=None, help="学段；不写则会问。")
@on_option
def command(folder: Path, sample: bool, name: str, stage: str | None, on: date) -> None:
    """Make a workspace."""
    if sample:
        found_sample(folder, on=on)
    else:
        name = name.strip() or click.prompt("学校全称").strip()
        found_empty(folder, name=name, stage=stage or _ask_stage(), on=on)
    click.echo(f"已建好：{folder}")
    click.echo(
        f"下一步：进入这个文件夹，运行 guanai check{'' if sample else '；先在 records/staff.yml 写上教职工'}。"
    )
