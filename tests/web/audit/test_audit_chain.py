"""The log of who looked at what only grows, and shows whatever is done to it."""

import json
import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guanai.calendar import SHANGHAI
from guanai.web.audit import AuditLog, AuditNotKept, BrokenChain
from guanai.web.heads import KeptHead, hold

#: Writes a line of the log.
Add = Callable[[AuditLog, int], None]
#: Lists the files of the months that are not sealed.
OpenMonths = Callable[[Path], list[Path]]


def test_the_chain_goes_on_over_months_and_processes(
    log: AuditLog, tmp_path: Path, clock: Any, add: Add, open_months: OpenMonths
) -> None:
    assert [path.stem for path in open_months(tmp_path)] == ["2026-11", "2026-12"]
    assert log.verify().number == 12
    other = AuditLog(tmp_path, clock)
    add(other, 3)
    add(log, 4)
    assert log.verify() == other.head() == log.head()
    assert log.head().number == 14
    assert [event.number for event in log.events(since="2026-12")] == list(range(8, 15))
    assert all(path.stat().st_mode & 0o077 == 0 for path in open_months(tmp_path))


def test_a_clock_that_goes_back_does_not_break_the_order(
    log: AuditLog, tmp_path: Path, clock: Any, add: Add, open_months: OpenMonths
) -> None:
    clock.now = datetime(2026, 10, 1, 8, 0, tzinfo=SHANGHAI)
    add(log, 1)
    assert [path.stem for path in open_months(tmp_path)] == ["2026-11", "2026-12"]
    assert log.verify().number == 13


def test_who_has_just_written_sees_what_was_done_to_the_log_since(
    log: AuditLog, tmp_path: Path, clock: Any, add: Add, open_months: OpenMonths
) -> None:
    other, before = AuditLog(tmp_path, clock), clock.now
    add(log, 1)
    for number in range(3):
        add((log, other)[number % 2], number)
    clock.now = datetime(2027, 1, 4, 8, tzinfo=SHANGHAI)
    add(other, 1)  # begins a month
    clock.now = before
    add(log, 2)  # as the clock of another computer tells
    assert [path.stem for path in open_months(tmp_path)] == ["2026-11", "2026-12", "2027-01"]
    assert log.verify().number == 18
    last = open_months(tmp_path)[-1]
    last.write_bytes(last.read_bytes()[:-7])  # a crash
    add(log, 3)
    assert log.verify().number == 18
    assert log.seal()
    add(log, 4)
    assert log.verify() == other.verify()
    assert log.verify().number == 19


@given(data=st.data())
@settings(max_examples=40, deadline=None)
def test_any_change_of_a_line_is_found(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject, add: Add, open_months: OpenMonths
) -> None:
    folder, clock = tmp_path_factory.mktemp("log"), lambda: datetime(2026, 11, 20, 9, 30, tzinfo=SHANGHAI)
    log = AuditLog(folder, clock)
    for number in range(6):
        add(log, number)
    head = log.head()
    file = open_months(folder)[0]
    lines = file.read_bytes().splitlines(keepends=True)
    at = data.draw(st.integers(0, 5))
    kind = data.draw(st.sampled_from(["value", "gone", "twice", "swapped", "made up", "cut", "rebuilt"]))
    if kind == "value":
        body = json.loads(lines[at])
        key = data.draw(
            st.sampled_from(["时间", "人", "任职", "做了", "记录", "版本", "结果", "地址", "指纹"])
        )
        body[key] = body[key] + "x"
        lines[at] = json.dumps(body, ensure_ascii=False).encode() + b"\n"
    elif kind == "gone":
        del lines[at]
    elif kind == "twice":
        lines.insert(at, lines[at])
    elif kind == "swapped":
        other = (at + 1) % 6
        lines[at], lines[other] = lines[other], lines[at]
    elif kind == "made up":
        lines.insert(at, b"{}\n")
    elif kind == "cut":
        lines = lines[:at]
    else:  # all of it made anew, with a chain that holds
        file.unlink()
        for number in range(6):
            add(AuditLog(folder, clock), number + (number == at))
        lines = file.read_bytes().splitlines(keepends=True)
    file.write_bytes(b"".join(lines))
    with pytest.raises(BrokenChain):
        hold(AuditLog(folder, clock), [[KeptHead(head)]])


#: As the program wrote them before lines had an address.
_OLD = """\
{"序号":1,"时间":"2026-11-20T09:30:00.000+08:00","人":"T-3XK9","任职":"班主任","做了":"查看","记录":"S2024-7K3Q0","版本":"关爱 教学","结果":"成","指纹":"3c38d439d085c1a9a3c9ddd6b989e0ac719d3c1b5abbf5ceec5d2280da109d2e"}
{"序号":2,"时间":"2026-11-20T09:30:00.000+08:00","人":"","任职":"","做了":"登录","记录":"","版本":"","结果":"失败","指纹":"aea9628574b0792e33d401d7da65925ca3824f176f823aa4e3137d49f3976df9"}
"""


def test_lines_of_before_there_were_addresses_hold_and_the_chain_goes_on(tmp_path: Path, clock: Any) -> None:
    log = AuditLog(tmp_path, clock)
    folder = tmp_path / ".guanai" / "audit"
    folder.mkdir(parents=True)
    (folder / "2026-11.jsonl").write_text(_OLD, encoding="utf-8")
    assert log.verify().number == 2
    log.record(actor="T-3XK9", role="班主任", action="下载", address="10.0.3.7")
    log.record(actor="", role="", action="登录", address="x" * 400)
    assert log.verify().number == 4
    assert [each.address for each in log.events()] == ["", "", "10.0.3.7", "x" * 45]
    text = (folder / "2026-11.jsonl").read_text(encoding="utf-8")
    (folder / "2026-11.jsonl").write_text(text.replace("10.0.3.7", "10.0.3.8"), encoding="utf-8")
    with pytest.raises(BrokenChain):
        log.verify()


def test_a_line_torn_by_a_crash_goes_and_the_chain_holds(
    log: AuditLog, tmp_path: Path, add: Add, open_months: OpenMonths
) -> None:
    with open_months(tmp_path)[-1].open("ab") as file:
        file.write('{"序号":13,"时间":"20'.encode())
    add(log, 5)
    assert log.verify().number == 13


def test_many_threads_make_one_chain(tmp_path: Path, clock: Any, add: Add) -> None:
    logs = [AuditLog(tmp_path, clock) for _ in range(2)]

    def work(which: int) -> None:
        for number in range(20):
            add(logs[which % 2], number % 16)

    threads = [threading.Thread(target=work, args=(which,)) for which in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert logs[0].verify().number == 120


def test_a_line_that_the_lock_kept_from_being_written_is_believed_by_nobody(log: AuditLog, add: Add) -> None:
    """Lines of one moment share a write: where it fails, it fails for all who wait, not for the first alone."""
    refused: list[str] = []
    begun = threading.Barrier(4)

    def work() -> None:
        begun.wait()
        try:
            add(log, 1)
        except AuditNotKept as error:
            refused.append(str(error))

    threads = [threading.Thread(target=work) for _ in range(4)]
    folder = log._lock.path
    folder.unlink()
    folder.mkdir()  # no lock can be had
    with log._writer:
        for thread in threads:
            thread.start()
        while len(log._waiting) < 4:
            threading.Event().wait(0.01)
    for thread in threads:
        thread.join()
    assert len(refused) == 4
    folder.rmdir()
    assert log.verify().number == 12
