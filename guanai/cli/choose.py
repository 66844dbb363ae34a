"""``guanai choose``: answers what a merge left open, one question at a time."""

import sys
from collections.abc import Iterator
from pathlib import Path

import click

from guanai.cli.options import Command, start_of
from guanai.paths import kind_of
from guanai.schema import Field, load_schemas
from guanai.store.clash_words import question
from guanai.store.git import Repository
from guanai.store.merge import Clash
from guanai.store.merging.pending import Pending, answered, forget, still_open, unanswered
from guanai.workspace.root import find_root

_MINE, _THEIRS = "1", "2"


@click.command("choose", cls=Command, help="合并之后，两边改得不一样的地方，逐一选定用哪一个。")
@click.option("--mine", "side", flag_value=_MINE, help="都用文件里现在的。")
@click.option("--theirs", "side", flag_value=_THEIRS, help="都用合并进来的。")
@click.pass_context
def command(ctx: click.Context, side: str | None) -> int:
    """Ask, write the answers and mark the files as merged; return 1 while questions stay open."""
    root = find_root(start_of(ctx))
    waiting = list(_still_open(root))
    if not waiting:
        click.echo("没有要选的。")
        return 0
    may_ask = side is not None or (sys.stdin is not None and sys.stdin.isatty())
    for pending, repository, name in waiting:
        shape = _shape(pending.path)
        if pending.clashes:
            click.echo(pending.path)
        answers = [_answer(clash, shape, side, may_ask=may_ask) for clash in pending.clashes]
        if may_ask or not pending.clashes:
            _write(root / pending.path, pending, answers, shape)
            repository.run("add", "--", name)
            forget(root, pending.path)
    if not may_ask and any(pending.clashes for pending, *_ in waiting):
        click.echo(
            "加上 --mine（用文件里现在的）或 --theirs（用合并进来的），或在终端里运行，逐一选。", err=True
        )
        return 1
    click.echo("都选好了。请运行 git commit --no-edit 完成合并。")
    return 0


def _still_open(root: Path) -> Iterator[tuple[Pending, Repository, str]]:
    """Yield the records of a merge that is going on with what is not answered yet."""
    for pending, repository, name in still_open(root):
        file = root / pending.path
        left = unanswered(pending, file.read_bytes() if file.is_file() else None)
        yield Pending(pending.path, left), repository, name


def _answer(clash: Clash, shape: Field | None, side: str | None, *, may_ask: bool) -> str:
    asked = question(clash, shape)
    click.echo(
        f"  {asked.place}：原来是{asked.base}\n    1 文件里现在的：{asked.mine}\n    2 合并进来的：{asked.theirs}"
    )
    if side is not None or not may_ask:
        return side or ""
    chosen: str = click.prompt("    用哪一个", type=click.Choice([_MINE, _THEIRS]))
    return chosen


def _write(file: Path, pending: Pending, answers: list[str], shape: Field | None) -> None:
    """Put the answers into a record; one that a person has deleted stays deleted."""
    if not pending.clashes:
        return
    text = file.read_text(encoding="utf-8")
    for clash, answer in sorted(zip(pending.clashes, answers, strict=True), key=_last_first, reverse=True):
        text = answered(text, clash, is_mine=answer == _MINE, shape=shape)
    file.write_text(text, encoding="utf-8", newline="\n")


def _last_first(asked: tuple[Clash, str]) -> list[tuple[bool, int, str]]:
    """Sort by place, so that removing an item moves none that is still asked for."""
    return [
        (isinstance(step, int), step if isinstance(step, int) else 0, str(step)) for step in asked[0].path
    ]


def _shape(path: str) -> Field | None:
    kind = kind_of(path)
    return load_schemas().record(kind) if kind else None
