"""Takes one commit back as a new save: what a person saw change in it, record by record."""

from collections.abc import Collection, Iterator
from dataclasses import replace

from guanai.errors import Forbidden, Invalid, NotFound
from guanai.paths import kind_of, stem_id
from guanai.saving import Edit
from guanai.store.git import Repository
from guanai.store.history import Step
from guanai.store.pair import COUNSELING, Pair
from guanai.store.undo import inverse
from guanai.workspace.chronicle import Chronicle
from guanai.yamlfile import pointer


class NothingToUndo(NotFound):
    """A commit has nothing in it that this person could take back."""

    def __init__(self, commit: str) -> None:
        super().__init__(f"提交 {commit[:8]} 里没有您能撤销的修改；请用 guanai log 编号 核对提交的编号。")


class NotUndoable(Invalid):
    """A commit that is no change of fields."""

    def __init__(self, commit: str, what: str) -> None:
        super().__init__(f"提交 {commit[:8]} {what}，不能这样撤销。")


def edits_undoing(chronicle: Chronicle, pair: Pair, commit: str) -> tuple[Edit, ...]:
    """Return what undoes a commit for the person whom a chronicle is for.

    What that person may not see of the commit stays as it is. The edits are made on the commit's own version, so that
    a later change of the same value comes out as a conflict.

    Args:
        chronicle: of the person who undoes.
        pair: the repositories.
        commit: the first digits of its id.

    Raises:
        UnknownRevision: there is no such commit.
        NothingToUndo: it changed nothing that this person may see.
        NotUndoable: it merged, began or removed a record.
    """
    repository = pair.holding(commit)
    full = repository.resolve(commit)
    edits = tuple(
        edit for step in _steps(chronicle, pair, repository, full) for edit in _undone(chronicle, step)
    )
    if not edits:
        raise NothingToUndo(full)
    return edits


def edit_undoing(chronicle: Chronicle, step: Step, places: Collection[str]) -> Edit:
    """Return what undoes some of what one commit did to one record; its other records stay as they are.

    Args:
        chronicle: of the person who undoes.
        step: what the commit did to the record, as that person sees it.
        places: pointers of the differences to take back.

    Raises:
        NothingToUndo: the step holds none of the places.
        NotUndoable: it merged, began or removed the record.
    """
    chosen = tuple(each for each in step.differences if pointer(each.path) in places)
    edit = next(_undone(chronicle, replace(step, differences=chosen)))
    if not edit.changes:
        raise NothingToUndo(step.commit.id)
    return edit


def _steps(chronicle: Chronicle, pair: Pair, repository: Repository, commit: str) -> Iterator[Step]:
    below = COUNSELING if repository is not pair.main else ""
    for inner in sorted(repository.changed(commit)):
        path = below + inner
        if kind_of(path) is None:
            continue
        try:
            asker = chronicle.asker(path, stem_id(path) or path)
        except (Forbidden, NotFound):  # neither may this person know that the commit touched it
            continue
        step = next(chronicle.history.steps(path, asker, until=commit, limit=1), None)
        if step is not None and step.commit.id == commit:
            yield step


def _undone(chronicle: Chronicle, step: Step) -> Iterator[Edit]:
    commit = step.commit
    if len(commit.parents) > 1:
        raise NotUndoable(commit.id, "是一次合并；请撤销合并进来的那一次修改")
    if step.is_new:
        raise NotUndoable(commit.id, f"新建了整份记录 {step.path}；误建的档案请用 guanai erase 删除")
    if step.is_gone:
        raise NotUndoable(commit.id, f"删去了整份记录 {step.path}")
    before = chronicle.history.whole(commit.parents[0], step.path)
    after = chronicle.history.whole(commit.id, step.path)
    if before is None or after is None:
        raise NotUndoable(commit.id, f"前后的 {step.path} 有一版读不出来")
    yield Edit(step.path, inverse(before, after, step.differences), base=commit.id)
