"""The inspection pack of a term, made in the background for one person: all papers that this person may have, in one zip."""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime
from typing import Final

from generators.papers import papers
from generators.wording import term_name
from guanai.errors import GuanaiError, Invalid
from guanai.workspace.batch import print_here
from guanai.workspace.editions import Edition
from guanai.workspace.facade import Workspace
from guanai.workspace.packing import Packed, pack
from guanai.workspace.packs import MOST_TOLD, WHOLE_TERM, WRITTEN_EVERY_SECONDS, Pack, Packs, Shape, State
from guanai.workspace.papers import Failed, Made

#: So many papers one may hold here; more take the machine for longer than its pages can wait.
MOST: Final = 20_000


class TooManyPapers(Invalid):
    """A term has more papers than are made while pages are served."""

    def __init__(self, count: int) -> None:
        super().__init__(
            f"这个学期有 {count} 份材料，一次在网页上最多做 {MOST} 份；"
            "请让管理员在服务器上运行 guanai pack，夜里做好再取。"
        )


class _Dropped(GuanaiError):
    """Nobody waits for the pack any more."""


def whole_term(term: str, *, staff: str, now: datetime, on: date) -> Pack:
    """Return what is asked for: all of a term's papers up to ``on``, in the edition of ``staff``."""
    return Pack(staff, WHOLE_TERM, term, Shape.FILES, f"迎检材料　{term_name(term)}", now, on)


def fill_whole_term(packs: Packs, asked: Pack, workspace: Workspace, noted: Callable[[str], None]) -> Pack:
    """Make a pack's papers and write its zip; how far it is can be read meanwhile.

    Args:
        packs: where it is kept.
        asked: what was asked for.
        workspace: the records.
        noted: told of each record that papers are about, once, before anybody can take the zip along.
    """
    watch = _Watch(packs, asked)
    try:
        done = _made(packs, watch, workspace, noted)
    except _Dropped:
        done = watch.pack
    except (GuanaiError, OSError) as error:
        told = str(error) if isinstance(error, GuanaiError) else "磁盘写不进去，可能已经满了。"
        done = replace(watch.pack, state=State.BROKEN, told=told)
    if packs.is_there(done):
        packs.keep(done)
    else:
        packs.drop(done)  # it was dropped while it was made: nothing of it stays
    return done


def may_have_whole(workspace: Workspace, found: Pack, edition: Edition) -> bool:
    """Tell whether an edition may have each paper of a pack."""
    known = papers()
    parted = (each.partition("/") for each in found.subjects)
    return all(
        kind in known and workspace.press.may_have(known[kind], subject, edition)
        for kind, _, subject in parted
    )


class _Watch:
    """Writes down how far a pack is, and stops the work when it was dropped."""

    def __init__(self, packs: Packs, asked: Pack) -> None:
        self.pack = asked
        self._packs = packs

    def __call__(self, work: Iterator[Made | Failed], total: int) -> Iterator[Made | Failed]:
        if total > MOST:
            raise TooManyPapers(total)
        self._told(replace(self.pack, state=State.MAKING, total=total))
        told_at = time.monotonic()
        for done, outcome in enumerate(work, 1):
            yield outcome
            self._demand_wanted()
            if time.monotonic() - told_at > WRITTEN_EVERY_SECONDS:
                self._told(replace(self.pack, done=done))
                told_at = time.monotonic()
        self._told(replace(self.pack, done=total))

    def _told(self, pack: Pack) -> None:
        self._demand_wanted()
        self.pack = pack
        self._packs.keep(pack)

    def _demand_wanted(self) -> None:
        if not self._packs.is_there(self.pack):
            raise _Dropped


def _made(packs: Packs, watch: _Watch, workspace: Workspace, noted: Callable[[str], None]) -> Pack:
    asked = watch.pack
    place = packs.place(asked)
    made = place / "whole.zip"
    packed = pack(
        workspace, asked.unit, made, staff=asked.staff, on=asked.on, watch=watch, scratch=place,
        printing=print_here,
    )  # fmt: skip
    if not packed.entries:
        made.unlink()
        return replace(watch.pack, state=State.BROKEN, told="这个学期没有您能看到的材料。")
    for each in dict.fromkeys(entry.subject for entry in packed.entries):
        noted(each)
    made.chmod(0o600)
    made.replace(packs.file(asked))
    return _ready(watch.pack, packed)


def _ready(pack: Pack, packed: Packed) -> Pack:
    failures = [
        f"{papers()[each.kind].title} {each.id}：{each.message}" for each in packed.failed[:MOST_TOLD]
    ]
    subjects = tuple(f"{entry.kind}/{entry.subject}" for entry in packed.entries)
    return replace(pack, state=State.READY, subjects=subjects, failures=tuple(failures))
