"""Sites: built of trees, rebuilt only where something changed, switched whole, and served nothing beyond."""

import json
import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from guanai.pages.audiences import Audience
from guanai.saving import Edit, Request, save
from guanai.store.git import found
from guanai.store.note import Reason
from guanai.store.places import SharedStore, make_shared
from guanai.workspace import sites
from guanai.workspace.facade import Workspace
from guanai.workspace.site_maker import Leaves, SiteMaker, UnsafePage, written
from guanai.workspace.site_places import Pointer, point
from guanai.workspace.sites import Holdings, build_sites, hold, tree_for
from guanai.yamlfile import Set

_CHILD = "S2024-KBBD6"
_NOON = datetime(2026, 11, 20, 12, 0, tzinfo=timezone(timedelta(hours=8)))
#: What a browser fetches by itself.
_FETCHED = re.compile(
    r"""<(?:script|img|iframe|source|video|audio|embed)\b[^>]*\bsrc=["']?(?:https?:)?//"""
    r"""|<link\b[^>]*\bhref=["']?(?:https?:)?//|@import\s+(?:url\()?["']?(?:https?:)?//|url\(["']?(?:https?:)?//"""
)


@pytest.fixture(scope="module")
def maker() -> SiteMaker:
    """The builder, which reads the theme once."""
    return SiteMaker()


def _audience(held: Holdings, unit: str, label: str = "限制") -> Audience:
    return next(each for each in held.audiences if each.unit == unit and label in each.sees)


@pytest.fixture
def built(sample: Workspace, held: Holdings, maker: SiteMaker) -> Audience:
    """A class's site, built in the sample."""
    audience = _audience(held, "J2024-02")
    build_sites(sample, None, [audience], on=held.on, holdings=held, maker=maker)
    return audience


def _renamed(held: Holdings, name: str) -> Holdings:
    students = dict(held.records["student"])
    students[_CHILD] = {**students[_CHILD], "特长": name}
    return replace(held, records={**held.records, "student": students})


def _served(root: Path, audience: Audience, url: str) -> str:
    path = sites.serve_path(root, audience.id, url)
    return path.read_text(encoding="utf-8") if path else ""


def test_an_unchanged_tree_is_not_built_again(
    sample: Workspace, held: Holdings, maker: SiteMaker, built: Audience
) -> None:
    (again,) = build_sites(sample, None, [built], on=held.on, holdings=held, maker=maker)
    assert again.made == 0
    folder = sample.root / ".guanai/sites" / built.id
    assert sorted(each.name for each in folder.iterdir()) == sorted([again.build, "current"])


def test_one_changed_child_makes_its_page_anew_and_takes_the_others_over(
    sample: Workspace, held: Holdings, maker: SiteMaker, built: Audience
) -> None:
    (now,) = build_sites(sample, None, [built], on=held.on, holdings=_renamed(held, "围棋"), maker=maker)
    assert 0 < now.made < 4 < now.pages
    assert "围棋" in _served(sample.root, built, f"students/{_CHILD}/")
    other = "students/S2024-AUGNS/"
    assert _served(sample.root, built, other)


def test_a_build_from_before_equals_one_from_nothing(
    sample: Workspace, held: Holdings, maker: SiteMaker, built: Audience, tmp_path: Path
) -> None:
    changed = _renamed(held, "围棋")
    (now,) = build_sites(sample, None, [built], on=held.on, holdings=changed, maker=maker)
    maker.make(Leaves.of(tree_for(changed, built)), tmp_path / "fresh")
    first = sample.root / ".guanai/sites" / built.id / now.build
    assert _contents(first) == _contents(tmp_path / "fresh")


def _contents(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def test_a_reader_sees_whole_pages_of_the_one_or_the_other_build(
    sample: Workspace, held: Holdings, maker: SiteMaker, built: Audience
) -> None:
    """While builds are switched a reader is never without a page, and never gets half of one."""
    is_over = threading.Event()
    seen: list[str] = []

    def read() -> None:
        while not is_over.is_set():
            seen.append(_served(sample.root, built, f"students/{_CHILD}/"))

    reader = threading.Thread(target=read)
    reader.start()
    for number in range(6):
        changed = _renamed(held, f"特长{number}号")
        build_sites(sample, None, [built], on=held.on, holdings=changed, maker=maker)
    is_over.set()
    reader.join()
    assert len(seen) > 6
    assert all(text.rstrip().endswith("</html>") for text in seen)


def test_a_broken_off_build_leaves_what_is_served(
    sample: Workspace, held: Holdings, built: Audience, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = sites.pointer(sample.root, built.id)

    def break_off(*_: object) -> int:
        raise OSError(28, "No space left on device")

    broken = SiteMaker()
    monkeypatch.setattr(broken, "make", break_off)
    with pytest.raises(OSError, match="No space"):
        build_sites(sample, None, [built], on=held.on, holdings=_renamed(held, "围棋"), maker=broken)
    assert sites.pointer(sample.root, built.id) == before
    assert _served(sample.root, built, "")
    folder = sample.root / ".guanai/sites" / built.id
    assert not [each for each in folder.iterdir() if each.name.startswith(".new")]


@pytest.mark.parametrize(
    "url",
    [
        "../current", "..", ".pages.json", "students/../../current", "students\\x", "/etc/passwd", "//etc/passwd",
        "students//index.html", "./index.html", "C:/x", "index.html\0", "no-such-page/", "students", "%2e%2e/current",
    ],
)  # fmt: skip
def test_nothing_but_files_of_the_build_is_served(sample: Workspace, built: Audience, url: str) -> None:
    assert sites.serve_path(sample.root, built.id, url) is None


@pytest.mark.parametrize("audience_id", ["", "..", "../sites", "assets", "0" * 20, "x" * 20])
def test_no_audience_but_a_built_one_is_served(sample: Workspace, built: Audience, audience_id: str) -> None:
    assert _served(sample.root, built, "")
    assert sites.serve_path(sample.root, audience_id, "") is None


def test_a_link_out_of_the_build_is_not_followed(sample: Workspace, built: Audience) -> None:
    now = sites.pointer(sample.root, built.id)
    assert now is not None
    (sample.root / ".guanai/sites" / built.id / now.build / "out.html").symlink_to(
        sample.root / "records/staff.yml"
    )
    assert sites.serve_path(sample.root, built.id, "out.html") is None


def test_withdrawn_pages_are_not_served_until_they_are_built_again(
    sample: Workspace, held: Holdings, maker: SiteMaker, built: Audience
) -> None:
    count = sites.withdraw(sample.root, [built.id, "0" * 20], [_CHILD])
    assert count > 1
    assert not _served(sample.root, built, f"students/{_CHILD}/")
    assert not _served(sample.root, built, "")
    assert _served(sample.root, built, "students/S2024-AUGNS/")
    build_sites(sample, None, [built], on=held.on, holdings=held, maker=maker)
    assert _served(sample.root, built, f"students/{_CHILD}/")


def test_sites_of_audiences_that_are_no_more_are_deleted(sample: Workspace, built: Audience) -> None:
    point(sample.root, built.id, Pointer("x"))
    assert sites.forget(sample.root, []) == (built.id,)
    assert not (sample.root / ".guanai/sites" / built.id).exists()


def test_the_log_of_reads_can_ask_which_records_a_page_tells_of(sample: Workspace, built: Audience) -> None:
    assert sites.records_of(sample.root, built.id, f"students/{_CHILD}/") == {_CHILD}
    assert _CHILD in sites.records_of(sample.root, built.id, "students/")


@pytest.mark.usefixtures("built")
def test_no_page_has_an_inline_script_or_style_or_asks_another_host(
    sample: Workspace, maker: SiteMaker
) -> None:
    sites.build_guide(sample.root, maker)
    folder = sample.root / ".guanai/sites"
    pages = sorted(folder.rglob("*.html"))
    assert len(pages) > 40
    for path in pages:
        text = path.read_text(encoding="utf-8")
        assert not _FETCHED.search(text), path
        assert not re.search(r"<style\b|\sstyle=|\son[a-z]+=\"", text), path
        scripts = re.findall(r"<script\b([^>]*)>(.*?)</script>", text, re.DOTALL)
        assert all(" src=" in head or 'type="application/json"' in head for head, _ in scripts), path
    for path in folder.rglob("*.css"):
        assert not _FETCHED.search(path.read_text(encoding="utf-8")), path


def test_every_asset_and_inner_link_of_a_page_is_there(sample: Workspace, built: Audience) -> None:
    """Pages lie at ``<place>/<unit>/…``, what they share at ``<place>/assets/…``."""
    for url in ("", f"students/{_CHILD}/", "ledgers/levels/"):
        text = _served(sample.root, built, url)
        targets = re.findall(r'(?:href|src)="([^"#]+)', text)
        assert len(targets) > 10
        for target in targets:
            if target.startswith("/") or target in (".", "..", "../.."):
                continue
            place = os.path.normpath(f"unit/{url}{target}") + ("/" if target.endswith("/") else "")
            if place.startswith("assets/"):
                assert sites.asset_path(sample.root, place.removeprefix("assets/")), target
            else:
                assert _served(sample.root, built, place.removeprefix("unit").lstrip("/")), (url, target)


def test_a_script_that_slips_into_a_page_stops_the_site(maker: SiteMaker, tmp_path: Path) -> None:
    leaves = Leaves("站", [{"页": "index.md"}], {"index.md": "# 页\n\n<script>alert(1)</script>\n"})
    with pytest.raises(UnsafePage):
        maker.make(leaves, tmp_path / "site")


def test_sites_are_private_to_their_owner(sample: Workspace, built: Audience) -> None:
    folder = sample.root / ".guanai/sites"
    if os.name == "posix":
        assert folder.stat().st_mode & 0o077 == 0
        assert (folder / built.id).stat().st_mode & 0o077 == 0


@pytest.mark.slow
def test_all_sites_build_in_two_processes_as_in_one(
    sample: Workspace, held: Holdings, maker: SiteMaker, tmp_path: Path
) -> None:
    other = Workspace(tmp_path / "other")
    other.root.mkdir()
    alone = build_sites(other, None, on=held.on, holdings=held, maker=maker, workers=1)
    spread = build_sites(sample, None, on=held.on, holdings=held, maker=maker, workers=2)
    assert alone == spread
    assert len(spread) == len(held.audiences)
    for each in spread:
        assert each.audience is not None
        first, second = (
            root / ".guanai/sites" / each.audience.id / each.build for root in (sample.root, other.root)
        )
        assert _contents(first) == _contents(second)


# -- the store


@pytest.fixture
def store(sample: Workspace) -> Iterator[SharedStore]:
    """The sample in a shared store."""
    (sample.root / ".gitignore").write_text(".guanai/\n", encoding="utf-8")
    found(sample.root, "新建", date(2026, 11, 1))
    made = make_shared(sample.root)
    yield made
    made.close()


def _save(sample: Workspace, store: SharedStore, *changes: Set) -> str:
    save(
        store,
        sample.schemas,
        Request("T-WSLF", Reason.CORRECTION, (Edit(_CHILD, changes, ""),), _NOON, is_confirmed=True),
    )
    return store.head()


def test_a_save_rebuilds_the_sites_it_touches_and_no_others(
    sample: Workspace, store: SharedStore, today: date
) -> None:
    before = store.head()
    held = hold(sample, store, on=today)
    mine, other = _audience(held, "J2024-02"), _audience(held, "J2025-01")
    build_sites(sample, store, [mine, other], on=today, holdings=held)
    was = sites.pointer(sample.root, other.id)
    after = _save(sample, store, Set(("特长",), "围棋"))
    found = sites.rebuild(sample, store, before, after, on=today)
    units = {each.audience.unit for each in found if each.audience}
    assert units == {"J2024-02", "J2024", "全校"}
    assert "围棋" in _served(sample.root, mine, f"students/{_CHILD}/")
    assert sites.pointer(sample.root, other.id) == was


def test_a_child_that_changes_its_class_leaves_the_old_site_at_once(
    sample: Workspace, store: SharedStore, today: date
) -> None:
    before = store.head()
    held = hold(sample, store, on=today)
    old, new = _audience(held, "J2024-02"), _audience(held, "J2024-01")
    build_sites(sample, store, [old, new], on=today, holdings=held)
    name = str(held.mapping("student", _CHILD)["姓名"])
    after = _save(sample, store, Set(("学籍", "X-VU98", "班级"), "J2024-01"))
    found = sites.touched(held, hold(sample, store, on=today), [f"records/students/2024/{_CHILD}.yml"])
    assert {old, new} <= set(found)
    sites.rebuild(sample, store, before, after, on=today)
    assert not _served(sample.root, old, f"students/{_CHILD}/")
    assert name in _served(sample.root, new, f"students/{_CHILD}/")
    folder = sample.root / ".guanai/sites" / old.id
    now = sites.pointer(sample.root, old.id)
    assert now is not None
    pages = (folder / now.build).rglob("*.html")
    assert not [path for path in pages if name in path.read_text(encoding="utf-8")]


def test_memory_gives_the_same_records_as_reading_anew(
    sample: Workspace, store: SharedStore, today: date
) -> None:
    memory = sites.Memory()
    first = hold(sample, store, on=today, memory=memory)
    _save(sample, store, Set(("特长",), "围棋"))
    assert hold(sample, store, on=today, memory=memory).records == hold(sample, store, on=today).records
    assert first.mapping("student", _CHILD)["特长"] != "围棋"


# -- other builders


@pytest.fixture
def tree_on_disk(held: Holdings, tmp_path: Path) -> tuple[Path, Leaves]:
    """A small tree with a `mkdocs.yml` of its own."""
    leaves = Leaves.of(tree_for(held, _audience(held, "J2025-01")))
    folder = tmp_path / "tree"
    assert list(written(leaves, folder))
    return folder, leaves


def _articles(text: str) -> str:
    """Return the words of a page's own part."""
    inner = text.partition("<article")[2].partition("</article>")[0].partition(">")[2]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", inner)).replace("¶", "").strip()


def _navigation(text: str) -> list[tuple[str, str]]:
    """Return target and name of each item of a page's navigation, its own sections left out."""
    found = re.findall(r'<a href="([^"#]*)" class="md-nav__link[^"]*">(.*?)</a>', text, re.DOTALL)
    return [(target, re.sub(r"<[^>]+>|\s", "", name)) for target, name in found]


def _run(arguments: list[str], folder: Path) -> None:
    env = {
        **os.environ,
        "NO_MKDOCS_2_WARNING": "1",
        "TMPDIR": str(folder),
        "http_proxy": "http://127.0.0.1:9",
    }
    run = subprocess.run(arguments, cwd=folder, check=False, capture_output=True, text=True, env=env)
    assert run.returncode == 0, run.stderr


@pytest.mark.slow
@pytest.mark.parametrize("builder", ["mkdocs", "zensical"])
def test_a_tree_builds_with_other_builders_into_the_same_pages(
    tree_on_disk: tuple[Path, Leaves], maker: SiteMaker, tmp_path: Path, builder: str
) -> None:
    if builder == "zensical":
        pytest.importorskip("zensical", reason="zensical is not installed")
    folder, leaves = tree_on_disk
    _run([sys.executable, "-m", builder, "build"], folder)
    maker.make(leaves, tmp_path / "ours")
    ours = {path: text for path, text in _pages(tmp_path / "ours").items() if path != "404.html"}
    theirs = {path: text for path, text in _pages(folder / "site").items() if path != "404.html"}
    assert theirs.keys() == ours.keys()
    for path, text in ours.items():
        assert _articles(theirs[path]) == _articles(text), path
        if builder == "mkdocs":
            assert _navigation(theirs[path]) == _navigation(text), path


@pytest.mark.slow
def test_another_builder_tells_of_nobody_else_in_any_file(
    tree_on_disk: tuple[Path, Leaves], held: Holdings
) -> None:
    pytest.importorskip("zensical", reason="zensical is not installed")
    folder, _ = tree_on_disk
    _run([sys.executable, "-m", "zensical", "build"], folder)
    files = [path for path in (folder / "site").rglob("*") if path.is_file()]
    told = {path: path.read_bytes() for path in files}
    stays = {each: str(data["学籍"][-1]["班级"]) for each, data in held.records["student"].items()}
    names = {each: str(held.mapping("student", each)["姓名"]) for each in stays}
    words: dict[bool, list[str]] = {True: [], False: []}
    for each, class_id in stays.items():
        words[class_id == "J2025-01"] += [each, names[each]]
    assert [path for path, raw in told.items() for word in words[False] if word.encode() in raw] == []
    assert all(any(word.encode() in raw for raw in told.values()) for word in words[True])


def _pages(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
        for path in folder.rglob("*.html")
    }


def test_settings_for_other_builders_hold_no_plugin_and_no_search(
    tree_on_disk: tuple[Path, Leaves],
) -> None:
    told = json.loads((tree_on_disk[0] / "mkdocs.yml").read_text(encoding="utf-8"))
    assert told["plugins"] == []
    assert told["theme"]["font"] is False
    assert "hooks" not in told


# -- the command


def test_the_command_builds_lists_and_names_what_nobody_is_served(
    sample: Workspace, capsys: pytest.CaptureFixture[str], run_guanai: Callable[..., int]
) -> None:
    assert run_guanai(sample.root, "site", "build", "--audience", "S2025-8WPZS", "--on", "2026-11-20") == 0
    assert "共 2 份网站" in capsys.readouterr().out
    assert run_guanai(sample.root, "site", "build", "--list", "--on", "2026-11-20") == 0
    assert "J2024-01" in capsys.readouterr().out
    assert run_guanai(sample.root, "site", "build", "--audience", "J1999-01", "--on", "2026-11-20") == 1
    assert "没有人看" in capsys.readouterr().err


@pytest.fixture
def run_guanai() -> Callable[..., int]:
    """Return what runs a command in a folder."""
    from guanai.cli.main import run  # noqa: PLC0415 -- the shell is needed here alone

    return lambda root, *arguments: run(["-C", str(root), *arguments])


# -- a real browser


@pytest.mark.browser
def test_a_site_runs_in_chromium_without_a_violation_of_its_policy(
    sample: Workspace, maker: SiteMaker, built: Audience
) -> None:
    """Desktop and phone, light and dark, and the switch between them; nothing is asked of another host."""
    playwright = pytest.importorskip("playwright.sync_api")
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("no Chromium")
    sites.build_guide(sample.root, maker)
    with _gateway(sample.root, built) as base, playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        said: list[str] = []
        asked: list[str] = []
        for scheme, width in (("light", 1280), ("dark", 1280), ("light", 390), ("dark", 390)):
            page = browser.new_page(color_scheme=scheme, viewport={"width": width, "height": 844})
            page.on("console", lambda message: said.append(message.text))
            page.on("pageerror", lambda error: said.append(str(error)))
            page.on("requestfailed", lambda request: said.extend(_failure(request)))
            page.on("request", lambda request: asked.append(request.url))
            for url in ("unit/", f"unit/students/{_CHILD}/", "unit/ledgers/levels/", "guide/glossary/"):
                page.goto(base + url, wait_until="networkidle")
                assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), (
                    url,
                    width,
                )
            shown = page.evaluate("document.body.getAttribute('data-md-color-scheme')")
            assert shown == {"light": "default", "dark": "slate"}[scheme]
            page.locator("label[for^=__palette]:visible").click()
            assert page.evaluate("document.body.getAttribute('data-md-color-scheme')") != shown
            page.close()
        browser.close()
        assert said == []
        assert [url for url in asked if not url.startswith(base)] == []


def _failure(request: Any) -> list[str]:
    """Say what went wrong with a request; one that the next page cut short, as an icon's, is no failure."""
    return [] if request.failure == "net::ERR_ABORTED" else [f"{request.url}: {request.failure}"]


@contextmanager
def _gateway(root: Path, audience: Audience) -> Iterator[str]:
    """Serve a unit's site, the guide and the assets with the sites' own policy."""

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            """Stay quiet."""

        def do_GET(self) -> None:
            unit, _, rest = unquote(self.path).lstrip("/").partition("/")
            names = {"unit": audience.id, "guide": sites.GUIDE}
            path = (
                sites.asset_path(root, rest)
                if unit == sites.ASSETS
                else sites.serve_path(root, names.get(unit, ""), rest)
            )
            kinds = {
                ".html": "text/html",
                ".css": "text/css",
                ".js": "text/javascript",
                ".svg": "image/svg+xml",
            }
            self.send_response(200 if path else 404)
            self.send_header("Content-Security-Policy", sites.POLICY)
            self.send_header(
                "Content-Type", f"{kinds.get(path.suffix if path else '', 'text/plain')}; charset=utf-8"
            )
            self.end_headers()
            self.wfile.write(path.read_bytes() if path else b"")

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
