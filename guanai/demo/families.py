"""The family of an invented child: who looks after it, where they live, what they live on."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from guanai.demo import names, places
from guanai.demo.dice import Dice, Numbers

_MEN = frozenset({"父亲", "继父", "祖父", "外祖父", "伯父", "叔父", "舅父", "兄"})
_ELDERS = frozenset({"祖父", "祖母", "外祖父", "外祖母"})
#: Those who bear the father's surname.
_FATHERS_SIDE = frozenset({"父亲", "祖父", "伯父", "叔父", "姑母", "兄"})
_GRANDPARENTS = (("祖母", 5.0), ("祖父", 3.0), ("外祖母", 4.0), ("外祖父", 2.0))
_RELATIVES = (("祖母", 3.0), ("外祖母", 2.0), ("祖父", 2.0), ("伯父", 2.0), ("姑母", 2.0), ("舅父", 1.0))
_SCHOOLING = {
    True: ("小学", "初小", "未上学", "小学"),
    False: ("初中", "高中", "初中", "小学", "中专", "大专"),
}


@dataclass(frozen=True, slots=True)
class Guardian:
    """Someone who is responsible for the child."""

    name: str
    relation: str
    phone: str
    job: str
    schooling: str
    away: str = ""
    is_main: bool = False
    lives_along: bool = True
    capacity: str = "一般"


@dataclass(frozen=True, slots=True)
class Family:
    """A household."""

    village: str
    address: str
    structure: str
    economy: str
    income: str
    relief: tuple[str, ...]
    guardians: tuple[Guardian, ...]

    @property
    def carer(self) -> Guardian:
        """The guardian who looks after the child day by day."""
        return next((each for each in self.guardians if each.is_main), self.guardians[0])

    @property
    def away(self) -> str:
        """Where a parent works, "" where nobody is away."""
        return next((each.away for each in self.guardians if each.away), "")


def invent_family(dice: Dice, child: str, kinds: Sequence[str], shape: str) -> Family:
    """Return a family of the shape that the child's circumstances mean.

    Args:
        dice: chance of this child.
        child: the child's name; the family bears names like it.
        kinds: the child's circumstances, for the household's means.
        shape: see `Kind.shape`; "" for a usual family.
    """
    make = _Maker(dice, child)
    structure, guardians = _SHAPES[shape](make)
    village = dice.pick(places.VILLAGES)
    is_poor = "家庭经济困难" in kinds or shape in ("孤儿", "亲属")
    return Family(
        village,
        places.address(dice, village),
        structure,
        dice.pick(("困难", "特别困难", "困难"))
        if is_poor
        else "较困难"
        if "家庭重大变故" in kinds
        else "一般",
        _income(dice, guardians, is_poor=is_poor),
        _relief(dice, shape, is_poor=is_poor, has_loss="家庭重大变故" in kinds),
        guardians,
    )


def _income(dice: Dice, guardians: Sequence[Guardian], *, is_poor: bool) -> str:
    if is_poor:
        return dice.pick(("务农和零工", "政府救助和务农"))
    if any(each.away for each in guardians):
        return "外出务工收入"
    return dice.pick(("务农和养殖", "工资收入", "经营收入", "就近务工和务农"))


def _relief(dice: Dice, shape: str, *, is_poor: bool, has_loss: bool) -> tuple[str, ...]:
    found = {"孤儿": ("孤儿基本生活费",), "亲属": ("其他",)}.get(shape, ())
    if is_poor and not found:
        found = (dice.pick(("最低生活保障", "防止返贫监测对象")),)
    return (*found, dice.pick(("临时救助", "医疗救助"))) if has_loss else found


class _Maker:
    """Makes the people of one family."""

    def __init__(self, dice: Dice, child: str) -> None:
        self.dice = dice
        self._child = child

    def person(
        self,
        relation: str,
        *,
        away: str = "",
        is_main: bool = False,
        capacity: str = "",
        jobs: Sequence[str] = (),
    ) -> Guardian:
        """Make one guardian; who is ``away`` does not live along."""
        dice = self.dice
        is_elder = relation in _ELDERS
        usual = places.JOBS_ELDER if is_elder else places.JOBS_AWAY if away else places.JOBS_HERE
        return Guardian(
            self._name(relation),
            relation,
            places.phone(dice),
            dice.pick(jobs or usual),
            dice.pick(_SCHOOLING[is_elder]),
            away,
            is_main,
            not away,
            capacity or ("较弱" if is_elder and dice.chance(0.4) else "一般" if dice.chance(0.6) else "强"),
        )

    def both(self, **details: Any) -> tuple[Guardian, ...]:
        """Return father and mother, one of them the main carer."""
        is_mother = self.dice.chance(0.65)
        return (
            self.person("父亲", is_main=not is_mother, **details),
            self.person("母亲", is_main=is_mother, **details),
        )

    def _name(self, relation: str) -> str:
        sex = "男" if relation in _MEN else "女"
        age = names.Age.ELDER if relation in _ELDERS else names.Age.ADULT
        return names.guardian(self.dice, age, sex, self._child, is_kin=relation in _FATHERS_SIDE)


_Shape = tuple[str, tuple[Guardian, ...]]


def _usual(make: _Maker) -> _Shape:
    parents = make.both()
    return "双亲", (*parents, make.person("祖母")) if make.dice.chance(0.25) else parents


def _left_behind(make: _Maker) -> _Shape:
    place = make.dice.pick(places.WORKING_PLACES)
    father = make.person("父亲", away=place)
    if make.dice.chance(0.35):
        return "双亲", (father, make.person("母亲", is_main=True))
    carer = make.person(make.dice.weighted(_GRANDPARENTS), is_main=True)
    return "隔代抚养", (carer, father, make.person("母亲", away=place))


def _single(make: _Maker) -> _Shape:
    relation = make.dice.pick(("父亲", "母亲", "母亲"))
    main = make.person(relation, is_main=True)
    others = (make.person("外祖母" if relation == "母亲" else "祖母"),) if make.dice.chance(0.5) else ()
    return make.dice.pick(("单亲", "离异", "离异")), (main, *others)


def _stepfamily(make: _Maker) -> _Shape:
    pair = make.dice.pick((("父亲", "继母"), ("母亲", "继父")))
    return "重组", (make.person(pair[0], is_main=True), make.person(pair[1]))


def _orphan(make: _Maker) -> _Shape:
    carer = make.person(make.dice.weighted(_RELATIVES), is_main=True)
    return "隔代抚养" if carer.relation in _ELDERS else "亲属抚养", (carer,)


def _relatives(make: _Maker) -> _Shape:
    structure, found = _orphan(make)
    return structure, (*found, replace(make.person("父亲", capacity="无"), lives_along=False))


def _caring(make: _Maker) -> _Shape:
    carer = make.person(make.dice.pick(("祖母", "外祖母", "祖父")), is_main=True)
    ill = make.dice.pick(("父亲", "母亲"))
    other = "母亲" if ill == "父亲" else "父亲"
    return "双亲", (carer, make.person(ill, capacity="无"), make.person(other))


def _migrant(make: _Maker) -> _Shape:
    return "双亲", make.both(
        jobs=("本镇工业园工人", "镇上餐馆务工", "建筑工地务工", "镇上修车店", "服装加工店")
    )


def _wealthy(make: _Maker) -> _Shape:
    return "双亲", make.both(jobs=places.JOBS_GOOD)


_SHAPES: Mapping[str, Callable[[_Maker], _Shape]] = {
    "": _usual, "留守": _left_behind, "单亲": _single, "重组": _stepfamily, "孤儿": _orphan, "亲属": _relatives,
    "照护": _caring, "随迁": _migrant, "优越": _wealthy,
}  # fmt: skip


def family_record(family: Family, numbers: Numbers, dice: Dice, *, is_full: bool) -> dict[str, Any]:
    """Return 家庭; ``is_full`` for files that are kept because of circumstances."""
    data: dict[str, Any] = {"住址": family.address, "住址村社": family.village}
    if dice.chance(0.2):
        data["电话"] = places.landline(dice)
    data["家庭结构"] = family.structure
    if is_full:
        data |= {"经济状况": family.economy, "经济来源": family.income}
    if family.relief:
        data["救助情况"] = list(family.relief)
    data["监护人"] = [_guardian(each, numbers, dice, is_full=is_full) for each in family.guardians]
    if is_full and family.away and family.carer.relation not in ("父亲", "母亲"):
        data["委托监护"] = {
            "受托人": family.carer.name,
            "关系": family.carer.relation,
            "电话": family.carer.phone,
        }
    return data


def _guardian(guardian: Guardian, numbers: Numbers, dice: Dice, *, is_full: bool) -> dict[str, Any]:
    data: dict[str, Any] = {"编号": numbers.item("G"), "姓名": guardian.name, "关系": guardian.relation}
    if guardian.is_main:
        data["主要监护人"] = True
    data["电话"] = guardian.phone
    if is_full and dice.chance(0.2):
        data["备用电话"] = places.phone(dice)
    if is_full:
        data["文化程度"] = guardian.schooling
    data["工作单位"] = guardian.job
    if guardian.away:
        data["务工地"] = guardian.away
    if is_full or not guardian.lives_along:
        data["共同居住"] = guardian.lives_along
    if is_full:
        data["监护能力"] = guardian.capacity
    return data
