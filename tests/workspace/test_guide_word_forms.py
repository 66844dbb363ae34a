"""The guide's page about the school's own Word forms: what it shows can be used, what it says is refused is refused so."""

import io
import re
import shlex
import zipfile
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import docx
import openpyxl
import pytest

from generators.docx import read
from generators.template.language import FILTERS
from guanai.cli.main import run
from guanai.workspace.facade import Workspace

#: Of the sample: a child with a visit and supporters, and one in somebody else's care.
_CHILD, _ENTRUSTED = "S2024-3DKMZ", "S2024-UT97N"
_PAGE = (Path(__file__).resolve().parents[2] / "site" / "guide" / "word-forms.md").read_text(encoding="utf-8")
_SHOWN, _, _REFUSED = _PAGE.partition("{#refused}")
_PLACEHOLDER = re.compile(r"\{\{.*?\}\}|\{%.*?%\}")
_CODE = re.compile(r"`([^`\n]+)`")
Form = tuple[list[str], list[list[str]]]
WordForm = Callable[..., bytes]


def _forms() -> Iterator[Form]:
    """Yield what the page shows to be written: a form for each block, each table with loops, and the rest."""
    for block in re.findall(r"^```text\n(.*?)^```", _SHOWN, re.MULTILINE | re.DOTALL):
        yield block.splitlines(), []
    tables = [each for each in re.findall(r"(?:^\|.*\n)+", _SHOWN, re.MULTILINE) if "{%tr" in each]
    for table in tables:
        yield [], [_cells(line) for line in table.splitlines() if not line.startswith("| ---")]
    rest = re.sub(r"^```.*?^```", "", _SHOWN, flags=re.MULTILINE | re.DOTALL)
    for table in tables:
        rest = rest.replace(table, "")
    yield [each for each in _CODE.findall(rest) if "{" in each and "…" not in each], []


def _cells(line: str) -> list[str]:
    """Return the cells of a line of a table; a stroke within code parts none."""
    plain = _CODE.sub(lambda code: code[1].replace("|", "\0"), line)
    return [each.strip().replace("\0", "|") for each in plain.strip().strip("|").split("|")]


def _put(school: Workspace, raw: bytes, name: str = "在读证明") -> None:
    folder = school.root / "records" / "templates"
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.docx").write_bytes(raw)


@pytest.mark.parametrize("form", list(_forms()))
def test_what_the_page_shows_is_written_into_a_form_and_filled(
    sample: Workspace, on: date, word_form: WordForm, form: Form
) -> None:
    paragraphs, table = form
    raw = word_form(*paragraphs, table=table)
    assert sample.templates.mistakes(raw) == ()
    _put(sample, raw)
    edition = sample.edition(staff="", on=on)
    told = [sample.templates.make("在读证明", each, edition, on)[0] for each in (_CHILD, _ENTRUSTED)]
    text = "\n".join(line for made in told for line in read(made).lines)
    assert text.strip()
    assert not set("{}") & set(text)


def test_no_placeholder_of_the_page_is_left_untried() -> None:
    tried = "\n".join(
        text
        for paragraphs, table in _forms()
        for text in (*paragraphs, *(each for row in table for each in row))
    )
    shown = {each for each in _PLACEHOLDER.findall(_SHOWN) if "…" not in each}
    assert len(shown) > 40
    assert {each for each in shown if each not in tried} == set()


def test_braces_stand_in_code_alone() -> None:
    """Elsewhere the builder of the site would take some of them for its own."""
    bare = re.sub(r"^```.*?^```|`[^`\n]+`", "", _PAGE, flags=re.MULTILINE | re.DOTALL)
    assert re.findall(r"\{[^#].*", bare) == []


def test_the_page_tells_what_a_filled_placeholder_looks_like(
    sample: Workspace, on: date, word_form: WordForm
) -> None:
    table = _SHOWN.partition("{#fields}")[2].partition("\n\n其余")[0]
    rows = [_cells(line) for line in table.strip().splitlines()[2:]]
    _put(sample, word_form(*(written for _, written, _ in rows)))
    made, _ = sample.templates.make("在读证明", _CHILD, sample.edition(staff="", on=on), on)
    filled = "\n".join(read(made).lines)
    looks = [each for _, _, looks in rows for each in looks.split("、") if each != "照档案原样"]
    assert len(looks) > 8
    assert [each for each in looks if each not in filled] == []


def test_loops_give_a_line_for_each_item_and_take_their_own_rows_away(
    sample: Workspace, on: date, word_form: WordForm
) -> None:
    visits = next(table for _, table in _forms() if table and "家访" in table[1][0])
    _put(sample, word_form(table=visits))
    made, _ = sample.templates.make("在读证明", _CHILD, sample.edition(staff="", on=on), on)
    data = sample.snapshot.mapping("student", _CHILD)
    count = sum(1 for each in data["过程记录"] if each["类型"] == "家访")
    assert count
    assert len(docx.Document(io.BytesIO(made)).tables[0].rows) == 1 + count


def test_the_page_names_every_word_that_the_glossary_does_not(sample: Workspace) -> None:
    roots = sample.templates.roots
    own = {f"{root}.{word}" for root in ("学校", "今天") for word in roots[root].children}
    fields = set(sample.schemas.record("student").children)
    own |= {f"学生.{word}" for word in roots["学生"].children if word not in fields}
    assert {each for each in own if each not in _PAGE} == set()
    assert {each for each in FILTERS if f"|{each}" not in _SHOWN} == set()


def _changed(raw: bytes, name: str, data: bytes, old: bytes = b"", new: bytes = b"") -> bytes:
    """Return a form with one more part, and one thing changed in its text and relations."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as archive, zipfile.ZipFile(made, "w") as changed:
        for part in archive.namelist():
            whole = archive.read(part)
            changed.writestr(part, whole.replace(old, new) if old else whole)
        if name:
            changed.writestr(name, data)
    return made.getvalue()


def _workbook() -> bytes:
    made = io.BytesIO()
    openpyxl.Workbook().save(made)
    return made.getvalue()


_LINK = b'<Relationship Id="rIdX" Type="http://x/hyperlink" Target="http://example.org/" TargetMode="External"/></Relationships>'
_STRUCK = "<w:p><w:del w:id='1' w:author='a'><w:r><w:delText>{{ 学生.姓名 }}</w:delText></w:r></w:del></w:p>"
_TODAY = "<w:p><w:fldSimple w:instr=' DATE '><w:r><w:t>今天</w:t></w:r></w:fldSimple></w:p>"
#: What the page says that is told, with a form of which it is told.
_BAD: dict[str, Callable[[WordForm], bytes]] = {
    "没有“电活”这一栏；是不是 电话": lambda form: form("{{ 学生.家庭.电活 }}"),
    "占位符的括号写成了全角": lambda form: form("\uff5b\uff5b 学生.姓名 \uff5d\uff5d"),
    "占位符少了一层括号": lambda form: form("{ 学生.姓名 }"),
    "“监护人”有许多条，不能直接取“姓名”": lambda form: form("{{ 学生.家庭.监护人.姓名 }}"),
    "这一行只能写 {%tr … %} 这一个标记": lambda form: form(
        table=[["{%tr for 条 in 学生.过程记录 %}", "时间"], ["{{ 条.内容 }}", ""], ["{%tr endfor %}", ""]]
    ),
    "一行里只能写一个 {%tr … %}": lambda form: form(
        table=[["{%tr for 条 in 学生.过程记录 %}", "{%tr endfor %}"]]
    ),
    "这一段只能写 {%p … %} 这一个标记": lambda form: form("说明{%p if 学生.曾用名 %}", "{%p endif %}"),
    "少了 {% endfor %} 或 {% endif %}": lambda form: form("{%p if 学生.曾用名 %}"),
    "请先接受修订，再保存": lambda form: _changed(
        form("甲"), "", b"", b"<w:body>", f"<w:body>{_STRUCK}".encode()
    ),
    "里面有宏": lambda form: _changed(form("甲"), "word/vbaProject.bin", b"x"),
    "里面有指向外部的链接": lambda form: _changed(form("甲"), "", b"", b"</Relationships>", _LINK),
    "里面有域": lambda form: _changed(form("甲"), "", b"", b"<w:body>", f"<w:body>{_TODAY}".encode()),
    "不是 .docx 文件": lambda _: _workbook(),
    "文件已损坏": lambda _: b"x",
}


def test_what_is_refused_is_told_in_the_words_of_the_page(sample: Workspace, word_form: WordForm) -> None:
    rows = [_cells(line) for line in _REFUSED.strip().splitlines()[2:]]
    words = [each for told, _ in rows for each in told.split("、")]
    assert words == list(_BAD)
    missed = {each: sample.templates.mistakes(make(word_form)) for each, make in _BAD.items()}
    assert {each: told for each, told in missed.items() if not any(each in one for one in told)} == {}


def test_commands_of_the_page_run_as_typed(
    sample: Workspace, word_form: WordForm, capsys: pytest.CaptureFixture[str]
) -> None:
    _put(sample, word_form("兹证明 {{ 学生.姓名 }} 是 {{ 学校.名称 }} {{ 学生.年级班级 }} 学生。"))
    typed = re.findall(r"^\$ guanai (.+?)(?: +# .*)?$", _PAGE, re.MULTILINE)
    assert len(typed) == _PAGE.count("$ guanai") == 3
    for line in typed:
        words = shlex.split(line.replace("S2026-7K3QD", _CHILD))
        assert run(["-C", str(sample.root), *words, "--on", "2026-11-20"]) == 0, capsys.readouterr().err
    assert len(list((sample.root / "documents" / "在读证明").glob("S*.docx"))) == len(
        sample.snapshot.ids("student")
    )
