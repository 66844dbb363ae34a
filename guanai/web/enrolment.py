"""Accounts from the command line: handing over passwords, and the logins of a demo."""

import itertools
from collections.abc import Callable, Collection, Iterator
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path

import pyotp
from pypinyin import lazy_pinyin

from guanai.access import actor_on
from guanai.access.actor import UnknownStaff
from guanai.errors import Conflict
from guanai.model.staff import StaffMember
from guanai.web.accounts import Account, Accounts
from guanai.web.audit import AuditLog
from guanai.web.db import Database
from guanai.web.gateway import DATABASE
from guanai.web.passwords import Passwords, new_password
from guanai.web.settings import Hashing, now_in_china
from guanai.web.throttle import Throttle, codes_of
from guanai.web.visitor import STRONG_ROLES
from guanai.workspace.facade import Workspace

#: What stands in the log where the command line did it: who has the files has everything.
_SHELL = "命令行"
#: Log-in names of a demo, by role; other roles get their pinyin.
_DEMO_USERS = {
    "校长": "principal", "分管副校长": "deputy", "德育主任": "moral", "教务主任": "academic", "年级组长": "gradehead",
    "班主任": "homeroom", "副班主任": "assistant", "科任教师": "subject", "心理健康教师": "counsellor",
    "资源教师": "resource", "学籍管理员": "registrar", "后勤主任": "logistics", "校办主任": "office",
    "家长代表": "parent", "系统管理员": "admin", "党组织书记": "secretary", "副校长": "vice", "校医": "nurse",
}  # fmt: skip


class NoDemo(Conflict):
    """Demo logins were asked for in a school that is not marked 演示."""

    def __init__(self) -> None:
        super().__init__(
            "这所学校没有标明是演示（records/school.yml 的“演示”），不建演示用的账号：它们的密码会打印出来。"
            "给真的教职工建账号，请用 guanai user add。"
        )


@dataclass(frozen=True, slots=True)
class Handed:
    """What is handed over, once.

    Attributes:
        role: the role it is for, "" where it is a person's account.
        totp: secret of the second factor, "" where none is needed.
    """

    name: str
    user: str
    password: str
    role: str = ""
    totp: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """An account in the list."""

    staff: str
    user: str
    name: str
    roles: tuple[str, ...]
    state: str

    def as_json(self) -> dict[str, object]:
        """Return the machine face of ``user list --json``."""
        return asdict(self)


class Desk:
    """Makes and mends accounts of one workspace."""

    def __init__(
        self, root: Path, hashing: Hashing | None = None, *, clock: Callable[[], datetime] = now_in_china
    ) -> None:
        """``root``: the workspace, its work tree; ``hashing``: cost of a password's hash; ``clock``: tells the instant."""
        self._workspace = Workspace(root)
        self._db = Database(root / DATABASE)
        self._accounts = Accounts(self._db, Passwords(hashing or Hashing()))
        self._throttle = Throttle(self._db)
        self._audit = AuditLog(root, clock)
        self._clock = clock

    def add(self, staff: str, user: str = "") -> Handed:
        """Make an account with a password to hand over.

        Raises:
            UnknownStaff, TakenAccount, UnusableUser: it cannot be made.
        """
        person, password = self._person(staff), new_password()
        account = self._accounts.create(
            staff,
            user or free_user(person.name, {each.user for each in self._accounts.all()}),
            password,
            when=self._clock(),
        )
        self._note("建账号", staff)
        return Handed(person.name, account.user, password)

    def reset(self, staff: str) -> Handed:
        """Give an account a new password to hand over; its second factor has to be set up again, locks are lifted.

        Raises:
            UnknownAccount: there is none.
        """
        password, account = new_password(), self._accounts.of(staff)
        self._accounts.reset(staff, password, when=self._clock())
        self._throttle.forget(account.user, codes_of(staff))
        self._note("重设密码", staff)
        return Handed(self._name(staff), account.user, password)

    def shut(self, staff: str) -> None:
        """Let nobody log in with an account.

        Raises:
            UnknownAccount: there is none.
        """
        self._accounts.close(staff)
        self._note("停用账号", staff)

    def rows(self, on: date) -> tuple[Row, ...]:
        """Return the accounts with the posts of a day."""
        return tuple(self._row(each, on) for each in self._accounts.all())

    def add_demo(self, on: date) -> tuple[Handed, ...]:
        """Make a login for one person of each role held on a day, in place of those made before.

        Raises:
            NoDemo: the school is not marked 演示.
        """
        if not self._workspace.snapshot.school.is_demo:
            raise NoDemo
        self._accounts.remove_demo()
        return tuple(self._demo(role, person, on) for role, person in self._cast(on))

    def remove_demo(self) -> int:
        """Remove the logins of a demo; return how many they were."""
        return self._accounts.remove_demo()

    def close(self) -> None:
        """Let go of the database."""
        self._db.close()

    def _demo(self, role: str, person: StaffMember, on: date) -> Handed:
        user = _DEMO_USERS.get(role) or "".join(lazy_pinyin(role))
        password = new_password()
        self._accounts.create(person.id, user, password, when=self._clock(), is_demo=True)
        held = {post.role for post in actor_on(person, on).posts}
        totp = pyotp.random_base32() if not STRONG_ROLES.isdisjoint(held) else ""
        if totp:
            self._accounts.set_totp(person.id, totp)
        return Handed(person.name, user, password, role, totp)

    def _cast(self, on: date) -> Iterator[tuple[str, StaffMember]]:
        """Yield for each role who plays it: someone with few other roles, and nobody twice."""
        held = {
            person.id: tuple(dict.fromkeys(post.role for post in actor_on(person, on).posts))
            for person in self._workspace.snapshot.staff.values()
        }
        roles = dict.fromkeys(role for roles in held.values() for role in roles)
        taken = {each.staff for each in self._accounts.all()}
        # First the roles that fewest people hold: a teacher of anything is easily found afterwards.
        for role in sorted(roles, key=lambda each: sum(each in roles for roles in held.values())):
            people = [staff for staff, roles in held.items() if role in roles and staff not in taken]
            if people:
                chosen = min(people, key=lambda staff: (held[staff][0] != role, len(held[staff])))
                taken.add(chosen)
                yield role, self._workspace.snapshot.staff[chosen]

    def _row(self, account: Account, on: date) -> Row:
        person = self._workspace.snapshot.staff.get(account.staff)
        posts = actor_on(person, on).posts if person else ()
        state = "停用" if account.is_closed else "待换密码" if account.must_change else "正常"
        told = f"{state}{'，演示' if account.is_demo else ''}{'，有动态口令' if account.has_totp else ''}"
        roles = tuple(dict.fromkeys(post.role for post in posts))
        return Row(account.staff, account.user, person.name if person else "", roles, told)

    def _person(self, staff: str) -> StaffMember:
        person = self._workspace.snapshot.staff.get(staff)
        if person is None:
            raise UnknownStaff(staff)
        return person

    def _name(self, staff: str) -> str:
        person = self._workspace.snapshot.staff.get(staff)
        return person.name if person else staff

    def _note(self, action: str, staff: str) -> None:
        self._audit.record(actor="", role=_SHELL, action=action, record=staff)


def free_user(name: str, taken: Collection[str]) -> str:
    """Return a log-in name from a person's name that nobody has.

    >>> free_user("林晓", {"linxiao", "linxiao2"})
    'linxiao3'
    """
    plain = "".join(lazy_pinyin(name, errors="ignore")) or "user"
    numbered = (f"{plain}{number}" for number in itertools.count(2))
    return next(each for each in itertools.chain((plain,), numbered) if each not in taken)
