"""What of a text a file can hold: every word as it is, and no control character."""

import io
import re
from collections.abc import Callable
from datetime import date

import docx as python_docx
import pytest

from generators import docx
from generators.document import (
    Cell,
    Document,
    Image,
    Paragraph,
    Role,
    Row,
    Stamp,
    Table,
)
from generators.text import UnprintableError
from guanai.errors import Invalid

Write = Callable[[Document], bytes]
Line = Callable[[Role, str], Paragraph]
InCell = Callable[[str], Cell]
Paper = Callable[..., Document]


@pytest.mark.parametrize("sign", ["\x00", "\x01", "\x0b", "\x1f", "\ufffe", "\uffff", "\ud800"])
def test_a_control_character_is_refused_with_its_place(
    png: bytes, sign: str, line: Line, cell: InCell, paper: Paper
) -> None:
    table = Table((50,), (Row((cell("甲"),)), Row((cell(f"乙{sign}"),))))
    body = line(Role.BODY, "正文")
    for document, place in (
        (paper(body, line(Role.H1, f"一、{sign}")), "第 2 块（一级标题）"),
        (paper(body, body, table), "第 3 块（表）第 2 行第 1 格"),
        (paper(Image(png, 50, f"图{sign}")), "第 1 块（图）的说明"),
        (paper(body, title=f"题{sign}"), "标题"),
    ):
        with pytest.raises(
            UnprintableError, match=re.escape(f"{place}有不能印出的控制字符 U+{ord(sign):04X}")
        ) as caught:
            docx.write(document, STAMP)
        assert isinstance(caught.value, Invalid)


def test_words_arrive_unchanged(write: Write, line: Line, paper: Paper) -> None:
    text = "<script>&amp; ]]> =1+1 “双” ——…… 𠮷㛃玥 阿依古丽·买买提  尾 "
    document = python_docx.Document(io.BytesIO(write(paper(line(Role.BODY, text)))))
    assert document.paragraphs[0].text == text


def test_line_breaks_and_tabs_become_elements(write: Write, line: Line, paper: Paper) -> None:
    document = python_docx.Document(io.BytesIO(write(paper(line(Role.BODY, "一\n二\t三\r\n四")))))
    assert document.paragraphs[0].text == "一\n二\t三\n四"


STAMP = Stamp("sample", "sample-1", date(2026, 11, 20), (), "", "0.1.0", "0" * 64, "1" * 64, "7K3QD9MF")
