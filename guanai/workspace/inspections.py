"""The inspection pack of a term, made in the background for one person: all papers that this person may have, in one zip."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime
from typing import Final

from generators.papers import papers
from generators.wording import term_name
from guanai.errors import Invalid
from guanai.workspace.batch import print_here
from guanai.workspace.editions import Edition
from guanai.workspace.facade import Workspace
from guanai.workspace.pack_maker import MOST_TOLD, Watch, make_pack
from guanai.workspace.packing import Packed, pack
from guanai.workspace.packs import WHOLE_TERM, Pack, Packs, Shape, State
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


def whole_term(term: str, *, staff: str, now: datetime, on: date) -> Pack:
    """Return what is asked for: all of a term's papers up to ``on``, in the edition of ``staff``."""
    return Pack(staff, now, WHOLE_TERM, term, Shape.FILES, f"迎检材料　{term_name(term)}", on)


def fill_whole_term(packs: Packs, asked: Pack, workspace: Workspace, noted: Callable[[str], None]) -> Pack:
    """Make a pack's papers and write its zip; how far it is can be read meanwhile.

    Args:
        packs: where it is kept.
        asked: what was asked for.
        workspace: the records.
        noted: told of each record that papers are about, once, before anybody can take the zip along.
    """
    place = packs.place(asked)
    made = place / "whole.zip"

    def filled(watch: Watch) -> Pack:
        def watched(work: Iterator[Made | Failed], total: int) -> Iterator[Made | Failed]:
            if total > MOST:
                raise TooManyPapers(total)
            return watch(work, total)

        packed = pack(
            workspace, asked.unit, made, staff=asked.staff, on=asked.on, watch=watched, scratch=place,
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

    return make_pack(packs, asked, filled)


def may_have_whole(workspace: Workspace, found: Pack, edition: Edition) -> bool:
    """Tell whether an edition may have each paper of a pack."""
    known = papers()
    parted = (each.partition("/") for each in found.subjects)
    return all(
        kind in known and workspace.press.may_have(known[kind], subject, edition)
        for kind, _, subject in parted
    )


def _ready(pack: Pack, packed: Packed) -> Pack:
    failures = [
        f"{papers()[each.kind].title} {each.id}：{each.message}" for each in packed.failed[:MOST_TOLD]
    ]
    subjects = tuple(f"{entry.kind}/{entry.subject}" for entry in packed.entries)
    return replace(pack, state=State.READY, subjects=subjects, failures=tuple(failures))
