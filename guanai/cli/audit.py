"""``guanai audit``."""

from pathlib import Path

import click

from guanai.cli.options import Command, Group, echo_json, json_option, start_of
from guanai.errors import Usage
from guanai.web.anchoring import anchored_heads
from guanai.web.audit import AuditLog
from guanai.web.heads import hold, read_heads, written_head
from guanai.web.settings import now_in_china
from guanai.web.yearly import keep_year, tally
from guanai.workspace.root import find_root
from guanai.workspace.targets import require_ordinary

_HELP = """查看日志：谁看过什么。日志只增不改，一环扣一环。

\b
日志的头要存在别处，才看得出后来有没有被截短。.guanai/backup.yml 里有镜像或备份文件夹的，网站每天往那里记一次；也可以自己记：
  guanai audit head -o /mnt/disk2/audit-head.txt    （每晚一次，或打印出来）
  guanai audit verify --head /mnt/disk2/audit-head.txt
"""


@click.group("audit", cls=Group, help=_HELP)
def command() -> None:
    """Gather the subcommands."""


@command.command("verify", cls=Command, help="逐条核对日志；被改过、删过就报告在哪一条。")
@click.option(
    "--head",
    "kept",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    default=None,
    metavar="文件",
    help="另存的日志头；里面的每一行，日志都必须还含有。",
)
@click.pass_context
def verify(ctx: click.Context, kept: Path | None) -> int:
    """Hold the lines against each other and all heads that were kept; return 1 when the chain is broken."""
    given = (read_heads(kept.read_text(encoding="utf-8", errors="replace")),) if kept else ()
    head, restored = hold(_log(ctx), (*anchored_heads(find_root(start_of(ctx))), *given))
    for each in restored:
        click.echo(str(each))
    click.echo(f"日志完好，共到第 {head.number} 条。指纹 {head.hash}")
    return 0


@command.command("head", cls=Command, help="打印日志的头，或加在另一块硬盘上的文件后面。")
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    default=None,
    metavar="文件",
    help="加在这个文件的后面。",
)
@click.pass_context
def head(ctx: click.Context, output: Path | None) -> None:
    """Print the head, or append it to a file outside the workspace."""
    words = written_head(_log(ctx).head(), now_in_china())
    if output is None:
        click.echo(words, nl=False)
        return
    root = find_root(start_of(ctx)).resolve()
    if output.resolve().is_relative_to(root):
        raise Usage(
            "日志的头不要存在学校的文件夹里：能改日志的人也改得了它；请写到另一块硬盘或另一台电脑上。"
        )
    require_ordinary(output)
    with output.open("a", encoding="utf-8") as file:
        file.write(words)
    click.echo(f"已记下：{output}")


@command.command(
    "report",
    cls=Command,
    help="一年的合规数字：看了多少、拒绝多少、登录失败多少。例：guanai audit report 2026",
)
@click.argument("year", type=click.IntRange(2000, 2200), metavar="年份")
@json_option
@click.pass_context
def report(ctx: click.Context, year: int, as_json: bool) -> None:
    """Print the counts of a year; the chain is verified first. Those of a year that is over are kept for the paper."""
    log = _log(ctx)
    log.verify()
    today = now_in_china()
    if year < today.year:
        keep_year(find_root(start_of(ctx)), log, year)
    counted = tally(log.events(since=f"{year}-01"), year)
    if as_json:
        echo_json(counted.as_json())
        return
    click.echo(f"{year} 年，日志共 {counted.total} 条，涉及 {counted.people} 人、{counted.records} 份记录。")
    for title, rows in (
        ("做了什么", counted.actions),
        ("结果", counted.results),
        ("按任职", counted.roles),
        ("打开过的敏感内容", counted.sensitive),
        ("各月", counted.months),
    ):
        click.echo(f"{title}：" + "，".join(f"{name} {count}" for name, count in rows.items()))


def _log(ctx: click.Context) -> AuditLog:
    return AuditLog(find_root(start_of(ctx)), now_in_china)
