"""A page of a site has nothing that its policy forbids: no script or style of its own, nothing of another host."""

import os
import re
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from guanai.pages.audiences import Audience
from guanai.workspace import sites
from guanai.workspace.facade import Workspace
from guanai.workspace.site_leaves import Leaves
from guanai.workspace.site_maker import SiteMaker, UnsafePage

_CHILD = "S2024-KBBD6"
#: What a browser fetches by itself.
_FETCHED = re.compile(
    r"""<(?:script|img|iframe|source|video|audio|embed)\b[^>]*\bsrc=["']?(?:https?:)?//"""
    r"""|<link\b[^>]*\bhref=["']?(?:https?:)?//|@import\s+(?:url\()?["']?(?:https?:)?//|url\(["']?(?:https?:)?//"""
)
Served = Callable[[Path, Audience, str], str]


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


def test_every_asset_and_inner_link_of_a_page_is_there(
    sample: Workspace, built: Audience, served: Served
) -> None:
    """Pages lie at ``<place>/<unit>/…``, what they share at ``<place>/assets/…``."""
    for url in ("", f"students/{_CHILD}/", "ledgers/levels/"):
        text = served(sample.root, built, url)
        targets = re.findall(r'(?:href|src)="([^"#]+)', text)
        assert len(targets) > 10
        for target in targets:
            if target.startswith("/") or target in (".", "..", "../.."):
                continue
            place = os.path.normpath(f"unit/{url}{target}") + ("/" if target.endswith("/") else "")
            if place.startswith("assets/"):
                assert sites.asset_path(sample.root, place.removeprefix("assets/")), target
            else:
                assert served(sample.root, built, place.removeprefix("unit").lstrip("/")), (url, target)


def test_a_script_that_slips_into_a_page_stops_the_site(maker: SiteMaker, tmp_path: Path) -> None:
    leaves = Leaves("站", [{"页": "index.md"}], {"index.md": "# 页\n\n<script>alert(1)</script>\n"})
    with pytest.raises(UnsafePage):
        maker.make(leaves, tmp_path / "site")


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
