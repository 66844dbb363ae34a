"""The public site builds strictly, says all in Chinese, and asks nothing of any other host."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

#: What a browser fetches by itself: pictures, scripts, styles, frames. A link that a person follows is not among them.
_FETCHED = re.compile(
    r"""<(?:script|img|iframe|source|video|audio|embed)\b[^>]*\bsrc=["']?(https?:)?//"""
    r"""|<link\b[^>]*\brel=["']?(?:stylesheet|preconnect|preload|prefetch|icon)\b[^>]*\bhref=["']?(https?:)?//"""
    r"""|@import\s+(?:url\()?["']?(?:https?:)?//"""
    r"""|url\(["']?(?:https?:)?//""",
)


@pytest.fixture(scope="module")
def built(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the site where no network is, as far as a process can see: every proxy leads nowhere."""
    site = tmp_path_factory.mktemp("site")
    nowhere = "http://127.0.0.1:9"
    run = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(site)],
        cwd=root,
        check=False,
        capture_output=True,
        text=True,
        env={
            **os.environ,
            "NO_MKDOCS_2_WARNING": "1",
            "TMPDIR": str(tmp_path_factory.mktemp("tmp")),
            "http_proxy": nowhere,
            "https_proxy": nowhere,
        },
    )
    assert run.returncode == 0, run.stderr
    assert "WARNING" not in run.stderr
    return site


def test_no_page_fetches_from_outside(built: Path) -> None:
    pages = [path for kind in ("*.html", "*.css") for path in built.rglob(kind)]
    assert len(pages) > 15
    found = [
        (path.relative_to(built).as_posix(), match.group())
        for path in pages
        for match in _FETCHED.finditer(path.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_search_knows_chinese_words(built: Path) -> None:
    """The splitter sets U+200B around the words of a sentence."""
    index = json.loads((built / "search" / "search_index.json").read_text(encoding="utf-8"))
    assert index["config"]["lang"] == ["zh", "en"]
    assert any("\u200b家访\u200b" in page["text"] for page in index["docs"])


def test_pages_speak_chinese_and_carry_no_advertisement(built: Path) -> None:
    home = (built / "index.html").read_text(encoding="utf-8")
    assert 'lang="zh"' in home
    assert "Material for MkDocs" not in home
