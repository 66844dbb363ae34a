"""Laws of reading, laying out and editing, tried on records that nobody would write by hand."""

import difflib
import random
from collections import Counter
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

import hypothesis.strategies as st
import pytest
import yaml
from hypothesis import HealthCheck, assume, given, settings
from ruamel.yaml import YAML
from ruamel.yaml.resolver import VersionedResolver

from guanai.yamlfile import Add, Change, Delete, Path, Set, Unreadable, dump, edit, fmt, load
from guanai.yamlfile.builder import build
from guanai.yamlfile.characters import refused_at
from guanai.yamlfile.comments import parse, tally
from guanai.yamlfile.nodes import Kind, identical, walk
from guanai.yamlfile.swift import MISS, read_canonical

quick = settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
thorough = settings(quick, max_examples=100)

NASTY = [
    *("", " ", "  ", "　", "\xa0x", "x　", " x", "x ", "\n", "\n\n", "a\n", "a\n\n", "\na", " \n a", "a\n b\n  c", "  a\nb"),
    *("a\n  ", "a\n\n\nb", "\ta", "a\tb", "a\n\tb", "a\r\nb", "a\rb", "a \nb", "#", "# x", "x #y", "x#y", "#x\n#y", "- x"),
    *("-", "--", "---", "--- x", "...", "... x", "-x", "- ", "?", "? x", "?x", ":", ": ", ":x", "x:", "x: y", "x:y", "x：y"),
    *("no", "No", "yes", "on", "off", "y", "n", "null", "Null", "~", "true", "True", "false", "0", "00", "0123", "0o17"),
    *("0x1F", "1e3", "1.5", ".5", "5.", "+1", "-1", "1_000", "12:30", "08:30", "17:00", "190:20:30", "2026-11-02", "0b11"),
    *("2026-11-02T16:40+08:00", "2001-12-14 21:59:43.10 -5", "1234567890123456789", ".inf", "-.INF", ".nan", "1e999", "<<"),
    *("=", "@x", "`x`", "%x", "%YAML 1.2", "&x", "*x", "!x", "! x", "|", "|-", ">", "> x", "[", "]", "{", "}", "[]", "{}", "[a"),
    *("{{ 学生.姓名 }}", ",", "a, b", "a，b", "'", '"', "''", '"x"', "'x'", "it's", "\\", "\\n", "C:\\书", "“x”", "‘x’"),
    *("“x", "x”", "”x“", "\uff02x\uff02", "\uff3bx\uff3d", "\uff13", "\uff12\uff10\uff12\uff16\uff0d\uff11\uff11", "阿依古丽·买买提", "𠮷", "㛃", "玥", "👩‍👧", "a\u200eb", "\u200ex"),
    *("姓名：张三", "姓名:张三", "姓名: 张三", "-姓名", "<<<<<<< HEAD", "=======", "长" * 300, "a\n# b\nc", "a\n- b", "a: b\nc"),
    *("一\n　二\n　　三", "\u3000\u3000段落\n\u3000\u3000段落", "\u2060x", "é", "e\u0301", "x\u3000\ny", "\n  x", "\n\n  x\ny", "   \nx"),
]  # fmt: skip
REFUSED = [chr(code) for code in (*range(0x2028, 0x202F), *range(0x2066, 0x206A), 0xFEFF, 0xFFFE, 0xFFFF)]
CHARACTERS = st.characters(exclude_categories=["Cs", "Cc", "Cn"], exclude_characters=REFUSED)
TEXTS = st.one_of(
    st.sampled_from(NASTY),
    st.text(CHARACTERS, max_size=12),
    st.text("ab 中：:#-\n\t'\"\\[]{}|>&*!%@,?.0~", max_size=10),
)
SCALARS = st.one_of(
    TEXTS,
    TEXTS,
    st.none(),
    st.booleans(),
    st.integers(-(2**53), 2**53),
    st.floats(allow_nan=False, allow_infinity=False),
)
KEYS = st.one_of(
    st.sampled_from(["编号", "姓名", "家庭", "住址", "备注", "电话", "a", "b"]),
    TEXTS.filter(lambda text: len(text) < 100),
)
DATA = st.dictionaries(
    KEYS,
    st.recursive(
        SCALARS,
        lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(KEYS, inner, max_size=4)),
        max_leaves=8,
    ),
    max_size=6,
)


@dataclass
class Fields:
    """A schema of a few keys, the same at every depth."""

    keys: tuple[str, ...] = ("编号", "姓名", "b", "电话", "家庭")
    is_text: bool = False
    texts: frozenset[str] = field(default_factory=frozenset)

    def child(self, key: str | int) -> "Fields":
        return Fields(self.keys, is_text=key in self.texts, texts=self.texts)


class CoreResolver(VersionedResolver):
    """YAML 1.2 without timestamps, which its core schema does not have."""

    @property
    def versioned_resolver(self) -> Any:
        return {
            first: [(tag, pattern) for tag, pattern in rules if not tag.endswith(":timestamp")]
            for first, rules in super().versioned_resolver.items()
        }


def read(text: str) -> Any:
    loaded = load(text.encode(), "f.yml")
    assert loaded.problems == (), (text, loaded.problems)
    return loaded.data


def commented(text: str, seed: int) -> str:
    """Return a canonical text with comments and blank lines strewn over it, each comment told by its number."""
    rng = random.Random(seed)  # strews comments, guards nothing
    lines = text.split("\n")
    entries = {entry.line: entry for entry in reversed(list(walk(parse(text).root)))}
    made: list[str] = []
    for place, line in enumerate(lines[:-1]):
        entry = entries.get(place)
        column = len(line) - len(line.lstrip(" "))
        if entry is not None and rng.random() < 0.3:
            made += [""] * rng.choice((0, 0, 1, 2))
            made += [f"{' ' * column}# above {place}.{n}" for n in range(rng.choice((0, 1, 2)))]
        beside = (
            entry is not None and entry.node.last == place and not entry.node.is_block and rng.random() < 0.2
        )
        made.append(line + (f"  # beside {place}" if beside else ""))
        after = lines[place + 1]
        next_column = len(after) - len(after.lstrip(" "))
        is_end = entry is not None and entry.node.kind is Kind.SCALAR and entry.node.last == place
        if (
            is_end
            and (place + 2 == len(lines) or place + 1 in entries)
            and next_column < column
            and rng.random() < 0.4
        ):
            made.append(f"{' ' * column}# tail {place}")
    return "\n".join([*made, *(["# foot"] if rng.random() < 0.3 else [])]) + "\n"


def comments(text: str) -> Counter[str]:
    return tally(parse(text))


def places(data: Any, path: Path = ()) -> list[Path]:
    """Return the paths of all values below the root."""
    pairs = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    return [found for step, value in pairs for found in ((*path, step), *places(value, (*path, step)))]


def at(data: Any, path: Path) -> Any:
    for step in path:
        data = data[step]
    return data


def modelled(data: Any, change: Change) -> Any:
    """Return what a change means, in the plainest words."""
    data = deepcopy(data)
    *up, last = change.path
    holder = at(data, tuple(up))
    if isinstance(change, Set):
        holder[last] = change.value
    elif isinstance(change, Add):
        holder[last] = [*(holder.get(last) or [] if isinstance(holder, dict) else holder[last]), change.value]
    else:
        del holder[last]
        while up and not holder:
            *up, last = up
            holder = at(data, tuple(up))
            del holder[last]
    return data


def changed_lines(before: str, after: str) -> tuple[list[str], list[str]]:
    """Return the lines that went and those that came."""
    diff = list(difflib.ndiff(before.split("\n"), after.split("\n")))
    return [line[2:] for line in diff if line[0] == "-"], [line[2:] for line in diff if line[0] == "+"]


@quick
@given(DATA)
def test_what_is_dumped_is_loaded_again(data: Any) -> None:
    assert identical(read(dump(data)), data)


@quick
@given(DATA)
def test_old_yaml_readers_read_the_same_data_from_what_we_write(data: Any) -> None:
    assert identical(yaml.safe_load(dump(data)), data)


@quick
@given(DATA)
def test_ruamel_reads_the_same_data_from_what_we_write(data: Any) -> None:
    reader = YAML(typ="safe", pure=True)
    reader.Resolver = CoreResolver
    assert identical(reader.load(dump(data)), data)


@quick
@given(DATA, st.integers())
def test_layout_is_a_fixed_point_and_keeps_data_and_comments(data: Any, seed: int) -> None:
    text = commented(dump(data), seed)
    for shape in (None, Fields()):
        once = fmt(text, shape)
        assert identical(read(once), data)
        assert comments(once) == comments(text)
        assert fmt(once, shape) == once


@quick
@given(DATA, st.sampled_from([None, False]))
def test_layout_keeps_the_data_of_other_writers(data: Any, flow: bool | None) -> None:  # noqa: FBT001  # drawn
    text = yaml.safe_dump(data, allow_unicode=True, sort_keys=False, default_flow_style=flow, width=30)
    loaded = load(text.encode(), "f.yml")
    assume(loaded.data is not None)
    once = fmt(text, None)
    assert identical(load(once.encode(), "f.yml").data, loaded.data)
    assert fmt(once, None) == once


@quick
@given(DATA, st.integers(), st.data())
def test_an_edit_that_changes_nothing_changes_no_byte(data: Any, seed: int, draw: st.DataObject) -> None:
    text = commented(dump(data), seed)
    paths = places(data)
    assume(paths)
    path = draw.draw(st.sampled_from(paths))
    assert edit(text, [Set(path, at(data, path))]) == text
    assert edit(text, []) == text


@thorough
@given(DATA, st.integers(), st.data())
def test_a_one_line_value_changes_one_line(data: Any, seed: int, draw: st.DataObject) -> None:
    text = commented(dump(data), seed)
    paths = [
        path
        for path in places(data)
        if not isinstance(at(data, path), (dict, list)) and "\n" not in str(at(data, path))
    ]
    assume(paths)
    path = draw.draw(st.sampled_from(paths))
    value = draw.draw(SCALARS.filter(lambda value: "\n" not in str(value)))
    assume(not identical(value, at(data, path)))
    result = edit(text, [Set(path, value)])
    assert identical(read(result), modelled(data, Set(path, value)))
    before, after = text.split("\n"), result.split("\n")
    assert len(before) == len(after)
    assert sum(one != other for one, other in zip(before, after, strict=True)) == 1
    assert comments(result) == comments(text)


@thorough
@given(DATA, st.integers(), st.data())
def test_any_value_may_become_any_other(data: Any, seed: int, draw: st.DataObject) -> None:
    text = commented(dump(data), seed)
    paths = places(data)
    assume(paths)
    change = Set(
        draw.draw(st.sampled_from(paths)), draw.draw(st.one_of(DATA, st.lists(SCALARS, max_size=3), SCALARS))
    )
    result = edit(text, [change], draw.draw(st.sampled_from([None, Fields()])))
    assert identical(read(result), modelled(data, change))
    assert comments(result) <= comments(text)
    gone, _ = changed_lines(text, result)
    assert len(gone) <= len(dump({"": at(data, change.path)}).split("\n")) + sum(comments(text).values()) * 3


@thorough
@given(DATA, st.integers(), st.data())
def test_adding_adds_lines_and_takes_none_away(data: Any, seed: int, draw: st.DataObject) -> None:
    text = commented(dump(data), seed)
    lists = [path for path in places(data) if isinstance(at(data, path), list) and at(data, path)]
    assume(lists)
    change = Add(draw.draw(st.sampled_from(lists)), draw.draw(st.one_of(DATA, SCALARS)))
    result = edit(text, [change])
    assert identical(read(result), modelled(data, change))
    assert comments(result) == comments(text)
    assert changed_lines(text, result)[0] == []


@thorough
@given(DATA.filter(bool), st.integers(), st.data())
def test_a_new_key_adds_lines_and_takes_none_away(data: Any, seed: int, draw: st.DataObject) -> None:
    shape = Fields()
    text = fmt(commented(dump(data), seed), shape)
    mappings = [(), *(path for path in places(data) if isinstance(at(data, path), dict) and at(data, path))]
    path = draw.draw(st.sampled_from(mappings))
    key = draw.draw(KEYS.filter(lambda key: key not in at(data, path)))
    change = Set((*path, key), draw.draw(st.one_of(DATA, SCALARS)))
    result = edit(text, [change], shape)
    assert identical(read(result), modelled(data, change))
    assert comments(result) == comments(text)
    assert fmt(result, shape) == result


@thorough
@given(DATA, st.integers(), st.data())
def test_deleting_takes_lines_away_and_adds_none(data: Any, seed: int, draw: st.DataObject) -> None:
    text = commented(dump(data), seed)
    paths = places(data)
    assume(len(data) > 1 and paths)
    change = Delete(draw.draw(st.sampled_from(paths)))
    result = edit(text, [change])
    assert identical(read(result), modelled(data, change))
    assert comments(result) <= comments(text)
    came = changed_lines(text, result)[1]
    assert (
        len([line for line in came if "#" not in line]) <= 1
    )  # a dash moves down to the key that is first now


@quick
@given(DATA, st.data())
def test_edits_of_foreign_layouts_mean_the_same(data: Any, draw: st.DataObject) -> None:
    flow = draw.draw(st.sampled_from([None, False, True]))
    text = yaml.safe_dump(
        data,
        allow_unicode=True,
        sort_keys=False,
        default_flow_style=flow,
        width=30,
        indent=draw.draw(st.integers(2, 5)),
    )
    loaded = load(text.encode(), "f.yml")
    assume(loaded.data is not None)
    paths = places(loaded.data)
    assume(paths)
    path = draw.draw(st.sampled_from(paths))
    value = draw.draw(st.one_of(DATA, SCALARS))
    change: Change = draw.draw(st.sampled_from(list[Change]([Set(path, value), Delete(path)])))
    result = edit(text, [change], Fields())
    assert identical(load(result.encode(), "f.yml").data, modelled(loaded.data, change))


@quick
@given(DATA, st.data())
def test_several_changes_at_once_are_the_same_as_one_after_the_other(data: Any, draw: st.DataObject) -> None:
    text = dump(data)
    changes: list[Change] = []
    model = data
    for _ in range(3):
        paths = places(model)
        assume(paths)
        path = draw.draw(st.sampled_from(paths))
        value = draw.draw(SCALARS)
        change: Change = draw.draw(st.sampled_from(list[Change]([Set(path, value), Delete(path)])))
        model = modelled(model, change)
        changes.append(change)
    assert identical(read(edit(text, changes)), model)


BITS = [
    *(" ", "  ", "\n", ":", ": ", "#", " #", "-", "- ", "'", '"', "|", "|-", "|2-", "\\", "[", "]", "{", "}", "&", "!", "*"),
    *("~", "null", "0", "1e3", "：", "“", "”", "，", "...", "---", "\n\n", "\n  ", "\n    ", "?", "%", "@", "　", "a:", "\n# c\n"),
]  # fmt: skip
#: Slips of a keyboard: at which character, what is typed, and how many characters it takes the place of.
SLIPS = st.lists(st.tuples(st.integers(0, 10_000), st.sampled_from(BITS), st.integers(0, 3)), max_size=3)


def slipped(text: str, slips: list[tuple[int, str, int]]) -> str:
    for at, bit, cut in slips:
        place = at % (len(text) + 1)  # in the text as it is now
        text = text[:place] + bit + text[place + cut :]
    return text


@thorough
@given(DATA, SLIPS)
def test_the_fast_path_agrees_with_the_strict_one_or_stays_silent(
    data: Any, slips: list[tuple[int, str, int]]
) -> None:
    text = slipped(dump(data), slips)
    found = read_canonical(text)
    strict, problems = build(text, "f.yml")
    if found is not MISS:
        assert problems == []
        assert identical(found, strict)


@quick
@given(
    st.one_of(
        st.binary(max_size=60), st.text(max_size=60).map(lambda text: text.encode("utf-8", "surrogatepass"))
    )
)
def test_no_bytes_make_loading_raise(raw: bytes) -> None:
    loaded = load(raw, "f.yml")
    assert (loaded.data is None) <= bool(loaded.problems)
    for problem in loaded.problems:
        assert problem.line >= 1
        assert problem.rule.startswith("yaml.")
    assert loaded.line("/a/0") >= 1
    assert loaded.source(("a",)) == "" or loaded.data is not None


@thorough
@given(DATA, SLIPS)
def test_whatever_loads_can_be_laid_out_and_what_does_not_is_refused(
    data: Any, slips: list[tuple[int, str, int]]
) -> None:
    text = slipped(dump(data), slips)
    assume(refused_at(text) is None)
    loaded = load(text.encode(), "f.yml")
    if loaded.data is None:
        with pytest.raises(Unreadable):
            fmt(text, None)
        return
    once = fmt(text, None)
    assert identical(load(once.encode(), "f.yml").data, loaded.data)
    assert fmt(once, None) == once
