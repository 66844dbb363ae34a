"""Three thousand mixes of hostile words in the files of children stay words on every page of the gateway."""

from collections.abc import Iterator, Mapping
from html.parser import HTMLParser
from random import Random
from typing import Any
from urllib.parse import quote

import pytest

from guanai.schema import Field, load_schemas
from guanai.store.note import Action, Note, Reason
from guanai.yamlfile import dump, load

#: Every name that would have come from a text begins so.
_MARK = "xq7"
_TOKENS = (
    "<xq7 onload=1>", "'\"><xq7 a=1>", '" xq7="1', "' xq7='1", "</textarea><xq7>", "</script><xq7>", "</title><xq7>", "<!--<xq7>-->",
    "<a href=javascript:xq7()>", "javascript:xq7()", "</option></select><xq7>", "&lt;xq7&gt;", "&#60;xq7&#62;", "]]><xq7>", "`", "\\",
    "{{ 7*7 }}", "{% raw %}", "{{ ''|safe }}", "<svg/onload=xq7>", "//xq7.example/", "%22%3E%3Cxq7%3E", "甲", "关爱", "&", '"', "'", "<", ">",
)  # fmt: skip
_MIXES = 3000
#: Texts whose form a rule of the schema demands.
_PLAIN = frozenset({"号码"})


class _Reader(HTMLParser):
    """What of a page came from a text: names of tags and attributes, addresses, comments."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.foreign: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.foreign += [each for each in (tag, *given) if each.startswith((_MARK, "on"))]
        addresses = [given[name] for name in ("href", "src", "action", "formaction") if name in given]
        self.foreign += [
            each for each in addresses if not each.startswith(("/", "#", "?")) or each.startswith("//")
        ]

    def handle_comment(self, data: str) -> None:
        self.foreign.append(data)


class _Poison:
    """Puts a mix into every free text of records, and counts them."""

    def __init__(self) -> None:
        self._dice = Random(20261120)
        self.count = 0

    def of(self, value: Any, shape: Field | None) -> Any:
        if isinstance(value, dict):
            known = {key: shape.child(key) if shape and key not in _PLAIN else None for key in value}
            return {key: self.of(each, known[key]) for key, each in value.items()}
        if isinstance(value, list):
            return [self.of(each, shape.item if shape else None) for each in value]
        if shape is None or shape.definition not in ("text", "note") or not isinstance(value, str):
            return value
        self.count += 1
        return "甲" + "".join(self._dice.choices(_TOKENS, k=self._dice.randint(1, 4)))


@pytest.fixture(scope="module")
def poisoned(changeable: Any) -> tuple[Any, list[str]]:
    """A school in whose files every text is hostile, and the children of whom most is written."""
    store, schemas, poison = changeable.gateway.moments.store, load_schemas(), _Poison()
    snapshot, shape = changeable.gateway.moments.now().snapshot, load_schemas().record("student")
    held = {each: snapshot.mapping("student", each) for each in snapshot.ids("student")}
    written = sorted(held, key=lambda each: -len(str(held[each])))[:6]
    changes = {}
    while poison.count < _MIXES:  # of the same texts in turn: what stood there before is in history
        changes = {
            f"records/students/{each[1:5]}/{each}.yml": dump(
                poison.of(dict(held[each]), shape), shape
            ).encode()
            for each in written
        }
        for path, raw in changes.items():
            assert not schemas.problems("student", load(raw, path)), path
        note = Note(Action.CHANGE, (), "", "程序", Reason.CORRECTION, changeable.clock())
        store.put(changes, note, parent=store.head())
    return changeable, written


def _pages(held: Mapping[str, Any], child: str) -> Iterator[str]:
    """Yield the pages that show what stands in a child's file."""
    yield from (
        f"/students/{child}",
        f"/students/{child}/history",
        f"/students/{child}/compare?from=2026-09-01",
    )
    yield from (
        f"/students/{child}/sight",
        f"/record/{child}/papers",
        f"/child/{child}/edit",
        f"/child/{child}/add/" + quote("谈话"),
    )
    lists = (key for key, value in held.items() if isinstance(value, list | dict))
    yield from (f"/child/{child}/edit?at=/{quote(key)}" for key in lists)
    yield from (f"/papers/{kind}/{child}" for kind in ("student-file", "growth-file", "education-case"))


@pytest.mark.slow
def test_hostile_words_of_a_file_are_words_on_every_page(poisoned: tuple[Any, list[str]]) -> None:
    served, written = poisoned
    browser, snapshot = served.logged_in("校长"), served.gateway.moments.now().snapshot
    addresses = ["/", "/students", "/duties", "/papers"]
    searched = browser.submit("/students", q='"><xq7>').headers["location"]
    addresses += [searched]
    addresses += [page for child in written for page in _pages(snapshot.mapping("student", child), child)]
    told, hits = {}, 0
    for address in addresses:
        answer = browser.get(address)
        assert answer.status_code in (200, 404, 422), address
        hits += _MARK in answer.text
        if foreign := _Reader(answer.text).foreign:
            told[address] = foreign[:3]
    assert told == {}
    assert hits > len(addresses) // 2, "the texts stand on the pages"
