"""Changes that open something to somebody, kept until a second person has confirmed them."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from guanai.access import HIDDEN_NOTICE, Gain, Refusal
from guanai.errors import Conflict, Invalid
from guanai.ids import ALPHABET, token
from guanai.model.base import HIDDEN
from guanai.saving.request import Edit, NotPermitted, Request
from guanai.store import disk
from guanai.store.note import Reason
from guanai.yamlfile import Add, Change, Delete, Set

_FOLDER: Final = Path(".guanai") / "held"
_LENGTH: Final = 6
#: Nobody confirmed it in so long: then it is not wanted.
_PATIENCE: Final = timedelta(days=30)
_MOST: Final = 100


class UnknownHeld(Conflict):
    """No such change waits."""

    def __init__(self) -> None:
        super().__init__("没有这处等确认的改动：可能已经确认、收回，或过了三十天。")


class TooManyHeld(Invalid):
    """So many wait that somebody must have stopped looking."""

    def __init__(self) -> None:
        super().__init__(f"已有 {_MOST} 处改动在等第二人确认；请先请校长或分管副校长处理，再改。")


@dataclass(frozen=True, slots=True)
class HeldChange:
    """A change that waits.

    Attributes:
        number: its own.
        staff: id of who wants it.
        reason: why, of the closed list.
        asked: instant.
        gains: what it opens, in sentences.
        edits: the change.
    """

    number: str
    staff: str
    reason: Reason
    asked: datetime
    gains: tuple[str, ...]
    edits: tuple[Edit, ...]


class Held(NotPermitted):
    """A change was kept, not saved: a second person has to confirm it."""

    def __init__(self, number: str, gains: Sequence[Gain]) -> None:
        """``number``: of the change that waits; ``gains``: what it opens, at least one; kept as sentences."""
        self.number = number
        self.gains = tuple(each.sentence for each in gains)
        super().__init__(tuple(Refusal(each.path, _told(each, number)) for each in gains))


def hold(root: Path, request: Request, gains: Sequence[Gain]) -> Held:
    """Keep a change until it is confirmed, and return what its writer is told; the same change twice waits once.

    Args:
        root: folder that holds ``.guanai``.
        request: the change.
        gains: what it opens.

    Raises:
        TooManyHeld: nobody has looked for long.
    """
    waiting = held_changes(root)
    told = tuple(each.sentence for each in gains)
    same = [each for each in waiting if (each.staff, each.edits) == (request.staff_id, _plain(request.edits))]
    if same:
        return Held(same[0].number, gains)
    if len(waiting) >= _MOST:
        raise TooManyHeld
    made = HeldChange(
        token(_LENGTH), request.staff_id, request.reason, request.when, told, _plain(request.edits)
    )
    folder = root / _FOLDER
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    disk.write_file(folder / f"{made.number}.json", _written(made), beside=folder)
    return Held(made.number, gains)


def held_changes(root: Path) -> tuple[HeldChange, ...]:
    """Return what waits, oldest first."""
    found = (_read(path) for path in (root / _FOLDER).glob("*.json"))
    return tuple(sorted((each for each in found if each), key=lambda each: (each.asked, each.number)))


def held_change(root: Path, number: str) -> HeldChange:
    """Return one that waits.

    Raises:
        UnknownHeld: there is none of that number.
    """
    is_number = len(number) == _LENGTH and all(sign in ALPHABET for sign in number)
    found = _read(root / _FOLDER / f"{number}.json") if is_number else None
    if found is None:
        raise UnknownHeld
    return found


def let_go(root: Path, number: str) -> None:
    """Forget a change: it was saved, or is not wanted."""
    disk.remove(root / _FOLDER / f"{held_change(root, number).number}.json")


def sweep_held(root: Path, now: datetime) -> None:
    """Forget what nobody confirmed for a month."""
    for each in held_changes(root):
        if each.asked < now - _PATIENCE:
            let_go(root, each.number)


def _told(gain: Gain, number: str) -> str:
    return (
        f"这样改会有人看到更多（{gain.sentence}），还没有生效：改动已经记下，编号 {number}，"
        "要由另一位校长或分管副校长在“申请”页上确认。"
    )


def _plain(edits: Sequence[Edit]) -> tuple[Edit, ...]:
    """Return edits as they come back from the disk: lists for tuples, words for the mark of what is hidden."""
    return tuple(
        _edit(each) for each in json.loads(json.dumps([_said(each) for each in edits], default=_mark))
    )


def _written(held: HeldChange) -> bytes:
    body = {
        "number": held.number,
        "staff": held.staff,
        "reason": str(held.reason),
        "asked": held.asked.isoformat(),
        "gains": held.gains,
        "edits": [_said(each) for each in held.edits],
    }
    # Not escaped: whoever erases a child looks for the words as they are.
    return json.dumps(body, ensure_ascii=False, indent=1, default=_mark).encode()


def _read(path: Path) -> HeldChange | None:
    """Return a kept change, None where none can be read: a torn file is no change."""
    try:
        body = json.loads(path.read_bytes())
        return HeldChange(
            body["number"],
            body["staff"],
            Reason(body["reason"]),
            datetime.fromisoformat(body["asked"]),
            tuple(body["gains"]),
            tuple(_edit(each) for each in body["edits"]),
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _said(edit: Edit) -> dict[str, Any]:
    return {
        "record": edit.record,
        "base": edit.base,
        "is_new": edit.is_new,
        "changes": [*_moves(edit.changes)],
    }


def _moves(changes: Sequence[Change]) -> Iterator[dict[str, Any]]:
    for each in changes:
        move: dict[str, Any] = {"do": type(each).__name__.lower(), "path": list(each.path)}
        yield move if isinstance(each, Delete) else {**move, "value": each.value}


def _edit(body: dict[str, Any]) -> Edit:
    return Edit(body["record"], tuple(map(_change, body["changes"])), body["base"], body["is_new"])


def _change(body: dict[str, Any]) -> Change:
    path = tuple(body["path"])
    if body["do"] == "delete":
        return Delete(path)
    return Set(path, body["value"]) if body["do"] == "set" else Add(path, body["value"])


def _mark(value: object) -> str:
    if value is HIDDEN:
        return HIDDEN_NOTICE
    raise TypeError(type(value).__name__)
