"""The second person's yes: what was kept is saved, in the name of who wanted it, with both names in history."""

from datetime import date, datetime

from guanai.saving.engine import save
from guanai.saving.held import held_change, let_go
from guanai.saving.request import Outcome, Request, Saved, Second
from guanai.schema import Schemas
from guanai.store.places import Store


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
