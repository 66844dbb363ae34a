"""A meeting from its start to its papers: agenda, minutes, decisions with owner and day, the end."""

from collections.abc import Iterable
from dataclasses import replace

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from guanai.rules.agenda import titles
from guanai.saving import Edit, Saved
from guanai.web.forms.desk import Desk
from guanai.web.forms.filing import Paper, filed, opened, token_of
from guanai.web.forms.model import FormModel, Node, Rows
from guanai.web.forms.parse import Parsed, parse
from guanai.web.forms.render import render as form_of
from guanai.web.gateway import gateway_of
from guanai.web.guard import text_in
from guanai.web.open_meetings import OpenMeeting, open_meetings, standing
from guanai.web.pages.duties import tell_done
from guanai.web.pages.students import view_of
from guanai.web.policy import RECORD_EDIT, SIGNED_IN
from guanai.web.render import address_of, flash, render
from guanai.web.routes import Door
from guanai.web.visitor import Visitor, visitor_of
from guanai.workspace.watch.agenda import agenda_of
from guanai.workspace.watch.vigil import View
from guanai.yamlfile import Change, Set

#: What is written while people talk, in the order of a meeting; the rest stands behind 更多.
_MINUTES = ("出席", "议题", "发言", "决定", "等级变更")
_KIND = "meeting"
_MOST_LISTED = 60


def _list(request: Request) -> Response:
    visitor = visitor_of(request)
    snapshot = visitor.workspace.snapshot
    known = [each for each in snapshot.ids(_KIND) if visitor.edition.decision(_KIND, each).allowed]
    shown = [(each, visitor.edition.record(_KIND, each)) for each in known]
    rows = sorted(shown, key=lambda pair: str(pair[1].get("时间", "")), reverse=True)
    shape = visitor.workspace.schemas.record(_KIND).children["类型"]
    return render(
        request,
        "forms/meetings.html",
        meetings=[
            (each, data, RECORD_EDIT.allows(visitor, {"record_id": each}))
            for each, data in rows[:_MOST_LISTED]
        ],
        kinds=tuple(shape.values),
        asked=request.query_params.get("kind", ""),
        # What another one is begun beside: if there is one more meanwhile, somebody has begun it already.
        beside=" ".join(each.id for each in open_meetings(visitor)),
    )


def _room(request: Request) -> Response:
    record = request.path_params["record_id"]
    desk = Desk(request)
    sheet = desk.sheet(record, text_in(request, "version"))
    if sheet.kind != _KIND:
        return RedirectResponse(address_of(request, "edit-record", record_id=record), status_code=303)
    model = form_of(
        sheet.shape, sheet.view, sheet.powers, choices=desk.choices_of(_KIND), words=desk.words, version=sheet.version, token=token_of(request),
    )  # fmt: skip
    is_ending = text_in(request, "end") == "1"
    paper = Paper(
        heading=f"{sheet.view.get('名称', '会议')} · 会场",
        action=address_of(request, "meeting-room", record_id=record),
        model=model,
        newest=sheet.newest,
        edits=lambda changes, base: (Edit(record, changes, base),),
        read=lambda model, pairs: _read(model, pairs, desk.visitor, is_ending=is_ending),
        done=lambda saved: _after(request, record, saved, is_ending=is_ending),
        display=lambda shown: _split(shown.nodes),
        context={
            "back": address_of(request, "meetings"),
            "back_title": "会议",
            "edit": address_of(request, "edit-record", record_id=record),
            "ending": "保存并散会",
        },
    )
    return opened(request, paper) if request.method == "GET" else filed(request, paper)


def _start(request: Request) -> Response:
    """Make a meeting of a kind with its agenda drafted, and go into the room; into the open one if it goes on already."""
    visitor, desk = visitor_of(request), Desk(request)
    kind = text_in(request, "kind")
    shape = visitor.workspace.schemas.record(_KIND)
    if kind not in shape.children["类型"].values:
        return RedirectResponse(address_of(request, "meetings"), status_code=303)
    scope = next((post.scope for post in visitor.actor.posts if post.role != "科任教师"), "全校")
    data = {
        "类型": kind,
        "名称": f"{visitor.on.month}月{kind.removeprefix('月')}",
        "时间": f"{visitor.now:%Y-%m-%dT%H:%M}+08:00",
        "地点": "会议室",
        "范围": scope,
        "主持人": visitor.staff_id,
        "记录人": visitor.staff_id,
        "出席": [{"教师": visitor.staff_id}],
        "议题": list(_agenda(view_of(visitor), visitor, kind)),
    }
    gateway, beside = gateway_of(request), text_in(request, "beside").split()
    with gateway.moments.store.locked():  # whoever presses at the same moment waits here, and finds this one
        if found := standing(gateway, visitor, kind, scope, beside=beside):
            return _into(request, found)
        outcome = desk.save((Edit(_KIND, (Set((), data),), is_new=True),))
    if not isinstance(outcome, Saved):
        return RedirectResponse(address_of(request, "meetings"), status_code=303)
    made = next(iter(outcome.versions)).rpartition("/")[2].removesuffix(".yml")
    return RedirectResponse(address_of(request, "meeting-room", record_id=made), status_code=303)


def _into(request: Request, found: OpenMeeting) -> Response:
    """Lead to the meeting that goes on already, and say so."""
    where = "已经带您进来" if found.is_writable else "由主持人、记录人记录"
    flash(
        request,
        f"“{found.name}”今天已经开着，还没散会，{where}，没有再开一个。真要再开一个同类的会，请到“会议”页点“另开一个”。",
    )
    if not found.is_writable:
        return RedirectResponse(address_of(request, "meetings"), status_code=303)
    return RedirectResponse(address_of(request, "meeting-room", record_id=found.id), status_code=303)


def _agenda(view: View, visitor: Visitor, kind: str) -> Iterable[str]:
    """Return the titles of the drafted agenda, of what this person may know."""
    return titles(agenda_of(view, visitor.now, kind).items)


def _read(
    model: FormModel, pairs: list[tuple[str, str]], visitor: Visitor, *, is_ending: bool
) -> tuple[tuple[Change, ...], Parsed]:
    parsed = parse(model, pairs)
    if not is_ending:
        return parsed.changes, parsed
    others = tuple(each for each in parsed.changes if each.path != ("散会时间",))
    return (Set(("散会时间",), f"{visitor.now:%Y-%m-%dT%H:%M}+08:00"), *others), parsed


def _after(request: Request, record: str, saved: Saved, *, is_ending: bool) -> Response:
    if is_ending:
        tell_done(request, saved)
        return RedirectResponse(
            address_of(request, "paper-preview", kind="meeting-record", subject=record), 303
        )
    return RedirectResponse(address_of(request, "meeting-room", record_id=record), status_code=303)


def _split(nodes: tuple[Node, ...]) -> tuple[tuple[Node, ...], tuple[Node, ...]]:
    by_key = {str(node.path[0]): node for node in nodes}
    front = tuple(_begun(by_key[key]) for key in _MINUTES if key in by_key)
    return front, tuple(node for node in nodes if str(node.path[0]) not in _MINUTES)


def _begun(node: Node) -> Node:
    """Return the list of decisions with the next one lying open: they are what a meeting is for."""
    return replace(node, is_begun=True) if isinstance(node, Rows) and node.path == ("决定",) else node


DOORS = (
    Door("/meetings", ("GET",), _list, SIGNED_IN, "meetings", nav="会议", nav_rank=50),
    Door("/meetings/start", ("POST",), _start, SIGNED_IN, "start-meeting", audits="新建"),
    Door(
        "/meeting/{record_id}/room",
        ("GET", "POST"),
        _room,
        RECORD_EDIT,
        "meeting-room",
        audits="会议记录",
        subject="record_id",
    ),
)
