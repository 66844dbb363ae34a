"""The log of who looked at what only grows, and shows whatever is done to it."""

import gzip
import json
import threading
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from guanai.calendar import SHANGHAI
from guanai.cli.main import cli, run
from guanai.errors import Invalid
from guanai.web.anchoring import anchor, anchored_on
from guanai.web.audit import AuditLog, AuditNotKept, BrokenChain, Head
from guanai.web.heads import RESTORED, KeptHead, hold, read_heads, written_head


class _Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 11, 20, 9, 30, tzinfo=SHANGHAI)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> _Clock:
    return _Clock()


@pytest.fixture
def log(tmp_path: Path, clock: _Clock) -> AuditLog:
    made = AuditLog(tmp_path, clock)
    for number in range(12):
        if number == 7:
            clock.now = datetime(2026, 12, 1, 8, 0, tzinfo=SHANGHAI)
        _add(made, number)
    return made


def _add(log: AuditLog, number: int) -> None:
    log.record(
        actor="T-3XK9",
        role="班主任",
        action="查看",
        record=f"S2024-7K3Q{number:X}",
        edition="关爱 教学",
        result="成",
    )


def _files(folder: Path) -> list[Path]:
    return sorted((folder / ".guanai" / "audit").glob("*.jsonl"))


def test_the_chain_goes_on_over_months_and_processes(log: AuditLog, tmp_path: Path, clock: _Clock) -> None:
    assert [path.stem for path in _files(tmp_path)] == ["2026-11", "2026-12"]
    assert log.verify().number == 12
    other = AuditLog(tmp_path, clock)
    _add(other, 3)
    _add(log, 4)
    assert log.verify() == other.head() == log.head()
    assert log.head().number == 14
    assert [event.number for event in log.events(since="2026-12")] == list(range(8, 15))
    assert all(path.stat().st_mode & 0o077 == 0 for path in _files(tmp_path))


def test_a_clock_that_goes_back_does_not_break_the_order(
    log: AuditLog, tmp_path: Path, clock: _Clock
) -> None:
    clock.now = datetime(2026, 10, 1, 8, 0, tzinfo=SHANGHAI)
    _add(log, 1)
    assert [path.stem for path in _files(tmp_path)] == ["2026-11", "2026-12"]
    assert log.verify().number == 13


@given(data=st.data())
@settings(max_examples=40, deadline=None)
def test_any_change_of_a_line_is_found(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    folder, clock = tmp_path_factory.mktemp("log"), _Clock()
    log = AuditLog(folder, clock)
    for number in range(6):
        _add(log, number)
    head = log.head()
    file = _files(folder)[0]
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
            _add(AuditLog(folder, clock), number + (number == at))
        lines = file.read_bytes().splitlines(keepends=True)
    file.write_bytes(b"".join(lines))
    with pytest.raises(BrokenChain):
        hold(AuditLog(folder, clock), [[KeptHead(head)]])


#: As the program wrote them before lines had an address.
_OLD = """\
{"序号":1,"时间":"2026-11-20T09:30:00.000+08:00","人":"T-3XK9","任职":"班主任","做了":"查看","记录":"S2024-7K3Q0","版本":"关爱 教学","结果":"成","指纹":"3c38d439d085c1a9a3c9ddd6b989e0ac719d3c1b5abbf5ceec5d2280da109d2e"}
{"序号":2,"时间":"2026-11-20T09:30:00.000+08:00","人":"","任职":"","做了":"登录","记录":"","版本":"","结果":"失败","指纹":"aea9628574b0792e33d401d7da65925ca3824f176f823aa4e3137d49f3976df9"}
"""


def test_lines_of_before_there_were_addresses_hold_and_the_chain_goes_on(
    tmp_path: Path, clock: _Clock
) -> None:
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


def test_a_line_torn_by_a_crash_goes_and_the_chain_holds(log: AuditLog, tmp_path: Path) -> None:
    with _files(tmp_path)[-1].open("ab") as file:
        file.write('{"序号":13,"时间":"20'.encode())
    _add(log, 5)
    assert log.verify().number == 13


def test_many_threads_make_one_chain(tmp_path: Path, clock: _Clock) -> None:
    logs = [AuditLog(tmp_path, clock) for _ in range(2)]

    def work(which: int) -> None:
        for number in range(20):
            _add(logs[which % 2], number % 16)

    threads = [threading.Thread(target=work, args=(which,)) for which in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert logs[0].verify().number == 120


def test_a_line_that_the_lock_kept_from_being_written_is_believed_by_nobody(log: AuditLog) -> None:
    """Lines of one moment share a write: where it fails, it fails for all who wait, not for the first alone."""
    refused: list[str] = []
    begun = threading.Barrier(4)

    def work() -> None:
        begun.wait()
        try:
            _add(log, 1)
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


def test_the_head_is_kept_outside_and_proves_what_was_cut_off(
    log: AuditLog,
    tmp_path: Path,
    tmp_path_factory: pytest.TempPathFactory,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name in ("records", "schemas"):
        (tmp_path / name).mkdir()
    outside = tmp_path_factory.mktemp("usb") / "head.txt"

    def call(*arguments: str) -> int:
        return run(["-C", str(tmp_path), "audit", *arguments])

    assert call("head", "-o", str(tmp_path / "head.txt")) == 2
    assert call("head", "-o", str(outside)) == 0
    _add(log, 1)
    assert call("verify", "--head", str(outside)) == 0
    assert "日志完好" in capsys.readouterr().out
    last = _files(tmp_path)[-1]
    last.write_bytes(b"".join(last.read_bytes().splitlines(keepends=True)[:-3]))
    assert call("verify") == 0, "without the head a cut end cannot be seen"
    assert call("verify", "--head", str(outside)) == 1
    assert "被删去了" in capsys.readouterr().err


def test_a_year_in_figures(log: AuditLog, tmp_path: Path, clock: _Clock) -> None:
    for name in ("records", "schemas"):
        (tmp_path / name).mkdir()
    clock.now = datetime(2027, 1, 2, 8, 0, tzinfo=SHANGHAI)
    log.record(
        actor="T-8PLW", role="校长、科任教师", action="下载", record="S2024-7K3Q1", edition="关爱 限制"
    )
    told = CliRunner().invoke(cli, ["-C", str(tmp_path), "audit", "report", "2026", "--json"])
    body = json.loads(told.output)
    assert (body["total"], body["people"], body["records"]) == (12, 1, 12)
    assert body["months"] == {"11": 7, "12": 5}
    next_year = json.loads(
        CliRunner().invoke(cli, ["-C", str(tmp_path), "audit", "report", "2027", "--json"]).output
    )
    assert next_year["sensitive"] == {"限制": 1, "证件": 0, "心理": 0}
    assert next_year["roles"] == {"校长": 1, "科任教师": 1}


@pytest.mark.parametrize("text", ["", "12", "x " + "0" * 64, "3 abc"])
def test_a_head_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(Exception, match="序号 指纹"):
        Head.read(text)


def test_heads_read_as_they_were_written_with_and_without_the_instant(clock: _Clock) -> None:
    first, second, third = (Head(number, "a" * 64) for number in (1, 12, 13))
    text = f"{first}\n\n{second} 2026-11-20\n{written_head(third, clock.now)}"
    kept = read_heads(text)
    assert [each.head for each in kept] == [first, second, third]
    assert kept[0].at < kept[1].at < kept[2].at == clock.now
    assert kept[1].at.isoformat() == "2026-11-20T00:00:00+08:00"
    for wrong in ("", "\n", f"{first}\n12 ab{second}\n"):
        with pytest.raises(Invalid, match="日志的头"):
            read_heads(wrong)


def _months_later(log: AuditLog, clock: _Clock, month: int) -> None:
    clock.now = datetime(2027, month, 3, 8, 0, tzinfo=SHANGHAI)
    _add(log, 2)


def test_months_that_are_over_are_sealed_and_the_chain_runs_through_them(
    log: AuditLog, tmp_path: Path, clock: _Clock
) -> None:
    for month in (1, 2):
        _months_later(log, clock, month)
    before = list(log.events())
    assert [path.name for path in log.seal()] == ["2026-11.jsonl.gz", "2026-12.jsonl.gz"]
    assert [path.stem for path in _files(tmp_path)] == ["2027-01", "2027-02"]
    assert list(log.events()) == before
    assert hold(log, [[KeptHead(Head(3, before[2].hash))]]) == (log.head(), ())
    assert log.seal() == ()
    _add(log, 1)
    assert log.verify().number == 15
    assert [event.number for event in log.events(since="2026-12")] == list(range(8, 16))


@pytest.mark.parametrize("kind", ["changed", "torn", "gone"])
def test_a_sealed_month_that_was_touched_is_found(log: AuditLog, clock: _Clock, kind: str) -> None:
    for month in (1, 2):
        _months_later(log, clock, month)
    sealed = log.seal()[1]
    sealed.chmod(0o600)
    if kind == "changed":
        sealed.write_bytes(
            gzip.compress(gzip.decompress(sealed.read_bytes()).replace("成".encode(), "拒".encode(), 1))
        )
    elif kind == "torn":
        sealed.write_bytes(sealed.read_bytes()[:-9])
    else:
        sealed.unlink()
    with pytest.raises(BrokenChain):
        log.verify()


def test_a_month_whose_sealing_was_cut_short_is_read_from_the_open_file(
    log: AuditLog, tmp_path: Path, clock: _Clock
) -> None:
    for month in (1, 2):
        _months_later(log, clock, month)
    whole = _files(tmp_path)[0].read_bytes()
    log.seal()
    (tmp_path / ".guanai" / "audit" / "2026-11.jsonl").write_bytes(whole)
    assert log.verify().number == 14
    log.seal()
    assert not (tmp_path / ".guanai" / "audit" / "2026-11.jsonl").exists()
    assert log.verify().number == 14


def test_the_head_is_kept_beside_mirror_and_backups_once_a_day_and_is_held_against_the_log(
    log: AuditLog,
    tmp_path: Path,
    tmp_path_factory: pytest.TempPathFactory,
    clock: _Clock,
    capsys: pytest.CaptureFixture[str],
) -> None:
    disk = tmp_path_factory.mktemp("disk")
    for name in ("records", "schemas"):
        (tmp_path / name).mkdir()
    assert anchor(tmp_path, log, clock.now) == ()
    assert anchored_on(tmp_path) == ""
    plan = f"镜像: {disk}/mirror.git\n备份文件夹: {disk}\n"
    (tmp_path / ".guanai" / "backup.yml").write_text(plan, encoding="utf-8")
    for _ in range(2):
        assert anchor(tmp_path, log, clock.now) == ()
    kept = sorted(disk.glob("*audit-head.txt"))
    assert len(kept) == 2
    assert [each.read_text(encoding="utf-8").count("\n") for each in kept] == [1, 1]
    assert anchored_on(tmp_path) == "2026-12-01"
    assert run(["-C", str(tmp_path), "audit", "verify"]) == 0
    last = _files(tmp_path)[-1]
    last.write_bytes(b"".join(last.read_bytes().splitlines(keepends=True)[:-2]))
    assert run(["-C", str(tmp_path), "audit", "verify"]) == 1
    assert "被删去了" in capsys.readouterr().err
    for number in range(3):
        _add(log, number)
    clock.now += timedelta(days=1)
    assert anchor(tmp_path, log, clock.now) == ()
    assert [each.read_text(encoding="utf-8").count("\n") for each in kept] == [2, 2]
    assert run(["-C", str(tmp_path), "audit", "verify"]) == 1, "a later head does not heal it"


class _Kept:
    """A log that grows by lines and keeps its head in one file every night; a backup of it can be laid back."""

    def __init__(self, log: AuditLog, root: Path, clock: _Clock, file: Path) -> None:
        self.log, self.root, self.clock, self.file = log, root, clock, file
        for name in ("records", "schemas"):
            (root / name).mkdir()

    def night(self) -> None:
        self.clock.now += timedelta(hours=1)
        with self.file.open("a", encoding="utf-8") as file:
            file.write(written_head(self.log.head(), self.clock.now))
        self.clock.now += timedelta(hours=23)

    def grow(self, count: int) -> None:
        for _ in range(count):
            _add(self.log, 1)

    def backup(self) -> dict[Path, bytes]:
        return {path: path.read_bytes() for path in _files(self.root)}

    def lay_back(self, lines: dict[Path, bytes], *, is_told: bool = True) -> None:
        for path in _files(self.root):
            path.unlink()
        for path, content in lines.items():
            path.write_bytes(content)
        if is_told:
            self.log.record(actor="", role="命令行", action=RESTORED)

    def verify(self) -> int:
        return run(["-C", str(self.root), "audit", "verify", "--head", str(self.file)])


@pytest.fixture
def kept(log: AuditLog, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, clock: _Clock) -> _Kept:
    return _Kept(log, tmp_path, clock, tmp_path_factory.mktemp("usb") / "head.txt")


@pytest.mark.parametrize("later", [1, 3, 9])
def test_a_log_that_was_cut_off_stays_broken_however_many_heads_come_later(
    kept: _Kept, capsys: pytest.CaptureFixture[str], later: int
) -> None:
    short = kept.backup()
    kept.grow(3)
    kept.night()
    assert kept.verify() == 0
    kept.lay_back(short, is_told=False)
    for _ in range(3):
        kept.grow(later)
        kept.night()
        assert kept.verify() == 1
    assert "日志头" in capsys.readouterr().err


def test_a_restored_backup_is_told_and_not_broken(kept: _Kept, capsys: pytest.CaptureFixture[str]) -> None:
    kept.night()
    backup = kept.backup()
    kept.grow(2)
    kept.night()
    kept.grow(2)
    kept.night()
    kept.lay_back(backup)
    for _ in range(3):
        assert kept.verify() == 0
        out = capsys.readouterr().out
        assert "2026-12-04 从备份恢复，此前第 13 至 16 条不在备份里。" in out
        assert "日志完好" in out
        kept.grow(2)
        kept.night()
    at_19 = kept.backup()
    kept.grow(5)
    kept.night()
    kept.lay_back(at_19, is_told=False)
    kept.grow(9)
    assert kept.verify() == 1, "the old restore does not explain what was cut off after it"


def test_a_restore_explains_nothing_that_its_backup_has_to_hold(kept: _Kept) -> None:
    short = kept.backup()
    kept.grow(3)
    kept.night()
    kept.lay_back(short, is_told=False)
    kept.grow(6)
    forged = kept.backup()
    kept.lay_back(forged)
    assert kept.verify() == 1


@pytest.mark.parametrize("is_told", [True, False])
def test_a_restore_after_the_head_counts_and_a_user_who_writes_its_name_does_not(
    kept: _Kept, *, is_told: bool
) -> None:
    backup = kept.backup()
    kept.grow(3)
    kept.night()
    kept.lay_back(backup, is_told=is_told)
    kept.log.record(actor="T-3XK9", role="班主任", action=RESTORED)
    assert kept.verify() == (0 if is_told else 1)


def test_a_number_that_falls_without_a_restore_is_an_alarm(
    kept: _Kept, capsys: pytest.CaptureFixture[str]
) -> None:
    first = kept.log.head()
    kept.grow(4)
    kept.night()
    kept.file.write_text(f"{kept.file.read_text(encoding='utf-8')}{first}\n", encoding="utf-8")
    assert kept.verify() == 1
    assert "从第 16 条退到第 12 条" in capsys.readouterr().err
