"""The forms that come with the program."""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from itertools import pairwise
from typing import Any

import pytest

from generators.context import Context
from generators.document import Document, Table
from generators.form import build, inputs, load_forms, read_form
from generators.form.derived import OF_RECORD, OF_SCHOOL, SHARED
from generators.form.language import Entries, Grid, ListTable, Prose, Section
from generators.form.paths import FORMATS, PICKS, Base, Template
from generators.form.reader import SUBJECTS
from generators.sheet import sheet
from generators.views import views as load_views
from guanai.model.base import HIDDEN
from guanai.model.student import Student
from guanai.resources import generators_dir, schemas_dir
from guanai.yamlfile import load

KINDS = sorted(load_forms())


def test_each_file_is_one_form() -> None:
    files = (generators_dir() / "forms").glob("*.yml")
    assert sorted(file.stem for file in files) == KINDS


def test_titles_are_used_once() -> None:
    titles = [form.title for form in load_forms().values()]
    assert len(titles) == len(set(titles))


@pytest.mark.parametrize("kind", KINDS)
def test_every_form_prints_blank(kind: str, context: Context, today: date) -> None:
    form = load_forms()[kind]
    document = build(form, inputs(form, None, context, today), on=today, blank=True)
    room = sheet(form.layout).text_width_mm
    for block in document.blocks:
        if isinstance(block, Table):
            assert sum(block.widths_mm) == pytest.approx(room)


@pytest.mark.parametrize("kind", KINDS)
def test_a_sum_below_a_heading_is_a_sentence(kind: str) -> None:
    """LibreOffice holds a sentence on the page of the list below it, a table it leaves behind."""
    for section, following in pairwise(load_forms()[kind].sections):
        if isinstance(section, Grid) and isinstance(following, ListTable | Entries) and not following.title:
            assert not section.title


@pytest.mark.parametrize("kind", KINDS)
def test_words_to_tick_are_words_of_the_schema(kind: str) -> None:
    form = load_forms()[kind]
    each = tuple(form.each.path.text.split(".")) if form.each else ()
    for section, prefix in _grids(form.sections, each):
        for cell in (cell for row in section.rows for cell in row if cell.options):
            path = cell.value.only if cell.value else None
            assert path is not None
            words = path.text.split(".")
            keys = (*prefix, *words) if path.base is Base.ITEM else words[1:]
            allowed = _allowed(form.subject, keys)
            assert set(cell.options) <= allowed, f"{kind}: {path.text}"


def _grids(sections: Iterable[Section], prefix: tuple[str, ...]) -> Iterator[tuple[Grid, tuple[str, ...]]]:
    for section in sections:
        if isinstance(section, Grid):
            yield section, prefix
        elif isinstance(section, Entries):
            yield from _grids(section.sections, (*prefix, *section.items.path.text.split(".")))


def _allowed(subject: str, keys: Iterable[str]) -> set[str]:
    """Return the words a schema allows at a path of keys."""
    node = _schema(f"{subject}.schema.json")
    for key in keys:
        node = node.get("items", node)
        node = _resolved(node["properties"][re.sub(r"\[.*", "", key)])
    return {"是", "否"} if node.get("type") == "boolean" else set(node["enum"])


def _schema(name: str) -> dict[str, Any]:
    schema: dict[str, Any] = json.loads((schemas_dir() / name).read_text(encoding="utf-8"))
    return schema


def _resolved(node: dict[str, Any]) -> dict[str, Any]:
    if "$ref" not in node:
        return node
    name, _, pointer = node["$ref"].partition("#/$defs/")
    return {**_schema(name)["$defs"][pointer], **node}


def test_the_examples_of_the_guide_are_forms(
    context: Context, today: date, student: Callable[..., Student]
) -> None:
    guide = (generators_dir() / "forms" / "README.md").read_text(encoding="utf-8")
    examples = re.findall(r"```yaml\n(.*?)```", guide, re.DOTALL)
    titles = []
    for example in examples:
        loaded = load(example.encode(), "example.yml")
        assert not loaded.problems
        form = read_form(loaded.data, f"{loaded.data['种类']}.yml")
        document = build(form, inputs(form, student(), context, today), on=today)
        assert build(form, None, on=today, blank=True).blank
        titles.append(document.title)
    assert titles == ["谈话记录表", "喜报"]


def test_the_guide_names_every_subject_of_a_record() -> None:
    guide = (generators_dir() / "forms" / "README.md").read_text(encoding="utf-8")
    views = {view.word for view in load_views().values()}
    assert [word for word in SUBJECTS if word not in views and f"`{word}`" not in guide] == []


def test_the_guide_names_every_computed_word_and_format() -> None:
    guide = (generators_dir() / "forms" / "README.md").read_text(encoding="utf-8")
    words = {*SHARED, *OF_SCHOOL, *FORMATS, *PICKS, *(word for each in OF_RECORD.values() for word in each)}
    assert [word for word in words if word not in guide] == []


def test_computed_words_are_no_keys_of_a_record() -> None:
    keys = {key for _, record in SUBJECTS.values() for key in record.names()}
    words = {*SHARED, *OF_SCHOOL, *(word for words in OF_RECORD.values() for word in words)}
    assert not keys & words


# -- the child's file ----------------------------------------------------------------------------------------------
@pytest.fixture
def file(context: Context, today: date) -> Callable[[Student], Document]:
    """Return the file of a child as a document."""
    form = load_forms()["student-file"]

    def make(record: Student) -> Document:
        return build(form, inputs(form, record, context, today), on=today)

    return make


def test_the_file_of_a_child(
    file: Callable[[Student], Document],
    student: Callable[..., Student],
    plain: Callable[[Document], str],
    golden: Callable[[str, str], None],
) -> None:
    golden("student-file", plain(file(student())))


def test_the_file_of_a_child_about_whom_nothing_is_known_yet(
    file: Callable[[Student], Document],
    student: Callable[..., Student],
    values: dict[str, Any],
    plain: Callable[[Document], str],
    golden: Callable[[str, str], None],
) -> None:
    lists: dict[str, Any] = {key: [] for key, value in values.items() if isinstance(value, list)}
    record = student(**lists, 家庭={}, 现状={}, 心理={}, 证件={}, 建档={})
    golden("student-file-empty", plain(file(record)))


def test_the_file_of_a_child_for_someone_who_may_see_little(
    file: Callable[[Student], Document],
    student: Callable[..., Student],
    values: dict[str, Any],
    plain: Callable[[Document], str],
    golden: Callable[[str, str], None],
) -> None:
    open_keys = {"编号", "姓名", "性别", "学籍", "课堂安全提示", "就读方式", "计划", "成绩"}
    text = plain(file(student(**dict.fromkeys(set(values) - open_keys, HIDDEN))))
    assert "帕提古丽" not in text
    golden("student-file-hidden", text)


def test_a_hidden_key_leaves_none_of_its_words_in_the_file(
    file: Callable[[Student], Document],
    student: Callable[..., Student],
    values: dict[str, Any],
    plain: Callable[[Document], str],
) -> None:
    whole = plain(file(student()))
    for key in set(values) - {"编号"}:
        elsewhere = " ".join(_words({other: value for other, value in values.items() if other != key}))
        own = {word for word in _words(values[key]) if len(word) > 1 and word not in elsewhere}
        shown = {word for word in own if word in whole}
        text = plain(file(student(**{key: HIDDEN})))
        assert {word for word in shown if word in text} == set(), key


def _words(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for part in value.values():
            yield from _words(part)
    elif isinstance(value, list):
        for part in value:
            yield from _words(part)
    else:
        yield str(value)


def test_the_blank_file_of_a_child(
    context: Context, today: date, plain: Callable[[Document], str], golden: Callable[[str, str], None]
) -> None:
    form = load_forms()["student-file"]
    golden("student-file-blank", plain(build(form, inputs(form, None, context, today), on=today, blank=True)))


def test_every_field_of_a_child_stands_in_the_file() -> None:
    """Except those that say who may read something, and ids of items."""
    form = load_forms()["student-file"]
    printed = set(_keys(form.sections)) | {path.label for piece in form.head for path in piece.paths()}
    skipped = {"编号", "密级"}
    known = set(_names(_schema("student.schema.json"))) - skipped
    missing = known - printed
    assert missing <= LISTS | {"会议", "预警", "计划", "盒号", "件号", "教师", "单位职务"}, missing


#: Keys that hold other keys.
LISTS = {"证件", "建档", "学籍", "家庭", "监护人", "委托监护", "其他成员", "家庭变动", "特殊情形", "现状", "心理"} | {
    "帮扶责任人", "阶段目标", "进展", "过程记录", "成绩", "照顾", "劝返", "步骤", "荣誉", "总结", "附件目录", "班级",
}  # fmt: skip


def _names(node: dict[str, Any]) -> Iterator[str]:
    for key, part in node.get("properties", {}).items():
        yield key
        yield from _names(part.get("items", part))


def _keys(sections: Iterable[Section]) -> Iterator[str]:
    for section in sections:
        for template in _templates(section):
            yield from (re.sub(r"\[.*", "", path.text.rsplit(".", 1)[-1]) for path in template.paths())
        if isinstance(section, Entries):
            yield from _keys(section.sections)


def _templates(section: Section) -> Iterator[Template]:
    if isinstance(section, Grid):
        for row in section.rows:
            yield from (cell.value for cell in row if cell.value)
            yield from (cell.lines[1] for cell in row if cell.lines)
    elif isinstance(section, ListTable):
        yield from (column.value for column in section.columns if column.value)
    elif isinstance(section, Entries):
        yield section.head
    elif isinstance(section, Prose):
        yield section.text


def test_two_hundred_entries_come_oldest_first(
    file: Callable[[Student], Document], student: Callable[..., Student], values: dict[str, Any]
) -> None:
    visit = values["过程记录"][0]
    entries = [
        visit
        | {"编号": f"E-{number}", "时间": f"2026-{number % 12 + 1:02d}-{number % 28 + 1:02d}T16:40+08:00"}
        for number in range(200)
    ]
    (table,) = [
        block
        for block in file(student(过程记录=entries)).blocks
        if isinstance(block, Table) and len(block.rows) > 200
    ]
    heads = [
        row.cells[0].paragraphs[0].text for row in table.rows if row.cells[0].shaded and len(row.cells) == 1
    ]
    assert len(heads) == 200
    assert heads == sorted(heads)
