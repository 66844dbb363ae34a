"""The built sites through the gateway: one's own alone, and nothing that is no longer so."""

import re
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from guanai.calendar import SHANGHAI
from guanai.saving import Edit, Request, Saved, save
from guanai.schema import load_schemas
from guanai.store.note import Reason
from guanai.web.gateway import open_gateway
from guanai.web.publishing import publish
from guanai.web.settings import Settings
from guanai.workspace.site_places import POLICY, sites_dir
from guanai.yamlfile import Set

_NOW = datetime(2026, 11, 20, 9, 30, tzinfo=SHANGHAI)


@pytest.fixture(scope="module")
def built_school(copy_school: Callable[[], Path]) -> Path:
    """A school whose sites are built, with its shared store beside it."""
    root = copy_school()
    sites_dir(root)
    with closing(open_gateway(root, Settings(clock=lambda: _NOW))) as gateway:
        publish(gateway)
    return root


@pytest.fixture
def built(
    built_school: Path,
    copy_to: Callable[[Path, Path], Path],
    tmp_path: Path,
    gateway_at: Callable[..., Any],
) -> Any:
    """A gateway of a test's own whose sites are built."""
    return gateway_at(copy_to(tmp_path, built_school))


def _sites(browser: Any) -> list[str]:
    return re.findall(r'href="(/site/[0-9a-f]{20}/)"', browser.get("/site").text)


def _pages(browser: Any, site: str) -> Iterator[tuple[str, Any]]:
    waiting, seen = [site], {site}
    while waiting:
        address = waiting.pop()
        answer = browser.get(address)
        yield address, answer
        if "html" not in answer.headers["content-type"]:
            continue
        for link in re.findall(r'(?:href|src)="([^"#?]+)"', answer.text):
            joined = str(answer.url.join(link).path)
            if joined.startswith(site) and joined not in seen:
                seen.add(joined)
                waiting.append(joined)


@pytest.mark.slow
def test_each_role_is_served_its_own_sites_and_nobody_else_s(built: Any) -> None:
    browsers = {
        role: built.logged_in(role) for role in ("校长", "班主任", "科任教师", "系统管理员", "家长代表")
    }
    sites = {role: set(_sites(browser)) for role, browser in browsers.items()}
    assert sites["班主任"] - sites["科任教师"]
    for role, browser in browsers.items():
        for each in set().union(*sites.values()):
            assert browser.get(each).status_code == (200 if each in sites[role] else 404), (role, each)


@pytest.mark.slow
def test_every_page_of_a_teacher_s_sites_opens_with_its_own_policy_and_is_logged(built: Any) -> None:
    teacher = built.logged_in("班主任")
    count = 0
    for site in _sites(teacher):
        for address, answer in _pages(teacher, site):
            assert answer.status_code == 200, address
            assert answer.headers["content-security-policy"] == POLICY
            assert "no-store" in answer.headers["cache-control"]
            count += 1
    assert count > 10
    lines = [each for each in built.gateway.audit.events() if each.action == "看网站"]
    assert any(each.record.startswith("S20") for each in lines)


@pytest.mark.slow
def test_a_page_whose_record_changed_is_not_served_until_it_is_made_again(built: Any) -> None:
    teacher = built.logged_in("班主任")
    page = next(
        address
        for site in _sites(teacher)
        for address, _ in _pages(teacher, site)
        if re.search(r"/S\d{4}-\w{5}/$", address)
    )
    child = page.rstrip("/").split("/")[-1]
    request = Request(
        built.staff("校长"), Reason.CORRECTION, (Edit(child, (Set(("家庭", "住址"), "新家街1号"),)),),
        when=built.clock(),
    )  # fmt: skip
    assert isinstance(save(built.gateway.moments.store, load_schemas(), request), Saved)
    assert teacher.get(page).status_code == 409
    publish(built.gateway)
    assert "新家街1号" in teacher.get(page).text


@pytest.mark.slow
def test_a_page_stays_as_it_is_when_something_is_written_there_out_of_its_readers_sight(built: Any) -> None:
    browsers = {role: built.logged_in(role) for role in ("科任教师", "班主任")}
    page, child = next(
        (address, found[1])
        for site in _sites(browsers["科任教师"])
        for address, _ in _pages(browsers["科任教师"], site)
        if (found := re.search(r"/(S\d{4}-\w{5})/$", address))
    )
    before = browsers["科任教师"].get(page)
    theirs = next(
        address
        for site in _sites(browsers["班主任"])
        for address, _ in _pages(browsers["班主任"], site)
        if address.endswith(f"/{child}/")
    )
    request = Request(
        built.staff("校长"), Reason.CORRECTION, (Edit(child, (Set(("家庭",), {"住址": "新家街1号"}),)),),
        when=built.clock(),
    )  # fmt: skip
    assert isinstance(save(built.gateway.moments.store, load_schemas(), request), Saved)
    after = browsers["科任教师"].get(page)
    assert (after.status_code, after.content) == (200, before.content)
    assert browsers["班主任"].get(theirs).status_code == 409


@pytest.mark.slow
def test_when_somebody_s_posts_change_nothing_from_before_is_served(built: Any) -> None:
    teacher = built.logged_in("班主任")
    sites = _sites(teacher)
    snapshot = built.gateway.moments.now().snapshot
    index = next(i for i, each in enumerate(snapshot.staff.values()) if each.id == built.staff("班主任"))
    person = list(snapshot.staff.values())[index]
    ended = tuple(
        Set(("教职工", person.id, "任职", place, "止"), f"{built.clock().date() - timedelta(days=1)}")
        for place, post in enumerate(person.assignments)
        if post.role == "班主任"
    )
    request = Request(
        built.staff("校长"), Reason.CORRECTION, (Edit("records/staff.yml", ended),), when=built.clock()
    )
    assert isinstance(save(built.gateway.moments.store, load_schemas(), request), Saved)
    assert {teacher.get(each).status_code for each in sites} <= {404, 409}


def test_before_anything_is_built_the_page_says_so(served: Any) -> None:
    assert "还没有生成" in served.logged_in("班主任").get("/site").text
