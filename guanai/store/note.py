"""What a commit's message says: ids, action, who, one reason of a closed list, and nothing else of a child."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from guanai.store.git.commits import ACTION, REASON, SECOND, STAFF
from guanai.store.git.trees import Author

_SHOWN = 8


class Reason(StrEnum):
    """Why a record was changed; a person's own words go into the record, under its label."""

    ENTRY = "录入"
    LATE_ENTRY = "补录"
    CORRECTION = "更正"
    REVIEW = "复核"
    UNDO = "撤销"
    IMPORT = "导入"


class Action(StrEnum):
    """What was done."""

    ADD = "新增"
    CHANGE = "修改"
    UNDO = "撤销"
    IMPORT = "导入"
    DELETE = "删除"
    MIGRATE = "升级"
    ATTENDANCE = "考勤"


@dataclass(frozen=True, slots=True)
class Note:
    """What is kept about a save.

    Attributes:
        action: what was done.
        ids: of the records, for the subject line.
        staff_id: 编号 of the person who saves; of several, joined by 、.
        author: the person's name.
        reason: one of the closed list.
        when: instant with its offset.
        second: 编号 of who confirmed it too, "" for nobody.
    """

    action: Action
    ids: tuple[str, ...]
    staff_id: str
    author: str
    reason: Reason
    when: datetime
    second: str = ""

    @property
    def person(self) -> Author:
        """The commit's author."""
        return Author(self.author, self.staff_id)


def message(note: Note) -> str:
    """Return a commit's whole message.

    >>> from datetime import UTC, datetime
    >>> ids, when = ("S2024-7K3QD",), datetime(2026, 11, 20, tzinfo=UTC)
    >>> print(message(Note(Action.CHANGE, ids, "T-3XK9", "张某", Reason.CORRECTION, when)))
    修改 S2024-7K3QD
    <BLANKLINE>
    动作: 修改
    操作人: T-3XK9
    理由: 更正
    """
    more = f" 等 {len(note.ids)} 份" if len(note.ids) > _SHOWN else ""
    subject = " ".join([str(note.action), *note.ids[:_SHOWN]]) + more
    second = f"\n{SECOND}: {note.second}" if note.second else ""
    return f"{subject}\n\n{ACTION}: {note.action}\n{STAFF}: {note.staff_id}\n{REASON}: {note.reason}{second}"
