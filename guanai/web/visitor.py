"""Who asks: a logged-in person with the posts of this very moment and the edition they open."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from starlette.requests import Request

from guanai.access import Actor, actor_on
from guanai.errors import GuanaiError
from guanai.rules.clock import day_of
from guanai.web.accounts import Account, UnknownAccount
from guanai.web.gateway import Gateway, gateway_of
from guanai.web.owners import form_token
from guanai.web.security import origin_of
from guanai.web.sessions import Session
from guanai.workspace.editions import Edition
from guanai.workspace.facade import Workspace

_APPROVERS = frozenset({"校长", "分管副校长"})
#: Who widens others' sight, looks after what is most confidential or after everybody's accounts: never by password alone.
STRONG_ROLES = _APPROVERS | {"心理健康教师", "系统管理员"}


class Step(StrEnum):
    """What is still to be done before anything may be seen."""

    CODE = "login-code"
    PASSWORD = "login-password"  # noqa: S105 -- the name of a page
    ENROL = "login-enrol"
    DONE = ""


@dataclass(frozen=True, slots=True)
class Visitor:
    """A logged-in person at one request.

    Attributes:
        account: the account.
        session: the browser's session.
        actor: the person with the posts of today, as staff.yml at the newest commit has them.
        workspace: the records at the newest commit.
        edition: these records as the person may see them: pages are made of nothing else.
        on: today.
        now: this instant.
        csrf: the token that forms carry.
        step: what is still to be done to be let in.
    """

    account: Account
    session: Session
    actor: Actor
    workspace: Workspace
    edition: Edition
    on: date
    now: datetime
    csrf: str
    step: Step

    @property
    def minute(self) -> datetime:
        """The minute of the request: what is worked out for it serves every page that is asked for within it."""
        return self.now.replace(second=0, microsecond=0)

    @property
    def staff_id(self) -> str:
        """The person's id in staff.yml."""
        return self.actor.staff

    @property
    def name(self) -> str:
        """The person's name."""
        return self.actor.name

    @property
    def roles(self) -> tuple[str, ...]:
        """The roles of today's posts, each once."""
        return tuple(dict.fromkeys(post.role for post in self.actor.posts))

    @property
    def is_admin(self) -> bool:
        """Whether the person looks after accounts and the machine."""
        return "系统管理员" in self.roles

    @property
    def is_approver(self) -> bool:
        """Whether the person may grant sight of a child: 校长 or 分管副校长."""
        return not _APPROVERS.isdisjoint(self.roles)

    @property
    def is_counsellor(self) -> bool:
        """Whether the person is the school's counsellor."""
        return "心理健康教师" in self.roles


def visitor_of(request: Request) -> Visitor:
    """Return who asks; only where the door's policy lets nobody else in."""
    visitor: Visitor = request.state.visitor
    return visitor


def find_visitor(request: Request) -> Visitor | None:
    """Return who asks, by the session's number in the browser; None where nobody is logged in."""
    gateway = gateway_of(request)
    number = request.cookies.get(origin_of(request.scope).cookie, "")
    session = gateway.sessions.find(number, when=gateway.settings.clock())
    if session is None:
        return None
    try:
        account = gateway.accounts.of(session.staff)
    except UnknownAccount:
        return None
    if account.epoch != session.epoch:
        return None
    return identify(gateway, account, session, number)


def identify(gateway: Gateway, account: Account, session: Session, number: str) -> Visitor | None:
    """Return the person behind a session; None who may not be let in today."""
    workspace = gateway.moments.now()
    # Read once: around midnight posts of one day must not meet the records as they are open on the next.
    now = gateway.settings.now()
    on = day_of(now)
    actor = _let_in(account, workspace, on)
    if actor is None:
        return None
    return Visitor(
        account=account,
        session=session,
        actor=actor,
        workspace=workspace,
        edition=workspace.edition(staff=actor.staff, on=on),
        on=on,
        now=now,
        csrf=form_token(workspace, actor.staff, number),
        step=_step(account, session, actor),
    )


def may_enter(gateway: Gateway, account: Account) -> bool:
    """Tell whether the account and today's posts let anybody in."""
    return _let_in(account, gateway.moments.now(), gateway.settings.today()) is not None


def _let_in(account: Account, workspace: Workspace, on: date) -> Actor | None:
    """Return the person of an account with the posts of a day; None where the account or the posts let nobody in."""
    try:
        person = workspace.snapshot.staff.get(account.staff)
        is_stray = account.is_demo and not workspace.snapshot.school.is_demo
    except GuanaiError:
        return None
    if person is None or account.is_closed or is_stray:
        return None
    actor = actor_on(person, on)
    return actor if actor.posts else None


def _step(account: Account, session: Session, actor: Actor) -> Step:
    if account.has_totp and not session.is_strong:
        return Step.CODE
    if account.must_change:
        return Step.PASSWORD
    if not session.is_strong and any(post.role in STRONG_ROLES for post in actor.posts):
        return Step.ENROL
    return Step.DONE
