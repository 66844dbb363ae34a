"""What a maker makes is in nothing different from what its class makes."""

import copy
import dataclasses
import pickle
from datetime import date

import pytest

from generators.document import Cell, Paragraph, Role, Run
from guanai.model.base import maker
from guanai.model.family import Family, Guardian

_MOTHER = Guardian(name="某", relation="母亲")
_PAIRS = [
    (maker(Run)("甲", muted=True), Run("甲", muted=True)),
    (maker(Cell)((Paragraph(Role.CELL, ()),), 2), Cell((Paragraph(Role.CELL, ()),), 2)),
    (maker(Guardian)(since=date(2026, 3, 1)), Guardian(since=date(2026, 3, 1))),
    (
        maker(Family)(hidden=frozenset({"phone"}), guardians=(_MOTHER,)),
        Family(hidden=frozenset({"phone"}), guardians=(_MOTHER,)),
    ),
]


@pytest.mark.parametrize(("made", "plain"), _PAIRS, ids=lambda each: type(each).__name__)
def test_what_is_made_equals_what_the_class_makes(made: object, plain: object) -> None:
    assert type(made) is type(plain)
    assert (made, hash(made), repr(made)) == (plain, hash(plain), repr(plain))
    assert copy.deepcopy(made) == pickle.loads(pickle.dumps(made)) == plain  # noqa: S301 - our own bytes


def test_what_is_made_is_frozen_and_can_be_replaced() -> None:
    made = maker(Run)("甲")
    with pytest.raises(dataclasses.FrozenInstanceError):
        made.text = "乙"  # type: ignore[misc]
    with pytest.raises(dataclasses.FrozenInstanceError):
        del made.text
    assert dataclasses.replace(made, text="乙") == Run("乙")


def test_a_maker_takes_what_the_class_takes() -> None:
    with pytest.raises(TypeError, match="text"):
        maker(Run)()  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="colour"):
        maker(Run)("甲", colour="red")  # type: ignore[call-arg]
