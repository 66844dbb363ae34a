"""Why a duty stands as it does: the clause as it prints, the figures, what was looked for and what was found."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from guanai import clauses, figures
from guanai.model.policy import Duty
from guanai.rules.duties import Occurrence, plans_of
from guanai.rules.evidence import Proof
from guanai.rules.facts import Facts
from guanai.rules.levels import rules_of
from guanai.rules.plans import Plan, Rhythm
from guanai.rules.states import State
from guanai.rules.visits import gaps
from guanai.schema.taxonomies import load_taxonomies

#: The figures of a duty, in the order in which they are told.
_FIGURES: Final = (
    "周期",
    "次数",
    "日",
    "星期",
    "时刻",
    "时段",
    "节点",
    "期限",
    "方位",
    "起算",
    "触发天数",
    "触发条件",
    "门槛",
    "移至",
    "要素",
)
_SHIFTS: Final = {
    "前": "不上课的，提前到前一个上课日",
    "后": "不上课的，顺延到后一个上课日",
    "不移": "不因假日移动",
}


@dataclass(frozen=True, slots=True)
class Explanation:
    """A duty told in plain Chinese.

    Attributes:
        policy: name of the policy.
        where: the place in it, as a reader of the paper would find it.
        clause: the text as it prints.
        figures: what is written in the duty, by its Chinese key; what the source leaves open is marked.
        window: from when to when, and by when.
        looked_for: what would have counted.
        found: what was found, one line each; it names records, never their words.
        lacking: what the records of a persuasion's steps still lack, a sentence each.
        verdict: how it stands, and why.
        labels: what a reader needs to see all this.
    """

    policy: str
    where: str
    clause: str
    figures: tuple[str, ...]
    window: str
    looked_for: str
    found: tuple[str, ...]
    lacking: tuple[str, ...]
    verdict: str
    labels: frozenset[str]

    def lines(self) -> tuple[str, ...]:
        """Return the whole as lines to print."""
        return (
            f"《{self.policy}》{self.where}",
            f"条文：{self.clause}",
            f"数字：{'；'.join(self.figures) or '条文没有写明周期和期限'}",
            f"时段：{self.window}",
            f"查找：{self.looked_for}",
            *(f"找到：{each}" for each in self.found or ("没有找到",)),
            *(f"还缺：{each}" for each in self.lacking),
            f"结论：{self.verdict}",
        )


def explain(facts: Facts, made: Occurrence, words: Mapping[str, str] | None = None) -> Explanation:
    """Return why a duty stands as it does.

    Args:
        facts: those it was computed from.
        made: the duty.
        words: what placeholders from outside the policy stand for, such as ``依据.义务教育法-27``; what is
            missing prints as its name.
    """
    plan = next(plan for plan in plans_of(facts) if plan.id == made.duty)
    return Explanation(
        plan.policy.name,
        plan.assignment.where,
        _clause(plan, _Words(words or {}, plan)) if not made.source else f"{made.because}（{made.source}）",
        tuple(_figures(plan)),
        _window(made),
        _looked_for(plan, made),
        tuple(map(_told, made.proofs)),
        tuple(_lacking(facts, made)),
        _verdict(plan, made),
        made.labels,
    )


class _Words(dict[str, str]):
    """What placeholders stand for; an unknown one stands for its own name."""

    def __init__(self, outside: Mapping[str, str], plan: Plan) -> None:
        super().__init__({**_taxonomy_words(plan.policy.taxonomy), **outside, **clauses.printed(plan.policy)})

    def get(self, name: str, default: str | None = None) -> str:  # type: ignore[override]
        """Return what a name stands for."""
        return super().get(name) or default or name.partition(".")[2] or name


def _taxonomy_words(taxonomy: str | None) -> dict[str, str]:
    found = {
        f"分类.{name}": "、".join(each.name for each in items) for name, items in load_taxonomies().items()
    }
    if taxonomy in load_taxonomies():
        found["分类.数"] = figures.han(len(load_taxonomies()[taxonomy]))
    return found


def _clause(plan: Plan, words: _Words) -> str:
    # A duty stands in its paragraph if there is one, else in its clause; the text is beside it.
    place = plan.assignment.pointer.partition("/职责/")[0] + "/正文"
    for passage in clauses.passages(plan.policy):
        if passage.pointer == place:
            return clauses.fill(plan.policy, passage, words)
    return "（这一条没有正文）"


def _figures(plan: Plan) -> Iterator[str]:
    duty, names = plan.assignment.duty, Duty.names()
    for key in _FIGURES:
        value = getattr(duty, names[key])
        if value in (None, ()):
            continue
        text = (
            _SHIFTS[value] if key == "移至" else "、".join(value) if isinstance(value, tuple) else str(value)
        )
        yield f"{key}：{text}{_meaning(plan, key, text)}{'（本校约定）' if key in duty.ours else ''}"


def _meaning(plan: Plan, key: str, text: str) -> str:
    if key != "周期" or text not in figures.MEANINGS:
        return ""
    told = plan.policy.meanings
    own = getattr(told, told.names()[text]) if told is not None else None
    return f"（提醒按“{own or figures.MEANINGS[text]}”，不算逾期）"


def _window(made: Occurrence) -> str:
    due = _instant(made.due) if made.is_timed else _day(made.due)
    opened = _instant(made.opens) if made.opens.hour or made.opens.minute else _day(made.opens)
    begun = f"因为{made.because}，" if made.because and not made.source else ""
    if made.is_soft:
        return f"{begun}{opened} 起提示，建议 {due} 前完成"
    return f"{begun}{opened} 起，{due} 前完成"


def _looked_for(plan: Plan, made: Occurrence) -> str:
    joint = "和" if plan.needs_each else "、"
    words = joint.join(plan.evidence) or "（没有写明佐证）"
    asked = sorted({key for _, keys in plan.required for key in keys})
    fields = f"，要写明{'、'.join(asked)}" if asked else ""
    number = f"，共要 {made.needed} 次" if made.needed > 1 and not plan.needs_each else ""
    return f"{words}{fields}{number}"


def _told(proof: Proof) -> str:
    when = _instant(proof.at) if proof.has_time else _day(proof.at)
    return f"{proof.evidence} {when}（{proof.record}{f' {proof.item}' if proof.item else ''}）"


def _lacking(facts: Facts, made: Occurrence) -> Iterator[str]:
    """Yield what the steps found lack, and what their persuasions lack as a whole."""
    steps = {proof.item for proof in made.proofs if proof.evidence.startswith("劝返.")}
    child = facts.children.get(made.student) if steps else None
    if child is None:
        return
    rules = rules_of(facts.policies)
    for case in child.persuasions:
        if steps & {step.id for step in case.steps}:
            yield from (gap.message for gap in gaps(case, rules, facts.staff) if gap.step in {"", *steps})


def _verdict(plan: Plan, made: Occurrence) -> str:
    counted = f"要 {made.needed}，有 {made.found}"
    vacant = "；岗位空缺，由代管的老师负责" if made.is_vacant else ""
    told = {
        State.NOT_YET: "还没有到时候",
        State.OPEN: f"待办，{counted}",
        State.REMINDER: f"提示，{counted}；{_why_soft(plan)}，不会逾期",
        State.DONE: f"已完成，{counted}{'，比期限晚' if made.is_late else ''}",
        State.OVERDUE: f"逾期，{counted}",
    }[made.state]
    return f"{told}{vacant}。"


def _why_soft(plan: Plan) -> str:
    return "条文没有规定次数" if plan.rhythm is Rhythm.RECORD else "条文没有写明数字"


def _day(moment: datetime) -> str:
    return f"{moment.year}年{moment.month}月{moment.day}日"


def _instant(moment: datetime) -> str:
    return f"{_day(moment)} {moment:%H:%M}"
