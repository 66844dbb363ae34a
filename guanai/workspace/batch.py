"""Many documents at once, spread over the processors; few stay in this process."""

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

from guanai.workspace.facade import Workspace
from guanai.workspace.papers import Failed, Made, paper_of
from guanai.workspace.reprinting import Printed

#: Below this number a second process costs more than it brings.
_WORTH_A_POOL = 60
#: Documents a worker takes at a time: small enough for a moving progress bar.
_SHARE = 20


@dataclass(frozen=True, slots=True)
class Order:
    """What a batch has in common.

    Attributes:
        root: the workspace.
        staff: whose edition, "" for the full one.
        on: the date the documents speak of.
        folder: where they go.
        form: docx or html.
    """

    root: Path
    staff: str
    on: date
    folder: Path
    form: str


def print_changed(
    workspace: Workspace, order: Order, wanted: Sequence[tuple[str, str]]
) -> Iterator[Made | Failed]:
    """Write those documents whose inputs have changed since they were written last; yield what became of each.

    A document that lies there as it should is told as made; the order is that of what is written, then the rest.
    """
    printed = Printed(order.root, workspace.source)
    facts = (order.staff, order.on.isoformat(), order.form)
    keys, fresh, standing = {}, [], []
    for kind, subject in wanted:
        target = order.folder / kind / f"{subject}.{order.form}"
        keys[kind, subject] = printed.key(paper_of(kind), subject, *facts)
        if printed.has(target, keys[kind, subject]):
            standing.append(Made(kind, subject, target))
        else:
            fresh.append((kind, subject))
    try:
        for outcome in print_all(workspace, order, fresh):
            if isinstance(outcome, Made) and (outcome.kind, outcome.id) in keys:
                printed.add(outcome.path, keys[outcome.kind, outcome.id])
            yield outcome
    finally:
        printed.close()
    yield from standing


def print_all(
    workspace: Workspace, order: Order, wanted: Sequence[tuple[str, str]]
) -> Iterator[Made | Failed]:
    """Write documents, each given by kind and id, and yield what became of each in the order wanted."""
    workers = os.cpu_count() or 1
    if len(wanted) < _WORTH_A_POOL or workers < 2:
        yield from print_here(workspace, order, wanted)
        return
    _ = workspace.secret  # made here once, before several processes want it
    shares = [wanted[start : start + _SHARE] for start in range(0, len(wanted), _SHARE)]
    workspace.press.read_ahead({kind: paper_of(kind) for kind, _ in wanted}.values(), order.on)
    _open[order.root] = workspace  # a worker that is a copy of this process has it open already
    with ProcessPoolExecutor(workers) as pool:
        for outcomes in pool.map(partial(_print_share, order), shares):
            yield from outcomes


def print_here(
    workspace: Workspace, order: Order, wanted: Sequence[tuple[str, str]]
) -> Iterator[Made | Failed]:
    """Write documents as `print_all` does, in this process alone: one that serves pages is not copied."""
    edition = workspace.edition(staff=order.staff, on=order.on)
    papers = [(paper_of(kind), record_id) for kind, record_id in wanted]
    return workspace.press.batch(papers, edition, order.on, order.folder, order.form)


#: The workspace that a worker has open, so that each share does not read the staff and the names again.
_open: dict[Path, Workspace] = {}


def _print_share(order: Order, wanted: Sequence[tuple[str, str]]) -> list[Made | Failed]:
    if order.root not in _open:
        _open[order.root] = Workspace(order.root)
    return list(print_here(_open[order.root], order, wanted))
