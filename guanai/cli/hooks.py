"""``guanai hooks``."""

import click

from guanai.cli.options import Command, Group, as_option, start_of, today
from guanai.workspace.gate.guarding import Guard, guard_shared, guard_work_tree
from guanai.workspace.root import find_root

_HELP = """让 git 自己守规矩。

在自己的文件夹里（不带 --shared）：提交前检查要提交的记录；提交说明里不许有学生的姓名、类别、等级；合并时按意思合并记录。

在服务器的共享仓库里（--shared）：推送来的内容逐处检查，只收 main、只收本人的提交、只收权限以内的改动。

\b
共享仓库靠钥匙认人。在服务器的 ~/.ssh/authorized_keys 里，每把钥匙一行，前面写上这个人的教职工编号：
  restrict,command="GUANAI_STAFF=T-3XK9 git-shell -c \\"$SSH_ORIGINAL_COMMAND\\"" ssh-ed25519 AAAA…
"""


@click.group("hooks", cls=Group, help=_HELP)
def command() -> None:
    """Gather the subcommands."""


@command.command("install", cls=Command, help="写好钩子和合并程序；升级程序、搬动文件夹之后再运行一次即可。")
@click.option("--shared", "is_shared", is_flag=True, help="装在共享仓库里；还没有共享仓库时先建好。")
@as_option
@click.pass_context
def install(ctx: click.Context, is_shared: bool, staff: str) -> None:
    """Set up hooks and say where."""
    if is_shared:
        guards = guard_shared(start_of(ctx).resolve(), on=today())
    else:
        guards = guard_work_tree(find_root(start_of(ctx)), staff=staff, on=today())
    for guard in guards:
        _tell(guard)


def _tell(guard: Guard) -> None:
    click.echo(f"已装好：{guard.place}（{'、'.join(guard.installed.hooks)}）")
    for name in guard.installed.moved:
        click.echo(f"    原有的 {name} 仍会先运行，改名为 {name}.before-guanai。")
    if guard.is_attributed:
        click.echo("    .gitattributes 有改动，请提交它：git add .gitattributes，然后 git commit。")
