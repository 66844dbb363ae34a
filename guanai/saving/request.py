"""What someone wants saved, and what may come of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from guanai.access import Refusal
from guanai.errors import Forbidden, Invalid, NotFound, Problem
from guanai.store.note import Reason
from guanai.yamlfile import Change, Path

#: Code of the question about a name whose bearer the writer may not know of: whoever counts them keeps it in mind.
STRANGE_NAME: Final = "text.stranger"


@dataclass(frozen=True, slots=True)
class Edit:
    """A patch of one record.

    Attributes:
        record: the record's id, or its path below the workspace; for a new record its kind.
        changes: in order; of a new record a `Set` of the whole, or of how it begins and then what is added to it. If
            someone else has begun the same record meanwhile, what is added goes there.
        base: what the changes were made on, a blob id or a commit id; "" for what is there now.
        is_new: the record is made; its id is drawn here unless the changes name one that is free.
    """

    record: str
    changes: tuple[Change, ...]
    base: str = ""
    is_new: bool = False


@dataclass(frozen=True, slots=True)
class Second:
    """The other person behind a change that opens something to somebody.

    Attributes:
        staff_id: who.
        seen: what that person was told it opens, in sentences; None where it was the other who asked for it.
    """

    staff_id: str
    seen: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """Changes that belong together, by one person.

    Attributes:
        staff_id: who saves.
        reason: one of the closed list; words of one's own go into the record.
        edits: one for each record.
        when: instant of the save, with its offset.
        is_confirmed: the questions have been answered with yes.
        on: the day as of which posts count; None: the day of ``when`` in China.
        head: the newest commit of the main repository for which the changes hold; they are not carried over to a
            later one, since something else may stand there then (a number that was drawn). "" for any.
        second: who else stands behind it, where that is needed.
    """

    staff_id: str
    reason: Reason
    edits: tuple[Edit, ...]
    when: datetime
    is_confirmed: bool = False
    on: date | None = None
    head: str = ""
    second: Second | None = None


@dataclass(frozen=True, slots=True)
class Saved:
    """All of it is in history, or was there already.

    Attributes:
        commit: the newest commit; the one before when nothing had changed.
        versions: blob id of each record by path.
        is_changed: whether a commit was made.
        given: 编号 drawn in this save, by path.
    """

    commit: str
    versions: Mapping[str, str]
    is_changed: bool = True
    given: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Disputed:
    """One value that someone else changed too; as the asker may see it.

    Attributes:
        path: the record.
        place: the field in it.
        names: for each step of the place that is a number, what the item is told by; () where that may not be seen.
        title: the field in words.
        base: the value that the change was made on, None for nothing, `HIDDEN` where it may not be seen.
        mine: the value sent.
        theirs: the value there is now.
        who: name of the person who changed it last, "" where unknown.
        when: instant of that change, None where unknown.
    """

    path: str
    place: Path
    title: str
    base: Any
    mine: Any
    theirs: Any
    who: str
    when: datetime | None
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Conflict:
    """Nothing was saved: a person has to choose."""

    items: tuple[Disputed, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """Something in a free text that is asked about before it is saved.

    Attributes:
        code: stable ASCII slug: ``text.name``, ``text.number``, ``text.word`` or `STRANGE_NAME`.
        path: the record.
        place: the field in it.
        sentence: what is asked.
        name: whom it is about where it is about a name, as it is written; "" for all others.
    """

    code: str
    path: str
    place: Path
    sentence: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """Nothing was saved yet: the same request with ``is_confirmed`` says yes to all."""

    questions: tuple[Question, ...]


Outcome = Saved | Conflict | Asked


class NotPermitted(Forbidden):
    """A person may not make some of the changes; nothing was saved."""

    def __init__(self, refusals: tuple[Refusal, ...]) -> None:
        """``refusals``: at least one; none names what the person may not see."""
        self.refusals = refusals
        super().__init__("\n".join(dict.fromkeys(refusal.reason for refusal in refusals)))


class Faulty(Invalid):
    """The record would not be right afterwards; nothing was saved."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        """``problems``: at least one, worded for the asker."""
        self.problems = problems
        told = dict.fromkeys(f"{problem.path}：{problem.message}" for problem in problems)
        super().__init__("\n".join(["没有保存，请先改正：", *told]))


class UnknownRecord(NotFound):
    """No record has that id, or none that the person may know of."""

    def __init__(self, record: str) -> None:
        super().__init__(f"没有编号为 {record} 的记录，或者您今天的任职不含它；请核对编号。")


class UnknownBase(NotFound):
    """The version that a change was made on is none of that record's."""

    def __init__(self, base: str) -> None:
        super().__init__(f"找不到您打开时的那一版（{base[:12]}）；请重新打开这份记录再改。")


class BrokenCore(Invalid):
    """A record that every save needs cannot be read."""

    def __init__(self, path: str) -> None:
        super().__init__(f"{path} 读不出来，现在什么都不能保存；请先运行 guanai check，改好这个文件。")
