"""``guanai backup``."""

import os
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import click

from guanai.calendar import SHANGHAI
from guanai.cli.options import Command, Group, echo_json, json_option, start_of
from guanai.errors import Usage
from guanai.store.backup_plan import add_recipient
from guanai.store.mirror import Lag
from guanai.store.seal import new_key, secret_keys
from guanai.workspace import keeping
from guanai.workspace.restoring import drill as prove
from guanai.workspace.root import find_root
from guanai.workspace.targets import require_folder

_HELP = """备份：送到镜像，并做一份加密的备份（全部历史、密钥、日志、账号），只有拿着私钥的人打得开。

\b
设置写在 .guanai/backup.yml，只留在这台电脑上：
  镜像: /mnt/disk2/school.git            另一块硬盘，或 ssh://用户@192.168.1.9/school.git
  心理镜像: /mnt/disk2/psychology.git    心理档案自己的镜像
  备份文件夹: /mnt/disk2/backup
  保留天数: 35                           更早的备份会删去，最新的一份总会留着
  收件人:                                能打开备份的人，至少两个
    - 谁: 校长
      公钥: age1…
  心理收件人:                            能打开心理档案备份的人，至少两个
  允许的主机:                            学校网络以外、由管理员指明的主机
    - backup.example.cn

每晚运行一次（cron 或任务计划）：guanai -C 学校文件夹 backup
"""
_TITLES = {"main": "档案", "counseling": "心理档案"}
_GROUP = 6


@click.group("backup", cls=Group, help=_HELP, invoke_without_command=True)
@click.option(
    "--to",
    type=click.Path(path_type=Path),
    default=None,
    metavar="文件夹",
    help="备份放在哪里。",
)
@click.option(
    "--allow-host", "hosts", multiple=True, metavar="主机", help="这一次允许送到学校网络以外的这台主机。"
)
@click.option("--status", "only_status", is_flag=True, help="只看镜像落后多少、上次备份和演练在什么时候。")
@json_option
@click.pass_context
def command(
    ctx: click.Context,
    to: Path | None,
    hosts: tuple[str, ...],
    only_status: bool,
    as_json: bool,
) -> int:
    """Back up, or tell how far the copies are behind; return 1 when a mirror is out of reach or behind."""
    if ctx.invoked_subcommand is not None:
        return 0
    root = find_root(start_of(ctx))
    now = datetime.now(SHANGHAI)
    if only_status:
        return _tell_status(keeping.status(root), now, as_json=as_json)
    if to is not None:
        require_folder(to)
    kept = keeping.back_up(root, to=to.resolve() if to else None, hosts=hosts, when=now)
    if as_json:
        files = [
            {"file": str(each.file), "part": each.part, "head": each.head, "bytes": each.size}
            for each in kept.sealed
        ]
        echo_json({"sealed": files, "pruned": [str(each) for each in kept.pruned], "failures": list(kept.failures), "uncommitted": list(kept.uncommitted)})  # fmt: skip
        return 1 if kept.failures else 0
    for each in kept.sealed:
        click.echo(
            f"已备份{_TITLES[each.part]}：{each.file}（{each.size / 2**20:.1f} MiB，到提交 {each.head[:7]} 为止）"
        )
    for gone in kept.pruned:
        click.echo(f"已删去过期的备份：{gone.name}")
    if kept.uncommitted:
        click.echo(
            f"有 {len(kept.uncommitted)} 个文件还没有提交，不在备份里：{'、'.join(kept.uncommitted[:5])}",
            err=True,
        )
    for failure in kept.failures:
        click.echo(failure, err=True)
    return 1 if kept.failures else 0


@command.command(
    "keygen", cls=Command, help="做一把钥匙：公钥写进设置，私钥存成一张纸，打印后锁进保险柜，再删去文件。"
)
@click.argument("who", metavar="谁（如 校长）")
@click.option("--paper", type=click.Path(dir_okay=False, path_type=Path), required=True, metavar="文件", help="私钥存在哪里；请放在 U 盘上，不要放在学校文件夹里。")  # fmt: skip
@click.option("--psychology", "is_counseling", is_flag=True, help="这把钥匙开心理档案的备份。")
@click.pass_context
def keygen(ctx: click.Context, who: str, paper: Path, is_counseling: bool) -> None:
    """Make a key, print its paper, put its public half into the settings."""
    root = find_root(start_of(ctx))
    if paper.resolve().is_relative_to(root):
        raise Usage("私钥不能存在学校文件夹里：谁拿到文件夹，谁就能打开备份。请换到 U 盘上。")
    pair = new_key()
    try:
        with os.fdopen(
            os.open(paper, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8"
        ) as file:
            file.write(_paper(who, pair.public, pair.secret, is_counseling=is_counseling))
    except FileExistsError:
        raise Usage(f"{paper} 已经有了，里面可能是别的钥匙；请换一个文件名。") from None
    add_recipient(root, who, pair.public, is_counseling=is_counseling)
    click.echo(f"公钥已写进 .guanai/backup.yml：{pair.public}")
    click.echo(f"私钥在 {paper}。请打印两份，分开锁好，再删去这个文件；丢了它，备份就打不开。")


@command.command(
    "drill", cls=Command, help="演练恢复：打开最新的备份，克隆、逐个核对、检查、生成一份文书，然后删去。"
)
@click.argument(
    "file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="[备份文件]"
)
@click.option("--key", "keys", multiple=True, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="文件", help="私钥文件；可以写几个。")  # fmt: skip
@click.pass_context
def drill(ctx: click.Context, file: Path | None, keys: tuple[Path, ...]) -> int:
    """Prove a restore; return 1 when what comes back has problems or is not whole."""
    root = find_root(start_of(ctx))
    now = datetime.now(SHANGHAI)
    chosen = file or keeping.newest_backup(root)
    if chosen is None:
        raise Usage("还没有备份；请先运行 guanai backup，或写明备份文件。")
    proved = prove(chosen.resolve(), root, secrets=read_keys(keys), when=now)
    restored = proved.restored
    click.echo(f"能恢复：{chosen.name}（备份于 {restored.made[:16].replace('T', ' ')}）")
    for part, head in restored.heads.items():
        click.echo(f"    {_TITLES[part]}：到提交 {head[:7]} 为止，每个对象都核对过")
    click.echo(
        f"    检查：{len(restored.problems)} 处问题；生成了文书 {proved.document[0]} {proved.document[1]}"
    )
    if not restored.is_whole:
        click.echo("    心理档案的备份没有打开：要用它自己的钥匙再演练一次（再写一个 --key）。", err=True)
    if restored.problems:
        return 1
    keeping.keep_drill(root, chosen, now)
    return 0 if restored.is_whole else 1


def read_keys(files: Sequence[Path]) -> tuple[str, ...]:
    """Return the secret keys of key files.

    Raises:
        UnusableKey: a file holds none.
    """
    return tuple(
        key for file in files for key in secret_keys(file.read_text(encoding="utf-8", errors="replace"))
    )


def _paper(who: str, public: str, secret: str, *, is_counseling: bool) -> str:
    groups = [secret[start : start + _GROUP] for start in range(0, len(secret), _GROUP)]
    lines = "\n".join("  " + "  ".join(groups[start : start + 4]) for start in range(0, len(groups), 4))
    what = "心理档案的备份" if is_counseling else "备份"
    return (
        f"# {who}的钥匙：打开关爱系统{what}用\n# 公钥 {public}\n"
        "# 私钥在下面，分组是为了抄写方便；照抄进一个文件，空格和大小写都不要紧。\n"
        f"# 恢复：guanai restore 备份文件 新文件夹 --key 这个文件\n\n{lines}\n"
    )


def _tell_status(status: keeping.Status, now: datetime, *, as_json: bool) -> int:
    is_behind = any(lag.behind or lag.failure for lag in status.lags)
    if as_json:
        echo_json(
            {
                "mirrors": [_lag_as_json(lag, now) for lag in status.lags],
                "newest": str(status.newest) if status.newest else None,
                "drilled": status.drilled.isoformat() if status.drilled else None,
            }
        )
        return 1 if is_behind else 0
    for lag in status.lags:
        click.echo(f"{_TITLES[lag.name]}：{_lag_told(lag, now)}")
    click.echo(f"最新的备份：{status.newest or '还没有（或没有写明备份文件夹）'}")
    click.echo(
        f"上次演练恢复：{f'{status.drilled:%Y-%m-%d %H:%M}' if status.drilled else '还没有；请运行 guanai backup drill --key 私钥文件'}"
    )
    return 1 if is_behind else 0


def _lag_told(lag: Lag, now: datetime) -> str:
    if not lag.address:
        return "没有设镜像"
    failed = f"；上次没有送到：{lag.failure}" if lag.failure else ""
    if not lag.behind:
        return f"镜像是新的（{lag.address}）{failed}"
    minutes = int((now - lag.since).total_seconds() // 60) if lag.since else 0
    return f"镜像落后 {lag.behind} 次提交，最早的一次在 {minutes} 分钟前（{lag.address}）{failed}"


def _lag_as_json(lag: Lag, now: datetime) -> dict[str, object]:
    return {
        "name": lag.name,
        "address": lag.address,
        "behind": lag.behind,
        "age_seconds": int((now - lag.since).total_seconds()) if lag.since else 0,
        "pushed": lag.pushed.isoformat() if lag.pushed else None,
        "failure": lag.failure,
    }
