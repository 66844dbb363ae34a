"""Taking one change back: what will stand there again is shown first; a later change of the same field is asked about."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from guanai.errors import GuanaiError
from guanai.saving import Asked, Conflict, Edit, Faulty, Held, NotPermitted, Question, Saved
from guanai.saving.request import UnknownBase
from guanai.store.history import Step
from guanai.store.note import Reason
from guanai.web.forms.clashes import choices_in, disputes_of, kept
from guanai.web.forms.desk import Desk
from guanai.web.forms.display import on_page
from guanai.web.forms.filing import pairs_of
from guanai.web.guard import text_in
from guanai.web.held import held_words
from guanai.web.pages.history import Past, chronicle_of, past_of
from guanai.web.policy import CHILD_EDIT, RECORD_EDIT
from guanai.web.render import flash, render
from guanai.web.routes import Door
from guanai.web.visitor import visitor_of
from guanai.workspace.chronicle import Event
from guanai.workspace.undoing import NothingToUndo, NotUndoable, edit_undoing
from guanai.yamlfile import NoSuchPlace, Unwritable, pointer

#: Why one takes something back, of the closed list that history keeps.
_REASONS = (Reason.UNDO, Reason.CORRECTION, Reason.REVIEW)
_COMMIT_SIGNS = 40
_GONE = "这一处后来又变了样（被删去或换了位置），不能这样改回去；请直接在表单里改。"
_WHOLE = "这一次是新建、删除或合并整份记录，不能在这里撤销；确实要撤销，请找系统管理员。"
_NONE = "请至少选一处要改回去的。"


@dataclass(frozen=True, slots=True)
class _Wish:
    """A change that someone wants taken back: the record, what the save did to it, and the same in words."""

    past: Past
    step: Step
    event: Event

    @property
    def lines(self) -> list[tuple[str, str]]:
        """Each difference as (pointer, sentence)."""
        return [(pointer(each.path), each.words) for each in self.event.changes]


def _undo(request: Request) -> Response:
    past = past_of(request)
    wish = _wish(request, past)
    if wish is None:
        return RedirectResponse(past.history, status_code=303)
    if request.method == "GET":
        return _page(request, wish)
    places = [text for name, text in pairs_of(request) if name == "place"]
    if not places:
        return _page(request, wish, told=_NONE, status=422)
    try:
        edit = edit_undoing(chronicle_of(visitor_of(request)), wish.step, places)
        return _carried_out(request, wish, edit)
    except NotUndoable:
        return _page(request, wish, told=_WHOLE, status=409)
    except (NothingToUndo, NoSuchPlace, Unwritable, UnknownBase):
        return _page(request, wish, told=_GONE, status=409)
    except (NotPermitted, Faulty) as error:
        return _page(request, wish, told=_reason(error), status=422)


def _wish(request: Request, past: Past) -> _Wish | None:
    commit = request.query_params.get("commit", "") or text_in(request, "commit")
    is_full = len(commit) == _COMMIT_SIGNS and set(commit) <= set("0123456789abcdef")
    chronicle = chronicle_of(visitor_of(request))
    step = chronicle.step(past.record, commit) if is_full else None
    return _Wish(past, step, chronicle.told(step)) if step is not None else None


def _carried_out(request: Request, wish: _Wish, edit: Edit) -> Response:
    desk, pairs = Desk(request), pairs_of(request)
    chosen = choices_in(pairs)
    changes = kept(edit.changes, chosen)
    if not changes:
        flash(request, "都照现在的样子，没有改动。")
        return RedirectResponse(wish.past.history, status_code=303)
    base = desk.unsealed(text_in(request, "seen")) if chosen else edit.base
    try:
        outcome = desk.save(
            (Edit(edit.record, changes, base),),
            is_confirmed=text_in(request, "confirmed") == "1",
            reason=_given_reason(request),
        )
    except Held as held:
        flash(request, held_words(desk.visitor, held))
        return RedirectResponse(wish.past.history, status_code=303)
    if isinstance(outcome, Asked):
        return _page(request, wish, asked=outcome.questions)
    if isinstance(outcome, Conflict):
        return _clash(request, wish, desk, outcome)
    return _saved(request, wish, outcome)


def _saved(request: Request, wish: _Wish, saved: Saved) -> Response:
    flash(
        request, "已经改回去；这一次撤销也留在修改历史里。" if saved.is_changed else "现在就是那样，不用改。"
    )
    return RedirectResponse(wish.past.history, status_code=303)


def _clash(request: Request, wish: _Wish, desk: Desk, conflict: Conflict) -> Response:
    names = {key: person.name for key, person in desk.context.staff.items()}
    carried = [("commit", wish.step.commit.id), ("reason", text_in(request, "reason"))]
    carried += [pair for pair in pairs_of(request) if pair[0] in ("place", "confirmed")]
    return render(
        request,
        "forms/conflict.html",
        status=409,
        heading="这一处后来又改过",
        lead="还没有撤销。请每一处选一个，再按“按所选的保存”。",
        base_words="那次修改以后是",
        mine_words="改回去",
        back=wish.past.history,
        action=wish.past.undo,
        carried=carried,
        is_unsaved=False,
        seen=desk.sheet(wish.past.record).newest,
        disputes=disputes_of(conflict.items, names, choices_in(pairs_of(request))),
    )


def _page(
    request: Request,
    wish: _Wish,
    *,
    asked: tuple[Question, ...] = (),
    told: str = "",
    status: int = 200,
) -> Response:
    sent = [text for name, text in pairs_of(request) if name == "place"]
    return render(
        request,
        "undo.html",
        status=status,
        past=wish.past,
        event=wish.event,
        commit=wish.step.commit.id,
        lines=[(place, words, not sent or place in sent) for place, words in wish.lines],
        reasons=_REASONS,
        reason=_given_reason(request),
        asked=asked,
        told=told,
    )


def _given_reason(request: Request) -> Reason:
    given = text_in(request, "reason")
    return next((each for each in _REASONS if each == given), Reason.UNDO)


def _reason(error: GuanaiError) -> str:
    if isinstance(error, Faulty):
        told = "；".join(dict.fromkeys(map(on_page, error.problems)))
        return f"改回去以后这份记录会有错，没有撤销：{told}"
    return f"没有撤销：{error}"


DOORS = (
    Door(
        "/students/{student_id}/undo", ("GET", "POST"), _undo, CHILD_EDIT, "child-undo",
        audits="撤销", subject="student_id",
    ),
    Door(
        "/record/{record_id:path}/undo", ("GET", "POST"), _undo, RECORD_EDIT, "record-undo",
        audits="撤销", subject="record_id",
    ),
)  # fmt: skip
