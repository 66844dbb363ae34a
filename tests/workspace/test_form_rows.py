"""Forms of lists that are empty, short and very long: LibreOffice sets them so that they can be printed and signed."""

import copy
import re
import shutil
import subprocess
from collections.abc import Iterator
from datetime import date
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import pytest

from generators.form import load_forms
from generators.papers import Paper, papers
from guanai.ids import ALPHABET
from guanai.workspace.facade import Workspace
from guanai.workspace.papers import Made
from guanai.yamlfile import dump, load

pytestmark = [pytest.mark.office, pytest.mark.slow]

_ROOT = Path(__file__).resolve().parents[2]
_ON = date(2026, 11, 20)

#: How many items each list of the record with the key has.
CHILDREN = {0: "S2024-9ZZZ2", 1: "S2024-9ZZZ3", 5: "S2024-9ZZZ4", 60: "S2024-9ZZZ5"}
#: Records of other kinds that get lists of sixty: where they lie.
LONG = {
    "A20260907-M7R4": "activities/2026-2027-1/A20260907-M7R4",
    "A20261113-4R72": "activities/2026-2027-1/A20261113-4R72",
    "M20261106-GE9X": "meetings/2026-2027-1/M20261106-GE9X",
    "J2024-01.2026-2027-1": "screenings/2026-2027-1/J2024-01",
    "J2024-01.2026-11": "attendance/2026-2027-1/J2024-01/2026-11",
    "D20261030-TCUN": "decisions/2026/D20261030-TCUN",
    "Y2026-TVSWZ": "counseling/2026/Y2026-TVSWZ",
}  # fmt: skip
#: The file of a child prints every entry there ever was: not with a hundred times as many as anyone has.
_APART = {"student-file"}


class _Numbers:
    """Gives items ids of their own."""

    def __init__(self) -> None:
        self._count = 0

    def __call__(self, old: str) -> str:
        self._count += 1
        signs, rest = "", self._count
        for _ in range(4):
            rest, sign = divmod(rest, len(ALPHABET))
            signs = ALPHABET[sign] + signs
        return f"{old[:-4]}{signs}"


def _multiplied(items: list[Any], count: int, number: _Numbers) -> list[Any]:
    """Return so many items of each 类型, with ids of their own; lists within them as long."""
    kinds: dict[str, list[Any]] = {}
    for item in items:
        kinds.setdefault(item.get("类型", "") if isinstance(item, dict) else "", []).append(item)
    return [
        _numbered(each, count, number) for found in kinds.values() for each in islice(cycle(found), count)
    ]


def _numbered(item: Any, count: int, number: _Numbers) -> Any:
    if not isinstance(item, dict):
        return item
    made: dict[str, Any] = {
        key: _multiplied(value, count, number)
        if key in {"阶段目标", "进展", "步骤"}
        else copy.deepcopy(value)
        for key, value in item.items()
    }
    if "编号" in made:
        made["编号"] = number(made["编号"])
    return made


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """The sample school with children and other records whose lists have no, one, five and sixty items."""
    folder = tmp_path_factory.mktemp("long")
    for name in ("records", "schemas"):
        shutil.copytree(_ROOT / name, folder / name)
    files = sorted((folder / "records/students").rglob("*.yml"))
    sample = [load(file.read_bytes(), file.name).data for file in files]
    lists = ("计划", "过程记录", "成绩", "照顾", "劝返", "荣誉", "总结", "预警", "特殊情形")
    gathered = {key: [item for child in sample for item in child.get(key, [])] for key in lists}
    base = next(child for child in sample if child["编号"] == "S2024-UNNX4")
    for count, name in CHILDREN.items():
        number = _Numbers()
        long = {key: _multiplied(items, min(count, 5) or 0, number) for key, items in gathered.items()}
        for key in ("成绩", "荣誉", "总结", "预警"):
            long[key] = _multiplied(gathered[key], count, number)
        if count > 5:  # what stands in the tables of a form is long; sheets an entry are five of a kind
            long["过程记录"] += [
                item
                for item in _multiplied(gathered["过程记录"], count, number)
                if item["类型"] in {"跟踪", "辅导", "督办"}
            ]
        child = {**base, **long, "编号": name}
        child = {key: value for key, value in child.items() if value != []}
        (folder / f"records/students/2024/{name}.yml").write_text(dump(child), encoding="utf-8")
    for path in LONG.values():
        _lengthen(folder / f"records/{path}.yml")
    return Workspace(folder)


def _lengthen(file: Path) -> None:
    number = _Numbers()
    record = load(file.read_bytes(), file.name).data
    for key in ("参加教师", "学生", "家长签到", "发言", "决定", "逐户", "异常", "个案记录", "评估"):
        if isinstance(record.get(key), list):
            items = record[key]
            record[key] = [_numbered(each, 5, number) for each in islice(cycle(items), 60)]
    for session in record.get("个案记录", [])[:1]:
        session["过程"] = "一句一句地听，不急着问原因。" * 200  # fills more than a page
    file.write_text(dump(record), encoding="utf-8")


def _wanted(workspace: Workspace) -> Iterator[tuple[Paper, str]]:
    edition = workspace.edition(staff="", on=_ON)
    for kind in sorted(set(load_forms()) | {"certificate"}):
        paper = papers().get(kind)
        if paper is None or kind in _APART or paper.subject not in _SUBJECTS:
            continue
        long = {*CHILDREN.values(), *LONG}
        yield from ((paper, each) for each in workspace.press.subjects(paper, edition, _ON) if each in long)


_SUBJECTS = {"student", "activity", "meeting", "screening", "attendance", "decision", "counseling"}


@pytest.fixture(scope="module")
def printed(workspace: Workspace, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """Text of the pages by ``kind--id``, of all these papers converted in one go."""
    folder = tmp_path_factory.mktemp("rows")
    edition = workspace.edition(staff="", on=_ON)
    outcomes = list(
        workspace.press.batch(list(_wanted(workspace)), edition, _ON, folder / "documents", "docx")
    )
    assert all(isinstance(each, Made) for each in outcomes), outcomes
    files = []
    for made in outcomes:
        assert isinstance(made, Made)
        files.append(folder / f"{made.kind}--{made.id}.docx")
        shutil.copy(made.path, files[-1])
    subprocess.run(
        ["soffice", "--headless", f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--convert-to", "pdf", "--outdir", folder, *files],
        check=True, capture_output=True, timeout=900,
    )  # fmt: skip
    return {file.stem: _pages(file.with_suffix(".pdf")) for file in files}


def _pages(pdf: Path) -> list[str]:
    text = subprocess.run(["pdftotext", "-layout", pdf, "-"], check=True, capture_output=True, text=True)
    return text.stdout.split("\f")[:-1]


def test_the_long_records_are_all_printed(printed: dict[str, list[str]]) -> None:
    kinds = {name.partition("--")[0] for name in printed}
    expected = {kind for kind in load_forms() if papers()[kind].subject in _SUBJECTS} - _APART
    assert expected - {"activity-record"} <= kinds
    assert max(len(pages) for name, pages in printed.items() if name.endswith(CHILDREN[60])) > 10


def test_a_signature_never_stands_alone_on_a_page(printed: dict[str, list[str]]) -> None:
    for name, pages in printed.items():
        for number, page in enumerate(pages, 1):
            if "（签字）" in page:
                lines = [line for line in page.splitlines() if line.strip()]
                others = [
                    line
                    for line in lines
                    if not re.search("（签字）|年\\s+月\\s+日|校验码|第 ?\\d+ ?页", line)
                ]
                assert others, (name, number, lines)


def test_no_page_holds_a_note_or_its_foot_alone(printed: dict[str, list[str]]) -> None:
    for name, pages in printed.items():
        for number, page in enumerate(pages, 1):
            lines = [line for line in page.splitlines() if line.strip() and "校验码" not in line]
            assert len(lines) > 1, (name, number)


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("household-screening--J2024-01.2026-2027-1", "排查日期"),
        ("forum-record--M20261106-GE9X", "家长签字"),
        ("training-record--A20260907-M7R4", "备注"),
        ("school-performance--S2024-9ZZZ5", "分数"),
    ],
)
def test_a_table_over_several_pages_repeats_its_header(
    printed: dict[str, list[str]], name: str, header: str
) -> None:
    assert sum(header in page for page in printed[name]) >= 2
