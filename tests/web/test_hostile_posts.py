"""Whatever is sent to whatever door: no fault, no change but the one asked for, nothing of it read as a page's own.

Half of the cases are forms of the gateway with one or more fields made hostile, so that they get past the outer checks;
the others are anything at all: methods, addresses, content types, bodies. ``make torture`` tries 10,000.
"""

import itertools
import os
import random
import re
import shutil
import socket
import subprocess
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, urlencode

import httpx
import pytest

from generators.papers import papers
from guanai.check import check
from guanai.web.forms.ways import entry_kinds
from guanai.web.routes import collect
from guanai.yamlfile import load

_CASES: Final = 10_000 if os.environ.get("GUANAI_EXHAUSTIVE") else 400
_DOORS: Final = collect()[0]
_ROLES: Final = ("校长", "班主任", "科任教师", "心理健康教师", "系统管理员", "")
#: What every answer carries, whoever asked for whatever.
_HEADERS: Final = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "x-robots-tag": "noindex, nofollow",
    "referrer-policy": "no-referrer",
}
#: The start of every name that a hostile value tries to bring into a page.
_MARK: Final = "xq7"
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
#: Path → what a file was and what it is.
_Changes = dict[str, tuple[Any, Any]]


@dataclass
class _School:
    """A served school, the sessions of its people, and samples of what addresses name."""

    served: Any
    staff: dict[str, str]
    samples: dict[str, tuple[str, ...]]
    sessions: dict[str, httpx.Client]

    def client(self, role: str) -> httpx.Client:
        """Return a client of a role that is surely logged in; "" is nobody."""
        found = self.sessions.get(role)
        if found is None or (role and found.get("/drafts/token").status_code != 200):
            found = self.sessions[role] = self._entered(role)
        return found

    def _entered(self, role: str) -> httpx.Client:
        gateway = self.served.gateway
        client: httpx.Client = self.served.browser(origin=self.served.base)
        if role:
            account, now = gateway.accounts.of(self.staff[role]), self.served.clock()
            number = gateway.sessions.open(account, is_strong=True, when=now, address="", agent="")
            client.cookies.set("guanai", number, domain="127.0.0.1")
            client.headers["x-csrf-token"] = client.get("/drafts/token").json()["csrf"]
        return client

    @property
    def heads(self) -> tuple[str, str]:
        """Where both repositories stand."""
        found: tuple[str, str] = self.served.gateway.moments.store.pair.heads()
        return found

    def changes(self, before: tuple[str, str]) -> _Changes:
        """Return by path what every file was and is that changed since."""
        pair = self.served.gateway.moments.store.pair
        made: _Changes = {}
        for repository, old, new in zip(pair.all, before, self.heads, strict=False):
            for path, blobs in repository.difference(old, new).items():
                old_data, new_data = (
                    load(repository.read(each), path).data if each else None for each in blobs
                )
                made[path] = (old_data, new_data)
        return made

    def accounts(self) -> list[tuple[Any, ...]]:
        """Return the rows of all accounts."""
        with self.served.gateway.db.reading() as connection:
            return [tuple(row) for row in connection.execute("SELECT * FROM accounts")]

    def put_accounts(self, rows: list[tuple[Any, ...]]) -> None:
        """Make the accounts as they were: the administrator may close them, and a case may well have done so."""
        marks = ", ".join("?" * len(rows[0]))
        with self.served.gateway.db.writing() as connection:
            connection.execute("DELETE FROM accounts")
            connection.executemany(f"INSERT INTO accounts VALUES ({marks})", rows)  # noqa: S608 -- question marks


@dataclass
class _Form:
    """A form of a page: where it goes, how, its fields as they stand, and which of them take free text."""

    action: str
    method: str
    fields: list[tuple[str, str]]
    free: set[str] = field(default_factory=set)


class _Page(HTMLParser):
    """The forms of a page, and whatever a value has brought into it as names or addresses of its own."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.forms: list[_Form] = []
        self.foreign: list[str] = []
        self._is_text = False
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.foreign += [name for name in (tag, *given) if name.startswith(_MARK)]
        addresses = [given[name] for name in ("href", "src", "action", "formaction") if name in given]
        ours = ("/", "#", "?", "otpauth://totp/")
        is_code = (tag, given.get("class")) == ("img", "qr") and given["src"].startswith(
            "data:image/svg+xml;"
        )
        outside = [each for each in addresses if not each.startswith(ours) or each[1:2] in ("/", "\\")]
        self.foreign += [] if is_code else outside
        if tag == "form":
            self.forms.append(_Form(given.get("action", ""), given.get("method", "get").upper(), []))
        elif self.forms and given.get("name") and tag in ("input", "textarea", "select"):
            is_off = given.get("type") in ("checkbox", "radio") and "checked" not in given
            if not is_off:
                self.forms[-1].fields.append((given["name"], given.get("value", "")))
            if tag == "textarea" or given.get("type") == "text":
                self.forms[-1].free.add(given["name"])
            self._is_text = tag == "textarea"
        elif tag == "option" and self.forms and self.forms[-1].fields and "selected" in given:
            self.forms[-1].fields[-1] = (self.forms[-1].fields[-1][0], given.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        self._is_text = self._is_text and tag != "textarea"

    def handle_data(self, data: str) -> None:
        if self._is_text:
            name, text = self.forms[-1].fields[-1]
            self.forms[-1].fields[-1] = (name, text + data.removeprefix("" if text else "\n"))

    def handle_comment(self, data: str) -> None:
        self.foreign += [data] if _MARK in data else []


@pytest.fixture(scope="module")
def school(
    school_template: Path, tmp_path_factory: pytest.TempPathFactory, serve_long: Callable[..., Any]
) -> _School:
    folder = tmp_path_factory.mktemp("hostile")
    for place in sorted(school_template.parent.iterdir()):
        shutil.copytree(place, folder / place.name)
    logins = load((folder / "school" / "logins.json").read_bytes(), "logins.json").data
    served = serve_long(folder / "school", people={}, chores=())
    by_user = {each.user: each.staff for each in served.gateway.accounts.all()}
    staff = {each["role"]: by_user[each["user"]] for each in logins if each["role"] in _ROLES}
    snapshot = served.gateway.moments.now().snapshot
    children = snapshot.ids("student")
    samples = {
        "student_id": children,
        "class_id": tuple(each.id for each in snapshot.school.classes),
        "record_id": (
            *snapshot.ids("meeting"),
            *snapshot.ids("activity"),
            *snapshot.ids("policy"),
            *children,
        ),
        "staff_id": tuple(snapshot.staff),
        "kind": (*papers(), "meeting", "activity", "decision"),
        "entry": (*entry_kinds(), "预警", "照顾", "荣誉", "学籍", "家庭"),
        "subject": (*children, *(each.id for each in snapshot.school.classes)),
        "layout": ("OFFICIAL", "FORM"),
        "name": ("guanai.css", "guanai.js"),
        "approval_id": ("1", "2"),
    }
    return _School(served, staff, samples, {})


@pytest.fixture(scope="module")
def attacked(school: _School) -> Iterator[_School]:
    """The school, and that the program had no fault until the last case."""
    yield school
    assert school.served.gateway.meters.read().faults == ()


@pytest.mark.parametrize("block", range(20))
def test_nothing_that_is_sent_breaks_a_door_or_changes_more_than_was_asked(
    block: int, attacked: _School
) -> None:
    for number in range(_CASES // 20):
        case = _Case(attacked, random.Random(f"{block} {number}"), block * (_CASES // 20) + number)
        case.run()


@pytest.mark.parametrize(
    "charset", ["undefined", "punycode", "unicode_escape", "utf-16", "idna", "hex", "\t"]
)
def test_text_in_an_encoding_that_is_not_ours_is_refused(charset: str, attacked: _School) -> None:
    body = b'--xq7\r\ncontent-disposition: form-data; name="user"\r\n\r\n\\ud800 xn--\r\n--xq7--\r\n'
    for kind in ("multipart/form-data; boundary=xq7", "application/x-www-form-urlencoded"):
        headers = {"content-type": f'{kind}; charset="{charset}"'}
        for role, address in (("", "/login"), ("班主任", "/drafts/keep")):
            answer = attacked.client(role).post(address, content=body, headers=headers)
            _demand_sound(answer, (role, kind))
            assert answer.status_code == 400


@pytest.mark.parametrize(
    "told", ["0001-01-01T00:00+23:59", "9999-12-31T23:59-23:59", "0001-01-01T00:00", "x"]
)
def test_a_phone_with_an_impossible_clock_is_not_believed(told: str, attacked: _School) -> None:
    snapshot = attacked.served.gateway.moments.now().snapshot
    posts = snapshot.staff[attacked.staff["班主任"]].assignments
    class_id = next(post.scope for post in posts if post.role == "班主任")
    sent = {"action": "check", "slot": "早读", "at": told}
    answer = attacked.client("班主任").post(f"/class/{class_id}/attendance", data=sent)
    assert answer.status_code == 303


def test_a_line_that_breaks_in_the_middle_is_no_fault(attacked: _School) -> None:
    client, address = attacked.client("班主任"), attacked.served.base.removeprefix("http://")
    host, _, port = address.partition(":")
    for kind in (
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=xq7",
        "application/json",
    ):
        with socket.create_connection((host, int(port)), timeout=10) as line:
            head = (
                f"POST /drafts/keep HTTP/1.1\r\nhost: {address}\r\norigin: http://{address}\r\n"
                f"cookie: guanai={client.cookies['guanai']}\r\ncontent-type: {kind}\r\ncontent-length: 5000\r\n\r\n--xq7\r\n"
            )
            line.sendall(head.encode())
    assert client.get("/drafts/token").status_code == 200
    assert attacked.served.gateway.meters.read().faults == ()


def test_what_was_kept_of_it_is_shown_as_text_and_holds_every_rule(attacked: _School, tmp_path: Path) -> None:
    """Runs last: the pages that now hold what was sent, and the records that came of it."""
    for role in attacked.staff:
        client = attacked.client(role)
        for address in _LISTS:
            _demand_sound(client.get(address), (role, address))
        for student in attacked.samples["student_id"][:12]:
            for address in (f"/students/{student}", f"/students/{student}/history", f"/child/{student}/edit"):
                _demand_sound(client.get(address), (role, address))
    root, store = attacked.served.root, attacked.served.root.with_name("school.git")
    assert not _faults(store, tmp_path / "after") - _faults(root, tmp_path / "before")


def _faults(repository: Path, place: Path) -> set[tuple[str, str, str]]:
    subprocess.run(["git", "clone", "-q", str(repository), str(place)], check=True, capture_output=True)
    return {(each.path, each.rule, each.message) for each in check(place, on=date(2026, 11, 20))}


class _Case:
    """One request, and what must hold after it."""

    def __init__(self, school: _School, dice: random.Random, number: int) -> None:
        self._school = school
        self._dice = dice
        self._door = _DOORS[number % len(_DOORS)]
        self._role = dice.choice((*_ROLES, "校长", "班主任", "班主任"))  # who may write most, more often

    def run(self) -> None:
        """Send it; afterwards records and accounts are as they were, but for the patch."""
        client, accounts = self._school.client(self._role), self._school.accounts()
        before = self._school.heads
        method, address, options, names = self._form(client) or self._anything()
        told = (self._role, method, address[:300], {key: str(each)[:600] for key, each in options.items()})
        answer = client.request(method, address, **options)
        _demand_sound(answer, told)
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
        forms = [each for each in _Page(page.text).forms if each.action not in _ENDING]
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


def _demand_sound(answer: httpx.Response, told: object) -> None:
    """Demand that an answer is no fault, has all headers, leads nowhere else and holds nothing foreign."""
    assert answer.status_code < 500, told
    assert {name: answer.headers.get(name) for name in _HEADERS} == _HEADERS, told
    assert "default-src 'none'" in answer.headers["content-security-policy"], told
    assert "unsafe" not in answer.headers["content-security-policy"], told
    others = [f"{name}: {text}" for name, text in answer.headers.items() if name != "location"]
    assert not any(_MARK in each for each in others), told
    place = answer.headers.get("location", "/")
    assert place.startswith("/"), (place, told)
    assert place[1:2] not in ("/", "\\"), (place, told)
    if answer.headers.get("content-type", "").startswith("text/html"):
        assert _Page(answer.text).foreign == [], told


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
