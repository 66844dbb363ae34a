"""The parts of a record as pages show them, one list or one entry at a time: untouched they change nothing."""

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from guanai.access import FULL, Powers, actor_on, powers_over, redact
from guanai.calendar import SHANGHAI
from guanai.schema import load_schemas
from guanai.store.snapshot import Snapshot
from guanai.store.sources import WorkTree
from guanai.web.forms import Choice, Group, Look, Rows, parse, render, sections
from guanai.web.forms.model import Node
from guanai.web.forms.short import ENTRIES, prepared
from guanai.web.forms.ways import entry_kinds
from guanai.yamlfile import Path as Place

ON, NOW = date(2026, 11, 20), datetime(2026, 11, 20, 9, 30, tzinfo=SHANGHAI)
SCHEMAS = load_schemas()
KNOWN = Snapshot(WorkTree(Path(__file__).parents[2]), SCHEMAS)
CHOICES = {
    "staff": tuple(Choice(key, person.name) for key, person in KNOWN.staff.items()),
    "class": tuple(Choice(each.id, each.id) for each in KNOWN.school.classes),
}
EVERYTHING = Powers("", FULL, FULL, FULL, frozenset(), frozenset())


def _posted(nodes: tuple[Node, ...], *, with_blanks: bool) -> Iterator[tuple[str, str]]:
    """Yield what a browser posts of a page that nobody touched."""
    for node in nodes:
        if isinstance(node, Group):
            yield from _posted(node.nodes, with_blanks=with_blanks)
        elif isinstance(node, Rows):
            for item in (*node.items, *((node.blank,) if node.blank and with_blanks else ())):
                yield from _posted(item.nodes, with_blanks=with_blanks)
        elif node.look in (Look.CHECKS, Look.PICKS):
            yield f"?{node.name}", "1"
            yield from ((node.name, each) for each in node.values)
        elif node.look is not Look.SHOWN:
            yield node.name, node.text.replace("\n", "\r\n")


def _readers(kind: str, data: Any) -> Iterator[Powers]:
    seen = set()
    yield EVERYTHING
    for person in KNOWN.staff.values():
        powers = powers_over(actor_on(person, ON), kind, data, KNOWN.access, on=ON)
        rights = (powers.sees, powers.appends, powers.edits)
        if powers.sees is not None and rights not in seen:
            seen.add(rights)
            yield powers


def _parts(view: Any, keys: tuple[str, ...]) -> Iterator[Place]:
    for key in keys:
        yield (key,)
        held = view.get(key)
        for item in held if isinstance(held, list) else ():
            if isinstance(item, dict) and "编号" in item:
                yield (key, item["编号"])


@pytest.mark.parametrize("kind", SCHEMAS.kinds)
def test_every_part_of_a_record_posted_unchanged_is_an_empty_patch(kind: str) -> None:
    shape, tried = SCHEMAS.record(kind), 0
    for record in KNOWN.ids(kind)[:8]:
        data = KNOWN.mapping(kind, record)
        for powers in _readers(kind, data):
            view = redact(shape, data, powers.sees or frozenset(), reader=powers.staff)
            keys = sections(shape, view, powers)
            for at in (*_parts(view, keys), ()):
                model = render(shape, view, powers, at=at, is_flat=not at and bool(keys), choices=CHOICES)
                parsed = parse(model, _posted(model.nodes, with_blanks=True))
                assert (parsed.changes, dict(parsed.errors)) == ((), {}), (record, at, powers)
                tried += 1
    assert tried


@pytest.mark.parametrize("kind", entry_kinds())
def test_a_short_form_that_nobody_touched_adds_nothing(kind: str) -> None:
    child = KNOWN.mapping("student", KNOWN.ids("student")[0])
    for powers in _readers("student", child):
        view = redact(SCHEMAS.record("student"), child, powers.sees or frozenset(), reader=powers.staff)
        try:
            model = render(SCHEMAS.record("student"), view, powers, at=(ENTRIES,), choices=CHOICES)
        except LookupError:
            continue
        model = prepared(model, kind, now=NOW, given={})
        assert parse(model, _posted(model.nodes, with_blanks=True)).changes == ()
