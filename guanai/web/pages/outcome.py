"""What came of a decision: the short form for whom a meeting named, and nothing else of the meeting."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from guanai.access import entrusted
from guanai.access.spots import DECISIONS, ID, OUTCOME, value_at
from guanai.model.base import HIDDEN
from guanai.rules.resolutions import Resolution
from guanai.saving import Disputed, Edit, Saved
from guanai.schema import Field
from guanai.web.forms.desk import Desk, Sheet
from guanai.web.forms.filing import Paper, filed, opened, token_of
from guanai.web.forms.model import FormModel
from guanai.web.forms.render import render
from guanai.web.guard import text_in
from guanai.web.pages.duties import tell_done
from guanai.web.pages.students import view_of
from guanai.web.policy import NAMED
from guanai.web.render import address_of
from guanai.web.routes import Door
from guanai.web.visitor import Visitor
from guanai.yamlfile import pointer

_RESULT = "结果"
_VEILED = "您今天的任职看不到这次会议的内容；在这里记下哪天完成、结果怎样就可以。"
_WRITTEN = "结果已经有人写过，这里只记哪天完成。"


def _outcome(request: Request) -> Response:
    record, item = request.path_params["record_id"], request.path_params["item"]
    desk = Desk(request)
    found = _found(desk.visitor, record, item)
    known = found if found and found.matter else None
    sheet = desk.sheet(
        record,
        text_in(request, "version"),
        shows=partial(_told, staff=desk.visitor.staff_id, item=item, is_whole=known is not None),
    )
    is_written = value_at(sheet.view, (DECISIONS, item, _RESULT)) is HIDDEN
    paper = Paper(
        heading=f"记结果：{(found.matter or found.cover) if found else '会议的决定'}",
        action=address_of(request, "outcome", record_id=record, item=item),
        model=_form(sheet, item, token_of(request)),
        newest=sheet.newest,
        edits=lambda changes, base: (Edit(record, changes, base),),
        done=lambda saved: _done(request, saved, item),
        names=None if known else partial(_disputed, request),
        context={
            "back": address_of(request, "duties"),
            "back_title": "待办",
            "lead": "" if known else _WRITTEN if is_written else _VEILED,
        },
    )
    return opened(request, paper) if request.method == "GET" else filed(request, paper)


def _found(visitor: Visitor, record: str, item: str) -> Resolution | None:
    """Return a decision as the visitor's duties tell it; without its matter where they tell only that something is to do."""
    found = [each for each in view_of(visitor).facts.resolutions if (each.meeting, each.id) == (record, item)]
    return next((each for each in found if each.matter), found[0] if found else None)


def _told(data: Mapping[str, Any], *, staff: str, item: str, is_whole: bool) -> Mapping[str, Any]:
    """Return of a meeting what this page tells: whether a decision is carried out, and what came of it.

    Args:
        data: the whole record.
        staff: whom the decision names.
        item: its 编号.
        is_whole: what came of it is told in words, and not only that somebody has written it.
    """
    named = (each for each in entrusted(data, staff) if each.get(ID) == item)
    told = [{key: each[key] for key in (ID, *OUTCOME) if key in each} for each in named]
    if not is_whole:
        told = [{**each, _RESULT: HIDDEN} if _RESULT in each else each for each in told]
    return {DECISIONS: told}


def _disputed(request: Request, each: Disputed) -> tuple[Disputed, str]:
    """Return what two people wrote at once, for somebody who may read their own words alone."""
    mine = text_in(request, pointer(each.place)) or None
    is_outcome = bool(each.place) and each.place[-1] in OUTCOME
    return replace(each, base=None, mine=mine, theirs=HIDDEN) if is_outcome else each, ""


def _form(sheet: Sheet, item: str, token: str) -> FormModel:
    """Return the form of what may be noted, and of nothing else."""
    labels = _labels(sheet.shape)
    powers = replace(sheet.powers, sees=labels, edits=labels)
    model = render(sheet.shape, sheet.view, powers, at=(DECISIONS, item), version=sheet.version, token=token)
    return replace(model, nodes=tuple(node for node in model.nodes if node.path[-1] in OUTCOME))


def _labels(shape: Field) -> frozenset[str]:
    """Return the labels of a decision's fields; the form is made of what `_told` leaves, so they open nothing."""
    return shape.clearance | shape.children[DECISIONS].clearance


def _done(request: Request, saved: Saved, item: str) -> Response:
    tell_done(request, saved, worked_on=item)
    return RedirectResponse(address_of(request, "duties"), 303)


DOORS = (
    Door(
        "/decided/{record_id}/{item}",
        ("GET", "POST"),
        _outcome,
        NAMED,
        "outcome",
        audits="改动",
        subject="record_id",
    ),
)
