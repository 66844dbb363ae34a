"""``guanai check``: nothing here imports more than an unchanged workspace needs."""

from datetime import date
from pathlib import Path

import click

from guanai.check.runner import check
from guanai.cli.options import Command, echo_json, json_option, on_option, start_of
from guanai.errors import Problem
from guanai.workspace.root import find_root


@click.command(
    "check",
    cls=Command,
    help="检查所有记录，逐处说明在哪个文件、哪一行、怎么改。没有问题时退出码为 0，有问题为 1。",
)
@on_option
@json_option
@click.pass_context
def command(ctx: click.Context, on: date, as_json: bool) -> int:
    """Print every problem; return 1 when there is one."""
    problems = _problems(find_root(start_of(ctx)), on)
    if as_json:
        echo_json({"problems": [problem.as_json() for problem in problems]})
    elif problems:
        for problem in problems:
            click.echo(f"{problem.path}:{problem.line}: {problem.message}")
        click.echo(f"共 {len(problems)} 处问题。", err=True)
    else:
        click.echo("没有发现问题。", err=True)
    return 1 if problems else 0


def _problems(root: Path, on: date) -> tuple[Problem, ...]:
    if not any((root / "records" / "templates").glob("*")):
        return check(root, on=on)
    from guanai.workspace.facade import Workspace  # noqa: PLC0415 -- what reads Word forms takes long to import

    return Workspace(root).check(on=on)
