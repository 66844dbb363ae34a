"""Shared by all tests: golden files, the git of a person, workbooks, Word forms, and canaries in every text of a record."""

import io
import itertools
import os
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import docx
import hypothesis
import openpyxl
import pytest

from guanai.schema import Field, load_schemas

# `make test` tries the same examples each time, so that a red run is a change's fault; `make torture` looks for new.
hypothesis.settings.register_profile("steady", derandomize=True, database=None)
if not os.environ.get("GUANAI_EXHAUSTIVE"):
    hypothesis.settings.load_profile("steady")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write golden files anew")


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Return a check that a text equals ``golden/<name>.txt`` beside the test; ``--update-golden`` writes it anew."""
    folder = request.path.parent / "golden"
    is_updating = bool(request.config.getoption("--update-golden"))

    def check(name: str, text: str) -> None:
        path = folder / f"{name}.txt"
        if is_updating:
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")
        assert path.is_file(), f"{path.name} is missing; run pytest --update-golden and read it"
        assert text == Path(path).read_text(encoding="utf-8")

    return check


@pytest.fixture(scope="session")
def git() -> Callable[..., str]:
    """Run the git a person would, in a folder, and return what it prints."""

    def run(at: Path, *arguments: str) -> str:
        identity = ["-c", "user.name=某人", "-c", "user.email=someone@guanai.invalid"]
        done = subprocess.run(
            ["git", *identity, "-C", at, *arguments], capture_output=True, check=True, text=True
        )
        return done.stdout

    return run


@pytest.fixture(scope="session")
def sheet() -> Callable[[Sequence[Sequence[Any]]], bytes]:
    """Make a workbook of one sheet."""

    def make(rows: Sequence[Sequence[Any]]) -> bytes:
        book = openpyxl.Workbook()
        page = book.active
        assert page is not None
        for row in rows:
            page.append(list(row))
        made = io.BytesIO()
        book.save(made)
        return made.getvalue()

    return make


@pytest.fixture(scope="session")
def word_form() -> Callable[..., bytes]:
    """Make a form of Word as a school writes one: paragraphs, then a table."""

    def make(*paragraphs: str, table: Sequence[Sequence[str]] = ()) -> bytes:
        document = docx.Document()
        for text in paragraphs:
            document.add_paragraph(text)
        if table:
            grid = document.add_table(rows=len(table), cols=len(table[0]))
            for row, cells in zip(grid.rows, table, strict=True):
                for cell, text in zip(row.cells, cells, strict=True):
                    cell.text = text
        made = io.BytesIO()
        document.save(made)
        return made.getvalue()

    return make


#: By definition of the schema: what stands where no free text does.
_FIXED = {
    "date": "2026-03-02", "instant": "2026-03-02T08:00+08:00", "time": "08:00", "phone": "13900009999",
    "staff_id": "T-9WRT", "class_id": "J2024-01", "student_id": "S2024-9CAN9", "term_id": "2026-2027-1",
    "meeting_id": "M20261023-M48A", "activity_id": "A20261023-M48A", "decision_id": "D20261023-M48A",
    "citation": "未成年人保护法-29",
}  # fmt: skip


class Planter:
    """Makes records whose every free text is a canary such as 雀1000雀, and remembers the labels each one needs."""

    def __init__(
        self, *, prefix: str = "", start: int = 1000, mentions: tuple[str, ...] = (), **fixed: str | None
    ) -> None:
        """Begin to count.

        Args:
            prefix: what stands before each canary.
            start: number of the first canary.
            mentions: ids of children of whom the notes speak, in turn.
            fixed: by definition of the schema, what stands where no free text does, if not the usual;
                ``phone=None``: telephone numbers are canaries too.
        """
        self.needs: dict[str, frozenset[str]] = {}
        self._prefix, self._start = prefix, start
        self._fixed = {**_FIXED, **fixed}
        self._numbers = itertools.count(start)
        self._mentions = itertools.cycle(f"与@{each}同行" for each in mentions)

    def record(self, kind: str, **given: Any) -> dict[str, Any]:
        """Return a record of a kind with some fields given."""
        return self._mapping(load_schemas().record(kind), frozenset(), given)

    def child(self, student_id: str, name: str, level: str = "黄") -> dict[str, Any]:
        """Return the record of a child that learns here and has a level."""
        number = f"L9901012026{self._start:08d}"
        made = self.record("student", 编号=student_id, 姓名=name, 学籍号=number)
        made["证件"]["类型"] = "护照"
        made["学籍"][0] |= {"起": "2024-09-01", "止": "2027-07-01", "状态": "在籍"}
        made["预警"][-1] |= {"日期": "2026-03-03", "等级": level}
        return made

    def _value(self, shape: Field, held: frozenset[str]) -> Any:
        if shape.type == "object":
            return self._mapping(shape, held, {})
        if shape.type == "array":
            assert shape.item is not None
            return list(self._items(shape.item, held))
        if shape.type != "string":
            return {"integer": 3, "number": 3, "boolean": True}[shape.type]
        if shape.values:
            open_words = [word for word, value in shape.values.items() if not value.clearance]
            return (open_words or list(shape.values))[0]
        return self._text(shape.definition, held)

    def _text(self, definition: str, held: frozenset[str]) -> str | None:
        if definition in ("text", "note"):
            canary = f"{self._prefix}雀{next(self._numbers)}雀"
            self.needs[canary] = held
            return canary + (next(self._mentions, "") if definition == "note" else "")
        if definition == "item_id":
            return f"X-{next(self._numbers) % 10000:04d}".translate(str.maketrans("01", "ZY"))
        if definition == "phone" and self._fixed["phone"] is None:
            phone = f"139000{self._start // 10000}{next(self._numbers) % 1000:03d}"
            self.needs[phone] = held
            return phone
        return self._fixed.get(definition)

    def _mapping(self, shape: Field, held: frozenset[str], given: Mapping[str, Any]) -> dict[str, Any]:
        made = dict(given)
        for key, each in shape.children.items():
            if key not in made and key != "密级":
                value = self._value(each, held | each.clearance)
                if value is not None:
                    made[key] = value
        return made

    def _items(self, item: Field, held: frozenset[str]) -> Iterator[Any]:
        """Yield an item of each kind, and one of each label that an item may have of its own."""
        if item.type != "object":
            yield self._value(item, held)
            return
        if item.definition == "person":  # someone from outside: of the staff only the name is told
            yield {key: self._value(item.children[key], held) for key in ("姓名", "单位职务", "关系")}
            return
        kinds = next((each for each in item.children.values() if each.is_kind), None)
        words = kinds.values if kinds else {}
        for word, value in words.items():
            assert kinds is not None
            must = {"密级": "限制"} if word == "强制报告" else {}
            yield self._mapping(item, held | value.clearance, {kinds.key: word, **must})
        if "密级" in item.children:
            first = next(iter(words), "")
            kind, own = ({kinds.key: first}, words[first].clearance) if kinds else ({}, frozenset[str]())
            for label in (
                "教学",
                "关爱",
                "限制",
            ):  # an item's own label adds to its kind's, it takes nothing away
                yield {**self._mapping(item, held | own | {label}, kind), "密级": label}
        elif not words:
            yield self._mapping(item, held, {})


@pytest.fixture(scope="session")
def planter() -> Callable[..., Any]:
    """Return `Planter`, by the fixture since tests do not import each other."""
    return Planter
