"""Draws the next number of a paper (文号) and saves it: in order, no gap and no double, also when two ask at once.

A number counts as drawn where it stands in a commit or, on one's own PC, in a file not yet committed. It is worked
out on one commit and saved only if that is still the newest; else it is worked out again.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, Final

from generators.letters import KINDS
from guanai.errors import Conflict, NotFound, Usage
from guanai.paths import kind_of
from guanai.saving import Edit, Request, Saved, save
from guanai.saving.places import find_path
from guanai.schema import Schemas
from guanai.store.git import HeadMoved
from guanai.store.note import Reason
from guanai.store.places import Store
from guanai.store.sources import Source
from guanai.yamlfile import Change, Set, load

_TRIES: Final = 32
#: Kinds of records that keep numbers.
_KEEPERS: Final = ("policy", "decision", "meeting")
_BY_SLUG: Final = {each.kind: each for each in KINDS if each.filed_as}


@dataclass(frozen=True, slots=True)
class Wanted:
    """A number that somebody asks for.

    Attributes:
        record: id of the policy, decision or meeting that gets it; of a paper of its own, what that is about.
        staff_id: who asks, and who signs for the decision.
        when: instant of the save.
        on: day on the paper where the record bears none; the year of that day is the number's.
        paper: what the decision calls the paper (文书.类别); "" where the record itself is the paper.
        title: of the paper.
        student: the child it is about, "" for none.
    """

    record: str
    staff_id: str
    when: datetime
    on: date
    paper: str = ""
    title: str = ""
    student: str = ""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A number that was drawn.

    Attributes:
        number: 文号.
        path: the record that keeps it.
        saved: the commit.
    """

    number: str
    path: str
    saved: Saved


class AlreadyIssued(Conflict):
    """The paper has its number."""

    def __init__(self, record: str, number: str) -> None:
        super().__init__(
            f"{record} 已经有文号：{number}；一份文书只编一个文号。要看全部，用 guanai issue --list。"
        )


class NotIssued(Usage):
    """What was named does not get a number."""

    def __init__(self, record: str) -> None:
        super().__init__(
            f"{record} 不编文号；能编的有采用了的制度、决定、会议纪要，另有 {'、'.join(_BY_SLUG)}（写 --paper 种类）。"
        )


class Unissued(NotFound):
    """Nothing here has that id."""

    def __init__(self, record: str) -> None:
        super().__init__(
            f"没有编号为 {record} 的记录；请核对编号。预置的制度要先采用（放进 records/policies），再编文号。"
        )


class NoIssuingCode(NotFound):
    """The school has no letters for its numbers."""

    def __init__(self) -> None:
        super().__init__("records/school.yml 里没有“发文代字”，编不了文号；请先填上，如 禾中。")


def filed_as(slug: str) -> str:
    """Return what decisions call a kind of paper.

    Raises:
        NotIssued: papers of that kind have no number.
    """
    if slug not in _BY_SLUG:
        raise NotIssued(slug)
    return _BY_SLUG[slug].filed_as


def issue(
    store: Store, schemas: Schemas, wanted: Wanted, *, code_of: Callable[[str], str] | None = None
) -> Drawn:
    """Draw the next number of the year and save it.

    Args:
        store: where.
        schemas: those of the installed program.
        wanted: for what, by whom.
        code_of: returns the code at the foot of the paper (校验码) once it bears a number.

    Raises:
        AlreadyIssued: it has one.
        Unissued, NotIssued: there is nothing to number.
        NoIssuingCode: the school has no 发文代字.
        HeadMoved: others kept saving in between.
        NotPermitted, Faulty, …: as `save`.
    """
    for _ in range(_TRIES):
        head = store.head()
        committed = store.source(head) if head else store.source()
        edit = _Numbering(store, committed, wanted).edit(code_of)
        request = Request(
            wanted.staff_id, Reason.ENTRY, (edit,), wanted.when, is_confirmed=True, on=wanted.on, head=head
        )
        try:
            outcome = save(store, schemas, request)
        except HeadMoved:
            continue
        if isinstance(outcome, Saved):
            return Drawn(_number_in(edit), next(iter(outcome.versions)), outcome)
    raise HeadMoved


def next_number(sources: tuple[Source, ...], code: str, year: int) -> str:
    """Return the number that follows the highest one drawn in a year: ``禾中〔2026〕13号``.

    The texts are searched, not the records: a file with a problem keeps its number too.
    """
    pattern = re.compile(rf"{re.escape(code)}〔{year}〕([1-9][0-9]*)号")
    used = {int(found) for source in sources for text in _texts(source) for found in pattern.findall(text)}
    return f"{code}〔{year}〕{max(used, default=0) + 1}号"


def _texts(source: Source) -> Iterator[str]:
    """Yield the lines of all records that can keep a number in which one stands."""
    for path in source.versions():
        if kind_of(path) in _KEEPERS:
            raw = source.read(path) or b""
            lines = raw.decode("utf-8", "replace").splitlines()
            yield from (line for line in lines if line.lstrip(" -").startswith("文号:"))


class _Numbering:
    """One try, on one commit."""

    def __init__(self, store: Store, committed: Source, wanted: Wanted) -> None:
        self._committed = committed
        self._lying = store.source()
        self._wanted = wanted

    def edit(self, code_of: Callable[[str], str] | None) -> Edit:
        wanted = self._wanted
        if wanted.paper:
            self._demand_new_paper()
            return Edit("decision", (Set((), self._decision(code_of)),), is_new=True)
        path = find_path(self._committed, wanted.record)
        if path is None:
            raise Unissued(wanted.record)
        kind = kind_of(path)
        if kind not in _KEEPERS:
            raise NotIssued(wanted.record)
        data = self._data(path)
        place = ("采用", "文号") if kind == "policy" else ("文号",)
        held = data.get("采用") or {} if kind == "policy" else data
        if held.get("文号"):
            raise AlreadyIssued(wanted.record, str(held["文号"]))
        return Edit(wanted.record, tuple(self._changes(kind, place, data)))

    def _changes(self, kind: str, place: tuple[str, ...], data: dict[str, Any]) -> Iterator[Change]:
        day = self._wanted.on.isoformat()
        if kind == "policy" and not data.get("采用"):
            yield Set(("采用",), {"日期": day, "文号": self._number()})
            return
        yield Set(place, self._number(data))
        if kind == "policy" and not data["采用"].get("日期"):
            yield Set(("采用", "日期"), day)

    def _decision(self, code_of: Callable[[str], str] | None) -> dict[str, Any]:
        wanted, number = self._wanted, self._number()
        paper = {"类别": wanted.paper, "对象": wanted.record}
        if code_of is not None:
            paper["校验码"] = code_of(number)
        made: dict[str, Any] = {
            "类型": "公文",
            "名称": wanted.title,
            "日期": wanted.on.isoformat(),
            "文号": number,
            "文书": paper,
            "决定人": wanted.staff_id,
            "签字": "待签",
        }
        return made | ({"学生": [wanted.student]} if wanted.student else {})

    def _number(self, data: Mapping[str, Any] = MappingProxyType({})) -> str:
        """Return the next number; ``data``: the record that gets it, empty for one that bears no day yet."""
        school = self._data("records/school.yml")
        code = str(school.get("发文代字") or "")
        if not code:
            raise NoIssuingCode
        return next_number((self._committed, self._lying), code, _year(data) or self._wanted.on.year)

    def _demand_new_paper(self) -> None:
        """Refuse a second number for the same paper."""
        for path in self._committed.versions():
            if kind_of(path) != "decision":
                continue
            raw = self._committed.read(path) or b""
            if self._wanted.record.encode() not in raw:
                continue
            data = load(raw, path).data
            paper = data.get("文书") if isinstance(data, dict) else None
            if isinstance(paper, dict) and (paper.get("类别"), paper.get("对象")) == (
                self._wanted.paper,
                self._wanted.record,
            ):
                raise AlreadyIssued(self._wanted.record, str(data.get("文号") or path))

    def _data(self, path: str) -> dict[str, Any]:
        data = load(self._committed.read(path) or b"", path).data
        return data if isinstance(data, dict) else {}


def _year(data: Mapping[str, Any]) -> int | None:
    """Return the year of the day on a paper, None where it bears none.

    A meeting bears none: its minutes are dated when they are signed, and a year that is over gets no more numbers.
    """
    adopted = data.get("采用")
    held = adopted if isinstance(adopted, dict) else data
    year = str(held.get("日期") or "")[:4]
    return int(year) if year.isdecimal() else None


def _number_in(edit: Edit) -> str:
    (value, *_) = [change.value for change in edit.changes if isinstance(change, Set)]
    return str(value["文号"]) if isinstance(value, dict) else str(value)
