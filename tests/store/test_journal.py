import errno
import os
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from guanai.store import disk
from guanai.store import journal as module
from guanai.store.git import HeadMoved, NotKept
from guanai.store.journal import Entry, Journal
from guanai.store.note import Note
from guanai.store.places import OwnStore, SharedStore, recover

_PATH = "records/attendance/2026-2027-1/J2024-03/2026-11.yml"
_OTHER = "records/attendance/2026-2027-1/J2024-01/2026-11.yml"


def _add_line(content: bytes | None, entry: Entry) -> bytes:
    """Add a line to a file unless it has it."""
    line = f"{entry.payload}\n".encode()
    lines = (content or b"").splitlines(keepends=True)
    return b"".join(lines if line in lines else [*lines, line])


@pytest.fixture
def journal(shared: SharedStore) -> Journal:
    return Journal(shared, _add_line)


def _append(journal: Journal, when: datetime, payload: str, path: str = _PATH, staff: str = "T-3XK9") -> None:
    journal.append(path, payload, staff_id=staff, author=f"{staff}某", when=when)


def _log(store: SharedStore | OwnStore) -> Path:
    return store.root / ".guanai/journal/attendance.log"


def test_entries_are_read_at_once_and_committed_together(
    shared: SharedStore, journal: Journal, when: datetime
) -> None:
    head, before = shared.head(), shared.source().read(_PATH)
    _append(journal, when, "一")
    _append(journal, when, "二", _OTHER, "T-8PLW")
    _append(journal, when, "三")
    assert shared.head() == head
    assert journal.read(_PATH) == (before or b"") + "一\n三\n".encode()
    commit = journal.flush(when)
    assert shared.head() == commit != head
    assert journal.waiting() == ()
    assert shared.source().read(_PATH) == journal.read(_PATH) == (before or b"") + "一\n三\n".encode()
    last = next(shared.pair.main.log())
    assert (last.action, last.staff, last.author, last.parents) == (
        "考勤", "T-3XK9、T-8PLW", "guanai", (head,),
    )  # fmt: skip


def test_at_most_one_commit_a_minute(shared: SharedStore, journal: Journal, when: datetime) -> None:
    _append(journal, when, "一")
    assert journal.flush(when)
    _append(journal, when, "二")
    assert journal.flush(when + timedelta(seconds=59)) == ""
    assert [entry.payload for entry in journal.waiting()] == ["二"]
    assert Journal(shared, _add_line).flush(when + timedelta(seconds=61))
    assert journal.flush(when + timedelta(hours=1)) == ""
    _append(journal, when, "三")
    assert journal.flush(when + timedelta(seconds=62), is_urgent=True)


def test_one_persons_checks_are_his_commit(shared: SharedStore, journal: Journal, when: datetime) -> None:
    _append(journal, when, "一")
    journal.flush(when)
    last = next(shared.pair.main.log())
    assert (last.author, last.staff) == ("T-3XK9某", "T-3XK9")


def test_others_saving_in_between_is_merged_onto(
    shared: SharedStore,
    journal: Journal,
    when: datetime,
    note: Callable[..., Note],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _append(journal, when, "一")
    real = shared.put
    turns: list[int] = []

    def put(*arguments: object, **named: object) -> str:
        if not turns:
            turns.append(1)
            real({_PATH: "甲\n".encode()}, note(), parent=shared.head())
            raise HeadMoved
        return real(*arguments, **named)  # type: ignore[arg-type] # passed on as they came

    monkeypatch.setattr(shared, "put", put)
    journal.flush(when)
    assert shared.source().read(_PATH) == "甲\n一\n".encode()


def test_a_refusing_disk_keeps_nothing_of_an_entry_and_all_of_the_others(
    shared: SharedStore, journal: Journal, when: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    _append(journal, when, "一")

    def half(descriptor: int, data: bytes) -> int:
        os.write(descriptor, data[: len(data) // 2])
        raise OSError(errno.ENOSPC, "full")

    with monkeypatch.context() as patch:
        patch.setattr(disk, "write", half)
        with pytest.raises(NotKept, match="磁盘已满"):
            _append(journal, when, "二")
    assert [entry.payload for entry in journal.waiting()] == ["一"]
    _append(journal, when, "三")
    assert [entry.payload for entry in journal.waiting()] == ["一", "三"]
    assert shared.head()


def test_a_torn_last_line_is_cut_off_and_told(shared: SharedStore, journal: Journal, when: datetime) -> None:
    _append(journal, when, "一")
    _append(journal, when, "二")
    raw = _log(shared).read_bytes()
    _log(shared).write_bytes(raw[:-4])
    told = recover(shared)
    assert any("没有写完" in sentence for sentence in told)
    assert any("1 条考勤" in sentence for sentence in told)
    _append(journal, when, "三")
    assert [entry.payload for entry in journal.waiting()] == ["一", "三"]


def test_an_entry_after_a_torn_line_is_not_lost_without_recovery(
    shared: SharedStore, journal: Journal, when: datetime
) -> None:
    _append(journal, when, "一")
    with _log(shared).open("ab") as file:
        file.write(b"0000")
    _append(journal, when, "二")
    assert [entry.payload for entry in journal.waiting()] == ["一", "二"]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="kills a forked child")
@pytest.mark.parametrize("step", ["_promise", "put", "_forget"])
@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_kill_during_a_flush_loses_and_doubles_nothing(
    shared: SharedStore, when: datetime, step: str, moment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def blind(content: bytes | None, entry: Entry) -> bytes:
        return (content or b"") + f"{entry.payload}\n".encode()  # would show an entry applied twice

    journal = Journal(shared, blind)
    before = shared.source().read(_PATH) or b""
    _append(journal, when, "一")
    _append(journal, when, "二")
    with monkeypatch.context() as patch:
        holder: object = shared if step == "put" else module
        real = getattr(holder, step)

        def dying(*arguments: object, **named: object) -> object:
            if moment == "after":
                real(*arguments, **named)
            os._exit(9)

        patch.setattr(holder, step, dying)
        child = os.fork()
        if not child:
            journal.flush(when)
            os._exit(0)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9
    recover(shared)
    _append(journal, when, "三")
    journal.flush(when + timedelta(minutes=5))
    journal.flush(when + timedelta(minutes=10))
    assert shared.source().read(_PATH) == before + "一\n二\n三\n".encode()


def test_many_threads_append_while_others_flush(
    shared: SharedStore, journal: Journal, when: datetime
) -> None:
    def work(number: int) -> None:
        for turn in range(10):
            _append(journal, when, f"{number}-{turn}")
            journal.flush(when, is_urgent=True)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    journal.flush(when, is_urgent=True)
    kept = (shared.source().read(_PATH) or b"").decode().split("\n")
    assert {f"{number}-{turn}" for number in range(4) for turn in range(10)} <= set(kept)


def test_an_own_store_has_a_journal_too(own: OwnStore, when: datetime, git: Callable[..., str]) -> None:
    journal = Journal(own, _add_line)
    _append(journal, when, "一")
    journal.flush(when)
    assert (own.root / _PATH).read_bytes().endswith("一\n".encode())
    assert git(own.root, "status", "--porcelain") == ""
