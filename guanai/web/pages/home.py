"""The first page: what is most urgent, what one began to write, a search for a child, and the posts that decide what one sees."""

from starlette.requests import Request
from starlette.responses import Response

from guanai.rules.duties import State
from guanai.web.pages.drafts import drafts_of
from guanai.web.pages.duties import URGENT, by_whom, tasks, to_do
from guanai.web.pages.students import names_of, view_of
from guanai.web.policy import SIGNED_IN
from guanai.web.render import render
from guanai.web.routes import Door
from guanai.web.visitor import Visitor, visitor_of


def _home(request: Request) -> Response:
    visitor = visitor_of(request)
    firm = [each for each in to_do(visitor) if each.state is not State.REMINDER]
    return render(
        request,
        "home.html",
        groups=by_whom(tasks(visitor, firm[:URGENT])),
        count=len(firm),
        shown=min(len(firm), URGENT),
        late=sum(each.state is State.OVERDUE for each in firm),
        posts=posts_of(visitor),
        has_children=bool(view_of(visitor).facts.children),
        drafts=len(drafts_of(request).of(visitor.staff_id)),
    )


def posts_of(visitor: Visitor) -> list[tuple[str, str]]:
    """Return today's posts with their scope, subject and whether one stands in, in words."""
    view = view_of(visitor)
    context = names_of(view)

    def scope(text: str) -> str:
        if text in {each.id for each in view.frame.school.classes}:
            return context.class_name(text, visitor.on)
        if text in {each.id for each in view.frame.school.grades}:
            return context.grade_name(text, visitor.on)
        return view.name(text) or ("结对学生" if text[:1] == "S" else text)

    return [
        (
            post.role,
            " · ".join(filter(None, (scope(post.scope), post.subject, "代理" if post.is_acting else ""))),
        )
        for post in visitor.actor.posts
    ]


DOORS = (Door("/", ("GET",), _home, SIGNED_IN, "home", nav="首页", nav_rank=0),)
