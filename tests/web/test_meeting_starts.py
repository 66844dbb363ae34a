"""A meeting that is open already is led to: two people who press at once, or one who taps twice, make one meeting."""

import re
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager
from functools import partial
from typing import Any

import pytest

from guanai.saving import Edit, Request, Saved, save
from guanai.store.note import Reason
from guanai.store.shared import SharedStore, shared_places
from guanai.yamlfile import Set

_BESIDE = re.compile(r'name="beside" value="([^"]+)"')


def _of(served: Any, kind: str) -> list[Any]:
    snapshot = served.gateway.moments.now().snapshot
    found = (snapshot.mapping("meeting", each) for each in snapshot.ids("meeting"))
    return [each for each in found if each["类型"] == kind and each["时间"].startswith("2026-11-20")]


def _room(answer: Any) -> str:
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def _start(browser: Any, kind: str, **fields: str) -> str:
    return _room(browser.submit("/meetings/start", "/meetings", kind=kind, **fields))


@pytest.fixture
def leaders(changeable: Any) -> tuple[Any, Any]:
    """Two people of the whole school."""
    return tuple(changeable.browser_of(changeable.staff(each)) for each in ("校长", "德育主任"))


def test_the_one_that_is_open_is_led_to_and_told(changeable: Any, leaders: tuple[Any, Any]) -> None:
    first, second = leaders
    room = _start(first, "校务会议")
    assert _start(second, "校务会议") == room
    page = second.get(room).text
    assert "今天已经开着" in page
    assert "另开一个" in page
    assert _start(first, "校务会议") == room, "a second tap"
    assert len(_of(changeable, "校务会议")) == 1


def test_another_one_is_begun_on_purpose_and_once(changeable: Any, leaders: tuple[Any, Any]) -> None:
    first, _ = leaders
    room = _start(first, "家长座谈会")
    (beside,) = set(_BESIDE.findall(first.get("/meetings").text))
    other = _start(first, "家长座谈会", beside=beside)
    assert other != room
    assert _start(first, "家长座谈会", beside=beside) == other, "tapped twice"
    assert len(_of(changeable, "家长座谈会")) == 2


def test_what_has_ended_or_is_of_another_day_or_class_is_not_it(
    changeable: Any, leaders: tuple[Any, Any]
) -> None:
    first, _ = leaders
    room = _start(first, "学情研判会")
    of_class = _start(changeable.logged_in("班主任"), "学情研判会")
    assert of_class != room, "a class has a meeting of its own"
    fields = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', first.get(room).text))
    assert first.submit(room, **fields, end="1").status_code == 303
    again = _start(first, "学情研判会")
    assert again not in (room, of_class)
    kept = {each["范围"] for each in _of(changeable, "学情研判会")}
    assert len(_of(changeable, "学情研判会")) == 3
    assert len(kept) == 2


def test_who_may_not_write_there_is_told_whose_it_is(changeable: Any, leaders: tuple[Any, Any]) -> None:
    first, _ = leaders
    _start(first, "专题部署会")
    teacher = changeable.logged_in("科任教师")
    assert _start(teacher, "专题部署会") == "/meetings"
    assert "由主持人、记录人记录" in teacher.get("/meetings").text
    assert len(_of(changeable, "专题部署会")) == 1


@pytest.fixture
def presses(changeable: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., list[Future[Any]]]]:
    """``presses(kind, times)`` returns, while the store is locked, as soon as all of them wait for it."""
    store, arrived = changeable.gateway.moments.store, threading.Semaphore(0)
    locked = store.locked

    def announced() -> AbstractContextManager[None]:
        arrived.release()
        return locked()  # type: ignore[no-any-return]

    monkeypatch.setattr(store, "locked", announced)
    with ThreadPoolExecutor(4) as pool:

        def pressed(kind: str, times: int) -> list[Future[Any]]:
            people = [changeable.staff("校长"), changeable.staff("德育主任")]
            posts = []
            for each in (people * times)[:times]:
                browser = changeable.browser_of(each)
                data = {"csrf": browser.token(), "kind": kind}
                posts.append(
                    partial(browser.post, "/meetings/start", data=data, headers={"origin": changeable.base})
                )
            waiting = [pool.submit(each) for each in posts]
            assert all(arrived.acquire(timeout=20) for _ in waiting)
            return waiting

        yield pressed


def test_two_who_press_at_once_make_one(changeable: Any, presses: Callable[..., list[Future[Any]]]) -> None:
    with changeable.gateway.moments.store._lock.held():
        waiting = presses("月研判会", 4)
    assert len({_room(each.result()) for each in waiting}) == 1
    assert len(_of(changeable, "月研判会")) == 1


def test_what_another_process_begins_meanwhile_is_found(
    changeable: Any, presses: Callable[..., list[Future[Any]]]
) -> None:
    other, now = (
        SharedStore(shared_places(changeable.root)[0], changeable.root),
        changeable.gateway.moments.now(),
    )
    staff = changeable.staff("校长")
    data = {
        "类型": "季评估会", "名称": "第三季度评估", "时间": "2026-11-20T09:10+08:00", "地点": "会议室",
        "范围": "全校", "主持人": staff, "记录人": staff, "出席": [{"教师": staff}], "议题": ["三季度的情况"],
    }  # fmt: skip
    edit = Edit("meeting", (Set((), data),), is_new=True)
    with other.locked():
        (waiting,) = presses("季评估会", 1)
        made = save(other, now.schemas, Request(staff, Reason.ENTRY, (edit,), when=changeable.clock.now))
    other.close()
    assert isinstance(made, Saved)
    assert _room(waiting.result()).split("/")[2] in next(iter(made.versions))
    assert len(_of(changeable, "季评估会")) == 1
