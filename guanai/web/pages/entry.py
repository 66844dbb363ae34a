"""One dated entry on a page of its own: for a child, or for several at once; and records that are new as a whole."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from guanai.rules.duties import plans_of
from guanai.rules.reporting import SITUATIONS, what_to_do
from guanai.saving import Edit, Saved
from guanai.saving.request import UnknownRecord
from guanai.web.forms.desk import Desk
from guanai.web.forms.filing import Paper, filed, forget_draft, next_token, opened, pairs_of, token_of
from guanai.web.forms.model import Control, FormModel, Node
from guanai.web.forms.parse import Parsed, built, parse, signs
from guanai.web.forms.render import render
from guanai.web.forms.short import ENTRIES, REPORT, first_text, prepared, split
from guanai.web.forms.ways import entry_kinds
from guanai.web.pages.drafts import drafts_of
from guanai.web.pages.duties import tell_done
from guanai.web.pages.students import Pupil, pupils, view_of
from guanai.web.policy import CHILD_EDIT, CLASS, SIGNED_IN
from guanai.web.render import address_of, flash
from guanai.web.routes import Door
from guanai.web.visitor import Visitor
from guanai.yamlfile import Add, Change, Set

_NEW_KINDS = frozenset({"meeting", "activity", "decision", "counseling"})
_LETTERS = {"meeting": "M", "activity": "A", "decision": "D"}
_TEXTS = ("主题", "学科")
#: What stands before 更多 in the form of a new record; required fields that are empty do too.
_FRONT = {
    "activity": ("名称", "时间", "地点", "过程", "效果与反思"),
    "decision": ("名称", "日期", "学生", "内容", "理由"),
}
#: The same for a paper that was made.
_FRONT_OF_PAPER = ("名称", "日期", "文号", "内容")
#: So many numbers are tried for a new record before it is told that none is free.
_TRIES = 4


def _one(request: Request) -> Response:
    """Add one entry to one child's file."""
    student_id, entry = request.path_params["student_id"], request.path_params["entry"]
    desk = Desk(request)
    asked = _asked(request)
    query = f"?{urlencode(asked)}" if asked else ""
    action = address_of(request, "add-entry", student_id=student_id, entry=entry) + query
    model, kind = _model(request, desk, student_id, entry)
    wanted = _wanted(desk.visitor, request.query_params.get("duty", ""), kind or entry)
    child = address_of(request, "child", student_id=student_id)
    name = str(desk.sheet(student_id).view.get("姓名", ""))
    paper = Paper(
        heading=f"{name} · 记{kind or entry}",
        action=action,
        model=model,
        edits=lambda changes, base: (Edit(student_id, changes, base),),
        done=lambda saved: _done(
            request, saved, address_of(request, "duties") if asked.get("duty") else child, kind
        ),
        display=lambda shown: split(shown, kind, wanted),
        must=first_text(model),
        context={"back": child, "back_title": name, "situations": SITUATIONS if kind == REPORT else ()},
    )
    return opened(request, paper) if request.method == "GET" else filed(request, paper)


def _together(request: Request) -> Response:
    """Add the same entry to several children's files."""
    class_id, entry = request.path_params["class_id"], request.path_params["entry"]
    desk = Desk(request)
    people = [each for each in pupils(desk.visitor) if each.class_id == class_id]
    action = address_of(request, "add-together", class_id=class_id, entry=entry)
    ticked = _ticked(request, desk.visitor, action)
    chosen = [each.id for each in people if each.id in ticked]
    if not people:
        raise UnknownRecord(class_id)
    model, kind = _model(request, desk, (chosen or [people[0].id])[0], entry)
    paper = Paper(
        heading=f"几名学生一起记{kind or entry}\u00a0· {desk.context.class_name(class_id, desk.visitor.on)}",
        action=action,
        model=model,
        edits=lambda changes, _: tuple(_copies(changes, chosen, kind)),
        done=lambda saved: _done(request, saved, action, kind),
        display=lambda shown: split(shown, kind, ()),
        must=first_text(model),
        context={"people": people, "chosen": chosen, "button": "给选中的学生都记上"},
        read=lambda model, pairs: _for_people(model, pairs, chosen, people),
    )
    return opened(request, paper) if request.method == "GET" else filed(request, paper)


def _new(request: Request) -> Response:
    """Make a record that is new as a whole: a meeting, an activity, a decision."""
    kind = request.path_params["kind"]
    if kind not in _NEW_KINDS:
        raise UnknownRecord(kind)
    desk = Desk(request)
    title = desk.visitor.workspace.schemas.title(kind)
    asked = _asked(request)
    sheet = desk.fresh(kind, _known(desk, kind, asked.get("kind", ""), asked.get("paper", "")))
    model = render(
        sheet.shape,
        sheet.view,
        sheet.powers,
        is_new=True,
        choices=desk.choices_of(kind),
        words=desk.words,
        token=token_of(request),
    )
    model = replace(model, nodes=tuple(node for node in model.nodes if node.path != ("编号",)))
    home = address_of(request, "duties") if asked.get("duty") else "/"
    paper = Paper(
        heading=f"记{asked.get('paper') or asked['kind']}" if asked.get("kind") else f"新的{title}",
        action=address_of(request, "add-record", kind=kind, query=asked),
        model=model,
        edits=lambda changes, _: (Edit(kind, changes, is_new=True),),
        done=lambda saved: _done(request, saved, home),
        display=lambda shown: _divided(shown.nodes, _front_of(kind, asked)),
        read=lambda model, pairs: _whole(model, pairs, kind, desk.visitor.on),
        tries=_TRIES,
    )
    if request.method == "POST" and _is_made(desk, kind, model, pairs_of(request)):
        forget_draft(request, paper)
        flash(request, "已经保存过了。")
        return RedirectResponse(home, status_code=303)
    return opened(request, paper) if request.method == "GET" else filed(request, paper)


def _front_of(kind: str, asked: Mapping[str, str]) -> tuple[str, ...]:
    """Return the keys that stand before 更多, () for all; what the heading says needs no field there."""
    if asked.get("paper"):
        return _FRONT_OF_PAPER
    front = _FRONT.get(kind, ())
    return front if asked.get("kind") or not front else ("类型", *front)


def _divided(nodes: tuple[Node, ...], front: tuple[str, ...]) -> tuple[tuple[Node, ...], tuple[Node, ...]]:
    if not front:
        return nodes, ()
    empty = [node for node in nodes if isinstance(node, Control) and node.is_required and not node.text]
    first = tuple(node for node in nodes if node.path[-1] in front or node in empty)
    return first, tuple(node for node in nodes if node not in first)


def _asked(request: Request) -> dict[str, str]:
    return {
        name: request.query_params[name][:120]
        for name in ("kind", "duty", "paper")
        if request.query_params.get(name)
    }


def _model(request: Request, desk: Desk, student_id: str, entry: str) -> tuple[FormModel, str]:
    """Return the form of one new item, and of what kind it is.

    Raises:
        UnknownRecord: the file has no such list, or none that this person may add to.
    """
    kinds = entry_kinds()
    key, kind = (ENTRIES, entry) if entry in kinds else (entry, request.query_params.get("kind", "")[:20])
    sheet = desk.sheet(student_id)
    shape = sheet.shape.children.get(key)
    if shape is None or shape.type != "array" or shape.item is None or shape.item.type != "object":
        raise UnknownRecord(entry)
    owns = kind == REPORT and sheet.powers.appends is not None
    model = render(
        sheet.shape, sheet.view, sheet.powers, at=(key,), owns_new=owns, choices=desk.choices, words=desk.words, version=sheet.version,
        token=token_of(request),
    )  # fmt: skip
    given = {name: request.query_params[name][:200] for name in _TEXTS if request.query_params.get(name)}
    model = prepared(model, kind, now=desk.visitor.now, given=given)
    offered = [
        each.value
        for control in model.controls()
        if control.path[-1:] == ("类型",)
        for each in control.choices
    ]
    if not model.nodes or (kind and kind not in offered):
        raise UnknownRecord(entry)
    return model, kind


def _wanted(visitor: Visitor, duty: str, kind: str) -> tuple[str, ...]:
    """Return the keys that a duty asks for in an entry of a kind, in schema order."""
    if not duty:
        return ()
    shape = visitor.workspace.schemas.record("student").at((ENTRIES, 0))
    required = next((dict(plan.required) for plan in plans_of(view_of(visitor).facts) if plan.id == duty), {})
    keys = required.get(kind, frozenset())
    return tuple(key for key in (shape.keys if shape else ()) if key in keys)


def _done(request: Request, saved: Saved, to: str, kind: str = "") -> Response:
    """Tell which duties an entry fulfilled, and what a mandatory report asks at once; go on."""
    tell_done(request, saved)
    if kind == REPORT:
        said = (text for name, text in pairs_of(request) if name.endswith("/对方单位"))
        flash(request, what_to_do(is_reported=any(map(str.strip, said))))
    return RedirectResponse(to, status_code=303)


def _ticked(request: Request, visitor: Visitor, action: str) -> list[str]:
    """Return who is asked for: by what was posted, by the draft that is taken up, or by the address."""
    pairs = pairs_of(request)
    if request.method == "GET" and request.query_params.get("draft"):
        found = drafts_of(request).find(visitor.staff_id, action)
        pairs = list(found.pairs) if found else []
    ticked = [text for name, text in pairs if name == "student"]
    return ticked or request.query_params.get("for", "").split(",")


def _for_people(
    model: FormModel, pairs: list[tuple[str, str]], chosen: list[str], people: list[Pupil]
) -> tuple[tuple[Change, ...], Parsed]:
    parsed = parse(model, pairs)
    if not chosen:
        name = people[0].name
        parsed = replace(parsed, errors={**parsed.errors, "student": f"请至少选一名学生（如{name}）。"})
    return parsed.changes, parsed


def _copies(changes: tuple[Change, ...], students: list[str], kind: str) -> Iterator[Edit]:
    """Yield the same entry for each child, each under a 编号 of its own that a second post gives again."""
    for student in students:
        yield Edit(
            student, tuple(_with_topic(_renumbered(each, student), kind, len(students)) for each in changes)
        )


def _renumbered(change: Change, student: str) -> Change:
    if not isinstance(change, Add) or not isinstance(change.value, Mapping) or "编号" not in change.value:
        return change
    number = str(change.value["编号"])
    return Add(
        change.path, {**change.value, "编号": f"{number.rpartition('-')[0]}-{signs(number + student)}"}
    )


def _with_topic(change: Change, kind: str, count: int) -> Change:
    if (
        not isinstance(change, Add)
        or not isinstance(change.value, Mapping)
        or count == 1
        or "主题" in change.value
    ):
        return change
    return Add(change.path, {**change.value, "主题": f"集体{kind}（{count} 名学生）"}) if kind else change


def _known(desk: Desk, kind: str, sort: str, paper: str) -> dict[str, Any]:
    visitor = desk.visitor
    moment: datetime = visitor.now
    if kind == "counseling":
        return {"建档日期": f"{moment:%Y-%m-%d}", "负责教师": visitor.staff_id}
    known: dict[str, Any] = {"类型": sort[:20]} if sort else {}
    if kind == "decision":
        known |= {"名称": paper, "文书": {"类别": paper}} if paper else {}
        return {**known, "日期": f"{moment:%Y-%m-%d}", "决定人": visitor.staff_id}
    known |= {
        "时间": f"{moment:%Y-%m-%dT%H:%M}+08:00",
        "范围": next((post.scope for post in visitor.actor.posts), "全校"),
    }
    if kind == "activity":
        known |= {"名称": f"{moment.month}月{sort[:20]}"} if sort else {}
        return {**known, "组织者": visitor.staff_id}
    return {**known, "主持人": visitor.staff_id, "记录人": visitor.staff_id}


def _whole(
    model: FormModel, pairs: list[tuple[str, str]], kind: str, on: date
) -> tuple[tuple[Change, ...], Parsed]:
    value, parsed = built(model, pairs)
    return (Set((), {"编号": _number(kind, model.token, value, on), **value}),), parsed


def _is_made(desk: Desk, kind: str, model: FormModel, pairs: list[tuple[str, str]]) -> bool:
    """Tell whether this very page has been saved: it was sent again when its answer was lost."""
    token = model.token
    for _ in range(_TRIES):
        value = built(replace(model, token=token), pairs)[0]
        snapshot, number = desk.visitor.workspace.snapshot, _number(kind, token, value, desk.visitor.on)
        if number not in snapshot.ids(kind):
            return False
        there = snapshot.mapping(kind, number)
        if all(there.get(key) == each for key, each in value.items()):
            return True
        token = next_token(token)
    return False


def _number(kind: str, token: str, value: Mapping[str, Any], on: date) -> str:
    """Return the 编号 of a new record: the same for the same page, so that what is sent twice stands once."""
    if kind == "counseling":
        return f"Y{on.year}-{signs(token)}{signs(token[::-1])[:1]}"
    day = re.sub("[^0-9]", "", str(value.get("时间") or value.get("日期") or "")[:10])
    return f"{_LETTERS[kind]}{day if len(day) == len('20261120') else f'{on:%Y%m%d}'}-{signs(token)}"


DOORS = (
    Door(
        "/child/{student_id}/add/{entry}",
        ("GET", "POST"),
        _one,
        CHILD_EDIT,
        "add-entry",
        audits="添写",
        subject="student_id",
    ),
    Door(
        "/class/{class_id}/add/{entry}",
        ("GET", "POST"),
        _together,
        CLASS,
        "add-together",
        audits="添写",
        subject="class_id",
    ),
    Door("/new/{kind}", ("GET", "POST"), _new, SIGNED_IN, "add-record", audits="新建", subject="kind"),
)
