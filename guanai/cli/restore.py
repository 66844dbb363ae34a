"""``guanai restore``."""

from collections.abc import Iterator
from pathlib import Path

import click

from guanai.cli.backup import read_keys
from guanai.cli.options import Command, now, start_of
from guanai.store.private_folder import DATABASE
from guanai.store.tombstones import read_tombstones
from guanai.web.anchoring import anchored_heads
from guanai.web.audit import AuditLog, BrokenChain
from guanai.web.heads import RESTORED
from guanai.web.settings import now_in_china
from guanai.workspace.restoring import restore

_MOST_SHOWN = 10
#: What stands in the log where the command line did it.
_SHELL = "命令行"


@click.command(
    "restore",
    cls=Command,
    help="从加密的备份恢复出一个学校文件夹。备份之后删除过的学生会再次删除。心理档案的备份若在旁边、又有它的钥匙，一并恢复。",
)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="备份文件")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path), metavar="新文件夹")
@click.option("--key", "keys", multiple=True, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="文件", help="私钥文件；可以写几个。")  # fmt: skip
@click.option("--tombstones", type=click.Path(exists=True, dir_okay=False, path_type=Path), default=None, metavar="文件", help="比备份新的删除名单（tombstones.jsonl，里面没有个人信息）；备份旁边的会自动用上。")  # fmt: skip
@click.pass_context
def command(
    ctx: click.Context, file: Path, folder: Path, keys: tuple[Path, ...], tombstones: Path | None
) -> int:
    """Restore a backup; return 1 when what came back has problems or is not whole."""
    stones = read_tombstones(tombstones.read_bytes()) if tombstones else ()
    root = (start_of(ctx) / folder).resolve()
    restored = restore(file.resolve(), root, secrets=read_keys(keys), stones=stones, when=now())
    click.echo(
        f"已恢复到 {restored.root}（备份于 {restored.made[:16].replace('T', ' ')}，到提交 {restored.heads['main'][:7]} 为止）"
    )
    if restored.erased:
        click.echo(f"备份之后删除过的 {restored.erased} 名学生已再次删除。")
    for problem in restored.problems[:_MOST_SHOWN]:
        click.echo(f"{problem.path}:{problem.line}: {problem.message}", err=True)
    if restored.problems:
        click.echo(f"检查有 {len(restored.problems)} 处问题，全部见 guanai check。", err=True)
    if not restored.is_whole:
        click.echo("心理档案没有恢复：它要自己的钥匙。用那把钥匙再恢复一次，两把都写上 --key。", err=True)
    for line in _doors_told(restored.root):
        click.echo(line)
    click.echo("下一步：进入文件夹，运行 guanai hooks install；设过镜像的，核对 .guanai/backup.yml。")
    return 1 if restored.problems or not restored.is_whole else 0


def _doors_told(root: Path) -> Iterator[str]:
    """Yield what whoever restores has to know of accounts and of the log of who looked at what."""
    if not (root / DATABASE).is_file():
        return
    yield "账号已恢复，所有人要重新登录；没写完的草稿不在备份里。备份以后重设过密码、停用过的账号，请现在再做一次（guanai user reset、close）。"
    log = AuditLog(root, now_in_china)
    try:
        head = log.verify()
    except BrokenChain as error:
        yield f"查看日志：{error}"
        return
    kept = max((each[-1].head.number for each in anchored_heads(root)), default=0)
    lost = f"；另存的日志头到第 {kept} 条，备份以后的 {kept - head.number} 条没有恢复，原来的 .guanai/audit 还在的话请另存一份" if kept > head.number else ""  # fmt: skip
    yield f"查看日志完好，到第 {head.number} 条为止{lost}。"
    log.record(actor="", role=_SHELL, action=RESTORED)
