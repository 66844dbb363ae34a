"""Sight outside one's posts: asked for, granted by somebody else for a time, taken back by itself."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from guanai.saving import Edit, NotPermitted, Request, save
from guanai.schema import load_schemas
from guanai.store.note import Reason
from guanai.web.approvals import Approvals
from guanai.yamlfile import Set, load

ON = "2026-11-20"
UNTIL = "2026-12-20"

#: Sends posts in one moment and returns the statuses of their answers.
AtOnce = Callable[..., list[int]]


@pytest.fixture
def stranger(served: Any) -> tuple[Any, str, str]:
    """A class teacher's browser, and a child of another class: id and name."""
    teacher, principal = served.logged_in("班主任"), served.logged_in("校长")
    seen = set(re.findall(r"/students/(S\d{4}-\w{5})\"", teacher.get("/students").text))
    others = re.findall(r"/students/(S\d{4}-\w{5})\"><span>([^< ]+)", principal.get("/students").text)
    child, name = next(each for each in others if each[0] not in seen)
    return teacher, child, name


def _asked(browser: Any, about: str, **fields: Any) -> Any:
    return browser.submit(
        "/approvals/ask",
        about=about,
        reason="要一起家访，须知道家里的情况",
        days="30",
        label="关爱",
        **fields,
    )


def _decided(browser: Any, number: int = 1, **fields: str) -> Any:
    return browser.submit(
        f"/approvals/{number}/decide", **{"decision": "grant", "until": UNTIL, "answer": "", **fields}
    )


def _grants(served: Any) -> list[dict[str, Any]]:
    pair = served.gateway.moments.store.pair
    raw = served.gateway.moments.store.source().read("records/access.yml")
    assert pair.heads()
    return list(load(raw, "access").data.get("特许", []))


@pytest.mark.parametrize("leader", ["校长", "分管副校长"], ids=["principal", "deputy"])
def test_what_is_granted_is_seen_at_once_and_no_longer_than_granted(
    served: Any, stranger: tuple[Any, str, str], leader: str
) -> None:
    teacher, child, name = stranger
    assert teacher.get(f"/students/{child}").status_code == 404
    assert _asked(teacher, name).status_code == 303
    approver = served.logged_in(leader)
    assert f'value="{child}"' in approver.get("/approvals").text
    assert _decided(approver, student=child).status_code == 303
    assert name in teacher.get(f"/students/{child}").text
    grant = _grants(served)[-1]
    assert (grant["学生"], grant["看"], grant["起"], grant["止"]) == (child, ["教学", "关爱"], ON, UNTIL)
    assert grant["批准人"] == served.staff(leader)
    assert "已批准" in teacher.get("/approvals").text
    assert f"特许（至 {UNTIL}）" in approver.get(f"/students/{child}/sight").text


def test_a_grant_that_is_over_opens_nothing(
    demo_school: Any, gateway_at: Callable[..., Any], stranger: tuple[Any, str, str], served: Any
) -> None:
    teacher, child, name = stranger
    _asked(teacher, name)
    _decided(served.logged_in("校长"), student=child, until=ON)
    assert teacher.get(f"/students/{child}").status_code == 200
    served.stack.close()
    later = gateway_at(demo_school, on=date.fromisoformat(ON) + timedelta(days=1))
    assert later.logged_in("班主任").get(f"/students/{child}").status_code == 404


def test_who_asks_learns_nothing_of_whether_there_is_such_a_child(stranger: tuple[Any, str, str]) -> None:
    teacher, child, name = stranger
    answers = [_asked(teacher, about) for about in (name, child, "没有这个人", "S2024-22222")]
    assert {(each.status_code, each.headers["location"], each.text) for each in answers} == {
        (303, "/approvals", "")
    }


def test_nobody_decides_on_what_he_asked_for_himself(served: Any) -> None:
    deputy = served.logged_in("分管副校长")
    _asked(deputy, "某某")
    assert _decided(deputy, student="S2024-22222").status_code == 422
    assert _grants(served) == [] or all(
        each["教师"] != served.staff("分管副校长") for each in _grants(served)
    )


def test_who_is_no_approver_cannot_decide(served: Any, stranger: tuple[Any, str, str]) -> None:
    teacher, child, name = stranger
    _asked(teacher, name)
    before = _grants(served)
    for role in ("班主任", "德育主任", "系统管理员"):
        assert _decided(served.logged_in(role), student=child).status_code == 404
    assert _grants(served) == before


def test_a_refusal_opens_nothing_is_told_and_forgets_the_words(
    served: Any, stranger: tuple[Any, str, str]
) -> None:
    teacher, child, name = stranger
    _asked(teacher, name)
    assert _decided(served.logged_in("校长"), decision="refuse", answer="先和班主任谈").status_code == 303
    page = teacher.get("/approvals").text
    assert "未批准" in page
    assert "先和班主任谈" in page
    assert name not in page
    assert teacher.get(f"/students/{child}").status_code == 404
    with served.gateway.db.reading() as connection:
        assert [tuple(row) for row in connection.execute("SELECT about, reason FROM approvals")] == [("", "")]


def test_a_decision_is_made_once(served: Any, stranger: tuple[Any, str, str]) -> None:
    teacher, child, name = stranger
    _asked(teacher, name)
    _decided(served.logged_in("校长"), decision="refuse")
    before = _grants(served)
    assert _decided(served.logged_in("分管副校长"), student=child).status_code == 409
    assert _grants(served) == before


def test_of_a_grant_and_a_refusal_at_once_one_alone_counts(
    served: Any, at_once: AtOnce, stranger: tuple[Any, str, str]
) -> None:
    teacher, child, name = stranger
    _asked(teacher, name)
    principal, deputy, before = served.logged_in("校长"), served.logged_in("分管副校长"), _grants(served)
    granted, refused = at_once(
        lambda: _decided(principal, student=child),
        lambda: _decided(deputy, decision="refuse"),
    )
    assert sorted([granted, refused]) == [303, 409]
    is_granted = granted == 303
    assert len(_grants(served)) == len(before) + is_granted
    assert teacher.get(f"/students/{child}").status_code == (200 if is_granted else 404)
    lines = [each.action for each in served.gateway.audit.events() if each.action.endswith("批准查看")]
    assert lines == ["批准查看" if is_granted else "不批准查看"]
    assert (">已批准<" in teacher.get("/approvals").text) == is_granted


def test_two_grants_at_once_make_one(served: Any, at_once: AtOnce, stranger: tuple[Any, str, str]) -> None:
    teacher, child, name = stranger
    _asked(teacher, name)
    leaders, before = [served.logged_in(role) for role in ("校长", "分管副校长")], _grants(served)
    posts = [lambda leader=leader: _decided(leader, student=child) for leader in leaders]
    assert sorted(at_once(*posts)) == [303, 409]
    assert len(_grants(served)) == len(before) + 1


def test_a_grant_that_was_written_when_the_program_ended_is_not_written_again(
    served: Any, stranger: tuple[Any, str, str]
) -> None:
    """As it stands after a power cut between the commit and the database: the request waits, the grant is in history."""
    teacher, child, name = stranger
    _asked(teacher, name)
    with served.gateway.db.reading() as connection:
        columns = "state, decider, decided, about, reason"
        asked = tuple(connection.execute(f"SELECT {columns} FROM approvals").fetchone())  # noqa: S608 -- our own words
    _decided(served.logged_in("校长"), student=child)
    with served.gateway.db.writing() as connection:
        connection.execute(
            "UPDATE approvals SET state = ?, decider = ?, decided = ?, about = ?, reason = ?", asked
        )
    before = _grants(served)
    assert _decided(served.logged_in("分管副校长"), student=child).status_code == 303
    assert _grants(served) == before
    (found,) = Approvals(served.gateway.db).of(served.staff("班主任"))
    assert (found.state, found.decider, found.about) == ("已批准", served.staff("分管副校长"), "")


@pytest.fixture
def twice(served: Any, stranger: tuple[Any, str, str]) -> tuple[Any, str, str]:
    """A teacher who asked twice in the same words, which may mean two children, and the ids of both."""
    teacher, child, name = stranger
    others = re.findall(
        r"/students/(S\d{4}-\w{5})\"><span>([^< ]+)", served.logged_in("校长").get("/students").text
    )
    other, its_name = next(each for each in others if each[0] != child and each[1] != name)
    for _ in range(2):
        _asked(teacher, f"{name}和{its_name}")
    return teacher, child, other


def test_a_second_request_in_the_same_words_is_granted_for_the_child_that_was_chosen(
    served: Any, twice: tuple[Any, str, str]
) -> None:
    _, child, other = twice
    principal, before = served.logged_in("校长"), len(_grants(served))
    assert _decided(principal, student=child).status_code == 303
    assert _decided(principal, 2, student=other).status_code == 303
    assert [each["学生"] for each in _grants(served)[before:]] == [child, other]
    states = [each.state for each in Approvals(served.gateway.db).of(served.staff("班主任"))]
    assert states == ["已批准", "已批准"]


def test_a_second_request_in_the_same_words_can_be_granted_for_longer(
    served: Any, twice: tuple[Any, str, str]
) -> None:
    _, child, _ = twice
    principal, before = served.logged_in("校长"), len(_grants(served))
    assert [
        _decided(principal, number, student=child, until=until).status_code
        for number, until in ((1, UNTIL), (2, "2027-01-20"))
    ] == [303, 303]
    assert [each["止"] for each in _grants(served)[before:]] == [UNTIL, "2027-01-20"]


def test_a_second_request_in_the_same_words_can_be_refused(served: Any, twice: tuple[Any, str, str]) -> None:
    teacher, child, _ = twice
    principal = served.logged_in("校长")
    assert _decided(principal, student=child).status_code == 303
    before = _grants(served)
    assert _decided(principal, 2, decision="refuse", student=child, answer="一次就够").status_code == 303
    assert _grants(served) == before
    states = [each.state for each in Approvals(served.gateway.db).of(served.staff("班主任"))]
    assert states == ["未批准", "已批准"]
    assert "一次就够" in teacher.get("/approvals").text


def test_what_is_granted_for_one_child_does_not_answer_for_another(
    served: Any, stranger: tuple[Any, str, str]
) -> None:
    teacher, child, name = stranger
    principal = served.logged_in("校长")
    others = re.findall(r"/students/(S\d{4}-\w{5})\"><span>([^< ]+)", principal.get("/students").text)
    other, its_name = next(each for each in others if each[0] != child and each[1] != name)
    _asked(teacher, name)
    _asked(teacher, its_name)
    assert _decided(principal, student=child).status_code == 303
    assert _decided(principal, 2, student=other).status_code == 303
    assert {child, other} <= {each["学生"] for each in _grants(served)}


@pytest.mark.parametrize(
    "until", ["", "2026-11-19", "2028-01-01", "明天"], ids=["none", "past", "long", "words"]
)
def test_a_grant_needs_a_last_day_within_half_a_year(
    served: Any, stranger: tuple[Any, str, str], until: str
) -> None:
    teacher, child, name = stranger
    _asked(teacher, name)
    before = _grants(served)
    assert _decided(served.logged_in("校长"), student=child, until=until).status_code == 422
    assert _grants(served) == before


@pytest.mark.parametrize("role", ["系统管理员", "家长代表"], ids=["admin", "parent"])
def test_who_may_never_see_a_child_cannot_ask(served: Any, role: str) -> None:
    assert _asked(served.logged_in(role), "某某").status_code == 422


def test_asking_and_deciding_are_logged_without_words(served: Any, stranger: tuple[Any, str, str]) -> None:
    teacher, child, name = stranger
    _asked(teacher, name)
    _decided(served.logged_in("校长"), student=child)
    lines = [(each.action, each.record) for each in served.gateway.audit.events()]
    assert ("申请查看", "") in lines
    assert ("批准查看", child) in lines
    raw = b"".join(path.read_bytes() for path in (served.root / ".guanai" / "audit").iterdir()).decode()
    assert name not in raw
    assert "家访" not in raw


def test_a_deputy_grants_exceptions_and_changes_no_role(served: Any) -> None:
    store = served.gateway.moments.store
    roles = load(store.source().read("records/access.yml"), "access").data["角色"]
    place = next(index for index, each in enumerate(roles) if each["角色"] == "科任教师")
    change = Set(("角色", place, "看"), ["教学", "关爱"])
    request = Request(
        served.staff("分管副校长"),
        Reason.CORRECTION,
        (Edit("records/access.yml", (change,)),),
        when=served.clock(),
    )
    with pytest.raises(NotPermitted, match="分管副校长只批准特许"):
        save(store, load_schemas(), request)


def test_requests_that_nobody_answers_lapse(served: Any, stranger: tuple[Any, str, str]) -> None:
    teacher, _, name = stranger
    _asked(teacher, name)
    approvals = Approvals(served.gateway.db)
    approvals.sweep(served.clock() + timedelta(days=31))
    assert approvals.waiting() == ()
    approvals.sweep(served.clock() + timedelta(days=200))
    assert approvals.of(served.staff("班主任")) == ()
