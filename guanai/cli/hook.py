"""``guanai hook``: what git calls through the files that ``guanai hooks install`` wrote; not for people."""

import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import click

from guanai.cli.options import Command, now, start_of, today

_MOST_SHOWN = 30


@click.command("hook", cls=Command, help="由 git 调用，不用手动运行。")
@click.argument("name", metavar="名称")
@click.argument("arguments", nargs=-1, metavar="…")
@click.pass_context
def command(ctx: click.Context, name: str, arguments: tuple[str, ...]) -> int:
    """Run one hook; return 1 where git shall stop."""
    if name not in _HOOKS:
        raise click.BadParameter(f"没有 {name} 这个钩子。")
    return _HOOKS[name](start_of(ctx), arguments)


def _pre_commit(place: Path, _: Sequence[str]) -> int:
    from guanai.workspace.gate.staging import Stage, staged_problems  # noqa: PLC0415 -- one hook needs one of them

    problems = staged_problems(Stage(place.resolve(), dict(os.environ), today()))
    lines = [f"{problem.path}:{problem.line}: {problem.message}" for problem in problems]
    return _stopped(lines, "没有提交", "改好后 git add，再提交一次。")


def _commit_msg(place: Path, arguments: Sequence[str]) -> int:
    from guanai.workspace.gate.staging import Stage, message_problems  # noqa: PLC0415 -- see above

    message = Path(arguments[0]).read_text(encoding="utf-8", errors="replace")
    found = message_problems(Stage(place.resolve(), dict(os.environ), today()), message)
    return _stopped([f"提交的说明里{what}。" for what in found], "没有提交", "改好说明，再提交一次。")


def _pre_receive(place: Path, _: Sequence[str]) -> int:
    from guanai.workspace.gate.receiving import STAFF_VARIABLE, Gate, receive  # noqa: PLC0415 -- see above

    staff = os.environ.get(STAFF_VARIABLE, "").strip()
    gate = Gate(place.resolve(), staff, dict(os.environ), today())
    return _stopped(receive(gate, sys.stdin.read()), "没有收下", "仓库里的记录没有变；改好后再推送一次。")


def _post_receive(place: Path, _: Sequence[str]) -> int:
    from guanai.workspace.gate.receiving import received  # noqa: PLC0415 -- see above

    sys.stdin.read()
    received(place.resolve())
    return 0


def _mirror(place: Path, _: Sequence[str]) -> int:
    from guanai.workspace.keeping import push_mirrors  # noqa: PLC0415 -- see above

    return 1 if push_mirrors(place.resolve(), when=now) else 0


_HOOKS: dict[str, Callable[[Path, Sequence[str]], int]] = {
    "pre-commit": _pre_commit,
    "commit-msg": _commit_msg,
    "pre-receive": _pre_receive,
    "post-receive": _post_receive,
    "mirror": _mirror,
}


def _stopped(lines: Sequence[str], what: str, way_out: str) -> int:
    if not lines:
        return 0
    click.echo(f"{what}，有 {len(lines)} 处要改：", err=True)
    for line in lines[:_MOST_SHOWN]:
        click.echo(line, err=True)
    if len(lines) > _MOST_SHOWN:
        click.echo(f"……还有 {len(lines) - _MOST_SHOWN} 处，改好上面的再看。", err=True)
    click.echo(way_out, err=True)
    return 1
