"""``due``, ``explain``, ``remind``, ``warn``, ``stats`` and ``calendar`` as people and programs call them."""

import json
import re
import socketserver
import threading
import zipfile
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar

from guanai.cli.main import run
from guanai.yamlfile import load

_ON = "2026-11-20"
_STATES = {"未到期", "待办", "提示", "已完成", "逾期"}

Guanai = Callable[..., Any]


def _json(outcome: Any) -> Any:
    assert outcome.code == 0, outcome.err
    return json.loads(outcome.out)


def _children(school: Path) -> list[dict[str, Any]]:
    return [
        load(path.read_bytes(), path.name).data for path in sorted(school.glob("records/students/*/*.yml"))
    ]


def _given_away(school: Path, text: str) -> list[str]:
    """Return the children's names, classes, levels and categories that a text tells."""
    names = [child["姓名"] for child in _children(school)]
    words = [
        "红色",
        "黄色",
        "绿色",
        "预警",
        "留守",
        "劝返",
        "年级",
        "（1）班",
        "（2）班",
        "J2024",
        "J2025",
        "面谈",
        "跟踪",
    ]
    return [word for word in [*names, *words] if word in text]


def test_due_says_what_the_issue_promises(guanai: Guanai) -> None:
    found = _json(guanai("due", "--on", _ON, "--json"))["duties"]
    assert len(found) > 100
    for each in found:
        assert {"provision", "owner", "subject", "opens", "due", "state", "evidence"} <= each.keys()
        # What the school added of its own carries out no provision of the sources.
        assert re.fullmatch(r"[CR][0-9]{2}|", each["provision"])
        assert each["state"] in _STATES
        assert datetime.fromisoformat(each["due"]).year in (2026, 2027)
        opens, due = (date.fromisoformat(each[key][:10]) for key in ("opens", "due"))
        assert opens <= date(2026, 11, 20)
        assert due >= opens
    assert {each["state"] for each in found} >= {"待办", "提示", "已完成"}
    assert len({each["number"] for each in found}) == len(found)


def test_due_of_a_person_lists_what_is_that_persons(guanai: Guanai) -> None:
    everything = _json(guanai("due", "--on", _ON, "--json"))["duties"]
    who = next(each["owner"] for each in everything if each["title"] == "跟踪")
    own = _json(guanai("due", "--on", _ON, "--who", who, "--json"))["duties"]
    assert own == [each for each in everything if who in each["owners"]]
    assert own
    outcome = guanai("due", "--on", _ON, "--who", "T-2222")
    assert (outcome.code, "T-2222" in outcome.err) == (1, True)


def test_due_for_people_is_grouped_by_class_and_child(guanai: Guanai) -> None:
    printed = guanai("due", "--on", _ON)
    assert printed.code == 0
    lines = printed.out.splitlines()
    assert lines[0].startswith("2026-11-20")
    assert "九年级（2）班" in lines
    child = next(place for place, line in enumerate(lines) if re.fullmatch(r"  \S.*（S20..-.....）", line))
    assert lines[child + 1].startswith("    ")
    assert "提示" not in "\n".join(line for line in lines[1:] if line.startswith("    "))
    assert "提示" in guanai("due", "--on", _ON, "--all").out


def test_a_day_without_a_calendar_is_told_with_the_way_out(guanai: Guanai) -> None:
    outcome = guanai("due", "--on", "2031-03-03")
    assert outcome.code == 1
    assert "guanai calendar 2030-2031" in outcome.err


def test_calendar_files_tell_numbers_and_links_alone(guanai: Guanai, school: Path) -> None:
    (school / ".guanai").mkdir(exist_ok=True)
    (school / ".guanai/mail.yml").write_text("网址: https://guanai.example.org/\n", "utf-8")
    written = _json(guanai("due", "--on", _ON, "--ics", "--json", "-o", str(school / "out")))["files"]
    assert len(written) > 5
    numbers = {each["number"] for each in _json(guanai("due", "--on", _ON, "--json"))["duties"]}
    for file in map(Path, written):
        raw = file.read_bytes()
        made = Calendar.from_ical(raw)
        text = raw.decode().replace("\r\n ", "")
        assert _given_away(school, text) == []
        assert not re.search(r"S20[0-9]{2}-", text)
        for event in made.walk("VEVENT"):
            number = str(event["uid"]).removesuffix("@guanai")
            assert str(event["url"]) == f"https://guanai.example.org/duties/{number}"
            assert number in str(event["summary"])
    told = "".join(Path(file).read_text("utf-8") for file in written)
    assert any(number in told for number in numbers)
    before = [Path(file).read_bytes() for file in written]
    guanai("due", "--on", _ON, "--ics", "-o", str(school / "out"))
    assert [Path(file).read_bytes() for file in written] == before


def test_the_sheet_of_a_week_names_only_whom_its_person_may_know(guanai: Guanai, school: Path) -> None:
    written = _json(guanai("due", "--on", _ON, "--week", "--json", "-o", str(school / "out")))["files"]
    assert written
    for file in map(Path, written):
        staff = file.stem.removesuffix("-2026-11-16")
        with zipfile.ZipFile(file) as package:
            text = package.read("word/document.xml").decode()
        own = {
            each["subject"] for each in _json(guanai("due", "--on", _ON, "--as", staff, "--json"))["duties"]
        }
        told = {child["编号"] for child in _children(school) if child["姓名"] in text}
        assert told <= own
    assert guanai("due", "--week", "--ics").code == 2


def test_explain_takes_an_id_and_a_number(guanai: Guanai) -> None:
    made = next(
        each
        for each in _json(guanai("due", "--on", _ON, "--json"))["duties"]
        if each["title"] == "跟踪" and each["state"] == "已完成"
    )
    for word in (made["id"], made["number"]):
        told = _json(guanai("explain", word, "--on", _ON, "--json"))
        assert told["clause"].startswith("班主任每月")
        assert told["told"]
        assert told["verdict"].startswith("已完成")
    # A number of an older mail is still understood.
    assert guanai("explain", made["number"], "--on", "2026-12-18").code == 0
    assert guanai("explain", "N-2222222222", "--on", _ON).code == 1
    several = guanai("explain", "跟踪", "--on", _ON)
    assert (several.code, len(re.findall("N-", several.err)) > 1) == (2, True)


def test_explain_does_not_tell_a_duty_beyond_the_labels(guanai: Guanai) -> None:
    everything = _json(guanai("due", "--on", _ON, "--json"))["duties"]
    teacher = {each["id"] for each in _json(guanai("due", "--on", _ON, "--as", "T-275K", "--json"))["duties"]}
    hidden = next(each for each in everything if each["id"] not in teacher)
    told = guanai("explain", hidden["id"], "--on", _ON, "--as", "T-275K")
    nothing = guanai("explain", "care-a1/没有.没有@S2024-22222@20261101T0000", "--on", _ON, "--as", "T-275K")
    assert told.code == nothing.code == 1
    assert told.err.replace(hidden["id"], "") == nothing.err.replace(
        "care-a1/没有.没有@S2024-22222@20261101T0000", ""
    )


def test_a_reminder_tells_no_child_class_or_level(guanai: Guanai, school: Path) -> None:
    printed = guanai("remind", "--dry-run", "--on", _ON)
    assert printed.code == 0
    assert "关爱事项" in printed.out
    assert _given_away(school, printed.out) == []
    assert not re.search(r"S20[0-9]{2}-", printed.out)
    numbers = {each["number"] for each in _json(guanai("due", "--on", _ON, "--json"))["duties"]}
    told = set(re.findall(r"N-[2-9A-Z]{10}", printed.out))
    assert told & numbers
    for number in told - numbers:  # told without a word of whom
        found = _json(guanai("explain", number, "--on", _ON, "--json"))
        assert (found["title"], found["number"] in numbers) == ("会议决定", True)


class _Letterbox(socketserver.StreamRequestHandler):
    """A server that takes every mail and keeps it."""

    mails: list[str] = []  # noqa: RUF012 - one for the test

    def handle(self) -> None:
        self.wfile.write(b"220 here\r\n")
        while line := self.rfile.readline():
            word = line[:4].upper()
            if word == b"DATA":
                self.wfile.write(b"354 go\r\n")
                lines = []
                while (part := self.rfile.readline()) != b".\r\n":
                    lines.append(part)
                self.mails.append(b"".join(lines).decode())
            if word == b"QUIT":
                self.wfile.write(b"221 bye\r\n")
                return
            self.wfile.write(b"250 fine\r\n")


@pytest.fixture
def letterbox() -> Iterator[tuple[int, list[str]]]:
    _Letterbox.mails.clear()
    with socketserver.TCPServer(("127.0.0.1", 0), _Letterbox) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server.server_address[1], _Letterbox.mails
        server.shutdown()
        thread.join()


def test_reminders_go_out_by_mail(guanai: Guanai, school: Path, letterbox: tuple[int, list[str]]) -> None:
    assert guanai("remind", "--on", _ON).code == 1  # no server is set
    port, mails = letterbox
    (school / ".guanai/mail.yml").write_text(
        f'服务器: 127.0.0.1\n端口: "{port}"\n加密: 无\n发件人: guanai@school.example\n', "utf-8"
    )
    sent = guanai("remind", "--on", _ON)
    wanted = _json(guanai("remind", "--dry-run", "--on", _ON, "--json"))["reminders"]
    with_mail = [each for each in wanted if each["mail"]]
    assert len(mails) == len(with_mail) > 3
    assert sent.code == (1 if len(with_mail) < len(wanted) else 0)
    (school / ".guanai/mail.yml").write_text("服务器: 127.0.0.1\n端口: 0\n", "utf-8")
    assert "端口" in guanai("remind", "--on", _ON).err


def test_warn_proposes_with_triggers_and_evidence(guanai: Guanai) -> None:
    found = _json(guanai("warn", "--on", _ON, "--json"))
    assert found["rule"]
    assert found["proposals"]
    for each in found["proposals"]:
        assert each["level"] != each["current"]
        assert each["signs"] or each["needs"]
        assert all(sign["text"] and sign["weight"] for sign in each["signs"])
    printed = guanai("warn", "--on", _ON).out
    assert "由人决定" in printed
    assert all(each["student"] in printed for each in found["proposals"])


def test_stats_lists_formula_numerator_and_denominator(guanai: Guanai) -> None:
    found = _json(guanai("stats", "--on", _ON, "--json"))["indicators"]
    kept = next(each for each in found if each["name"] == "巩固率")
    assert kept["formula"]
    assert set(kept["numerator"]) <= set(kept["denominator"])
    assert kept["value"] == len(kept["numerator"]) / len(kept["denominator"])
    assert any(each["name"].endswith("：完成率") for each in found)
    assert {each["scope"] for each in found} >= {"全校", "J2024", "J2024-01"}


def test_public_figures_tell_of_nobody(guanai: Guanai) -> None:
    found = _json(guanai("stats", "--public", "--on", _ON, "--json"))
    assert not re.search(r"[SE]20[0-9]{2}", json.dumps(found))
    for each in found["categories"]["cells"]:
        assert each["count"] is None or each["count"] >= 5
    for each in found["indicators"]:
        assert each["count"] is None or each["count"] == 0 or each["count"] >= 5


def test_who_sees_only_aggregates_gets_the_public_figures_and_the_administrator_none(guanai: Guanai) -> None:
    public = guanai("stats", "--public", "--on", _ON, "--json").out
    people = load(_STAFF.read_bytes(), "staff.yml").data["教职工"]
    posts = {each["编号"]: {post["角色"] for post in each["任职"]} for each in people}
    staff = {min(roles): each for each, roles in posts.items() if len(roles) == 1}
    told = [role for role in ("家长代表", "教务主任", "校办主任", "后勤主任") if role in staff]
    assert "家长代表" in told
    for role in told:
        figures = guanai("stats", "--on", _ON, "--as", staff[role], "--json")
        assert figures.out == ("" if role == "后勤主任" else public)
        assert _json(guanai("due", "--on", _ON, "--as", staff[role], "--json"))["duties"] == []
    refused = guanai("stats", "--on", _ON, "--as", staff["系统管理员"], "--json")
    assert (refused.code, refused.out) == (1, "")


_STAFF = Path(__file__).resolve().parents[2] / "records/staff.yml"


def test_calendar_fills_a_year_and_marks_what_is_not_announced(guanai: Guanai, school: Path) -> None:
    made = _json(guanai("calendar", "2027-2028", "--json"))
    assert made["written"]
    assert any("国庆节" in line for line in made["tentative"])
    assert "2027-2028" not in guanai("check", "--on", _ON).out
    text = (school / "records/calendar/2027-2028.yml").read_text("utf-8")
    assert text.count("暂定: true") == len(made["tentative"])
    assert guanai("due", "--on", "2027-10-08").code == 0
    again = _json(guanai("calendar", "2027-2028", "--json"))
    assert not again["written"]
    assert (school / "records/calendar/2027-2028.yml").read_text("utf-8") == text
    (school / "records/calendar/2025-2026.yml").unlink()
    known = _json(guanai("calendar", "2025", "--json"))
    assert known["tentative"] == []
    for wrong in ("二六", "2026-2028", "1999"):
        assert guanai("calendar", wrong).code == 2


def test_a_calendar_that_differs_from_the_announcement_is_told(guanai: Guanai, school: Path) -> None:
    path = school / "records/calendar/2025-2026.yml"
    path.write_text(path.read_text("utf-8").replace('止: "2025-10-08"', '止: "2025-10-07"'), "utf-8")
    outcome = guanai("calendar", "2025-2026")
    assert outcome.code == 1
    assert "2025-10-08" in outcome.out


def test_help_of_every_new_command_is_chinese(capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("due", "warn", "stats", "explain", "remind", "calendar"):
        assert run([name, "--help"]) == 0
        assert "用法：" in capsys.readouterr().out
