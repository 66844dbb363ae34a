"""The sample school for trees and sites."""

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from guanai.pages.audiences import Audience
from guanai.workspace.facade import Workspace
from guanai.workspace.site_maker import SiteMaker
from guanai.workspace.site_places import serve_path
from guanai.workspace.sites import Holdings, build_sites, hold

_ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def today() -> date:
    """The day the sample school lives on."""
    return date(2026, 11, 20)


@pytest.fixture
def sample(tmp_path: Path) -> Workspace:
    """A copy of the sample school that a test may change."""
    for name in ("records", "schemas"):
        shutil.copytree(_ROOT / name, tmp_path / "school" / name)
    return Workspace(tmp_path / "school")


@pytest.fixture(scope="session")
def held(today: date) -> Holdings:
    """The sample school as it stands in the checkout, read once."""
    return hold(Workspace(_ROOT), on=today)


@pytest.fixture(scope="session")
def maker() -> SiteMaker:
    """The builder, which reads the theme once."""
    return SiteMaker()


@pytest.fixture(scope="session")
def audience_of() -> Callable[[Holdings, str], Audience]:
    """Find who sees most of a unit."""

    def find(held: Holdings, unit: str) -> Audience:
        return next(each for each in held.audiences if each.unit == unit and "限制" in each.sees)

    return find


@pytest.fixture
def built(
    sample: Workspace, held: Holdings, maker: SiteMaker, audience_of: Callable[[Holdings, str], Audience]
) -> Audience:
    """A class's site, built in the sample."""
    audience = audience_of(held, "J2024-02")
    build_sites(sample, None, [audience], on=held.on, holdings=held, maker=maker)
    return audience


@pytest.fixture(scope="session")
def served() -> Callable[[Path, Audience, str], str]:
    """Return what a reader is handed of a site, "" for nothing."""

    def read(root: Path, audience: Audience, url: str) -> str:
        path = serve_path(root, audience.id, url)
        return path.read_text(encoding="utf-8") if path else ""

    return read
