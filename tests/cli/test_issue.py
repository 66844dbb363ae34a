"""``guanai issue``: a number from the command line, and the register."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from generators.docx import read
from guanai.store.git import found

ON = ("--on", "2026-11-20")
CHILD, CASE = "S2024-UT97N", "S2024-UT97N-R20261118-KK7Q"
NOTICE = ("--paper", "education-notice")


@pytest.fixture
def call(school: Path, guanai: Callable[..., Any]) -> Callable[..., Any]:
    """Call the program in the sample school under git."""
    (school / ".gitignore").write_text(".guanai/\n", encoding="utf-8")
    found(school, "新建", date(2026, 11, 1))
    return lambda *arguments: guanai(*arguments, *ON)


def test_a_notice_is_a_draft_until_it_has_its_number(call: Callable[..., Any], school: Path) -> None:
    def lines() -> str:
        done = call("generate", "education-notice", CHILD, "--as", "T-AU8V")
        assert done.code == 0, done.err
        return "\n".join(
            read((school / "documents" / "education-notice" / f"{CHILD}.docx").read_bytes()).lines
        )

    assert "禾中〔2026〕 号（草稿）" in lines()
    done = call("issue", CHILD, *NOTICE, "--as", "T-AU8V")
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith("文号：禾中〔2026〕13号（records/decisions/2026/D20261120-")
    assert "禾中〔2026〕13号" in lines()
    assert "2026年11月20日" in lines()


def test_the_code_in_the_register_is_that_of_the_printed_paper(
    call: Callable[..., Any], school: Path
) -> None:
    drawn = json.loads(call("issue", CHILD, *NOTICE, "--as", "T-AU8V", "--json").out)
    text = (school / drawn["path"]).read_text(encoding="utf-8")
    code = text.partition("校验码: ")[2][:8]
    call("generate", "education-notice", CHILD, "--as", "T-AU8V")
    made = school / "documents" / "education-notice" / f"{CHILD}.docx"
    proof = call("verify", str(made))
    assert proof.code == 0, proof.out + proof.err
    stamp = read(made.read_bytes()).stamp
    assert stamp is not None
    assert stamp.code == code


def test_the_register_lists_number_signature_and_place(call: Callable[..., Any]) -> None:
    drawn = json.loads(call("issue", CHILD, *NOTICE, "--as", "T-AU8V", "--json").out)
    record = Path(drawn["path"]).stem
    assert call("set", record, "签字", "已签", "--as", "T-AU8V").code == 0
    assert call("set", record, "存放.盒号", "G26", "--as", "T-AU8V").code == 0
    (line,) = [
        each
        for each in json.loads(call("issue", "--list", "--json").out)["papers"]
        if each["record"] == record
    ]
    assert line == {
        "number": "禾中〔2026〕13号",
        "date": "2026-11-20",
        "name": "劝学通知书",
        "paper": "劝学通知书",
        "about": CASE,
        "record": record,
        "signature": "已签",
        "box": "G26",
        "item": None,
    }
    told = call("issue", "--list", "--year", "2026").out.splitlines()
    assert told[-1] == f"禾中〔2026〕13号  2026-11-20  劝学通知书  {CASE}  已签  盒G26"
    assert call("issue", "--list", "--year", "2020").out == ""


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("issue",), 2, "请写明给哪一份编文号"),
        (("issue", CHILD), 2, "--as"),
        (("issue", CHILD, "--list"), 2, "就不要再写编号"),
        (("issue", CHILD, "--as", "T-WSLF"), 2, "不编文号"),
        (("issue", CHILD, "--paper", "family-guide", "--as", "T-WSLF"), 2, "不编文号"),
        (("issue", CHILD, "--paper", "nothing", "--as", "T-WSLF"), 2, "没有叫 nothing 的文书"),
        (("issue", "D20261030-ZZZZ", "--as", "T-WSLF"), 1, "没有编号为"),
        (("issue", CHILD, *NOTICE, "--as", "T-2HQG"), 1, CHILD),
        (("issue", "S2024-Z9L8D", *NOTICE, "--as", "T-WSLF"), 1, "已经返校"),
    ],
)
def test_what_cannot_be_issued_is_told(
    call: Callable[..., Any], arguments: tuple[str, ...], code: int, words: str
) -> None:
    done = call(*arguments)
    assert done.code == code, done.err
    assert words in done.err
