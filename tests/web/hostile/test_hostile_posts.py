"""Whatever is sent to whatever door: no fault, no change but the one asked for, nothing of it read as a page's own.

Half of the cases are forms of the gateway with one or more fields made hostile, so that they get past the outer checks;
the others are anything at all: methods, addresses, content types, bodies. ``make torture`` tries 10,000.
"""

import itertools
import os
import random
import re
import subprocess
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, urlencode

import httpx
import pytest

from guanai.check import check
from guanai.web.routes import Door, collect

_CASES: Final = 10_000 if os.environ.get("GUANAI_EXHAUSTIVE") else 400
_DOORS: Final = collect()[0]
_HOSTILE: Final = (
    "", " ", "\x00", "a\x00b", "\r\nset-cookie: xq7=1", "\n\r\n<xq7>", "<xq7 onload=1>", "'\"><xq7 a=1>", '" xq7="1',
    "' xq7='1", "</textarea><xq7>", "</script><xq7>", "<!--<xq7>", "javascript:xq7()", "//xq7.example/", "/\\xq7.example",
    "https://xq7.example/", "{{ 7*7 }}", "{% for a in b %}", "${7*7}", "%s%n%d", "%00", "%", "+", "&amp;xq7", "../../etc/passwd",
    "..\\..\\", "records/access.yml", "records/students", "HEAD", "--upload-pack=x", "0" * 40, "f" * 40, "-1", "0", "1e999", "NaN",
    "99999999999999999999", "9" * 5000, "１２３", "²", "0001-01-01", "9999-12-31", "2026-02-30", "0001-01-01T00:00+23:59",
    "9999-12-31T23:59-23:59", "2026-11-20T25:00+08:00", "2026-11-20T09:00", "\u202egnp.exe", "\u2066x\u2069", "\u0085", "\u2028",
    "\ufeff", "\uffff", "\U0010ffff", "👩‍👩‍👧", "𠮷", "é" * 300, "特" * 3000, "a" * 70_000, ": {a: [", "- &a [*a]", "!!python/object:os",
    "@S2024-22222", "S2024-22222", "J1999-01", "T-2222", "true", "null", "[]", '{"a": 1}', "'; DROP TABLE accounts; --", "=1+1",
)  # fmt: skip
#: Of these, what a text of a record may well hold.
_STORABLE: Final = (
    "<xq7 onload=1>", "'\"><xq7 a=1>", '" xq7="1', "</textarea><xq7>", "</script><xq7>", "<!--<xq7>", "javascript:xq7()",
    "//xq7.example/", "{{ 7*7 }}", "{% for a in b %}", "&amp;xq7", "../../etc/passwd", ": {a: [", "- &a [*a]", "# x", "--- ", "|-",
    "!!python/object:os", "=1+1", "👩‍👩‍👧", "𠮷", "１２３", "no", "0123", "2026-11-20", "甲\r\n乙\r\n\r\n丙", "特" * 1500,
)  # fmt: skip
_TYPES: Final = (
    "application/x-www-form-urlencoded", "application/x-www-form-urlencoded; charset=utf-16", "application/json", "text/plain",
    "multipart/form-data", "multipart/form-data; boundary=xq7", "multipart/form-data; boundary=xq7; charset=undefined",
    "multipart/form-data; boundary=xq7; charset=unicode_escape", "multipart/form-data; boundary=xq7; charset=utf-16",
    "multipart/form-data; boundary=xq7; charset=punycode", "application/xml", "text/html", "", "/", "multipart/form-data; boundary=",
)  # fmt: skip
_METHODS: Final = ("GET", "POST", "POST", "POST", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "XQ7")


#: Parts of addresses and fields that pages read.
_QUERIES: Final = ("at", "kind", "duty", "draft", "day", "slot", "q", "for", "next", "page", "since", "until")
_FIELDS: Final = (
    "token", "version", "seen", "place", "title", "action", "item", "day", "at", "slot", "user", "password", "totp",
    "next", "kind", "staff", "do", "student", "decision", "until", "reason", "answer", "/姓名", "/过程记录/n1/内容",
)  # fmt: skip
_MANNERS: Final[tuple[dict[str, str], ...]] = (
    {}, {}, {}, {"sec-fetch-site": "cross-site"}, {"origin": "null"}, {"accept": "application/json"},
)  # fmt: skip
#: Pages on which what was sent may stand afterwards.
_LISTS: Final = ("/", "/students", "/duties", "/meetings", "/drafts", "/approvals", "/account", "/papers")
#: Doors that end what the next case needs; they are tried without what lets one pass.
_ENDING: Final = frozenset({"/logout", "/login/password", "/account/end"})
#: What a post to an address that names no record may change at most; files of children never.
_NAMELESS: Final = (
    "records/meetings/", "records/activities/", "records/decisions/", "records/access.yml",
)  # fmt: skip
#: What the pages that run the school change besides.
_RUNNING: Final = (
    "records/calendar/",
    "records/staff.yml",
    "records/school.yml",
    "records/policies/",
    "records/templates/",
)
_NEW_STEP: Final = re.compile(r"n[1-9][0-9]?")
#: Reads the forms of a page.
_FormsOf = Callable[[str], list[Any]]
#: Demands that an answer is sound; the second argument says what was sent.
_Demand = Callable[[httpx.Response, object], None]


@pytest.mark.parametrize("block", range(20))
def test_nothing_that_is_sent_breaks_a_door_or_changes_more_than_was_asked(
    block: int, attacked: Any, forms_of: _FormsOf, demand_sound: _Demand
) -> None:
    for number in range(_CASES // 20):
        door = _DOORS[(block * (_CASES // 20) + number) % len(_DOORS)]
        case = _Case(attacked, door, random.Random(f"{block} {number}"), forms_of)
        case.run(demand_sound)


def test_what_was_kept_of_it_is_shown_as_text_and_holds_every_rule(
    attacked: Any, demand_sound: _Demand, tmp_path: Path
) -> None:
    """Runs last: the pages that now hold what was sent, and the records that came of it."""
    for role in attacked.staff:
        client = attacked.client(role)
        for address in _LISTS:
            demand_sound(client.get(address), (role, address))
        for student in attacked.samples["student_id"][:12]:
            for address in (f"/students/{student}", f"/students/{student}/history", f"/child/{student}/edit"):
                demand_sound(client.get(address), (role, address))
    root, store = attacked.served.root, attacked.served.root.with_name("school.git")
    assert not _faults(store, tmp_path / "after") - _faults(root, tmp_path / "before")


def _faults(repository: Path, place: Path) -> set[tuple[str, str, str]]:
    subprocess.run(["git", "clone", "-q", str(repository), str(place)], check=True, capture_output=True)
    found = check(place, on=date(2026, 11, 20))
    # A post may rightly give a child a name that stands in an older text about another: the check then reminds of it.
    return {(each.path, each.rule, each.message) for each in found if each.rule != "text.name"}


class _Case:
    """One request, and what must hold after it."""

    def __init__(self, school: Any, door: Door, dice: random.Random, forms_of: _FormsOf) -> None:
        self._school = school
        self._dice = dice
        self._door = door
        self._forms_of = forms_of
        self._role = dice.choice(
            (*school.staff, "", "校长", "班主任", "班主任")
        )  # who may write most, more often

    def run(self, demand_sound: _Demand) -> None:
        """Send it; afterwards records and accounts are as they were, but for the patch."""
        client, accounts = self._school.client(self._role), self._school.accounts()
        before = self._school.heads
        method, address, options, names = self._form(client) or self._anything()
        told = (self._role, method, address[:300], {key: str(each)[:600] for key, each in options.items()})
        answer = client.request(method, address, **options)
        demand_sound(answer, told)
        if self._school.heads != before:
            assert method == "POST", told
            self._demand_asked_for(address, before, names, told)
        if self._school.accounts() != accounts:
            assert address.startswith(("/admin/", "/login")), told
            self._school.put_accounts(accounts)

    def _form(self, client: httpx.Client) -> tuple[str, str, dict[str, Any], list[str]] | None:
        """Return a form of a door's page with hostile fields; None where the dice or the page want none."""
        if self._dice.random() < 0.4 or "GET" not in self._door.methods:
            return None
        page = client.get(self._address(0.0))
        if not page.headers.get("content-type", "").startswith("text/html"):
            return None
        forms = [each for each in self._forms_of(page.text) if each.action not in _ENDING]
        if not forms:
            return None
        form = self._dice.choice([each for each in forms if each.free] or forms)
        fields = [(name, text) for name, text in form.fields if name != "csrf"]
        places = [place for place, (name, _) in enumerate(fields) if name in form.free]
        if places and self._dice.random() < 0.6:  # what a record takes, so that it is stored and shown again
            place = self._dice.choice(places)
            fields[place] = (fields[place][0], self._dice.choice(_STORABLE))
            return "POST", form.action or page.url.path, self._encoded(fields), [name for name, _ in fields]
        for _ in range(self._dice.randint(1, 3)):
            at = self._dice.randrange(len(fields) + 1)
            other = self._dice.choice(("token", "seen", "confirmed", "version", _hostile(self._dice)))
            name = fields[at][0] if at < len(fields) else other
            fields[at : at + 1] = [(name, _hostile(self._dice))]
        action = form.action or page.url.path
        if form.method == "GET":
            return "GET", f"{action}?{urlencode(fields)[:8000]}", {}, []
        return "POST", action, self._encoded(fields), [name for name, _ in fields]

    def _encoded(self, fields: list[tuple[str, str]]) -> dict[str, Any]:
        if self._dice.random() < 0.7:
            return {
                "content": urlencode(fields).encode(),
                "headers": {"content-type": "application/x-www-form-urlencoded"},
            }
        return {"files": [(re.sub("[\r\n\0]", "_", name), (None, text)) for name, text in fields]}

    def _anything(self) -> tuple[str, str, dict[str, Any], list[str]]:
        dice, address = self._dice, self._address(0.3)
        query = {dice.choice(_QUERIES): _hostile(dice)[:2000]}
        address += f"?{urlencode(query)}" if dice.random() < 0.5 else ""
        names = [dice.choice((*_FIELDS, _hostile(dice)[:2000])) for _ in range(dice.randint(0, 6))]
        fields = [(name, _hostile(dice)) for name in names]
        kind, method = (
            dice.choice(_TYPES),
            dice.choice(_METHODS if dice.random() < 0.2 else ("GET", "POST", "POST")),
        )
        if method in ("GET", "HEAD"):
            return method, address, {}, []
        if self._door.path in _ENDING and self._role:
            return method, address, {"headers": {"x-csrf-token": dice.randbytes(32).hex()}}, []
        headers = {"content-type": kind, **dice.choice(_MANNERS)}
        return method, address, {"content": self._body(kind, fields), "headers": headers}, names

    def _body(self, kind: str, fields: list[tuple[str, str]]) -> bytes:
        if self._dice.random() < 0.1:
            return self._dice.randbytes(self._dice.choice((1, 100, 20_000, 600_000)))
        if "boundary=xq7" in kind:
            parts = [
                b'--xq7\r\ncontent-disposition: form-data; name="' + name.encode("utf-8", "replace").replace(b'"', b"%22") + b'"\r\n\r\n'
                + text.encode("utf-8", "replace")
                for name, text in fields
            ]  # fmt: skip
            return b"\r\n".join([*parts, b"--xq7--\r\n"])
        return urlencode(fields).encode()

    def _address(self, hostile: float) -> str:
        path = self._door.path.replace(":path}", "}")
        for name in self._door.params:
            known = self._school.samples.get(name, ())
            is_hostile = not known or self._dice.random() < hostile
            value = _hostile(self._dice)[:3000] if is_hostile else self._dice.choice(known)
            path = path.replace(f"{{{name}}}", quote(value, safe=""))
        return path

    def _demand_asked_for(
        self, address: str, before: tuple[str, str], names: list[str], told: object
    ) -> None:
        for path, (old, new) in self._school.changes(before).items():
            assert isinstance(new, Mapping), (path, told)
            if old is None or not any(name.startswith("/") for name in names):
                assert _is_named(path, address) or path.startswith(_nameless(address)), (path, told)
                continue
            is_near = "/class/" in address or path.startswith(_nameless(address))
            assert _is_named(path, address) or is_near, (path, told)
            changed = [place for place in _differing(old, new) if not _is_within(place, names)]
            assert not changed, (path, changed, told)


def _hostile(dice: random.Random) -> str:
    one = dice.choice(_HOSTILE)
    return one if dice.random() < 0.8 else one[:50] + dice.choice(_HOSTILE)[:50]


def _nameless(address: str) -> tuple[str, ...]:
    if "/attendance" in address:  # an exception commits the checks of other classes that were waiting
        return ("records/attendance/",)
    return (*_NAMELESS, *_RUNNING) if address.startswith("/admin/") else _NAMELESS


def _is_named(path: str, address: str) -> bool:
    """Tell whether an address names a file by its id or its whole path."""
    name = path.rpartition("/")[2].removesuffix(".yml")
    return name in address or any(part in address for part in path.split("/")[2:])


def _leaves(value: Any, place: str = "") -> dict[str, Any]:
    """Return the single values of a record by place, items by 编号; lists of items without one as a whole."""
    if (
        isinstance(value, list)
        and value
        and all(isinstance(each, Mapping) and "编号" in each for each in value)
    ):
        value = {each["编号"]: each for each in value}
    if not isinstance(value, Mapping):
        return {place: value}
    inner = [_leaves(part, f"{place}/{name}") for name, part in value.items()]
    return {key: each for leaves in inner for key, each in leaves.items()}


def _differing(old: Any, new: Any) -> list[str]:
    before, after = _leaves(old), _leaves(new)
    return [place for place in {**before, **after} if before.get(place) != after.get(place)]


def _is_within(place: str, names: Iterable[str]) -> bool:
    """Tell whether a place was posted: itself, what is around it, or a list to which something new was."""
    for name in names:
        steps = name.lstrip("?-").split("/")
        asked = "/".join(itertools.takewhile(lambda step: not _is_counted(step), steps))
        if asked and (place == asked or place.startswith(f"{asked}/")):
            return True
    return False


def _is_counted(step: str) -> bool:
    return step.isdecimal() or _NEW_STEP.fullmatch(step) is not None
