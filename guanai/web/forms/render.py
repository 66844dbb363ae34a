"""From the schema, the redacted record and a person's powers to a form; what one may not see is not in it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from guanai.access import Powers
from guanai.access.permit import BY_EDIT
from guanai.access.spots import CONFIDENTIALITY, ID, WRITERS, is_written_by, item_labels, shape_labels
from guanai.model.base import HIDDEN
from guanai.schema import Field
from guanai.web.forms.model import Choice, Control, FormModel, Group, Item, Look, Node, Rows
from guanai.web.forms.summary import summary_of
from guanai.web.forms.widgets import Choices, Words, hint_of, is_offered, look_of, picked, plainly, text_of
from guanai.yamlfile import NoSuchPlace, Path

__all__ = ["CONFIDENTIALITY", "NEW", "render", "sections"]

#: The step under which a new item stands in the page; the posts count on: n1, n2 …
NEW: Final = "n1"


def render(  # noqa: PLR0913 -- one argument a fact of the page
    shape: Field,
    view: Mapping[str, Any],
    powers: Powers,
    *,
    at: Path = (),
    is_all_open: bool = False,
    is_flat: bool = False,
    is_new: bool = False,
    owns_new: bool = False,
    choices: Choices | None = None,
    words: Words = plainly,
    version: str = "",
    token: str = "",
) -> FormModel:
    """Return the form of a record or of a part of it.

    Args:
        shape: the record's fields.
        view: the record as `redact` shows it to this person.
        powers: what the person may do with it.
        at: the part; list items by 编号, or by number where they have none.
        is_all_open: every list item is a form; otherwise items of lists with 编号 are folded.
        is_flat: of a record only its single fields, no group and no list.
        is_new: the record is not there yet; ``view`` holds what is known of it.
        owns_new: an item to be added is the person's own word, whatever its labels, as a mandatory report is.
        choices: the words to pick, by what a field points to.
        words: how a value that stands fast is read: ids as names, a time as people write it.
        version: blob id of what was read.
        token: random signs of the page.

    Raises:
        NoSuchPlace: there is no such part, or none for this person.
    """
    maker = _Maker(powers, choices or {}, words, is_all_open=is_all_open, owns_new=owns_new)
    grant = (powers.edits or frozenset()) | (powers.appends or frozenset()) if is_new else None
    here = _Here(shape, view, (), shape.clearance, is_own=False, is_required=False, grant=grant)
    for step in at:
        here = maker.into(here, step)
    node = maker.part(here, is_flat=is_flat)
    return FormModel(_title(at, here), node, version, token, dict(choices or {}))


def sections(shape: Field, view: Mapping[str, Any], powers: Powers) -> tuple[str, ...]:
    """Return the keys of a record's groups and lists of which there is a form for this person."""
    maker = _Maker(powers, {}, plainly, is_all_open=False)
    here = _Here(shape, view, (), shape.clearance, is_own=False, is_required=False)
    return tuple(
        key
        for key, field in shape.children.items()
        if field.type in ("object", "array") and maker.node(maker.child(here, key))
    )


@dataclass(frozen=True, slots=True)
class _Here:
    """A place on the way down: what guards it, and whose words stand there.

    ``guards``: labels that a change needs besides; whoever is named as an item's writer sees the whole item.
    ``grant``: in an item that is not there yet, the labels that may be written with; None elsewhere.
    """

    field: Field
    value: Any
    path: Path
    labels: frozenset[str]
    is_own: bool
    is_required: bool
    grant: frozenset[str] | None = None
    guards: frozenset[str] = frozenset()


class _Maker:
    def __init__(
        self,
        powers: Powers,
        choices: Choices,
        words: Words,
        *,
        is_all_open: bool,
        owns_new: bool = False,
    ) -> None:
        self._owns_new = owns_new
        self._powers = powers
        self._sees = powers.sees or frozenset()
        self._choices = choices
        self._words_of = words
        self._is_all_open = is_all_open

    def into(self, here: _Here, step: str | int) -> _Here:
        if here.field.type == "array":
            found = [each for each in self._items(here) if each.path[-1] == step]
        else:
            found = [self.child(here, str(step))] if str(step) in here.field.children else []
        if not found:
            raise NoSuchPlace((*here.path, step))
        return found[0]

    def part(self, here: _Here, *, is_flat: bool) -> tuple[Node, ...]:
        if here.field.type == "object":
            return tuple(node for node in self._inside(here) if not is_flat or isinstance(node, Control))
        node = self.node(here)
        return (node,) if node else ()

    def child(self, here: _Here, key: str) -> _Here:
        field = here.field.child(key) or Field()
        held = here.value if isinstance(here.value, Mapping) else {}
        return _Here(
            field,
            held.get(key),
            (*here.path, key),
            here.labels | field.clearance,
            here.is_own,
            key in here.field.required,
            here.grant,
            shape_labels(here.field) if key in WRITERS else frozenset(),
        )

    def node(self, here: _Here) -> Node | None:
        if here.field.type == "array":
            return self._list(here)
        if here.value is HIDDEN or not self._is_shown(here):
            return None
        if here.field.type != "object":
            return self._control(here)
        inner = tuple(self._inside(here))
        return Group(here.path, here.field.key, inner, hint_of(here.field)) if inner else None

    def _inside(self, here: _Here) -> Iterator[Node]:
        if here.field.is_open:
            for key in here.value if isinstance(here.value, Mapping) else ():
                field = replace(here.field.item or Field(type="string"), key=str(key))
                made = self.node(
                    _Here(
                        field, here.value[key], (*here.path, key), here.labels, here.is_own, is_required=False
                    )
                )
                if made:
                    yield made
            return
        for key in here.field.children:
            node = self.node(self.child(here, key))
            if node is not None:
                yield node

    def _control(self, here: _Here) -> Control | None:
        field, value = here.field, here.value
        look = look_of(field, value, self._choices) if self._may_set(here) else Look.SHOWN
        if look is Look.SHOWN and value is None:
            return None
        current = [value] if isinstance(value, str) and value else []
        offered: tuple[Choice, ...] = ()
        if look is Look.PICK:
            offered = picked(field, self._choices, self._opens(here), current)
        return Control(
            here.path,
            field.key,
            look,
            field.type,
            value,
            self._told(here.field, value) if look is Look.SHOWN else text_of(value, look),
            _unless_picked(field, hint_of(field, value if here.grant is None else None), offered),
            field.unit,
            here.is_required,
            offered,
        )

    def _told(self, field: Field, value: Any) -> str:
        """Return what stands fast as it is read; the number of a thing stays its number."""
        return plainly(field, value) if field.key == ID else self._words_of(field, value)

    def _list(self, here: _Here) -> Node | None:
        item = here.field.item or Field()
        if item.type == "object":
            return self._rows(here)
        if not self._is_shown(here):
            return None
        texts = [str(each) for each in here.value] if isinstance(here.value, list) else []
        if (
            not item.values
            and not item.ref
            and (item.definition == "note" or any(_is_odd(each) for each in texts))
        ):
            return self._rows(here)
        return self._words(here, item, texts)

    def _words(self, here: _Here, item: Field, texts: list[str]) -> Control | None:
        opens = self._opens(here)
        is_partial = (
            here.grant is None
            and not here.is_own
            and any(not each.clearance <= self._sees for each in item.values.values())
        )
        may_set = self._may_set(here) and (
            here.is_own
            or here.grant is not None
            or shape_labels(here.field) <= (self._powers.edits or frozenset())
        )
        is_adding = not may_set and self._grant(here) is not None and not here.is_own
        if is_adding or is_partial:
            opens = self._grant(here)
        value = list(texts) if texts else None
        if not may_set and not (is_adding and item.values):
            # Only of a closed list can more be ticked while what stands is locked.
            shown = Control(here.path, here.field.key, Look.SHOWN, "string", value, self._told(item, value))
            return shown if texts else None
        look = Look.CHECKS if item.values else Look.PICKS if self._is_picked(item) else Look.LINES
        return Control(
            here.path,
            here.field.key,
            look,
            item.type,
            value,
            "\n".join(texts),
            hint_of(here.field),
            is_required=here.is_required,
            choices=picked(item, self._choices, opens, texts) if look is not Look.LINES else (),
            locked=tuple(texts) if is_adding or is_partial else (),
            is_adding=is_adding or is_partial,
        )

    def _is_picked(self, item: Field) -> bool:
        """Whether the words of a list are picked; what there is nothing or too much to pick from is typed."""
        return bool(item.ref) and is_offered(item, self._choices)

    def _rows(self, here: _Here) -> Rows | None:
        items = tuple(self._item(each) for each in self._items(here))
        blank = self._blank(here)
        if not items and blank is None:
            return None
        rule = here.field.id_rule
        return Rows(
            here.path,
            here.field.key,
            items,
            blank,
            rule.prefix if rule else "",
            (rule.date_key or "") if rule else "",
            is_plain=(here.field.item or Field()).type != "object",
            hint=hint_of(here.field),
        )

    def _items(self, here: _Here) -> Iterator[_Here]:
        """Yield the items that are shown; those that cannot be named from outside are left as they are."""
        shape = here.field.item or Field()
        for place, value in enumerate(here.value if isinstance(here.value, list) else ()):
            named = value.get(ID) if isinstance(value, Mapping) else None
            if named is None and here.field.id_rule is not None and here.grant is None:
                continue
            is_own = here.is_own or is_written_by(value, self._powers.staff)
            labels = here.labels | shape.clearance | item_labels(shape, value)
            step = place if named is None else str(named)
            yield _Here(shape, value, (*here.path, step), labels, is_own, is_required=True, grant=here.grant)

    def _item(self, here: _Here) -> Item:
        is_open = self._is_all_open or not isinstance(here.path[-1], str)
        return Item(
            here.path,
            summary_of(here.field, here.value, self._choices),
            tuple(self._fields(here)) if is_open else (),
            can_go=self._may_go(here),
        )

    def _fields(self, here: _Here) -> Iterator[Node]:
        if here.field.type == "object":
            yield from self._inside(here)
        else:
            made = self._control(here)
            if made:
                yield replace(made, title="", is_required=True)

    def _blank(self, here: _Here) -> Item | None:
        grant = self._grant(here)
        shape = here.field.item or Field()
        if grant is None and not here.is_own and not self._owns_new:
            return None
        value = {key: self._powers.staff for key in WRITERS if key in shape.children} or None
        made = _Here(
            shape,
            value,
            (*here.path, NEW),
            here.labels | shape.clearance,
            here.is_own or self._owns_new,
            is_required=False,
            grant=grant if grant is not None else frozenset(),
        )
        nodes = tuple(node for node in self._fields(made) if not _is_number(node, here.field))
        return Item(made.path, "", nodes) if nodes else None

    def _grant(self, here: _Here) -> frozenset[str] | None:
        """Return the labels that a new item may be written with; None where none may be added."""
        if here.grant is not None:
            return here.grant
        needed = here.labels | (here.field.item.clearance if here.field.item else frozenset())
        edits, appends = self._powers.edits, self._powers.appends
        held = edits if here.path and here.path[-1] in BY_EDIT else appends
        found = [each for each in (edits, held) if each is not None and needed <= each]
        return max(found, key=len) if found else None

    def _is_shown(self, here: _Here) -> bool:
        if here.is_own:
            return True
        return here.labels <= (self._sees if here.grant is None else here.grant)

    def _may_set(self, here: _Here) -> bool:
        key = here.path[-1] if here.path else ""
        edits = self._powers.edits
        if here.grant is not None:
            return here.is_own or here.labels <= here.grant
        if key == ID and here.value is not None:
            return False
        if key in WRITERS and here.value is not None:
            return edits is not None and here.labels | here.guards <= edits
        if here.is_own:
            return True
        return edits is not None and here.labels <= edits

    def _may_go(self, here: _Here) -> bool:
        if here.grant is not None:
            return False
        edits = self._powers.edits
        return here.is_own or (edits is not None and here.labels | shape_labels(here.field) <= edits)

    def _opens(self, here: _Here) -> frozenset[str] | None:
        if here.is_own:
            return None
        return here.grant if here.grant is not None else self._powers.edits


def _is_number(node: Node, rows: Field) -> bool:
    """Whether a field is the 编号 that the program itself gives."""
    return rows.id_rule is not None and isinstance(node, Control) and node.path[-1] == ID


def _is_odd(text: str) -> bool:
    """Whether a text would not come back from a list of lines as it is."""
    return "\n" in text or text != text.strip() or not text


def _title(at: Path, here: _Here) -> str:
    if not at:
        return ""
    if isinstance(here.value, Mapping) and here.value.get("类型"):
        return str(here.value["类型"])
    return str(next((step for step in reversed(at) if isinstance(step, str) and not step.isascii()), ""))


def _unless_picked(field: Field, hint: str, offered: tuple[Choice, ...]) -> str:
    """Return a hint, "" where it says how to write what is picked from a list."""
    return "" if offered and hint == field.pattern_hint else hint
