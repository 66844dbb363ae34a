"""Sight outside one's posts: asked for, granted by somebody else for a time, taken back by itself."""

import html
import re
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any
from urllib.parse import unquote

import pytest

from guanai.saving import Edit, Held, NotPermitted, Request, save
from guanai.saving.held import held_changes
from guanai.schema import load_schemas
from guanai.store.note import Reason
from guanai.web.approvals import Approvals
from guanai.yamlfile import Add, Set, load

ON = "2026-11-20"
UNTIL = "2026-12-20"


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


def _at_once(served: Any, *posts: Callable[[], Any]) -> list[int]:
    """Post all of it while something else is being saved, so that none is over before the last began; return the statuses."""
    with ThreadPoolExecutor(len(posts)) as pool:
        with served.gateway.moments.store.locked():
            sent = []
            for post in posts:
                sent.append(pool.submit(post))
                time.sleep(0.3)
        return [each.result().status_code for each in sent]


def test_of_a_grant_and_a_refusal_at_once_one_alone_counts(
    served: Any, stranger: tuple[Any, str, str]
) -> None:
    teacher, child, name = stranger
    _asked(teacher, name)
    principal, deputy, before = served.logged_in("校长"), served.logged_in("分管副校长"), _grants(served)
    granted, refused = _at_once(
        served,
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


def test_two_grants_at_once_make_one(served: Any, stranger: tuple[Any, str, str]) -> None:
    teacher, child, name = stranger
    _asked(teacher, name)
    leaders, before = [served.logged_in(role) for role in ("校长", "分管副校长")], _grants(served)
    posts = [lambda leader=leader: _decided(leader, student=child) for leader in leaders]
    assert sorted(_at_once(served, *posts)) == [303, 409]
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


def _teacher(served: Any) -> str:
    return str(served.staff("科任教师"))


def _widened(served: Any, role: str) -> str:
    """Have somebody add a post for a subject teacher; return the number of the change that waits."""
    store, teacher = served.gateway.moments.store, _teacher(served)
    grades = served.gateway.moments.now().snapshot.school.grades
    post = {"角色": "年级组长", "范围": grades[0].id, "起": ON}
    request = Request(
        served.staff(role),
        Reason.ENTRY,
        (Edit("staff", (Add(("教职工", teacher, "任职"), post),)),),
        when=served.clock(),
        is_confirmed=True,
    )
    with pytest.raises(Held):
        save(store, load_schemas(), request)
    return str(held_changes(served.root)[-1].number)


def _leads_grade(served: Any) -> bool:
    raw = served.gateway.moments.store.source().read("records/staff.yml")
    people = load(raw, "staff").data["教职工"]
    posts = next(each["任职"] for each in people if each["编号"] == _teacher(served))
    return any(each["角色"] == "年级组长" for each in posts)


def test_a_wider_post_comes_true_when_another_leader_confirms_it(served: Any) -> None:
    number = _widened(served, "系统管理员")
    admin, principal = served.logged_in("系统管理员"), served.logged_in("校长")
    assert "收回" in admin.get("/approvals").text
    page = principal.get("/approvals").text
    assert served.gateway.moments.now().snapshot.staff[_teacher(served)].name in page
    assert "年级组长" in page
    assert admin.submit(f"/approvals/held/{number}", decision="confirm").status_code == 404
    assert served.logged_in("班主任").submit(f"/approvals/held/{number}/withdraw").status_code == 409
    assert not _leads_grade(served)
    assert principal.submit(f"/approvals/held/{number}", decision="confirm").status_code == 303
    assert _leads_grade(served)
    lines = [(each.actor, each.action, each.record) for each in served.gateway.audit.events()]
    assert (served.staff("校长"), "确认放宽", number) in lines


@pytest.mark.parametrize("is_own", [False, True], ids=["refused", "withdrawn"])
def test_of_a_confirmation_and_a_refusal_at_once_one_alone_counts(served: Any, *, is_own: bool) -> None:
    number = _widened(served, "系统管理员")
    principal, other = served.logged_in("校长"), served.logged_in("系统管理员" if is_own else "分管副校长")
    away = f"/approvals/held/{number}/withdraw" if is_own else f"/approvals/held/{number}"
    confirmed, refused = _at_once(
        served,
        lambda: principal.submit(f"/approvals/held/{number}", decision="confirm"),
        lambda: other.submit(away, decision="refuse"),
    )
    assert sorted([confirmed, refused]) == [303, 409]
    assert _leads_grade(served) == (confirmed == 303)
    lines = [each.action for each in served.gateway.audit.events() if each.action.endswith("放宽")]
    assert lines == ["确认放宽" if confirmed == 303 else "收回放宽" if is_own else "不确认放宽"]


def test_nobody_confirms_his_own_change(served: Any) -> None:
    number = _widened(served, "校长")
    principal = served.logged_in("校长")
    principal.submit(f"/approvals/held/{number}", decision="confirm")
    assert not _leads_grade(served)
    assert principal.submit(f"/approvals/held/{number}/withdraw").status_code == 303
    assert held_changes(served.root) == ()


def test_a_change_that_is_turned_down_is_gone(served: Any) -> None:
    number = _widened(served, "系统管理员")
    deputy = served.logged_in("分管副校长")
    assert deputy.submit(f"/approvals/held/{number}", decision="refuse").status_code == 303
    assert held_changes(served.root) == ()
    assert not _leads_grade(served)
    assert deputy.submit(f"/approvals/held/{number}", decision="confirm").status_code == 409


def test_the_form_of_the_staff_keeps_a_wider_post_back(served: Any) -> None:
    """Through the very form: the change waits; the next page says so, for whom, and asks for nothing more."""
    admin, teacher = served.logged_in("系统管理员"), _teacher(served)
    whole = admin.get("/record/records/staff.yml/edit").text
    address = html.unescape(re.findall(rf'href="([^"]*/{teacher})"', whole)[0])
    page = admin.get(address).text
    names = [html.unescape(each) for each in re.findall(r'name="([^"]+)"', page)]
    new = next(each for each in names if each.endswith("/任职/n1/范围")).removesuffix("范围")
    hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page)
    carried = {html.unescape(key): html.unescape(text) for key, text in hidden if key != "csrf"}
    post = {f"{new}角色": "德育主任", f"{new}范围": "全校", f"{new}起": ON}
    answer = admin.submit(address, **carried, **post)
    assert (answer.status_code, unquote(answer.headers["location"])) == (303, unquote(address))
    told = admin.get(address).text
    staff = served.gateway.moments.now().snapshot.staff
    confirmers = [f"{staff[served.staff(role)].name}（{role}）" for role in ("校长", "分管副校长")]
    assert f"要等{'或'.join(confirmers)}在“申请”页上确认" in told
    assert f"{staff[teacher].name} 任德育主任" in told
    assert "还没有生效" in told
    assert "请先改正" not in told
    assert [each.staff for each in held_changes(served.root)] == [served.staff("系统管理员")]


def test_requests_that_nobody_answers_lapse(served: Any, stranger: tuple[Any, str, str]) -> None:
    teacher, _, name = stranger
    _asked(teacher, name)
    approvals = Approvals(served.gateway.db)
    approvals.sweep(served.clock() + timedelta(days=31))
    assert approvals.waiting() == ()
    approvals.sweep(served.clock() + timedelta(days=200))
    assert approvals.of(served.staff("班主任")) == ()


def test_taking_back_what_narrowed_waits_for_a_second_person_too(served: Any) -> None:
    admin, teacher = served.logged_in("系统管理员"), _teacher(served)
    posts = served.gateway.moments.now().snapshot.mapping("staff", "records/staff.yml")["教职工"]
    place = next(
        place
        for place, post in enumerate(next(each["任职"] for each in posts if each["编号"] == teacher))
        if "止" not in post
    )
    ended = Edit("staff", (Set(("教职工", teacher, "任职", place, "止"), ON),))
    request = Request(
        served.staff("系统管理员"), Reason.ENTRY, (ended,), when=served.clock(), is_confirmed=True
    )
    save(served.gateway.moments.store, load_schemas(), request)
    history = "/record/records/staff.yml/history"
    address = html.unescape(re.findall(r'href="([^"]*/undo\?commit=[^"]*)"', admin.get(history).text)[0])
    page = admin.get(address).text
    fields = {
        html.unescape(key): html.unescape(text)
        for key, text in re.findall(r'name="(commit|place)" value="([^"]*)"', page)
    }
    answer = admin.submit(address.partition("?")[0], page=address, reason="撤销", **fields)
    assert (answer.status_code, answer.headers["location"]) == (303, history)
    assert "您不用再做什么" in admin.get(history).text
    assert [each.staff for each in held_changes(served.root)] == [served.staff("系统管理员")]
