"""The one way in which people's changes reach the records."""

from collections.abc import Sequence
from functools import cached_property

from guanai.calendar import SHANGHAI
from guanai.errors import GuanaiError, Invalid
from guanai.saving.authority import Authority
from guanai.saving.backing import demand_second
from guanai.saving.disputes import Sides
from guanai.saving.drafts import Draft, Drafter
from guanai.saving.questions import questions
from guanai.saving.request import Asked, Conflict, Faulty, Outcome, Request, Saved
from guanai.saving.roll import Roll
from guanai.saving.wholeness import Surroundings, worded
from guanai.schema import Schemas
from guanai.store.git import HeadMoved, object_id
from guanai.store.joint import Part, end_joint, put_jointly
from guanai.store.merge import difference, merge_changes
from guanai.store.note import Action, Note, Reason
from guanai.store.places import Store
from guanai.store.sources import Revision

_TRIES = 8
_ACTIONS = {Reason.UNDO: Action.UNDO, Reason.IMPORT: Action.IMPORT}


def save(store: Store, schemas: Schemas, request: Request) -> Outcome:
    """Save changes, all or none; what stands there already makes no commit.

    Changes of main and counselling records in one request make one commit in each repository, both or none.

    Args:
        store: where.
        schemas: those of the installed program.
        request: who, why, what, and on which version.

    Raises:
        NotPermitted: a field is out of the person's reach.
        Held: it opens something to somebody; it waits for a second person.
        Faulty: a record would not be right afterwards.
        UnknownStaff, UnknownRecord, UnknownBase, BrokenCore, Standing, TakenPlace: there is nothing to begin with.
        NoSuchPlace, Unwritable: a change does not fit the record.
        DirtyFile, GitBusy, StoreBusy, HeadMoved, NotKept: the store does not take it.
        HalfKept: of two repositories one took it; the other follows by itself.
    """
    with store.locked():
        for _ in end_joint(store):
            pass  # it is told at the next start; here the new save begins on whole ground
        for _ in range(_TRIES):
            attempt = _Attempt(store, schemas, request)
            try:
                return attempt.outcome()
            except HeadMoved:  # a push came in between: it takes no lock of ours
                if request.head:
                    raise
                continue
            finally:
                attempt.close()
    raise HeadMoved


class _Attempt:
    """A save on one moment of the store."""

    def __init__(self, store: Store, schemas: Schemas, request: Request) -> None:
        self._store = store
        self._schemas = schemas
        self._request = request
        self._heads = store.pair.heads()
        self._source = Revision(store.pair, *self._heads)
        self._authority = Authority(
            self._source, request.staff_id, request.on or request.when.astimezone(SHANGHAI).date()
        )
        self._around = Surroundings(self._source, lambda: self._roll, self._authority.on)

    def outcome(self) -> Outcome:
        if self._request.head not in ("", self._heads[0]):
            raise HeadMoved
        drafter = Drafter(self._store, self._source, self._schemas, self._authority)
        drafts = [drafter.draft(edit) for edit in self._request.edits]
        if len({draft.path for draft in drafts}) < len(drafts):
            raise Invalid("一次保存里，同一份记录只写一次；请把改动合在一起。")
        disputed = [each for draft in drafts for each in Sides(draft).disputed(self._store.pair)]
        if disputed:
            return Conflict(tuple(disputed))
        changed = [draft for draft in drafts if draft.is_changed]
        self._demand_whole(changed)
        if not self._request.is_confirmed:
            asked = tuple(
                each for draft in changed for each in questions(draft, self._names, self._authority.may_name)
            )
            if asked:
                return Asked(asked)
        demand_second(self._store.root, self._source, self._authority, self._request, changed)
        return self._put(drafts, changed)

    def close(self) -> None:
        if "_roll" in vars(self):
            self._roll.close()

    @cached_property
    def _roll(self) -> Roll:
        return Roll(self._store.root, self._store.pair.main, self._heads[0])

    def _demand_whole(self, changed: Sequence[Draft]) -> None:
        problems = [
            worded(problem, draft.shape, draft.after.data, draft.powers)
            for draft in changed
            for problem in self._around.problems(draft.path, draft.before, draft.raw)
        ]
        if problems:
            raise Faulty(tuple(problems))

    def _names(self, texts: list[str]) -> dict[str, set[str]]:
        return self._roll.names_in(texts)

    def _put(self, drafts: Sequence[Draft], changed: Sequence[Draft]) -> Saved:
        parts = [
            Part({draft.path: draft.raw for draft in some}, self._note(some), parent, self._beside(some))
            for repository, parent in zip(self._store.pair.all, self._heads, strict=False)
            if (some := [each for each in changed if self._store.pair.home(each.path)[0] is repository])
        ]
        if len(parts) > 1:
            commit = put_jointly(self._store, parts)
        elif parts:
            part = parts[0]
            commit = self._store.put(
                dict(part.changes), part.note, parent=part.parent, beside=dict(part.beside)
            )
        else:
            commit = self._store.head(drafts[0].path) if drafts else self._heads[0]
        return Saved(
            commit=commit,
            versions={draft.path: object_id("blob", draft.raw) for draft in drafts},
            is_changed=bool(changed),
            given={draft.path: draft.after.given for draft in changed if draft.after.given},
        )

    def _note(self, some: Sequence[Draft]) -> Note:
        is_new = all(draft.before is None for draft in some)
        return Note(
            action=_ACTIONS.get(self._request.reason, Action.ADD if is_new else Action.CHANGE),
            ids=tuple(draft.name for draft in some),
            staff_id=self._request.staff_id,
            author=self._authority.person.name,
            reason=self._request.reason,
            when=self._request.when,
            second=self._request.second.staff_id if self._request.second else "",
        )

    def _beside(self, some: Sequence[Draft]) -> dict[str, bytes]:
        """Return, for files with edits that nobody has committed yet, these edits with the change merged in."""
        found = {}
        for draft in some:
            lying = self._store.source().read(draft.path) if draft.before is not None else None
            if lying is None or lying == draft.before:
                continue
            try:
                changes = difference(draft.old, draft.after.data, draft.shape)
                merged = merge_changes(draft.old, changes, lying.decode(), draft.shape)
            except (GuanaiError, UnicodeDecodeError):
                continue  # the store then refuses the file by name
            if not merged.clashes:
                found[draft.path] = merged.text.encode()
        return found
