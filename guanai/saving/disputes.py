"""A clash as one question to the person who saves: what it was, what you wrote, what stands now, who and when."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from guanai.access import redact
from guanai.access.spots import value_at
from guanai.model.base import ABSENT, HIDDEN
from guanai.saving.drafts import Draft
from guanai.saving.request import Disputed
from guanai.schema import Field
from guanai.schema.wording import readable
from guanai.store.clash_words import place as worded_place
from guanai.store.merge import Clash
from guanai.store.merging.identity import caption
from guanai.store.pair import Pair
from guanai.yamlfile import Path, load
from guanai.yamlfile.nodes import identical

#: How many commits of one record are looked through for who changed a field.
_LOOKED_AT = 40


class Sides:
    """The three states of a record that a clash speaks of."""

    def __init__(self, draft: Draft) -> None:
        """``draft``: a record whose change clashed; what is told of it is redacted for its saver."""
        self._path = draft.path
        self._shape = draft.shape
        self._powers = draft.powers
        self._clashes = draft.after.clashes
        self._whole = {"base": draft.base, "mine": draft.after.mine, "theirs": draft.old}

    def disputed(self, pair: Pair) -> Iterator[Disputed]:
        """Yield each clash with who made the other change."""
        if not self._clashes:
            return
        views = {side: self._view(data) for side, data in self._whole.items()}
        for clash in self._clashes:
            seen = {side: _found(view, self._shape, clash) for side, view in views.items()}
            values = {side: _told(value_at(views[side], place or clash.path)) for side, place in seen.items()}
            # What tells an item apart is told to nobody who does not see the item.
            names = clash.names if seen["mine"] or seen["theirs"] else ()
            who, when = self._last(clash, pair) if HIDDEN not in values.values() else ("", None)
            yield Disputed(
                path=self._path,
                place=clash.path,
                title=worded_place(clash.path, names) if names else readable(clash.path),
                base=values["base"],
                mine=values["mine"],
                theirs=values["theirs"],
                who=who,
                when=when,
                names=names,
            )

    def _view(self, data: Any) -> Any:
        if not isinstance(data, Mapping):
            return {}
        return redact(self._shape, data, self._powers.sees or frozenset(), reader=self._powers.staff)

    def _last(self, clash: Clash, pair: Pair) -> tuple[str, datetime | None]:
        """Return who gave a field the value it has now, and when."""
        repository, inner = pair.home(self._path)
        for commit in repository.log(inner, limit=_LOOKED_AT):
            old, new = repository.changed(commit.id).get(inner, (None, None))
            before, after = (
                load(repository.read(blob), self._path).data if blob else None for blob in (old, new)
            )
            sides = [
                value_at(each, _found(each, self._shape, clash) or clash.path) for each in (before, after)
            ]
            if not identical(*sides):
                return commit.author, commit.when
        return "", None


def _found(data: Any, shape: Field, clash: Clash) -> Path | None:
    """Return where a clash lies in one state of the record, None where the item it is in cannot be told there.

    The path names items without 编号 by their place in the merged record, which need not be theirs here.
    """
    names, path = list(clash.names), Path()
    for depth, step in enumerate(clash.path):
        place: str | int | None = step
        if isinstance(step, int) and names:
            name, item = names.pop(0), shape.at(clash.path[: depth + 1])
            items = value_at(data, path)
            places = enumerate(items if isinstance(items, list) else ())
            place = next((at for at, each in places if caption(each, item) == name), None)
        if place is None:
            return None
        path = (*path, place)
    return path


def _told(value: Any) -> Any:
    return None if value is ABSENT else value
