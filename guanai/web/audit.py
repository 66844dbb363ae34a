"""Who looked at what: a log that is only ever added to, each line bound to the one before.

A line names the person, the post, the record, the edition, what came of it and from where, never a value. Whoever changes or
removes a line breaks the chain; whoever cuts off its end is found by the head that was kept elsewhere.
"""

import contextlib
import errno
import hashlib
import json
import os
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from guanai.errors import GuanaiError, Invalid, NotFound, cause
from guanai.store.locks import Lock
from guanai.web.audit_months import lines_of, mend, month_files, month_of, seal, tail_of

_FOLDER = Path(".guanai") / "audit"
_START = "0" * 64
#: An IPv6 address with an IPv4 tail is at most this long.
_LONGEST_ADDRESS = 45


class AuditNotKept(NotFound):
    """The log cannot be written: then nothing may be looked at."""

    def __init__(self, error: OSError | GuanaiError) -> None:
        why = cause(error) if isinstance(error, OSError) else str(error).rstrip("。")
        super().__init__(f"查看日志写不进去（{why}），所以什么都没有打开；请系统管理员看磁盘是否已满。")


class BrokenChain(Invalid):
    """The log is not as it was written."""

    def __init__(self, file: str, line: int, why: str) -> None:
        self.file, self.line = file, line
        super().__init__(
            f"{file} 第 {line} 行：{why}。日志被改动过，请保留现场，从备份里取出这个文件来比对。"
        )


@dataclass(frozen=True, slots=True)
class Event:
    """One line.

    Attributes:
        number: counted from 1 without a gap.
        at: the instant, with its offset.
        actor: id of the person, "" where nobody is logged in.
        role: the posts that opened it.
        action: what was done, in a word.
        record: id of the record, "" where it is about none.
        edition: the labels shown.
        result: 成, 拒绝, 失败 ….
        address: of the browser in the network; "" where it was no browser, and in lines of former versions.
        hash: of this line and all before it.
    """

    number: int
    at: datetime
    actor: str
    role: str
    action: str
    record: str
    edition: str
    result: str
    address: str
    hash: str


@dataclass(frozen=True, slots=True)
class Head:
    """Where the log ends: kept elsewhere, it proves that no line up to there was changed or cut off."""

    number: int
    hash: str

    def __str__(self) -> str:
        return f"{self.number} {self.hash}"

    @classmethod
    def before_all(cls) -> "Head":
        """Return the head of a log without a line."""
        return cls(0, _START)

    @classmethod
    def read(cls, text: str) -> "Head":
        """Read what `str` wrote; what follows on the line is passed over.

        Raises:
            Invalid: it is no head.
        """
        words = text.split()
        if len(words) < 2 or not words[0].isdecimal() or len(words[1]) != len(_START):
            raise Invalid("日志的头写成“序号 指纹”的样子，由 guanai audit head 打印。")
        return cls(int(words[0]), words[1])


@dataclass(frozen=True, slots=True)
class Link:
    """A line that holds on to the one before.

    Attributes:
        head: of the log up to here.
        file: name of its file.
        line: counted from 1 within the file.
        text: as it stands there.
    """

    head: Head
    file: str
    line: int
    text: bytes


class AuditLog:
    """The log of one workspace; safe between threads and processes."""

    def __init__(self, root: Path, clock: Callable[[], datetime]) -> None:
        """``root``: the workspace; ``clock``: tells the instant."""
        self._folder = root / _FOLDER
        self._clock = clock
        self._lock = Lock(root / ".guanai" / "audit.lock")
        self._guard = threading.Lock()
        self._writer = threading.Lock()
        self._waiting: list[_Waiting] = []
        self._left: _Left | None = None

    def record(  # noqa: PLR0913 -- the facts of a line
        self,
        *,
        actor: str,
        role: str,
        action: str,
        record: str = "",
        edition: str = "",
        result: str = "成",
        address: str = "",
    ) -> None:
        """Add a line, its facts as in `Event`; on the disk when this returns.

        Lines of the same moment share one wait for the disk.

        Raises:
            AuditNotKept: the disk refuses.
        """
        place = address[:_LONGEST_ADDRESS]
        mine = _Waiting((self._clock(), actor, role, action, record, edition, result, place))
        with self._guard:
            self._waiting.append(mine)
        with self._writer:
            if not mine.is_done:
                self._write()
        if mine.error is not None:
            raise AuditNotKept(mine.error) from mine.error

    def head(self) -> Head:
        """Return where the log ends; number 0 before the first line."""
        files = self._files()
        return _end(files[-1]) if files else Head.before_all()

    def head_at(self, number: int) -> Head | None:
        """Return where the log ended at a line; None where there is none of that number. Only `verify` proves it whole.

        Raises:
            BrokenChain: at that place stands no line of the log.
        """
        for file in reversed(self._files()):
            lines = _sound_lines(file)
            at = number - _own_head(lines, 0, file).number if lines else -1
            if at >= 0:
                return _own_head(lines, at, file) if at < len(lines) else None
        return None

    def latest(self) -> datetime | None:
        """Return the latest instant among the last lines, a few hundred; None where there are none."""
        files = self._files()
        try:
            lines = tail_of(files[-1]) if files else []
        except ValueError:  # a sealed file that is damaged: ``verify`` tells
            lines = []
        return max(filter(None, map(_instant, lines)), default=None)

    def events(self, *, since: str = "", until: str = "9999") -> Iterator[Event]:
        """Yield the lines, oldest first; ``since``, ``until``: first and last month, such as 2026-11."""
        for file in self._files():
            if since <= month_of(file) <= until:
                yield from (_event(json.loads(line)) for line in lines_of(file))

    def chain(self) -> Iterator[Link]:
        """Yield the lines, each held against the one before.

        Raises:
            BrokenChain: a line was changed, left out or put in.
        """
        last = Head.before_all()
        for path in self._files():
            for number, line in enumerate(_sound_lines(path), 1):
                last = _following(last, line, path.name, number)
                yield Link(last, path.name, number, line)

    def verify(self) -> Head:
        """Hold every line against the one before and return where the log ends; `heads.hold` finds what was cut off.

        Raises:
            BrokenChain: a line was changed, left out or put in.
        """
        last = Head.before_all()
        for link in self.chain():
            last = link.head
        return last

    def seal(self) -> tuple[Path, ...]:
        """Pack the months that are over, so that a log of years stays small; return the files that were made."""
        if not self._folder.is_dir():
            return ()
        with self._writer, self._lock.held():
            return seal(self._folder)

    def _write(self) -> None:
        with self._guard:
            taken, self._waiting = self._waiting, []
        # Whatever breaks, nobody who waits may believe that the line is there.
        error: OSError | GuanaiError | None = OSError(errno.EIO, "not written")
        try:
            with self._lock.held():
                self._append([each.facts for each in taken])
            error = None
        except (OSError, GuanaiError) as caught:
            error = caught
        finally:
            for each in taken:
                each.error, each.is_done = error, True

    def _append(self, many: "list[_Facts]") -> None:
        left, self._left = self._left, None
        month = f"{many[0][0]:%Y-%m}"
        if left is None or not left.is_still(self._folder, month):
            left = self._found(month)
        last, text = left.head, []
        for facts in many:
            line, last = _line(last, facts)
            text.append(line)
        descriptor = os.open(left.file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            _put_all(descriptor, b"".join(text))
            os.fsync(descriptor)
            made = os.fstat(descriptor)
        finally:
            os.close(descriptor)
        with contextlib.suppress(OSError):  # it is written; without the marks the end is read the next time
            self._left = _Left(left.file, last, _marks(self._folder.stat()), _marks(made))

    def _found(self, month: str) -> "_Left":
        """Return where the next line goes, as the files tell."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        files = self._files()
        if files and files[-1].suffix != ".gz":
            mend(files[-1])
        last = _end(files[-1]) if files else Head.before_all()
        # Never into a month that is over, should the clock go back: the order of the files is that of the lines.
        month = max(month, month_of(files[-1]) if files else "")
        return _Left(self._folder / f"{month}.jsonl", last)

    def _files(self) -> list[Path]:
        return month_files(self._folder)


_Facts = tuple[datetime, str, str, str, str, str, str, str]
_KEYS = ("时间", "人", "任职", "做了", "记录", "版本", "结果", "地址")


#: What tells of a file or a folder whether it is still as it was: its number, size and last change.
_Marks = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class _Left:
    """The log as we left it: where nobody else has written since, its end need not be read again.

    Attributes:
        file: that the last line stands in, or the next one will.
        head: of the log.
        folder: marks of its folder then; a new month, or a sealed one, changes them.
        marks: of the file then.
    """

    file: Path
    head: Head
    folder: _Marks | None = None
    marks: _Marks | None = None

    def is_still(self, folder: Path, month: str) -> bool:
        """Tell whether the next line, written in a month, goes there too."""
        try:
            now = _marks(folder.stat()), _marks(self.file.stat())
        except OSError:
            return False
        return now == (self.folder, self.marks) and month <= month_of(self.file)


def _marks(known: os.stat_result) -> _Marks:
    return known.st_ino, known.st_size, known.st_mtime_ns


class _Waiting:
    """A line that someone waits for."""

    __slots__ = ("error", "facts", "is_done")

    def __init__(self, facts: _Facts) -> None:
        self.facts = facts
        self.is_done = False
        self.error: OSError | GuanaiError | None = None


def _line(last: Head, facts: _Facts) -> tuple[bytes, Head]:
    body: dict[str, Any] = {"序号": last.number + 1}
    body |= zip(_KEYS, (facts[0].isoformat(timespec="milliseconds"), *facts[1:]), strict=True)
    body["指纹"] = _hash(last.hash, body)
    words = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "backslashreplace")
    return words + b"\n", Head(last.number + 1, body["指纹"])


def _hash(before: str, body: dict[str, Any]) -> str:
    # Escaped, so that half a character from a hostile address is no trap.
    words = json.dumps(body, ensure_ascii=True, separators=(",", ":"), sort_keys=True)
    return hashlib.sha256(f"{before}\n{words}".encode()).hexdigest()


def _following(last: Head, line: bytes, file: str, number: int) -> Head:
    try:
        body: dict[str, Any] = json.loads(line)
        told, count = str(body.pop("指纹")), int(body["序号"])
    except (ValueError, KeyError, TypeError, AttributeError):
        raise BrokenChain(file, number, "不是日志写下的一行") from None
    if count != last.number + 1:
        raise BrokenChain(
            file, number, f"上一条是第 {last.number} 条，这一条却是第 {count} 条，中间少了或多了"
        )
    if _hash(last.hash, body) != told:
        raise BrokenChain(file, number, "内容和指纹对不上")
    return Head(count, told)


def _sound_lines(file: Path) -> list[bytes]:
    try:
        return list(lines_of(file))
    except ValueError:
        raise BrokenChain(file.name, 1, "封存的文件打不开") from None


def _own_head(lines: list[bytes], at: int, file: Path) -> Head:
    try:
        body = json.loads(lines[at])
        return Head(int(body["序号"]), str(body["指纹"]))
    except (ValueError, KeyError, TypeError):
        raise BrokenChain(file.name, at + 1, "不是日志写下的一行") from None


def _end(file: Path) -> Head:
    lines: list[bytes] = []
    try:
        lines = tail_of(file)
        body = json.loads(lines[-1])
        return Head(int(body["序号"]), str(body["指纹"]))
    except (ValueError, KeyError, TypeError, IndexError):
        raise BrokenChain(file.name, len(lines), "最后一行不是日志写下的") from None


def _instant(line: bytes) -> datetime | None:
    try:
        return datetime.fromisoformat(str(json.loads(line)[_KEYS[0]]))
    except (ValueError, KeyError, TypeError):
        return None  # the first line of a part is cut


def _put_all(descriptor: int, data: bytes) -> None:
    while data:
        data = data[os.write(descriptor, data) :]


def _event(body: dict[str, Any]) -> Event:
    at, actor, role, action, record, edition, result, address = (str(body.get(key, "")) for key in _KEYS)
    when, number = datetime.fromisoformat(at), body["序号"]
    return Event(number, when, actor, role, action, record, edition, result, address, body["指纹"])
