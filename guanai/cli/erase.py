"""``guanai erase``."""

import sys
from datetime import date
from pathlib import Path

import click

from guanai.cli.erase_report import (
    outcome_as_json,
    prospect_as_json,
    tell_due,
    tell_outcome,
    tell_premature,
    tell_prospect,
)
from guanai.cli.options import Command, as_option, echo_json, json_option, now, on_option, start_of
from guanai.errors import Usage
from guanai.workspace.erasing.authority import empty_mirror, entitled, graduates, overdue, premature
from guanai.workspace.erasing.erasure import Erasure, Prospect
from guanai.workspace.erasing.leftovers import Leftover
from guanai.workspace.facade import Workspace


@click.command(
    "erase",
    cls=Command,
    help=(
        "永久删除学生：档案、心理档案、考勤、排查、会议、活动、决定、别人档案里的提及，以及全部历史、镜像、备份、缓存和生成的文书。"
        "先列出要删什么，问过才删；删后逐一查找，证明已经没有。"
        "例：guanai erase --due 看哪些档案到期；guanai erase S2024-7K3QD --dry-run 先看；guanai erase --year 2023 删 2023 年毕业的一届。"
    ),
)
@click.argument("ids", nargs=-1, metavar="[学生编号]…")
@click.option("--due", is_flag=True, help="只列出保管期限已满的档案和理由；不删。")
@click.option(
    "--year", type=click.IntRange(1950, 2199), default=None, metavar="年份", help="这一年毕业的全部学生。"
)
@click.option("--dry-run", is_flag=True, help="只看要删什么，不删。")
@click.option(
    "--yes",
    is_flag=True,
    help="不问，直接删；没有疑问的姓名和号码一并替换，有疑问的、没有入库的文件保留并列出。",
)
@click.option("--keep-backups", is_flag=True, help="保留加密的备份文件（里面还有这名学生，恢复时会再删）。")
@click.option(
    "--also",
    multiple=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    metavar="文件夹",
    help="文书还存到过别的文件夹时，一并查找。",
)
@click.option("--resume", is_flag=True, help="把上次没有做完的删除做完。")
@click.option(
    "--mirror",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=None,
    metavar="镜像文件夹",
    help="在镜像所在的电脑上：清空这个镜像，等学校的电脑重新送来。",
)
@on_option
@as_option
@json_option
@click.pass_context
def command(
    ctx: click.Context,
    ids: tuple[str, ...],
    due: bool,
    year: int | None,
    dry_run: bool,
    yes: bool,
    keep_backups: bool,
    also: tuple[Path, ...],
    resume: bool,
    mirror: Path | None,
    on: date,
    staff: str,
    as_json: bool,
) -> int:
    """Erase children; return 1 when nothing was erased or something is left."""
    if mirror is not None:
        return _mirror(mirror, yes=yes)
    workspace = Workspace.find(start_of(ctx))
    if due:
        tell_due(overdue(workspace.snapshot, on, year=year), as_json=as_json)
        return 0
    erasure = Erasure(
        workspace.root,
        _children(workspace, ids, year, resume=resume),
        schemas=workspace.schemas,
        secret=workspace.secret,
        when=now(),
        author=entitled(workspace.snapshot, staff, on),
        also=also,
    )
    prospect = erasure.prospect()
    if not as_json:
        tell_premature(premature(workspace.snapshot, prospect.children, on))
        tell_prospect(prospect)
    elif dry_run:
        echo_json(prospect_as_json(prospect))
    return (
        0 if dry_run else _erased(erasure, prospect, yes=yes, with_backups=not keep_backups, as_json=as_json)
    )


def _children(
    workspace: Workspace, ids: tuple[str, ...], year: int | None, *, resume: bool
) -> tuple[str, ...]:
    if resume and (ids or year):
        raise Usage("写了 --resume 就不要再写编号：接着做的是上一次删除的学生。")
    children = (*ids, *(graduates(workspace.snapshot, year) if year else ()))
    if not children and not resume:
        raise Usage(
            "没有写要删除谁；写学生编号，或 --year 2023（这一年毕业的全部学生），或先用 --due 看到期的名单。"
        )
    return children


def _erased(erasure: Erasure, prospect: Prospect, *, yes: bool, with_backups: bool, as_json: bool) -> int:
    chosen = _chosen(prospect, yes=yes)
    if chosen is None:
        click.echo("什么都没有删。加 --yes 可以不问直接删，加 --dry-run 只看不删。", err=True)
        return 1
    files = [] if yes else [each.path for each in prospect.leftovers if not each.is_sure and _goes(each)]
    outcome = erasure.carry_out(chosen, files=files, with_backups=with_backups)
    if as_json:
        echo_json(outcome_as_json(outcome))
    else:
        tell_outcome(outcome)
    return 1 if outcome.evidence.remains else 0


def _mirror(place: Path, *, yes: bool) -> int:
    if not yes and not (
        sys.stdin is not None
        and sys.stdin.isatty()
        and click.confirm(f"清空 {place}？里面的全部历史都会删去，之后由学校的电脑重新送来")
    ):
        click.echo("没有清空。加 --yes 可以不问直接清空。", err=True)
        return 1
    left = empty_mirror(place)
    click.echo(
        f"已清空 {place}，还剩 {left} 个对象。请在学校的电脑上运行 guanai backup，把现在的记录送过来。"
    )
    return 1 if left else 0


def _chosen(prospect: Prospect, *, yes: bool) -> set[tuple[str, str]] | None:
    """Return which mentions are replaced; None where nobody agreed to erase anything."""
    sure = {(each.path, each.word) for each in prospect.mentions if not each.doubt}
    doubtful = sorted({(each.path, each.word, each.doubt) for each in prospect.mentions if each.doubt})
    if yes:
        return sure
    if sys.stdin is None or not sys.stdin.isatty():
        return None
    if not click.confirm("以上全部永久删除，不能恢复。确定吗"):
        return None
    if sure and not click.confirm(
        f"上面列出的姓名和号码（{len(sure)} 处没有疑问）都换成〔已删除〕吗", default=True
    ):
        sure = set()
    for path, word, doubt in doubtful:
        if click.confirm(f"{path} 里的“{word}”（{doubt}）也换成〔已删除〕吗"):
            sure.add((path, word))
    return sure


def _goes(leftover: Leftover) -> bool:
    return click.confirm(f"{leftover.path}（{leftover.what}）也删去吗")
