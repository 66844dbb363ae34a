"""The plan of an import is worked out once for one state of the records, and anew for another."""

import threading
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from guanai.web.plans import Plans, Progress
from guanai.workspace.facade import Workspace
from guanai.workspace.previews import Preview

_PREVIEW = Preview("T-2222", datetime(2026, 11, 20, tzinfo=UTC), "a.xlsx", id="2222222222")
_DAY = date(2026, 11, 20)


def test_a_plan_holds_until_the_records_the_columns_or_the_day_change(tmp_path: Path) -> None:
    plans: Any = Plans()
    made: list[int] = []
    before, after = Workspace(tmp_path), Workspace(tmp_path)

    def make(_: Any) -> int:
        made.append(len(made))
        return made[-1]

    assert [plans.of(_PREVIEW, before, _DAY, make) for _ in range(2)] == [0, 0]
    assert plans.of(_PREVIEW, after, _DAY, make) == 1
    said = replace(_PREVIEW, mapping={"列": "姓名"})
    assert plans.of(said, after, _DAY, make) == 2
    assert plans.of(said, after, date(2026, 11, 21), make) == 3
    plans.forget(before)
    assert plans.of(said, after, date(2026, 11, 21), make) == 4


def test_what_could_not_be_worked_out_is_tried_again(tmp_path: Path) -> None:
    plans: Any = Plans()
    workspace = Workspace(tmp_path)

    def broken(_: Any) -> None:
        raise ValueError("x")

    with pytest.raises(ValueError, match="x"):
        plans.of(_PREVIEW, workspace, _DAY, broken)
    assert plans.of(_PREVIEW, workspace, _DAY, lambda _: "made") == "made"


def test_of_a_long_sheet_it_is_told_how_far_it_is_and_a_short_one_is_waited_for(tmp_path: Path) -> None:
    plans: Any = Plans()
    workspace, go = Workspace(tmp_path), threading.Event()

    def make(watch: Any) -> str:
        watch(450, 900)
        assert go.wait(30)
        return "made"

    told = plans.look(_PREVIEW, workspace, _DAY, make)
    assert (told, told.percent) == (Progress(450, 900), 50)
    assert plans.look(_PREVIEW, workspace, _DAY, make) is told, "it is not begun again"
    go.set()
    assert plans.of(_PREVIEW, workspace, _DAY, make) == "made"
    assert plans.look(_PREVIEW, workspace, _DAY, make) == "made"

    def short(watch: Any) -> str:
        watch(1, 2)
        threading.Event().wait(1.5)
        return "short"

    assert plans.look(replace(_PREVIEW, id="3333333333"), workspace, _DAY, short) == "short"
