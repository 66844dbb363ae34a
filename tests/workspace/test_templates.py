"""The school's own Word forms: found, checked with the paragraph, filled, proved."""

import io
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

import docx
import pytest

from generators.docx import read
from generators.template import BadTemplate
from guanai.cli.main import run
from guanai.workspace.editions import Refused
from guanai.workspace.facade import Workspace
from guanai.workspace.proof import Status
from guanai.workspace.templates import UnknownTemplate

_CHILD = "S2024-3DKMZ"


@pytest.fixture
def put(sample: Workspace, word_form: Callable[..., bytes]) -> Callable[..., Path]:
    """Lay a form beside the school's records."""

    def put(name: str, *paragraphs: str, table: Sequence[Sequence[str]] = ()) -> Path:
        place = sample.root / "records" / "templates" / f"{name}.docx"
        place.parent.mkdir(exist_ok=True)
        place.write_bytes(word_form(*paragraphs, table=table))
        return place

    return put


_VISITS = (
    ("时间", "类型", "内容"),
    ("{%tr for 条 in 学生.过程记录 if 条.类型 == “家访” %}", "", ""),
    ("{{ 条.时间 }}", "{{ 条.类型 }}", "{{ 条.内容 }}（{{ 条.记录人 }}）"),
    ("{%tr endfor %}", "", ""),
)


def test_values_loops_and_conditions_are_filled_from_the_record(
    sample: Workspace, on: date, put: Callable[..., Path]
) -> None:
    put(
        "county",
        "{{ 学校.名称 }} {{ 今天.填表日期 }}",
        "{{ 学生.姓名 }}，{{ 学生.年级班级 }}，{{ 学生.出生日期 }}（{{ 学生.出生日期|日期 }}）",
        "{{ (学生.家庭.监护人|主).姓名 }} {{ 学生.家庭.监护人|数 }}人",
        "{% if 学生.曾用名 %}曾用名{% else %}没有曾用名{% endif %}",
        table=_VISITS,
    )
    raw, stamp = sample.templates.make("template:county", _CHILD, sample.edition(staff="", on=on), on)
    data = sample.snapshot.mapping("student", _CHILD)
    lines = read(raw).lines
    assert lines[0] == f"{sample.snapshot.school.name} 2026年11月20日"
    assert lines[1] == "鲁一鸣，九年级（2）班，2012年5月27日（2012-05-27）"
    assert lines[2] == f"鲁长山 {len(data['家庭']['监护人'])}人"
    assert lines[3] == "没有曾用名"
    visits = [each for each in data["过程记录"] if each["类型"] == "家访"]
    assert visits
    assert sum(1 for line in lines if line == "家访") == len(visits)
    assert not any("T-" in line for line in lines)
    foot = "".join(
        paragraph.text for paragraph in docx.Document(io.BytesIO(raw)).sections[0].footer.paragraphs
    )
    assert f"{stamp.code[:4]}-{stamp.code[4:]}" in foot


def test_the_same_record_gives_the_same_file_and_verify_tells_a_stale_one(
    sample: Workspace, on: date, tmp_path: Path, put: Callable[..., Path]
) -> None:
    put("county", "{{ 学生.姓名 }}", "{{ 学生.特长 }}")
    edition = sample.edition(staff="", on=on)
    raw, _ = sample.templates.make("county.docx", _CHILD, edition, on)
    assert raw == sample.templates.make("records/templates/county.docx", _CHILD, edition, on)[0]
    printed = tmp_path / "printed.docx"
    printed.write_bytes(raw)
    assert sample.verify(printed).status is Status.MATCH
    file = sample.root / sample.path(_CHILD)
    file.write_text(file.read_text("utf-8").replace("特长: 木工、三步上篮", "特长: 篮球"), "utf-8")
    proof = Workspace(sample.root).verify(printed)
    assert proof.status is Status.STALE
    assert proof.changes == ("- 木工、三步上篮", "+ 篮球")
    opened = docx.Document(io.BytesIO(raw))
    opened.paragraphs[0].runs[0].text = "别人"
    opened.save(str(printed))
    assert sample.verify(printed).status is Status.ALTERED


def test_what_a_reader_may_not_see_stays_out(sample: Workspace, on: date, put: Callable[..., Path]) -> None:
    put(
        "county",
        "{{ 学生.姓名 }}",
        "证件 {{ 学生.证件.号码 }}",
        "电话 {% for 人 in 学生.家庭.监护人 %}{{ 人.电话 }}{% endfor %}",
    )
    teacher = next(
        person.id for person in sample.snapshot.staff.values()
        if {post.role for post in person.assignments} == {"科任教师"}
        and "关爱" not in sample.edition(staff=person.id, on=on).decision("student", _CHILD).labels
        and sample.edition(staff=person.id, on=on).decision("student", _CHILD).allowed
    )  # fmt: skip
    raw, _ = sample.templates.make("county", _CHILD, sample.edition(staff=teacher, on=on), on)
    text = "\n".join(read(raw).lines)
    data = sample.snapshot.mapping("student", _CHILD)
    assert data["证件"]["号码"] not in text
    assert all(each.get("电话", "\0") not in text for each in data["家庭"]["监护人"])
    assert text.count("〔按权限不显示〕") == 2


def test_somebody_without_any_sight_of_the_child_is_refused(
    sample: Workspace, on: date, put: Callable[..., Path]
) -> None:
    put("county", "{{ 学校.名称 }}")
    stranger = next(
        person.id for person in sample.snapshot.staff.values()
        if not sample.edition(staff=person.id, on=on).decision("student", _CHILD).allowed
    )  # fmt: skip
    with pytest.raises(Refused):
        sample.templates.make("county", _CHILD, sample.edition(staff=stranger, on=on), on)


def test_check_names_a_wrong_placeholder_with_its_paragraph(
    sample: Workspace, on: date, put: Callable[..., Path]
) -> None:
    put("good", "{{ 学生.姓名 }}")
    put("bad", "第一段", "电话：{{ 学生.家庭.电活 }}", table=[["甲", "{{ 学生.家长 }}"]])
    (sample.root / "records" / "templates" / "old.docm").write_bytes(b"x")
    told = [(each.path, each.message) for each in sample.check(on=on) if each.rule.startswith("template.")]
    assert [path.rpartition("/")[2] for path, _ in told] == ["bad.docx", "bad.docx", "old.docm"]
    messages = sorted(message for _, message in told[:2])
    assert "第 2 段“电话：{{ 学生.家庭.电活 }}”" in messages[0]
    assert "是不是 电话" in messages[0]
    assert "表 1 第 1 行第 2 格" in messages[1]
    with pytest.raises(BadTemplate, match="第 2 段"):
        sample.templates.make("bad", _CHILD, sample.edition(staff="", on=on), on)


@pytest.mark.parametrize("name", ["missing", "../students/x", "..", "a/b", ""])
def test_a_name_that_is_none_leads_nowhere(sample: Workspace, on: date, name: str) -> None:
    with pytest.raises(UnknownTemplate):
        sample.templates.make(name, _CHILD, sample.edition(staff="", on=on), on)


def test_generate_prints_a_form_by_either_name(
    sample: Workspace, capsys: pytest.CaptureFixture[str], put: Callable[..., Path]
) -> None:
    put("county", "{{ 学生.姓名 }}")
    for name in ("template:county", "county.docx"):
        assert run(["-C", str(sample.root), "generate", name, _CHILD, "--on", "2026-11-20"]) == 0
        assert capsys.readouterr().out.strip().endswith(f"documents/county/{_CHILD}.docx")
    assert run(["-C", str(sample.root), "generate", "template:missing", _CHILD]) == 1
    assert "现有：county" in capsys.readouterr().err
