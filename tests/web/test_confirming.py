"""A change that widens sight waits until another leader has confirmed it."""

import html
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

import pytest

from guanai.saving import Edit, Held, Request, save
from guanai.saving.held import held_changes
from guanai.schema import load_schemas
from guanai.store.note import Reason
from guanai.yamlfile import Add, Set, load

ON = "2026-11-20"

#: Sends posts in one moment and returns the statuses of their answers.
AtOnce = Callable[..., list[int]]


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
    assert re.search(r"年级组长（[七八九]年级）", page), "a grade by its name"
    assert admin.submit(f"/approvals/held/{number}", decision="confirm").status_code == 404
    assert served.logged_in("班主任").submit(f"/approvals/held/{number}/withdraw").status_code == 409
    assert not _leads_grade(served)
    assert principal.submit(f"/approvals/held/{number}", decision="confirm").status_code == 303
    assert _leads_grade(served)
    lines = [(each.actor, each.action, each.record) for each in served.gateway.audit.events()]
    assert (served.staff("校长"), "确认放宽", number) in lines


@pytest.mark.parametrize("is_own", [False, True], ids=["refused", "withdrawn"])
def test_of_a_confirmation_and_a_refusal_at_once_one_alone_counts(
    served: Any, at_once: AtOnce, *, is_own: bool
) -> None:
    number = _widened(served, "系统管理员")
    principal, other = served.logged_in("校长"), served.logged_in("系统管理员" if is_own else "分管副校长")
    away = f"/approvals/held/{number}/withdraw" if is_own else f"/approvals/held/{number}"
    confirmed, refused = at_once(
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
