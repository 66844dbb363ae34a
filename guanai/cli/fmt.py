"""``guanai fmt``."""

from pathlib import Path

import click

from guanai.cli.options import Command, start_of
from guanai.workspace.facade import Workspace


@click.command("fmt", cls=Command, help="整理记录的版面，补上缺少的编号；不改动内容。不写文件名则整理全部。")
@click.argument(
    "files", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="[文件]…"
)
@click.option("--check", "only_check", is_flag=True, help="只看哪些文件需要整理，不改动。")
@click.pass_context
def command(ctx: click.Context, files: tuple[Path, ...], only_check: bool) -> int:
    """Print what was changed; return 1 when a file cannot be read or, with ``--check``, needs it."""
    workspace = Workspace.find(files[0].parent if files else start_of(ctx))
    changed = failed = 0
    for path, is_changed, problems in workspace.tidy(files, write=not only_check):
        if is_changed:
            changed += 1
            click.echo(f"{'需要整理' if only_check else '已整理'}：{path}")
        for problem in problems:
            failed += 1
            click.echo(f"{problem.path}:{problem.line}: {problem.message}", err=True)
    click.echo(f"{'需要整理' if only_check else '已整理'} {changed} 个文件。", err=True)
    return 1 if failed or (only_check and changed) else 0
