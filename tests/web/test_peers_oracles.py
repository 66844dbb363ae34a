"""What one may not see leaves no trace: not in a count, a suggestion, a refusal, a hash, nor in what a page weighs.

Each role looks at all that its links lead to; then something is written out of its sight; then it looks again. What
a role may not see is written below by hand, not taken from the code under test.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from html import unescape
from typing import Any
from urllib.parse import quote, unquote, urljoin

import pytest

from generators.papers import papers
from guanai.schema import load_schemas
from guanai.store.note import Action, Note, Reason
from guanai.yamlfile import dump, load

#: The demo's homeroom teacher, grade head and subject teacher are of this class; the other one is nobody's of them.
_OWN, _OTHER = "J2025-01", "J2024-01"
_NAME, _NOBODY = "雀无踪", "鸦无踪"
_DAY = "2026-11-20"
#: So many addresses of one kind are looked at, and so many in all.
_ALIKE, _MOST = 1, 50
_LINK = re.compile(r'(?:href|src)="([^"]+)"')
_ONE_OF_MANY = re.compile(r"\b[A-Z]\d{0,8}-[0-9A-Z]{4,5}\b|\b[0-9a-f]{40}\b|\b\d+\b")
#: What is random on every page, and what the clock of the session hangs on.
_HASH = re.compile(rb"[0-9a-f]{40}")
_RANDOM = re.compile(r'name="(?:token|version|seen|csrf)" value="[0-9A-Za-z]*"')
#: Counts of the whole school, small ones kept back, for who reads the files of all children; and what the machine's
#: keeper is told.
_OF_ALL = re.compile(r"/papers/(?:quarterly-assessment|psych-risk-report)/|/admin/health$")
_ENDED = ("/logout", "/static", "/account", "/site/guide", "/site/assets")


@dataclass
class School:
    """A served demo school in which a test writes past the gateway."""

    served: Any
    number: int = 0

    def read(self, path: str) -> Any:
        """Return a record as it is now."""
        raw = self.served.gateway.moments.store.source().read(path)
        assert raw is not None, path
        return load(raw, path).data

    def write(self, kind: str, path: str, data: Any) -> None:
        """Commit a record."""
        store = self.served.gateway.moments.store
        schemas = load_schemas()
        raw = dump(data, schemas.record(kind)).encode()
        assert not schemas.problems(kind, load(raw, path)), path
        note = Note(Action.CHANGE, (), "", "程序", Reason.CORRECTION, self.served.clock())
        store.put({path: raw}, note, parent=store.head(path))

    def children(self, class_id: str, *, levelled: bool) -> list[str]:
        """Return the children of a class that have a level today, or none."""
        snapshot = self.served.gateway.moments.now().snapshot
        held = {each: snapshot.mapping("student", each) for each in snapshot.ids("student")}
        return [
            each
            for each, data in held.items()
            if data["学籍"][-1]["班级"] == class_id
            and bool(data.get("预警") and data["预警"][-1]["等级"] in "红黄绿") is levelled
        ]

    def stranger(self) -> str:
        """Write a child with a level into the other class, missing today; return its id."""
        child = f"S2024-9ZZZ{self._sign()}"
        data = self.read(_place(self.children(_OWN, levelled=True)[0]))
        data["学籍"] = [{**data["学籍"][-1], "班级": _OTHER}]
        data |= {"编号": child, "姓名": _NAME, "证件": {**data["证件"], "号码": "990103201211290001"}}
        self.write("student", _place(child), data)
        path = f"records/attendance/2026-2027-1/{_OTHER}/2026-11.yml"
        month = self.read(path)
        missed = {"编号": self._id("K"), "学生": child, "日期": _DAY, "节点": "晨读"}
        month["异常"] = [
            *month.get("异常", []),
            {**missed, "类型": "未请假缺勤", "记录人": self.served.staff("校长")},
        ]
        self.write("attendance", path, month)
        return child

    def care(self) -> str:
        """Write a home visit of today, a level and an address into a file of the own class; return the child's id."""
        child = self.children(_OWN, levelled=True)[0]
        data = self.read(_place(child))
        data["过程记录"].append({**self._entry("家访"), "家庭情况": _NAME})
        step = data["预警"][-1]
        data["预警"].append({**step, "编号": self._id("W"), "日期": _DAY, "等级": "红"})
        data["家庭"]["住址"] = f"{_NAME}街"
        self.write("student", _place(child), data)
        return child

    def restricted(self) -> str:
        """Write a mandatory report into the file of a child of the own class without a level; return its id."""
        child = self.children(_OWN, levelled=False)[0]
        data = self.read(_place(child))
        data["过程记录"] = [*data.get("过程记录", []), {**self._entry("强制报告"), "密级": "限制"}]
        self.write("student", _place(child), data)
        return child

    def counselled(self) -> str:
        """Begin a counselling file about a child of the own class; return its id."""
        snapshot = self.served.gateway.moments.now().snapshot
        known = snapshot.ids("counseling")[0]
        made = f"Y2026-9ZZZ{self._sign()}"
        child = self.children(_OWN, levelled=False)[1]
        data = {**self.read(snapshot.path("counseling", known)), "编号": made, "学生": child}
        self.write("counseling", f"records/counseling/2026/{made}.yml", data)
        return made

    def _entry(self, kind: str) -> dict[str, Any]:
        when = f"{_DAY}T08:10+08:00"
        return {
            "编号": self._id("E"),
            "类型": kind,
            "时间": when,
            "记录人": self.served.staff("校长"),
            "内容": _NAME,
        }

    def _id(self, letter: str) -> str:
        return f"{letter}20261120-9ZZ{self._sign()}"

    def _sign(self) -> str:
        self.number += 1
        return "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"[self.number]


#: Usual role → what is out of its sight.
_HIDDEN: Mapping[str, tuple[Callable[[School], str], ...]] = {
    "班主任": (School.stranger, School.counselled),
    "年级组长": (School.stranger, School.counselled, School.restricted),
    "科任教师": (School.stranger, School.counselled, School.restricted, School.care),
    "学籍管理员": (School.counselled, School.restricted, School.care),
    "心理健康教师": (School.restricted,),
    "系统管理员": (School.stranger, School.counselled, School.restricted, School.care),
}
_ROLES = tuple(_HIDDEN)


@pytest.fixture(scope="module")
def school(changeable: Any) -> School:
    return School(changeable)


@pytest.mark.slow
@pytest.mark.parametrize("role", _ROLES, ids=lambda role: str(_ROLES.index(role)))
def test_no_page_changes_by_a_byte_when_something_is_written_out_of_sight(role: str, school: School) -> None:
    browser = school.served.logged_in(role)
    known = [*school.children(_OWN, levelled=True)[:1], *school.children(_OWN, levelled=False)[:1]]
    before = dict(_looked(browser, [*_questions(), *_about(known)]))
    for write in _HIDDEN[role]:
        write(school)
    again = {address: _asked(browser, address) for address in before if not _OF_ALL.match(address)}
    changed = {each: told for each, answer in again.items() if (told := _difference(before[each], answer))}
    assert changed == {}
    assert len(again) > 20
    hashes = {each.encode() for each in school.served.gateway.moments.store.source().versions().values()}
    telling = [address for address, answer in again.items() if hashes & set(_HASH.findall(answer.content))]
    assert telling == [], "a hash of a whole record lets one try out what one may not see"


def _questions() -> Iterator[str]:
    """Yield searches by all that one could try."""
    for asked in (
        _NAME,
        _NAME[1:],
        _NAME[:1],
        "qwz",
        "S2024-9ZZ",
        "S2024",
        "9ZZ",
        f"{_NAME}街",
        "990103201211290001",
    ):
        yield from (f"/students?q={quote(asked)}", f"/mentions?q={quote(asked)}")


def _about(children: list[str]) -> Iterator[str]:
    """Yield what can be asked for about children, whether a page names it or not."""
    for child in children:
        pages = ("", "/history", "/sight", "/compare?from=2026-09-01", "/history?field=" + quote("过程记录"))
        yield from (f"/students/{child}{page}" for page in pages)
        yield from (
            f"/child/{child}/edit",
            f"/child/{child}/edit?at=/" + quote("过程记录"),
            f"/record/{child}/papers",
        )
    yield from (
        f"/papers/{each.kind}/{children[0]}" for each in papers().values() if each.subject == "student"
    )
    yield f"/papers/student-file/{children[0]}/file"
    yield from (
        f"/class/{each}/{page}"
        for each in (_OWN, _OTHER)
        for page in ("attendance", "screening", "add/" + quote("谈话"))
    )


def _place(child: str) -> str:
    return f"records/students/{child[1:5]}/{child}.yml"


def _asked(browser: Any, address: str) -> Any:
    """Return what stands at an address; a search, whose word no address names, is written as one here alone."""
    path, _, word = address.partition("?q=")
    if path == "/mentions":
        return browser.submit(path, q=unquote(word))
    return browser.find(unquote(word)) if word else browser.get(address)


def _looked(browser: Any, asked: list[str]) -> Iterator[tuple[str, Any]]:
    """Yield addresses with what stands there: those asked for, and from the first page on those that links lead to."""
    waiting, kinds = ["/", *asked], dict[str, int]()
    for number, address in enumerate(waiting):
        answer = _asked(browser, address)
        yield address, answer
        if "html" not in answer.headers.get("content-type", "") or number > _MOST:
            continue
        for raw in _LINK.findall(answer.text):
            link = urljoin(address, unescape(raw)).partition("#")[0]
            kind = _ONE_OF_MANY.sub("*", link)
            if link in waiting or not link.startswith("/") or link.startswith(_ENDED):
                continue
            kinds[kind] = kinds.get(kind, 0) + 1
            if kinds[kind] <= _ALIKE:
                waiting.append(link)


def _seen(answer: Any) -> bytes:
    heads = sorted(
        f"{name}: {text}" for name, text in answer.headers.items() if name not in ("date", "content-length")
    )
    body = answer.content
    if "text" in answer.headers.get("content-type", ""):
        body = _RANDOM.sub("", answer.text).encode()
    return b"\n".join((str(answer.status_code).encode(), *(each.encode() for each in heads), body))


def _difference(before: Any, after: Any) -> str:
    """Return where two answers begin to differ, "" where they do not."""
    one, other = _seen(before), _seen(after)
    if one == other:
        return ""
    at = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), 0)
    return " | ".join(each[max(at - 60, 0) : at + 90].decode("utf-8", "replace") for each in (one, other))
