"""The minutes of a meeting (会议纪要) in the format of GB/T 9704."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from generators import minutes
from generators.context import Context
from generators.document import Document, Face, Layout, Paragraph, Role, paragraphs
from guanai.model.base import HIDDEN
from guanai.model.meeting import Meeting

Maker = Callable[..., Meeting]
Plain = Callable[[Document], str]


@pytest.fixture
def made(context: Context, today: date) -> Callable[..., Document]:
    """Return the minutes of a meeting as a document."""

    def make(record: Meeting | None, *, for_guests: bool | None = None) -> Document:
        given = minutes.inputs(record, context, today, for_guests=for_guests)
        return minutes.build(given, on=today, blank=record is None)

    return make


def test_the_minutes_of_a_meeting(
    made: Callable[..., Document], meeting: Maker, plain: Plain, golden: Callable[[str, str], None]
) -> None:
    golden("meeting-minutes", plain(made(meeting())))


def test_the_minutes_for_guests(
    made: Callable[..., Document], meeting: Maker, plain: Plain, golden: Callable[[str, str], None]
) -> None:
    golden("meeting-minutes-guests", plain(made(meeting(会外人员参加=True))))


def test_the_blank_minutes(
    made: Callable[..., Document], plain: Plain, golden: Callable[[str, str], None]
) -> None:
    document = made(None)
    assert (document.blank, document.subject) == (True, "blank")
    golden("meeting-minutes-blank", plain(document))


def test_minutes_follow_the_standard(made: Callable[..., Document], meeting: Maker) -> None:
    """A red mark, people listed behind 黑体 labels below the text, no signature and no seal."""
    document = made(meeting())
    found = [block for block in document.blocks if isinstance(block, Paragraph)]
    assert document.layout is Layout.OFFICIAL
    assert found[0].role is Role.MARK
    assert found[0].text.endswith("会议纪要")
    rolls = [block for block in found if block.role is Role.ROLL]
    assert [(block.runs[0].text, block.runs[0].face) for block in rolls] == [
        ("出席：", Face.HEI),
        ("请假：", Face.HEI),
        ("列席：", Face.HEI),
    ]
    assert not {Role.SIGNER, Role.DATE} & {block.role for block in found}


def test_each_resolution_names_who_and_when(
    made: Callable[..., Document], meeting: Maker, plain: Plain
) -> None:
    text = plain(made(meeting()))
    assert "1.每周二集中辅导数学。责任人：顾一帆、唐若水；完成期限：2026年11月30日。" in text
    assert "3.将阿依古丽·买买提调为黄色预警。\n" in text


def test_a_single_resolution_has_no_number(
    made: Callable[..., Document], meeting: Maker, plain: Plain
) -> None:
    assert "[正文] 加强家访。\n" in plain(made(meeting(决定=[{"编号": "J-2222", "事项": "加强家访"}])))


def test_minutes_say_what_the_record_does_not_hold(
    made: Callable[..., Document], meeting: Maker, plain: Plain
) -> None:
    text = plain(made(meeting(议题=[], 决定=[], 列席=[], 请假=[], 地点="", 主持人="", 期数=None)))
    # Nothing is said of an agenda that nobody wrote down, and the parts are numbered without it.
    assert "议题" not in text
    assert "[一级标题] 一、议定事项" in text
    assert "会议记录未载明议定事项。" in text
    assert "2026年10月23日15:30，召开十月控辍保学研判会。" in text
    assert "列席" not in text
    assert "第　期" in text


def test_the_reason_of_an_absence_stays_in_the_record(
    made: Callable[..., Document], meeting: Maker, plain: Plain
) -> None:
    assert "外出培训" not in plain(made(meeting()))


def test_hidden_parts_of_minutes_say_so(made: Callable[..., Document], meeting: Maker, plain: Plain) -> None:
    assert plain(made(meeting(议题=HIDDEN, 决定=HIDDEN))).count("〔按权限不显示〕") == 2


def test_minutes_for_guests_name_no_child_and_no_level(
    made: Callable[..., Document], meeting: Maker, plain: Plain, context: Context
) -> None:
    text = plain(made(meeting(), for_guests=True))
    assert [name for name in context.children.values() if name in text] == []
    assert "黄" not in text


def test_minutes_for_guests_do_not_say_that_nothing_was_agreed_upon(
    made: Callable[..., Document], meeting: Maker, plain: Plain
) -> None:
    inner = meeting(决定=[{"编号": "J-2222", "事项": "当天上门", "学生": ["S2024-7K3QD"]}])
    text = plain(made(inner, for_guests=True))
    assert "当天上门" not in text
    assert "没有可以向会外人员提供的议定事项。" in text
    assert "未载明议定事项" not in text


def test_the_day_of_issue_is_left_open(made: Callable[..., Document], meeting: Maker, plain: Plain) -> None:
    text = plain(made(meeting()))
    assert "2026年11月20日" not in text
    assert text.count("2026年　月　日") == 2


def test_a_long_title_is_broken_where_the_sense_allows_it(
    made: Callable[..., Document], meeting: Maker
) -> None:
    name = "2026—2027学年第一学期控辍保学与特殊群体关爱专题部署会"
    titles = [one.text for one in paragraphs(made(meeting(名称=name)).blocks) if one.role is Role.TITLE]
    assert titles == ["2026—2027学年第一学期\n控辍保学与特殊群体关爱专题部署会纪要"]


def test_who_took_part_stands_on_a_page_with_text(made: Callable[..., Document], meeting: Maker) -> None:
    found = list(paragraphs(made(meeting()).blocks))
    first = next(place for place, one in enumerate(found) if one.role is Role.ROLL)
    assert [(one.role, one.keep) for one in found[first - 2 : first]] == [
        (Role.BODY, True),
        (Role.FLUSH, True),
    ]


def test_minutes_depend_on_nothing_they_do_not_print(meeting: Maker, context: Context, today: date) -> None:
    before = minutes.inputs(meeting(), context, today)
    others = replace(context, children={**context.children, "S2024-BBBB2": "新来的"})
    changed = meeting(发言=[], 备注="改过", 签字="已签", 等级变更=[])
    assert minutes.inputs(changed, others, today) == before


@pytest.mark.parametrize("count", [1, 5, 60])
def test_minutes_hold_any_number_of_resolutions(
    made: Callable[..., Document], meeting: Maker, plain: Plain, count: int
) -> None:
    decisions = [{"编号": f"J-{number}", "事项": f"事项{number}"} for number in range(count)]
    text = plain(made(meeting(决定=decisions)))
    assert text.count("] 事项") + text.count(".事项") == count
