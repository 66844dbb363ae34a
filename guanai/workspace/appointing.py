"""Who takes over which post and from when: assignments with their dates, as changes of staff.yml."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from guanai.errors import Invalid, NotFound
from guanai.ids import new_id
from guanai.yamlfile import Add, Change, Set

_PEOPLE: Final = "教职工"
_POSTS: Final = "任职"
_DAY: Final = timedelta(days=1)


class UnknownColleague(NotFound):
    """Nobody in staff.yml has that id."""

    def __init__(self, staff_id: str) -> None:
        super().__init__(f"教职工里没有编号为 {staff_id} 的人；请从名单里选。")


class HeldAlready(Invalid):
    """A person holds that post that day."""

    def __init__(self, name: str, role: str, scope: str) -> None:
        super().__init__(f"{name}那天已经是{role}（{scope}），不用再任一次；要改日期，请打开这个人的任职改。")


class EndsBeforeItBegins(Invalid):
    """A post would end before the day it began."""

    def __init__(self, name: str, role: str, since: str) -> None:
        super().__init__(f"{name}的{role}从 {since} 起，不能在那以前结束；请核对日期。")


@dataclass(frozen=True, slots=True)
class Post:
    """A post that somebody takes over.

    Attributes:
        role: 角色.
        scope: the school, a grade, a class or a child's id.
        since: the first day.
        subject: 学科, "" for none.
        is_acting: in place of somebody who is away.
    """

    role: str
    scope: str
    since: date
    subject: str = ""
    is_acting: bool = False

    def data(self) -> dict[str, Any]:
        """Return the item as it stands in staff.yml."""
        return {
            "角色": self.role,
            "范围": self.scope,
            **({"学科": self.subject} if self.subject else {}),
            **({"代理": True} if self.is_acting else {}),
            "起": self.since.isoformat(),
        }


def appointed(data: Mapping[str, Any], staff_id: str, post: Post, *, is_handover: bool) -> tuple[Change, ...]:
    """Return the changes that give a person a post.

    Args:
        data: staff.yml.
        staff_id: who takes it over.
        post: the post.
        is_handover: whoever else holds it gives it up on the day before.

    Raises:
        UnknownColleague: there is no such person.
        HeldAlready: the person holds it that day.
        EndsBeforeItBegins: who holds it began on that day or later.
    """
    person = _person(data, staff_id)
    if any(_is_same(held, post) and _is_held(held, post.since) for held in person.get(_POSTS, ())):
        raise HeldAlready(str(person["姓名"]), post.role, post.scope)
    ended = tuple(_handed_over(data, post, staff_id)) if is_handover else ()
    return (*ended, Add((_PEOPLE, staff_id, _POSTS), post.data()))


def newcomer(data: Mapping[str, Any], name: str, post: Post, *, phone: str = "") -> tuple[str, Change]:
    """Return the id drawn for a new colleague and the change that adds the person with a first post."""
    taken = {str(each["编号"]) for each in data[_PEOPLE]}
    staff_id = new_id("T", on=None, taken=taken)
    person = {
        "编号": staff_id,
        "姓名": name,
        **({"电话": phone} if phone else {}),
        _POSTS: [post.data()],
    }
    return staff_id, Add((_PEOPLE,), person)


def left(data: Mapping[str, Any], staff_id: str, until: date) -> tuple[Change, ...]:
    """Return the changes that end all posts of a person who leaves; those that begin later stay as they are.

    Raises:
        UnknownColleague: there is no such person.
    """
    return tuple(_ended(data, staff_id, until))


def ended_in(data: Mapping[str, Any], scopes: frozenset[str], until: date) -> tuple[Change, ...]:
    """Return the changes that end all posts in some grades and classes."""
    return tuple(
        change
        for person in data[_PEOPLE]
        for change in _ended(data, str(person["编号"]), until, scopes=scopes)
    )


def _ended(
    data: Mapping[str, Any], staff_id: str, until: date, scopes: frozenset[str] | None = None
) -> Iterator[Change]:
    for place, held in enumerate(_person(data, staff_id).get(_POSTS, ())):
        is_meant = scopes is None or held["范围"] in scopes
        if is_meant and held["起"] <= until.isoformat() and _is_held(held, until) and "止" not in held:
            yield _end(staff_id, place, until)


def _handed_over(data: Mapping[str, Any], post: Post, but: str) -> Iterator[Change]:
    for person in data[_PEOPLE]:
        for place, held in enumerate(person.get(_POSTS, ())):
            if person["编号"] == but or not _is_same(held, post) or not _is_held(held, post.since):
                continue
            if held["起"] >= post.since.isoformat():
                raise EndsBeforeItBegins(str(person["姓名"]), post.role, str(held["起"]))
            yield _end(str(person["编号"]), place, post.since - _DAY)


def _end(staff_id: str, place: int, until: date) -> Change:
    return Set((_PEOPLE, staff_id, _POSTS, place, "止"), until.isoformat())


def _person(data: Mapping[str, Any], staff_id: str) -> Mapping[str, Any]:
    for each in data[_PEOPLE]:
        if each["编号"] == staff_id:
            return dict(each)
    raise UnknownColleague(staff_id)


def _is_same(held: Mapping[str, Any], post: Post) -> bool:
    return (held["角色"], held["范围"], held.get("学科") or "") == (post.role, post.scope, post.subject)


def _is_held(held: Mapping[str, Any], on: date) -> bool:
    """Tell whether a post is in force on a day or later."""
    return str(held.get("止", "9999")) >= on.isoformat()
