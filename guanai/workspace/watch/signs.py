"""The signs of a school's children as one person may know them, and the levels they suggest."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache

from guanai.calendar import instant
from guanai.rules.attendance import figures_of
from guanai.rules.levels import rules_of
from guanai.rules.plans import evidence_labels
from guanai.rules.signs import Sign, signs
from guanai.rules.thresholds import Thresholds
from guanai.rules.truancy import Known
from guanai.rules.warning import CONTACTS, LEVELS, Proposal, propose, uncontacted
from guanai.workspace.watch.vigil import View


@dataclass(frozen=True, slots=True)
class SignsOfSchool:
    """What the rules say on a day.

    Attributes:
        proposals: by class, the highest level first.
        uncontacted: children with many signs with whom nobody has been in touch lately.
        using: the figures by which something is a sign.
    """

    proposals: tuple[Proposal, ...]
    uncontacted: Mapping[str, tuple[Sign, ...]]
    using: Thresholds


def signs_of_school(view: View) -> SignsOfSchool:
    """Return the signs and proposals on the view's day."""
    known, rules = known_of(view), rules_of(view.facts.policies)
    proposals: list[Proposal] = []
    silent: dict[str, tuple[Sign, ...]] = {}
    for child in view.facts.children.values():
        if not view.class_of(child.id):
            continue
        found = tuple(each for each in signs(child, known, rules) if view.shows(each))
        made = propose(child, found, view.on, rules.thresholds)
        if made is not None and view.shows(made):
            proposals.append(made)
        # That nobody was in touch says something of every kind of contact.
        if view.holds(child.id, _contact_labels()) and (
            left := uncontacted(child, found, view.on, rules.thresholds)
        ):
            silent[child.id] = left
    proposals.sort(key=lambda each: (view.class_of(each.student), -LEVELS.index(each.level), each.student))
    return SignsOfSchool(tuple(proposals), silent, rules.thresholds)


def known_of(view: View) -> Known:
    """Return what is known of attendance at the end of the view's day."""
    facts = view.facts

    def class_of(student: str, day: date) -> str | None:
        child = facts.children.get(student)
        stay = child.stay_on(day) if child else None
        return stay.class_id if stay else None

    return Known(facts.book, facts.calendar, figures_of(facts.policies), instant(view.on), class_of)


@cache
def _contact_labels() -> frozenset[str]:
    return frozenset[str]().union(*map(evidence_labels, CONTACTS))
