"""Every door × every role × things in and out of scope; made from the doors that there are.

What is expected does not come from the code under test: who plays which part is read from staff.yml as it lies on the
disk, and which roles pass stands in the table below. A door whose policy or whose address's parts are not in these
tables fails, so a new one cannot be forgotten.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from guanai.web.policy import Stage
from guanai.web.routes import Door, collect
from guanai.yamlfile import load

_SCHOOL = "全校"
#: Roles that work with children: something of every file within their scope is open to them.
_WITH_CHILDREN = frozenset(
    {"校长", "分管副校长", "德育主任", "年级组长", "班主任", "副班主任", "科任教师", "心理健康教师", "资源教师", "学籍管理员", "少先队辅导员"}
)  # fmt: skip
#: Of these, who may add to or change a file within scope.
_WITH_A_PEN = _WITH_CHILDREN
_LEADERS = frozenset({"校长", "分管副校长", "德育主任"})
_APPROVERS = frozenset({"校长", "分管副校长"})
_EVERYBODY = frozenset({"*"})
#: Who holds 关爱 for every child within scope, which the sample of papers needs.
_WITH_CARE = frozenset({"校长", "分管副校长", "德育主任", "年级组长", "班主任", "副班主任", "心理健康教师"})

#: Reports of counts over all children, for who reads all files; whether also for who is told counts and no child.
_REPORTS: Mapping[str, bool] = {
    "quarterly-assessment/school.2026-Q4": True,
    "psych-risk-report/school.2026-2027-1": False,
}

#: Who keeps the school's own record.
_KEEPERS = frozenset({"校长", "分管副校长", "教务主任", "学籍管理员", "系统管理员"})

#: Policy → roles that pass, and whether a scope has to hold what the address names.
_PASSES: Mapping[str, tuple[frozenset[str], bool]] = {
    "open": (_EVERYBODY, False),
    "entering": (_EVERYBODY, False),
    "signed-in": (_EVERYBODY, False),
    "child-see": (_WITH_CHILDREN, True),
    "child-edit": (_WITH_A_PEN, True),
    "record-see": (_WITH_CHILDREN, True),
    "record-edit": (_WITH_A_PEN, True),
    "class": (_WITH_CHILDREN, True),
    # By what the minutes on the disk say, whatever the role.
    "named": (_EVERYBODY, True),
    "paper": (_WITH_CARE, True),
    "child-watch": (_APPROVERS, True),
    "site": (_EVERYBODY, False),
    "approver": (_APPROVERS, False),
    "oversight": (_APPROVERS | {"系统管理员"}, False),
    "admin": (frozenset({"系统管理员"}), False),
    "counsellor": (frozenset({"心理健康教师"}), False),
    # What belongs to the whole school, by who keeps it; the administrator keeps no child.
    "keeps": (_KEEPERS | {"德育主任", "班主任"}, False),
    "keeps-staff": (frozenset({"校长", "系统管理员"}), False),
    "keeps-school": (_KEEPERS, False),
    "keeps-calendar": (frozenset({"校长", "分管副校长", "教务主任"}), False),
    "keeps-policy": (_LEADERS, False),
    "imports": (_LEADERS | {"班主任", "学籍管理员"}, False),
    "promotes": (frozenset({"校长"}), False),
    "whole-school": (_LEADERS | {"心理健康教师"}, False),
}
#: Parts of addresses that no policy judges, with a sample of each.
_SAMPLES: Mapping[str, str] = {
    "name": "guanai.css",
    "kind": "growth-file",
    "entry": "谈话",
    "approval_id": "1",
    "held_id": "7K3QDM",
    "number": "N-7K3QD2MF4T",
    "audience_id": "guide",
    "inner": "index.html",
    "layout": "OFFICIAL",
    "policy_id": "care-a1",
    "import_id": "2222222222",
    "batch_id": "2222222222",
    "form": "在读证明",
}
#: Where one door needs another sample than the rest.
_OWN_SAMPLES: Mapping[tuple[str, str], str] = {("add-record", "kind"): "activity"}
#: Parts that policies judge.
_JUDGED = frozenset({"staff_id", "student_id", "record_id", "class_id", "subject", "item"})
_DOORS = collect()[0]
#: Doors of which only the refusals are tried: they end the session, or start an office program each time.
_ENDING = frozenset({"logout", "end-session", "paper-pdf"})


@dataclass(frozen=True)
class Part:
    """Who plays a role: id, posts as they lie on the disk."""

    staff: str
    posts: tuple[tuple[str, str], ...]

    def reaches(self, scopes: tuple[str, ...], roles: frozenset[str]) -> bool:
        """Tell whether a post of one of the roles has one of the scopes."""
        return any(role in roles and scope in scopes for role, scope in self.posts)


@dataclass(frozen=True)
class Facts:
    """The demo school as it lies on the disk: class of each child, the parts, and whom meetings named for what."""

    classes: dict[str, str]
    parts: dict[str, Part]
    decisions: dict[tuple[str, str], tuple[str, ...]]

    def scopes(self, child: str) -> tuple[str, ...]:
        """Return the scopes that hold a child."""
        return (*self.of_class(self.classes[child]), child)

    @staticmethod
    def of_class(class_id: str) -> tuple[str, ...]:
        """Return the scopes that hold a class."""
        return (_SCHOOL, class_id.partition("-")[0], class_id)


def _read(path: Any) -> Any:
    return load(path.read_bytes(), str(path)).data


@pytest.fixture(scope="module")
def facts(served_once: Any) -> Facts:
    today = "2026-11-20"
    children = {}
    for path in sorted((served_once.root / "records" / "students").rglob("*.yml")):
        data = _read(path)
        stays = [stay for stay in data["学籍"] if stay["起"] <= today] or data["学籍"][:1]
        children[data["编号"]] = max(stays, key=lambda stay: str(stay["起"]))["班级"]
    people = {each["编号"]: each for each in _read(served_once.root / "records" / "staff.yml")["教职工"]}
    parts = {}
    for role in served_once.logins:
        staff = served_once.staff(role)
        posts = tuple(
            (post["角色"], post["范围"])
            for post in people[staff]["任职"]
            if post.get("起", "") <= today <= post.get("止", "9999")
        )
        parts[role] = Part(staff, posts)
    meetings = map(_read, sorted((served_once.root / "records" / "meetings").rglob("*.yml")))
    decisions = {
        (meeting["编号"], each["编号"]): tuple(each["责任人"])
        for meeting in meetings
        for each in meeting.get("决定", ())
    }
    return Facts(children, parts, decisions)


@pytest.fixture(scope="module")
def browsers(served_once: Any) -> dict[str, Any]:
    """A logged-in browser of each role, with the token of its forms."""
    found = {role: served_once.logged_in(role) for role in served_once.logins}
    for browser in found.values():
        browser.headers["x-csrf-token"] = browser.token()
        browser.headers["origin"] = served_once.base
    return found


def _tries(door: Door, part: Part, facts: Facts) -> list[tuple[dict[str, str], bool]]:
    """Return values for the parts of a door's address, in and out of scope, and whether a role may pass there."""
    roles, is_scoped = _PASSES[door.policy.name]
    samples = {
        name: _OWN_SAMPLES.get((door.name, name)) or _SAMPLES[name]
        for name in door.params
        if name not in _JUDGED
    }
    if not is_scoped:
        return [(samples, roles is _EVERYBODY or any(role in roles for role, _ in part.posts))]
    if door.policy.name == "named":
        return _decisions(part, facts)
    name = next(name for name in door.policy.needs if name not in _SAMPLES)
    if name == "staff_id":
        other = next(each.staff for each in facts.parts.values() if each.staff != part.staff)
        return [({**samples, name: part.staff}, True), ({**samples, name: other}, False)]
    if name == "class_id":
        named = {value: facts.of_class(value) for value in sorted(set(facts.classes.values()))}
    else:
        named = {value: facts.scopes(value) for value in facts.classes}
    judged = [(value, part.reaches(scopes, roles)) for value, scopes in named.items()]
    # One that is theirs, two that are not, one that does not exist.
    inside = [each for each in judged if each[1]][:1]
    outside = [each for each in judged if not each[1]][:2]
    absent = ("S2024-22222" if name != "class_id" else "J1999-01", False)
    return [({**samples, name: value}, may) for value, may in (*inside, *outside, absent)]


def _decisions(part: Part, facts: Facts) -> list[tuple[dict[str, str], bool]]:
    """Return decisions that named somebody, that did not, and such as are not there."""
    judged = [
        ({"record_id": key[0], "item": key[1]}, part.staff in named) for key, named in facts.decisions.items()
    ]
    theirs, others = ([each for each in judged if each[1] is may] for may in (True, False))
    swapped = {**others[0][0], "item": others[-1][0]["item"]}
    child = {**others[0][0], "record_id": next(iter(facts.classes))}
    return [*theirs[:1], *others[:2], (swapped, False), (child, False)]


def _address(door: Door, values: Mapping[str, str]) -> str:
    path = door.path.replace(":path}", "}")
    return path.format(**values)


@pytest.mark.parametrize("door", _DOORS, ids=lambda door: door.name)
def test_each_door_lets_in_whom_its_policy_names_and_nobody_else(
    door: Door, facts: Facts, browsers: dict[str, Any]
) -> None:
    passed = 0
    for role, part in facts.parts.items():
        for values, may in _tries(door, part, facts):
            for method in _tried(door, may=may):
                answer = browsers[role].request(method, _address(door, values))
                told = (role, part.posts, method, answer.url.path, answer.status_code)
                assert answer.status_code < 500, told
                if not may:
                    assert answer.status_code == 404, told
                    continue
                is_in = answer.status_code not in (401, 403, 404)
                passed += is_in
                # What else the address names (an entry, a kind of paper) the endpoint may refuse to some.
                assert is_in or not door.params or set(door.params) - _JUDGED, told
    assert passed or not _tried(door, may=True), "nobody gets in: is the sample one?"


def _tried(door: Door, *, may: bool) -> tuple[str, ...]:
    """Return the methods to try; who may post is judged by what is posted where nobody need be logged in."""
    is_left_out = door.policy.stage is Stage.ANYBODY or (may and door.name in _ENDING)
    return tuple(method for method in door.methods if method == "GET" or not is_left_out)


@pytest.mark.parametrize("report", _REPORTS)
def test_counts_of_the_whole_school_are_shown_to_whom_they_are_for(
    report: str, facts: Facts, browsers: dict[str, Any], served_once: Any
) -> None:
    rights = _read(served_once.root / "records" / "access.yml")["角色"]
    told_counts = {each["角色"] for each in rights if each.get("只看") in ("汇总", "有无档案")}
    assert {"教务主任", "家长代表"} <= told_counts
    roles = _LEADERS | {"心理健康教师"} | (told_counts if _REPORTS[report] else set())
    for role, part in facts.parts.items():
        may = any(held in roles and scope == _SCHOOL for held, scope in part.posts)
        told = (role, part.posts)
        assert (report in browsers[role].get("/papers").text) is may, told
        for ending in ("", "/file"):
            assert browsers[role].get(f"/papers/{report}{ending}").status_code == (200 if may else 404), told


@pytest.mark.parametrize("door", _DOORS, ids=lambda door: door.name)
def test_who_is_not_logged_in_is_let_in_nowhere(door: Door, served_once: Any, facts: Facts) -> None:
    part = next(iter(facts.parts.values()))
    browser = served_once.browser(origin=served_once.base)
    for values, _ in _tries(door, part, facts):
        for method in door.methods:
            answer = browser.request(method, _address(door, values))
            if door.policy.stage is Stage.ANYBODY:
                assert answer.status_code < 500
            elif method == "GET":
                assert answer.headers["location"].startswith("/login"), door.path
            else:
                assert answer.status_code == 401, door.path


@pytest.mark.parametrize(
    "door", [door for door in _DOORS if "POST" in door.methods], ids=lambda door: door.name
)
def test_no_form_is_taken_without_its_token(door: Door, served_once: Any, facts: Facts) -> None:
    if door.policy.stage is Stage.ANYBODY:
        pytest.skip("nobody is logged in there")
    browser = served_once.logged_in("校长")
    for values, _ in _tries(door, facts.parts["校长"], facts):
        for headers in ({"origin": served_once.base}, {"x-csrf-token": browser.token()}):
            assert browser.post(_address(door, values), headers=headers).status_code == 403


@pytest.mark.parametrize(
    "door", [door for door in _DOORS if door.policy.stage is Stage.INSIDE], ids=lambda door: door.name
)
def test_a_password_alone_opens_nothing_to_who_needs_the_second_factor(
    door: Door, served_once: Any, facts: Facts
) -> None:
    login = served_once.logins["校长"]
    browser = served_once.browser()
    browser.post("/login", data={"user": login["user"], "password": login["password"]})
    if "GET" in door.methods:
        for values, _ in _tries(door, facts.parts["校长"], facts):
            answer = browser.get(_address(door, values))
            assert answer.headers["location"] == "/login/code", door.path
