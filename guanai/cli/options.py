"""Options and looks that the commands share."""

import codecs
import json
import sys
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from guanai.calendar import SHANGHAI

_WORDS = (
    ("Usage: ", "用法："),
    ("Options:\n", "选项：\n"),
    ("Commands:\n", "命令：\n"),
    ("Show this message and exit.", "显示这段说明。"),
    ("Show the version and exit.", "显示版本。"),
    ("[required]", "〔必填〕"),
    ("[default: ", "〔默认："),
    (")]", "〕"),
    ("COMMAND [ARGS]...", "命令 …"),
    ("[OPTIONS]", "[选项]"),
)


def today() -> date:
    """Return the date in China, whatever the machine's time zone."""
    return now().date()


def now() -> datetime:
    """Return the instant by China's clock."""
    return datetime.now(SHANGHAI)


def start_of(ctx: click.Context) -> Path:
    """Return the folder that commands start from: ``-C`` or the current one."""
    folder: Path = ctx.find_root().obj
    return folder


class Command(click.Command):
    """A command whose help speaks Chinese throughout."""

    def get_help(self, ctx: click.Context) -> str:
        """Return the help text."""
        return in_chinese(super().get_help(ctx))


class Group(click.Group):
    """Commands below a command, whose help speaks Chinese throughout."""

    def get_help(self, ctx: click.Context) -> str:
        """Return the help text."""
        return in_chinese(super().get_help(ctx))


def in_chinese(text: str) -> str:
    """Put click's own words into Chinese; it ships no translation."""
    for english, chinese in _WORDS:
        text = text.replace(english, chinese)
    return text


class Day(click.ParamType[date]):
    """A date written 2026-11-20."""

    name = "日期"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Read a date; fail in Chinese."""
        if isinstance(value, date):
            return value
        try:
            found = date.fromisoformat(str(value))
        except ValueError:
            found = None
        if found is None or found.isoformat() != value or found.year not in _YEARS:
            self.fail(f"“{value}”不是可用的日期；写成 2026-11-20 的样子。", param, ctx)
        return found


#: Years in which a school of today can live: term and grade are reckoned some years to either side.
_YEARS = range(1950, 2200)


def _someone(_: click.Context, __: click.Parameter, value: str | None) -> str:
    """Return the staff id, "" where ``--as`` was not used.

    An empty id is refused: a script's unset variable must not open the full edition.
    """
    if value is not None and not value.strip():
        raise click.BadParameter("编号是空的；写成 --as T-3XK9，或去掉 --as。")
    return value or ""


def echo_json(body: object) -> None:
    """Print JSON; where the terminal does not speak UTF-8, in ASCII, so that it stays readable JSON."""
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    is_utf8 = codecs.lookup(encoding).name == "utf-8"
    click.echo(json.dumps(body, ensure_ascii=not is_utf8, indent=1))


on_option = click.option("--on", "on", type=Day(), default=today, metavar="日期", help="以这一天为今天。")
as_option = click.option(
    "--as",
    "staff",
    default=None,
    callback=_someone,
    metavar="教职工编号",
    help="按这个人的权限；不写则为完整内容。",
)
json_option = click.option("--json", "as_json", is_flag=True, help="输出给程序读的 JSON。")
