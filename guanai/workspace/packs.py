"""Papers made many at a time in the background: what was asked for, how far it is, and the file that came of it.

After a day they are gone, a whole term's papers after four hours.
"""

import secrets
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, Final

from guanai.errors import Invalid, NotFound
from guanai.workspace.shelf import MOST, PATIENCE, Kept, Shelf

#: Where they lie in a workspace.
PLACE: Final = Path(".guanai") / "cache" / "packs"
#: The kind of a pack that holds a whole term's papers, which is not left lying as long.
WHOLE_TERM: Final = "inspection-pack"
_SHORT_PATIENCE: Final = timedelta(hours=4)
_START_BITS: Final = 53


class Shape(StrEnum):
    """What comes of a pack."""

    FILES = "docx"
    ONE_FILE = "print"
    PDF = "pdf"


class State(StrEnum):
    """How far a pack is."""

    WAITING = "等着"
    MAKING = "在做"
    READY = "做好了"
    BROKEN = "没有做成"


class UnknownPack(NotFound):
    """There is no such pack for this person."""

    def __init__(self) -> None:
        super().__init__("这批文书已经没有了（撤掉了，或过了一天）；需要时请重新做一批。")


class TooManyPacks(Invalid):
    """One person has several."""

    def __init__(self) -> None:
        super().__init__(f"您已有 {MOST} 批文书；请先撤掉不用的，再做新的。")


@dataclass(frozen=True, slots=True)
class Pack(Kept):
    """Papers of one kind made together, or all of a term; in the edition of who asked.

    Attributes:
        kind: the kind of paper, or `WHOLE_TERM`.
        unit: the class they are about, "" for all that the person may have; of a whole term the term.
        shape: what comes of it.
        title: for people.
        on: the day they speak of.
        state: how far it is.
        done: how many were made or failed.
        total: how many there are, 0 while that is not known.
        subjects: what those in the file are about; of a whole term with the kind before it, ``kind/subject``.
        failures: sentences, the first of them.
        told: why it broke, "" while it did not.
        process: a number of that start of the program which makes it.
    """

    kind: str
    unit: str
    shape: Shape
    title: str
    on: date
    state: State = State.WAITING
    done: int = 0
    total: int = 0
    subjects: tuple[str, ...] = ()
    failures: tuple[str, ...] = ()
    told: str = ""
    process: int = 0

    @property
    def is_over(self) -> bool:
        """Whether nothing more will come of it."""
        return self.state in (State.READY, State.BROKEN)

    @property
    def is_short(self) -> bool:
        """Whether it is made within seconds: the papers of one class."""
        return self.kind != WHOLE_TERM and bool(self.unit)

    @property
    def patience(self) -> timedelta:
        """How long it is kept."""
        return _SHORT_PATIENCE if self.kind == WHOLE_TERM else PATIENCE

    @property
    def suffix(self) -> str:
        """The suffix of its file."""
        return ".docx" if self.shape is Shape.ONE_FILE else ".zip"


class Packs(Shelf[Pack]):
    """The packs of one workspace; of one that is dropped, what is making it stops at the next paper."""

    def __init__(self, root: Path) -> None:
        """``root``: the workspace."""
        super().__init__(root / PLACE)

    def begin(self, pack: Pack) -> Pack:
        """Keep what was asked for, to be made by this process, and return it.

        Raises:
            TooManyPacks: this person has too many.
        """
        return self.put(replace(pack, process=_this_start()))

    def file(self, pack: Pack) -> Path:
        """Return where a pack's file lies once it is ready."""
        return self.place(pack) / f"papers{pack.suffix}"

    def _read(self, body: dict[str, Any]) -> Pack:
        read = {
            "shape": Shape,
            "state": State,
            "on": date.fromisoformat,
            "subjects": tuple,
            "failures": tuple,
        }
        found = Pack(**{**body, **{key: read[key](body[key]) for key in read}})
        if not found.is_over and found.process != _this_start():
            return replace(found, state=State.BROKEN, told="程序在做的时候停过；请撤掉，重新做一批。")
        return found

    def _unknown(self) -> NotFound:
        return UnknownPack()

    def _too_many(self) -> Invalid:
        return TooManyPacks()


@cache
def _this_start() -> int:
    """Return a number that no other start has; a process's own may come again, in a container it does every time."""
    return secrets.randbits(_START_BITS)
