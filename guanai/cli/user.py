"""``guanai user``."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from guanai.cli.options import Command, Group, echo_json, json_option, on_option, start_of
from guanai.workspace.root import find_root
from guanai.workspace.targets import require_ordinary

if TYPE_CHECKING:  # argon2 and the rest are imported when an account is made, not for the help
    from guanai.web.enrolment import Desk
_HELP = """账号：谁能登录。新账号和重设的密码只显示一次，本人第一次登录时要换成自己的。"""
_LOGINS = "logins.json"


@click.group("user", cls=Group, help=_HELP)
def command() -> None:
    """Gather the subcommands."""


@contextmanager
def _desk(ctx: click.Context) -> "Iterator[Desk]":
    from guanai.web.enrolment import Desk  # noqa: PLC0415 -- see above

    desk = Desk(find_root(start_of(ctx)))
    try:
        yield desk
    finally:
        desk.close()


@command.command("add", cls=Command, help="给教职工建账号。例：guanai user add T-3XK9")
@click.argument("staff", nargs=-1, required=True, metavar="教职工编号…")
@click.option("--user", default="", metavar="用户名", help="登录时写的名字；不写则用姓名的拼音。")
@click.pass_context
def add(ctx: click.Context, staff: tuple[str, ...], user: str) -> None:
    """Make accounts and print what to hand over."""
    if user and len(staff) > 1:
        raise click.UsageError("写了 --user 就只能写一个编号。")
    with _desk(ctx) as desk:
        for each in staff:
            handed = desk.add(each, user)
            click.echo(f"{handed.name}（{each}） 用户名：{handed.user} 密码：{handed.password}")
    click.echo("密码只显示这一次，请当面交给本人；30 天内要登录，第一次登录时要换掉。")


@command.command(
    "reset", cls=Command, help="忘了密码、丢了手机：重设密码，动态口令也要重设。请先认清是本人，当着本人办。"
)
@click.argument("staff", metavar="教职工编号")
@click.pass_context
def reset(ctx: click.Context, staff: str) -> None:
    """Hand over a new password."""
    with _desk(ctx) as desk:
        handed = desk.reset(staff)
    click.echo(f"{handed.name}（{staff}） 用户名：{handed.user} 密码：{handed.password}")
    click.echo("原来的登录都已退出，试得太多被拦住的也已放开。")
    click.echo("密码只显示这一次；30 天内要登录，第一次登录时要换掉，动态口令也要重新设。")


@command.command("close", cls=Command, help="停用一个账号，马上退出它所有的登录；用 reset 可以再启用。")
@click.argument("staff", metavar="教职工编号")
@click.pass_context
def close(ctx: click.Context, staff: str) -> None:
    """Let nobody log in with an account."""
    with _desk(ctx) as desk:
        desk.shut(staff)
    click.echo(f"已停用：{staff}")


@command.command("list", cls=Command, help="列出账号。")
@json_option
@on_option
@click.pass_context
def show(ctx: click.Context, as_json: bool, on: date) -> None:
    """Print the accounts and how they stand."""
    with _desk(ctx) as desk:
        rows = desk.rows(on)
    if as_json:
        echo_json([row.as_json() for row in rows])
        return
    for row in rows:
        click.echo(
            f"{row.user}\t{row.staff}\t{row.name}\t{'、'.join(row.roles) or '今天没有任职'}\t{row.state}"
        )
    if not rows:
        click.echo("还没有账号；用 guanai user add 教职工编号 建一个。")


@command.command("demo", cls=Command, help="演示学校：每种角色建一个账号，打印并写进 logins.json。")
@click.option("--remove", "is_removing", is_flag=True, help="去掉演示用的账号。")
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    default=None,
    metavar="文件",
    help="写到哪里；默认为学校文件夹里的 logins.json。",
)
@on_option
@click.pass_context
def demo(ctx: click.Context, is_removing: bool, output: Path | None, on: date) -> None:
    """Make a login of each role, print them and write them for scripts."""
    if output is not None:
        require_ordinary(output)
    with _desk(ctx) as desk:
        if is_removing:
            click.echo(f"已去掉 {desk.remove_demo()} 个演示用的账号。")
            return
        logins = desk.add_demo(on)
    file = output or find_root(start_of(ctx)) / _LOGINS
    body = [
        {"role": each.role, "user": each.user, "password": each.password, "totp": each.totp}
        for each in logins
    ]
    file.unlink(missing_ok=True)  # what was there may be open to others
    with os.fdopen(
        os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8"
    ) as opened:
        json.dump(body, opened, ensure_ascii=False, indent=1)
        opened.write("\n")
    for each in logins:
        code = f"    动态口令的密钥：{each.totp}" if each.totp else ""
        click.echo(f"  {each.role:　<8}{each.user:<12}{each.password}{code}")
    click.echo(f"演示用的账号（密码写在 {file}）：动态口令一栏可以直接写上面的密钥。")
