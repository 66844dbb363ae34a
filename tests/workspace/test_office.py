"""Every paper of the sample school opens in an office program and prints."""

import re
import subprocess
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from generators.docx import read
from generators.papers import papers
from guanai.workspace.facade import Workspace
from guanai.workspace.papers import BLANK, Made

pytestmark = [pytest.mark.office, pytest.mark.slow]

_ROOT = Path(__file__).resolve().parents[2]
_ON = date(2026, 11, 20)
#: Kind → the most pages a paper of the sample school may take.
_MOST_PAGES = {
    "student-file": 12,
    "policy": 10,
    "certificate": 10,
    "assessment-method": 6,
    "intervention-measures": 5,
}
#: Of several hundred files at once LibreOffice leaves some out.
_SHARE = 150
#: So many papers of each kind are printed, the largest.
_LARGEST = 3
#: A child's sheets of one kind stand in one file.
_MOST_SHEETS = 24


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> dict[Path, Path]:
    """PDF by DOCX: all students' files, the largest papers of every other kind, all blank forms."""
    folder = tmp_path_factory.mktemp("printed")
    made = _chosen([outcome.path for outcome in _outcomes(folder) if isinstance(outcome, Made)])
    flat = folder / "flat"
    flat.mkdir()
    named = {file: flat / f"{file.parent.name}--{file.name}" for file in made}
    for file, copy in named.items():
        copy.write_bytes(file.read_bytes())
    copies = list(named.values())
    for start in range(0, len(copies), _SHARE):
        subprocess.run(
            ["soffice", "--headless", f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--convert-to", "pdf", "--outdir", flat, *copies[start:start + _SHARE]],
            check=True, capture_output=True, timeout=600,
        )  # fmt: skip
    return {file: copy.with_suffix(".pdf") for file, copy in named.items()}


def _chosen(files: list[Path]) -> list[Path]:
    """Return what is worth the office program's time: it needs a second for two files."""
    by_kind: dict[str, list[Path]] = {}
    for file in sorted(files, key=lambda each: -each.stat().st_size):
        by_kind.setdefault(file.parent.name, []).append(file)
    return [
        file
        for kind, found in by_kind.items()
        for place, file in enumerate(found)
        if kind == "student-file" or place < _LARGEST or file.stem == BLANK
    ]


def _outcomes(folder: Path) -> list[object]:
    press = Workspace(_ROOT).press
    edition = Workspace(_ROOT).edition(staff="", on=_ON)
    wanted = [(paper, each) for paper in papers().values() for each in press.subjects(paper, edition, _ON)]
    blanks = [press.write_blank(paper, edition, _ON, folder, "docx") for paper in papers().values()]
    return [*press.batch(wanted, edition, _ON, folder, "docx"), *blanks]


def test_each_becomes_a_pdf_of_sensible_length(printed: dict[Path, Path]) -> None:
    assert len(printed) > 75
    for file, pdf in printed.items():
        pages = int(re.findall(r"Pages:\s+(\d+)", _run("pdfinfo", pdf))[0])
        kind = file.parent.name
        most = _MOST_SHEETS if papers()[kind].has_items else _MOST_PAGES.get(kind, 4)
        assert 1 <= pages <= most, (file, pages)


def test_no_page_is_empty(printed: dict[Path, Path]) -> None:
    for pdf in printed.values():
        for number, page in enumerate(_run("pdftotext", pdf, "-").split("\f")[:-1], 1):
            assert len(page.split()) > 3, (pdf.name, number)


def test_every_word_of_the_document_is_on_paper(printed: dict[Path, Path]) -> None:
    for file, pdf in printed.items():
        words = Counter(_letters("".join(read(file.read_bytes()).lines)))
        shown = Counter(_letters(_run("pdftotext", "-raw", pdf, "-")))
        assert not words - shown, (file, words - shown)


def test_rare_characters_have_a_glyph(printed: dict[Path, Path]) -> None:
    text = "".join(_run("pdftotext", pdf, "-") for pdf in printed.values())
    assert {"𠮷", "㛃", "玥", "·"} <= set(text)
    fonts = "".join(_run("pdffonts", pdf) for pdf in printed.values())
    assert not re.search(r"\bType 3\b", fonts)
    assert all(" yes " in line for line in fonts.splitlines() if "CID" in line)


def _letters(text: str) -> str:
    return "".join(sign for sign in text if sign.isalnum())


def _run(*command: object) -> str:
    return subprocess.run([str(part) for part in command], check=True, capture_output=True, text=True).stdout
