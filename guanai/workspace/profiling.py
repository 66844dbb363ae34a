"""Puts a profile of persuasion (劝返时限样本) into the school's plan, after showing what would change on paper."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from generators.citations import load_citations
from generators.profiles import Profile, ProfileDoesNotFit, applied, load_profile, profile_slugs
from guanai import clauses
from guanai.clauses import UnknownPlaceholder
from guanai.errors import NotFound
from guanai.model.policy import Duty, Policy
from guanai.schema import Schemas
from guanai.store.merge import difference
from guanai.store.snapshot import Snapshot
from guanai.yamlfile import Change

_KIND: Final = "policy"
#: What tells of other figures who chose them.
_UNSEEN: Final = frozenset({"约定"})


class NoPlan(NotFound):
    """No policy of the school has what a profile changes."""

    def __init__(self) -> None:
        super().__init__(
            "records/policies 里没有能套用劝返时限样本的方案；请先采用控辍保学工作方案（retention-b.yml）。"
        )


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that changes: where it stands, and how it reads before and after ("" for nothing)."""

    where: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Preview:
    """What a profile would change.

    Attributes:
        policy: id of the school's plan.
        name: of the plan.
        clauses: as they print.
        figures: duty and key; those that print nowhere too.
        changes: what is to be saved; empty where the plan has the profile already.
        version: blob id of the plan that was looked at.
    """

    policy: str
    name: str
    profile: Profile
    clauses: tuple[Line, ...]
    figures: tuple[Line, ...]
    changes: tuple[Change, ...]
    version: str


def preview(snapshot: Snapshot, schemas: Schemas, slug: str, plan: str = "", *, version: str = "") -> Preview:
    """Return what a profile would change; nothing is saved.

    Args:
        snapshot: the records.
        schemas: those of the installed program.
        slug: name of the profile.
        plan: id of the plan; "" for the first that the profile fits.
        version: blob id of the plan.

    Raises:
        NoSuchProfile: there is no such profile.
        NoPlan, RecordNotFound: the school has no such plan.
        ProfileDoesNotFit: the plan that was named lacks a clause.
    """
    profile = load_profile(slug)
    policy_id = plan or plan_of(snapshot)
    data = snapshot.mapping(_KIND, policy_id)
    after = applied(data, profile)
    old, new = Policy.from_mapping(data), Policy.from_mapping(after)
    changes = tuple(difference(data, after, schemas.record(_KIND)))
    return Preview(
        policy_id, old.name, profile, tuple(_clauses(old, new)), tuple(_figures(old, new)), changes, version
    )


def plan_of(snapshot: Snapshot) -> str:
    """Return the id of the school's plan that profiles fit.

    Raises:
        NoPlan: there is none.
    """
    for policy_id in snapshot.ids(_KIND):
        try:
            applied(snapshot.mapping(_KIND, policy_id), load_profile(profile_slugs()[0]))
        except ProfileDoesNotFit:
            continue
        return policy_id
    raise NoPlan


def _clauses(old: Policy, new: Policy) -> Iterator[Line]:
    before, after = dict(_printed(old)), dict(_printed(new))
    for (pointer, where), text in after.items():
        was = before.get((pointer, where), "")
        if was != text:
            yield Line(where, was, text)


def _printed(policy: Policy) -> Iterator[tuple[tuple[str, str], str]]:
    words = {f"依据.{each.id}": each.text for each in load_citations().values()} | clauses.printed(policy)
    for passage in clauses.passages(policy):
        try:
            yield (passage.pointer, passage.where), clauses.fill(policy, passage, words)
        except UnknownPlaceholder:
            # It names something from outside the plan, which no profile changes.
            yield (passage.pointer, passage.where), passage.text


def _figures(old: Policy, new: Policy) -> Iterator[Line]:
    before, after = _duties(old), _duties(new)
    for name, duty in after.items():
        for key, field in Duty.names().items():
            was, now = (_words(getattr(each, field)) for each in (before.get(name, duty), duty))
            if was != now and key not in _UNSEEN:
                yield Line(f"{name}.{key}", was, now)


def _duties(policy: Policy) -> Mapping[str, Duty]:
    return {each.duty.id: each.duty for each in clauses.assignments(policy)}


def _words(value: Any) -> str:
    return "、".join(value) if isinstance(value, tuple) else "" if value is None else str(value)
