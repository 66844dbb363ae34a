"""A year of the log in figures: how much was looked at, refused, downloaded; counts alone, nobody's ranking."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from guanai.web.audit import Event

#: Labels whose every opening the personal-information audit (个人信息保护合规审计) asks about.
_SENSITIVE = ("限制", "证件", "心理")


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
