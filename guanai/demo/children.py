"""The children of the school: who they are, what they live with, what happens to them this term."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from guanai import identity, ids
from guanai.demo import name_pools, names, places
from guanai.demo.dice import Dice
from guanai.demo.families import Family, invent_family
from guanai.demo.kinds import KINDS
from guanai.demo.layout import ClassPlan
from guanai.demo.setting import Setting

#: Share of children with circumstances.
_SHARE = 0.18
#: From this size on every kind of circumstance occurs.
_COMPLETE_FROM = 200
#: Share of children who came from another school this term, in a school that is not tiny.
_NEWCOMERS = 0.02
_NEWCOMERS_FROM = 100
_COMMON = "汉族"
_ETHNICITIES = (
    (_COMMON, 88.0), ("回族", 2.0), ("壮族", 1.4), ("苗族", 1.3), ("土家族", 1.3), ("彝族", 1.0), ("藏族", 0.8), ("满族", 0.8),
    ("维吾尔族", 0.7), ("侗族", 0.6), ("瑶族", 0.5), ("布依族", 0.4), ("白族", 0.3), ("哈萨克族", 0.3), ("朝鲜族", 0.2), ("羌族", 0.2),
    ("黎族", 0.1), ("畲族", 0.1), ("柯尔克孜族", 0.1), ("仡佬族", 0.1), ("水族", 0.1), ("仫佬族", 0.1),
)  # fmt: skip
#: Children with names that test fonts, tables and file systems, by their number: (sex, ethnicity, given name).
_WISHES: Mapping[int, tuple[str, str, str]] = {
    7: ("女", "维吾尔族", ""), 11: ("男", _COMMON, "子𠮷"), 17: ("男", "彝族", ""), 23: ("女", _COMMON, "㛃宁"),
    31: ("男", _COMMON, "堃宇"), 37: ("女", _COMMON, "祎晗"), 43: ("女", _COMMON, "玥祎"),
}  # fmt: skip
_HOBBIES = (
    "篮球", "画画", "跳绳", "象棋", "唱歌", "手工", "养花", "科普阅读", "足球", "书法", "讲故事", "乒乓球", "航模", "跑步", "竖笛", "剪纸", "编程",
    "养蚕", "集邮", "口琴",
)  # fmt: skip
_JOBS = (
    "图书角管理员",
    "护绿员",
    "电教管理员",
    "路队长",
    "领读员",
    "器材管理员",
    "卫生小组长",
    "墙报编辑",
    "课代表助理",
    "节能员",
)


@dataclass(frozen=True, slots=True)
class Child:
    """A child before anything is written about it.

    Attributes:
        number: place in the school, from 0.
        kinds: circumstances, the shaping one first; empty for most children.
        filed_on: day the file began.
        is_newcomer: came from another school this term.
        weak, strong: subjects.
    """

    number: int
    id: str
    name: str
    sex: str
    born: date
    ethnicity: str
    identity_number: str
    plan: ClassPlan
    seat: int
    filed_on: date
    is_newcomer: bool
    kinds: tuple[str, ...]
    family: Family
    hobby: str
    job: str
    weak: str
    strong: str
    themes: tuple[str, ...] = field(repr=False)

    @property
    def is_special(self) -> bool:
        """Whether the child has circumstances."""
        return bool(self.kinds)

    @property
    def pronoun(self) -> str:
        """他 or 她."""
        return "他" if self.sex == "男" else "她"


def invent_children(setting: Setting, classes: Sequence[ClassPlan], *, everyone: bool) -> tuple[Child, ...]:
    """Return the children, class by class and by seat.

    Args:
        setting: when and by which seed.
        classes: where they sit.
        everyone: give each child circumstances, as a bench wants.
    """
    places_of = [(plan, seat) for plan in classes for seat in range(1, plan.size + 1)]
    kinds = _share_out(setting, [plan for plan, _ in places_of], everyone=everyone)
    register = _Register()
    newcomers = _newcomers(setting, len(places_of))
    return tuple(
        _child(setting, register, _Place(number, plan, seat, kinds.get(number, ()), newcomers.get(number)))
        for number, (plan, seat) in enumerate(places_of)
    )


@dataclass(frozen=True, slots=True)
class _Place:
    """What is settled of a child before it is invented."""

    number: int
    plan: ClassPlan
    seat: int
    kinds: tuple[str, ...]
    joined: date | None


def _newcomers(setting: Setting, count: int) -> dict[int, date]:
    if count < _NEWCOMERS_FROM:
        return {}
    dice = setting.dice("newcomers")
    return {
        number: setting.days[min(dice.number(0, 12), len(setting.days) - 1)]
        for number in range(count)
        if dice.chance(_NEWCOMERS)
    }


def _share_out(setting: Setting, plans: Sequence[ClassPlan], *, everyone: bool) -> dict[int, tuple[str, ...]]:
    dice = setting.dice("circumstances")
    count = len(plans) if everyone else max(1, round(len(plans) * _SHARE))
    chosen = dice.some(range(len(plans)), count)
    wished: dict[int, str] = {}
    if len(plans) >= _COMPLETE_FROM:
        # The rarest age limits come first, while there are children old enough left.
        for word in sorted(KINDS, key=lambda word: -KINDS[word].from_grade):
            fitting = [n for n in chosen if n not in wished and plans[n].grade >= KINDS[word].from_grade]
            wished[dice.pick(fitting)] = word
    return {number: _kinds(dice, plans[number].grade, wished.get(number, "")) for number in chosen}


#: Circumstances that do not come together.
_APART = frozenset(
    {
        frozenset(pair)
        for pair in (
            ("学业特别优秀", "学习困难"), ("学业特别优秀", "随班就读"), ("学业特别优秀", "严重不良行为"), ("家庭条件特别优越", "家庭经济困难"),
            ("家庭条件特别优越", "家庭重大变故"), ("家庭条件特别优越", "学习困难"), ("不良行为", "严重不良行为"), ("残疾", "先天性或慢性疾病"),
            ("随班就读", "先天性或慢性疾病"), ("孤儿", "家庭重大变故"), ("孤儿", "离家出走经历"),
        )
    }
)  # fmt: skip


def _kinds(dice: Dice, grade: int, wish: str) -> tuple[str, ...]:
    fitting = [(word, kind.weight) for word, kind in KINDS.items() if kind.from_grade <= grade]
    found = [wish or dice.weighted(fitting)]
    if found[0] == "随班就读":
        found.append("残疾")
    for _ in range(dice.weighted(((0, 5.0), (1, 3.5), (2, 1.5)))):
        more = [
            (word, weight)
            for word, weight in fitting
            if word not in (*found, "随班就读") and all(_go_together(word, other) for other in found)
        ]
        found.append(dice.weighted(more))
    return tuple(sorted(found, key=lambda word: not KINDS[word].shape))


def _go_together(one: str, other: str) -> bool:
    has_two_families = bool(KINDS[one].shape and KINDS[other].shape)
    return not has_two_families and frozenset((one, other)) not in _APART


class _Register:
    """What no two children share."""

    def __init__(self) -> None:
        self.names = names.Register()
        self.ids: set[str] = set()
        self.numbers: set[str] = set()

    def file_id(self, year: int, dice: Dice) -> str:
        made = ids.new_student_id(year, taken=self.ids, rng=dice.random)
        self.ids.add(made)
        return made

    def identity_number(self, born: date, sex: str, dice: Dice) -> str:
        while True:
            order = dice.number(0, 498) * 2 + (1 if sex == "男" else 2)
            first = f"{dice.pick(places.AREA_CODES)}{born:%Y%m%d}{order:03d}"
            if first not in self.numbers:
                self.numbers.add(first)
                return first + identity.check_sign(first)


def _child(setting: Setting, register: _Register, place: _Place) -> Child:
    dice = setting.dice("child", place.number)
    plan, kinds = place.plan, place.kinds
    sex = "男" if dice.chance(0.53) else "女"
    ethnicity = dice.weighted(_ETHNICITIES)
    rare = (
        dice.pick(name_pools.RARE_BOY if sex == "男" else name_pools.RARE_GIRL) if dice.chance(0.012) else ""
    )
    sex, ethnicity, rare = _WISHES.get(place.number, (sex, ethnicity, rare))
    name = register.names.child(dice, sex, ethnicity, rare)
    born = _birthday(dice, plan)
    filed_on = place.joined or _filed_on(setting, plan)
    shape = next((KINDS[word].shape for word in kinds if KINDS[word].shape), "")
    weak, strong = _subjects(dice, plan)
    return Child(
        number=place.number,
        id=register.file_id(filed_on.year, dice),
        name=name,
        sex=sex,
        born=born,
        ethnicity=ethnicity,
        identity_number=register.identity_number(born, sex, dice),
        plan=plan,
        seat=place.seat,
        filed_on=filed_on,
        is_newcomer=place.joined is not None,
        kinds=kinds,
        family=invent_family(dice, name, kinds, shape),
        hobby=dice.pick(_HOBBIES),
        job=dice.pick(_JOBS),
        weak=weak,
        strong=strong,
        themes=_themes(kinds, plan, is_new=filed_on >= setting.last_term.begins),
    )


def _themes(kinds: tuple[str, ...], plan: ClassPlan, *, is_new: bool) -> tuple[str, ...]:
    found = dict.fromkeys(theme for word in kinds for theme in KINDS[word].themes)
    # Who has long been here has settled in; grades 1 and 2 have no tests to talk about.
    beside = {"适应": is_new, "学习": plan.grade > 2}
    return tuple(theme for theme in found if beside.get(theme, True))


def _birthday(dice: Dice, plan: ClassPlan) -> date:
    # Six years old by the end of August when primary school begins.
    began = plan.entry - (6 if plan.is_junior else 0)
    return date(began - 7, 9, 1) + timedelta(days=dice.number(0, 364))


def _filed_on(setting: Setting, plan: ClassPlan) -> date:
    return setting.year.terms[0].begins if plan.entry == setting.start else date(plan.entry, 9, 1)


def _subjects(dice: Dice, plan: ClassPlan) -> tuple[str, str]:
    core = ["语文", "数学"] if plan.grade < 3 else ["语文", "数学", "英语"]
    others = (
        ["体育与健康", "历史", "物理"]
        if plan.grade > 7
        else ["体育与健康", "历史"]
        if plan.is_junior
        else ["体育与健康", "科学"]
    )
    weak = dice.pick(core)
    return weak, dice.pick([each for each in core + others if each != weak])
