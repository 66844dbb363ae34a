"""The papers of a record that is addressed by its path: a class's month, a class's screening, the school itself."""

import re
from typing import Any

import pytest

_LINK = re.compile(r'href="(/papers/[^"/]+/[^"/]+)"')


def _paths(served: Any, kind: str) -> list[str]:
    snapshot = served.gateway.moments.now().snapshot
    return [snapshot.path(kind, each) for each in snapshot.ids(kind)]


@pytest.mark.parametrize(
    ("kind", "papers"),
    [
        ("attendance", {"attendance-month"}),
        ("screening", {"class-screening", "household-screening"}),
        ("school", {"family-guide", "compliance-audit"}),
    ],
)
def test_the_papers_of_a_record_without_an_id_open_under_their_own_subject(
    served_once: Any, kind: str, papers: set[str]
) -> None:
    principal, path = served_once.logged_in("校长"), _paths(served_once, kind)[0]
    page = principal.get(f"/record/{path}/papers")
    assert page.status_code == 200
    assert "records/" not in re.sub(r'"[^"]*"', "", page.text), "an address is nothing to read"
    links = _LINK.findall(page.text)
    assert papers <= {each.split("/")[2] for each in links}
    for each in links:
        paper = principal.get(each)
        assert paper.status_code == 200, each
        back = re.findall(r'<p class="back no-print"><a href="([^"]+)"', paper.text)
        assert [principal.get(place).status_code for place in back] == [200]
    assert principal.get(f"{links[0]}/file").status_code == 200


@pytest.mark.parametrize("kind", ["staff", "access", "calendar"])
def test_a_record_that_no_paper_is_about_has_an_empty_list(served_once: Any, kind: str) -> None:
    principal, path = served_once.logged_in("校长"), _paths(served_once, kind)[0]
    page = principal.get(f"/record/{path}/papers")
    assert (page.status_code, _LINK.findall(page.text)) == (200, [])


def test_who_may_not_see_the_record_gets_none_of_its_papers(served_once: Any) -> None:
    served = served_once
    teacher = served.logged_in("班主任")
    refused = 0
    for path in _paths(served, "attendance"):
        if teacher.get(f"/record/{path}/papers").status_code == 404:
            class_id, month = path.removesuffix(".yml").split("/")[-2:]
            assert teacher.get(f"/papers/attendance-month/{class_id}.{month}").status_code == 404
            refused += 1
    assert refused
    assert served.logged_in("系统管理员").get("/papers/attendance-month/school").status_code == 404
