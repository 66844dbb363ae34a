"""What the record of a persuasion's step lacks: people, papers, fields, a signature or the witness of its refusal."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from guanai.access.actor import actor_on
from guanai.model.staff import Staff
from guanai.model.trail import Persuasion, Step
from guanai.rules.clock import day_of
from guanai.rules.levels import ORDER, Level, LevelRule, Rules


@dataclass(frozen=True, slots=True)
class Gap:
    """Something missing; ``step`` is the id of the step, "" for the account as a whole."""

    step: str
    message: str


def gaps(case: Persuasion, rules: Rules, staff: Staff) -> tuple[Gap, ...]:
    """Return what is missing in the record of a persuasion, step by step."""
    found: list[Gap] = []
    seen: set[str] = set()
    for step in case.steps:
        rule = rules.levels[Level(step.level)]
        # Level 3 begins with the principal's report; after it the township leads.
        is_led = rule.level is not Level.THIRD or step.level not in seen
        seen.add(step.level)
        found += [
            Gap(step.id or "", sentence)
            for sentence in (*_step(step, rule), *_people(step, rule, staff, is_led=is_led))
        ]
    return (*found, *_order(case))


def papers_to_carry(rule: LevelRule, step: Step) -> tuple[str, ...]:
    """Return the papers of a level that a step's 携带材料 does not name; the form filled in there is not carried."""
    carried = "、".join(step.materials)
    return tuple(paper for paper in rule.papers if paper not in _MADE_THERE and paper not in carried)


#: Papers that come of the visit, or of its envelope, and are not brought along.
_MADE_THERE: Final = frozenset({"劝返记录表", "送达回证", "书面报告", "历次劝返记录"})
_FIELDS: Final[Mapping[str, str]] = {
    "家长态度": "guardian_attitude",
    "学生态度": "student_attitude",
    "结果": "outcome",
    "过程": "content",
    "下一步": "next_step",
}


def _step(step: Step, rule: LevelRule) -> Iterator[str]:
    if step.signature == "拒签" and not step.witness:
        yield "家长拒签，还没有写见证人；请补上见证人的姓名和职务。"
    if step.signature in (None, "待签") and rule.level is not Level.THIRD:
        yield "劝返记录表还没有签字；签好后改为“已签”，不肯签的写“拒签”和见证人。"
    if missing := [key for key in rule.fields if not getattr(step, _FIELDS.get(key, "content"))]:
        yield f"还没有写{'、'.join(missing)}。"
    if papers := papers_to_carry(rule, step):
        yield f"携带材料里没有{'、'.join(papers)}；带了就补记，没带的下次带上。"


def _people(step: Step, rule: LevelRule, staff: Staff, *, is_led: bool) -> Iterator[str]:
    if step.at is None:
        return
    present = {person.staff for person in step.participants if person.staff}
    lead = rule.owners[0] if rule.owners else ""
    # A principal may go in a vice principal's stead, never the other way round.
    if is_led and lead and not _holds({lead, "校长"}, present, staff, day_of(step.at)):
        yield f"{rule.level}劝返由{lead}牵头，参加人里没有；请核对。"
    if rule.level is Level.FIRST and len(present) < 2:
        yield "一级劝返由班主任会同科任教师上门，参加人里只有一名教师；请核对。"
    if rule.level is Level.SECOND and not any(person.post for person in step.participants):
        yield f"二级劝返要有{rule.others}参加，参加人里没有写；请核对。"


def _holds(roles: Collection[str], people: Iterable[str], staff: Staff, on: date) -> bool:
    known = {person.id: person for person in staff.people}
    return any(
        post.role in roles for who in people if who in known for post in actor_on(known[who], on).posts
    )


def _order(case: Persuasion) -> Iterator[Gap]:
    made = {Level(step.level) for step in case.steps}
    highest = max(made, key=ORDER.index, default=Level.FIRST)
    for level in ORDER[: ORDER.index(highest)]:
        if level not in made:
            yield Gap("", f"有{highest}劝返，没有{level}劝返的记录；做过的请补录。")
    if case.closed_on is not None and case.returned_on is not None and case.stable_on is None:
        yield Gap("", "已经销号，但没有写稳定日期；请核对是否已稳定就读。")
