"""What a form needs of the records: the part a person may see at a version, the words to pick, and the save."""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Any, Final

from starlette.requests import Request

from generators.citations import load_citations
from generators.context import Context
from generators.wording import term_name
from guanai.access import Powers, powers_over, redact
from guanai.errors import GuanaiError
from guanai.saving import Asked, Edit, Outcome, save
from guanai.saving import Request as Save
from guanai.saving.request import STRANGE_NAME
from guanai.schema import Field
from guanai.store.git import UnknownRevision
from guanai.store.note import Reason
from guanai.web.forms.model import Choice
from guanai.web.forms.widgets import Choices
from guanai.web.gateway import gateway_of
from guanai.web.guard import note
from guanai.web.pages.students import pupils
from guanai.web.telling import Teller
from guanai.web.throttle import names_of
from guanai.web.visitor import Visitor, visitor_of
from guanai.workspace import versions
from guanai.yamlfile import load

#: Kinds of records that name several children.
_OF_SEVERAL: Final = frozenset({"activity", "meeting", "decision"})
#: A text that has more names of others' children than this is a list of names to be tried: none of them is told.
_MOST_NAMES: Final = 3
#: Returns what is told of a record.
Show = Callable[[Mapping[str, Any]], Mapping[str, Any]]


@dataclass(frozen=True)
class Sheet:
    """One record as a form is made of it.

    Attributes:
        kind: the record's kind.
        record: its id or path.
        version: what was read, sealed for this person.
        shape: its fields.
        view: as the person may see it.
        powers: what the person may do with it.
        newest: what is there now, sealed; the same word as ``version`` where nothing that the person sees has changed.
    """

    kind: str
    record: str
    version: str
    shape: Field
    view: Mapping[str, Any]
    powers: Powers
    newest: str


class Desk:
    """The records as one visitor fills in forms about them."""

    def __init__(self, request: Request) -> None:
        """``request``: who asks, and where the gateway is."""
        self._request = request
        self.visitor: Visitor = visitor_of(request)
        self._workspace = self.visitor.workspace

    def sheet(self, record: str, version: str = "", *, shows: Show | None = None) -> Sheet:
        """Return a record at the version that a page was made of; one that is not known any more is the newest.

        Args:
            record: its id or path.
            version: as a page had it, sealed; "" for the newest.
            shows: what the page tells of a record, where that is not what the person may see of it.

        Raises:
            RecordNotFound, FaultyRecord: there is none, or it cannot be read.
        """
        snapshot = self._workspace.snapshot
        kind = snapshot.find(record)
        now = snapshot.mapping(kind, record)
        newest, wanted = self._workspace.version(record), self.unsealed(version)
        powers = powers_over(self.visitor.actor, kind, now, snapshot.access, on=self.visitor.on)
        older = self._older(record, kind, wanted, now) if wanted not in ("", newest) else None
        shape, sees = self._workspace.schemas.record(kind), powers.sees or frozenset()
        show = shows or partial(redact, shape, labels=sees, reader=powers.staff)
        view = show(now)
        then = view if older is None else show(older)
        handed = self.sealed(newest)
        # That others changed what one may not see is told to nobody: then the page is as new as can be.
        known = handed if then == view else version
        return Sheet(kind, record, known, shape, then, powers, handed)

    def fresh(self, kind: str, data: Mapping[str, Any]) -> Sheet:
        """Return a record that is to be made, of what is known of it so far."""
        access = self._workspace.snapshot.access
        powers = powers_over(self.visitor.actor, kind, data, access, on=self.visitor.on)
        return Sheet(kind, kind, "", self._workspace.schemas.record(kind), data, powers, "")

    def sealed(self, version: str) -> str:
        """Return a blob id as a page of this person's may hold it; see `guanai.workspace.versions`."""
        return versions.sealed(self._workspace.secret, self.visitor.staff_id, version, salt=os.urandom(8))

    def unsealed(self, version: str) -> str:
        """Return the blob id behind a version that a page of this person's held, "" for none."""
        return versions.unsealed(self._workspace.secret, self.visitor.staff_id, version)

    def save(
        self, edits: Sequence[Edit], *, is_confirmed: bool = False, reason: Reason = Reason.ENTRY
    ) -> Outcome:
        """Save edits as this visitor; raises as `guanai.saving.save` does.

        Who is asked about names of others' children again and again, or about many at once, is not asked about them:
        that would tell who is one.
        """
        visitor = self.visitor
        request = Save(
            visitor.staff_id, reason, tuple(edits), when=visitor.now, is_confirmed=is_confirmed, on=visitor.on
        )
        store, schemas = gateway_of(self._request).moments.store, self._workspace.schemas
        outcome = save(store, schemas, request)
        if not isinstance(outcome, Asked) or self._may_ask(outcome):
            return outcome
        others = tuple(each for each in outcome.questions if each.code != STRANGE_NAME)
        return Asked(others) if others else save(store, schemas, replace(request, is_confirmed=True))

    def _may_ask(self, asked: Asked) -> bool:
        """Count each name of others' children that is asked about, and tell whether that may be put."""
        names = {each.name for each in asked.questions if each.code == STRANGE_NAME}
        if not names:
            return True
        gateway, staff = gateway_of(self._request), self.visitor.staff_id
        note(self._request, self.visitor, "检索", "")
        if len(names) > _MOST_NAMES:
            return False
        when = gateway.settings.clock()
        return not any(gateway.throttle.wait_seconds(names_of(staff), staff, when=when) for _ in names)

    @cached_property
    def context(self) -> Context:
        """The names of classes and staff."""
        snapshot = self._workspace.snapshot
        return Context(school=snapshot.school, staff=dict(snapshot.staff))

    @cached_property
    def choices(self) -> Choices:
        """The words to pick from other records; children are typed by id."""
        snapshot, on = self._workspace.snapshot, self.visitor.on
        classes = tuple(
            Choice(each.id, self.context.class_name(each.id, on)) for each in snapshot.school.classes
        )
        terms = [
            f"{year}-{term}" for year in sorted(snapshot.ids("calendar"), reverse=True) for term in (2, 1)
        ]
        people = sorted(snapshot.staff.values(), key=lambda person: person.id != self.visitor.staff_id)
        return {
            "staff": tuple(Choice(each.id, each.name) for each in people),
            "class": classes,
            "scope": tuple(Choice(each, title) for each, title in self.context.scopes(on)),
            "grade": tuple(
                Choice(each.id, self.context.grade_name(each.id, on)) for each in snapshot.school.grades
            ),
            "term": tuple(Choice(each, term_name(each)) for each in terms),
            "citation": tuple(Choice(each, each) for each in load_citations()),
        }

    def words(self, shape: Field, value: Any) -> str:
        """Return a value that cannot be changed here as people read it, children by name where they may be named."""
        return self._teller.words(shape, value)

    @cached_property
    def _teller(self) -> Teller:
        return Teller(self.visitor.edition.context, self.visitor.on)

    def choices_of(self, kind: str) -> Choices:
        """Return the words to pick in a record of a kind; of children where it is about several of them at once."""
        if kind == "staff":  # a post may be for one child: its 范围 is typed
            return {ref: words for ref, words in self.choices.items() if ref != "scope"}
        if kind not in _OF_SEVERAL:
            return self.choices
        return {**self.choices, "student": tuple(Choice(each.id, each.name) for each in pupils(self.visitor))}

    def _older(
        self, record: str, kind: str, version: str, now: Mapping[str, Any]
    ) -> Mapping[str, Any] | None:
        path = self._workspace.path(record)
        repository, _ = gateway_of(self._request).moments.store.pair.home(path)
        try:
            data = load(repository.read(version), path).data
        except (UnknownRevision, GuanaiError):
            return None
        is_same = isinstance(data, dict) and all(
            data.get(key) == now.get(key) for key in ("编号", "班级", "学期", "月份")
        )
        return data if is_same and self._workspace.schemas.is_valid(kind, data) else None
