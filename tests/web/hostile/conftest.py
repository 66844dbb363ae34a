"""A school to be attacked, the sessions of its people, and what every answer of it must be."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, Final

import httpx
import pytest

from generators.papers import papers
from guanai.web.forms.ways import entry_kinds
from guanai.yamlfile import load

_ROLES: Final = ("校长", "班主任", "科任教师", "心理健康教师", "系统管理员")
#: The start of every name that a hostile value tries to bring into a page.
_MARK: Final = "xq7"
#: What every answer carries, whoever asked for whatever.
_HEADERS: Final = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "x-robots-tag": "noindex, nofollow",
    "referrer-policy": "no-referrer",
}
#: Path → what a file was and what it is.
Changes = dict[str, tuple[Any, Any]]


@dataclass
class School:
    """A served school, the sessions of its people by role, and samples of what addresses name."""

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

    def changes(self, before: tuple[str, str]) -> Changes:
        """Return by path what every file was and is that changed since."""
        pair = self.served.gateway.moments.store.pair
        made: Changes = {}
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
class Form:
    """A form of a page: where it goes, how, its fields as they stand, and which of them take free text."""

    action: str
    method: str
    fields: list[tuple[str, str]]
    free: set[str] = field(default_factory=set)


class Page(HTMLParser):
    """The forms of a page, and whatever a value has brought into it as names or addresses of its own."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.forms: list[Form] = []
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
            self.forms.append(Form(given.get("action", ""), given.get("method", "get").upper(), []))
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
def attacked(copy_school: Callable[[], Path], serve_long: Callable[..., Any]) -> Iterator[School]:
    """A school with a login of each role; the program had no fault until the last case."""
    root = copy_school()
    logins = load((root / "logins.json").read_bytes(), "logins.json").data
    served = serve_long(root, people={}, chores=())
    by_user = {each.user: each.staff for each in served.gateway.accounts.all()}
    by_role = {each["role"]: by_user[each["user"]] for each in logins}
    samples = _samples(served.gateway.moments.now().snapshot)
    yield School(served, {role: by_role[role] for role in _ROLES}, samples, {})
    assert served.gateway.meters.read().faults == ()


def _samples(snapshot: Any) -> dict[str, tuple[str, ...]]:
    """Return what the addresses of doors may name, by parameter."""
    children = snapshot.ids("student")
    return {
        "student_id": children,
        "class_id": tuple(each.id for each in snapshot.school.classes),
        "record_id": (
            *(each for kind in ("meeting", "activity", "policy") for each in snapshot.ids(kind)),
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


@pytest.fixture(scope="session")
def forms_of() -> Callable[[str], list[Form]]:
    """Return the forms of a page."""
    return lambda text: Page(text).forms


@pytest.fixture(scope="session")
def demand_sound() -> Callable[[httpx.Response, object], None]:
    """Demand that an answer is no fault, has all headers, leads nowhere else and holds nothing foreign."""
    return _demand_sound


def _demand_sound(answer: httpx.Response, told: object) -> None:
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
        assert Page(answer.text).foreign == [], told
