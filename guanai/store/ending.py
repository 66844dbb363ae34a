"""Ends a save in a work tree that a crash cut off."""

from collections.abc import Iterator
from pathlib import Path

from guanai.store import disk
from guanai.store.git import Repository
from guanai.store.git.index import Index
from guanai.store.intent import Bench, Intent, Intents, Step, leftovers, lying
from guanai.store.pair import COUNSELING, Pair


def end_save(pair: Pair, journal: Path) -> Iterator[str]:
    """End the save that a crash cut off in a work tree: carry it through unless a person went on in its files.

    Yields:
        What was done, in Chinese sentences.

    Raises:
        OSError, GuanaiError: it cannot be ended now; its record stays.
    """
    intents = Intents(journal)
    intent = intents.found()
    if intent is not None:
        repository = pair.counseling if intent.prefix == COUNSELING else pair.main
        if repository is not None:
            yield from _ended(repository, intent, journal)
        intents.drop()
    for file in leftovers(journal):
        disk.remove(file)


def _ended(repository: Repository, intent: Intent, journal: Path) -> Iterator[str]:
    head, root = repository.head(), repository.root or Path()
    kept = {step: repository.blob(head, step.path) for step in intent.steps}
    lies = {step: lying(root, step.path) for step in intent.steps}
    missing = [step for step in intent.steps if kept[step] != step.new]
    names = "、".join(intent.prefix + step.path for step in missing)
    if any(kept[step] != step.old or lies[step] not in {step.before, step.after} for step in missing):
        yield f"上次保存中断后 {names} 又被改过，没有再动；请看 git status 里的内容对不对，再提交。"
        return
    behind = [step for step in intent.steps if lies[step] == step.before != step.after]
    _finish(repository, intent, missing, behind, journal)
    if missing:
        yield f"上次中断的保存已经补完：{names}。"
    elif behind:
        yield f"文件夹里的文件已跟上最后一次提交：{'、'.join(intent.prefix + step.path for step in behind)}。"


def _finish(
    repository: Repository, intent: Intent, missing: list[Step], behind: list[Step], journal: Path
) -> None:
    bench, index, head = Bench(repository.root or Path(), journal), Index(repository), repository.head()
    bench.lay({step.path: _content(repository, step.after) for step in behind})
    staged = index.staged(step.path for step in intent.steps)
    entries = {step.path: step.new for step in intent.steps if staged[step.path] != step.new}
    if entries:
        with index.prepared(entries) as staging:
            bench.place()
            staging.commit()
    else:
        bench.place()
    bench.clear()
    if missing:
        changes = {step.path: _content(repository, step.new) for step in missing}
        commit = repository.write_tree_commit(
            changes, parent=head, author=intent.person, message=intent.message, when=intent.when
        )
        repository.move(commit, head, when=intent.when, why=intent.subject)


def _content(repository: Repository, blob: str | None) -> bytes | None:
    return None if blob is None else repository.read(blob)
