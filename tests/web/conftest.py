"""A demo school served by a real server on a free port, with a login of each role and a clock of its own."""

import asyncio
import json
import os
import re
import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from guanai.calendar import SHANGHAI
from guanai.web.app import make_app
from guanai.web.enrolment import Desk
from guanai.web.gateway import Gateway
from guanai.web.moments import open_shared
from guanai.web.settings import Hashing, Settings
from guanai.workspace.founding import found_demo

ON = date(2026, 11, 20)
#: Hashes that take no time: what a guess costs is not what these tests are about.
CHEAP = Hashing(passes=1, memory_kib=8, lanes=1)
_TOKEN = re.compile(r'name="csrf" value="([0-9a-f]{64})"')


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 20, 9, 30, tzinfo=SHANGHAI)
        self._next: datetime | None = None
        self._left = 0

    def __call__(self) -> datetime:
        if self._next is not None:
            self._left -= 1
            if self._left < 0:
                self.now, self._next = self._next, None
        return self.now

    def turn(self, to: datetime, readings: int) -> None:
        """Go on to an instant once the clock has been read so many times more."""
        self._next, self._left = to, readings

    def forward(self, **parts: float) -> None:
        self.now += timedelta(**parts)


class Browser(httpx.Client):
    """A client that sends forms as a browser does."""

    def token(self, page: str = "/account") -> str:
        """Return the token in a page's form."""
        found = _TOKEN.search(self.get(page).text)
        assert found is not None, f"{page} has no form"
        return found[1]

    def submit(self, path: str, page: str = "/account", **fields: Any) -> httpx.Response:
        """Post a form with the page's token, from our own origin."""
        return self.post(
            path,
            data={"csrf": self.token(page), **fields},
            headers={"origin": str(self.base_url).rstrip("/")},
        )

    def find(self, word: str) -> httpx.Response:
        """Search for a child by the form of the page of children, and return the page that answers."""
        answer = self.submit("/students", "/students", q=word)
        return self.get(answer.headers["location"]) if answer.status_code == 303 else answer

    def mentions(self, word: str) -> list[dict[str, str]]:
        """Return who is offered after @ and a word."""
        found: list[dict[str, str]] = self.submit("/mentions", q=word).json()["found"]
        return found


@dataclass
class Served:
    """A running gateway."""

    root: Path
    app: Starlette
    base: str
    clock: Clock
    logins: dict[str, dict[str, str]]
    stack: ExitStack

    @property
    def gateway(self) -> Gateway:
        made: Gateway = self.app.state.gateway
        return made

    def browser(self, **headers: str) -> Browser:
        """Return a browser that nobody is logged in with."""
        browser = Browser(base_url=self.base, headers=headers, trust_env=False, timeout=30)
        return self.stack.enter_context(browser)

    def logged_in(self, role: str) -> Browser:
        """Return a browser with the login of a role."""
        browser, login = self.browser(), self.logins[role]
        answer = browser.post("/login", data={key: login[key] for key in ("user", "password", "totp")})
        assert answer.status_code == 303, answer.text
        assert answer.headers["location"] == "/"
        return browser

    def browser_of(self, staff: str) -> Browser:
        """Return a browser with a session of anybody, as after a log-in; who has no account is given one."""
        browser, (name, number) = self.browser(), self.session(staff)
        browser.cookies.set(name, number)
        return browser

    def session(self, staff: str) -> tuple[str, str]:
        """Return name and value of the cookie of a new session, as after a log-in with the second factor."""
        accounts = self.gateway.accounts
        if staff not in {each.staff for each in accounts.all()}:
            accounts.create(staff, staff.lower(), "long-enough-for-a-test", when=self.clock(), is_demo=True)
        number = self.gateway.sessions.open(
            accounts.of(staff), is_strong=True, when=self.clock(), address="127.0.0.1", agent="test"
        )
        return "guanai", number

    def staff(self, role: str) -> str:
        """Return the id of who has the login of a role."""
        user = self.logins[role]["user"]
        return next(each.staff for each in self.gateway.accounts.all() if each.user == user)

    def class_of(self, role: str = "班主任") -> str:
        """Return the class that who has the login of a role looks after in that role."""
        staff = self.gateway.moments.now().snapshot.staff[self.staff(role)]
        return next(post.scope for post in staff.assignments if post.role == role)

    def children(self) -> list[str]:
        """Return the ids of the children whose last class is that of the homeroom teacher."""
        snapshot, class_id = self.gateway.moments.now().snapshot, self.class_of()
        return [
            each for each in snapshot.ids("student") if self.child(each)["学籍"][-1].get("班级") == class_id
        ]

    def child(self, student: str) -> Mapping[str, Any]:
        """Return the file of a child as it is now."""
        return self.gateway.moments.now().snapshot.mapping("student", student)


@pytest.fixture(scope="session")
def school_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A demo school with its shared store beside it and a login of each role, made once."""
    root = tmp_path_factory.mktemp("web") / "school"
    for _ in found_demo(root, students=48, seed=7, on=ON):
        pass
    open_shared(root, on=ON).close()
    desk = Desk(root, CHEAP)
    logins = [
        {"role": each.role, "user": each.user, "password": each.password, "totp": each.totp}
        for each in desk.add_demo(ON)
    ]
    desk.close()
    (root / "logins.json").write_text(json.dumps(logins, ensure_ascii=False), encoding="utf-8")
    return root


@pytest.fixture(scope="session")
def copy_to() -> Callable[[Path, Path], Path]:
    """``copy_to(folder, school)`` copies a school, with its shared store beside it, into a folder."""

    def copied(folder: Path, school: Path) -> Path:
        for place in sorted(school.parent.iterdir()):
            shutil.copytree(place, folder / place.name)
        return folder / school.name

    return copied


@pytest.fixture
def demo_school(school_template: Path, copy_to: Callable[[Path, Path], Path], tmp_path: Path) -> Path:
    """A copy that a test may change."""
    return copy_to(tmp_path, school_template)


def _late(app: ASGIApp, seconds: float) -> ASGIApp:
    """Serve what makes a page look and move later than its words, and never from the browser's cache: a weak line."""

    async def served(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].endswith((".css", ".js")):
            return await app(scope, receive, send)
        await asyncio.sleep(seconds)

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)["cache-control"] = "no-store"
            await send(message)

        return await app(scope, receive, sent)

    return served


def _start(root: Path, stack: ExitStack, **options: Any) -> Served:
    clock = options.pop("clock", None) or Clock()
    app_options = {name: options.pop(name) for name in ("doors", "chores") if name in options}
    usual = {
        "clock": clock,
        "hashing": CHEAP,
        "on": ON,
        "downloads_per_hour": 1_000_000,
    }  # a crawl takes them all
    settings = Settings(**{**usual, **options})
    app = make_app(root, settings, **app_options)
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    stack.callback(listening.close)
    listening.bind(("127.0.0.1", 0))
    listening.listen()
    late = float(os.environ.get("GUANAI_LATE", "0"))
    shown = _late(app, late) if late else app
    server = uvicorn.Server(
        uvicorn.Config(shown, log_level="critical", proxy_headers=False, server_header=False, ws="none")
    )
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()

    def stop() -> None:
        server.should_exit = True
        thread.join(20)

    stack.callback(stop)
    logins = json.loads((root / "logins.json").read_text(encoding="utf-8"))
    by_role = {each["role"]: each for each in logins}
    return Served(root, app, f"http://127.0.0.1:{listening.getsockname()[1]}", clock, by_role, stack)


@pytest.fixture(scope="session")
def served_once(
    school_template: Path, copy_to: Callable[[Path, Path], Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    """A gateway for tests that change nothing that others look at."""
    with ExitStack() as stack:
        yield _start(copy_to(tmp_path_factory.mktemp("served"), school_template), stack)


@pytest.fixture
def gateway_at() -> Iterator[Callable[..., Served]]:
    """Serve a workspace: ``gateway_at(root, **settings)``; stopped when the test ends."""
    with ExitStack() as stack:
        yield lambda root, **options: _start(root, stack, **options)


@pytest.fixture(scope="module")
def serve_long() -> Iterator[Callable[..., Served]]:
    """Serve a workspace for all tests of a module: ``serve_long(root, people={role: staff id}, **settings)``, a login for each."""
    with ExitStack() as stack:

        def serve(root: Path, *, people: dict[str, str], **options: Any) -> Served:
            (root / "logins.json").write_text("[]", encoding="utf-8")
            served = _start(root, stack, **options)
            if people:  # without any, the demo's own logins are the test's
                served.gateway.accounts.remove_demo()
            for number, (role, staff) in enumerate(people.items()):
                user, password, secret = f"user{number}", "long-enough-for-a-test", "JBSWY3DPEHPK3PXP"
                accounts = served.gateway.accounts
                accounts.create(staff, user, password, when=served.clock(), is_demo=True)
                accounts.set_totp(staff, secret)
                served.logins[role] = {"role": role, "user": user, "password": password, "totp": secret}
            return served

        yield serve


@pytest.fixture(scope="module")
def copy_school(
    school_template: Path, copy_to: Callable[[Path, Path], Path], tmp_path_factory: pytest.TempPathFactory
) -> Callable[[], Path]:
    """``copy_school()`` returns a copy that the tests of a module share and may change."""
    return lambda: copy_to(tmp_path_factory.mktemp("module"), school_template)


@pytest.fixture(scope="module")
def changeable(copy_school: Callable[[], Path]) -> Iterator[Served]:
    """A gateway that the tests of one module share and may change, with a login of each role."""
    with ExitStack() as stack:
        yield _start(copy_school(), stack, chores=())


@pytest.fixture(scope="module")
def served_here(copy_school: Callable[[], Path]) -> Iterator[Served]:
    """A gateway that the tests of a module share and may change, with the login of each role."""
    with ExitStack() as stack:
        yield _start(copy_school(), stack)


@pytest.fixture
def served(demo_school: Path, gateway_at: Callable[..., Served]) -> Served:
    """A gateway of a test's own."""
    return gateway_at(demo_school)


@pytest.fixture
def login(served: Served) -> Callable[[str], Browser]:
    """``login("班主任")`` returns a browser that is logged in."""
    return served.logged_in


@pytest.fixture
def login_once(served_once: Served) -> Callable[[str], Browser]:
    """As ``login``, for tests that change nothing."""
    return served_once.logged_in


@pytest.fixture
def class_id(served: Served) -> str:
    """The class of the homeroom teacher that ``login`` knows."""
    staff = served.gateway.moments.now().snapshot.staff[served.staff("班主任")]
    return str(next(post.scope for post in staff.assignments if post.role == "班主任"))


@pytest.fixture
def children(served: Served, class_id: str) -> list[str]:
    """The children of that class."""
    snapshot = served.gateway.moments.now().snapshot
    stays = {each: snapshot.mapping("student", each)["学籍"][-1] for each in snapshot.ids("student")}
    return [str(each) for each, stay in stays.items() if stay.get("班级") == class_id]


@pytest.fixture
def student(children: list[str]) -> str:
    """One of them."""
    return children[0]


@pytest.fixture
def at_once(served: Served) -> Callable[..., list[int]]:
    """Send posts while something else is being saved, so that none is over before the last began; return the statuses."""

    def sent(*posts: Callable[[], httpx.Response]) -> list[int]:
        with ThreadPoolExecutor(len(posts)) as pool:
            with served.gateway.moments.store.locked():
                waiting = []
                for post in posts:
                    waiting.append(pool.submit(post))
                    time.sleep(0.3)
            return [each.result().status_code for each in waiting]

    return sent
