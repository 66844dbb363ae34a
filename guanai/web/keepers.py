"""Who keeps what belongs to the whole school: staff, classes, calendar, policies, the lists that come in as sheets."""

from guanai.access import Action, Child, Label, decide, powers_over
from guanai.access.decide import covers
from guanai.access.powers import CARETAKERS
from guanai.web.policy import Params, Policy
from guanai.web.visitor import Visitor

#: Where the records of which there is one lie.
STAFF_FILE, SCHOOL_FILE, ACCESS_FILE = (f"records/{kind}.yml" for kind in ("staff", "school", "access"))


def keeps(visitor: Visitor, kind: str) -> bool:
    """Tell whether a visitor may change the school's records of a kind, as far as the kind alone decides."""
    powers = powers_over(visitor.actor, kind, {}, visitor.workspace.snapshot.access, on=visitor.on)
    return powers.edits is not None


def kept_by(visitor: Visitor) -> frozenset[str]:
    """Return the kinds of the school's own records that a visitor may change."""
    return frozenset(kind for kind in CARETAKERS if keeps(visitor, kind))


def may_import(visitor: Visitor) -> bool:
    """Tell whether a visitor may change files of children in some class; each row is judged again."""
    snapshot = visitor.workspace.snapshot
    children = [Child(id="", class_id=unit) for unit in ("", *(each.id for each in snapshot.school.classes))]
    # Every page's menu asks; of most classes most people hold nothing.
    reached = (each for each in children if any(covers(post, each) for post in visitor.actor.posts))
    verdicts = (decide(visitor.actor, Action.EDIT, each, snapshot.access, on=visitor.on) for each in reached)
    return any(each.labels - {Label.PSYCHOLOGY} for each in verdicts)


def may_promote(visitor: Visitor) -> bool:
    """Tell whether a visitor may change staff, classes and the enrolment of every child: what a new year takes."""
    if not {"staff", "school"} <= kept_by(visitor):
        return False
    access = visitor.workspace.snapshot.access
    whole = decide(visitor.actor, Action.EDIT, Child(id="", class_id=""), access, on=visitor.on)
    return Label.TEACHING in whole.labels


def sees_whole_school(visitor: Visitor) -> bool:
    """Tell whether a visitor reads the files of all children, beyond their names and lessons."""
    return Label.CARE in (visitor.edition.reach("") or frozenset())


def _keeping(kind: str) -> Policy:
    def judge(visitor: Visitor, _: Params) -> bool:
        return keeps(visitor, kind)

    return Policy(f"keeps-{kind}", judge)


#: Who changes who works at the school, and as what.
KEEPS_STAFF = _keeping("staff")
#: Who changes grades and classes.
KEEPS_SCHOOL = _keeping("school")
#: Who changes terms and holidays.
KEEPS_CALENDAR = _keeping("calendar")
#: Who changes policies and their figures.
KEEPS_POLICIES = _keeping("policy")
#: Who has anything to look after at all.
KEEPS = Policy("keeps", lambda visitor, _: bool(kept_by(visitor)) or may_import(visitor))
#: Who may bring in lists of children.
IMPORTS = Policy("imports", lambda visitor, _: may_import(visitor))
#: Who may begin a new school year.
PROMOTES = Policy("promotes", lambda visitor, _: may_promote(visitor))
#: Who may know how much of all children's files is filled in.
WHOLE_SCHOOL = Policy("whole-school", lambda visitor, _: sees_whole_school(visitor))
