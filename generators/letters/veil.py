"""Takes names, numbers and places out of a text, and tells whether one is left."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from generators.context import Context
from guanai.errors import Invalid
from guanai.ids import STUDENT_ID
from guanai.model.student import Student

_SOMEONE: Final = "某同学"
_TEACHER: Final = "某老师"
_SCHOOL: Final = "某校"
_TOWN: Final = "某镇"
_VILLAGE: Final = "某村"

#: Phone and id numbers, typed with or without blanks.
_DIGITS: Final = re.compile(r"[0-9](?:[ -]?[0-9X]){6,}")
_IDS: Final = re.compile(rf"@?{STUDENT_ID.pattern} ?|T-[2-9A-HJ-NP-Z]{{4}}|[PJ][0-9]{{4}}(?:-[0-9]{{2}})?")
_CLASS: Final = re.compile(
    r"([一二三四五六七八九]年级|初[一二三])[（(][0-9]+[）)]班|[（(][0-9]+[）)]班|20[0-9]{2}级[（(][0-9]+[）)]班"
)
_PLACE: Final = re.compile(r"[村组路巷街]")
#: What is named in an address: 白鹭社区, 文昌路, 桥头巷.
_PART_OF_PLACE: Final = re.compile(r"[\u4e00-\u9fff]{2,4}?(?:村|社区|街|路|巷|小区|镇|乡|县|市)")
_COMPOUND: Final = frozenset(
    {
        "欧阳",
        "司马",
        "上官",
        "诸葛",
        "司徒",
        "慕容",
        "夏侯",
        "皇甫",
        "尉迟",
        "公孙",
        "令狐",
        "端木",
        "东方",
        "南宫",
    }
)
#: Names a child in a story may have; the first that is part of no real name is taken.
_PSEUDONYMS: Final = ("小安", "小禾", "小宁", "小舟", "小远", "小乔", "小满", "小诺")


class StillNamed(Invalid):
    """A text that must name nobody still holds a real name or number."""

    def __init__(self, title: str, count: int) -> None:
        super().__init__(
            f"《{title}》里还有 {count} 处真实的姓名、编号或地名没有换掉，没有生成；请在原记录里改用 @ 加学生编号来提到别人，再试。"
        )


@dataclass(frozen=True, slots=True)
class Veil:
    """What stands for whom.

    Attributes:
        words: real word → what is printed for it.
    """

    words: Mapping[str, str] = field(repr=False)

    def over(self, text: str) -> str:
        """Return a text without names, ids, phone numbers and class numbers."""
        shown = self._pattern.sub(lambda found: self.words[found[0]], text) if self.words else text
        shown = _CLASS.sub(lambda found: found[1] or "某班", shown)
        return _DIGITS.sub("某号", _IDS.sub(_SOMEONE, shown))

    def remaining(self, text: str) -> tuple[str, ...]:
        """Return the real words and numbers that a text still holds."""
        known = tuple(word for word in self.words if word in text)
        return (
            *known,
            *(found[0] for found in _DIGITS.finditer(text)),
            *(found[0] for found in _IDS.finditer(text)),
        )

    @property
    def _pattern(self) -> re.Pattern[str]:
        # The longest first: a school's name begins with the name of its town.
        return re.compile("|".join(map(re.escape, sorted(self.words, key=len, reverse=True))))


def story_veil(child: Student, context: Context) -> tuple[Veil, str]:
    """Return the veil over a child's own story (教育案例), and the child's pseudonym."""
    own = [child.name, *filter(None, [child.former_name])]
    others = [name for name in context.children.values() if name not in own]
    family = list(_family(child))
    staff = [person.name for person in context.staff.values()]
    real = [*own, *others, *family, *staff]
    alias = next((each for each in _PSEUDONYMS if not any(each in name for name in real)), "该生")
    words: dict[str, str] = {}
    for names, stand_in in (
        (_places(child, context), _VILLAGE),
        (_towns(context), _TOWN),
        (_schools(context), _SCHOOL),
        (called(staff), _TEACHER),
        (called(family), "家人"),
        (called(others), _SOMEONE),
        (called(own), alias),
    ):
        words |= dict.fromkeys(names, stand_in)
    return Veil(words), alias


def notice_veil(context: Context) -> Veil:
    """Return the veil that takes the names of children out of a text that everybody may read."""
    return Veil(dict.fromkeys(called(context.children.values()), _SOMEONE))


def given_name(name: str) -> str:
    """Return the name without the family's, "" where one sign is left; parts of a longer name stand for themselves.

    >>> given_name("覃大山"), given_name("欧阳晓"), given_name("周安")
    ('大山', '', '')
    """
    given = name[2:] if name[:2] in _COMPOUND else name[1:]
    return given if len(given) > 1 and "·" not in name else ""


def called(names: Iterable[str]) -> Iterator[str]:
    """Yield how people are called in a text: the whole name, the given name, the parts of a name with a dot."""
    for name in names:
        if len(name) > 1:
            yield name
            yield from (part for part in (given_name(name), *name.split("·")) if len(part) > 1)


def _family(child: Student) -> Iterator[str]:
    home = child.family
    if home is not None:
        yield from (each.name for each in home.guardians)
        yield from (each.name for each in home.members)
        if home.entrusted_care and home.entrusted_care.carer:
            yield home.entrusted_care.carer
    steps = (step for case in child.persuasions for step in case.steps)
    met = (entry.participants for entry in child.entries)
    for people in (*met, *(step.participants for step in steps)):
        yield from (who.name for who in people if who.name)


def _places(child: Student, context: Context) -> Iterator[str]:
    named = [village.name for village in context.school.villages]
    home = child.family
    if home is not None:
        named += filter(None, [home.address, home.village, *(each.working_place for each in home.guardians)])
    named += filter(None, [child.registered_residence])
    for name in named:
        yield name
        yield from _PART_OF_PLACE.findall(name)
        root = name.removesuffix("村").removesuffix("社区")
        if len(root) > 1 and not _PLACE.search(root):
            yield root


def _towns(context: Context) -> Iterator[str]:
    school = context.school
    for office in filter(None, (school.township, school.bureau)):
        yield office
        yield from _roots(office)


def _roots(office: str) -> Iterator[str]:
    for ending in ("人民政府", "街道办事处", "教育局", "教育和体育局"):
        root = office.removesuffix(ending)
        if root != office and len(root) > 1:
            yield root
            if root[-1] in "镇乡县区市" and len(root) > 2:
                yield root[:-1]


def _schools(context: Context) -> Iterator[str]:
    school = context.school
    yield from filter(None, (school.name, school.short_name, school.code, school.phone, school.address))
