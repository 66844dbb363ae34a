"""Months that are over are sealed, and counted by the year."""

import gzip
import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from guanai.calendar import SHANGHAI
from guanai.cli.main import cli
from guanai.web.audit import AuditLog, BrokenChain, Head
from guanai.web.heads import KeptHead, hold

#: Writes a line of the log.
Add = Callable[[AuditLog, int], None]
#: Lists the files of the months that are not sealed.
OpenMonths = Callable[[Path], list[Path]]


def test_a_year_in_figures(log: AuditLog, tmp_path: Path, clock: Any) -> None:
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


def _months_later(log: AuditLog, clock: Any, month: int, add: Add) -> None:
    clock.now = datetime(2027, month, 3, 8, 0, tzinfo=SHANGHAI)
    add(log, 2)


def test_months_that_are_over_are_sealed_and_the_chain_runs_through_them(
    log: AuditLog, tmp_path: Path, clock: Any, add: Add, open_months: OpenMonths
) -> None:
    for month in (1, 2):
        _months_later(log, clock, month, add)
    before = list(log.events())
    assert [path.name for path in log.seal()] == ["2026-11.jsonl.gz", "2026-12.jsonl.gz"]
    assert [path.stem for path in open_months(tmp_path)] == ["2027-01", "2027-02"]
    assert list(log.events()) == before
    assert hold(log, [[KeptHead(Head(3, before[2].hash))]]) == (log.head(), ())
    assert log.seal() == ()
    add(log, 1)
    assert log.verify().number == 15
    assert [event.number for event in log.events(since="2026-12")] == list(range(8, 16))


@pytest.mark.parametrize("kind", ["changed", "torn", "gone"])
def test_a_sealed_month_that_was_touched_is_found(log: AuditLog, clock: Any, kind: str, add: Add) -> None:
    for month in (1, 2):
        _months_later(log, clock, month, add)
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
    log: AuditLog, tmp_path: Path, clock: Any, add: Add, open_months: OpenMonths
) -> None:
    for month in (1, 2):
        _months_later(log, clock, month, add)
    whole = open_months(tmp_path)[0].read_bytes()
    log.seal()
    (tmp_path / ".guanai" / "audit" / "2026-11.jsonl").write_bytes(whole)
    assert log.verify().number == 14
    log.seal()
    assert not (tmp_path / ".guanai" / "audit" / "2026-11.jsonl").exists()
    assert log.verify().number == 14
