"""What waits on the disk for a day: it goes with an erasure, whatever it holds and whoever is making it."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from guanai.store.traces import Finder
from guanai.workspace.erasing.leftovers import leftovers, remove
from guanai.workspace.facade import Workspace
from guanai.workspace.packs import Pack, Packs, Shape, State, fill_pack
from guanai.workspace.previews import Preview, Previews, UnknownPreview

_WHEN = datetime(2026, 11, 20, 1, 30, tzinfo=UTC)


def _pack(**more: object) -> Pack:
    facts = {"staff": "T-WSLF", "kind": "growth-file", "unit": "", "shape": Shape.FILES, "title": "x"}
    return Pack(**{**facts, "begun_at": _WHEN, "on": date(2026, 11, 20), **more})  # type: ignore[arg-type]


def test_an_erasure_takes_what_waits_though_it_cannot_look_into_it(tmp_path: Path) -> None:
    previews, packs = Previews(tmp_path), Packs(tmp_path)
    sheet = previews.keep(Preview("", "T-WSLF", "a.xlsx", _WHEN), b"PK sealed")
    packs.begin(_pack())
    finder = Finder(["S2024-22222"])
    for each in leftovers(tmp_path, finder):
        assert each.is_sure
        remove(each, finder)
    assert not previews.of("T-WSLF")
    assert not packs.of("T-WSLF")
    assert not (tmp_path / ".guanai" / "cache" / "imports" / sheet.id).exists()


def test_a_pack_that_is_dropped_while_it_is_made_leaves_nothing(
    sample: Workspace, on: date, tmp_path: Path
) -> None:
    packs = Packs(tmp_path)
    pack = packs.begin(_pack(on=on))

    def dropped_meanwhile() -> tuple[str, ...]:
        packs.forget(["S2024-22222"])
        return sample.snapshot.ids("student")[:2]

    fill_pack(packs, pack, sample.press, sample.edition(staff="", on=on), dropped_meanwhile, lambda _: None)
    assert not (tmp_path / ".guanai" / "cache" / "packs" / pack.id).exists()


def test_a_pack_tells_what_could_not_be_made_and_holds_the_rest(
    sample: Workspace, on: date, tmp_path: Path
) -> None:
    packs = Packs(tmp_path)
    pack = packs.begin(_pack(on=on))
    noted: list[str] = []
    wanted = (*sample.snapshot.ids("student")[:2], "S2024-22222")
    made = fill_pack(packs, pack, sample.press, sample.edition(staff="", on=on), lambda: wanted, noted.append)
    assert (made.state, made.done, made.total) == (State.READY, 3, 3)
    assert made.subjects == wanted[:2] == tuple(noted)
    assert len(made.failures) == 1
    assert packs.find(pack.id, "T-WSLF") == made
    assert packs.file(made).stat().st_mode & 0o077 == 0
    assert sorted(each.name for each in packs.place(made).iterdir()) == ["about.json", "papers.zip"]


def test_nobody_else_finds_what_waits(tmp_path: Path) -> None:
    previews = Previews(tmp_path)
    made = previews.keep(Preview("", "T-WSLF", "a.xlsx", _WHEN), b"x")
    assert previews.find(made.id, "T-WSLF") == made
    for signs, staff in ((made.id, "T-2222"), ("../../secret", "T-WSLF"), ("", "T-WSLF")):
        with pytest.raises(UnknownPreview):
            previews.find(signs, staff)
