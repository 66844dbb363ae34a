"""Attendance on a phone: everybody there is one tap; who is not, by name; the clocks of a missed child in sight."""

import logging
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from guanai.access import permits, permits_new, powers_over
from guanai.calendar import SHANGHAI
from guanai.errors import GuanaiError
from guanai.grades import rung
from guanai.model.attendance import Attendance
from guanai.rules.attendance import Absence, absences, check_status, figures_of, register
from guanai.saving import NotPermitted
from guanai.store.journal import Entry, Journal
from guanai.web.faults import status_of
from guanai.web.forms.desk import Desk
from guanai.web.forms.filing import pairs_of
from guanai.web.forms.roll_draft import forget_roll, roll_of
from guanai.web.forms.rollcall import (
    KINDS,
    RESULTS,
    Check,
    FollowUp,
    NotKeptSo,
    applied_line,
    changes_of,
    demand_there,
    demand_valid,
    payload,
    place_of,
)
from guanai.web.gateway import Gateway, gateway_of
from guanai.web.guard import text_in
from guanai.web.pages.students import roll, view_of
from guanai.web.policy import CLASS, SIGNED_IN
from guanai.web.render import address_of, flash, render
from guanai.web.routes import Door
from guanai.web.visitor import visitor_of
from guanai.workspace.watch.vigil import View
from guanai.yamlfile import load

#: A list may have waited so long in a phone for a line; older clocks than that are not believed.
_LONGEST_WAIT = timedelta(hours=12)
#: What is told to who may look, and not write; and to who may write, but not over what another has written.
_BY_OTHERS = "这个班的考勤由班主任、副班主任记，您在这里可以看"
_BY_ANOTHER = "这里已由别人记下，您的任职只能改自己记的；要改，请找记的人或班主任"
_KEPT = 200
_log = logging.getLogger("guanai.web")


@dataclass(frozen=True, slots=True)
class Missed:
    """A child that is not there, as the page shows it."""

    item: str
    name: str
    kind: str
    slot: str
    contact: "Clock"
    report: "Clock"
    result: str
    is_back: bool
    is_open: bool
    may_follow: bool


@dataclass(frozen=True, slots=True)
class Clock:
    """A deadline as people read it: until when, and whether it is kept."""

    until: str
    due: str
    done: str
    is_late: bool


@dataclass(frozen=True, slots=True)
class _Day:
    """A class on one day: its record, read with what the journal still holds."""

    class_id: str
    day: date
    path: str
    raw: bytes | None
    view: View

    @property
    def data(self) -> dict[str, Any]:
        found = load(self.raw, self.path).data if self.raw is not None else {}
        return found if isinstance(found, dict) else {}


def journal_of(gateway: Gateway) -> Journal:
    """Return the journal in which checks are kept until they are committed together."""
    return Journal(gateway.moments.store, applied_line)


def _classes(request: Request) -> Response:
    visitor = visitor_of(request)
    view = view_of(visitor)
    desk = Desk(request)
    mine = [
        post.scope
        for post in visitor.actor.posts
        if "-" in post.scope and post.role in ("班主任", "副班主任")
    ]
    known = sorted((each for each in view.facts.classes(visitor.on) if view.reaches(each)), key=rung)
    wanted = mine or known
    if len(wanted) == 1:
        return RedirectResponse(address_of(request, "attendance", class_id=wanted[0]), status_code=303)
    figures, now = figures_of(view.facts.policies), visitor.now.astimezone(SHANGHAI)
    is_school_day = view.facts.calendar.is_school_day(visitor.on)
    classes = [
        (
            each,
            desk.context.class_name(each, visitor.on),
            check_status(view.facts.book, each, visitor.on, now, figures) if is_school_day else (),
        )
        for each in wanted
    ]
    return render(request, "forms/classes.html", classes=classes)


def _attendance(request: Request) -> Response:
    today = _day(request)
    if request.method == "GET":
        if today is None:
            return render(request, "forms/no_school.html", day=_asked_day(request))
        return _page(request, today)
    told, status = "记下了。", 200
    try:
        _take(request, today)
    except NotKeptSo as error:
        told, status = str(error), status_of(error)
    except NotPermitted as error:
        told, status = f"没有记下：{_whose(request, today)}。", status_of(error)
    if "application/json" in request.headers.get("accept", ""):
        return JSONResponse({"kept": status == _KEPT, "told": told}, status_code=status)
    flash(request, told)
    here = address_of(request, "attendance", class_id=request.path_params["class_id"])
    return RedirectResponse(here, status_code=303)


def _take(request: Request, today: _Day | None) -> None:
    """Take what was tapped.

    Raises:
        NotKeptSo, NotKept: it cannot be kept.
        NotPermitted: the person may not write attendance of this class.
    """
    if today is None:
        raise NotKeptSo("这一天不上课，不用点名")
    _keep(request, today, _line(request, today))


def _asked_day(request: Request) -> date:
    visitor = visitor_of(request)
    try:
        asked = date.fromisoformat(request.query_params.get("day", "") or text_in(request, "day"))
    except ValueError:
        return visitor.on
    return min(asked, visitor.on)


def _day(request: Request) -> _Day | None:
    """Return the class's day; None for a day without school."""
    day, class_id = _asked_day(request), request.path_params["class_id"]
    view = view_of(visitor_of(request))
    calendar = view.facts.calendar
    term = calendar.term_of(day) if calendar.covers(day) else None
    if term is None or not calendar.is_school_day(day):
        return None
    path = place_of(class_id, term.id, day.isoformat())
    return _Day(class_id, day, path, journal_of(gateway_of(request)).read(path), view)


def _page(request: Request, today: _Day) -> Response:
    visitor, desk = visitor_of(request), Desk(request)
    figures = figures_of(today.view.facts.policies)
    book = register([Attendance.from_mapping(today.data)] if today.data else [])
    now = visitor.now.astimezone(SHANGHAI)
    slots = check_status(book, today.class_id, today.day, now, figures)
    asked = request.query_params.get("slot", "")
    slot = (
        asked
        if asked in figures.slots
        else next((each.slot for each in slots if each.check is None), figures.slots[-1])
    )
    here = {each.student: each.kind for each in book.of_class(today.class_id, today.day) if each.slot == slot}
    pupils = roll(today.view, today.class_id, today.day)
    missed = [
        _missed(request, absence, today, now)
        for student, _ in pupils
        for absence in absences(book, student, today.day, today.day, figures)
    ]
    return render(
        request,
        "forms/attendance.html",
        class_id=today.class_id,
        class_name=desk.context.class_name(today.class_id, today.day),
        day=today.day,
        slots=slots,
        slot=slot,
        is_done=any(each.slot == slot and each.check for each in slots),
        pupils=pupils,
        here=here,
        roll=roll_of(request, today.class_id, today.day, slot, here),
        missed=missed,
        may_list=_may(request, today, _sample(request, today.day, slot)),
        whose=_whose(request, today),
        kinds=KINDS,
        results=RESULTS,
        list_at=f"{figures.list_at:%H:%M}",
        now=now,
    )


def _missed(request: Request, absence: Absence, today: _Day, now: datetime) -> Missed:
    last = absence.exceptions[-1]
    is_open = absence.returned_at is None and not absence.is_excused
    return Missed(
        last.id or "",
        today.view.name(absence.student),
        absence.exceptions[0].kind,
        last.slot,
        _clock(absence.contact.due_at, absence.contact.done_at, now),
        _clock(absence.report.due_at, absence.report.done_at, now),
        absence.result
        if absence.result and today.view.reaches(today.class_id, absence.result_labels)
        else "",
        absence.returned_at is not None,
        is_open,
        is_open
        and _may(request, today, FollowUp(last.id or "", {"返校时间": f"{now:%Y-%m-%dT%H:%M}+08:00"})),
    )


def _clock(due: datetime | None, done: datetime | None, now: datetime) -> Clock:
    late = due is not None and (done or now) > due
    return Clock(
        f"{due:%H:%M}" if due else "", due.isoformat() if due else "", f"{done:%H:%M}" if done else "", late
    )


def _line(request: Request, today: _Day) -> Check | FollowUp:
    """Return what was tapped.

    Raises:
        NotKeptSo: it is none that could be kept.
    """
    visitor = visitor_of(request)
    now = visitor.now.astimezone(SHANGHAI)
    at = _tapped(request, now)
    action = text_in(request, "action")
    stamp = f"{at:%Y-%m-%dT%H:%M}+08:00"
    if action == "check":
        figures = figures_of(today.view.facts.policies)
        pupils = dict(roll(today.view, today.class_id, today.day))
        missing = {text: _kind(request, text) for name, text in pairs_of(request) if name == "missing"}
        slot = text_in(request, "slot")
        if slot not in figures.slots or not pupils or not pupils.keys() >= missing.keys():
            raise NotKeptSo("这一次检查或班里的名单已经变了，请刷新这一页再记一次")
        day = today.day.isoformat()
        return Check(day, slot, f"{at:%H:%M}", len(pupils), missing, visitor.staff_id, f"{now:%H:%M}")
    values = {
        "contact": {"联系时间": stamp, "联系方式": "电话", "联系结果": text_in(request, "result")},
        "report": {"报备时间": stamp},
        "back": {"返校时间": stamp},
    }.get(action)
    if values is None or (action == "contact" and values["联系结果"] not in RESULTS):
        raise NotKeptSo
    return FollowUp(text_in(request, "item")[:40], values)


def _kind(request: Request, student: str) -> str:
    kind = text_in(request, f"kind:{student}")
    return kind if kind in KINDS else KINDS[0]


def _tapped(request: Request, now: datetime) -> datetime:
    """Return when the button was tapped, where the phone tells it and it can be believed."""
    try:
        at = datetime.fromisoformat(text_in(request, "at"))
        if at.tzinfo is None:
            return now
        at = at.astimezone(SHANGHAI)
    except (ValueError, OverflowError):  # the calendar's first and last day may have none in our zone
        return now
    return at if timedelta(0) <= now - at < _LONGEST_WAIT and at.date() == now.date() else now


def _keep(request: Request, today: _Day, line: Check | FollowUp) -> None:
    """Keep a line: on the disk before anybody is told so; with exceptions it is committed at once."""
    visitor, gateway = visitor_of(request), gateway_of(request)
    words = payload(line)
    _demand_permitted(request, today, words)
    if isinstance(line, FollowUp):
        demand_there(line, today.data)
    journal = journal_of(gateway)
    entry = Entry(today.path, words, visitor.staff_id, visitor.name, visitor.now)
    demand_valid(today.path, applied_line(today.raw, entry))
    journal.append(entry.path, words, staff_id=entry.staff_id, author=entry.author, when=entry.when)
    if isinstance(line, Check):
        forget_roll(request, today.class_id, today.day, line.slot)
    if isinstance(line, FollowUp) or line.missing:
        try:
            journal.flush(visitor.now, is_urgent=True)
        except GuanaiError as error:  # the line is on the disk: the chore of the next minute commits it
            _log.warning("一次点名已经收下，还没有入库：%s", error)


def _may(request: Request, today: _Day, line: Check | FollowUp) -> bool:
    """Tell whether the person may write a line such as this."""
    try:
        _demand_permitted(request, today, payload(line))
    except NotPermitted:
        return False
    return True


def _whose(request: Request, today: _Day | None) -> str:
    """Return who writes what the person may not, without a full stop."""
    fresh = _sample(request, date.min, "")  # such as nobody has made yet
    return _BY_ANOTHER if today is not None and _may(request, today, fresh) else _BY_OTHERS


def _sample(request: Request, day: date, slot: str) -> Check:
    """Return a check such as the person would make: later than any of that day, so that it changes what is there."""
    return Check(day.isoformat(), slot, "23:59", 1, {}, visitor_of(request).staff_id, "23:59")


def _demand_permitted(request: Request, today: _Day, words: str) -> None:
    visitor = visitor_of(request)
    snapshot = visitor.workspace.snapshot
    shape = visitor.workspace.schemas.record("attendance")
    before = today.data or {"班级": today.class_id}
    powers = powers_over(visitor.actor, "attendance", before, snapshot.access, on=visitor.on)
    refusals = () if today.data else permits_new("attendance", shape, before, powers)
    refusals = refusals or permits("attendance", shape, tuple(changes_of(words, before)), before, powers)
    if refusals:
        raise NotPermitted(refusals)


def _flush(gateway: Gateway) -> None:
    journal_of(gateway).flush(gateway.settings.now())


CHORES = (_flush,)
DOORS = (
    Door("/attendance", ("GET",), _classes, SIGNED_IN, "classes", nav="考勤", nav_rank=20),
    Door(
        "/class/{class_id}/attendance",
        ("GET", "POST"),
        _attendance,
        CLASS,
        "attendance",
        audits="考勤",
        subject="class_id",
    ),
)
