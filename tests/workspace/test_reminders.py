"""Who is reminded of what: nobody learns from a mail what the pages keep from him, and nothing is forgotten in silence."""

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from guanai.cli.main import run
from guanai.rules.duties import Occurrence, State
from guanai.workspace.facade import Workspace
from guanai.workspace.watch.reminders import reminders
from guanai.workspace.watch.vigil import View


@pytest.fixture
def view(sample: Workspace, on: date) -> View:
    """The full edition of the sample school."""
    return sample.vigil.look(staff="", on=on)


def _beyond(view: View) -> list[Occurrence]:
    """Return what is due and beyond the labels of whoever answers first."""
    found = (each for each in view.duties(view.on) if each.state in (State.OPEN, State.OVERDUE))
    return [each for each in found if each not in view.known_to(each.owners[0], [each])]


def _ids(found: Iterable[Occurrence]) -> set[str]:
    return {each.id for each in found}


def test_everybody_is_reminded_of_no_more_than_his_own_page_shows(sample: Workspace, view: View) -> None:
    told = reminders(view, view.duties(view.on)).to
    assert len(told) > 3
    for person, found in told.items():
        own = _ids(sample.vigil.look(staff=person, on=view.on).duties(view.on))
        assert _ids(found) <= own, person


def test_whom_a_meeting_named_learns_that_there_is_something_and_by_when(view: View) -> None:
    kept = next(each for each in _beyond(view) if each.source and each.student)
    who = kept.owners[0]
    told = next(each for each in reminders(view, [kept]).to[who] if each.source == kept.source)
    assert (told.due, told.state) == (kept.due, kept.state)
    assert (told.student, told.class_id, told.labels, told.proofs) == ("", "", frozenset(), ())
    assert kept.because not in told.because
    stranger = next(each.id for each in view.frame.staff.people if each.id not in kept.owners)
    assert all(each.source != kept.source or each.student for each in view.known_to(stranger, [kept]))


def test_what_the_first_may_not_know_goes_to_the_next_who_may(view: View) -> None:
    kept = next(each for each in _beyond(view) if not each.source and len(each.owners) > 1)
    found = reminders(view, [kept])
    assert kept.owners[0] not in found.to
    assert [_ids(found.to[kept.owners[1]]), found.untold] == [{kept.id}, ()]


def test_what_none_of_them_may_know_is_told_to_nobody_but_the_sender(view: View) -> None:
    kept = next(each for each in _beyond(view) if not each.source)
    alone = replace(kept, owners=kept.owners[:1])
    found = reminders(view, [alone])
    assert (dict(found.to), found.untold) == ({}, (alone,))


def test_the_sender_is_told_by_number_what_was_not_sent(
    sample: Workspace, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, view: View
) -> None:
    kept = replace(next(each for each in _beyond(view) if not each.source), owners=("T-NONE",))
    monkeypatch.setattr(View, "duties", lambda _, __: (kept,))
    command: list[str] = ["-C", str(sample.root), "remind", "--dry-run", "--on", f"{view.on}"]
    assert run(command) == 0
    told = capsys.readouterr()
    assert "有 1 项的责任人按任职看不到有关学生，没有给他们发邮件：N-" in told.err
    assert kept.student not in told.err + told.out
    run([*command, "--json"])
    body: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert (body["reminders"], len(body["untold"])) == ([], 1)
