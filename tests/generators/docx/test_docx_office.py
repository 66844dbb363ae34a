"""What LibreOffice prints and saves: it stands in for Word and WPS, which no test can start."""

import re
from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from typing import NamedTuple

import pytest

from generators import docx
from generators.document import Document, Stamp
from generators.stamp import text_lines

pytestmark = pytest.mark.office

MM = 72 / 25.4
WORD = re.compile(r'<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">(.*?)</word>')

StampOf = Callable[[Document], Stamp]
Resaved = Callable[[str], bytes]
Printed = Callable[[str, str], str]


class Word(NamedTuple):
    """A word on paper; edges in points from the upper left corner of the sheet."""

    left: float
    top: float
    right: float
    bottom: float
    text: str


def boxes(printed: Printed, name: str) -> list[list[Word]]:
    """Return the words of each page."""
    found = [WORD.findall(page) for page in printed(name, "-bbox").split("</page>")[:-1]]
    return [
        [
            Word(float(left), float(top), float(right), float(bottom), text)
            for left, top, right, bottom, text in page
        ]
        for page in found
    ]


def pages(printed: Printed, name: str) -> list[str]:
    """Return the text of each page as it stands on it."""
    return printed(name, "-layout").split("\f")[:-1]


@pytest.mark.parametrize(
    "name",
    [
        "notice",
        "form",
        "ledger",
        "hostile",
        "full_pages",
        "narrow",
        "roles_official",
        "roles_form",
        "roles_wide",
    ],
)
def test_stamp_and_words_survive_being_saved_by_another_program(
    documents: dict[str, Document], stamp_of: StampOf, resaved: Resaved, name: str
) -> None:
    read = docx.read(resaved(name))
    assert "LibreOffice" in read.application
    assert read.stamp == stamp_of(documents[name])
    assert read.lines == text_lines(documents[name])


def test_a_page_of_plain_text_holds_22_lines_of_28_characters(printed: Printed) -> None:
    lines = [line for line in pages(printed, "probe")[0].splitlines() if line.strip()]
    assert [len(line) for line in lines[:22]] == [28] * 22
    assert lines[22].replace(" ", "") == "—1—"


def test_no_row_is_lost_below_those_that_end_a_page(printed: Printed, documents: dict[str, Document]) -> None:
    named = re.findall(r"R\d{3}", "".join(text_lines(documents["brim"])))
    assert len(named) == 100 * 3
    assert [each for each in named if each not in printed("brim", "-layout")] == []


def test_no_sign_is_lost_where_a_line_ends(printed: Printed, documents: dict[str, Document]) -> None:
    written = "".join(text_lines(documents["punctuated"]))
    assert printed("punctuated", "-raw").count("，") == written.count("，") == 28 * 40


def test_text_stands_inside_the_type_area(printed: Printed) -> None:
    page = boxes(printed, "probe")[0]
    lines = [word for word in page if len(word.text) == 28]
    assert len(lines) == 22
    assert min(line.left for line in lines) == pytest.approx(28 * MM, abs=1)
    assert max(line.right for line in lines) == pytest.approx((28 + 156) * MM, abs=2)
    pitch = {round(below.top - above.top, 1) for above, below in pairwise(lines)}
    assert pitch <= {28.9, 29.0}


def test_the_page_number_stands_right_on_odd_and_left_on_even_pages(printed: Printed) -> None:
    edges = []
    for number, page in enumerate(boxes(printed, "notice"), 1):
        below = [word for word in page if word.top > (37 + 225) * MM]
        dashes = [word for word in below if "—" in word.text]
        edges.append(dashes[-1].right if number % 2 else dashes[0].left)
        assert "".join(word.text for word in below if word.top < dashes[0].bottom - 1) == f"—{number}—"
    assert edges[::2] == pytest.approx([(28 + 156) * MM - 14] * len(edges[::2]), abs=2)
    assert edges[1::2] == pytest.approx([28 * MM + 14] * len(edges[1::2]), abs=2)


def test_the_colophon_stands_at_the_foot_of_the_last_page(printed: Printed) -> None:
    sheets = boxes(printed, "notice")
    assert not any("日印发" in word.text for page in sheets[:-1] for word in page)
    (bottom,) = [word.bottom for word in sheets[-1] if "日印发" in word.text]
    assert bottom == pytest.approx((37 + 225) * MM, abs=8)


def test_a_colophon_below_two_full_pages_makes_one_more_page_and_no_empty_one(printed: Printed) -> None:
    sheets = pages(printed, "full_pages")
    assert len(sheets) == 3
    assert "第43行" in sheets[1].replace(" ", "")
    assert "日印发" in sheets[2].replace(" ", "")


def test_a_colophon_that_finds_no_room_takes_the_signature_and_a_paragraph_along(printed: Printed) -> None:
    sheets = [page.replace(" ", "") for page in pages(printed, "short_letter")]
    assert len(sheets) == 2
    assert "决定予以表彰" in sheets[0]
    assert all(words in sheets[1] for words in ("学校关爱", "2026年11月20日\n", "日印发"))


def test_a_sentence_that_announces_a_table_stands_on_its_page(printed: Printed) -> None:
    sheets = [page.replace(" ", "") for page in pages(printed, "announced")]
    announced = [page for page in sheets if "考核以下工作" in page]
    assert len(announced) == 6 < len(sheets)
    assert all("责任岗位" in page and "摸底排查" in page for page in announced)


def test_a_signature_below_a_table_never_stands_on_a_page_alone(printed: Printed) -> None:
    sheets = [page.replace(" ", "") for page in pages(printed, "signed_tables")]
    signed = [page for page in sheets if "青禾县第二初级中学" in page]
    assert len(signed) == 6 < len(sheets)
    assert all("查阅人" in page and "经办人" in page for page in signed)


def test_no_line_ends_inside_a_date_an_id_or_a_number_that_follows_a_blank(printed: Printed) -> None:
    lines = [line for line in printed("narrow", "-raw").splitlines() if "校验码" not in line]
    found = Counter(word for line in lines for word in line.split())
    assert {word: found[word] for word in ("2026-11-20", "S2024-7K3QD", "0851-2345678", "11-20")} == {
        "2026-11-20": 40,
        "S2024-7K3QD": 34,
        "0851-2345678": 34,
        "11-20": 34,
    }


def test_an_attachment_begins_a_page(printed: Printed) -> None:
    sheets = pages(printed, "notice")
    first = next(page for page in sheets if "附件1" in page.replace(" ", "").split("\n")[0])
    assert [line.strip() for line in first.splitlines() if line.strip()][1] == "特殊群体学生关爱制度"


def test_a_long_table_flows_and_repeats_its_head(printed: Printed) -> None:
    sheets = pages(printed, "ledger")
    assert len(sheets) > 2
    assert all("监护人" in page and "序号" in page for page in sheets)
    assert f"共{len(sheets)}页" in sheets[0].replace(" ", "").replace("\u3000", "")
    rows = [
        int(number) for page in sheets for number in re.findall(r"^\s*(\d+)\s+欧阳若曦", page, re.MULTILINE)
    ]
    assert rows == list(range(1, 61))


def test_rare_characters_and_the_dot_in_names_print(printed: Printed) -> None:
    assert {"𠮷", "㛃", "玥", "·"} <= set(printed("form", "-layout"))
