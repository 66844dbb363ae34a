"""``guanai demo``."""

from datetime import date
from pathlib import Path

import click

from guanai.cli.options import Command, on_option
from guanai.cli.progress import tracked
from guanai.workspace.founding import found_demo, found_demo_with_past

#: What git takes as the day of a commit, and a school year before it.
_YEARS = range(2000, 2100)


@click.command("demo", cls=Command, help="新建一所虚构的学校，规模自定；种子相同，学校就相同。")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path), metavar="文件夹")
@click.option(
    "--students",
    type=click.IntRange(1, 100_000),
    default=240,
    show_default=True,
    metavar="人数",
    help="学生人数。",
)
@click.option("--seed", type=int, default=1, show_default=True, metavar="数字", help="种子。")
@click.option("--only", type=click.Choice(["students"]), default=None, help="只造学生档案，测速度用。")
@click.option(
    "--history", is_flag=True, help="连同一学期的修改历史：许多人一次次写成，可用 guanai log 查看。"
)
@on_option
def command(*, folder: Path, students: int, seed: int, only: str | None, history: bool, on: date) -> None:
    """Make an invented school."""
    if history and only:
        raise click.UsageError("--history 和 --only 不能同时用；请去掉一个。")
    if on.year not in _YEARS:
        raise click.UsageError("--on 要在 2000 年到 2099 年之间：更早、更晚的日期，修改历史记不下来。")
    if history:
        written = found_demo_with_past(folder, students=students, seed=seed, on=on)
    else:
        written = found_demo(folder, students=students, seed=seed, on=on, only_students=bool(only))
    for _ in tracked(written, total=students, label="虚构学校"):
        pass
    click.echo(f"已建好：{folder}（其中的人都是虚构的）")
