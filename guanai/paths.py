"""Where each kind of record lies below ``records/``."""

import re
from collections.abc import Mapping
from types import MappingProxyType

_S = r"[2-9A-HJ-NP-Z]"
_TERM = r"[0-9]{4}-[0-9]{4}-[12]"
_CLASS = r"[PJ][0-9]{4}-[0-9]{2}"

#: Kind → pattern of its path; the group ``id`` is the record's id where the file is named after it.
PATTERNS: Mapping[str, re.Pattern[str]] = MappingProxyType(
    {
        "student": re.compile(rf"records/students/(?P<year>[0-9]{{4}})/(?P<id>S(?P=year)-{_S}{{5}})\.yml"),
        "school": re.compile(r"records/school\.yml"),
        "staff": re.compile(r"records/staff\.yml"),
        "access": re.compile(r"records/access\.yml"),
        "calendar": re.compile(r"records/calendar/(?P<id>[0-9]{4}-[0-9]{4})\.yml"),
        "policy": re.compile(r"records/policies/(?P<id>[a-z][a-z0-9-]{1,40})\.yml"),
        "counseling": re.compile(rf"records/counseling/(?:[0-9]{{4}}/)?(?P<id>Y[0-9]{{4}}-{_S}{{5}})\.yml"),
        "attendance": re.compile(
            rf"records/attendance/(?P<term>{_TERM})/(?P<class>{_CLASS})/(?P<month>[0-9]{{4}}-[0-9]{{2}})\.yml"
        ),
        "screening": re.compile(rf"records/screenings/(?P<term>{_TERM})/(?P<class>{_CLASS})\.yml"),
        "meeting": re.compile(rf"records/meetings/(?P<term>{_TERM})/(?P<id>M[0-9]{{8}}-{_S}{{4}})\.yml"),
        "activity": re.compile(rf"records/activities/(?P<term>{_TERM})/(?P<id>A[0-9]{{8}}-{_S}{{4}})\.yml"),
        "decision": re.compile(
            rf"records/decisions/(?P<year>[0-9]{{4}})/(?P<id>D(?P=year)[0-9]{{4}}-{_S}{{4}})\.yml"
        ),
    }
)


def kind_of(path: str) -> str | None:
    """Return the kind of the record at a path below the workspace, None where no record belongs."""
    return next((kind for kind, pattern in PATTERNS.items() if pattern.fullmatch(path)), None)


def stem_id(path: str) -> str | None:
    """Return the id that a file's name promises, None for kinds named otherwise."""
    for pattern in PATTERNS.values():
        found = pattern.fullmatch(path)
        if found:
            return found.groupdict().get("id")
    return None


def name_of(path: str) -> str:
    """Return what papers call the record at a path: its id, else class and term or month, else the path itself.

    >>> name_of("records/attendance/2026-2027-1/J2024-03/2026-11.yml")
    'J2024-03.2026-11'
    """
    for pattern in PATTERNS.values():
        if found := pattern.fullmatch(path):
            parts = found.groupdict()
            if "class" in parts:
                return f"{parts['class']}.{parts.get('month') or parts['term']}"
            return parts.get("id") or path
    return path


def path_of(kind: str, record_id: str, *, term: str = "") -> str:
    """Return where a record with an id of its own lies.

    >>> path_of("student", "S2024-7K3QD")
    'records/students/2024/S2024-7K3QD.yml'
    """
    year = record_id[1:5]
    folder = {
        "student": f"students/{year}", "policy": "policies", "counseling": f"counseling/{year}", "calendar": "calendar",
        "meeting": f"meetings/{term}", "activity": f"activities/{term}", "decision": f"decisions/{year}",
    }[kind]  # fmt: skip
    return f"records/{folder}/{record_id}.yml"
