"""One home visit, typed once, is in every place that asks for it."""

import io
import json
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from guanai.store.git import found

_CHILD, _CLASS, _TEACHER = "S2024-UWWJF", "J2025-01.2026-2027-1", "T-XYSK"
_WORDS = "祖父在家修农具，答应每周来一次电话。"
_VISIT = {
    "类型": "家访",
    "时间": "2026-11-19T18:30+08:00",
    "记录人": _TEACHER,
    "内容": _WORDS,
    "教育策略": "先听祖父讲家里的难处",
    "教育效果": "愿意常来电话",
    "经验与教训": "去之前先约时间",
}
_COUNT = re.compile(r"\|家访\|(\d+)\|")


@pytest.fixture
def printed(guanai: Callable[..., Any], tmp_path: Path) -> Callable[[str, str], str]:
    """Print a paper; return its words, cell by cell."""

    def words(kind: str, subject: str) -> str:
        made = guanai(
            "generate", kind, subject, "--format", "html", "-o", str(tmp_path), "--on", "2026-11-20"
        )
        assert made.code == 0, made
        page = (tmp_path / kind / f"{subject}.html").read_text("utf-8")
        return re.sub(r"(\s*<[^>]+>\s*)+", "|", page)

    return words


@pytest.fixture
def tracking(guanai: Callable[..., Any]) -> Callable[[], tuple[str, list[str]]]:
    """Return the state of the child's duty of the month, and the kinds of evidence that were found for it."""

    def look() -> tuple[str, list[str]]:
        told = json.loads(guanai("due", "--on", "2026-11-20", "--json").out)["duties"]
        (duty,) = (each for each in told if each["subject"] == _CHILD and each["title"] == "跟踪")
        return duty["state"], [proof["kind"] for proof in duty["evidence"]]

    return look


def test_a_visit_typed_once_is_printed_three_times_counted_and_fulfils_its_duty(
    school: Path,
    guanai: Callable[..., Any],
    printed: Callable[[str, str], str],
    tracking: Callable[[], tuple[str, list[str]]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (school / ".gitignore").write_text(".guanai/\n", encoding="utf-8")
    found(school, "新建", date(2026, 11, 1))
    assert tracking() == ("待办", [])
    assert _COUNT.findall(printed("term-summary", _CLASS)) == []

    typed = io.BytesIO(json.dumps(_VISIT, ensure_ascii=False).encode())
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(typed, encoding="utf-8"))
    assert guanai("add", _CHILD, "过程记录", "--as", _TEACHER, "--on", "2026-11-20").code == 0

    for kind in ("home-visit", "student-file", "tracking-record"):
        assert _WORDS in printed(kind, _CHILD), kind
    assert _COUNT.findall(printed("term-summary", _CLASS)) == ["1"]
    assert tracking() == ("已完成", ["家访"])
