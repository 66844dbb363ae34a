"""Names of invented people: natural, varied, nobody's in particular."""

from enum import Enum

from guanai.demo import name_pools as pools
from guanai.demo.dice import Dice

_BOY, _GIRL = "男", "女"


class Age(Enum):
    """Which decade's names a person bears: two pools each, for men and for women."""

    CHILD = (pools.CHILD_BOY, pools.CHILD_GIRL)
    ADULT = (pools.ADULT_MAN, pools.ADULT_WOMAN)
    ELDER = (pools.ELDER_MAN, pools.ELDER_WOMAN)


def surname(dice: Dice, ethnicity: str = "汉族") -> str:
    """Return a surname, common ones more often."""
    if ethnicity in pools.HAN_STYLE:
        return dice.pick(pools.HAN_STYLE[ethnicity])
    if dice.chance(0.006):
        return dice.pick(pools.COMPOUND)
    # Shares of surnames fall roughly with their rank.
    return pools.SURNAMES[int(len(pools.SURNAMES) * dice.random.random() ** 2.2)]


def given(dice: Dice, age: Age, sex: str) -> str:
    """Return a given name of one or two syllables, as that generation bears them."""
    first, second, single = age.value[0 if sex == _BOY else 1]
    if dice.chance(0.12):
        return dice.pick(single)
    while True:
        made = dice.pick(first) + dice.pick(second)
        if made[0] != made[1] and made not in pools.AVOID:
            return made


def person(dice: Dice, age: Age, sex: str, family: str = "") -> str:
    """Return a full name; ``family`` is a surname that is given already."""
    return (family or surname(dice)) + given(dice, age, sex)


#: So often a name is thrown again; after that two children are namesakes, as in any large school.
_TRIES = 40


class Register:
    """Names the children of a school, no two alike while names are left."""

    def __init__(self) -> None:
        """Begin with nobody."""
        self._taken: set[str] = set()

    def child(self, dice: Dice, sex: str, ethnicity: str, given_name: str = "") -> str:
        """Return a child's name.

        Args:
            dice: chance of this child.
            sex: 男 or 女.
            ethnicity: decides between a surname and a name with ·.
            given_name: wish for one of the names that many fonts cannot print.
        """
        for _ in range(_TRIES):
            made = _child(dice, sex, ethnicity, given_name)
            if made not in self._taken:
                break
        self._taken.add(made)
        return made


def guardian(dice: Dice, age: Age, sex: str, child: str, *, is_kin: bool) -> str:
    """Return the name of someone who looks after a child.

    Args:
        dice: chance of this child.
        age: the generation.
        sex: 男 or 女.
        child: the child's name; of a name with ·, the family bears names like it.
        is_kin: bears the child's surname.
    """
    parts = child.split("·")
    for ethnicity, (_, _, others) in pools.WITH_DOT.items():
        if len(parts) > 1 and {*parts} & {*others}:
            own = dice.pick(pools.WITH_DOT_ADULT[ethnicity][0 if sex == _BOY else 1])
            if ethnicity in pools.FAMILY_FIRST:
                return f"{parts[0] if is_kin else dice.pick(others)}·{own}"
            return f"{own}·{dice.pick(others)}"
    return person(dice, age, sex, _surname_of(child) if is_kin else "")


def _surname_of(name: str) -> str:
    return name[:2] if name.startswith(pools.COMPOUND) else name[:1]


def _with_dot(dice: Dice, sex: str, ethnicity: str) -> str:
    boys, girls, others = pools.WITH_DOT[ethnicity]
    own = dice.pick(boys if sex == _BOY else girls)
    other = dice.pick(others)
    return f"{other}·{own}" if ethnicity in pools.FAMILY_FIRST else f"{own}·{other}"


def _child(dice: Dice, sex: str, ethnicity: str, given_name: str) -> str:
    if ethnicity in pools.WITH_DOT:
        return _with_dot(dice, sex, ethnicity)
    family = surname(dice, ethnicity)
    return family + given_name if given_name else person(dice, Age.CHILD, sex, family)
