"""Whether two persons stand behind a change that opens something to somebody."""

from collections.abc import Sequence
from pathlib import Path

from guanai.access import Refusal, widening
from guanai.access.widening import Backer, objection
from guanai.errors import Conflict
from guanai.saving.authority import Authority
from guanai.saving.drafts import Draft
from guanai.saving.held import hold
from guanai.saving.request import NotPermitted, Request
from guanai.store.sources import Source


class OpensOther(Conflict):
    """What was confirmed would now open something else."""

    def __init__(self) -> None:
        super().__init__("这份记录在确认以前又被改过，现在放宽的已不是您看到的那些；请让提出的人重新改一次。")


def demand_second(
    root: Path, source: Source, authority: Authority, request: Request, changed: Sequence[Draft]
) -> None:
    """Do nothing where nothing is opened, or where two persons open it; else keep the change until they do.

    Args:
        root: folder that holds ``.guanai``.
        source: the records that are saved into.
        authority: who saves.
        request: the whole of what is saved.
        changed: the records as they would be.

    Raises:
        Held: nobody has confirmed it yet.
        NotPermitted: these two may not.
        OpensOther: it opens something else than was confirmed.
        UnknownStaff: nobody has the second person's id.
    """
    gains = [gain for each in changed for gain in widening(each.kind, each.old or {}, each.after.data)]
    if not gains:
        return
    if request.second is None:
        raise hold(root, request, gains)
    second = Authority(source, request.second.staff_id, authority.on)
    told = objection(gains, _backer(authority), _backer(second))
    if told:
        raise NotPermitted(tuple(Refusal(each.path, told) for each in gains))
    if request.second.seen not in (None, frozenset(each.sentence for each in gains)):
        raise OpensOther


def _backer(authority: Authority) -> Backer:
    return Backer(authority.person.id, authority.powers("access", {}).held)
