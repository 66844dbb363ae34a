"""One form from opening to saved: errors at the field, questions asked, clashes chosen, drafts offered and dropped."""

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from guanai.errors import GuanaiError
from guanai.ids import ALPHABET
from guanai.saving import Asked, Conflict, Disputed, Edit, Faulty, Held, NotPermitted, Question, Saved
from guanai.saving.drafts import TakenPlace
from guanai.saving.request import UnknownBase
from guanai.web.forms.clashes import CHOICE, Dispute, choices_in, disputes_of, kept
from guanai.web.forms.desk import Desk
from guanai.web.forms.display import Error, errors_of, shown
from guanai.web.forms.drafts import Drafts
from guanai.web.forms.mentions import ids_by_name, mentioned, with_mentions
from guanai.web.forms.model import FormModel, Node
from guanai.web.forms.parse import Parsed, parse, signs, still_open
from guanai.web.gateway import gateway_of
from guanai.web.guard import form_of, text_in
from guanai.web.held import held_words
from guanai.web.render import flash, render
from guanai.web.visitor import visitor_of
from guanai.workspace.watch.vigil import View
from guanai.yamlfile import Change, NoSuchPlace, Unwritable, pointer
from guanai.yamlfile.paths import steps

_TOKEN_SIGNS: Final = 12
_GONE: Final = "这一条刚被别人删去或改了位置；您写的还在下面，请核对以后再保存。"
_OLD: Final = "找不到您打开时的那一版；您写的还在下面，请核对以后再保存。"
_NOTHING: Final = "没有改动，不用保存。"
_STRAYED: Final = "有些栏目现在不能填写：您的任职、权限或这份记录，在您打开以后变过。这一次什么都没有保存。"
#: Fields of the page itself, not of the record.
_OURS: Final = frozenset({"csrf", "seen", "confirmed", "mention"})

#: So much of a heading a list of drafts shows.
_LONGEST_TITLE: Final = 80

Pairs = Sequence[tuple[str, str]]
Reading = Callable[[FormModel, list[tuple[str, str]]], tuple[tuple[Change, ...], Parsed]]


@dataclass(frozen=True, slots=True)
class Paper:
    """A form as a page shows and takes it.

    Attributes:
        heading: what is filled in.
        action: address of the page.
        model: as the record stands at the version that was read.
        edits: makes what is saved of the changes and the version they were made on.
        done: the answer after a save.
        display: which part of the shown form stands before 更多, and which behind; all stands before by default.
        must: name of the field that may not be empty when nothing was touched; "" where that is no fault.
        context: further words of the page.
        shows: makes further words of the form as it is shown.
        settles: what is left of a patch after somebody chose, in terms of the record as it stood when choosing; None
            where not all was chosen. By default the patch without what the other's value was chosen for.
        names: how a dispute is told, with its place and title, "" for the usual one.
        tries: so many numbers are drawn from the page's signs for a record that is new, until one is free.
        template: of the page.
    """

    heading: str
    action: str
    model: FormModel
    edits: Callable[[tuple[Change, ...], str], Sequence[Edit]]
    done: Callable[[Saved], Response]
    display: Callable[[FormModel], tuple[tuple[Node, ...], tuple[Node, ...]]] | None = None
    must: str = ""
    newest: str = ""
    context: dict[str, Any] | None = None
    read: Reading | None = None
    shows: Callable[[FormModel], dict[str, Any]] | None = None
    settles: Callable[[tuple[Change, ...], Mapping[str, str]], tuple[Change, ...] | None] | None = None
    names: Callable[[Disputed], tuple[Disputed, str]] | None = None
    tries: int = 1
    template: str = "forms/record.html"


def pairs_of(request: Request) -> list[tuple[str, str]]:
    """Return what was posted, files left out."""
    return [(name, text) for name, text in form_of(request).multi_items() if isinstance(text, str)]


def token_of(request: Request) -> str:
    """Return the random signs of the page: new ones when it is opened, the same when it comes back."""
    sent = text_in(request, "token")
    if sent and len(sent) <= _TOKEN_SIGNS and sent.isalnum():
        return sent
    return "".join(secrets.choice(ALPHABET) for _ in range(_TOKEN_SIGNS))


def next_token(token: str) -> str:
    """Return the signs that follow from a page's own: for a number where the page's first one is another record's."""
    return "".join(signs(f"{token}{number}") for number in range(_TOKEN_SIGNS // 4))


def opened(request: Request, paper: Paper) -> Response:
    """Return the page of a form, with the draft where it is asked for."""
    staff = visitor_of(request).staff_id
    drafts = Drafts(gateway_of(request).db)
    found = drafts.find(staff, paper.action)
    if found is not None and request.query_params.get("draft"):
        parsed = _reading(paper)(paper.model, list(found.pairs))[1]
        model = replace(paper.model, version=found.value("version") or paper.model.version)
        model = replace(model, token=found.value("token") or model.token)
        told = "这是您没保存的草稿，请看过再保存。"
        strays = still_open(model, parsed.strays)
        return _page(request, paper, shown(model, parsed.texts), told=told, strays=strays)
    moment = found.kept_at if found else None
    sign = "&" if "?" in paper.action else "?"
    offer = (
        {
            "place": paper.action,
            "resume": f"{paper.action}{sign}draft=1",
            "when": f"{moment.month}月{moment.day}日 {moment:%H:%M}",
        }
        if moment
        else None
    )
    return _page(request, paper, shown(paper.model, {}), kept=offer)


def filed(request: Request, paper: Paper) -> Response:
    """Take a post: save it, or return the page with what is in the way; nothing typed is lost."""
    return _filed(request, paper, pairs_of(request), may_mention=text_in(request, "mention") == "1")


def forget_draft(request: Request, paper: Paper) -> None:
    """Forget what was kept of the page that was posted: it is saved, or nothing is left to save."""
    staff, token = visitor_of(request).staff_id, text_in(request, "token")
    Drafts(gateway_of(request).db).forget_work(staff, paper.action, token)


def _filed(request: Request, paper: Paper, pairs: list[tuple[str, str]], *, may_mention: bool) -> Response:
    changes, parsed = _reading(paper)(paper.model, pairs)
    is_untouched = not changes and not parsed.errors and not parsed.strays
    if is_untouched and paper.must:
        parsed = replace(parsed, errors={paper.must: "这一栏要填写。"})
    again = _Again(request, paper, parsed, () if is_untouched else pairs)
    if parsed.errors or parsed.strays:
        return again.errors()
    chosen = choices_in(pairs)
    left = _settled(paper, changes, chosen)
    if left == ():
        return _left(request, paper, _NOTHING)
    desk = Desk(request)
    # Where not all was chosen it is asked again, on the version that the page was made of.
    base = desk.unsealed(text_in(request, "seen") if chosen and left is not None else paper.model.version)
    changes = left if left is not None else changes
    try:
        outcome = desk.save(paper.edits(changes, base), is_confirmed=text_in(request, "confirmed") == "1")
    except (Faulty, NotPermitted, Unwritable, NoSuchPlace, UnknownBase) as error:
        return again.refused(error)
    except TakenPlace:
        if paper.tries <= 1:
            raise
        model = replace(paper.model, token=next_token(paper.model.token))
        other = replace(paper, model=model, tries=paper.tries - 1)
        return _filed(request, other, pairs, may_mention=may_mention)
    if isinstance(outcome, Asked):
        if may_mention:
            written = with_mentions(pairs, outcome.questions, ids_by_name(_view(request)))
            return _filed(request, paper, written, may_mention=False)
        return again.page((), asked=outcome.questions)
    if isinstance(outcome, Conflict):
        return _conflict(request, paper, desk, outcome, pairs)
    return _saved(request, paper, outcome)


def _settled(
    paper: Paper, changes: tuple[Change, ...], chosen: Mapping[str, str]
) -> tuple[Change, ...] | None:
    if not chosen:
        return changes
    return paper.settles(changes, chosen) if paper.settles else kept(changes, chosen)


def _view(request: Request) -> View:
    visitor = visitor_of(request)
    return visitor.workspace.look(staff=visitor.staff_id, on=visitor.on)


class _Again:
    """The same form with what was typed, and why it comes back; that is a draft until it is saved."""

    def __init__(self, request: Request, paper: Paper, parsed: Parsed, pairs: Pairs) -> None:
        """``pairs``: what was posted, () where nothing was typed."""
        self._request = request
        self._paper = paper
        self._parsed = parsed
        self._pairs = pairs
        # The signs of the page stay its own: by them its draft is found again.
        self.model = replace(shown(paper.model, parsed.texts), token=token_of(request))

    def errors(self) -> Response:
        told = _STRAYED if self._parsed.strays else ""
        return self.page(errors_of(self.model, self._parsed), told=told)

    def refused(self, error: GuanaiError) -> Response:
        """Return the form with why it was not saved, or opened anew where nothing is left to do about that."""
        parsed = self._parsed
        if isinstance(error, Held):
            return _left(self._request, self._paper, held_words(visitor_of(self._request), error))
        if isinstance(error, Faulty):
            return self.page(errors_of(self.model, parsed, error.problems))
        if isinstance(error, NotPermitted):
            return self.page(tuple(Error(pointer(each.path), "", each.reason) for each in error.refusals))
        if isinstance(error, Unwritable):
            return self.page((Error(pointer(error.path), "", str(error)),))
        # What was read is not to be had any more: the next try is made on what there is now.
        told = _OLD if isinstance(error, UnknownBase) else _GONE
        return self.page((), told=told, version=self._paper.newest)

    def page(
        self,
        errors: tuple[Error, ...],
        *,
        asked: tuple[Question, ...] = (),
        told: str = "",
        version: str | None = None,
    ) -> Response:
        status = 422 if errors else 409 if told else 200
        model = self.model if version is None else replace(self.model, version=version)
        _put_by(self._request, self._paper, model, self._pairs)
        return _page(
            self._request,
            self._paper,
            model,
            errors=errors,
            asked=asked,
            told=told,
            status=status,
            is_unsaved=bool(self._pairs),
            strays=self._parsed.strays,
        )


def _reading(paper: Paper) -> Reading:
    return paper.read or _patch


def _patch(model: FormModel, pairs: list[tuple[str, str]]) -> tuple[tuple[Change, ...], Parsed]:
    parsed = parse(model, pairs)
    return parsed.changes, parsed


def _page(  # noqa: PLR0913 -- the words of one template
    request: Request,
    paper: Paper,
    model: FormModel,
    *,
    errors: tuple[Error, ...] = (),
    asked: tuple[Question, ...] = (),
    told: str = "",
    kept: dict[str, str] | None = None,
    status: int = 200,
    is_unsaved: bool = False,
    strays: Pairs = (),
) -> Response:
    front, more = paper.display(model) if paper.display else (model.nodes, ())
    behind = {control.name for control in FormModel("", more).controls()}
    usual = {
        "back": "", "back_title": "", "parts": (), "people": (), "chosen": (), "situations": (), "hidden": (), "edit": "", "button": "保存",
        "ending": "", "history": "", "lead": "",
    }  # fmt: skip
    return render(
        request,
        paper.template,
        status=status,
        **{
            **usual,
            **(paper.context or {}),
            **(paper.shows(model) if paper.shows else {}),
            "heading": paper.heading,
            "action": paper.action,
            "place": paper.action,
            "model": replace(model, nodes=front),
            "more": more,
            "takes_anything": model.takes_anything,
            "more_open": any(each.name in behind for each in errors),
            "errors": errors,
            "asked": asked,
            "told": told,
            "kept": kept,
            "is_unsaved": is_unsaved,
            "strays": [(_title_of(name), text) for name, text in strays],
            "mentioned": mentioned(model, lambda student: _view(request).name(student)),
        },
    )


def _title_of(name: str) -> str:
    """Return what a field is called that is not on the page: the last key of its name."""
    return next((step for step in reversed(steps(name)) if isinstance(step, str) and step), "")


def _conflict(
    request: Request, paper: Paper, desk: Desk, conflict: Conflict, pairs: list[tuple[str, str]]
) -> Response:
    names = {word.value: word.title for words in desk.choices.values() for word in words}
    _put_by(request, paper, paper.model, pairs)
    return render(
        request,
        "forms/conflict.html",
        status=409,
        heading="两个人改了同一处",
        lead="还没有保存。请每一处选一个，再按“按所选的保存”。您写的其他内容会一起保存，别人改的其他内容也都留着。",
        base_words="您打开时是",
        mine_words="用我写的",
        back=paper.action,
        action=paper.action,
        carried=_typed(pairs),
        is_unsaved=True,
        seen=paper.newest,
        disputes=_disputes(paper, conflict, names, choices_in(pairs)),
    )


def _put_by(request: Request, paper: Paper, model: FormModel, pairs: Pairs) -> None:
    """Keep as a draft what a page has that was not saved; nothing where nothing was typed."""
    if not pairs:
        return
    own = {"version": model.version, "token": model.token}
    body = [*own.items(), *(pair for pair in _typed(pairs) if pair[0] not in {*own, "place"})]
    visitor = visitor_of(request)
    drafts = Drafts(gateway_of(request).db)
    drafts.keep(visitor.staff_id, paper.action, paper.heading[:_LONGEST_TITLE], body, when=visitor.now)


def _typed(pairs: Pairs) -> list[tuple[str, str]]:
    return [(name, text) for name, text in pairs if name not in _OURS and not name.startswith(CHOICE)]


def _disputes(
    paper: Paper, conflict: Conflict, names: Mapping[str, str], chosen: Mapping[str, str]
) -> tuple[Dispute, ...]:
    told = [paper.names(each) if paper.names else (each, "") for each in conflict.items]
    found = disputes_of([each for each, _ in told], names, chosen)
    return tuple(
        replace(dispute, title=words) if words else dispute
        for dispute, (_, words) in zip(found, told, strict=True)
    )


def _left(request: Request, paper: Paper, told: str) -> Response:
    """Open the form anew, as nothing in the record is other than before: nothing was touched, or all of it waits."""
    forget_draft(request, paper)
    flash(request, told)
    return RedirectResponse(paper.action, status_code=303)


def _saved(request: Request, paper: Paper, saved: Saved) -> Response:
    forget_draft(request, paper)
    if saved.is_changed and paper.newest and paper.model.version != paper.newest:
        flash(request, "已保存。您打开以后，别人也改过这份记录，两边的改动都留着。")
    else:
        flash(request, "已保存。")
    return paper.done(saved)
