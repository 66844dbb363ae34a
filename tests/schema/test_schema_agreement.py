"""The fast validator and the one that finds words agree on everything people can type."""

import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from guanai.paths import kind_of
from guanai.schema import load_schemas
from guanai.schema.wording import explain
from guanai.yamlfile import Loaded, Unwritable, dump, load

_ROOT = Path(__file__).resolve().parents[2]
_FILES = sorted((_ROOT / "records").rglob("*.yml"))
_RECORDS = [
    (kind_of(file.relative_to(_ROOT).as_posix()) or "", load(file.read_bytes(), file.name).data)
    for file in _FILES[::6]
]
_LEAVES = [
    "2026-02-30", "2028-02-29", "2026-09-01\n", "２０２６-09-01", "T-3XK9", "T-3XK9\n", "黄", "紫", "", " ", "S2024-7K3QD", "-", "13800000000",
    "2026-11-02T16:40+08:00", "2026-11-02T24:00+08:00", "٢٠٢٦-٠٩-٠١", "𠮷", "a" * 201, "x" * 20001,
]  # fmt: skip
_JUNK = st.one_of(
    st.sampled_from(_LEAVES), st.text(max_size=12), st.integers(-5, 400), st.floats(allow_nan=False, allow_infinity=False), st.booleans(), st.none(),
    st.just([]), st.just({}), st.lists(st.sampled_from(_LEAVES), max_size=3), st.dictionaries(st.sampled_from(["姓名", "编号", "x"]), st.sampled_from(_LEAVES), max_size=2),
)  # fmt: skip


def _places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if path:
        yield path
    if isinstance(value, dict):
        for key, child in value.items():
            yield from _places(child, (*path, key))
    elif isinstance(value, list):
        for place, child in enumerate(value):
            yield from _places(child, (*path, place))


_PLACES = [(kind, record, list(_places(record))) for kind, record in _RECORDS]


@st.composite
def _damaged(draw: st.DrawFn) -> tuple[str, Any]:
    kind, record, places = draw(st.sampled_from(_PLACES))
    damaged = copy.deepcopy(record)
    holder, path = damaged, draw(st.sampled_from(places))
    for step in path[:-1]:
        holder = holder[step]
    how = draw(st.sampled_from(["replace", "delete", "add"]))
    if how == "delete":
        del holder[path[-1]]
    elif how == "add" and isinstance(holder, dict):
        holder[draw(st.sampled_from(["姓名", "不认识的", "备注", "起", "止", "密级"]))] = draw(_JUNK)
    else:
        holder[path[-1]] = draw(_JUNK)
    return kind, damaged


def _told(kind: str, data: Any) -> list[Any]:
    schemas = load_schemas()
    sources = {f"{each}.schema.json": schemas.source(each) for each in (*schemas.kinds, "defs")}
    return list(explain(sources, kind, schemas.record(kind), Loaded("x.yml", "编号: x\n", data, ())))


@settings(max_examples=400, deadline=None)
@given(_damaged())
def test_both_validators_say_the_same(case: tuple[str, Any]) -> None:
    kind, data = case
    assert load_schemas().is_valid(kind, data) == (not _told(kind, data))


def test_every_sample_record_is_valid_for_both() -> None:
    assert all(load_schemas().is_valid(kind, data) and not _told(kind, data) for kind, data in _RECORDS)


@settings(max_examples=60, deadline=None)
@given(_damaged())
def test_a_problem_always_has_a_line_and_a_chinese_sentence(case: tuple[str, Any]) -> None:
    kind, data = case
    if not isinstance(data, dict) or None in data.values():
        return
    try:
        loaded = load(dump(data).encode(), "x.yml")
    except Unwritable:
        return
    for problem in load_schemas().problems(kind, loaded):
        assert 1 <= problem.line <= loaded.text.count("\n") + 1
        assert any("一" <= sign <= "鿿" for sign in problem.message)
