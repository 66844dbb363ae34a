"""A form as data: what is on the page, and so all that a post can speak of."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from guanai.yamlfile import Path, pointer


class Look(StrEnum):
    """How a value is typed or picked."""

    TEXT = "text"
    LONG = "long"
    DATE = "date"
    INSTANT = "instant"
    TIME = "time"
    NUMBER = "number"
    PICK = "pick"
    YES_NO = "yes-no"
    CHECKS = "checks"
    PICKS = "picks"
    LINES = "lines"
    SHOWN = "shown"


#: Looks whose value is a list.
MANY = frozenset({Look.CHECKS, Look.PICKS, Look.LINES})


@dataclass(frozen=True, slots=True)
class Choice:
    """One word to pick, and what it is called."""

    value: str
    title: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Control:
    """One field.

    Attributes:
        path: its place in the record.
        title: what it is called.
        look: how it is filled in; `Look.SHOWN` cannot be.
        type: JSON type of the value, of a list's items for looks of `MANY`.
        value: what stands there, None for nothing.
        text: the same as it stands in the page; of several values "".
        hint: what to write.
        unit: unit of a number.
        is_required: it may not be left empty.
        choices: the words to pick; of a text those to complete from.
        locked: words that stay: the list may hold others that this person may not see.
        is_adding: only new words can be given.
    """

    path: Path
    title: str
    look: Look
    type: str = "string"
    value: Any = None
    text: str = ""
    hint: str = ""
    unit: str = ""
    is_required: bool = False
    choices: tuple[Choice, ...] = ()
    locked: tuple[str, ...] = ()
    is_adding: bool = False

    @property
    def name(self) -> str:
        """The name under which it is posted."""
        return pointer(self.path)

    @property
    def values(self) -> tuple[str, ...]:
        """The several values as text."""
        return tuple(map(str, self.value)) if isinstance(self.value, list) else ()

    @property
    def is_filled(self) -> bool:
        """Whether anything stands there."""
        return self.value is not None


@dataclass(frozen=True, slots=True)
class Group:
    """Fields under one heading."""

    path: Path
    title: str
    nodes: "tuple[Node, ...]"
    hint: str = ""

    @property
    def is_filled(self) -> bool:
        """Whether anything in it stands there."""
        return any(node.is_filled for node in self.nodes)


@dataclass(frozen=True, slots=True)
class Item:
    """An item of a list; without nodes it is folded: a line that tells what it is."""

    path: Path
    summary: str
    nodes: "tuple[Node, ...]" = ()
    can_go: bool = False
    is_going: bool = False

    @property
    def name(self) -> str:
        """Its place as it is posted; with a dash in front, to take it away."""
        return pointer(self.path)


@dataclass(frozen=True, slots=True)
class Rows:
    """A list of items.

    Attributes:
        blank: an item to be filled in, under a step of `NEW`; None where none may be added.
        prefix: letter of the 编号 that new items get, "" where people give it, or there is none.
        day_key: the key of an item whose day is in its 编号, "" for none.
        is_plain: items are single values, not groups of fields.
        blanks: of a form that is shown, the blank items on the page.
        is_begun: the blank item lies open, as it is what the page is for.
    """

    path: Path
    title: str
    items: tuple[Item, ...]
    blank: Item | None = None
    prefix: str = ""
    day_key: str = ""
    is_plain: bool = False
    hint: str = ""
    blanks: tuple[Item, ...] = ()
    is_begun: bool = False

    @property
    def name(self) -> str:
        """Its place."""
        return pointer(self.path)

    @property
    def is_filled(self) -> bool:
        """Whether there is any item."""
        return bool(self.items)


Node = Control | Group | Rows


@dataclass(frozen=True, slots=True)
class FormModel:
    """All that is on the page.

    Attributes:
        title: what is filled in.
        nodes: in order.
        version: blob id of the record that was read, "" for a new one.
        token: random signs of this very page: what is posted twice gets the same 编号 twice.
    """

    title: str
    nodes: tuple[Node, ...]
    version: str = ""
    token: str = ""
    lists: Mapping[str, tuple[Choice, ...]] = field(default_factory=dict)

    def controls(self) -> Iterator[Control]:
        """Yield every field that stands on the page, those of blank items too."""
        yield from _controls(self.nodes)

    @property
    def takes_anything(self) -> bool:
        """Whether there is anything to fill in or to take away; the rest only tells how it stands."""
        return any(each.look is not Look.SHOWN for each in self.controls()) or _can_go(self.nodes)


def _can_go(nodes: tuple[Node, ...]) -> bool:
    for node in nodes:
        if isinstance(node, Group) and _can_go(node.nodes):
            return True
        if isinstance(node, Rows) and any(each.can_go or _can_go(each.nodes) for each in node.items):
            return True
    return False


def _controls(nodes: tuple[Node, ...]) -> Iterator[Control]:
    for node in nodes:
        if isinstance(node, Control):
            yield node
        elif isinstance(node, Group):
            yield from _controls(node.nodes)
        else:
            blanks = node.blanks or ((node.blank,) if node.blank else ())
            for item in (*node.items, *blanks):
                yield from _controls(item.nodes)
