"""``guanai merge-driver``: what git calls to merge a record; not for people."""

from dataclasses import replace
from pathlib import Path

import click

from guanai.cli.options import Command
from guanai.errors import GuanaiError
from guanai.paths import kind_of
from guanai.schema import Field, load_schemas
from guanai.store.clash_words import place
from guanai.store.merge import Keep, Merged, merge
from guanai.store.merging.pending import Pending, forget, remember
from guanai.workspace.root import WorkspaceNotFound, find_root
from guanai.yamlfile import load

#: What git passes for a merge that a person asked for; it is higher for one it makes only to find a common base.
_USUAL_MARKERS = 7


@click.command("merge-driver", cls=Command, help="由 git 调用，不用手动运行。")
@click.argument("base", type=click.Path(path_type=Path))
@click.argument("current", type=click.Path(path_type=Path))
@click.argument("other", type=click.Path(path_type=Path))
@click.argument("name")
@click.argument("markers", type=int, default=_USUAL_MARKERS)
def command(base: Path, current: Path, other: Path, name: str, markers: int) -> int:
    """Merge ``other`` into the file ``current``; return 1 where a person has to decide.

    No conflict mark is ever written. Where sides clash the file holds the current values, everything else is
    merged, git keeps the file as unmerged, and the questions wait for `guanai choose`.
    """
    root, path = _whereabouts(name)
    kind = kind_of(path)
    shape = load_schemas().record(kind) if kind else None
    keep = Keep.BASE if markers > _USUAL_MARKERS else Keep.THEIRS
    merged = _merged((base, other, current), path, shape, keep)
    if merged is None:
        return 1
    current.write_text(merged.text, encoding="utf-8", newline="\n")
    if keep is Keep.BASE:
        return 0
    for old, new in merged.renumbered:
        click.echo(
            f"{path}：两条不同的记录用了同一个编号 {old}，后一条已改为 {new}；别的文件若提到后一条，请核对。",
            err=True,
        )
    if not merged.clashes:
        forget(root, path)
        return 0
    # The engine took the current file for "theirs", so that it is what stays where sides clash.
    turned = tuple(replace(clash, mine=clash.theirs, theirs=clash.mine) for clash in merged.clashes)
    remember(root, Pending(path, turned))
    places = "、".join(f"“{place(clash.path)}”" for clash in merged.clashes)
    click.echo(
        f"{path}：{places} 两边改得不一样，要由您决定；其余的改动都已合并。请运行 guanai choose，不必手改文件。",
        err=True,
    )
    return 1


def _whereabouts(name: str) -> tuple[Path, str]:
    """Return the workspace and the record's path in it; git calls from the top of a work tree."""
    here = Path.cwd()
    try:
        root = find_root(here)
    except WorkspaceNotFound:
        return here, name
    return root, (here / name).resolve().relative_to(root).as_posix()


def _merged(files: tuple[Path, Path, Path], path: str, shape: Field | None, keep: Keep) -> Merged | None:
    """Return the merge, None with the reason told where a text cannot be read: the current file then stays."""
    texts = []
    for side, file in zip(("合并之前", "合并进来的", "现在"), files, strict=True):
        raw = file.read_bytes()
        loaded = load(raw, path)
        if loaded.data is None and raw.strip():
            click.echo(
                f"{path}：没有合并，{side}那一份的第 {loaded.problems[0].line} 行读不懂，文件保持原样。"
                "请运行 git merge --abort 退回，在那一边用 guanai check 找出原因，改好并提交，再合并。",
                err=True,
            )
            return None
        texts.append(raw.decode() if not loaded.problems else loaded.text)
    base, other, current = texts
    try:
        return merge(base, other, current, shape, keep)
    except GuanaiError as error:
        click.echo(f"{path}：没有合并。{error}", err=True)
        return None
