"""A log of twelve lines over two months, and a clock that the test sets."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from guanai.calendar import SHANGHAI
from guanai.web.audit import AuditLog


class Clock:
    """Tells the time that the test put into ``now``."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 20, 9, 30, tzinfo=SHANGHAI)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def add() -> Callable[[AuditLog, int], None]:
    """Return what writes that a teacher looked at a child; the number is of the child."""

    def write(log: AuditLog, number: int) -> None:
        log.record(
            actor="T-3XK9",
            role="班主任",
            action="查看",
            record=f"S2024-7K3Q{number:X}",
            edition="关爱 教学",
            result="成",
        )

    return write


@pytest.fixture(scope="session")
def open_months() -> Callable[[Path], list[Path]]:
    """Return what lists the files of the months that are not sealed, below the top folder."""
    return lambda folder: sorted((folder / ".guanai" / "audit").glob("*.jsonl"))


@pytest.fixture
def log(tmp_path: Path, clock: Clock, add: Callable[[AuditLog, int], None]) -> AuditLog:
    """Return a log with seven lines of November and five of December."""
    made = AuditLog(tmp_path, clock)
    for number in range(12):
        if number == 7:
            clock.now = datetime(2026, 12, 1, 8, 0, tzinfo=SHANGHAI)
        add(made, number)
    return made
