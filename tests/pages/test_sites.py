"""Sites: built of trees, rebuilt only where something changed, switched whole, and served nothing beyond."""

import os
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from guanai.pages.audiences import Audience
from guanai.workspace import sites
from guanai.workspace.facade import Workspace
from guanai.workspace.site_leaves import Leaves
from guanai.workspace.site_maker import SiteMaker
from guanai.workspace.site_places import Pointer, point
from guanai.workspace.sites import Holdings, build_sites, tree_for

_CHILD = "S2024-KBBD6"
Served = Callable[[Path, Audience, str], str]


def _renamed(held: Holdings, name: str) -> Holdings:
    students = dict(held.records["student"])
    students[_CHILD] = {**students[_CHILD], "特长": name}
    return replace(held, records={**held.records, "student": students})


def test_an_unchanged_tree_is_not_built_again(
    sample: Workspace, held: Holdings, maker: SiteMaker, built: Audience
) -> None:
    (again,) = build_sites(sample, None, [built], on=held.on, holdings=held, maker=maker)
    assert again.made == 0
    folder = sample.root / ".guanai/sites" / built.id
    assert sorted(each.name for each in folder.iterdir()) == sorted([again.build, "current"])


def test_one_changed_child_makes_its_page_anew_and_takes_the_others_over(
    sample: Workspace, held: Holdings, maker: SiteMaker, built: Audience, served: Served
) -> None:
    (now,) = build_sites(sample, None, [built], on=held.on, holdings=_renamed(held, "围棋"), maker=maker)
    assert 0 < now.made < 4 < now.pages
    assert "围棋" in served(sample.root, built, f"students/{_CHILD}/")
    other = "students/S2024-AUGNS/"
    assert served(sample.root, built, other)


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
    sample: Workspace, held: Holdings, maker: SiteMaker, built: Audience, served: Served
) -> None:
    """While builds are switched a reader is never without a page, and never gets half of one."""
    is_over = threading.Event()
    seen: list[str] = []

    def read() -> None:
        while not is_over.is_set():
            seen.append(served(sample.root, built, f"students/{_CHILD}/"))

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
    sample: Workspace, held: Holdings, built: Audience, monkeypatch: pytest.MonkeyPatch, served: Served
) -> None:
    before = sites.pointer(sample.root, built.id)

    def break_off(*_: object) -> int:
        raise OSError(28, "No space left on device")

    broken = SiteMaker()
    monkeypatch.setattr(broken, "make", break_off)
    with pytest.raises(OSError, match="No space"):
        build_sites(sample, None, [built], on=held.on, holdings=_renamed(held, "围棋"), maker=broken)
    assert sites.pointer(sample.root, built.id) == before
    assert served(sample.root, built, "")
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
def test_no_audience_but_a_built_one_is_served(
    sample: Workspace, built: Audience, audience_id: str, served: Served
) -> None:
    assert served(sample.root, built, "")
    assert sites.serve_path(sample.root, audience_id, "") is None


def test_a_link_out_of_the_build_is_not_followed(sample: Workspace, built: Audience) -> None:
    now = sites.pointer(sample.root, built.id)
    assert now is not None
    (sample.root / ".guanai/sites" / built.id / now.build / "out.html").symlink_to(
        sample.root / "records/staff.yml"
    )
    assert sites.serve_path(sample.root, built.id, "out.html") is None


def test_withdrawn_pages_are_not_served_until_they_are_built_again(
    sample: Workspace, held: Holdings, maker: SiteMaker, built: Audience, served: Served
) -> None:
    count = sites.withdraw(sample.root, [built.id, "0" * 20], [_CHILD])
    assert count > 1
    assert not served(sample.root, built, f"students/{_CHILD}/")
    assert not served(sample.root, built, "")
    assert served(sample.root, built, "students/S2024-AUGNS/")
    build_sites(sample, None, [built], on=held.on, holdings=held, maker=maker)
    assert served(sample.root, built, f"students/{_CHILD}/")


def test_sites_of_audiences_that_are_no_more_are_deleted(sample: Workspace, built: Audience) -> None:
    point(sample.root, built.id, Pointer("x"))
    assert sites.forget(sample.root, []) == (built.id,)
    assert not (sample.root / ".guanai/sites" / built.id).exists()


def test_the_log_of_reads_can_ask_which_records_a_page_tells_of(sample: Workspace, built: Audience) -> None:
    assert sites.records_of(sample.root, built.id, f"students/{_CHILD}/") == {_CHILD}
    assert _CHILD in sites.records_of(sample.root, built.id, "students/")


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
