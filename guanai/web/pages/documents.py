"""Papers from where one stands: preview in the browser, download as a Word file, in the visitor's own edition."""

import tempfile
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

from generators import html
from generators.css import style_sheet
from generators.document import Layout
from generators.letters.veil import StillNamed
from generators.papers import Paper, papers
from generators.text import UnprintableError
from guanai.errors import GuanaiError, NotFound
from guanai.web.marks import marks_of
from guanai.web.naming import subject_words
from guanai.web.pages.students import names_of, view_of
from guanai.web.policy import SIGNED_IN, Params, Policy
from guanai.web.render import address_of, render
from guanai.web.routes import SHORT_FORM_BYTES, Door
from guanai.web.visitor import Visitor, visitor_of
from guanai.workspace.office import NoOffice, OfficeFailed, converted, office_program
from guanai.workspace.papers import SCHOOL, SCHOOL_FILE, paper_of

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
#: What keeps a paper from being made although the record is sound: a name that must not stand there, a control sign.
_UNFIT = (StillNamed, UnprintableError)
#: So many papers of one kind are offered on the list.
_OFFERED = 60


def may_have(visitor: Visitor, params: Params) -> bool:
    """Tell whether a visitor may have a paper: ``kind`` about ``subject``."""
    paper = papers().get(params["kind"])
    if paper is None:
        return False
    if paper.view is not None:
        return params["subject"] in _subjects(visitor, paper)
    whole, _ = paper.parted(params["subject"])
    held = visitor.edition.decision(paper.subject, _record_of(paper, whole))
    return held.allowed and paper.clearance <= held.labels


#: Who may have a paper (``kind``) about a record or a class and period (``subject``).
PAPER = Policy("paper", may_have, ("kind", "subject"))


def may_have_all(visitor: Visitor, kind: str, subjects: Sequence[str]) -> bool:
    """Tell whether a visitor may have a kind of paper about all of some subjects."""
    paper = papers().get(kind)
    if paper is not None and paper.view is not None:
        return set(subjects) <= set(_subjects(visitor, paper))
    return all(may_have(visitor, {"kind": kind, "subject": each}) for each in subjects)


def _subjects(visitor: Visitor, paper: Paper) -> tuple[str, ...]:
    try:
        return visitor.workspace.press.subjects(paper, visitor.edition, visitor.on)
    except GuanaiError:
        return ()


def _list(request: Request) -> Response:
    visitor = visitor_of(request)
    view = view_of(visitor)
    context = names_of(view)
    ledgers = [
        (paper, [(each, subject_words(view, context, paper, each)) for each in _subjects(visitor, paper)])
        for paper in papers().values()
        if paper.view is not None
    ]
    policies = [
        (each, str(visitor.workspace.snapshot.mapping("policy", each)["名称"]))
        for each in _subjects(visitor, paper_of("policy"))
        if each in visitor.workspace.snapshot.ids("policy")
    ]
    return render(
        request,
        "papers.html",
        ledgers=[(paper, found[:_OFFERED], len(found)) for paper, found in ledgers if found],
        policies=policies,
    )


def _preview(request: Request) -> Response:
    visitor, params = visitor_of(request), request.path_params
    paper = paper_of(params["kind"])
    try:
        document, stamp = visitor.workspace.press.make(paper, params["subject"], visitor.edition, visitor.on)
    except _UNFIT as error:
        return _unfit(request, paper, error)
    sheet = Markup(html.fragment(document, stamp))  # noqa: S704 - every word in it is escaped by its writer
    back, back_title = _back(request, visitor, paper, params["subject"])
    return render(
        request,
        "paper.html",
        back=back,
        back_title=back_title,
        paper=paper,
        subject=params["subject"],
        sheet=sheet,
        layout=document.layout.name,
        marks=marks_of(visitor, paper, params["subject"]),
        has_office=has_office(),
    )


def _back(request: Request, visitor: Visitor, paper: Paper, subject: str) -> tuple[str, str]:
    """Return where one comes from to a paper: the child's page, a record's list of papers, or the ledgers."""
    if paper.view is not None or paper.kind == "policy":
        return address_of(request, "papers"), "文书"
    whole, _ = paper.parted(subject)
    if paper.subject == "student":
        return address_of(request, "child", student_id=whole), view_of(visitor).name(whole) or "学生"
    return address_of(request, "record-papers", record_id=_record_of(paper, whole)), "这份记录的文书"


def _record_of(paper: Paper, whole: str) -> str:
    """Return what the record is addressed by that a paper is about: of the school there is one, at its path."""
    return SCHOOL_FILE if paper.subject == whole == SCHOOL else whole


def _file(request: Request) -> Response:
    visitor, params = visitor_of(request), request.path_params
    press, paper = visitor.workspace.press, paper_of(params["kind"])
    try:
        raw = press.render(*press.make(paper, params["subject"], visitor.edition, visitor.on), "docx")
    except _UNFIT as error:
        return _unfit(request, paper, error)
    return _sent(raw, paper, params["subject"], "docx", DOCX)


def _pdf(request: Request) -> Response:
    """Hand out a paper as PDF, where LibreOffice is installed."""
    visitor, params = visitor_of(request), request.path_params
    press, paper = visitor.workspace.press, paper_of(params["kind"])
    try:
        raw = press.render(*press.make(paper, params["subject"], visitor.edition, visitor.on), "docx")
        pdf = _converted(raw)
    except (*_UNFIT, NoOffice, OfficeFailed) as error:
        return _unfit(request, paper, error)
    return _sent(pdf, paper, params["subject"], "pdf", "application/pdf")


def _converted(raw: bytes) -> bytes:
    with tempfile.TemporaryDirectory(prefix="guanai-pdf-") as folder:
        source, target = Path(folder) / "paper.docx", Path(folder) / "paper.pdf"
        source.write_bytes(raw)
        for outcome in converted([(source, target)]):
            if isinstance(outcome, OfficeFailed):
                raise outcome
        return target.read_bytes()


def _sent(raw: bytes, paper: Paper, subject: str, suffix: str, kind: str) -> Response:
    plain, chinese = (f"{name}-{subject}.{suffix}" for name in (paper.kind, paper.title))
    disposition = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(chinese)}"
    return Response(raw, media_type=kind, headers={"content-disposition": disposition})


def has_office() -> bool:
    """Tell whether papers can be turned into PDF here."""
    try:
        office_program()
    except NoOffice:
        return False
    return True


def _unfit(request: Request, paper: Paper, error: GuanaiError) -> Response:
    """Tell why a paper cannot be made of what the visitor sees; the sentence quotes nothing of the record."""
    return render(request, "paper_unfit.html", status=422, paper=paper, told=str(error))


def _style(request: Request) -> Response:
    try:
        layout = Layout[request.path_params["layout"]]
    except KeyError:
        raise NotFound("没有这种版式。") from None
    return Response(style_sheet(layout), media_type="text/css")


DOORS = (
    Door("/papers", ("GET",), _list, SIGNED_IN, "papers", nav="文书", nav_rank=40),
    Door(
        "/papers/{kind}/{subject}",
        ("GET",),
        _preview,
        PAPER,
        "paper-preview",
        audits="预览",
        subject="subject",
    ),
    Door(
        "/papers/{kind}/{subject}/file",
        ("GET",),
        _file,
        PAPER,
        "paper-file",
        audits="下载",
        subject="subject",
    ),
    Door(
        "/papers/{kind}/{subject}/pdf",
        ("POST",),
        _pdf,
        PAPER,
        "paper-pdf",
        audits="下载",
        subject="subject",
        body_limit=SHORT_FORM_BYTES,
        is_slow=True,
    ),
    Door("/paper-style/{layout}", ("GET",), _style, SIGNED_IN, "paper-style"),
)
