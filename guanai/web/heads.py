"""The heads of the log that were kept elsewhere: the log has to hold every one of them, not the newest alone.

A log whose end was cut off grows again, and the next head would fit it. The earlier ones go on telling. After a restore
from a backup they do not fit either: that is no fault where the log itself tells of the restore. Nor is it where an old
backup was restored and then a newer one: what was written in between stood on the old one and went with it. The file of
heads shows that by a number that had fallen.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from guanai.calendar import SHANGHAI
from guanai.errors import Invalid
from guanai.web.audit import AuditLog, BrokenChain, Head, Link

#: What a line of the log is called by which a restored workspace begins.
RESTORED = "恢复备份"
_UNKNOWN = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class KeptHead:
    """A line of a file of heads.

    Attributes:
        head: where the log ended.
        at: when it was kept, at the earliest: a line may name the day alone, or nothing.
    """

    head: Head
    at: datetime = _UNKNOWN


@dataclass(frozen=True, slots=True)
class Restoration:
    """A restore that the log tells of, and what it cost.

    Attributes:
        at: instant.
        first: number of the first line that the backup does not hold; the restore's own line has it now.
        last: the last that is known to have been there. Where it is lower than ``first``, it ended lines that had been
            written after an older backup was restored.
    """

    at: datetime
    first: int
    last: int

    @property
    def is_of_branch(self) -> bool:
        """Whether what was lost stood beside what the backup holds, not behind it."""
        return self.last < self.first

    def __str__(self) -> str:
        if self.is_of_branch:
            return f"{self.at:%Y-%m-%d} 从备份恢复；在那以前还恢复过更早的备份，其间另写到第 {self.last} 条，不在这份备份里。"
        return f"{self.at:%Y-%m-%d} 从备份恢复，此前第 {self.first} 至 {self.last} 条不在备份里。"


def written_head(head: Head, when: datetime) -> str:
    """Return the line of a head that is kept now; `read_heads` reads it."""
    return f"{head} {when.astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S.%f}\n"


def read_heads(text: str) -> tuple[KeptHead, ...]:
    """Read a file of heads, oldest first.

    Raises:
        Invalid: there is none in it, or a line is none.
    """
    lines = [line for line in text.splitlines() if line.strip()]
    if not lines:
        raise Invalid("文件里没有日志的头；它由 guanai audit head 打印。")
    return tuple(KeptHead(Head.read(line), _kept_at(line.split()[2:])) for line in lines)


def hold(log: AuditLog, files: Sequence[Sequence[KeptHead]]) -> tuple[Head, tuple[Restoration, ...]]:
    """Hold every line of the log against the one before, and the log against every head that was kept.

    Args:
        log: the log.
        files: the heads of each file, in the order in which they were written.

    Returns:
        Where the log ends, and the restores that explain heads which it does not hold.

    Raises:
        BrokenChain: a line was changed, left out or put in; or a head does not fit and no restore explains it.
    """
    wanted = {each.head.number for heads in files for each in heads}
    last, found, restores = Link(Head.before_all(), "日志", 0, b""), dict[int, Link](), list[Restoration]()
    for last in log.chain():
        number = last.head.number
        if number in wanted:
            found[number] = last
        if (at := _restored_at(last.text)) is not None:
            restores.append(Restoration(at, number, number))
    lost = dict[tuple[int, bool], Restoration]()
    for heads in files:
        for each in _explained(heads, found, restores, last):
            key = each.first, not each.is_of_branch
            lost[key] = max(each, lost.get(key, each), key=lambda one: one.last)
    return last.head, tuple(lost[each] for each in sorted(lost))


def is_held(log: AuditLog, kept: KeptHead) -> bool:
    """Tell whether the log has the line of a head, without looking at the others.

    Whether a restore explains that it has not, and whether the lines before are sound, tells `hold`.
    """
    try:
        return kept.head.number == 0 or log.head_at(kept.head.number) == kept.head
    except BrokenChain:
        return False


def _explained(
    heads: Sequence[KeptHead], found: dict[int, Link], restores: Sequence[Restoration], last: Link
) -> Iterator[Restoration]:
    """Yield, of the heads of a file which the log does not hold, what explains them."""
    # The highest that fits so far, the highest of all that were told so far, and the number of the head before.
    settled, reached, before = 0, 0, 0
    for kept in heads:
        number = kept.head.number
        place = found.get(number, last)
        is_held = number == 0 or place.head == kept.head
        if not is_held:
            # A head that fits shows that the restores up to there had been made when this one was written.
            # A head no higher than an earlier one was kept when the log had been laid back: its lines were beside those
            # of the backup that came last, wherever that ends. Of the highest one a backup has to hold what it proves.
            why = [
                each
                for each in restores
                if settled < each.first and each.at >= kept.at and (each.first <= number or number <= reached)
            ]
            if not why:
                raise _broken(kept.head, place)
            yield Restoration(why[-1].at, why[-1].first, number)
        elif number < before and not any(settled < each.first <= number for each in restores):
            told = f"另存的日志头从第 {before} 条退到第 {number} 条，其间没有恢复过备份：后面的被删去过"
            raise BrokenChain(place.file, place.line, told)
        else:
            settled = max(settled, number)
        reached, before = max(reached, number), number


def _broken(head: Head, place: Link) -> BrokenChain:
    if head.number > place.head.number:
        told = f"日志到第 {place.head.number} 条为止，另存的日志头是第 {head.number} 条：后面的被删去了"
    else:
        told = f"和另存的日志头（第 {head.number} 条）不一致"
    return BrokenChain(place.file, place.line, told)


def _restored_at(line: bytes) -> datetime | None:
    if RESTORED.encode() not in line:  # hardly ever there: most lines need not be read a second time
        return None
    body = json.loads(line)
    return datetime.fromisoformat(body["时间"]) if (body["做了"], body["人"]) == (RESTORED, "") else None


def _kept_at(words: Sequence[str]) -> datetime:
    try:
        return datetime.fromisoformat(" ".join(words[:2])).replace(tzinfo=SHANGHAI)
    except ValueError:
        return _UNKNOWN
