"""The pages work without a mouse and for a screen reader, keep their own content policy, and ask no other host."""

import re
from collections.abc import Callable, Iterator
from html import unescape
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

import pytest
from starlette.routing import compile_path

from guanai.saving import Edit, Request, Saved, save
from guanai.saving.held import held_changes
from guanai.schema import load_schemas
from guanai.store.note import Reason
from guanai.web import publishing
from guanai.web.routes import Door, collect
from guanai.workspace.sites import build_guide, build_sites, hold
from guanai.workspace.watch.tellings import number_of
from guanai.yamlfile import Add, load

sync_api = pytest.importorskip("playwright.sync_api")
axe_api = pytest.importorskip("axe_playwright_python.sync_playwright")
_CHROMIUM = Path("/usr/bin/chromium")
#: Whose links are followed; the principal's first, who reaches most.
_ROLES = (
    "校长",
    "班主任",
    "系统管理员",
    "心理健康教师",
    "年级组长",
    "科任教师",
    "教务主任",
    "学籍管理员",
    "德育主任",
)
#: Doors that give no page, and those whose pages other tests here look at.
_NO_PAGE = frozenset(
    {
        "static", "paper-file", "paper-style", "draft-token", "mentions", "health", "own-form", "batch-file",
        "admin-faulty-rows", "admin-take-template",
    }
)  # fmt: skip
_LOOKED_AT_ELSEWHERE = frozenset({"login", "login-code", "login-enrol", "site"})
#: Pages that look otherwise for each role: they are looked at as each of them.
_OF_EACH = ("/admin", "/approvals", "/batch")
_LINK = re.compile(r'<a\b[^>]*\bhref="([^"]+)"')
_DOORS: tuple[Door, ...] = collect()[0]
_PATTERNS = [(compile_path(door.path)[0], door.name) for door in _DOORS if "GET" in door.methods]
#: Every name leads nowhere: what a page wanted from elsewhere could not come.
_ALONE = "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1"
_SCREENS: tuple[dict[str, Any], ...] = (
    {"viewport": {"width": 1280, "height": 900}, "color_scheme": "light"},
    {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"},
)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    with sync_api.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=str(_CHROMIUM), args=["--no-sandbox", _ALONE])
        yield browser
        browser.close()


@pytest.fixture
def watched(chromium: Any) -> Iterator[Callable[..., tuple[Any, list[str]]]]:
    """``watched(base, **screen)`` returns a page and the list of what it did that it must not do."""
    contexts = []

    def opened(base: str, **screen: Any) -> tuple[Any, list[str]]:
        context = chromium.new_context(base_url=base, locale="zh-CN", **screen)
        contexts.append(context)
        page, faults = context.new_page(), []
        page.set_default_timeout(60_000)

        def asked(request: Any) -> None:
            if not request.url.startswith((f"{base}/", "data:", "blob:")):
                faults.append(f"asks {request.url}")

        def said(message: Any) -> None:
            if "Content Security Policy" in message.text or "Content-Security-Policy" in message.text:
                faults.append(f"{page.url}: {message.text}")

        context.on("request", asked)
        page.on("console", said)
        page.on("pageerror", lambda error: faults.append(f"{page.url}: {error}"))
        return page, faults

    yield opened
    for each in contexts:
        each.close()


def _log_in(page: Any, login: dict[str, str]) -> None:
    page.goto("/login")
    page.fill("[name=user]", login["user"])
    page.fill("[name=password]", login["password"])
    page.press("[name=password]", "Enter")
    page.wait_for_url(lambda url: not url.endswith("/login"))
    if login["totp"]:
        page.fill("[name=totp]", login["totp"])
        page.press("[name=totp]", "Enter")
    page.locator("h1:has-text('您好')").wait_for()


def _serious(page: Any) -> list[str]:
    """Return the serious and critical faults of a page with all that can be unfolded unfolded."""
    page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
    found = axe_api.Axe().run(page).response["violations"]
    return [
        f"{page.url}: {each['id']} at {node['target']}: {node['html'][:160]}"
        for each in found
        if each["impact"] in ("serious", "critical")
        for node in each["nodes"][:3]
    ]


def _door_of(address: str) -> str:
    path = unquote(urlsplit(address).path)
    return next((name for pattern, name in _PATTERNS if pattern.match(path)), "")


def _bring(served: Any, role: str, address: str, raw: bytes, name: str) -> None:
    """Send a file as a role."""
    browser = served.logged_in(role)
    answer = browser.post(
        address, data={"csrf": browser.token()}, files={"file": (name, raw)}, headers={"origin": served.base}
    )
    assert answer.status_code == 303, answer.text


def _decide(served: Any, owner: str) -> None:
    """Let a meeting of the whole school name somebody who may not change its minutes."""
    gateway = served.gateway
    snapshot = gateway.moments.now().snapshot
    meeting = next(
        each for each in snapshot.ids("meeting") if snapshot.mapping("meeting", each).get("范围") == "全校"
    )
    decided = {"编号": "J-2222", "事项": "整理图书角", "责任人": [owner], "期限": "2026-11-25"}
    change = Edit(meeting, (Add(("决定",), decided),))
    wish = Request(served.staff("校长"), Reason.ENTRY, (change,), when=served.clock(), is_confirmed=True)
    assert isinstance(save(gateway.moments.store, load_schemas(), wish), Saved)


@pytest.fixture(scope="module")
def furnished(changeable: Any, sheet: Callable[[list[Any]], bytes], word_form: Callable[..., bytes]) -> Any:
    """A school in which something lies on every desk: previews, packs, drafts, requests, changes that wait, undo."""
    served, child = changeable, _child_of_class(changeable)
    marks = sheet([("学生编号", "姓名", "日期", "语文"), (*child, "2026-11-18", 80), (*child, "十一月", 70)])
    for role in ("校长", "班主任", "德育主任", "学籍管理员"):
        _bring(served, role, "/admin/imports", marks, "期中成绩.xlsx")
    form = word_form("兹证明 {{ 学生.姓名 }} 在读。")
    _bring(served, "校长", "/admin/templates/put", form, "在读证明.docx")
    teacher = served.logged_in("班主任")
    for role in ("校长", "班主任"):
        browser = served.logged_in(role)
        pack = browser.submit("/batch", kind="growth-file", unit="J2025-01", shape="docx").headers["location"]
        assert browser.get(pack).status_code == 200
    assert teacher.submit(f"/child/{child[0]}/edit", **{"/特长": "二胡"}).status_code == 303
    record = teacher.submit("/meetings/start", kind="学情研判会").headers["location"].split("/")[2]
    served.clock.forward(minutes=1)
    assert teacher.submit(f"/record/{record}/edit", **{"/地点": "三楼"}).status_code == 303
    assert teacher.submit("/drafts/keep", place="/new/activity", title="写到一半的", note="1").json() == {
        "kept": True
    }
    for role in ("班主任", "分管副校长"):
        request = {"about": child[1], "reason": "要一起家访，先看看情况", "days": "30", "label": "关爱"}
        assert served.logged_in(role).submit("/approvals/ask", **request).status_code == 303
    admin, post = (
        served.logged_in("系统管理员"),
        {"staff": served.staff("科任教师"), "role": "德育主任", "scope": "全校"},
    )
    admin.submit("/admin/staff/appoint", **post, since="2026-11-20")
    _decide(served, served.staff("科任教师"))
    assert held_changes(served.root), "a wider post waits for a second person"
    return served


def _seeds(served: Any, role: str) -> list[str]:
    """Return where one begins: the first page, what has a past, and the address that a mail has of an urgent duty."""
    workspace, staff = served.gateway.moments.now(), served.staff(role)
    view = workspace.look(staff=staff, on=served.gateway.settings.today())
    mine = (each for each in view.duties(served.clock()) if staff in each.reminded and each.student)
    child = _child_of_class(served)[0]
    meetings = {
        each: workspace.snapshot.mapping("meeting", each) for each in workspace.snapshot.ids("meeting")
    }
    meeting = next(each for each, data in meetings.items() if data.get("地点") == "三楼")
    return [
        "/",
        f"/students/{child}",
        f"/record/{meeting}/history",
        *(f"/duties/{number_of(workspace.secret, each)}" for each in islice(mine, 1)),
    ]


@pytest.fixture(scope="module")
def reached(furnished: Any) -> dict[str, list[str]]:
    """Role → addresses, one of each door that a link leads to: what nobody before has reached, and what is of each."""
    found: dict[str, list[str]] = {}
    seen = set[str]()
    for role in _ROLES:
        found[role], browser, waiting = [], furnished.logged_in(role), _seeds(furnished, role)
        own = {*_NO_PAGE, *_LOOKED_AT_ELSEWHERE}
        for address in waiting:
            door = _door_of(address)
            if door in own or (answer := browser.get(address)).status_code != 200:
                continue
            own.add(door)
            if door not in seen or address == "/" or address.startswith(_OF_EACH):
                found[role].append(address)
            seen.add(door)
            links = [
                urljoin(address, unescape(link)).partition("#")[0] for link in _LINK.findall(answer.text)
            ]
            waiting += [each for each in dict.fromkeys(links) if each not in waiting and _door_of(each)]
    return found


@pytest.mark.slow
@pytest.mark.parametrize("role", _ROLES, ids=lambda role: str(_ROLES.index(role)))
def test_no_page_of_a_role_has_a_serious_fault_or_breaks_its_policy_or_asks_another_host(
    role: str, furnished: Any, reached: dict[str, list[str]], watched: Callable[..., Any]
) -> None:
    told = []
    for screen in _SCREENS:
        page, faults = watched(furnished.base, **screen)
        _log_in(page, furnished.logins[role])
        for address in reached[role]:
            page.goto(address)
            told += _serious(page)
            wider = page.evaluate("document.documentElement.scrollWidth - innerWidth")
            told += [f"{address} is {wider} px wider than {screen['viewport']['width']}"] if wider > 0 else []
        told += faults
    assert not told, "\n".join(told)


@pytest.mark.slow
def test_every_page_is_reached_by_links(reached: dict[str, list[str]]) -> None:
    doors = {door.name for door in _DOORS if "GET" in door.methods} - _NO_PAGE - _LOOKED_AT_ELSEWHERE
    assert doors - {_door_of(each) for addresses in reached.values() for each in addresses} == set()


def test_the_way_in_and_the_wrong_way_have_no_serious_fault(
    served_once: Any, watched: Callable[..., Any]
) -> None:
    told = []
    for screen in _SCREENS:
        page, faults = watched(served_once.base, **screen)
        page.goto("/login")
        told += _serious(page)
        login = served_once.logins["校长"]
        for password in ("nobody-has-this", login["password"]):
            page.fill("[name=user]", login["user"])
            page.fill("[name=password]", password)
            with page.expect_navigation():
                page.press("[name=password]", "Enter")
            told += _serious(page)
        assert page.url.endswith("/login/code")
        page.fill("[name=totp]", login["totp"])
        page.press("[name=totp]", "Enter")
        page.locator("h1:has-text('您好')").wait_for()
        page.goto("/students/S2024-22222")
        told += [*_serious(page), *faults]
    assert not told, "\n".join(told)


def _build_for(served: Any, role: str) -> None:
    """Build the guide and the sites of the units where somebody has a post, as the chore does."""
    gateway, workspace = served.gateway, served.gateway.moments.now()
    head, on = gateway.moments.store.pair.main.head(), gateway.settings.today()
    held = hold(workspace, on=on)
    units = {post.scope for post in workspace.snapshot.staff[served.staff(role)].assignments}
    for each in [audience for audience in held.audiences if audience.unit in units]:
        for built in build_sites(workspace, None, [each], on=on, workers=1, holdings=held):
            publishing._keep(gateway, each.id, built.build, head, on)
    build_guide(served.root)


@pytest.mark.slow
def test_the_built_sites_ask_no_other_host_and_keep_their_policy(
    served: Any, watched: Callable[..., Any]
) -> None:
    _build_for(served, "班主任")
    page, faults = watched(served.base, **_SCREENS[0])
    _log_in(page, served.logins["班主任"])
    page.goto("/site")
    addresses = page.eval_on_selector_all(
        "main a[href^='/site/']", "links => links.map((link) => link.getAttribute('href'))"
    )
    assert len(addresses) >= 2, "the class and the guide"
    told = []
    for address in addresses:
        answer = page.goto(address)
        assert answer.status == 200
        told += _serious(page)
    assert not [*told, *faults], "\n".join([*told, *faults])


def _child_of_class(served: Any) -> tuple[str, str]:
    """Return id and name of a child in the homeroom teacher's class."""
    people = load((served.root / "records" / "staff.yml").read_bytes(), "staff.yml").data["教职工"]
    staff = served.staff("班主任")
    posts = next(each["任职"] for each in people if each["编号"] == staff)
    class_id = next(post["范围"] for post in posts if post["角色"] == "班主任")
    for path in sorted((served.root / "records" / "students").rglob("*.yml")):
        data = load(path.read_bytes(), str(path)).data
        if data["学籍"][-1]["班级"] == class_id and data.get("过程记录"):
            return data["编号"], data["姓名"]
    raise AssertionError("no child with entries")


def _seen(page: Any) -> dict[str, Any]:
    """Return where the focus is: whether it can be seen, and that it is on the screen."""
    found: dict[str, Any] = page.evaluate(
        """() => {
          const here = document.activeElement, box = here.getBoundingClientRect(), look = getComputedStyle(here);
          const rings = look.outlineStyle !== "none" && parseFloat(look.outlineWidth) >= 2;
          return {
            tag: here.tagName, name: `${here.type} ${here.name}`, text: here.textContent.trim().slice(0, 40), href: here.getAttribute("href") || "",
            isRinged: rings, isOnScreen: box.width > 0 && box.right > 0 && box.bottom > 0 && box.top < innerHeight,
          };
        }"""
    )
    return found


def _tab_to(page: Any, selector: str, *, most: int = 90) -> int:
    """Press Tab until the focus is on what is asked for; each stop on the way must be seen. Returns the presses."""
    page.wait_for_load_state()
    for presses in range(1, most + 1):
        page.keyboard.press("Tab")
        seen = _seen(page)
        if seen["tag"] == "BODY":
            continue
        assert seen["isRinged"], seen
        assert seen["isOnScreen"], seen
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return presses
    raise AssertionError(f"{selector} is not reached with the Tab key")


def test_a_homeroom_teacher_needs_no_mouse(served: Any, watched: Callable[..., Any]) -> None:
    student, name = _child_of_class(served)
    page, faults = watched(served.base, **_SCREENS[0])
    keys, login = page.keyboard, served.logins["班主任"]
    page.goto("/login")
    page.locator("[name=user]:focus").wait_for()
    keys.type(login["user"])
    assert _tab_to(page, "[name=password]") == 1
    keys.type(login["password"])
    keys.press("Enter")
    page.locator("h1:has-text('您好')").wait_for()
    assert _tab_to(page, "a.skip") == 1
    keys.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    assert _tab_to(page, "input[type=search]") == 1
    keys.type(name[1:])
    keys.press("Enter")
    page.locator(".pupils").first.wait_for()
    _tab_to(page, f"a[href='/students/{student}']")
    keys.press("Enter")
    page.wait_for_url(f"**/students/{student}")
    _tab_to(page, f"a[href='/papers/student-file/{student}/file']", most=400)
    with page.expect_download() as started:
        keys.press("Enter")
    assert Path(started.value.path()).stat().st_size > 5_000
    page.goto(f"/students/{student}")
    _tab_to(page, f"a[href='/child/{student}/add/谈话']")
    keys.press("Enter")
    page.wait_for_url("**/add/**")
    _tab_to(page, "textarea[name$='/内容']")
    keys.type("用键盘写的一条。")
    _tab_to(page, "button.main")
    keys.press("Enter")
    page.locator(".flashes").wait_for()
    written = served.gateway.moments.now().snapshot.mapping("student", student)["过程记录"][-1]
    assert written["内容"] == "用键盘写的一条。"
    page.goto(f"/students/{student}/history")
    _tab_to(page, "a[href*='/undo']")
    keys.press("Enter")
    page.wait_for_url("**/undo*")
    told = _serious(page)
    assert not told, "\n".join(told)
    _tab_to(page, "form[action='/logout'] button")
    keys.press("Enter")
    page.wait_for_url("**/login*")
    assert faults == []
