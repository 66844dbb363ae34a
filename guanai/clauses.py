"""The clauses of a policy: where each text stands, what its placeholders stand for, which duties follow.

A placeholder is ``{职责.栏目}`` such as ``{跟踪.周期}``, ``{参数}``, or a name from outside the policy:
``{学校.名称}``, ``{施行日期}``, ``{依据}``, ``{依据.未成年人保护法-29}``, ``{分类.数}``, ``{分类.重点五类}``.
"""

import re
from collections import Counter
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from guanai import figures
from guanai.errors import Invalid
from guanai.model.policy import Clause, Duty, Paragraph, Policy

#: Keys of the school record that a policy may print.
SCHOOL_KEYS: Final = ("名称", "简称", "乡镇", "教育局")

#: The views over circumstances that a policy may print as a row of names; a test holds them to taxonomies.yml.
TAXONOMIES: Final = ("十类", "七类", "八类", "六类", "重点五类", "排查名单", "排查计数")

_PLACEHOLDER: Final = re.compile(r"\{([^{}]*)\}")
_OUTSIDE: Final = frozenset(
    {
        "施行日期",
        "依据",
        "分类.数",
        *(f"学校.{name}" for name in SCHOOL_KEYS),
        *(f"分类.{name}" for name in TAXONOMIES),
    }
)
_SHIFTS: Final = {"前": "提前至上一个上课日", "后": "顺延至下一个上课日", "不移": "不作调整"}


@dataclass(frozen=True, slots=True)
class Passage:
    """A text of a policy in which placeholders may stand.

    Attributes:
        pointer: JSON pointer in the record.
        where: the place in Chinese, as a reader of the paper would find it.
        text: as it is written.
        parameters: what its own clause and paragraph define.
    """

    pointer: str
    where: str
    text: str
    parameters: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Assignment:
    """A duty and the clause it stands in.

    Attributes:
        pointer: JSON pointer of the duty in the record.
        where: the place in Chinese.
        clause: id of the clause.
        provisions: what the duty carries out, such as ``C05``: its own, else its paragraph's, else its clause's.
        duty: the duty.
    """

    pointer: str
    where: str
    clause: str
    provisions: tuple[str, ...]
    duty: Duty


class UnknownPlaceholder(Invalid):
    """A placeholder that stands for nothing."""

    def __init__(self, policy: str, where: str, reason: str) -> None:
        super().__init__(f"《{policy}》{where}：{reason}")


def passages(policy: Policy) -> Iterator[Passage]:
    """Yield every text in the order of the paper."""
    if policy.preamble:
        yield Passage("/引言", "引言", policy.preamble)
    for place, post in enumerate(policy.leading_group):
        if post.duty:
            yield Passage(f"/领导小组/{place}/职责", f"领导小组{post.post}的职责", post.duty)
    for number, chapter in enumerate(policy.chapters):
        where = f"第{figures.han(number + 1)}章“{chapter.title}”"
        yield Passage(f"/章/{number}/标题", where, chapter.title)
        if chapter.text:
            yield Passage(f"/章/{number}/正文", where, chapter.text)
        for place, clause in enumerate(chapter.clauses):
            yield from _clause(clause, f"/章/{number}/条/{place}", f"{where}{_clause_name(place, clause)}")
    if policy.closing:
        yield Passage("/附则", "附则", policy.closing)


def assignments(policy: Policy) -> Iterator[Assignment]:
    """Yield every duty in the order of the paper."""
    for number, chapter in enumerate(policy.chapters):
        where = f"第{figures.han(number + 1)}章“{chapter.title}”"
        for place, clause in enumerate(chapter.clauses):
            pointer = f"/章/{number}/条/{place}"
            here = f"{where}{_clause_name(place, clause)}"
            yield from _duties(clause, pointer, here, clause)
            for line, paragraph in enumerate(clause.paragraphs):
                yield from _duties(paragraph, f"{pointer}/款/{line}", f"{here}第 {line + 1} 款", clause)


def printed(policy: Policy) -> dict[str, str]:
    """Return what the policy's own placeholders stand for, those of single clauses left out."""
    words = dict(policy.parameters or {})
    for assignment in assignments(policy):
        duty = assignment.duty
        for key, name in Duty.names().items():
            if value := _print(getattr(duty, name), key):
                words[f"{duty.id}.{key}"] = value
    return words


def fill(policy: Policy, passage: Passage, words: Mapping[str, str]) -> str:
    """Return the passage as it prints.

    Args:
        policy: named if something is wrong.
        passage: one of its texts.
        words: what `printed` returns, and the names from outside.

    Raises:
        UnknownPlaceholder: a placeholder stands for nothing.
    """

    def word(found: re.Match[str]) -> str:
        name = found[1]
        value = passage.parameters.get(name) or words.get(name)
        if value is None:
            raise UnknownPlaceholder(policy.name, passage.where, _reason(name, policy))
        return value

    return _PLACEHOLDER.sub(word, passage.text)


def placeholder_problems(policy: Policy, citations: Container[str] | None = None) -> list[tuple[str, str]]:
    """Return JSON pointer and Chinese sentence for each placeholder that stands for nothing.

    Args:
        policy: any policy that fits its schema.
        citations: ids that may be cited; None does not look.
    """
    words = printed(policy)
    known = _OUTSIDE | words.keys() | {f"依据.{name}" for name in policy.basis}
    found = [
        (passage.pointer, f"{passage.where}：{_reason(name, policy)}")
        for passage in passages(policy)
        for name in dict.fromkeys(_PLACEHOLDER.findall(passage.text))
        if name not in known and name not in passage.parameters
    ]
    found += [
        (passage.pointer, f"{passage.where}：花括号没有成对，占位符写成 {{跟踪.周期}} 的样子。")
        for passage in passages(policy)
        if set("{}") & set(_PLACEHOLDER.sub("", passage.text))
    ]
    if citations is not None:
        found += [
            (f"/依据/{place}", f"依据“{name}”不在 citations.yml 里；请改成里面有的编号。")
            for place, name in enumerate(policy.basis)
            if name not in citations
        ]
    return found + _repeated(policy)


def figure_problems(policy: Policy) -> list[tuple[str, str]]:
    """Return JSON pointer and Chinese sentence for each figure of a duty that cannot be read."""
    found: list[tuple[str, str]] = []
    names = Duty.names()
    for assignment in assignments(policy):
        for key, read in figures.READERS.items():
            text = getattr(assignment.duty, names[key])
            if text is None:
                continue
            try:
                read(text)
            except figures.UnreadableFigure as error:
                found.append((f"{assignment.pointer}/{key}", f"{assignment.where}：{error}"))
    return found + _meaning_problems(policy)


def _clause(clause: Clause, pointer: str, where: str) -> Iterator[Passage]:
    own = dict(clause.parameters or {})
    if clause.title:
        yield Passage(f"{pointer}/标题", where, clause.title, own)
    if clause.text:
        yield Passage(f"{pointer}/正文", where, clause.text, own)
    for place, paragraph in enumerate(clause.paragraphs):
        here, path = f"{where}第 {place + 1} 款", f"{pointer}/款/{place}"
        both = own | dict(paragraph.parameters or {})
        if paragraph.title:
            yield Passage(f"{path}/标题", here, paragraph.title, both)
        yield Passage(f"{path}/正文", here, paragraph.text, both)
        for line, item in enumerate(paragraph.items):
            yield Passage(f"{path}/项/{line}", f"{here}第 {line + 1} 项", item, both)


def _clause_name(place: int, clause: Clause) -> str:
    return f"（{figures.han(place + 1)}）“{clause.title or clause.id}”"


def _duties(part: Clause | Paragraph, pointer: str, where: str, clause: Clause) -> Iterator[Assignment]:
    for place, duty in enumerate(part.duties):
        provisions = duty.provisions or part.provisions or clause.provisions
        yield Assignment(f"{pointer}/职责/{place}", where, clause.id, provisions, duty)


def _print(value: object, key: str) -> str:
    if key == "移至":
        return _SHIFTS.get(str(value), "")
    if isinstance(value, tuple):
        return "、".join(value)
    return "" if value is None else str(value)


def _reason(name: str, policy: Policy) -> str:
    duty, _, key = name.partition(".")
    if duty == "依据" and key:
        return f"引用了 {{{name}}}，但“依据”里没有列出 {key}；请先列入。"
    if duty in (assignment.duty.id for assignment in assignments(policy)):
        return f"引用了 {{{name}}}，但职责“{duty}”没有写“{key}”；请写上，或者改掉引用。"
    return f"引用了 {{{name}}}，但没有这个参数或职责；请核对名称，或者在“参数”里写上。"


def _repeated(policy: Policy) -> list[tuple[str, str]]:
    count = Counter(assignment.duty.id for assignment in assignments(policy))
    return [
        (
            f"{assignment.pointer}/编号",
            f"{assignment.where}：职责编号“{assignment.duty.id}”用了不止一次；请换一个名字。",
        )
        for assignment in assignments(policy)
        if count[assignment.duty.id] > 1
    ]


def _meaning_problems(policy: Policy) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    if policy.meanings is None:
        return found
    for word, name in policy.meanings.names().items():
        if meaning := getattr(policy.meanings, name):
            try:
                figures.read_cadence(word, {word: meaning})
            except figures.UnreadableFigure as error:
                found.append((f"/词义/{word}", f"词义：{error}"))
    return found
