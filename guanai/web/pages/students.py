"""The children one may see, and the search for one of them by part of a name, initials or id."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from generators.context import Context
from guanai.grades import rung
from guanai.web.gateway import Gateway, gateway_of
from guanai.web.guard import note, text_in
from guanai.web.naming import units_named
from guanai.web.policy import SIGNED_IN
from guanai.web.render import address_of, render
from guanai.web.routes import Door
from guanai.web.visitor import Visitor, visitor_of
from guanai.workspace.watch.vigil import View

_MOST_FOUND = 100
_LONGEST_WORD = 40
_LEVELS = {"红": "red", "黄": "yellow", "绿": "green"}


@dataclass(frozen=True, slots=True)
class Pupil:
    """A child in a list; ``level`` is "" where there is none or it may not be known."""

    id: str
    name: str
    class_id: str
    level: str
    seat: int

    @property
    def colour(self) -> str:
        """The class of the level's sign."""
        return _LEVELS.get(self.level, "")


def pupils(visitor: Visitor) -> tuple[Pupil, ...]:
    """Return the children whose names a visitor may know, as a school lists them: by grade, class and seat, then by name."""
    return visitor.edition.once("pupils", lambda: tuple(_pupils(view_of(visitor))))


def _pupils(view: View) -> Iterator[Pupil]:
    found = []
    for child in view.facts.children.values():
        name = view.name(child.id)
        level = child.level_on(view.on)
        if name:
            known = level.level if level and view.holds(child.id, level.labels) else ""
            found.append(
                Pupil(child.id, name, view.class_of(child.id), known if known in _LEVELS else "", child.seat)
            )
    yield from sorted(found, key=_place)


def roll(view: View, class_id: str, day: date) -> tuple[tuple[str, str], ...]:
    """Return (id, name) of the children of a class on a day whose names a view may know, in the order of a class list."""
    members = ((child, view.name(child.id)) for child in view.facts.members(class_id, day))
    found = sorted((_seat(child.seat), initials(name), child.id, name) for child, name in members if name)
    return tuple((child, name) for *_, child, name in found)


def matches(pupil: Pupil, asked: str) -> bool:
    """Tell whether a child is meant by part of a name, by initials (``lmm``) or by part of an id."""
    word = asked.strip()
    plain = word.lower().replace(" ", "")
    return bool(plain) and (
        word in pupil.name or plain in pupil.id.lower() or (plain.isascii() and plain in initials(pupil.name))
    )


@lru_cache(maxsize=65536)
def initials(name: str) -> str:
    """Return the first letters of a name's syllables: 李明明 → lmm."""
    from pypinyin import Style, lazy_pinyin  # noqa: PLC0415 - its tables take long to load

    return "".join(lazy_pinyin(name, style=Style.FIRST_LETTER)).lower()


def view_of(visitor: Visitor) -> View:
    """Return what a visitor may know of duties and children."""
    return visitor.workspace.look(staff=visitor.staff_id, on=visitor.on)


def names_of(view: View) -> Context:
    """Return the names of classes and staff."""
    return Context(school=view.frame.school, staff={each.id: each for each in view.frame.staff.people})


def worded(visitor: Visitor, student_id: str, reason: str) -> str:
    """Return a reason with the names of classes and grades in place of their ids."""
    return units_named(reason.replace(student_id, "结对学生"), names_of(view_of(visitor)), visitor.on)


def _place(pupil: Pupil) -> tuple[object, ...]:
    """Return what sorts a child among the others; who sits in no class stands behind."""
    where = rung(pupil.class_id) if pupil.class_id else ()
    return not where, where, _seat(pupil.seat), initials(pupil.name), pupil.id


def _seat(seat: int) -> tuple[bool, int]:
    return seat == 0, seat


def _students(request: Request) -> Response:
    return _search(request) if request.method == "POST" else _listed(request)


def _listed(request: Request) -> Response:
    visitor, key = visitor_of(request), request.query_params.get("found", "")
    asked = gateway_of(request).searches.word(visitor.session.key, key)
    view = view_of(visitor)
    everyone = pupils(visitor)
    found = [each for each in everyone if matches(each, asked)] if asked else everyone
    if asked:
        note(request, visitor, "检索", "")
    context = names_of(view)
    by_class: dict[str, list[Pupil]] = {}
    for each in found[:_MOST_FOUND] if asked else found:
        by_class.setdefault(each.class_id, []).append(each)
    classes = [
        (context.class_name(class_id, visitor.on) if class_id else "未分班", members, class_id)
        for class_id, members in by_class.items()
    ]
    return render(
        request,
        "students.html",
        asked=asked,
        is_over=key and not asked,
        classes=classes,
        total=len(found),
        is_cut=asked and len(found) > _MOST_FOUND,
        writable=set() if asked else _classes_of(visitor),
    )


def _search(request: Request) -> Response:
    """Keep the word and go on to a page whose address does not name it: Back and reload ask nothing."""
    visitor, word = visitor_of(request), text_in(request, "q").strip()[:_LONGEST_WORD]
    if not word:
        return RedirectResponse(address_of(request, "students"), status_code=303)
    key = gateway_of(request).searches.keep(visitor.session.key, word, when=visitor.now)
    return RedirectResponse(address_of(request, "students", query={"found": key}), status_code=303)


def _sweep(gateway: Gateway) -> None:
    gateway.searches.sweep(gateway.settings.now())


def _classes_of(visitor: Visitor) -> set[str]:
    """Return the classes that a visitor has charge of, for what is noted of several children at once."""
    return {
        post.scope
        for post in visitor.actor.posts
        if "-" in post.scope and post.role in ("班主任", "副班主任")
    }


DOORS = (Door("/students", ("GET", "POST"), _students, SIGNED_IN, "students", nav="学生", nav_rank=20),)
CHORES = (_sweep,)
