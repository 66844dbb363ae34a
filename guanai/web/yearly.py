"""A year of the log in figures: how much was looked at, refused, downloaded; counts alone, nobody's ranking."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from generators.context import YearOfAccess
from guanai.web.audit import AuditLog, Event
from guanai.workspace.compliance import KeptYears

#: Labels whose every opening the personal-information audit (个人信息保护合规审计) asks about.
_SENSITIVE = ("限制", "证件", "心理")
#: What is done when somebody is let see more, and by whom.
_WIDENING = frozenset({"批准查看", "确认放宽"})


@dataclass(frozen=True, slots=True)
class Tally:
    """What a year's log adds up to.

    Attributes:
        total: lines of the year.
        people: persons who did anything.
        records: records that were named.
        actions: how often each thing was done, the most frequent first.
        results: how often it came out so.
        roles: how often under which posts.
        sensitive: how often an edition with a sensitive label was opened, by label.
        months: lines of each month.
    """

    total: int
    people: int
    records: int
    actions: dict[str, int]
    results: dict[str, int]
    roles: dict[str, int]
    sensitive: dict[str, int]
    months: dict[str, int]

    def as_json(self) -> dict[str, object]:
        """Return the machine face of ``audit report --json``."""
        return {name: getattr(self, name) for name in self.__slots__}


def tally(events: Iterable[Event], year: int) -> Tally:
    """Count the lines of a calendar year."""
    actions: Counter[str] = Counter()
    results: Counter[str] = Counter()
    roles: Counter[str] = Counter()
    sensitive: Counter[str] = Counter()
    months: Counter[str] = Counter()
    people, records = set[str](), set[str]()
    for event in events:
        if event.at.year != year:
            continue
        actions[event.action] += 1
        results[event.result] += 1
        months[f"{event.at:%m}"] += 1
        roles.update(event.role.split("、") if event.role else ())
        sensitive.update(label for label in _SENSITIVE if label in event.edition.split())
        people.update({event.actor} - {""})
        records.update({event.record} - {""})
    return Tally(
        total=months.total(),
        people=len(people),
        records=len(records),
        actions=dict(actions.most_common()),
        results=dict(results.most_common()),
        roles=dict(roles.most_common()),
        sensitive={label: sensitive[label] for label in _SENSITIVE},
        months=dict(sorted(months.items())),
    )


def year_of_access(events: Iterable[Event], year: int) -> YearOfAccess:
    """Return what the yearly paper tells of a calendar year."""
    opened = downloaded = refused = 0
    approved: list[str] = []
    for event in events:
        if event.at.year != year:
            continue
        is_done = event.result == "成"
        downloaded += is_done and event.action == "下载"
        opened += is_done and bool(event.edition) and event.action != "下载"
        refused += event.result == "拒绝"
        if is_done and event.action in _WIDENING:
            approved.append(event.actor)
    return YearOfAccess(opened, downloaded, refused, len(approved), tuple(dict.fromkeys(approved)))


def keep_year(root: Path, log: AuditLog, year: int) -> YearOfAccess:
    """Add up a year of the log and keep the figures for the paper.

    Args:
        root: the workspace.
        log: its log.
        year: calendar year, which is over.

    Raises:
        BrokenChain: the log is not as it was written: nothing of it is put on paper.
    """
    log.verify()
    found = year_of_access(log.events(since=f"{year}-01"), year)
    KeptYears(root).keep(year, found)
    return found
