"""What a change of staff.yml or access.yml opens to somebody, and whether two persons stand behind it.

Narrowing goes through at once. Where it cannot be told that nothing is opened, something is: a post that begins
earlier, a role that is new. What lies beyond the floor opens nothing and is refused elsewhere.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from guanai.access.clearance import within_floor
from guanai.access.raw import items_of, words_of
from guanai.grades import grade_of
from guanai.yamlfile import Path

#: Who confirms that somebody sees more (ours).
APPROVERS: Final = frozenset({"校长", "分管副校长"})
_SIGHT: Final = ("看", "有预警时另看", "结对学生另看", "追加", "改")
_ALWAYS, _NEVER = "0000-00-00", "9999-99-99"

Items = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Gain:
    """Something that is opened.

    Attributes:
        path: where it stands.
        staff: id of who gains, "" where all of a role do.
        role: the role that gains, "" where one person does.
        is_grant: an exception for one child.
        sentence: what is opened, in Chinese, people and children by their ids.
    """

    path: Path
    staff: str
    role: str
    is_grant: bool
    sentence: str


@dataclass(frozen=True, slots=True)
class Backer:
    """One of the two persons behind a change.

    Attributes:
        staff: the id.
        held: every role held that day.
    """

    staff: str
    held: frozenset[str]

    def gains(self, gain: Gain) -> bool:
        """Tell whether the change opens something to this very person."""
        return gain.staff == self.staff or gain.role in self.held


def widening(kind: str, before: Items, after: Items) -> tuple[Gain, ...]:
    """Return what a change opens; nothing for a school's first staff or rules, which there is nothing to hold against.

    Args:
        kind: the record's kind; only ``staff`` and ``access`` open anything.
        before: the whole record.
        after: the whole record to be.
    """
    if not before:
        return ()
    if kind == "staff":
        return tuple(_posts(before, after))
    if kind == "access":
        return (*_roles(before, after), *_grants(before, after))
    return ()


def objection(gains: Sequence[Gain], first: Backer, second: Backer) -> str:
    """Return why two persons may not open something together, "" where they may.

    One of them is 校长 or 分管副校长 and gains nothing by it. Who asked for an exception may be the other.
    """
    if first.staff == second.staff:
        return "自己的改动不能由自己确认，要由另一位校长或分管副校长确认。"
    if _may_open(gains, second):
        return ""
    is_asked_for = all(each.is_grant and each.staff == second.staff for each in gains)
    if is_asked_for and _may_open(gains, first):
        return ""
    return "放宽权限要由校长或分管副校长确认，而且不能是因此看到更多的那个人。"


def _may_open(gains: Sequence[Gain], person: Backer) -> bool:
    return bool(APPROVERS & person.held) and not any(person.gains(each) for each in gains)


def _posts(before: Items, after: Items) -> Iterator[Gain]:
    old = {str(person.get("编号")): items_of(person, "任职") for person in items_of(before, "教职工")}
    for person in items_of(after, "教职工"):
        staff = str(person.get("编号"))
        for post in items_of(person, "任职"):
            if not any(_holds(each, post) for each in old.get(staff, ())):
                end = f"，到 {post['止']}" if post.get("止") else ""
                told = f"{staff} 任{post.get('角色', '')}（{post.get('范围', '')}），从 {post.get('起', '')} 起{end}"
                yield Gain(("教职工", staff, "任职"), staff, "", is_grant=False, sentence=told)


def _holds(old: Items, new: Items) -> bool:
    """Tell whether a post of before opens all that one of now does."""
    scope = str(new.get("范围", ""))
    return (
        old.get("角色") == new.get("角色")
        and old.get("范围") in (scope, grade_of(scope), "全校")
        and _lasts(old, new)
    )


def _lasts(old: Items, new: Items) -> bool:
    begun = str(old.get("起") or _ALWAYS) <= str(new.get("起") or _ALWAYS)
    return begun and str(new.get("止") or _NEVER) <= str(old.get("止") or _NEVER)


def _roles(before: Items, after: Items) -> Iterator[Gain]:
    old = {str(item.get("角色")): item for item in items_of(before, "角色")}
    for role, item in {str(item.get("角色")): item for item in items_of(after, "角色")}.items():
        was = old.get(role, {})
        more = {key: _opened(role, item, key) - _opened(role, was, key) for key in _SIGHT}
        told = [f"{key}：{'、'.join(sorted(words))}" for key, words in more.items() if words]
        if _is_freed(was, item):
            told.append(f"只看：{item.get('只看') or '不再限于汇总'}")
        if told:
            yield Gain(("角色",), "", role, is_grant=False, sentence=f"任{role}的人多得“{'；'.join(told)}”")


def _opened(role: str, item: Items, key: str) -> frozenset[str]:
    found = item.get(key)
    return within_floor(role, frozenset(map(str, found)) if isinstance(found, list) else frozenset())


def _is_freed(was: Items, item: Items) -> bool:
    """Tell whether a role is no longer held to what it was held to; being held to something for once is less."""
    old, new = was.get("只看"), item.get("只看")
    return old != new and (old is not None or not any(was.get(key) for key in _SIGHT))


def _grants(before: Items, after: Items) -> Iterator[Gain]:
    old = items_of(before, "特许")
    for item in items_of(after, "特许"):
        if not any(_allows(each, item) for each in old):
            staff, labels = str(item.get("教师", "")), "、".join(sorted(words_of(item, "看")))
            told = (
                f"{staff} 看 {item.get('学生', '')} 的{labels}，{item.get('起', '')} 至 {item.get('止', '')}"
            )
            yield Gain(("特许",), staff, "", is_grant=True, sentence=told)


def _allows(old: Items, new: Items) -> bool:
    return (
        all(old.get(key) == new.get(key) for key in ("教师", "学生"))
        and words_of(new, "看") <= words_of(old, "看")
        and _lasts(old, new)
    )
