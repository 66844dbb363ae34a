"""``guanai migrate``."""

from contextlib import closing

import click

from guanai.cli.options import Command, echo_json, json_option, now, start_of
from guanai.store.places import open_store, recover
from guanai.workspace.facade import Workspace
from guanai.workspace.migration import Migration, carry_out, plan_migration

_SHOWN = 20


@click.command(
    "migrate",
    cls=Command,
    help="把全部记录升级到本程序的版本：改了名的栏目、分开的栏目，一次提交。先用 --dry-run 看要改什么；有未提交的修改时不做。",
)
@click.option("--dry-run", is_flag=True, help="只看要改什么，不改。")
@json_option
@click.pass_context
def command(ctx: click.Context, dry_run: bool, as_json: bool) -> int:
    """Print what changes and change it; return 1 when a record has problems afterwards."""
    workspace = Workspace.find(start_of(ctx))
    with closing(open_store(workspace.root)) as store:
        recover(store)
        done = plan_migration(store, workspace.schemas)
        if not dry_run and done.texts:
            done = carry_out(store, done, when=now())
    if as_json:
        echo_json(_as_json(done))
    else:
        _tell(done, dry_run=dry_run)
    return 1 if any(each.problems for each in done.moved) else 0


def _tell(done: Migration, *, dry_run: bool) -> None:
    if not done.texts:
        click.echo(f"记录已经是版本 {done.after}，没有要改的。", err=True)
        return
    for each in done.moved[:_SHOWN]:
        click.echo(f"{each.path}：{'、'.join(each.told)}")
    if len(done.moved) > _SHOWN:
        click.echo(f"…… 另有 {len(done.moved) - _SHOWN} 份")
    for each in done.moved:
        for problem in each.problems:
            click.echo(f"{problem.path}:{problem.line}: {problem.message}", err=True)
    if dry_run:
        click.echo(f"要改 {len(done.moved)} 份记录；没有改动任何文件，去掉 --dry-run 就会改。", err=True)
    else:
        click.echo(
            f"已改 {len(done.moved)} 份记录，提交 {'、'.join(done.commits)}。请运行 guanai check。", err=True
        )


def _as_json(done: Migration) -> dict[str, object]:
    return {
        "before": done.before,
        "after": done.after,
        "changed": {each.path: list(each.told) for each in done.moved},
        "problems": [problem.as_json() for each in done.moved for problem in each.problems],
        "commits": list(done.commits),
    }
