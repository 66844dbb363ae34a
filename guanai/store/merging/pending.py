"""Questions that a `git merge` left open, kept in the workspace until somebody answers them.

They hold values of records: the folder is ignored by git and closed to others.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from guanai.model.base import ABSENT
from guanai.schema import Field
from guanai.store.disk import write_file
from guanai.store.git import Repository
from guanai.store.merging.clash import Clash
from guanai.store.merging.identity import id_of
from guanai.yamlfile import Delete, NoSuchPlace, Set, edit, load
from guanai.yamlfile.nodes import identical
from guanai.yamlfile.paths import item_place

_FOLDER = Path(".guanai", "conflicts")
_UNFINISHED = ("MERGE_HEAD", "CHERRY_PICK_HEAD", "REVERT_HEAD", "rebase-merge", "rebase-apply")
_SIDES = ("base", "mine", "theirs")


@dataclass(frozen=True, slots=True)
class Pending:
    """A record that was merged but for some questions.

    Attributes:
        path: POSIX path of the record below the workspace.
        clashes: ``mine`` is what the file holds now, ``theirs`` what came in.
    """

    path: str
    clashes: tuple[Clash, ...]


def remember(root: Path, pending: Pending) -> None:
    """Keep the questions of a record in place of older ones."""
    folder = root / _FOLDER
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    clashes = [_as_json(clash) for clash in pending.clashes]
    body = json.dumps({"path": pending.path, "clashes": clashes}, ensure_ascii=False)
    write_file(_file(root, pending.path), body.encode(), beside=folder)


def forget(root: Path, path: str) -> None:
    """Drop the questions of a record, if there are any."""
    _file(root, path).unlink(missing_ok=True)


def open_questions(root: Path) -> tuple[Pending, ...]:
    """Return what waits for an answer, by path."""
    return tuple(sorted(_read(root), key=lambda pending: pending.path))


def still_open(root: Path) -> Iterator[tuple[Pending, Repository, str]]:
    """Yield the records of a merge that is going on, each with its repository and its path there.

    Questions of a merge that was given up are dropped.
    """
    for pending in open_questions(root):
        repository, name = _home(root, pending.path)
        if _is_merging(repository) or repository.run("ls-files", "--unmerged", "--", name):
            yield pending, repository, name
        else:
            forget(root, pending.path)


def unanswered(pending: Pending, raw: bytes | None) -> tuple[Clash, ...]:
    """Return the questions whose place still holds what the merge left there; an edit by hand is an answer.

    Args:
        pending: the record and its questions.
        raw: the record as it lies in the folder or in git's index, None where it is gone.
    """
    data = load(raw, pending.path).data if raw is not None else None
    return tuple(clash for clash in pending.clashes if data is not None and _is_as_left(data, clash))


def answered(text: str, clash: Clash, *, is_mine: bool, shape: Field | None) -> str:
    """Return a merged record with one question answered.

    Raises:
        NoSuchPlace: the file was changed meanwhile, the place is no longer there.
    """
    value = clash.mine if is_mine else clash.theirs
    if value is not ABSENT:
        return edit(text, [Set(clash.path, value)], shape)
    try:
        return edit(text, [Delete(clash.path)], shape)
    except NoSuchPlace:
        return text


def _is_as_left(data: Any, clash: Clash) -> bool:
    left = clash.theirs if clash.mine is ABSENT else clash.mine
    for step in clash.path:
        items = data if isinstance(data, list) else []
        place = item_place([id_of(item) for item in items], step)
        if place is None and (not isinstance(data, dict) or step not in data):
            return False
        data = data[step] if place is None else data[place]
    return identical(data, left)


def _home(root: Path, path: str) -> tuple[Repository, str]:
    """Return the repository a record lies in and its path there."""
    file = root / path
    place = next(folder for folder in file.parents if folder == root or (folder / ".git").exists())
    return Repository(place), file.relative_to(place).as_posix()


def _is_merging(repository: Repository) -> bool:
    return any((repository.git_dir / name).exists() for name in _UNFINISHED)


def _file(root: Path, path: str) -> Path:
    return root / _FOLDER / f"{hashlib.sha256(path.encode()).hexdigest()[:16]}.json"


def _read(root: Path) -> Iterator[Pending]:
    for file in (root / _FOLDER).glob("*.json"):
        body = json.loads(file.read_text(encoding="utf-8"))
        yield Pending(body["path"], tuple(map(_from_json, body["clashes"])))


def _as_json(clash: Clash) -> dict[str, Any]:
    values = {side: getattr(clash, side) for side in _SIDES}
    return {
        "place": clash.path,
        "names": clash.names,
        **{side: value for side, value in values.items() if value is not ABSENT},
    }


def _from_json(body: dict[str, Any]) -> Clash:
    base, mine, theirs = (body.get(side, ABSENT) for side in _SIDES)
    return Clash(tuple(body["place"]), base, mine, theirs, tuple(body.get("names", ())))
