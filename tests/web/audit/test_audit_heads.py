"""A head of the log that was kept elsewhere proves what was cut off; a restore is told."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from guanai.cli.main import run
from guanai.errors import Invalid
from guanai.web.anchoring import alarm, anchor, anchored_on
from guanai.web.audit import AuditLog, Head
from guanai.web.heads import RESTORED, KeptHead, is_held, read_heads, written_head

#: Writes a line of the log.
Add = Callable[[AuditLog, int], None]
#: Lists the files of the months that are not sealed.
OpenMonths = Callable[[Path], list[Path]]


def test_the_head_is_kept_outside_and_proves_what_was_cut_off(
    log: AuditLog,
    tmp_path: Path,
    tmp_path_factory: pytest.TempPathFactory,
    capsys: pytest.CaptureFixture[str],
    add: Add,
    open_months: OpenMonths,
) -> None:
    for name in ("records", "schemas"):
        (tmp_path / name).mkdir()
    outside = tmp_path_factory.mktemp("usb") / "head.txt"

    def call(*arguments: str) -> int:
        return run(["-C", str(tmp_path), "audit", *arguments])

    assert call("head", "-o", str(tmp_path / "head.txt")) == 2
    assert call("head", "-o", str(outside)) == 0
    add(log, 1)
    assert call("verify", "--head", str(outside)) == 0
    assert "日志完好" in capsys.readouterr().out
    last = open_months(tmp_path)[-1]
    last.write_bytes(b"".join(last.read_bytes().splitlines(keepends=True)[:-3]))
    assert call("verify") == 0, "without the head a cut end cannot be seen"
    assert call("verify", "--head", str(outside)) == 1
    assert "被删去了" in capsys.readouterr().err


@pytest.mark.parametrize("text", ["", "12", "x " + "0" * 64, "3 abc"])
def test_a_head_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(Exception, match="序号 指纹"):
        Head.read(text)


def test_heads_read_as_they_were_written_with_and_without_the_instant(clock: Any) -> None:
    first, second, third = (Head(number, "a" * 64) for number in (1, 12, 13))
    text = f"{first}\n\n{second} 2026-11-20\n{written_head(third, clock.now)}"
    kept = read_heads(text)
    assert [each.head for each in kept] == [first, second, third]
    assert kept[0].at < kept[1].at < kept[2].at == clock.now
    assert kept[1].at.isoformat() == "2026-11-20T00:00:00+08:00"
    for wrong in ("", "\n", f"{first}\n12 ab{second}\n"):
        with pytest.raises(Invalid, match="日志的头"):
            read_heads(wrong)


def test_the_head_is_kept_beside_mirror_and_backups_once_a_day_and_is_held_against_the_log(
    log: AuditLog,
    tmp_path: Path,
    tmp_path_factory: pytest.TempPathFactory,
    clock: Any,
    capsys: pytest.CaptureFixture[str],
    add: Add,
    open_months: OpenMonths,
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
    last = open_months(tmp_path)[-1]
    last.write_bytes(b"".join(last.read_bytes().splitlines(keepends=True)[:-2]))
    assert run(["-C", str(tmp_path), "audit", "verify"]) == 1
    assert "被删去了" in capsys.readouterr().err
    for number in range(3):
        add(log, number)
    clock.now += timedelta(days=1)
    assert anchor(tmp_path, log, clock.now) == ()
    assert [each.read_text(encoding="utf-8").count("\n") for each in kept] == [2, 2]
    assert run(["-C", str(tmp_path), "audit", "verify"]) == 1, "a later head does not heal it"


class _Kept:
    """A log that grows by lines and keeps its head in one file every night; a backup of it can be laid back."""

    def __init__(
        self, log: AuditLog, root: Path, clock: Any, file: Path, add: Add, open_months: OpenMonths
    ) -> None:
        self.log, self.root, self.clock, self.file = log, root, clock, file
        self._add, self._open_months = add, open_months
        for name in ("records", "schemas"):
            (root / name).mkdir()

    def night(self) -> None:
        self.clock.now += timedelta(hours=1)
        with self.file.open("a", encoding="utf-8") as file:
            file.write(written_head(self.log.head(), self.clock.now))
        self.clock.now += timedelta(hours=23)

    def grow(self, count: int) -> None:
        for _ in range(count):
            self._add(self.log, 1)

    def backup(self) -> dict[Path, bytes]:
        return {path: path.read_bytes() for path in self._open_months(self.root)}

    def lay_back(self, lines: dict[Path, bytes], *, is_told: bool = True) -> None:
        for path in self._open_months(self.root):
            path.unlink()
        for path, content in lines.items():
            path.write_bytes(content)
        if is_told:
            self.log.record(actor="", role="命令行", action=RESTORED)

    def verify(self) -> int:
        return run(["-C", str(self.root), "audit", "verify", "--head", str(self.file)])


@pytest.fixture
def kept(
    log: AuditLog,
    tmp_path: Path,
    tmp_path_factory: pytest.TempPathFactory,
    clock: Any,
    add: Add,
    open_months: OpenMonths,
) -> _Kept:
    return _Kept(log, tmp_path, clock, tmp_path_factory.mktemp("usb") / "head.txt", add, open_months)


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


def _two_restores(kept: _Kept, *, is_told: bool = True) -> None:
    """Lay back an older backup by mistake, work on it for two days, and lay back the newer one."""
    older = kept.backup()
    kept.grow(4)
    kept.night()  # 16
    kept.grow(2)
    newer = kept.backup()
    kept.lay_back(older, is_told=is_told)
    for _ in range(2):
        kept.grow(1)
        kept.night()  # 14 and 15, of other lines
    kept.lay_back(newer)


def test_an_older_backup_and_then_a_newer_one_are_told_and_not_broken(
    kept: _Kept, capsys: pytest.CaptureFixture[str]
) -> None:
    _two_restores(kept)
    for _ in range(3):
        assert kept.verify() == 0
        assert (
            "2026-12-04 从备份恢复；在那以前还恢复过更早的备份，其间另写到第 15 条" in capsys.readouterr().out
        )
        kept.grow(2)
        kept.night()


def test_what_was_cut_off_after_two_restores_is_an_alarm(kept: _Kept) -> None:
    _two_restores(kept)
    kept.grow(3)
    kept.night()
    lines = kept.backup()
    lines[max(lines)] = b"".join(lines[max(lines)].splitlines(keepends=True)[:-2])
    kept.lay_back(lines, is_told=False)
    kept.grow(4)
    assert kept.verify() == 1


def test_a_number_that_fell_does_not_explain_the_highest_head(kept: _Kept) -> None:
    """What a backup has to hold stays proven, however the log went up and down before."""
    older = kept.backup()
    kept.grow(4)
    kept.night()  # 16
    kept.lay_back(older, is_told=False)
    kept.grow(1)
    kept.night()  # 13
    kept.grow(6)
    forged = kept.backup()  # 19 lines, the 16th another one
    kept.lay_back(forged)
    assert kept.verify() == 1


def test_a_head_is_held_by_its_own_line_in_whatever_month(
    log: AuditLog, open_months: OpenMonths, tmp_path: Path
) -> None:
    links = {each.head.number: each.head for each in log.chain()}
    assert len(open_months(tmp_path)) == 2
    for number, head in links.items():
        assert is_held(log, KeptHead(head))
        assert not is_held(log, KeptHead(Head(number, "0" * 64)))
    assert not is_held(log, KeptHead(Head(13, "a" * 64))), "beyond the end"
    assert is_held(log, KeptHead(Head.before_all()))
    open_months(tmp_path)[-1].write_bytes(b"nothing of ours\n")
    assert not is_held(log, KeptHead(links[9]))
    assert not is_held(log, KeptHead(links[3])), "nothing is known where the files are not sound"


def test_the_alarm_is_raised_before_the_next_head_covers_the_gap(
    log: AuditLog,
    tmp_path: Path,
    tmp_path_factory: pytest.TempPathFactory,
    clock: Any,
    add: Add,
    open_months: OpenMonths,
) -> None:
    disk = tmp_path_factory.mktemp("disk")
    (tmp_path / ".guanai" / "backup.yml").write_text(f"备份文件夹: {disk}\n", encoding="utf-8")
    anchor(tmp_path, log, clock.now)
    assert alarm(tmp_path, log) == ""
    last = open_months(tmp_path)[-1]
    last.write_bytes(b"".join(last.read_bytes().splitlines(keepends=True)[:-2]))
    assert "后面的被删去了" in alarm(tmp_path, log)
    for number in range(3):
        add(log, number)
    clock.now += timedelta(days=1)
    assert "和另存的日志头（第 12 条）不一致" in alarm(tmp_path, log)
    assert anchor(tmp_path, log, clock.now) == (), "what is kept elsewhere is evidence: it goes on"
    assert alarm(tmp_path, log) == "", "the newest head alone fits"
    assert "第 12 条" in alarm(tmp_path, log, is_suspect=True)
    last.write_bytes(b"nothing of ours\n" + last.read_bytes())
    assert "不是日志写下的" in alarm(tmp_path, log)
    (kept,) = disk.glob("*audit-head.txt")
    kept.write_bytes(b"\xff\xfe")
    assert "日志的头" in alarm(tmp_path, log)
