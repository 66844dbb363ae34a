"""A page: Markdown for the headings, blocks of HTML of our own making for tables and figures, all words escaped.

A block stands alone: its first line begins with ``<div class="g-``, its last is ``</div>`` and no line between is
that. Markdown passes it through; a builder that knows the mark need not even look at it.
"""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from guanai.pages.escape import inline, label

#: A block as it stands in the Markdown.
BLOCK: Final = re.compile(r'^<div class="g-[a-z]+">\n(?:.*\n)*?</div>$', re.MULTILINE)

_ADDRESS: Final = re.compile(r"[\w./~-]*")

#: Words that are markup already: escaped text and tags of ours.
Markup = str


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a tree.

    Attributes:
        path: below the tree's root, ``students/S2024-7K3QD.md``.
        title: words for the navigation, not escaped.
        text: Markdown.
        records: ids of the records it was made from.
    """

    path: str
    title: str
    text: str
    records: frozenset[str] = frozenset()

    @property
    def url(self) -> str:
        """Where it is served, relative to the tree's root: ``students/S2024-7K3QD/``, "" for the first page."""
        place = self.path.removesuffix(".md")
        return f"{place.removesuffix('index')}" if place.endswith("index") else f"{place}/"


@dataclass(slots=True)
class Sheet:
    """A page in the making."""

    path: str
    title: str
    _parts: list[str] = field(default_factory=list)
    _records: set[str] = field(default_factory=set)
    _headings: int = 0

    def heading(self, words: str, anchor: str = "") -> None:
        """Begin a section; its anchor tells nothing of its words."""
        self._headings += 1
        self._parts.append(f"## {inline(words)} {{#{anchor or f's{self._headings}'}}}")

    def paragraph(self, words: str) -> None:
        """Add a paragraph of words."""
        self._parts.append(inline(words))

    def block(self, name: str, lines: Iterable[Markup]) -> None:
        """Add a block of HTML; nothing for no lines."""
        kept = [line for line in lines if line]
        if kept:
            self._parts.append("\n".join((f'<div class="g-{name}">', *kept, "</div>")))

    def table(self, head: Sequence[str], rows: Iterable[Sequence[Markup]], caption: str = "") -> None:
        """Add a table: words above, markup in the cells; nothing for no rows."""
        self.block("table", table(head, rows, caption))

    def facts(self, pairs: Iterable[tuple[str, Markup]]) -> None:
        """Add a list of facts: words and markup."""
        self.block("facts", facts(pairs))

    def made_from(self, *record_ids: str) -> None:
        """Note which records the page tells of."""
        self._records.update(record_ids)

    def page(self) -> Page:
        """Return the page."""
        shown = json.dumps(label(self.title), ensure_ascii=False)
        parts = (f"---\ntitle: {shown}\n---", f"# {inline(self.title)} {{#top}}", *self._parts)
        return Page(self.path, self.title, "\n\n".join(parts) + "\n", frozenset(self._records))


def facts(pairs: Iterable[tuple[str, Markup]]) -> Iterator[Markup]:
    """Yield the lines of a list of facts, none for no facts."""
    lines = [f"<dt>{inline(name)}</dt><dd>{value}</dd>" for name, value in pairs if value]
    if lines:
        yield from ("<dl>", *lines, "</dl>")


def table(head: Sequence[str], rows: Iterable[Sequence[Markup]], caption: str = "") -> Iterator[Markup]:
    """Yield the lines of a table, none for no rows."""
    lines = [f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows]
    if not lines:
        return
    yield "<table>"
    if caption:
        yield f"<caption>{inline(caption)}</caption>"
    yield f'<thead><tr>{"".join(f"""<th scope="col">{inline(word)}</th>""" for word in head)}</tr></thead>'
    yield from ("<tbody>", *lines, "</tbody>", "</table>")


def link(words: str, target: str) -> Markup:
    """Return a link; the target is an address of ours."""
    return f'<a href="{plain(target)}">{inline(words)}</a>'


def plain(name: str) -> Markup:
    """Return an id or address for an attribute: as it is where it is one, else with every sign escaped."""
    return name if _ADDRESS.fullmatch(name) else inline(name)
