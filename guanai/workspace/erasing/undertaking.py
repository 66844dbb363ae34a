"""What an erasure has set out to do, kept while it runs: after a crash half of it cannot be found out any more."""

import json
import os
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from guanai.errors import Invalid, NotFound, cause
from guanai.store.traces import Traces

_PLACE = ".guanai/erasing.json"


class Unreadable(Invalid):
    """The record of a broken-off erasure cannot be read."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"{path} 读不出来，上一次删除做到哪里无法知道；请删去这个文件，用同样的编号再删除一次。"
        )


class Unkeepable(NotFound):
    """The record cannot be written."""

    def __init__(self, path: Path, error: OSError) -> None:
        super().__init__(f"{path} 写不进去（{cause(error)}）；什么都还没有删，请看磁盘和权限。")


@dataclass(frozen=True, slots=True)
class Undertaking:
    """What is being erased. It names the children and is deleted as soon as all is done.

    Attributes:
        children: ids.
        traces: the words that must be gone; sentences are not kept.
        own: blob ids of the children's own files.
        chosen: path and word of each mention that is replaced.
        kept: path and word of each mention that stays.
        with_backups: whether the sealed backups go too.
        heads: the newest commit of each repository before, by its place.
    """

    children: tuple[str, ...]
    traces: Traces
    own: tuple[str, ...]
    chosen: frozenset[tuple[str, str]]
    kept: frozenset[tuple[str, str]]
    with_backups: bool
    heads: Mapping[str, str]


def begun(root: Path) -> Undertaking | None:
    """Return what was begun and not ended, None where nothing was.

    Raises:
        Unreadable: the record is broken.
    """
    path = root / _PLACE
    try:
        told: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return Undertaking(
            children=tuple(told["children"]),
            traces=Traces(*map(frozenset, told["traces"])),
            own=tuple(told["own"]),
            chosen=_pairs(told["chosen"]),
            kept=_pairs(told["kept"]),
            with_backups=bool(told["backups"]),
            heads=dict(told["heads"]),
        )
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise Unreadable(path) from error


def begin(root: Path, undertaking: Undertaking) -> None:
    """Write down what is about to be done, on the disk before this returns.

    Raises:
        Unkeepable: the disk refuses.
    """
    traces = undertaking.traces
    told = {
        "children": undertaking.children,
        "traces": [sorted(each) for each in (traces.ids, traces.numbers, traces.names, traces.strings)],
        "own": undertaking.own,
        "chosen": sorted(undertaking.chosen),
        "kept": sorted(undertaking.kept),
        "backups": undertaking.with_backups,
        "heads": dict(undertaking.heads),
    }
    path = root / _PLACE
    made = path.with_name(f"{path.name}.new")
    try:
        path.parent.mkdir(mode=0o700, exist_ok=True)
        with os.fdopen(
            os.open(made, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8"
        ) as file:
            json.dump(told, file, ensure_ascii=False)
            file.flush()
            os.fsync(file.fileno())
        made.replace(path)
    except OSError as error:
        raise Unkeepable(path, error) from error


def end(root: Path) -> None:
    """Forget what was to be done."""
    (root / _PLACE).unlink(missing_ok=True)


def _pairs(told: Collection[Any]) -> frozenset[tuple[str, str]]:
    return frozenset((str(path), str(word)) for path, word in told)
