"""Excel lists in the browser: a preview saves nothing, a save saves what was shown, and an erasure reaches what waits."""

import io
import re
import threading
import time
from collections.abc import Callable
from datetime import date
from typing import Any

import openpyxl
import pytest

from guanai.store.traces import Finder
from guanai.web import plans
from guanai.workspace import importing, sifting
from guanai.workspace.erasing.leftovers import leftovers, remove
from guanai.workspace.previews import Previews

#: Makes a workbook of one sheet.
_Sheet = Callable[[list[Any]], bytes]
_HEAD = ("学生编号", "姓名", "日期", "语文")


def _bring(browser: Any, raw: bytes, **fields: str) -> Any:
    return browser.post(
        "/admin/imports",
        data={"csrf": browser.token(), **fields},
        files={"file": ("期中成绩.xlsx", raw)},
        headers={"origin": str(browser.base_url).rstrip("/")},
    )


def _children(served: Any, count: int) -> list[tuple[str, str]]:
    snapshot = served.gateway.moments.now().snapshot
    ids = snapshot.ids("student")[:count]
    return [(each, str(snapshot.mapping("student", each)["姓名"])) for each in ids]


def _seen(page: str) -> str:
    found = re.search(r'name="seen" value="([0-9a-f]+)"', page)
    assert found is not None
    return found[1]


def _scores(served: Any, child: str) -> list[Any]:
    return [
        each
        for each in served.gateway.moments.now().snapshot.mapping("student", child).get("成绩", [])
        if each.get("日期") == "2026-11-18"
    ]


def test_a_long_sheet_says_how_far_it_is_and_then_what_it_would_change(
    served: Any, rows: list[tuple[Any, ...]], monkeypatch: pytest.MonkeyPatch, sheet: _Sheet
) -> None:
    go, looked_at = threading.Event(), sifting.sifted

    def sifted(*facts: Any) -> Any:
        assert go.wait(60)
        return looked_at(*facts)

    monkeypatch.setattr(importing, "sifted", sifted)
    monkeypatch.setattr(plans, "_AT_ONCE", 0)
    browser = served.logged_in("校长")
    at = _bring(browser, sheet([_HEAD, *rows])).headers["location"]
    waiting = browser.get(at)
    assert waiting.headers["refresh"] == "2"
    assert "已看 0 行，共 2 行" in waiting.text
    go.set()
    until = time.monotonic() + 60
    while "refresh" in (answer := browser.get(at)).headers:
        assert time.monotonic() < until
        time.sleep(0.1)
    assert rows[0][1] in answer.text
    assert "第 4 行 C 列（日期）" in answer.text


@pytest.fixture
def rows(served: Any) -> list[tuple[Any, ...]]:
    """Three children with a mark each, the last one a faulty one."""
    (one, first), (two, second), (three, third) = _children(served, 3)
    return [
        (one, first, "2026-11-18", 88),
        (two, second, "2026-11-18", 91.5),
        (three, third, "十一月", 77),
    ]


def test_a_preview_saves_nothing_and_a_confirmation_saves_what_was_shown(
    served: Any, rows: list[tuple[Any, ...]], sheet: _Sheet
) -> None:
    browser, store = served.logged_in("校长"), served.gateway.moments.store
    head = store.head()
    answer = _bring(browser, sheet([_HEAD, *rows]))
    assert answer.status_code == 303, answer.text
    at = answer.headers["location"]
    page = browser.get(at).text
    assert rows[0][1] in page
    assert "第 4 行 C 列（日期）" in page, "a fault is told by row and column"
    assert store.head() == head

    assert browser.submit(f"{at}/save", seen=_seen(page)).status_code == 303
    assert len(store.pair.main.run("rev-list", f"{head}..HEAD").split()) == 1
    assert [each["分数"] for each in _scores(served, rows[0][0])] == [88]
    assert _scores(served, rows[2][0]) == []
    faulty = openpyxl.load_workbook(io.BytesIO(browser.get(f"{at}/faulty").content)).active
    assert faulty is not None
    assert [row[2] for row in faulty.iter_rows(min_row=2, values_only=True)] == [rows[2][1]]


def test_what_has_changed_since_it_was_shown_is_shown_again(
    served: Any, rows: list[tuple[Any, ...]], sheet: _Sheet
) -> None:
    browser, other = served.logged_in("校长"), served.logged_in("德育主任")
    first = _bring(browser, sheet([_HEAD, *rows[:2]])).headers["location"]
    seen = _seen(browser.get(first).text)
    second = _bring(other, sheet([_HEAD, rows[0]])).headers["location"]
    assert other.submit(f"{second}/save", seen=_seen(other.get(second).text)).status_code == 303

    head = served.gateway.moments.store.head()
    answer = browser.submit(f"{first}/save", seen=seen)
    assert answer.status_code == 422
    assert "请再看一遍" in answer.text
    assert served.gateway.moments.store.head() == head
    assert browser.submit(f"{first}/save", seen=_seen(answer.text)).status_code == 303
    assert len(_scores(served, rows[0][0])) == 1, "what the other saved is not doubled"


def test_a_column_nobody_knows_is_asked_about_and_remembered(
    served: Any, rows: list[tuple[Any, ...]], sheet: _Sheet
) -> None:
    browser = served.logged_in("校长")
    raw = sheet([(*_HEAD, "卷面印象"), *((*row, "好") for row in rows[:2])])
    at = _bring(browser, raw).headers["location"]
    page = browser.get(at).text
    assert "卷面印象" in page
    assert 'name="seen"' not in page, "it cannot be saved yet"
    assert browser.submit(f"{at}/save", seen="").status_code == 422
    assert browser.submit(f"{at}/say", **{"map:卷面印象": "不要"}).status_code == 303
    page = browser.get(at).text
    assert browser.submit(f"{at}/save", seen=_seen(page)).status_code == 303
    again = browser.get(_bring(browser, raw).headers["location"]).text
    assert "还不知道是什么" not in again


def test_one_of_two_columns_of_one_header_is_chosen_by_its_letters(
    served: Any, rows: list[tuple[Any, ...]], sheet: _Sheet
) -> None:
    browser = served.logged_in("校长")
    raw = sheet([(*_HEAD, "数学", "数学"), *((*row, 70, 71) for row in rows[:2])])
    at = _bring(browser, raw).headers["location"]
    assert 'name="map:数学（F 列）"' in browser.get(at).text
    assert browser.submit(f"{at}/say", **{"map:数学（F 列）": "不要"}).status_code == 303
    assert browser.submit(f"{at}/save", seen=_seen(browser.get(at).text)).status_code == 303
    assert [each["分数"] for each in _scores(served, rows[0][0])] == [88, 70]
    assert "数学（F 列）" in browser.get(_bring(browser, raw).headers["location"]).text, (
        "it is not remembered"
    )


def test_a_column_may_be_said_to_be_a_subject(
    served: Any, rows: list[tuple[Any, ...]], sheet: _Sheet
) -> None:
    browser = served.logged_in("校长")
    at = _bring(browser, sheet([(*_HEAD, "道法卷"), *((*row, 70) for row in rows[:2])])).headers["location"]
    assert "<option>道德与法治</option>" in browser.get(at).text
    browser.submit(f"{at}/say", **{"map:道法卷": "道德与法治"})
    assert browser.submit(f"{at}/save", seen=_seen(browser.get(at).text)).status_code == 303
    found = {each["学科"]: each["分数"] for each in _scores(served, rows[0][0])}
    assert found == {"语文": 88, "道德与法治": 70}


def test_each_sheet_of_a_workbook_is_chosen_and_saved_in_turn(
    served: Any, rows: list[tuple[Any, ...]]
) -> None:
    browser, book = served.logged_in("校长"), openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for title, row in (("八1", rows[0]), ("八 2", rows[1])):
        page = book.create_sheet(title)
        page.append(list(_HEAD))
        page.append(list(row))
    raw = io.BytesIO()
    book.save(raw)
    at = _bring(browser, raw.getvalue()).headers["location"]
    first = browser.get(at).text
    assert "工作表“八1”" in first
    assert '<option value="八 2">' in first
    saved = browser.submit(f"{at}/save", seen=_seen(first))
    assert saved.headers["location"].endswith(at), "the other sheet still waits"
    assert "还有工作表没有读：八 2" in browser.get(at).text
    assert _scores(served, rows[1][0]) == []

    assert browser.submit(f"{at}/say", sheet="八 2").status_code == 303
    second = browser.get(at).text
    assert "工作表“八 2”" in second
    assert "八1（保存过）" in second
    assert browser.submit(f"{at}/save", seen=_seen(second)).headers["location"].endswith("/admin/imports")
    assert [len(_scores(served, child)) for child, *_ in rows[:2]] == [1, 1]
    assert browser.get(at).status_code == 422, "nothing of it is left"


def test_a_sheet_that_cannot_be_read_leads_back_to_the_others(
    served: Any, rows: list[tuple[Any, ...]]
) -> None:
    browser, book = served.logged_in("校长"), openpyxl.Workbook()
    first, other = book.worksheets[0], book.create_sheet("说明")
    for row in (_HEAD, rows[0]):
        first.append(list(row))
    other.append(["请照样填写"])
    raw = io.BytesIO()
    book.save(raw)
    at = _bring(browser, raw.getvalue()).headers["location"]
    assert 'name="sheet"' not in browser.get(at).text, "words without a list are no sheet to read"
    browser.submit(f"{at}/say", sheet="说明")
    page = browser.get(at)
    assert page.status_code == 422
    assert '<option value="Sheet">' in page.text
    browser.submit(f"{at}/say", sheet="Sheet")
    assert 'name="seen"' in browser.get(at).text


def test_a_day_for_all_rows_can_be_given(served: Any, rows: list[tuple[Any, ...]], sheet: _Sheet) -> None:
    browser = served.logged_in("校长")
    raw = sheet([("学生编号", "姓名", "语文"), *((row[0], row[1], row[3]) for row in rows)])
    at = _bring(browser, raw, kind="成绩").headers["location"]
    page = browser.get(at)
    assert page.status_code == 422
    assert "--" not in re.sub(r"<[^>]+>", "", page.text), "no option of the command line on a page"
    assert 'name="sheet"' not in page.text, "there is no other sheet"
    assert browser.submit(f"{at}/say", given_key="日期", given_text="2026-11-18").status_code == 303
    assert 'name="seen"' in browser.get(at).text


def test_nobody_opens_what_another_brought(served: Any, rows: list[tuple[Any, ...]], sheet: _Sheet) -> None:
    at = _bring(served.logged_in("校长"), sheet([_HEAD, *rows])).headers["location"]
    other = served.logged_in("德育主任")
    for path in (at, f"{at}/faulty"):
        answer = other.get(path)
        assert answer.status_code == 422
        assert rows[0][1] not in answer.text
    assert other.submit(f"{at}/save", seen="").status_code == 422
    assert other.submit(f"{at}/drop").status_code == 422
    assert served.logged_in("系统管理员").get(at).status_code == 404


def test_a_teacher_imports_for_the_own_class_alone(
    served: Any, login: Callable[[str], Any], sheet: _Sheet
) -> None:
    teacher, staff = login("班主任"), served.staff("班主任")
    workspace = served.gateway.moments.now()
    edition = workspace.edition(staff=staff, on=date(2026, 11, 20))
    own: list[tuple[str, str]] = []
    others: list[tuple[str, str]] = []
    for child, name in _children(served, 48):
        (own if edition.decision("student", child).allowed else others).append((child, name))
    page = teacher.get(
        _bring(teacher, sheet([_HEAD, (*own[0], "2026-11-18", 80), (*others[0], "2026-11-18", 80)])).headers[
            "location"
        ]
    ).text
    assert "保存这 1 行" in page
    assert "第 3 行" in page


def test_no_workbook_is_no_preview(served_once: Any) -> None:
    browser = served_once.logged_in("校长")
    for raw in (b"", b"PK\x03\x04broken", b"a,b\n1,2\n"):
        assert _bring(browser, raw).status_code == 422
    assert "还没有做完的" not in browser.get("/admin/imports").text


def test_an_erasure_forgets_what_waits(served: Any, rows: list[tuple[Any, ...]], sheet: _Sheet) -> None:
    browser = served.logged_in("校长")
    at = _bring(browser, sheet([_HEAD, *rows])).headers["location"]
    folder = served.root / ".guanai" / "cache" / "imports"
    assert list(folder.iterdir())
    finder = Finder([rows[0][0]])
    for each in leftovers(served.root, finder):
        if each.path.is_relative_to(folder.parent):
            remove(each, finder)
    assert not folder.exists()
    answer = browser.get(at)
    assert answer.status_code == 422
    assert rows[0][1] not in answer.text


def test_what_nobody_comes_back_to_is_forgotten_after_a_day(
    served: Any, rows: list[tuple[Any, ...]], sheet: _Sheet
) -> None:
    browser = served.logged_in("校长")
    _bring(browser, sheet([_HEAD, *rows]))
    waiting = Previews(served.root)
    served.clock.forward(hours=23)
    waiting.sweep(served.clock())
    assert waiting.of(served.staff("校长"))
    served.clock.forward(hours=2)
    waiting.sweep(served.clock())
    assert not waiting.of(served.staff("校长"))
