"""Finds the file of a record by its id, without looking at any other."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from guanai.ids import new_id, new_student_id
from guanai.ids import token as random_signs
from guanai.paths import PATTERNS, kind_of, path_of
from guanai.store.sources import Source
from guanai.yamlfile import load

_BY_LETTER = {"S": "student", "Y": "counseling", "D": "decision", "M": "meeting", "A": "activity"}
_SINGLE = ("school", "staff", "access")
_SIGNS = 5


def find_path(source: Source, record: str) -> str | None:
    """Return where a record lies, None where there is none.

    Args:
        source: the records.
        record: its id, its path, or the name of a record that stands once (``school``).
    """
    return next((path for path in _candidates(record) if source.version(path) is not None), None)


def _candidates(record: str) -> Iterator[str]:
    if kind_of(record) is not None:
        yield record
    if record in _SINGLE:
        yield f"records/{record}.yml"
    kind = _BY_LETTER.get(record[:1])
    found = [path for path in _paths(kind, record) if kind_of(path) == kind] if kind else []
    yield from found
    for other in ("policy", "calendar"):
        path = path_of(other, record)
        if kind_of(path) == other:
            yield path


def _paths(kind: str, record: str) -> list[str]:
    if kind not in ("meeting", "activity"):
        return [path_of(kind, record)]
    year = int(record[1:5]) if record[1:5].isdecimal() else 0
    terms = [f"{first}-{first + 1}-{half}" for first in (year, year - 1) for half in (1, 2)]
    return [path_of(kind, record, term=term) for term in terms]


def new_place(source: Source, kind: str, data: Mapping[str, Any], on: date) -> tuple[str, str]:
    """Return id and path of a new record; the id is the one in the data, or drawn until it is free.

    An id is "" for kinds that are named otherwise; a path of "" tells that what names the file is missing.
    """
    named = data.get("编号")
    if isinstance(named, str):
        return named, _path(source, kind, named, data, on)
    while kind in _BY_LETTER.values():
        made = _drawn(kind, data, on)
        path = _path(source, kind, made, data, on)
        if not path or source.version(path) is None:
            return made, path
    return "", _path(source, kind, "", data, on)


def _drawn(kind: str, data: Mapping[str, Any], on: date) -> str:
    if kind == "student":
        return new_student_id(on.year)
    if kind == "counseling":
        return f"Y{on.year}-{random_signs(_SIGNS)}"
    letter = next(letter for letter, each in _BY_LETTER.items() if each == kind)
    return new_id(letter, on=_day(data) or on)


def _path(source: Source, kind: str, record: str, data: Mapping[str, Any], on: date) -> str:
    folder = f"{data.get('学期', '')}/{data.get('班级', '')}"
    if kind == "attendance":
        path = f"records/attendance/{folder}/{data.get('月份', '')}.yml"
    elif kind == "screening":
        path = f"records/screenings/{folder}.yml"
    elif kind in _SINGLE:
        path = f"records/{kind}.yml"
    elif kind == "calendar":
        path = path_of(kind, str(data.get("学年", "")))
    else:
        term = _term(source, _day(data) or on) if kind in ("meeting", "activity") else ""
        path = path_of(kind, record, term=term)
    return path if PATTERNS[kind].fullmatch(path) else ""


def _day(data: Mapping[str, Any]) -> date | None:
    try:
        return date.fromisoformat(str(data.get("时间") or data.get("日期") or "")[:10])
    except ValueError:
        return None


def _term(source: Source, day: date) -> str:
    """Return the term of a day; a vacation belongs to the term that follows."""
    terms = [
        term
        for first in (day.year - 1, day.year)
        for term in _terms(source, f"records/calendar/{first}-{first + 1}.yml")
        if str(term.get("放假", "")) >= day.isoformat()
    ]
    if terms:
        return str(min(terms, key=lambda term: str(term["放假"])).get("编号", ""))
    first = day.year if day.month > _LAST_MONTH else day.year - 1
    return f"{first}-{first + 1}-{1 if day.month > _LAST_MONTH or day.month == 1 else 2}"


_LAST_MONTH = 7


def _terms(source: Source, path: str) -> list[Mapping[str, Any]]:
    raw = source.read(path)
    data = load(raw, path).data if raw is not None else None
    found = data.get("学期", []) if isinstance(data, dict) else []
    return [term for term in found if isinstance(term, dict)]
