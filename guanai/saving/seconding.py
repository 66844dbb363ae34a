"""The second person's answer to what was kept: yes saves it, with both names in history; no forgets it."""

from datetime import date, datetime

from guanai.access import Refusal
from guanai.access.widening import APPROVERS
from guanai.saving.authority import Authority
from guanai.saving.engine import save
from guanai.saving.held import held_change, let_go
from guanai.saving.request import NotPermitted, Outcome, Request, Saved, Second
from guanai.schema import Schemas
from guanai.store.places import Store
from guanai.store.sources import Revision


def confirm(  # noqa: PLR0913 -- where, what, who and when
    store: Store, schemas: Schemas, number: str, *, staff: str, when: datetime, on: date | None = None
) -> Outcome:
    """Save a change that waits; it must still open what it opened when it was kept, and nothing else.

    Args:
        store: where.
        schemas: those of the installed program.
        number: of the change.
        staff: id of who confirms.
        when: instant.
        on: the day as of which posts count; None: the day of ``when`` in China.

    Raises:
        UnknownHeld: no such change waits.
        NotPermitted: who wanted it may not any more, or this person may not confirm it.
        GuanaiError: as `guanai.saving.save`.
    """
    with store.locked():  # whoever turns it down at the same moment waits, and finds it saved
        held = held_change(store.root, number)
        request = Request(
            held.staff,
            held.reason,
            held.edits,
            when,
            is_confirmed=True,
            on=on,
            second=Second(staff, frozenset(held.gains)),
        )
        outcome = save(store, schemas, request)
        if isinstance(outcome, Saved):
            let_go(store.root, number)
    return outcome


def turn_down(store: Store, number: str, *, staff: str, on: date) -> bool:
    """Forget a change that waits; return whether the person took back a change of their own.

    Args:
        store: where.
        number: of the change.
        staff: id of who does not want it: who asked for it, or 校长 or 分管副校长.
        on: the day as of which posts count.

    Raises:
        UnknownHeld: no such change waits.
        UnknownStaff: nobody has that id.
        NotPermitted: the person is neither.
    """
    with store.locked():
        held = held_change(store.root, number)
        authority = Authority(Revision(store.pair, *store.pair.heads()), staff, on)
        is_own = held.staff == staff
        if not is_own and APPROVERS.isdisjoint(authority.powers("access", {}).held):
            raise NotPermitted(
                (Refusal((), "别人的改动只由校长或分管副校长退回；自己提出的，自己可以收回。"),)
            )
        let_go(store.root, number)
    return is_own
