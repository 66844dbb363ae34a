"""Makes the papers of a pack in the background, tells meanwhile how far it is, and stops where nobody wants it any more."""

import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from generators.docx.binding import bind
from generators.papers import papers
from guanai.errors import GuanaiError
from guanai.workspace.editions import Edition
from guanai.workspace.packs import Pack, Packs, Shape, State
from guanai.workspace.papers import Failed, Made, Press
from guanai.workspace.printing import pdf_of

#: So many papers one pack may hold.
MOST_PAPERS: Final = 3000
#: So many failures are told.
MOST_TOLD: Final = 100
#: How often it is written down how far a pack is.
_WRITTEN_EVERY_SECONDS: Final = 0.3
_DATE: Final = (1980, 1, 1, 0, 0, 0)


class _Dropped(GuanaiError):
    """Nobody waits for the pack any more."""


class Watch:
    """Writes down how far a pack is, and stops the work when it was dropped.

    Attributes:
        pack: as it was last written down.
    """

    def __init__(self, packs: Packs, asked: Pack) -> None:
        """``packs``: where it is kept; ``asked``: what was asked for."""
        self.pack = asked
        self._packs = packs

    def __call__(self, work: Iterator[Made | Failed], total: int) -> Iterator[Made | Failed]:
        """Yield what comes of some work, of which there will be ``total``."""
        self._told(replace(self.pack, state=State.MAKING, total=total))
        told_at = time.monotonic()
        for done, outcome in enumerate(work, 1):
            yield outcome
            self._demand_wanted()
            if time.monotonic() - told_at > _WRITTEN_EVERY_SECONDS:
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


def make_pack(packs: Packs, asked: Pack, work: Callable[[Watch], Pack]) -> Pack:
    """Do the work on a pack; return what became of it, which is kept too unless it was dropped meanwhile.

    Args:
        packs: where it is kept.
        asked: what was asked for.
        work: makes the papers before the eyes of a watch, writes the file, and returns the pack.
    """
    watch = Watch(packs, asked)
    try:
        done = work(watch)
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


def fill_pack(  # noqa: PLR0913 -- one argument a part of the work
    packs: Packs,
    asked: Pack,
    press: Press,
    edition: Edition,
    subjects: Callable[[], Sequence[str]],
    noted: Callable[[str], None],
) -> Pack:
    """Make a pack's papers of one kind and write its file; how far it is can be read meanwhile.

    Args:
        packs: where it is kept.
        asked: what was asked for.
        press: makes the papers.
        edition: whose view they show.
        subjects: what they are to be about; asked here, since it may take long to find out.
        noted: told what each paper is about before anybody can take it along.
    """

    def filled(watch: Watch) -> Pack:
        paper, wanted = papers()[asked.kind], tuple(subjects())[:MOST_PAPERS]
        with tempfile.TemporaryDirectory(dir=packs.place(asked), ignore_cleanup_errors=True) as folder:
            work = press.batch([(paper, each) for each in wanted], edition, asked.on, Path(folder), "docx")
            outcomes = list(watch(work, len(wanted)))
            made = [each for each in outcomes if isinstance(each, Made)]
            failures = [f"{each.id}：{each.message}" for each in outcomes if isinstance(each, Failed)]
            for each in made:
                noted(each.id)
            done = replace(watch.pack, subjects=tuple(each.id for each in made))
            return _written(packs, done, made, failures, Path(folder))

    return make_pack(packs, asked, filled)


def _written(packs: Packs, pack: Pack, made: list[Made], failures: list[str], folder: Path) -> Pack:
    if not made:
        told = "没有一份能做成；原因见下面，或者本来就没有这样的文书。"
        return replace(pack, state=State.BROKEN, told=told, failures=tuple(failures[:MOST_TOLD]))
    if pack.shape is Shape.PDF:
        outcomes = list(pdf_of(made, folder / "pdf"))
        failures += [each.message for each in outcomes if isinstance(each, Failed)]
        made = [each for each in outcomes if isinstance(each, Made)]
    target = packs.file(pack)
    half = target.with_name(f"{target.name}.part")
    if pack.shape is Shape.ONE_FILE:
        half.write_bytes(bind([each.path.read_bytes() for each in made]))
    else:
        _zipped(made, half)
    half.chmod(0o600)
    half.replace(target)
    return replace(pack, state=State.READY, failures=tuple(failures[:MOST_TOLD]))


def _zipped(made: list[Made], target: Path) -> None:
    with zipfile.ZipFile(target, "w") as archive:
        for each in made:
            entry = zipfile.ZipInfo(f"{papers()[each.kind].title}/{each.id}{each.path.suffix}", _DATE)
            entry.external_attr = 0o600 << 16
            archive.writestr(entry, each.path.read_bytes())
