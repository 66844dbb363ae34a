"""Forms of a child with many entries: opened and saved in process and through a real server, growth at 20, 200 and 2,000.

Seconds are limits on a quiet machine (a record with 200 entries: open < 0.5 s, save < 0.3 s); the growth decides anywhere.
"""

import re
import shutil
import socket
import statistics
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import uvicorn
from measure import call

from guanai.access import FULL, Powers, redact
from guanai.calendar import SHANGHAI
from guanai.schema import load_schemas
from guanai.store.note import Action, Note, Reason
from guanai.web.app import make_app
from guanai.web.enrolment import Desk
from guanai.web.forms import parse, render
from guanai.web.gateway import Gateway
from guanai.web.moments import open_shared
from guanai.web.settings import Hashing, Settings
from guanai.workspace.founding import found_demo
from guanai.yamlfile import Add, edit

_PLACE = Path(__file__).resolve().parents[1] / "build" / "bench" / "forms"
_ON = date(2026, 11, 20)
_NOW = datetime(2026, 11, 20, 9, 30, tzinfo=SHANGHAI)
_ENTRIES = (20, 200, 2_000)
_LIMITED = 200
_OPEN_SECONDS, _SAVE_SECONDS = 0.5, 0.3
_ROUNDS = 9
#: Ten times the entries may take at most so many times as long: linear, and some noise.
_MOST_GROWTH = 13.0
_EVERYTHING = Powers("", FULL, FULL, FULL, frozenset(), frozenset())
_LIST = "过程记录"


def main() -> int:
    """Measure all sizes; 1 when a limit is passed."""
    shutil.rmtree(_PLACE, ignore_errors=True)
    _PLACE.mkdir(parents=True)
    try:
        with _served(_PLACE / "school") as school:
            found = {count: _of_size(school, count) for count in _ENTRIES}
    finally:
        shutil.rmtree(_PLACE, ignore_errors=True)
    return 0 if all(list(_reached(found))) else 1  # every row is printed


class School:
    """A demo school that is served, with one child whose file is made longer."""

    def __init__(self, gateway: Gateway, client: httpx.Client) -> None:
        """``client``: logged in as the homeroom teacher."""
        self.gateway = gateway
        self.client = client
        snapshot = gateway.moments.now().snapshot
        person = next(
            each
            for each in snapshot.staff.values()
            if any(post.role == "班主任" for post in each.assignments)
        )
        self.staff = person.id
        class_id = next(post.scope for post in person.assignments if post.role == "班主任")
        self.child = next(
            each
            for each in snapshot.ids("student")
            if snapshot.mapping("student", each)["学籍"][-1].get("班级") == class_id
        )

    @property
    def record(self) -> Mapping[str, Any]:
        """The child's file at the newest commit."""
        return self.gateway.moments.now().snapshot.mapping("student", self.child)

    def fill(self, count: int) -> None:
        """Give the child so many entries."""
        store, held = self.gateway.moments.store, len(self.record.get(_LIST, ()))
        path = self.gateway.moments.now().snapshot.path("student", self.child)
        added = [Add((_LIST,), _entry(number, self.staff)) for number in range(held, count)]
        raw = edit((store.source().read(path) or b"").decode(), added, load_schemas().record("student"))
        note = Note(Action.CHANGE, (self.child,), self.staff, "某", Reason.ENTRY, _NOW)
        store.put({path: raw.encode()}, note, parent=store.head())

    def open(self, path: str) -> str:
        """Return a page."""
        answer = self.client.get(path)
        if answer.status_code != 200:
            raise RuntimeError(f"{path}: {answer.status_code}")
        return answer.text

    def save(self, page: str, path: str, field: str, text: str) -> None:
        """Post a page of a form with one field typed in."""
        hidden = dict(re.findall(r'<input type="hidden" name="(csrf|version|token)" value="([^"]*)"', page))
        origin = str(self.client.base_url).rstrip("/")
        answer = self.client.post(path, data={**hidden, field: text}, headers={"origin": origin})
        if answer.status_code != 303:
            raise RuntimeError(f"{path}: {answer.status_code}")


def _of_size(school: School, count: int) -> dict[str, float]:
    """Return the median seconds of each thing that is done with a child of so many entries."""
    school.fill(count)
    shape, view = load_schemas().record("student"), school.record
    listing = f"/child/{school.child}/edit?at={quote('/' + _LIST)}"
    adding = f"/child/{school.child}/add/{quote('谈话')}"
    basics = f"/child/{school.child}/edit"
    model = render(shape, view, _EVERYTHING, at=(_LIST,))
    school.open(listing)
    pages = {
        "redact, render and parse": lambda: parse(
            render(shape, redact(shape, view, FULL), _EVERYTHING, at=(_LIST,)), [("/x", "y")]
        ),
        "open the list of entries": lambda: school.open(listing),
        "open the form of a new entry": lambda: school.open(adding),
        "open the child's page": lambda: school.open(f"/students/{school.child}"),
        "open the history": lambda: school.open(f"/students/{school.child}/history"),
    }
    found = {name: call(work, _ROUNDS) for name, work in pages.items()}
    if len(next(iter(model.nodes)).items) < count:  # type: ignore[union-attr]
        raise RuntimeError("the child has fewer entries than it should")
    found["save one field"] = statistics.median(_saves(school, basics, "/特长"))
    found["save a new entry"] = statistics.median(_saves(school, adding, f"/{_LIST}/n1/内容"))
    for name, seconds in found.items():
        print(f"{count:>6,} entries  {name:<32} {seconds * 1000:>8.1f} ms")
    return found


def _saves(school: School, path: str, field: str) -> Iterator[float]:
    for turn in range(_ROUNDS):
        page = school.open(path)
        yield call(lambda: school.save(page, path, field, f"第{turn}次写的"), 1)  # noqa: B023 -- called at once


def _reached(found: Mapping[int, Mapping[str, float]]) -> Iterator[bool]:
    for name in found[_LIMITED]:
        taken = found[_LIMITED][name]
        limit = _SAVE_SECONDS if name.startswith("save") else _OPEN_SECONDS
        growth = [found[more][name] / found[less][name] for less, more in pairwise(_ENTRIES)]
        is_fine = taken < limit and max(growth) < _MOST_GROWTH
        told = ", ".join(f"{each:.1f} x" for each in growth)
        print(
            f"{name:<32} {taken * 1000:>8.1f} ms at {_LIMITED} (below {limit * 1000:.0f} ms); ten times the entries: "
            f"{told} (below {_MOST_GROWTH:g} x)  {'ok' if is_fine else 'ABOVE'}"
        )  # fmt: skip
        yield is_fine


def _entry(number: int, staff: str) -> dict[str, Any]:
    day = _ON - timedelta(days=number % 80)
    signs = "".join("23456789ABCDEFGH"[number // 16**place % 16] for place in range(4))
    return {
        "编号": f"E{day:%Y%m%d}-{signs}",
        "类型": "谈话",
        "时间": f"{day}T16:40+08:00",
        "记录人": staff,
        "密级": "关爱",
        "形式": "面谈",
        "内容": f"第 {number} 次谈话：说了最近的作业和同桌，答应每天放学前把不会的题圈出来，第二天早读前问一遍。",
    }


@contextmanager
def _served(root: Path) -> Iterator[School]:
    for _ in found_demo(root, students=48, seed=7, on=_ON):
        pass
    open_shared(root, on=_ON).close()
    hashing = Hashing(passes=1, memory_kib=8, lanes=1)
    desk = Desk(root, hashing)
    logins = {each.role: each for each in desk.add_demo(_ON)}
    desk.close()
    app = make_app(root, Settings(clock=lambda: _NOW, on=_ON, hashing=hashing))
    with socket.socket() as listening, httpx.Client(trust_env=False, timeout=60) as client:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        server = uvicorn.Server(uvicorn.Config(app, log_level="critical", ws="none"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        client.base_url = httpx.URL(f"http://127.0.0.1:{listening.getsockname()[1]}")
        try:
            _log_in(client, logins["班主任"])
            yield School(app.state.gateway, client)
        finally:
            server.should_exit = True
            thread.join(20)


def _log_in(client: httpx.Client, login: Any) -> None:
    answer = client.post("/login", data={"user": login.user, "password": login.password})
    if answer.headers.get("location") != "/":
        raise RuntimeError("the log-in was refused")


if __name__ == "__main__":
    sys.exit(main())
