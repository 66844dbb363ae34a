"""Slips of the pen that would print wrongly and say nothing: brackets, and marks that take a paragraph or row along."""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from typing import Final

from generators.template.language import Mistake
from generators.template.spots import TAG, WHOLE_MARKS, Spot

#: Words of the language that may stand right behind the brace.
_WORDS: Final = frozenset({"for", "if", "elif", "else", "endif", "endfor"})
#: A mark that goes with its paragraph or row: what opens it, which, what it says, what closes it.
_WHOLE: Final = re.compile(r"(\{[{%#])(p|tr) (.*?)([}%#]\})")
#: What docxtpl cannot have in such a mark.
_UNFIT: Final = re.compile(r"[{}%#]")
#: Two brackets in a row of which one is full-width (U+FF5B and U+FF5D; U+FF05 is such a percent sign).
_WIDE: Final = re.compile(r"\uff5b[{\uff5b%\uff05]|\{[\uff5b\uff05]|\uff5d[}\uff5d]|\}\uff5d")
_ONE: Final = r"(?<![{{\uff5b])[{{\uff5b]\s*(?:{names})\s*[.\uff0e]"
_LOOP: Final = re.compile(r"\bfor\s+(\w+)\s+in\b")
_CUTTING: Final = re.compile(r"\{%-|-%\}")


def broken(part: Sequence[Spot], names: Collection[str]) -> list[Mistake]:
    """Return the slips in brackets; while there is one, the placeholders of the part cannot be read.

    Args:
        part: its paragraphs.
        names: what placeholders may begin with, beside the names of loops.
    """
    names = {*names, *(name for spot in part for name in _LOOP.findall(spot.text))}
    single = re.compile(_ONE.format(names="|".join(map(re.escape, sorted(names)))))
    told = ((line, _bracket(spot.text, single)) for line, spot in enumerate(part, 1))
    return [Mistake(line, words) for line, words in told if words]


def slips(part: Sequence[Spot]) -> list[Mistake]:
    """Return what stands where filling would lose it, or would be filled though nobody sees it."""
    marked = Counter(
        spot.rows[0] for spot in part if spot.rows for mark in _WHOLE.finditer(spot.text) if mark[2] == "tr"
    )
    return [
        Mistake(line, words)
        for line, spot in enumerate(part, 1)
        for words in (*_of_marks(spot), *_of_rows(spot, marked), *_unseen(spot))
    ]


def _bracket(text: str, single: re.Pattern[str]) -> str:
    if _WIDE.search(text):
        return "占位符的括号写成了全角；请换成半角的 {{ }}、{% %}"
    if single.search(text):
        return "占位符少了一层括号；请写成两层，如 {{ 学生.姓名 }}"
    odd = next((tag[2] for tag in TAG.finditer(text) if tag[2] and tag[2] not in WHOLE_MARKS | _WORDS), "")
    if odd:
        return f"占位符开头的“{odd}”不能用；整段写 {{%p … %}}，整行写 {{%tr … %}}"
    if text.count("{{") != text.count("}}") or text.count("{%") != text.count("%}"):
        return "占位符的括号没有成对；一个占位符要写在同一段里"
    return ""


def _of_marks(spot: Spot) -> Iterator[str]:
    """Yield what is wrong with the marks of one paragraph, whichever row it stands in."""
    if _CUTTING.search(spot.text):
        yield "{%- 和 -%} 会吞掉旁边的字；请写成 {% 和 %}"
    for mark in _WHOLE.finditer(spot.text):
        if mark[1] == "{{":
            yield f"占位符开头的“{mark[2]}”只能和 for、if 同用；栏目请写成 {{{{ 学生.姓名 }}}} 的样子"
        elif _UNFIT.search(mark[3]):
            yield f"{{%{mark[2]} … %}} 里面不能有花括号、% 和 #"
        elif mark[2] == "tr" and not spot.rows:
            yield "{%tr … %} 只能写在表格里；整段请写 {%p … %}"
        elif mark[2] == "p" and (spot.has_picture or not _is_alone(mark, spot)):
            yield "这一段只能写 {%p … %} 这一个标记，旁边的字和图会丢；请另起一段"


def _of_rows(spot: Spot, marked: Counter[int]) -> Iterator[str]:
    row = next((each for each in spot.rows if marked[each]), None)
    if row is None:
        return
    mark = _WHOLE.search(spot.text)
    if marked[row] > 1:
        if mark and mark[2] == "tr":
            yield "一行里只能写一个 {%tr … %}；for 和 endfor 要各占一行"
    elif (
        spot.has_picture
        or row != spot.rows[0]
        or (spot.text.strip() and not (mark and mark[2] == "tr" and _is_alone(mark, spot)))
    ):
        yield "这一行只能写 {%tr … %} 这一个标记，旁边的字和图会丢；请另起一行"


def _unseen(spot: Spot) -> Iterator[str]:
    if "{" in spot.deleted or "}" in spot.deleted:
        yield f"修订里删去的“{spot.deleted[:20]}”还在文件里，填表时仍会算；请先接受修订，再保存"


def _is_alone(mark: re.Match[str], spot: Spot) -> bool:
    return spot.text.strip() == mark[0]
