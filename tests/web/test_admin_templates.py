"""The school's own Word forms in the browser: checked when they come in, kept in history, filled for one child."""

import io
from collections.abc import Callable, Sequence
from typing import Any

import docx

from guanai.store.git import Repository


def _put(browser: Any, raw: bytes, file: str = "form.docx", name: str = "") -> Any:
    return browser.post(
        "/admin/templates/put",
        data={"csrf": browser.token(), "name": name},
        files={"file": (file, raw)},
        headers={"origin": str(browser.base_url).rstrip("/")},
    )


def _texts(raw: bytes) -> Sequence[str]:
    return [each.text for each in docx.Document(io.BytesIO(raw)).paragraphs]


def test_a_form_is_kept_and_filled_for_who_may_see_the_child(
    served: Any, word_form: Callable[..., bytes]
) -> None:
    principal, teacher = served.logged_in("校长"), served.logged_in("班主任")
    answer = _put(principal, word_form("兹证明 {{ 学生.姓名 }} 是 {{ 学校.名称 }} 学生。"), "在读证明.docx")
    assert answer.status_code == 303, answer.text
    assert "在读证明" in principal.get("/admin/templates").text

    child = next(part.split('"')[0] for part in teacher.get("/students").text.split('href="/students/')[1:])
    filled = teacher.get(f"/students/{child}/form/在读证明")
    assert filled.status_code == 200
    name = served.gateway.moments.now().snapshot.mapping("student", child)["姓名"]
    assert f"兹证明 {name} 是" in _texts(filled.content)[0]
    assert served.logged_in("校医").get("/admin/templates").status_code == 404
    assert served.logged_in("系统管理员").get(f"/students/{child}/form/在读证明").status_code == 404


def test_a_clone_of_the_school_gets_the_form_too(served: Any, word_form: Callable[..., bytes]) -> None:
    raw = word_form("{{ 学生.姓名 }}")
    assert _put(served.logged_in("教务主任"), raw, name="转学证明").status_code == 303
    bare = Repository(served.root.with_name("school.git"))
    assert bare.read_at(bare.head(), "records/templates/转学证明.docx") == raw
    bare.close()


def test_a_form_with_a_mistake_is_not_kept_and_the_paragraph_is_told(
    served_once: Any, word_form: Callable[..., bytes]
) -> None:
    browser, head = served_once.logged_in("校长"), served_once.gateway.moments.store.head()
    answer = _put(browser, word_form("姓名：{{ 学生.姓名 }}", "电话：{{ 学生.手机 }}"), "家访.docx")
    assert answer.status_code == 422
    assert "第 2 段" in answer.text
    assert "学生.手机" in answer.text
    assert served_once.gateway.moments.store.head() == head


def test_what_is_no_form_is_refused(served_once: Any, word_form: Callable[..., bytes]) -> None:
    browser, head = served_once.logged_in("校长"), served_once.gateway.moments.store.head()
    child = next(iter(served_once.gateway.moments.now().snapshot.ids("student")))
    name = served_once.gateway.moments.now().snapshot.mapping("student", child)["姓名"]
    good = word_form("{{ 学生.姓名 }}")
    for raw, called in ((b"PK no zip", "a"), (good, "../../etc"), (good, ".hidden"), (good, f"给{name}")):
        answer = _put(browser, raw, name=called)
        assert answer.status_code == 422, called
    assert _put(browser, b"", file="").status_code == 422
    assert served_once.gateway.moments.store.head() == head


def test_a_form_can_be_taken_down(served: Any, word_form: Callable[..., bytes]) -> None:
    browser = served.logged_in("校长")
    assert _put(browser, word_form("{{ 学生.姓名 }}"), name="旧表").status_code == 303
    assert browser.get("/admin/templates/旧表/file").content[:2] == b"PK"
    assert browser.submit("/admin/templates/drop", name="旧表").status_code == 303
    assert "还没有" in browser.get("/admin/templates").text
