"""The figures of a policy beside the clauses that print them: what a principal changes without opening the whole text."""

import re
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, Final

from generators.context import Context
from generators.policy import texts
from guanai import figures
from guanai.clauses import Assignment, assignments, figure_problems, passages, placeholder_problems
from guanai.errors import Invalid
from guanai.model.policy import Duty, Policy
from guanai.yamlfile import Change, Path, Set
from guanai.yamlfile.paths import steps

#: Whole numbers; all other figures are read by `guanai.figures`.
_COUNT: Final = "次数"
_KEYS: Final = (*figures.READERS, _COUNT)
_MOST: Final = 99
_PLACEHOLDER: Final = re.compile(r"\{([^{}.]*)(?:\.[^{}]*)?\}")
_EFFECTIVE: Final = "{施行日期}"


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure.

    Attributes:
        pointer: where it stands in the record.
        duty: 编号 of the duty.
        key: what it is: 周期, 期限 …
        text: as it prints.
        problem: why it cannot be read, "" where it can.
    """

    pointer: str
    duty: str
    key: str
    text: str
    problem: str = ""


@dataclass(frozen=True, slots=True)
class ClauseFigures:
    """A clause with figures.

    Attributes:
        pointer: where the clause stands.
        where: the place in Chinese.
        figures: all of its duties.
        lines: the texts in which any of them prints, as they print, those of other clauses too; none where no figure prints.
    """

    pointer: str
    where: str
    figures: tuple[Figure, ...]
    lines: tuple[str, ...]


class UnknownFigure(Invalid):
    """What was sent names no figure of this policy."""

    def __init__(self) -> None:
        super().__init__("这份制度刚被改过，有的数字已不在原处；请重新打开再改。")


def figure_changes(data: Mapping[str, Any], sent: Mapping[str, str]) -> tuple[Change, ...]:
    """Return the changes that set figures to what was sent; what is the same or empty is left out.

    Args:
        data: the policy record.
        sent: texts by pointer.

    Raises:
        UnknownFigure: a pointer names none.
    """
    known = {each.pointer: each for each in _figures(Policy.from_mapping(data), {})}
    if not sent.keys() <= known.keys():
        raise UnknownFigure
    found: list[Change] = []
    for pointer, text in sent.items():
        plain = text.strip()
        if plain and plain != known[pointer].text:
            is_number = known[pointer].key == _COUNT and _is_count(plain)
            found.append(Set(steps(pointer), int(plain) if is_number else plain))
    return tuple(found)


def figure_sheet(
    data: Mapping[str, Any], sent: Mapping[str, str], context: Context
) -> tuple[ClauseFigures, ...]:
    """Return the clauses that have figures, as they would print.

    Args:
        data: the policy record.
        sent: figures to be tried, by pointer; none for the policy as it is.
        context: names and taxonomies that clauses print.

    Raises:
        UnknownFigure: a pointer names none.
        Invalid: the policy cannot be printed.
    """
    changed = _tried(data, figure_changes(data, sent))
    policy = Policy.from_mapping(changed)
    problems = dict(figure_problems(policy))
    printed = _lines(policy, context)
    groups: dict[str, list[Figure]] = {}
    places: dict[str, str] = {}
    for made, each in zip(_placed(policy), _figures(policy, problems), strict=True):
        clause = "/".join(made.pointer.split("/")[:5])
        groups.setdefault(clause, []).append(each)
        places.setdefault(clause, made.where)
    return tuple(
        ClauseFigures(clause, places[clause], tuple(found), tuple(_told(found, printed)))
        for clause, found in groups.items()
    )


def sheet_problems(data: Mapping[str, Any], sent: Mapping[str, str]) -> dict[str, str]:
    """Return what is wrong with a policy after figures were tried, by pointer; a whole number is one from 1 to 99.

    Raises:
        UnknownFigure: a pointer names none.
    """
    policy = Policy.from_mapping(_tried(data, figure_changes(data, sent)))
    found = dict((*figure_problems(policy), *placeholder_problems(policy)))
    for pointer, text in sent.items():
        if pointer.endswith(f"/{_COUNT}") and text.strip() and not _is_count(text.strip()):
            found[pointer] = f"“{_COUNT}”写 1 到 {_MOST} 的整数。"
    return found


def _is_count(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= len(str(_MOST)) and int(text) >= 1


def _tried(data: Mapping[str, Any], changes: tuple[Change, ...]) -> Mapping[str, Any]:
    made: Any = deepcopy(dict(data))
    for change in changes:
        assert isinstance(change, Set)  # noqa: S101 -- figures are only ever set
        _put(made, change.path, change.value)
    return dict(made)


def _put(data: Any, path: Path, value: Any) -> None:
    *way, last = path
    for step in way:
        data = data[step]
    # A count that is no number keeps its old value: the problem is told beside it.
    if last != _COUNT or isinstance(value, int):
        data[last] = value


def _placed(policy: Policy) -> Iterator[Assignment]:
    """Yield the place of each figure, in the order of `_figures`."""
    names = Duty.names()
    for made in assignments(policy):
        for key in _KEYS:
            if getattr(made.duty, names[key]) is not None:
                yield made


def _figures(policy: Policy, problems: Mapping[str, str]) -> Iterator[Figure]:
    names = Duty.names()
    for made in assignments(policy):
        for key in _KEYS:
            value = getattr(made.duty, names[key])
            if value is not None:
                pointer = f"{made.pointer}/{key}"
                yield Figure(pointer, made.duty.id, key, str(value), problems.get(pointer, ""))


def _lines(policy: Policy, context: Context) -> list[tuple[frozenset[str], str]]:
    """Return each text with the names of the duties that it prints."""
    found = texts(policy, context)
    return [
        (
            frozenset(_PLACEHOLDER.findall(each.text)),
            found[each.pointer].replace(_EFFECTIVE, "施行之日"),
        )
        for each in passages(policy)
    ]


def _told(found: list[Figure], printed: list[tuple[frozenset[str], str]]) -> Iterator[str]:
    duties = {each.duty for each in found}
    yield from (line for names, line in printed if names & duties)
