"""The head of the log, kept where who can change the log cannot easily reach: beside the mirror and with the backups.

A folder of another disk or computer that the administrator settled for copies also holds one line a day: number,
fingerprint and instant. `guanai audit verify` holds the log against all of them; before each new one the gateway looks
whether the last is still there.
"""

from contextlib import suppress
from datetime import datetime
from pathlib import Path

from guanai.errors import GuanaiError, Invalid, cause
from guanai.store import disk
from guanai.store.backup_plan import load_plan
from guanai.store.mirror import folder_of
from guanai.web.audit import AuditLog
from guanai.web.heads import KeptHead, hold, is_held, read_heads, written_head

_NAME = "audit-head.txt"


class UnreadableHeads(Invalid):
    """A file of heads is there, and the system does not let it be read."""

    def __init__(self, place: Path, error: OSError) -> None:
        """``place``: the file; ``error``: what the system said."""
        super().__init__(
            f"另存的日志头 {place} 读不出来（{cause(error)}），没有核对；请查看这个文件的权限和所在的磁盘。"
        )


def anchors(root: Path) -> tuple[Path, ...]:
    """Return the files that hold heads of a workspace's log; none where no folder for copies is settled.

    Raises:
        FaultyPlan, UnreadablePlan: what is settled cannot be read.
    """
    plan = load_plan(root)
    mirror = folder_of(root, plan.mirror) if plan.mirror else None
    found = [mirror.with_name(f"{mirror.name}.{_NAME}")] if mirror else []
    if plan.folder:
        found.append((root / Path(plan.folder).expanduser()).resolve() / f"{root.resolve().name}.{_NAME}")
    # What lies in the workspace can be changed by whoever can change the log.
    return tuple(each for each in found if not each.is_relative_to(root.resolve()))


def anchor(root: Path, log: AuditLog, when: datetime) -> tuple[str, ...]:
    """Write today's head to each place that has none of today yet; return, in sentences, what did not go.

    Args:
        root: the workspace.
        log: its log.
        when: now.
    """
    try:
        places = anchors(root)
    except GuanaiError as error:
        return (str(error),)
    head, failures = log.head(), list[str]()
    for place in places:
        try:
            kept = _text(place) if place.exists() else ""
            if _day(kept) != f"{when:%Y-%m-%d}" and place.parent.is_dir() and head.number:
                disk.append(place, written_head(head, when).encode())
        except OSError as error:
            failures.append(f"{place} 写不进去（{cause(error)}）")
    return tuple(failures)


def alarm(root: Path, log: AuditLog, *, is_suspect: bool = False) -> str:
    """Return, in sentences, what the heads kept elsewhere tell against the log, and which cannot be read; "" for nothing.

    Args:
        root: the workspace.
        log: its log.
        is_suspect: hold every line against every head, as after an alarm. Otherwise that is done where the last head
            of a file is not in the log: a log of years takes minutes, and a later head does not heal an earlier one.
    """
    files, told = list[tuple[KeptHead, ...]](), list[str]()
    for place in _places(root):
        try:
            files.append(_heads(place))
        except GuanaiError as error:
            told.append(str(error))
    files = [heads for heads in files if heads]
    try:
        if is_suspect or not all(is_held(log, heads[-1]) for heads in files):
            hold(log, files)
    except GuanaiError as error:
        told.insert(0, str(error))
    return "".join(told)


def anchored_on(root: Path) -> str:
    """Return the day of the newest head that was kept elsewhere and can be read, "" for none."""
    days = [""]
    for place in _places(root):
        with suppress(UnreadableHeads):
            days.append(_day(_read(place)))
    return max(days)


def anchored_heads(root: Path) -> tuple[tuple[KeptHead, ...], ...]:
    """Return all heads of each place that has some, in the order in which they were written.

    Raises:
        UnreadableHeads: a place cannot be read.
        Invalid: a line there is none.
    """
    return tuple(heads for place in _places(root) if (heads := _heads(place)))


def _places(root: Path) -> tuple[Path, ...]:
    try:
        return anchors(root)
    except GuanaiError:
        return ()


def _heads(place: Path) -> tuple[KeptHead, ...]:
    text = _read(place)
    return read_heads(text) if text.strip() else ()


def _read(place: Path) -> str:
    try:
        return _text(place) if place.is_file() else ""
    except OSError as error:
        raise UnreadableHeads(place, error) from None


def _day(text: str) -> str:
    """Return the day of the last line, "" where it names none."""
    return "".join((text.strip().splitlines() or [""])[-1].split()[2:3])


def _text(place: Path) -> str:
    return place.read_text(encoding="utf-8", errors="replace")
