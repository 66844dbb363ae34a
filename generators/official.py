"""The frame all official papers (公文) share: red head, number, title, signature, date and colophon."""

import re
from collections.abc import Iterable
from datetime import date
from typing import Final

from generators.document import Paragraph, Role, Run
from generators.text import ems
from generators.wording import long_date

#: What a paper for the hand leaves open: a name, a number.
GAP: Final = "〔　　　　〕"

#: The same for a date.
DATE_GAP: Final = "〔　　〕年〔　〕月〔　〕日"

#: Characters of a title (2号) on one line of the type area.
_TITLE_LINE: Final = 20


#: Where figures or letters meet Chinese.
_MEETING: Final = re.compile("(?<=[0-9A-Za-z])(?=[㐀-鿿])|(?<=[㐀-鿿])(?=[0-9A-Za-z])")

#: Where a long title may be broken, the best first.
_BREAKS: Final = (
    re.compile("(?<=学期)|(?<=季度)|(?<=年度)|(?<=学年)(?!度|第)"),
    re.compile("[与和及暨](?!其)"),
)


def paragraph(role: Role, text: str, *, keep: bool = False) -> Paragraph:
    """Return a paragraph of one run."""
    return Paragraph(role, (Run(text),) if text else (), keep=keep)


def paper_date(day: date | None, year: int, *, blank: bool = False) -> str:
    """Return the date a paper was signed on; before that day and month stay open.

    Args:
        day: the day, None for a draft.
        year: year of a draft.
        blank: leave everything open.
    """
    if blank:
        return DATE_GAP
    return long_date(day) if day else f"{year}年　月　日"


def paper_number(number: str | None, issuing_code: str, year: int, *, blank: bool = False) -> str:
    """Return the number (发文字号) as it prints: ``清河中学〔2026〕5号``, or open and marked as a draft (草稿).

    Args:
        number: the whole number that was drawn, None for a draft.
        issuing_code: 发文代字.
        year: year of a draft.
        blank: leave year and number open for the hand.
    """
    if blank:
        return f"{issuing_code or GAP}〔　　　〕　　号"
    return number or f"{issuing_code}〔{year}〕　号（草稿）"


def head(issuer: str, number: str, title: str) -> tuple[Paragraph, ...]:
    """Return the red head and the title.

    Args:
        issuer: full name of the school.
        number: what `paper_number` returns.
        title: a newline in it breaks the line.
    """
    return (
        paragraph(Role.MARK, f"{issuer}文件"),
        paragraph(Role.NUMBER, number),
        paragraph(Role.RED_RULE, ""),
        paragraph(Role.TITLE, title),
    )


def forwarding_title(issuer: str, name: str) -> str:
    """Return the title of a notice that issues a paper (印发通知), broken where the sense allows it.

    >>> forwarding_title("清河中学", "考勤办法")
    '清河中学关于印发《考勤办法》的通知'
    """
    first, second = f"{issuer}关于印发", f"《{name}》的通知"
    return first + second if fits_title(first + second) else f"{first}\n{second}"


def fits_title(line: str) -> bool:
    """Tell whether a title stands on one line; where figures or letters meet Chinese, programs leave a quarter of a sign.

    >>> fits_title("岚泉县禾坪镇九年一贯制学校2026年第四季度"), fits_title("岚泉县禾坪镇九年一贯制学校第四季度情况")
    (False, True)
    """
    return line_ems(line) <= _TITLE_LINE


def line_ems(line: str) -> float:
    """Return the width of a line in characters, with the room programs leave where figures or letters meet Chinese.

    >>> line_ems("2026年7月9日")
    7.25
    """
    return ems(line) + len(_MEETING.findall(line)) / 4


def broken_title(title: str) -> str:
    """Return a title of more than a line broken where the sense allows it: after a time, else before a conjunction.

    >>> broken_title("2026年第二季度控辍保学与关爱工作季评估会纪要").split()
    ['2026年第二季度', '控辍保学与关爱工作季评估会纪要']
    """
    if fits_title(title) or "\n" in title:
        return title
    for places in _BREAKS:
        halves = [(title[: found.start()], title[found.start() :]) for found in places.finditer(title)]
        fitting = [half for half in halves if all(map(fits_title, half))]
        if fitting:
            first, second = min(fitting, key=lambda half: abs(ems(half[0]) - ems(half[1])))
            return f"{first}\n{second}"
    return title


def sign_off(issuer: str, day: str) -> tuple[Paragraph, ...]:
    """Return signature and date."""
    return paragraph(Role.SIGNER, issuer), paragraph(Role.DATE, day)


def imprint(issuer: str, day: str, copies: Iterable[str] = ()) -> tuple[Paragraph, ...]:
    """Return the colophon (版记), the last block of a paper.

    Args:
        issuer: the school; its office prints and sends.
        day: date of printing.
        copies: who receives a copy (抄送).
    """
    sent = "，".join(copies)
    lines = [paragraph(Role.IMPRINT, f"抄送：{sent}。")] if sent else []
    return (*lines, paragraph(Role.IMPRINT, f"{issuer}办公室\t{day}印发"))
