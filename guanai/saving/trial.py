"""What would come of a save, edit by edit, with nothing saved: the preview of an import."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from guanai.calendar import SHANGHAI
from guanai.errors import GuanaiError, Problem
from guanai.saving.authority import Authority
from guanai.saving.disputes import Sides
from guanai.saving.drafts import Draft, Drafter
from guanai.saving.questions import questions
from guanai.saving.request import Disputed, Edit, Faulty, NotPermitted, Question, Request
from guanai.saving.roll import Roll
from guanai.saving.wholeness import Surroundings, worded
from guanai.schema import Schemas
from guanai.store.places import Store
from guanai.store.sources import Revision, Still
from guanai.yamlfile.nodes import identical


@dataclass(frozen=True, slots=True)
class Tried:
    """What would come of one edit by itself.

    Attributes:
        edit: the edit.
        path: its record, "" where that cannot be told.
        problems: what would be wrong with the record, worded for the asker.
        refusals: places that the person may not change, each with the reason.
        disputed: values that someone else changed too.
        questions: what would be asked.
        error: why it cannot be made at all, "" otherwise.
        is_changed: whether there is anything to save.
    """

    edit: Edit
    path: str = ""
    problems: tuple[Problem, ...] = ()
    refusals: tuple[tuple[tuple[str | int, ...], str], ...] = ()
    disputed: tuple[Disputed, ...] = ()
    questions: tuple[Question, ...] = ()
    error: str = ""
    is_changed: bool = False

    @property
    def is_fine(self) -> bool:
        """Whether it could be saved, questions aside."""
        return not (self.problems or self.refusals or self.disputed or self.error)


class Rehearsal:
    """One moment of the store on which edits are tried."""

    def __init__(self, store: Store, schemas: Schemas, request: Request) -> None:
        """``request``: who and when; its edits do not count.

        Raises:
            UnknownStaff, BrokenCore: nothing can be saved by that person now.
        """
        self._store = store
        self._heads = store.pair.heads()
        source = Still(Revision(store.pair, *self._heads), store.pair)
        on = request.on or request.when.astimezone(SHANGHAI).date()
        self._authority = Authority(source, request.staff_id, on)
        self._drafter = Drafter(store, source, schemas, self._authority)
        self._around = Surroundings(source, lambda: self._roll, on)

    def tried(self, edits: Sequence[Edit]) -> Iterator[Tried]:
        """Yield what would come of each edit, were it the only one."""
        for edit in edits:
            yield self._tried(edit)

    def close(self) -> None:
        """Let go of the roll's file."""
        if "_roll" in vars(self):
            self._roll.close()

    @cached_property
    def _roll(self) -> Roll:
        return Roll(self._store.root, self._store.pair.main, self._heads[0])

    def _tried(self, edit: Edit) -> Tried:
        return self._sketched(edit) or self._drafted(edit)

    def _sketched(self, edit: Edit) -> Tried | None:
        """Return what would come of an edit in whose way nothing stands, None for any other: its reasons take longer."""
        try:
            draft = self._drafter.sketch(edit)
        except GuanaiError:
            return None
        if draft is None or identical(draft.old, draft.after.data):
            return Tried(edit, draft.path) if draft is not None else None
        mentions = b"@S" in (draft.before or b"") or "@S" in repr(edit.changes)
        if not self._around.is_flawless(draft.path, draft.after.data, mentions=mentions):
            return None
        return Tried(edit, draft.path, questions=self._asked(draft), is_changed=True)

    def _drafted(self, edit: Edit) -> Tried:
        try:
            draft = self._drafter.draft(edit)
            disputed = tuple(Sides(draft).disputed(self._store.pair))
        except NotPermitted as error:
            return Tried(edit, refusals=tuple((each.path, each.reason) for each in error.refusals))
        except Faulty as error:
            return Tried(edit, problems=error.problems)
        except GuanaiError as error:
            return Tried(edit, error=str(error))
        if disputed or not draft.is_changed:
            return Tried(edit, draft.path, disputed=disputed)
        return self._whole(edit, draft)

    def _whole(self, edit: Edit, draft: Draft) -> Tried:
        found = self._around.problems(draft.path, draft.before, draft.raw)
        problems = tuple(worded(each, draft.shape, draft.after.data, draft.powers) for each in found)
        asked = self._asked(draft) if not problems else ()
        return Tried(edit, draft.path, problems=problems, questions=asked, is_changed=True)

    def _asked(self, draft: Draft) -> tuple[Question, ...]:
        return questions(draft, self._roll.names_in, self._authority.may_name)
