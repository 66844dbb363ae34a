"""What waits on the disk for a day: it goes with an erasure, whatever it holds and whoever is making it."""

import os
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from guanai.store.traces import Finder
from guanai.workspace.erasing.leftovers import leftovers, remove
from guanai.workspace.facade import Workspace
from guanai.workspace.pack_maker import fill_pack
from guanai.workspace.packs import Pack, Packs, Shape, State, TooManyPacks
from guanai.workspace.previews import Preview, Previews, UnknownPreview

_WHEN = datetime(2026, 11, 20, 1, 30, tzinfo=UTC)


def _pack(**more: object) -> Pack:
    facts = {
        "staff": "T-WSLF",
        "begun_at": _WHEN,
        "kind": "growth-file",
        "unit": "",
        "shape": Shape.FILES,
        "title": "x",
    }
    return Pack(**{**facts, "on": date(2026, 11, 20), **more})  # type: ignore[arg-type]


def _erase(root: Path) -> None:
    """Take out what an erasure does, outside the records."""
    finder = Finder(["S2024-22222"])
    for each in leftovers(root, finder):
        assert each.is_sure
        remove(each, finder)


def test_an_erasure_takes_what_waits_though_it_cannot_look_into_it(tmp_path: Path) -> None:
    previews, packs = Previews(tmp_path), Packs(tmp_path)
    sheet = previews.bring(Preview("T-WSLF", _WHEN, "a.xlsx"), b"PK sealed")
    packs.begin(_pack())
    _erase(tmp_path)
    assert not previews.of("T-WSLF")
    assert not packs.of("T-WSLF")
    assert not (tmp_path / ".guanai" / "cache" / "imports" / sheet.id).exists()


def test_a_pack_that_is_dropped_while_it_is_made_leaves_nothing(
    sample: Workspace, on: date, tmp_path: Path
) -> None:
    packs = Packs(tmp_path)
    pack = packs.begin(_pack(on=on))

    def dropped_meanwhile() -> tuple[str, ...]:
        _erase(tmp_path)
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


def test_what_lies_long_enough_goes_though_nobody_can_read_it(tmp_path: Path) -> None:
    previews = Previews(tmp_path)
    kept, broken = (previews.bring(Preview("T-WSLF", _WHEN, "a.xlsx"), b"x") for _ in range(2))
    (previews.place(broken) / "about.json").write_text("{", encoding="utf-8")
    os.utime(previews.place(broken), (_WHEN.timestamp(), _WHEN.timestamp()))
    previews.sweep(_WHEN + timedelta(hours=24))
    assert [previews.place(each).exists() for each in (kept, broken)] == [True, True]
    previews.sweep(_WHEN + timedelta(hours=25))
    assert [previews.place(each).exists() for each in (kept, broken)] == [False, False]


def test_nobody_has_too_much_waiting(tmp_path: Path) -> None:
    packs = Packs(tmp_path)
    begun = [packs.begin(_pack(begun_at=_WHEN + timedelta(hours=hour))) for hour in range(5)]
    with pytest.raises(TooManyPacks, match="您已有 5 批文书"):
        packs.begin(_pack())
    packs.begin(_pack(staff="T-2222"))
    assert packs.of("T-WSLF") == tuple(reversed(begun)), "the newest first"
    packs.drop(begun[0])
    packs.begin(_pack())


def test_nobody_else_finds_what_waits(tmp_path: Path) -> None:
    previews = Previews(tmp_path)
    made = previews.bring(Preview("T-WSLF", _WHEN, "a.xlsx"), b"x")
    assert previews.find(made.id, "T-WSLF") == made
    for signs, staff in ((made.id, "T-2222"), ("../../secret", "T-WSLF"), ("", "T-WSLF")):
        with pytest.raises(UnknownPreview):
            previews.find(signs, staff)
