import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanai.demo.dice import Dice, Numbers
from guanai.demo.kinds import KINDS
from guanai.demo.stories.desk import THEMES
from guanai.demo.wording import Teller, tell


def test_a_choice_is_one_of_its_wordings() -> None:
    dice = Dice(1)
    assert {tell(dice, "[甲|乙{他}|]。", {"他": "她"}) for _ in range(60)} == {"甲。", "乙她。", "。"}


def test_a_hole_with_several_fillings_takes_one() -> None:
    dice = Dice(1)
    assert {tell(dice, "{点}", {"点": ("一", "二")}) for _ in range(30)} == {"一", "二"}


def test_an_unknown_hole_is_an_error() -> None:
    with pytest.raises(KeyError):
        tell(Dice(1), "{没有}", {})


def test_no_sentence_comes_twice_while_others_are_left() -> None:
    teller = Teller(Dice(1), {})
    bank = ("一", "二", "三", "四")
    assert {teller.say(bank) for _ in bank} == set(bank)


@given(st.integers(), st.text(max_size=8))
def test_equal_parts_throw_equal_dice(seed: int, part: str) -> None:
    one, other = Dice(seed, part), Dice(seed, part)
    assert [one.number(0, 99) for _ in range(5)] == [other.number(0, 99) for _ in range(5)]


@given(st.integers(), st.lists(st.integers(), max_size=12), st.integers(-1, 14))
def test_some_items_keep_their_order(seed: int, items: list[int], count: int) -> None:
    found = Dice(seed).some(items, count)
    assert len(found) == min(max(count, 0), len(items))
    rest = iter(items)
    assert all(each in rest for each in found)


def test_the_items_of_a_file_have_numbers_of_their_own() -> None:
    numbers = Numbers(Dice(1))
    made = [numbers.item("E") for _ in range(5000)]
    assert len(set(made)) == len(made)


def test_every_theme_of_a_circumstance_is_there() -> None:
    assert {theme for kind in KINDS.values() for theme in kind.themes} <= set(THEMES)
