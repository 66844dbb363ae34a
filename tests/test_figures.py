"""The grammar of figures: what a clause prints is what the program reads."""

from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanai import figures
from guanai.errors import Invalid
from guanai.figures import Anchor, Cadence, Limit, Period, Slot, Unit, UnreadableFigure


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("每日", Cadence(1, Period.DAY)),
        ("每天", Cadence(1, Period.DAY)),
        ("每周", Cadence(1, Period.WEEK)),
        ("每星期", Cadence(1, Period.WEEK)),
        ("每两周", Cadence(2, Period.WEEK)),
        ("每2周", Cadence(2, Period.WEEK)),
        ("每 ２ 周", Cadence(2, Period.WEEK)),
        ("每月", Cadence(1, Period.MONTH)),
        ("每个月", Cadence(1, Period.MONTH)),
        ("每三个月", Cadence(3, Period.MONTH)),
        ("每季度", Cadence(1, Period.QUARTER)),
        ("每季度末", Cadence(1, Period.QUARTER, Anchor.END)),
        ("每学期", Cadence(1, Period.TERM)),
        ("每学期初", Cadence(1, Period.TERM, Anchor.START)),
        ("每学年末", Cadence(1, Period.YEAR, Anchor.END)),
        ("每周五", Cadence(1, Period.WEEK, weekday=4)),
        ("每星期日", Cadence(1, Period.WEEK, weekday=6)),
        ("每月25日", Cadence(1, Period.MONTH, day=25)),
        ("每月二十五号", Cadence(1, Period.MONTH, day=25)),
        ("经常", Cadence(1, Period.MONTH, is_soft=True)),
        ("定期", Cadence(1, Period.TERM, is_soft=True)),
        ("及时", Cadence(1, Period.EVENT, limit=Limit(2, Unit.SCHOOL_DAY), is_soft=True)),
    ],
)
def test_a_cadence_is_read_as_it_prints(text: str, expected: Cadence) -> None:
    assert figures.read_cadence(text) == expected


def test_a_policy_may_give_a_soft_word_its_own_meaning() -> None:
    meanings = {"经常": "每两周", "及时": "当日"}
    assert figures.read_cadence("经常", meanings) == Cadence(2, Period.WEEK, is_soft=True)
    assert figures.read_cadence("及时", meanings).limit == Limit(0, Unit.SCHOOL_DAY)
    assert figures.read_cadence("定期", meanings).period is Period.TERM


def test_a_soft_word_is_not_explained_by_a_soft_word() -> None:
    with pytest.raises(UnreadableFigure, match="经常（定期）"):
        figures.read_cadence("经常", {"经常": "定期"})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("两周内", Limit(2, Unit.WEEK)),
        ("十天", Limit(10, Unit.SCHOOL_DAY)),
        ("2个上课日", Limit(2, Unit.SCHOOL_DAY)),
        ("三个工作日以内", Limit(3, Unit.SCHOOL_DAY)),
        ("15个自然日", Limit(15, Unit.CALENDAR_DAY)),
        ("24小时", Limit(24, Unit.HOUR)),
        ("1小时内", Limit(1, Unit.HOUR)),
        ("一个小时之内", Limit(1, Unit.HOUR)),
        ("30分钟", Limit(30, Unit.MINUTE)),
        ("一个月", Limit(1, Unit.MONTH)),
        ("当日", Limit(0, Unit.SCHOOL_DAY)),
        ("次日", Limit(1, Unit.SCHOOL_DAY)),
    ],
)
def test_a_limit_is_read_as_it_prints(text: str, expected: Limit) -> None:
    assert figures.read_limit(text) == expected


@pytest.mark.parametrize(
    ("key", "text", "expected"),
    [
        ("日", "25日", 25),
        ("日", "二十五号", 25),
        ("星期", "周五", 4),
        ("星期", "星期天", 6),
        ("时刻", "17:00", time(17)),
        ("时刻", "17：00", time(17)),
        ("时刻", "8点30分", time(8, 30)),
        ("时刻", "17时", time(17)),
        ("时段", "16:30—17:30", Slot(time(16, 30), time(17, 30))),
        ("时段", "16:30至17:30", Slot(time(16, 30), time(17, 30))),
        ("时段", "16:30 - 17:30", Slot(time(16, 30), time(17, 30))),
        ("触发天数", "3天", 3),
        ("触发天数", "三个上课日", 3),
        ("门槛", "30分钟", 30),
        ("门槛", "一小时", 60),
    ],
)
def test_days_times_and_thresholds_are_read_as_they_print(key: str, text: str, expected: object) -> None:
    assert figures.read(key, text) == expected


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("周期", ""),
        ("周期", "有空时"),
        ("周期", "每零周"),
        ("周期", "每周末"),
        ("周期", "每日初"),
        ("周期", "每月32日"),
        ("周期", "每一二周"),
        ("期限", "很快"),
        ("期限", "0天"),
        ("期限", "1000天"),
        ("期限", "两"),
        ("日", "32日"),
        ("日", "0日"),
        ("日", "月底"),
        ("星期", "周八"),
        ("时刻", "25:00"),
        ("时刻", "17:60"),
        ("时刻", "5点多"),
        ("时段", "17:30—16:30"),
        ("时段", "16:30"),
        ("时段", "16:30—17:00—17:30"),
        ("触发天数", "3周"),
        ("触发天数", "当日"),
        ("门槛", "3天"),
    ],
)
def test_what_the_grammar_does_not_know_is_refused_with_an_example(key: str, text: str) -> None:
    with pytest.raises(Invalid) as caught:
        figures.read(key, text)
    assert f"“{key}”写作“{text}”" in str(caught.value)
    assert "请写成" in str(caught.value)


def test_a_number_out_of_range_has_no_chinese_numeral() -> None:
    with pytest.raises(ValueError, match="1000"):
        figures.han(1000)


@given(st.integers(0, 999))
def test_chinese_numerals_come_back_as_the_number_they_were_made_of(number: int) -> None:
    assert figures.read_number(figures.han(number)) == number == figures.read_number(str(number))


@given(
    st.integers(1, 999),
    st.sampled_from(["天", "个上课日", "小时", "分钟", "周", "个月"]),
    st.sampled_from(["", "内"]),
)
def test_a_limit_means_the_same_in_both_kinds_of_numerals(amount: int, unit: str, end: str) -> None:
    assert figures.read_limit(f"{amount}{unit}{end}") == figures.read_limit(
        f"{figures.han(amount)}{unit}{end}"
    )


@given(st.integers(1, 99), st.sampled_from(list(Period)[:-1]), st.sampled_from([None, *Anchor]))
def test_every_cadence_without_a_day_can_be_written(
    every: int, period: Period, anchor: Anchor | None
) -> None:
    if period in (Period.DAY, Period.WEEK):
        anchor = None
    count = "" if every == 1 else str(every)
    assert figures.read_cadence(f"每{count}{period}{anchor or ''}") == Cadence(every, period, anchor)


@given(
    st.sampled_from(list(figures.READERS)),
    st.text("每两三十百零0123456789个日天周月季度学期年末初内小时分钟:—点五 ", max_size=9),
)
def test_reading_either_succeeds_or_says_what_is_wrong(key: str, text: str) -> None:
    try:
        figures.read(key, text)
    except UnreadableFigure as error:
        assert text in str(error)  # noqa: PT017 -- most texts are refused, a few are figures
