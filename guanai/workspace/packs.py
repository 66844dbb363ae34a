"""Papers made many at a time in the background: what was asked for, how far it is, and the file that came of it.

They lie in the cache, which no backup takes along and which an erasure empties; after a day they are gone, a whole
term's papers after four hours.
"""

import contextlib
import json
import os
import shutil
import tempfile
import time
import zipfile
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from generators.docx.binding import bind
from generators.papers import papers
from guanai.errors import GuanaiError, Invalid, NotFound
from guanai.ids import ALPHABET, token
from guanai.store import disk
from guanai.workspace.editions import Edition
from guanai.workspace.papers import Failed, Made, Press
from guanai.workspace.printing import pdf_of

#: Where they lie in a workspace.
PLACE: Final = Path(".guanai") / "cache" / "packs"
_ABOUT: Final = "about.json"
_LENGTH: Final = 10
_PATIENCE: Final = timedelta(hours=24)
#: The kind of a pack that holds a whole term's papers, which is not left lying as long.
WHOLE_TERM: Final = "inspection-pack"
_SHORT_PATIENCE: Final = timedelta(hours=4)
_MODE: Final = 0o700
#: So many one person may have at a time, and so many papers one may hold.
_MOST: Final = 5
MOST_PAPERS: Final = 3000
#: So many failures are told.
MOST_TOLD: Final = 100
#: How often it is written down how far a pack is.
WRITTEN_EVERY_SECONDS: Final = 0.3
_DATE: Final = (1980, 1, 1, 0, 0, 0)


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
        super().__init__(f"您已有 {_MOST} 批文书；请先撤掉不用的，再做新的。")


@dataclass(frozen=True, slots=True)
class Pack:
    """Papers of one kind made together, or all of a term.

    Attributes:
        staff: id of who asked, in whose edition they are.
        kind: the kind of paper, or `WHOLE_TERM`.
        unit: the class they are about, "" for all that the person may have; of a whole term the term.
        shape: what comes of it.
        title: for people.
        begun_at: instant.
        on: the day they speak of.
        id: random signs.
        state: how far it is.
        done: how many were made or failed.
        total: how many there are, 0 while that is not known.
        subjects: what those in the file are about; of a whole term with the kind before it, ``kind/subject``.
        failures: sentences, the first of them.
        told: why it broke, "" while it did not.
        process: number of the process that makes it.
    """

    staff: str
    kind: str
    unit: str
    shape: Shape
    title: str
    begun_at: datetime
    on: date
    id: str = ""
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
    def patience(self) -> timedelta:
        """How long it is kept."""
        return _SHORT_PATIENCE if self.kind == WHOLE_TERM else _PATIENCE

    @property
    def suffix(self) -> str:
        """The suffix of its file."""
        return ".docx" if self.shape is Shape.ONE_FILE else ".zip"


class Packs:
    """The packs of one workspace."""

    def __init__(self, root: Path) -> None:
        """``root``: the workspace."""
        self._folder = root / PLACE

    def begin(self, pack: Pack) -> Pack:
        """Keep what was asked for under signs of its own, and return it.

        Raises:
            TooManyPacks: this person has too many.
        """
        if len(self.of(pack.staff)) >= _MOST:
            raise TooManyPacks
        made = replace(pack, id=token(_LENGTH), process=os.getpid())
        (self._folder / made.id).mkdir(mode=_MODE, parents=True)
        self.keep(made)
        return made

    def keep(self, pack: Pack) -> None:
        """Write how far a pack is; one that was dropped meanwhile stays dropped."""
        place = self._folder / pack.id
        with contextlib.suppress(FileNotFoundError):
            disk.write_file(
                place / _ABOUT,
                json.dumps(asdict(pack), ensure_ascii=False, default=str).encode(),
                beside=place,
            )

    def of(self, staff: str) -> tuple[Pack, ...]:
        """Return a person's packs, newest first."""
        mine = (each for each in self._all() if each.staff == staff)
        return tuple(sorted(mine, key=lambda each: (each.begun_at, each.id), reverse=True))

    def find(self, pack_id: str, staff: str) -> Pack:
        """Return one.

        Raises:
            UnknownPack: there is none of these signs for this person.
        """
        found = self._read(pack_id) if pack_id and set(pack_id) <= set(ALPHABET) else None
        if found is None or found.staff != staff:
            raise UnknownPack
        return found

    def file(self, pack: Pack) -> Path:
        """Return where a pack's file lies once it is ready."""
        return self._folder / pack.id / f"papers{pack.suffix}"

    def drop(self, pack: Pack) -> None:
        """Forget one; what is making it stops at the next paper."""
        shutil.rmtree(self._folder / pack.id, ignore_errors=True)

    def sweep(self, now: datetime) -> None:
        """Forget what has lain long enough."""
        for each in tuple(self._all()):
            if each.begun_at < now - each.patience:
                self.drop(each)

    def forget(self, record_ids: Collection[str]) -> int:
        """Forget every pack, as the erasure of some records demands; return how many there were.

        A ledger names children that the pack's list does not: none is kept.
        """
        count = len(tuple(self._folder.iterdir())) if record_ids and self._folder.is_dir() else 0
        if count:
            shutil.rmtree(self._folder, ignore_errors=True)
        return count

    def is_there(self, pack: Pack) -> bool:
        """Tell whether a pack was not dropped."""
        return (self._folder / pack.id / _ABOUT).is_file()

    def place(self, pack: Pack) -> Path:
        """Return the folder in which a pack is made: what is dropped goes with all that was made of it."""
        return self._folder / pack.id

    def _all(self) -> Iterator[Pack]:
        with contextlib.suppress(FileNotFoundError):
            for place in sorted(self._folder.iterdir()):
                found = self._read(place.name)
                if found is not None:
                    yield found

    def _read(self, pack_id: str) -> Pack | None:
        try:
            body: dict[str, Any] = json.loads((self._folder / pack_id / _ABOUT).read_bytes())
            found = Pack(
                **{
                    **body,
                    "shape": Shape(body["shape"]),
                    "state": State(body["state"]),
                    "begun_at": datetime.fromisoformat(body["begun_at"]),
                    "on": date.fromisoformat(body["on"]),
                    "subjects": tuple(body["subjects"]),
                    "failures": tuple(body["failures"]),
                }
            )
        except (OSError, ValueError, KeyError, TypeError):
            return None
        if not found.is_over and found.process != os.getpid():
            return replace(found, state=State.BROKEN, told="程序在做的时候停过；请撤掉，重新做一批。")
        return found


def fill_pack(  # noqa: PLR0913 -- one argument a part of the work
    packs: Packs,
    pack: Pack,
    press: Press,
    edition: Edition,
    subjects: Callable[[], Sequence[str]],
    noted: Callable[[str], None],
) -> Pack:
    """Make a pack's papers and write its file; how far it is can be read meanwhile.

    Args:
        packs: where it is kept.
        pack: what was asked for.
        press: makes the papers.
        edition: whose view they show.
        subjects: what they are to be about; asked here, since it may take long to find out.
        noted: told what each paper is about before anybody can take it along.
    """
    try:
        wanted = tuple(subjects())[:MOST_PAPERS]
        pack = replace(pack, state=State.MAKING, total=len(wanted))
        packs.keep(pack)
        with tempfile.TemporaryDirectory(dir=packs.place(pack), ignore_cleanup_errors=True) as folder:
            pack, made = _made(packs, pack, press, edition, wanted, Path(folder))
            for each in made:
                noted(each.id)
            pack = _written(packs, pack, made, Path(folder))
    except (GuanaiError, OSError) as error:
        told = str(error) if isinstance(error, GuanaiError) else "磁盘写不进去，可能已经满了。"
        pack = replace(pack, state=State.BROKEN, told=told)
    if packs.is_there(pack):
        packs.keep(pack)
    else:
        packs.drop(pack)  # it was dropped while it was made: nothing of it stays
    return pack


def _made(  # noqa: PLR0913 -- one argument a part of the work
    packs: Packs, pack: Pack, press: Press, edition: Edition, wanted: Sequence[str], folder: Path
) -> tuple[Pack, list[Made]]:
    paper, made, failures = papers()[pack.kind], list[Made](), list[str]()
    told_at = time.monotonic()
    for each in press.batch([(paper, subject) for subject in wanted], edition, pack.on, folder, "docx"):
        if isinstance(each, Failed):
            failures.append(f"{each.id}：{each.message}")
        else:
            made.append(each)
        if not packs.is_there(pack):
            break
        if time.monotonic() - told_at > WRITTEN_EVERY_SECONDS:
            packs.keep(replace(pack, done=len(made) + len(failures)))
            told_at = time.monotonic()
    subjects = tuple(each.id for each in made)
    return replace(
        pack, done=len(made) + len(failures), subjects=subjects, failures=tuple(failures[:MOST_TOLD])
    ), made


def _written(packs: Packs, pack: Pack, made: list[Made], folder: Path) -> Pack:
    if not made:
        return replace(
            pack, state=State.BROKEN, told="没有一份能做成；原因见下面，或者本来就没有这样的文书。"
        )
    failures = list(pack.failures)
    if pack.shape is Shape.PDF:
        outcomes = list(pdf_of(made, folder / "pdf"))
        failures += [each.message for each in outcomes if isinstance(each, Failed)]
        made = [each for each in outcomes if isinstance(each, Made)]
    target = packs.file(pack)
    half = target.with_name(f"{target.name}.part")
    if pack.shape is Shape.ONE_FILE:
        half.write_bytes(bind([each.path.read_bytes() for each in made]))
    else:
        with zipfile.ZipFile(half, "w") as archive:
            for each in made:
                entry = zipfile.ZipInfo(f"{papers()[each.kind].title}/{each.id}{each.path.suffix}", _DATE)
                entry.external_attr = 0o600 << 16
                archive.writestr(entry, each.path.read_bytes())
    half.chmod(0o600)
    half.replace(target)
    return replace(pack, state=State.READY, failures=tuple(failures[:MOST_TOLD]))
