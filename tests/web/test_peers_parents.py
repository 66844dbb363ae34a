"""An id of something else in an otherwise rightful request opens nothing, changes nothing, and tells nothing.

Each request is sent twice: with the id of what there is but is out of sight, and with one that nobody has. The answers
are the same to the byte, and what is out of sight stays as it is.
"""

import html
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import unified_diff
from typing import Any
from urllib.parse import quote

import pytest

#: The homeroom teacher's class in the demo, and one of somebody else.
_OWN, _OTHER = "J2025-01", "J2024-01"
_RANDOM = re.compile(r'name="(?:token|version|seen|csrf)" value="[0-9A-Za-z]*"')
_ENTRIES = "/过程记录"
_SIGNS = "ABCD2345"


@dataclass(frozen=True)
class Ids:
    """What a request names: of one child out of sight, or such as nobody has."""

    child: str
    entry: str
    missed: str
    commit: str
    meeting: str
    decision: str
    counselling: str
    class_id: str

    def hidden_in(self, text: str) -> str:
        """Return a text without these ids, so that two answers can be compared."""
        for name, value in sorted(vars_of(self).items(), key=lambda pair: -len(pair[1])):
            text = text.replace(value, f"<{name}>").replace(quote(value), f"<{name}>")
        return text


def vars_of(ids: Ids) -> dict[str, str]:
    """Return all of some ids by name."""
    return {name: getattr(ids, name) for name in Ids.__dataclass_fields__}


_NOBODY = Ids(
    "S2024-9YYYY", "E20261103-9YYY", "K20261103-9YYY", "f" * 40, "M20261103-9YYY", "R-9YYY", "Y2026-9YYYY", "J2023-09"
)  # fmt: skip


@dataclass
class Place:
    """A served school, the homeroom teacher's browser, a child of the own class with entries, and what is out of sight."""

    served: Any
    browser: Any
    mine: str
    foreign: Ids
    name: str
    sheet: Callable[[list[Any]], bytes]

    def post(self, address: str, **fields: Any) -> Any:
        """Post a form of the teacher's."""
        token = self.browser.headers["x-csrf-token"]
        return self.browser.post(
            address, data={"csrf": token, **fields}, headers={"origin": self.served.base}
        )

    def versions(self) -> Mapping[str, str]:
        """Return the hash of every record by path."""
        found: Mapping[str, str] = self.served.gateway.moments.store.source().versions()
        return found

    @property
    def out_of_sight(self) -> frozenset[str]:
        """Paths of what the teacher may not change."""
        snapshot = self.served.gateway.moments.now().snapshot
        others = (
            each
            for each in snapshot.ids("student")
            if snapshot.mapping("student", each)["学籍"][-1]["班级"] != _OWN
        )
        mine = (f"/{self.mine}.yml", f"/{_OWN}")
        return frozenset(
            path for path in self.versions() if path.startswith("records/") and not any(part in path for part in mine)
            and ("students" not in path or any(each in path for each in others))
        )  # fmt: skip


@pytest.fixture(scope="module")
def place(changeable: Any, sheet: Callable[[list[Any]], bytes]) -> Place:
    served = changeable
    browser = served.logged_in("班主任")
    browser.headers["x-csrf-token"] = browser.token()
    snapshot = served.gateway.moments.now().snapshot
    held = {each: snapshot.mapping("student", each) for each in snapshot.ids("student")}
    mine, child = (
        next(each for each, data in held.items() if data["学籍"][-1]["班级"] == class_id and data.get("预警"))
        for class_id in (_OWN, _OTHER)
    )
    return Place(served, browser, mine, _foreign(served, child, held[child]), str(held[child]["姓名"]), sheet)


def _foreign(served: Any, child: str, data: Mapping[str, Any]) -> Ids:
    """Return ids of a child of the other class; its newest commit is one that a leader has just made."""
    leader = served.logged_in("校长")
    assert leader.submit(f"/child/{child}/edit", **{"/备注": "别处的一句"}).status_code == 303
    pair, snapshot = served.gateway.moments.store.pair, served.gateway.moments.now().snapshot
    month = snapshot.mapping("attendance", f"records/attendance/2026-2027-1/{_OTHER}/2026-11.yml")
    meeting = next(
        each
        for each in snapshot.ids("meeting")
        if snapshot.mapping("meeting", each)["范围"] == "全校"
        and snapshot.mapping("meeting", each).get("决定")
    )
    return Ids(
        child=child,
        entry=data["过程记录"][0]["编号"],
        missed=month["异常"][0]["编号"],
        commit=pair.main.head(),
        meeting=meeting,
        decision=snapshot.mapping("meeting", meeting)["决定"][0]["编号"],
        counselling=snapshot.ids("counseling")[0],
        class_id=_OTHER,
    )


#: Addresses whose two parts belong to different things.
_READ: Mapping[str, str] = {
    "entry-of-another-child": "/child/{mine}/edit?at=/过程记录/{entry}",
    "history-of-another's-entry": "/students/{mine}/history?field=过程记录/{entry}",
    "undo-of-another's-commit": "/students/{mine}/undo?commit={commit}",
    "another's-commit-as-a-record's": "/record/{mine}/undo?commit={commit}",
    "paper-of-another's-entry": "/papers/home-visit/{mine}-{entry}",
    "file-of-another's-entry": "/papers/home-visit/{mine}-{entry}/file",
    "entry-paper-of-another": "/papers/home-visit/{child}-{entry}",
    "several-with-another": "/class/J2025-01/add/谈话?for={mine},{child}",
    "duty-of-another": "/child/{mine}/add/谈话?duty={decision}",
    "child-as-a-meeting": "/meeting/{child}/room",
    "child-as-counselling": "/counselling/{child}/session",
    "counselling-as-a-record": "/record/{counselling}/edit",
    "counselling-session": "/counselling/{counselling}/session",
    "file-by-its-path": "/record/records/students/2024/{child}.yml/edit",
    "papers-by-its-path": "/record/records/students/2024/{child}.yml/papers",
    "roll-of-another-class": "/class/{class_id}/attendance",
    "roll-by-its-path": "/record/records/attendance/2026-2027-1/{class_id}/2026-11.yml/history",
    "screening-by-its-path": "/record/records/screenings/2026-2027-1/{class_id}.yml/edit",
    "site-of-another-class": "/site/{class_id}/",
    "site-page-of-another": "/site/J2025-01/students/{child}/",
    "own-form-for-another": "/papers/own/{child}/在读证明",
    "decision-of-a-meeting": "/record/{meeting}/edit?at=/决定/{decision}",
}
_TALK = {"token": _SIGNS, "/过程记录/n1/内容": "一句"}
#: Forms of the own class and child with a field that names something else, and forms of something else.
_WRITTEN: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "several-alone": ("/class/J2025-01/add/谈话", {**_TALK, "student": "{child}"}),
    "missing-today": (
        "/class/J2025-01/attendance",
        {"action": "check", "slot": "放学前", "day": "2026-11-03", "missing": "{child}"},
    ),
    "call-about-another": (
        "/class/J2025-01/attendance",
        {"action": "contact", "item": "{missed}", "result": "失联"},
    ),
    "back-of-another": ("/class/J2025-01/attendance", {"action": "back", "item": "{missed}"}),
    "roll-of-another-class": ("/class/{class_id}/attendance", {"action": "check", "slot": "晨读"}),
    "screening-of-another": ("/class/{class_id}/screening", {"rest": "1"}),
    "file-taken-over": ("/child/{mine}/edit", {"/编号": "{child}"}),
    "entry-of-another": ("/child/{mine}/edit", {"/过程记录/{entry}/内容": "改了"}),
    "entry-at-another": ("/child/{mine}/edit?at=/过程记录/{entry}", {"/过程记录/{entry}/内容": "改了"}),
    "entry-taken-away": ("/child/{mine}/edit?at=/过程记录", {"-/过程记录/{entry}": "1"}),
    "undo-of-another": (
        "/students/{mine}/undo",
        {"commit": "{commit}", "place": "/备注", "reason": "撤销"},
    ),
    "undo-in-another": (
        "/students/{child}/undo",
        {"commit": "{commit}", "place": "/备注", "reason": "撤销"},
    ),
    "talk-with-another": ("/child/{child}/add/谈话", _TALK),
    "session-about-another": (
        "/counselling/{counselling}/session",
        {"token": _SIGNS, "/个案记录/n1/过程": "一句"},
    ),
    "meeting-of-another": ("/meeting/{meeting}/room", {"/决定/{decision}/事项": "改了", "end": "1"}),
    "pdf-of-another's-entry": ("/papers/home-visit/{mine}-{entry}/pdf", {}),
    "pdf-of-another": ("/papers/student-file/{child}/pdf", {}),
    "open-day-with-another": (
        "/new/activity?kind=家长会",
        {
            "token": "A{child}",
            "/名称": "家长会",
            "/类型": "家长会",
            "/时间": "2026-11-19T16:00+08:00",
            "/范围": "J2025-01",
            "/内容": "一句",
            "/学生": "{child}",
            "?/学生": "1",
        },
    ),
}
_ASKED = {
    **{f"get {name}": name for name in _READ},
    **{f"post {name}": name for name in _WRITTEN},
    "sheet": "",
}


def _sent(place: Place, ids: Ids, asked: str) -> Any:
    """Send one of the requests; return its answer."""
    known, name = {"mine": place.mine, **vars_of(ids)}, _ASKED[asked]
    if asked == "sheet":
        return _imported(place, ids)
    if asked.startswith("get"):
        return place.browser.get(_READ[name].format(**known))
    address, fields = _WRITTEN[name]
    filled = {key.format(**known): text.format(**known) for key, text in fields.items()}
    return place.post(address.format(**known), **filled)


def _imported(place: Place, ids: Ids) -> Any:
    """Bring a sheet with a row about somebody else; return the page of what it would change."""
    raw = place.sheet([["学生编号", "姓名", "日期", "语文"], [ids.child, "雀无踪", "2026-11-18", 80]])
    answer = place.browser.post(
        "/admin/imports", data={"csrf": place.browser.headers["x-csrf-token"]}, files={"file": ("x.xlsx", raw)},
        headers={"origin": place.served.base},
    )  # fmt: skip
    shown = place.browser.get(answer.headers["location"])
    place.browser.get(place.post(f"{answer.headers['location']}/drop").headers["location"])
    return shown


@pytest.mark.parametrize("asked", _ASKED)
def test_what_is_out_of_sight_answers_as_what_nobody_has_and_stays_as_it_is(asked: str, place: Place) -> None:
    before, untouchable = place.versions(), place.out_of_sight
    told = []
    for ids in (place.foreign, _NOBODY):
        place.browser.get("/account")  # what was told of the one before is told there
        answer = _sent(place, ids, asked)
        assert answer.status_code < 500
        words = html.unescape(answer.text) if "text" in answer.headers.get("content-type", "") else ""
        assert place.name not in words
        shown = _RANDOM.sub("", ids.hidden_in(f"{answer.headers.get('location', '')}\n{words}"))
        told.append(f"{answer.status_code}\n{re.sub('/admin/imports/[0-9A-Z]+', '', shown)}")
    lines = [each.splitlines() for each in told]
    difference = "\n".join(unified_diff(lines[0], lines[1], n=0, lineterm=""))
    assert not difference, difference
    after = place.versions()
    assert {path for path in untouchable if before.get(path) != after.get(path)} == set()


def test_a_child_out_of_sight_that_is_mentioned_by_its_id_is_named_to_nobody_who_may_not_know_it(
    place: Place,
) -> None:
    """The id may be written, as it stands on a paper or in a call from another class; the name comes with it nowhere."""
    child, address = place.foreign.child, f"/child/{place.mine}/add/谈话"
    answer = place.post(address, token=_SIGNS, **{f"{_ENTRIES}/n1/内容": f"和@{child} 一起骑车"})
    assert answer.status_code == 303
    entry = place.served.gateway.moments.now().snapshot.mapping("student", place.mine)["过程记录"][-1]["编号"]
    pages = (
        f"/students/{place.mine}", f"/students/{place.mine}/history", f"/child/{place.mine}/edit?at={_ENTRIES}/{entry}",
        f"/papers/student-file/{place.mine}", f"/papers/growth-file/{place.mine}",
    )  # fmt: skip
    texts = [place.browser.get(each).text for each in pages]
    assert [place.name in text for text in texts] == [False] * len(pages)
    assert "骑车" in texts[0]
    leader = place.served.logged_in("校长")
    assert place.name in leader.get(pages[0]).text


def test_a_version_is_good_for_who_was_given_it_and_for_that_record_alone(place: Place) -> None:
    """Told as unknown, it is the newest that is changed: nothing is held against another file's content."""
    leader, address = place.served.logged_in("校长"), f"/child/{place.mine}/edit"

    def version(browser: Any, of: str) -> str:
        found = re.search(r'name="version" value="([0-9a-f]+)"', browser.get(of).text)
        assert found is not None
        return found[1]

    given = {version(place.browser, address) for _ in range(3)}
    assert len(given) == 3, "the same state of a file looks different each time"
    blob = place.versions()[f"records/students/2025/{place.mine}.yml"]
    others = (version(leader, address), version(leader, f"/child/{place.foreign.child}/edit"), blob, "0" * 88)
    for number, other in enumerate(others):
        answer = place.post(address, version=other, **{"/特长": f"剪纸{number}"})
        assert answer.status_code == 303
        assert place.post(
            address, version=other, seen=other, **{"/特长": "书法", "choose:/特长": "mine"}
        ).status_code in (409, 422)


def test_that_others_wrote_what_one_may_not_see_is_not_told_on_saving(place: Place) -> None:
    subject, leader = place.served.logged_in("学籍管理员"), place.served.logged_in("校长")
    address = f"/child/{place.mine}/edit"
    found = re.search(r'name="version" value="([0-9a-f]+)"', subject.get(address).text)
    assert found is not None
    assert leader.submit(f"{address}?at=/现状", **{"/现状/学业": "另有一句"}).status_code == 303
    assert subject.submit(address, version=found[1], **{"/特长": "二胡"}).status_code == 303
    told = subject.get(address).text
    assert "已保存。" in told
    assert "别人也改过" not in told
    mine = place.served.gateway.moments.now().snapshot.mapping("student", place.mine)
    assert (mine["特长"], mine["现状"]["学业"]) == ("二胡", "另有一句")
