"""A record on its way into the store: found, read at the version it was changed from, and changed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from guanai.access import Powers, permits_new
from guanai.access.powers import CARETAKERS
from guanai.errors import Invalid
from guanai.paths import kind_of
from guanai.saving.authority import Authority
from guanai.saving.patching import Patched, created, patched, sketched, sound
from guanai.saving.places import find_path, new_place
from guanai.saving.request import Edit, Faulty, NotPermitted, UnknownBase, UnknownRecord
from guanai.schema import Field, Schemas
from guanai.store.git import UnknownRevision, object_id
from guanai.store.places import Store
from guanai.store.sources import Source
from guanai.yamlfile import Set, applied, dump, load
from guanai.yamlfile.nodes import identical

#: Keys that tell one record of a kind from another.
_IDENTITY = ("编号", "班级", "学期", "月份", "学年")


@dataclass(frozen=True, slots=True)
class Draft:
    """One record as it would be saved.

    Attributes:
        path: below the workspace.
        kind: its kind.
        name: what the commit's subject calls it.
        shape: its fields.
        powers: what the saver may do with it.
        before: its committed content, None for a new record.
        old: its data so far, None for a new record.
        base: the data that the change was made on.
        after: text and data to be.
    """

    path: str
    kind: str
    name: str
    shape: Field
    powers: Powers
    before: bytes | None
    old: Any
    base: Any
    after: Patched

    @property
    def raw(self) -> bytes:
        """The content to be."""
        return self.after.text.encode()

    @property
    def is_changed(self) -> bool:
        """Whether there is anything to commit."""
        return self.raw != self.before


class TakenPlace(Invalid):
    """A new record has no free place."""

    def __init__(self, title: str, name: str) -> None:
        super().__init__(f"{title} {name} 已经有了，请直接改动；若没有，请核对它的编号、学期和班级。")


class Drafter:
    """Makes drafts for one person at one moment of the store."""

    def __init__(self, store: Store, source: Source, schemas: Schemas, authority: Authority) -> None:
        """``source``: the committed records that the save goes into."""
        self._store = store
        self._source = source
        self._schemas = schemas
        self._authority = authority

    def draft(self, edit: Edit) -> Draft:
        """Return what an edit makes of its record.

        Raises:
            UnknownRecord, UnknownBase, Standing, NotPermitted, Faulty, TakenPlace, NoSuchPlace, Unwritable: it
                cannot be made.
        """
        return self._new(edit) if edit.is_new else self._patched(edit)

    def sketch(self, edit: Edit) -> Draft | None:
        """Return what `draft` would at a fraction of its cost: the data, no text; None where only `draft` can tell.

        Raises:
            NotPermitted, NoSuchPlace, Unwritable: as `draft`, which words it.
        """
        path = None if edit.is_new else find_path(self._source, edit.record)
        raw = self._source.read(path) if path is not None else None
        if path is None or raw is None or edit.base not in ("", self._source.version(path)):
            return None
        kind, loaded = kind_of(path) or "", load(raw, path)
        old = loaded.data
        if loaded.problems or not isinstance(old, dict) or not self._schemas.is_valid(kind, old):
            return None
        shape, powers = self._schemas.record(kind), self._authority.powers(kind, old)
        if powers.sees is None and not powers.is_entrusted:
            return None
        data = sketched(kind, shape, changes=edit.changes, now=old, powers=powers)
        return Draft(path, kind, "", shape, powers, raw, old, old, Patched("", data, data, (), ()))

    def _patched(self, edit: Edit) -> Draft:
        path = find_path(self._source, edit.record)
        raw = self._source.read(path) if path is not None else None
        if path is None or raw is None:
            raise UnknownRecord(edit.record)
        kind = kind_of(path) or ""
        shape = self._schemas.record(kind)
        old = sound(self._schemas, kind, raw, path)
        powers = self._authority.powers(kind, old)
        if powers.sees is None and not powers.is_entrusted and kind not in CARETAKERS:
            raise UnknownRecord(edit.record)
        base = self._base(edit.base, path, kind, old, raw)
        after = patched(
            kind, shape, changes=edit.changes, base=base, theirs=old, text=raw.decode(), powers=powers
        )
        return Draft(path, kind, _name(path, old), shape, powers, raw, old, base, after)

    def _base(
        self, version: str, path: str, kind: str, old: Mapping[str, Any], raw: bytes
    ) -> Mapping[str, Any]:
        """Return the record as its writer knew it.

        A version is believed only if it is one of this very record: nothing is compared with another one's content.
        """
        if version in ("", object_id("blob", raw)):
            return old
        found = self._content(version, path)
        data = load(found, path).data if found is not None else None
        is_of_this = isinstance(data, dict) and all(data.get(key) == old.get(key) for key in _IDENTITY)
        if not isinstance(data, dict) or not is_of_this or not self._schemas.is_valid(kind, data):
            raise UnknownBase(version)
        return data

    def _content(self, version: str, path: str) -> bytes | None:
        lying = self._store.source().read(path)
        if lying is not None and object_id("blob", lying) == version:
            return lying  # edited by hand and not committed yet
        repository, inner = self._store.pair.home(path)
        try:
            return repository.read(version)
        except UnknownRevision:
            pass
        try:
            return repository.read_at(version, inner)
        except UnknownRevision:
            return None

    def _new(self, edit: Edit) -> Draft:
        kind = edit.record
        if kind not in self._schemas.kinds:
            raise UnknownRecord(kind)
        shape, title = self._schemas.record(kind), self._schemas.title(kind)
        sent = _whole(edit)
        name, path = new_place(self._source, kind, sent, self._authority.on)
        data = {"编号": name, **sent} if name and "编号" in shape.children else sent
        loaded = load(dump(data, shape).encode(), path or title)
        problems = (*loaded.problems, *self._schemas.problems(kind, loaded))
        if problems:
            raise Faulty(problems)
        if not path:
            raise TakenPlace(title, name)
        there = self._source.read(path)
        if there is not None:
            return self._met(edit, kind, path, data, there)
        powers = self._authority.powers(kind, data)
        after = created(kind, shape, data, powers)
        return Draft(path, kind, _name(path, data), shape, powers, None, None, None, after)

    def _met(self, edit: Edit, kind: str, path: str, data: Mapping[str, Any], raw: bytes) -> Draft:
        """Return the draft of a new record that somebody else, or the same post before, was quicker to make.

        Sent twice it stands once; what is added to a beginning goes to what stands there, as any change would.
        """
        shape, powers = self._schemas.record(kind), self._authority.powers(kind, data)
        refusals = permits_new(kind, shape, data, powers)
        if refusals:
            raise NotPermitted(refusals)
        old, name = sound(self._schemas, kind, raw, path), _name(path, data)
        if identical(old, data):
            same = Patched(raw.decode(), old, old, (), ())
            return Draft(path, kind, name, shape, powers, raw, old, old, same)
        if len(edit.changes) == 1:
            raise TakenPlace(self._schemas.title(kind), name)
        powers = self._authority.powers(kind, old)
        base = {key: old[key] for key in _IDENTITY if key in old}
        after = patched(
            kind, shape, changes=edit.changes[1:], base=base, theirs=old, text=raw.decode(), powers=powers
        )
        return Draft(path, kind, name, shape, powers, raw, old, base, after)


def _whole(edit: Edit) -> dict[str, Any]:
    first, more = (edit.changes or (None,))[0], edit.changes[1:]
    if not isinstance(first, Set) or first.path or not isinstance(first.value, Mapping):
        raise Invalid("新建一份记录，要给出它的全部栏目。")
    return dict(applied(first.value, more) if more else first.value)


def _name(path: str, data: Mapping[str, Any]) -> str:
    """Return a record's name for messages: its id, or where it lies."""
    return str(data.get("编号") or path.removeprefix("records/").removesuffix(".yml"))
