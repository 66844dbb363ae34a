"""A served school and the people who use it: a real `guanai serve` on a free port, browsers that read and write."""

import asyncio
import html
import random
import re
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

import httpx

from guanai.access import actor_on
from guanai.calendar import SHANGHAI
from guanai.web.accounts import Accounts
from guanai.web.db import Database
from guanai.web.gateway import DATABASE
from guanai.web.passwords import Passwords
from guanai.web.settings import Hashing
from guanai.workspace.facade import Workspace
from guanai.workspace.founding import found_demo

ON = date(2026, 11, 20)
_PASSWORD, _SECRET = "long-enough-for-a-bench", "JBSWY3DPEHPK3PXP"
_CHILD = re.compile(r'href="/students/(S[0-9]{4}-[2-9A-HJ-NP-Z]{5})"[^>]*>\s*(?:<span>)?([^<\s]+)')
_CSRF = re.compile(r'name="csrf" value="([0-9a-f]{64})"')
_HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')
_START_SECONDS = 600


@dataclass
class Tally:
    """What was asked for, how long it took, what went wrong."""

    seconds: dict[str, list[float]] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    #: Child and words of every entry that the server said it had saved.
    kept: list[tuple[str, str]] = field(default_factory=list)

    def p(self, share: float, *names: str) -> float:
        """Return a quantile in ms over some kinds of page, all without names."""
        found = sorted(
            each for name, some in self.seconds.items() if not names or name in names for each in some
        )
        return found[min(len(found) - 1, int(share * len(found)))] * 1000 if found else 0.0

    def count(self, *names: str) -> int:
        """Return how many there were."""
        return sum(len(some) for name, some in self.seconds.items() if not names or name in names)


@dataclass(frozen=True)
class Login:
    """Somebody's account, the class that the person leads, "" for none, and the ids of its children."""

    staff: str
    user: str
    class_id: str
    pupils: tuple[str, ...] = ()


class Client:
    """One person's browser."""

    def __init__(self, base: str, login: Login, tally: Tally) -> None:
        self._http = httpx.AsyncClient(
            base_url=base, trust_env=False, timeout=60, limits=httpx.Limits(max_connections=1)
        )
        self._origin = {"origin": base.rstrip("/")}
        self._tally = tally
        self.login = login
        self.children: list[tuple[str, str]] = []
        self._token = ""

    async def enter(self) -> None:
        """Log in and learn whom the list names; none of it is timed."""
        form = {"user": self.login.user, "password": _PASSWORD, "totp": _SECRET}
        answer = await self._http.post("/login", data=form)
        if answer.status_code != 303:
            raise RuntimeError(f"{self.login.user}: {answer.status_code}")
        await self._http.get("/")  # where a log-in leads
        page = (await self._http.get("/students")).text
        self.children = _CHILD.findall(page)
        self._token = (_CSRF.search(page) or [""] * 2)[1]

    async def get(self, kind: str, path: str) -> str:
        """Open a page and note how long it took."""
        return (await self._asked(kind, "GET", path)).text

    async def post(self, kind: str, path: str, page: str, fields: dict[str, str]) -> httpx.Response:
        """Send a form that stands on a page, with what it carries."""
        carried = {html.unescape(name): html.unescape(text) for name, text in _HIDDEN.findall(page)}
        token = {"csrf": (_CSRF.search(page) or [""] * 2)[1]}
        return await self._asked(kind, "POST", path, {**carried, **token, **fields})

    async def find(self, word: str) -> None:
        """Search for a child; the post and the page it leads to count as one."""
        await self._asked("search", "POST", "/students", {"csrf": self._token, "q": word}, is_followed=True)

    async def close(self) -> None:
        """Leave."""
        await self._http.aclose()

    async def _asked(
        self,
        kind: str,
        method: str,
        path: str,
        form: dict[str, str] | None = None,
        *,
        is_followed: bool = False,
    ) -> httpx.Response:
        begun = time.perf_counter()
        try:
            answer = await self._http.request(
                method,
                path,
                data=form,
                headers=self._origin if form else None,
                follow_redirects=is_followed,
            )
        except httpx.HTTPError as error:
            self._tally.errors.append(f"{kind}: {type(error).__name__}")
            return httpx.Response(599)
        self._tally.seconds.setdefault(kind, []).append(time.perf_counter() - begun)
        if answer.status_code >= 400:
            self._tally.errors.append(f"{kind}: {answer.status_code}")
        return answer


async def read(client: Client, until: float, rng: random.Random, pause_seconds: float) -> None:
    """Look around like a teacher: a page, a pause, a page."""
    await asyncio.sleep(rng.uniform(0, pause_seconds))
    while time.monotonic() < until:
        child, name = rng.choice(client.children) if client.children else ("", "李")
        kind, path = rng.choices(
            [
                ("child", f"/students/{child}" if child else "/"),
                ("home", "/"),
                ("duties", "/duties"),
                ("list", "/students"),
                ("search", ""),
            ],
            [50, 15, 10, 10, 15],
        )[0]
        if path:
            await client.get(kind, path)
        else:
            await client.find(name[:1])
        await asyncio.sleep(rng.uniform(0.5, 1.5) * pause_seconds)


async def write(client: Client, until: float, rng: random.Random, tally: Tally, pause_seconds: float) -> None:
    """Work like a homeroom teacher: open a child of the class, fill in a form, save, look for somebody, call the roll."""

    async def pause() -> None:
        await asyncio.sleep(rng.uniform(0.5, 1.5) * pause_seconds)

    number = 0
    await asyncio.sleep(rng.uniform(0, pause_seconds))
    while time.monotonic() < until:
        child = rng.choice(client.login.pupils)
        await client.get("child", f"/students/{child}")
        await pause()
        address, number = f"/child/{child}/add/谈话", number + 1
        page = await client.get("form", address)
        await pause()
        words = f"{client.login.user} 第 {number} 次谈学习。"
        fields = {"/过程记录/n1/内容": words, "/过程记录/n1/时间": f"{ON}T08:10", "confirmed": "1"}
        answer = await client.post("save", address, page, fields)
        if answer.status_code == 303:
            tally.kept.append((child, words))
        elif answer.status_code < 400:
            tally.errors.append("save: not taken in")
        await pause()
        await client.find(rng.choice(client.children)[1][:2])
        await pause()
        if number % 4 == 1:
            await _register(client, rng, pause)


async def _register(client: Client, rng: random.Random, pause: Callable[[], Awaitable[None]]) -> None:
    address = f"/class/{client.login.class_id}/attendance"
    page = await client.get("register", address)
    await pause()
    slots = re.findall(r'name="slot" value="([^"]+)"', page)
    if slots:
        missing = rng.choice(client.login.pupils)
        fields = {"action": "check", "day": f"{ON}", "slot": slots[0], "missing": missing}
        await client.post("attendance", address, page, fields)
    await pause()


def founded(place: Path, students: int, people: int) -> tuple[Login, ...]:
    """Invent a school with a log-in for ``people`` of its staff, those who lead a class first."""
    for _ in found_demo(place, students=students, seed=2026, on=ON):
        pass
    workspace = Workspace(place)
    staff, view = workspace.snapshot.staff.values(), workspace.look(staff="", on=ON)
    pupils: dict[str, list[str]] = {}
    for child in view.facts.children:
        pupils.setdefault(view.class_of(child), []).append(child)
    leads = {
        person.id: next((post.scope for post in actor_on(person, ON).posts if post.role == "班主任"), "")
        for person in staff
        if actor_on(person, ON).posts and not person.is_external
    }
    db = Database(place / DATABASE)
    # Cheap at first: the server hashes each password anew at its first log-in.
    accounts = Accounts(db, Passwords(Hashing(passes=1, memory_kib=8, lanes=1)))
    made = []
    for number, each in enumerate(sorted(leads, key=lambda staff: not leads[staff])[:people]):
        accounts.create(each, f"reader{number}", _PASSWORD, when=datetime.now(SHANGHAI), is_demo=True)
        accounts.set_totp(each, _SECRET)
        made.append(Login(each, f"reader{number}", leads[each], tuple(pupils.get(leads[each], ()))))
    db.close()
    return tuple(made)


@dataclass(frozen=True)
class Serving:
    """A running server."""

    base: str
    pid: int

    def resident_mb(self) -> float:
        """Return what the process holds."""
        status = Path(f"/proc/{self.pid}/status").read_text(encoding="ascii")
        found = re.search(r"VmRSS:\s+([0-9]+) kB", status)
        return int(found[1]) / 1024 if found else 0.0


@contextmanager
def served(place: Path) -> Iterator[Serving]:
    """Serve a school as the school does, with `guanai serve`."""
    ready = place.with_name(f"{place.name}.ready")
    ready.unlink(missing_ok=True)
    program = Path(sys.executable).with_name("guanai")
    command = [program, "-C", place, "serve", "--port", "0", "--on", f"{ON}", "--ready-file", ready]
    child = subprocess.Popen([str(part) for part in command], stdout=subprocess.DEVNULL)
    try:
        end = time.monotonic() + _START_SECONDS
        while not ready.exists() or not ready.read_text(encoding="utf-8").strip():
            if child.poll() is not None or time.monotonic() > end:
                raise RuntimeError("the server did not start")
            time.sleep(0.1)
        yield Serving(ready.read_text(encoding="utf-8").strip(), child.pid)
    finally:
        child.terminate()
        child.wait(30)
