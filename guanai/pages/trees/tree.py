"""A tree: all pages of one audience with their navigation, and the hash by which it is known."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from guanai.pages.audiences import Audience
from guanai.pages.escape import label
from guanai.pages.trees.addresses import Addresses
from guanai.pages.trees.child import child_page
from guanai.pages.trees.gatherings import gathering_pages
from guanai.pages.trees.ledgers import ledger_pages, roster_page
from guanai.pages.trees.overview import overview_page
from guanai.pages.trees.page import Page
from guanai.pages.trees.standing import policy_pages
from guanai.pages.trees.view import View
from guanai.pages.trees.weeks import weeks_page

_FIRST: Final = "index.md"
_OVERVIEW: Final = "概览"


@dataclass(frozen=True, slots=True)
class Chapter:
    """Pages under one name of the navigation; "" for pages that stand there themselves."""

    title: str
    pages: tuple[Page, ...]


@dataclass(frozen=True)
class Tree:
    """All pages of one audience.

    Attributes:
        audience: whose.
        name: what the site is called, not escaped.
        chapters: in the order of the navigation.
        more: links to what is the same for everybody, name and address.
    """

    audience: Audience
    name: str
    chapters: tuple[Chapter, ...]
    more: tuple[tuple[str, str], ...] = ()

    @property
    def pages(self) -> tuple[Page, ...]:
        """The pages in order."""
        return tuple(page for chapter in self.chapters for page in chapter.pages)

    @property
    def site_name(self) -> str:
        """What the site is called, as a builder may print it anywhere."""
        return label(self.name)

    @property
    def nav(self) -> list[dict[str, Any]]:
        """The navigation as `mkdocs.yml` wants it."""
        found: list[dict[str, Any]] = []
        for chapter in self.chapters:
            items = [{self._label(page): page.path} for page in chapter.pages]
            found += [{label(chapter.title): items}] if chapter.title else items
        return [*found, *({label(name): address} for name, address in self.more)]

    def _label(self, page: Page) -> str:
        is_first = page.path == _FIRST and not self.audience.is_of_one_child
        return _OVERVIEW if is_first else label(page.title)

    @cached_property
    def digest(self) -> str:
        """Hash of all that the tree says."""
        told = [self.site_name, self.nav, [(page.path, page.text) for page in self.pages]]
        return hashlib.sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()


def tree_of(view: View, addresses: Addresses | None = None) -> Tree:
    """Return the tree of an audience.

    Args:
        view: the records as it sees them.
        addresses: of the gateway; None for the usual ones.
    """
    where = addresses or Addresses()
    return Tree(
        view.audience,
        view.unit_name,
        tuple(chapter for chapter in _chapters(view, where) if chapter.pages),
        (("使用指南", where.guide),),
    )


def _chapters(view: View, addresses: Addresses) -> Iterator[Chapter]:
    if view.audience.is_of_one_child:
        yield Chapter("", tuple(_children(view, addresses, first=_FIRST)))
        return
    yield Chapter("", (overview_page(view, addresses),))
    if view.audience.is_of_children:
        yield Chapter("学生", (roster_page(view, addresses), *_children(view, addresses)))
    weeks = weeks_page(view, addresses)
    yield Chapter("台账", (*([weeks] if weeks else ()), *ledger_pages(view, addresses)))
    for title, pages in gathering_pages(view, addresses):
        yield Chapter(title, pages)
    yield Chapter("制度", tuple(policy_pages(view, addresses)))


def _children(view: View, addresses: Addresses, first: str = "") -> Iterable[Page]:
    for seen in view.children:
        page = child_page(seen, view, addresses)
        yield Page(first, page.title, page.text, page.records) if first else page
