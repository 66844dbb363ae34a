"""Commits as values, and how their messages are read."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from guanai.store.git.trees import instant

#: How `git log` is asked: one commit ends with NUL, its message stands last.
FORMAT = "--format=tformat:%H%n%P%n%an%n%at%n%B"
ACTION, STAFF, REASON, SECOND = "动作", "操作人", "理由", "确认人"
_TRAILER = re.compile(r"([^\s:：]+): ?(.*)")


@dataclass(frozen=True, slots=True)
class Commit:
    """One commit.

    Attributes:
        id: its full id.
        parents: ids of the commits before; none for the first.
        author: name of the person.
        staff: the person's 编号 (trailer 操作人), "" where git itself was used.
        when: instant, in China's time.
        subject: first line of the message.
        action: trailer 动作, "" without.
        reason: trailer 理由, "" without.
    """

    id: str
    parents: tuple[str, ...]
    author: str
    staff: str
    when: datetime
    subject: str
    action: str
    reason: str


def parse(chunk: str) -> Commit:
    """Read one commit as `git log` printed it with ``FORMAT``."""
    commit, parents, author, seconds, message = chunk.split("\n", 4)
    said = trailers(message)
    return Commit(
        commit,
        tuple(parents.split()),
        author,
        said.get(STAFF, ""),
        instant(seconds),
        message.split("\n", 1)[0],
        said.get(ACTION, ""),
        said.get(REASON, ""),
    )


def trailers(message: str) -> dict[str, str]:
    r"""Return the last paragraph's ``word: value`` lines; git's own reader knows ASCII words only.

    >>> trailers("修改 S2024-7K3QD\n\n动作: 修改\n理由: 更正\n")
    {'动作': '修改', '理由': '更正'}
    """
    paragraphs = message.strip().split("\n\n")
    found = [_TRAILER.fullmatch(line) for line in paragraphs[-1].splitlines()] if paragraphs[1:] else []
    return {each[1]: each[2].strip() for each in found if each}


def commits(chunks: Iterable[bytes]) -> Iterator[Commit]:
    """Read what `git log -z` prints, in pieces of any size."""
    left = b""
    for chunk in chunks:
        *whole, left = (left + chunk).split(b"\0")
        for each in whole:
            yield parse(each.decode("utf-8", "replace"))
    if left.strip():
        yield parse(left.decode("utf-8", "replace"))
