"""Laws of merging, tried on records and edits that nobody would think of."""

import os
import random
from collections import Counter
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

import hypothesis.strategies as st
from hypothesis import HealthCheck, given, settings

from guanai.schema import Field
from guanai.schema.fields import FieldReader
from guanai.store.merge import difference, merge, merge_changes
from guanai.store.merging.weave import weave
from guanai.yamlfile import applied, dump, edit, fmt, load
from guanai.yamlfile.comments import parse, tally
from guanai.yamlfile.layout import render
from guanai.yamlfile.nodes import identical, walk

_TIMES = 40 if os.environ.get("GUANAI_EXHAUSTIVE") else 1

quick = settings(max_examples=25 * _TIMES, deadline=None, suppress_health_check=list(HealthCheck))
thorough = settings(quick, max_examples=50 * _TIMES)


def _text() -> dict[str, Any]:
    return {"type": "string"}


def _list(item: dict[str, Any], **extra: Any) -> dict[str, Any]:
    return {"type": "array", "items": item, **extra}


def _object(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties}


_WORDS = ["家访", "电话", "微信", "面谈"]
_PERSON = {**_object(教师=_text(), 姓名=_text(), 备注=_text()), "x-key": ["教师", "姓名"]}
_ENTRY = _object(
    编号=_text(),
    时间=_text(),
    内容=_text(),
    方式=_list({"type": "string", "enum": _WORDS}),
    参加人=_list(_PERSON),
    步骤=_list(_object(编号=_text(), 内容=_text()), **{"x-id": {"prefix": "Q"}}),
)
_SCHEMA = _object(
    编号=_text(),
    姓名=_text(),
    备注=_text(),
    家庭=_object(
        住址=_text(), 监护人=_list(_object(编号=_text(), 姓名=_text()), **{"x-id": {"prefix": "G"}})
    ),
    标签=_list(_text()),
    记录=_list(_ENTRY, **{"x-id": {"prefix": "E", "date": "时间"}}),
)
SHAPE: Field = FieldReader({}).read(_SCHEMA)

TEXTS = ["", "好", "一般", "第一行\n第二行", "# 不是注释", "a: b", "123", "true", "长" * 30]
IDS = [f"E-{place}" for place in range(2, 10)]
PEOPLE = ["T-AAAA", "T-BBBB", "T-CCCC"]
SEEDS = st.integers(0, 2**40)


def _record(rng: random.Random) -> dict[str, Any]:
    """Return a record with most of its fields; those of the same place often hold the same."""
    family = _some(rng, 住址=rng.choice(TEXTS), 监护人=_named(rng, 2, lambda: {"姓名": rng.choice(TEXTS)}))
    fields = {
        "姓名": rng.choice(TEXTS),
        "备注": rng.choice([*TEXTS, None]),
        "家庭": family or {"住址": "村里"},
        "标签": rng.sample(TEXTS, rng.randint(1, 3)),
        "记录": _named(rng, 4, lambda: _entry(rng)),
    }
    return {"编号": "S2026-AAAAA", **_some(rng, **fields)}


def _entry(rng: random.Random) -> dict[str, Any]:
    return _some(
        rng,
        时间=f"2026-11-{rng.randint(1, 5):02}",
        内容=rng.choice(TEXTS),
        方式=rng.sample(_WORDS, rng.randint(1, 3)),
        参加人=[
            {"教师": who, **_some(rng, 备注=rng.choice(TEXTS))}
            for who in rng.sample(PEOPLE, rng.randint(1, 3))
        ],
        步骤=_named(rng, 2, lambda: {"内容": rng.choice(TEXTS)}),
    )


def _named(rng: random.Random, most: int, make: Callable[[], dict[str, Any]]) -> list[dict[str, Any]]:
    return [{"编号": name, **make()} for name in rng.sample(IDS, rng.randint(1, most))]


def _some(rng: random.Random, **fields: Any) -> dict[str, Any]:
    return {key: value for key, value in fields.items() if rng.random() < 0.7}


def _mixed(data: Any, other: Any, rng: random.Random) -> Any:
    """Return data with some of its parts taken from other data, added or removed."""
    if isinstance(data, dict) and isinstance(other, dict):
        made = {}
        for key in dict.fromkeys([*data, *other]):
            if key == "编号":
                made[key] = data[key]
            elif key in data and key in other:
                made[key] = _mixed(data[key], other[key], rng)
            elif (key in data) == (rng.random() < 0.85):
                made[key] = data.get(key, other.get(key))
        return made
    if isinstance(data, list) and isinstance(other, list):
        return _mixed_list(data, other, rng) or data
    return other if rng.random() < 0.3 else data


def _mixed_list(data: list[Any], other: list[Any], rng: random.Random) -> list[Any]:
    made = [item for item in data if rng.random() < 0.85]
    names = {_name(item): item for item in other}
    made = [_mixed(item, names[_name(item)], rng) if _name(item) in names else item for item in made]
    for item in other:
        if _name(item) not in map(_name, data) and rng.random() < 0.6:
            made.insert(rng.choice([len(made), len(made), rng.randint(0, len(made))]), item)
    return made


def _name(item: Any) -> Any:
    return (item.get("编号") or item.get("教师")) if isinstance(item, dict) else item


def _commented(text: str, who: str, rng: random.Random) -> str:
    """Return a text with a few comments of somebody, in the canonical layout."""
    entries = {entry.line: entry for entry in reversed(list(walk(parse(text).root)))}
    made = []
    for place, line in enumerate(text.split("\n")):
        entry = entries.get(place)
        column = len(line) - len(line.lstrip(" "))
        if entry is not None and rng.random() < 0.12:
            made += [""] * rng.choice((0, 0, 1))
            made.append(f"{' ' * column}# {who} above {place}")
        is_short = entry is not None and entry.node.last == place and entry.node.style not in ("|", ">")
        made.append(line + (f"  # {who} beside {place}" if is_short and rng.random() < 0.08 else ""))
        if is_short and rng.random() < 0.05:
            made.append(f"{' ' * column}# {who} below {place}")
    return fmt("\n".join(made) + (f"# {who} end\n" if rng.random() < 0.1 else ""), SHAPE)


@dataclass(frozen=True)
class Case:
    """A record and what two people made of it."""

    base: str
    mine: str
    theirs: str


@st.composite
def cases(draw: st.DrawFn) -> Case:
    rng = random.Random(draw(SEEDS))
    base, one, other = (_record(rng) for _ in range(3))
    text = _commented(dump(base, SHAPE), "base", rng)
    sides = [
        _commented(_changed(text, _mixed(base, source, rng)), who, rng)
        for who, source in (("mine", one), ("theirs", other))
    ]
    return Case(text, *sides)


def _changed(text: str, wanted: Any) -> str:
    return fmt(edit(text, difference(_data(text), wanted, SHAPE, is_ordered=True), SHAPE), SHAPE)


def _data(text: str) -> Any:
    loaded = load(text.encode(), "f.yml")
    assert loaded.problems == (), text
    return loaded.data


def _comments(text: str) -> Counter[str]:
    return tally(parse(text))


def _leaves(data: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """Yield every value by keys and names, lists of words left out."""
    if isinstance(data, dict):
        for key, value in data.items():
            yield from _leaves(value, (*path, key))
    elif isinstance(data, list):
        for item in data:
            if isinstance(item, dict):
                yield from _leaves(item, (*path, _name(item)))
    else:
        yield path, data


def _named_steps(path: tuple[str | int, ...]) -> tuple[str, ...]:
    """Leave out the places of items without 编号, which are those of one side."""
    return tuple(step for step in path if isinstance(step, str))


def _entries(data: Any) -> set[tuple[Any, ...]]:
    return {path for path, _ in _leaves(data) if path[-1] == "编号"}


@quick
@given(SEEDS)
def test_a_difference_makes_the_one_of_the_other(seed: int) -> None:
    rng = random.Random(seed)
    base = _record(rng)
    other = _mixed(base, _record(rng), rng)
    before = deepcopy(base)
    made = applied(base, difference(base, other, SHAPE, is_ordered=True))
    assert identical(made, other)
    assert base == before
    again = applied(base, difference(base, other, SHAPE))
    assert dict(_leaves(again)) == dict(_leaves(other))
    assert difference(base, base, SHAPE) == ()


@quick
@given(cases())
def test_a_side_that_changed_nothing_leaves_the_other_as_it_is(case: Case) -> None:
    for side in (case.mine, case.theirs):
        assert merge(case.base, side, case.base, SHAPE).text == side
        assert merge(case.base, case.base, side, SHAPE).text == side
        assert merge(case.base, side, side, SHAPE).text == side


@thorough
@given(cases())
def test_so_does_the_engine_without_its_short_cuts(case: Case) -> None:
    base, mine = case.base, case.mine
    for before, one, other in ((base, mine, base), (base, base, mine), (base, mine, mine)):
        woven, clashes = weave(parse(before), parse(one), parse(other), SHAPE)
        assert clashes == ()
        assert render(woven, SHAPE) == case.mine


@thorough
@given(cases())
def test_it_is_the_same_whoever_merges(case: Case) -> None:
    one = merge(case.base, case.mine, case.theirs, SHAPE)
    other = merge(case.base, case.theirs, case.mine, SHAPE)
    assert Counter(
        (_named_steps(clash.path), repr(clash.mine), repr(clash.theirs)) for clash in one.clashes
    ) == Counter((_named_steps(clash.path), repr(clash.theirs), repr(clash.mine)) for clash in other.clashes)
    assert one.renumbered == other.renumbered
    if not one.clashes:
        assert one.text == other.text


@thorough
@given(cases())
def test_the_result_is_canonical_and_readable(case: Case) -> None:
    merged = merge(case.base, case.mine, case.theirs, SHAPE)
    _data(merged.text)
    assert fmt(merged.text, SHAPE) == merged.text


@thorough
@given(cases())
def test_no_new_comment_is_lost(case: Case) -> None:
    merged = merge(case.base, case.mine, case.theirs, SHAPE)
    if merged.clashes:
        return
    there = _comments(merged.text)
    for side in (case.mine, case.theirs):
        new = set(_comments(side)) - set(_comments(case.base))
        assert new <= set(there)


@thorough
@given(cases())
def test_no_entry_is_dropped(case: Case) -> None:
    merged = merge(case.base, case.mine, case.theirs, SHAPE)
    base, mine, theirs, there = (
        _entries(_data(text)) for text in (case.base, case.mine, case.theirs, merged.text)
    )
    if not merged.clashes:
        kept = (mine - base) | (theirs - base) | (mine & theirs)
        assert kept <= there or merged.renumbered
        count = sum(path[0] == "记录" and len(path) == 3 for path in there)
        twins = [old for old, new in merged.renumbered if ("记录", new, "编号") in there]
        expected = {path for path in kept if path[0] == "记录" and len(path) == 3}
        assert count == len(expected) + len(twins)


@thorough
@given(cases())
def test_what_one_side_changed_is_taken(case: Case) -> None:
    merged = merge(case.base, case.mine, case.theirs, SHAPE)
    if merged.clashes or merged.renumbered:
        return
    base, mine, theirs, there = (
        dict(_leaves(_data(text))) for text in (case.base, case.mine, case.theirs, merged.text)
    )
    none = object()
    for path in {*base, *mine, *theirs, *there}:
        before, left, right = (side.get(path, none) for side in (base, mine, theirs))
        assert left == before or right in (before, left), (path, "decided without asking")
        assert there.get(path, none) == (right if left == before else left), path


@thorough
@given(cases())
def test_a_saved_patch_means_what_the_merged_text_means(case: Case) -> None:
    whole = merge(case.base, case.mine, case.theirs, SHAPE)
    base = _data(case.base)
    changes = difference(base, _data(case.mine), SHAPE, is_ordered=True)
    saved = merge_changes(base, changes, case.theirs, SHAPE)
    assert len(saved.clashes) == len(whole.clashes)
    if not (whole.clashes or whole.renumbered):
        assert identical(_data(saved.text), _data(whole.text))
    assert fmt(saved.text, SHAPE) == saved.text
