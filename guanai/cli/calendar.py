"""``guanai calendar``."""

import re
from typing import Any

import click

from guanai.almanac import make_year
from guanai.cli.options import Command, echo_json, json_option, start_of
from guanai.errors import Usage
from guanai.workspace.facade import Workspace
from guanai.workspace.papers import write_file
from guanai.yamlfile import dump, load

_YEAR = re.compile(r"20[0-9]{2}(-20[0-9]{2})?")
_TENTATIVE = "暂定"
_PARTS = ("学期", "放假", "补课日")


@click.command(
    "calendar",
    cls=Command,
    help="写出一学年的校历：法定节假日和调休按公布的填好，还没有公布的先估计并标上“暂定”，请学校核对。例：guanai calendar 2026-2027",
)
@click.argument("year", metavar="学年")
@json_option
@click.pass_context
def command(ctx: click.Context, year: str, as_json: bool) -> int:
    """Fill a year's calendar, or hold one that is there against what is known; return 1 where they differ."""
    made = make_year(_start(year))
    workspace = Workspace.find(start_of(ctx))
    below = f"records/calendar/{made.id}.yml"
    path = workspace.root / below
    if path.exists():
        differing = list(_differing(load(path.read_bytes(), below).data, made.record))
        _tell(below, written=False, lines=differing, as_json=as_json)
        return 1 if differing else 0
    head = "# yaml-language-server: $schema=../../schemas/calendar.schema.json\n"
    write_file(path, (head + dump(made.record, workspace.schemas.record("calendar"))).encode())
    _tell(below, written=True, lines=list(_tentative(made.record)), as_json=as_json)
    return 0


def _start(year: str) -> int:
    if not _YEAR.fullmatch(year):
        raise Usage(f"“{year}”不是学年；写成 2026-2027 的样子。")
    start = int(year[:4])
    if len(year) > len("2026") and int(year[5:]) != start + 1:
        raise Usage(f"“{year}”不是一个学年；{start} 年开始的学年是 {start}-{start + 1}。")
    return start


def _tentative(record: Any) -> list[str]:
    return [_line(each) for part in _PARTS for each in record.get(part, ()) if each.get(_TENTATIVE)]


def _differing(own: Any, known: Any) -> list[str]:
    """Return what the announcements say otherwise; what is not announced yet is the school's to say."""
    if not isinstance(own, dict):
        return []
    lines = []
    for part in _PARTS[1:]:
        have = {_line(each) for each in own.get(part, ()) or ()}
        lines += [
            f"公布的是：{_line(each)}"
            for each in known.get(part, ())
            if not each.get(_TENTATIVE) and _line(each) not in have
        ]
    return lines


def _line(each: Any) -> str:
    if "开学" in each:
        return f"学期 {each['编号']}：{each['开学']} 开学，{each['放假']} 放假"
    if "名称" in each:
        return f"{each['名称']}：{each['起']} 至 {each['止']} 放假"
    instead = f"（补 {each['补']}）" if each.get("补") else ""
    return f"{each['日期']} 上课{instead}"


def _tell(below: str, *, written: bool, lines: list[str], as_json: bool) -> None:
    if as_json:
        key = "tentative" if written else "differing"
        echo_json({"path": below, "written": written, key: lines})
        return
    if written:
        click.echo(f"已写好 {below}；开学和放假的日期请按本校校历核对，再运行 guanai check。")
        if lines:
            click.echo("下面这些还没有公布，是先行估计的，通知下来后请改正并删去“暂定”：")
    elif lines:
        click.echo(f"{below} 已经有了，没有改动；和公布的不一样，请核对：")
    else:
        click.echo(f"{below} 已经有了，和公布的一致。")
    for line in lines:
        click.echo(f"  {line}")
