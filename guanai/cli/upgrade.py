"""``guanai upgrade``."""

from contextlib import closing
from datetime import date

import click

from guanai import resources
from guanai.cli.options import Command, echo_json, json_option, now, on_option, start_of
from guanai.store.places import open_store, recover
from guanai.workspace.facade import Workspace
from guanai.workspace.upgrade import Upgrade, carry_out, plan_upgrade


@click.command(
    "upgrade",
    cls=Command,
    help=(
        "升级程序以后，更新学校文件夹里由程序给的文件：schemas、site、mkdocs.yml、编辑器设置和 git 的钩子，一次提交。"
        "学校自己改过的地方保留；和新内容冲突的文件不动，逐个列出。记录本身用 guanai migrate 升级。"
    ),
)
@click.option("--dry-run", is_flag=True, help="只看要改什么，不改。")
@on_option
@json_option
@click.pass_context
def command(ctx: click.Context, dry_run: bool, on: date, as_json: bool) -> None:
    """Print what is renewed and renew it."""
    workspace = Workspace.find(start_of(ctx))
    with closing(open_store(workspace.root)) as store:
        recover(store)
        done = plan_upgrade(store, resources.sample_dir())
        if not dry_run:
            done = carry_out(store, done, on=on, when=now())
    if as_json:
        echo_json(_as_json(done))
    else:
        _tell(done, dry_run=dry_run)


def _tell(done: Upgrade, *, dry_run: bool) -> None:
    for title, paths in (
        ("更新", done.renewed),
        ("更新，学校的改动保留", done.merged),
        ("不再使用，删去", done.removed),
        ("学校改过、和新内容冲突，保持不动", done.kept),
    ):
        for path in paths:
            click.echo(f"{title}：{path}")
    if dry_run:
        click.echo("没有改动任何文件，去掉 --dry-run 就会改。", err=True)
        return
    for place in done.hooks:
        click.echo(f"钩子已更新：{place}")
    click.echo(f"已提交 {done.commit}。" if done.commit else "文件都是新的，没有要提交的。", err=True)


def _as_json(done: Upgrade) -> dict[str, object]:
    return {
        "renewed": list(done.renewed),
        "merged": list(done.merged),
        "kept": list(done.kept),
        "removed": list(done.removed),
        "commit": done.commit,
    }
