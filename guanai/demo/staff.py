"""The people who work in the school: who they are and which posts they hold."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from guanai import ids
from guanai.demo import names, places
from guanai.demo.layout import ClassPlan
from guanai.demo.setting import Setting

_SCHOOL = "全校"
#: One counselor for about so many children.
_COUNSELED = 700
#: In one class of a larger school a colleague stands in for the homeroom teacher from this school day on.
_DEPUTY_FROM = 28

#: Subject → grades that have it, and how many classes one teacher of it takes.
SUBJECTS: Mapping[str, tuple[range, int]] = {
    "语文": (range(1, 10), 2), "数学": (range(1, 10), 2), "英语": (range(3, 10), 2), "道德与法治": (range(1, 10), 5),
    "科学": (range(1, 7), 5), "历史": (range(7, 10), 5), "地理": (range(7, 9), 6), "生物学": (range(7, 9), 6),
    "物理": (range(8, 10), 4), "化学": (range(9, 10), 4), "体育与健康": (range(1, 10), 6), "音乐": (range(1, 10), 8),
    "美术": (range(1, 10), 8), "信息科技": (range(3, 10), 10), "劳动": (range(1, 10), 12),
}  # fmt: skip
#: Subjects whose teachers lead classes and pair up with children.
CORE = ("语文", "数学", "英语")

_LEADERS = (
    "校长",
    "党组织书记",
    "分管副校长",
    "副校长",
    "校办主任",
    "德育主任",
    "教务主任",
    "后勤主任",
    "学籍管理员",
    "系统管理员",
    "校医",
)


@dataclass(frozen=True, slots=True)
class Post:
    """One dated assignment (任职)."""

    role: str
    scope: str
    since: date
    until: date | None = None
    subject: str = ""
    is_acting: bool = False


@dataclass(frozen=True, slots=True)
class Worker:
    """A person of the staff; guests such as the parents' representative are external."""

    id: str
    name: str
    sex: str
    phone: str
    is_external: bool = False


@dataclass(frozen=True, slots=True)
class Staff:
    """Everybody with their posts, and short ways to those the stories need.

    Attributes:
        people: everybody, leaders first.
        posts: assignments by person.
        leader: person by post that stands once in the school.
        grade_head: person by grade.
        teacher: person by class and subject.
        counselors: the school's counselors, at least one.
    """

    people: tuple[Worker, ...]
    posts: Mapping[str, Sequence[Post]]
    leader: Mapping[str, str]
    grade_head: Mapping[str, str]
    teacher: Mapping[str, Mapping[str, str]]
    counselors: tuple[str, ...]
    homerooms: Mapping[str, Sequence[tuple[date, str]]] = field(repr=False)

    def homeroom(self, class_id: str, day: date) -> str:
        """Return who led a class on a day, acting or not."""
        held = [who for since, who in self.homerooms[class_id] if since <= day]
        return held[-1] if held else self.homerooms[class_id][0][1]

    def homerooms_since(self, class_id: str, day: date) -> list[tuple[str, date, date | None]]:
        """Return (person, first day, last day) of who has led a class from a day on; None for who leads it still."""
        held = self.homerooms[class_id]
        ends = [since - timedelta(days=1) for since, _ in held[1:]]
        return [
            (who, max(since, day), until)
            for (since, who), until in zip(held, [*ends, None], strict=True)
            if until is None or until >= day
        ]

    def core_teachers(self, class_id: str, day: date) -> list[tuple[str, str]]:
        """Return (subject, person) of a class's main subjects, without its homeroom teacher."""
        homeroom = self.homeroom(class_id, day)
        return [
            (subject, who)
            for subject, who in self.teacher[class_id].items()
            if subject in CORE and who != homeroom
        ]


def invent_staff(setting: Setting, classes: Sequence[ClassPlan]) -> Staff:
    """Return the staff of a school with these classes."""
    hiring = _Hiring(setting)
    leader = {role: hiring.school(role, years=4) for role in _LEADERS}
    pupils = sum(each.size for each in classes)
    counselors = tuple(hiring.school("心理健康教师", years=3) for _ in range(pupils // _COUNSELED + 1))
    leader["资源教师"] = hiring.school("资源教师", years=1)
    if any(not each.is_junior for each in classes):
        leader["少先队辅导员"] = hiring.school("少先队辅导员", years=2)
    teacher = _teachers(classes, hiring)
    homerooms = {
        each.id: _homerooms(each, teacher[each.id], setting, has_deputy=place == len(classes) // 2 > 1)
        for place, each in enumerate(classes)
    }
    for class_id, held in homerooms.items():
        hiring.add_homerooms(class_id, held)
    grade_head = _grade_heads(classes, teacher, hiring)
    for _ in range(min(3, len(classes))):
        hiring.person([Post("家长代表", _SCHOOL, setting.term.begins)], is_external=True)
    return Staff(tuple(hiring.people), hiring.posts, leader, grade_head, teacher, counselors, homerooms)


class _Hiring:
    """Takes people on and gives them posts."""

    def __init__(self, setting: Setting) -> None:
        self.people: list[Worker] = []
        self.posts: dict[str, list[Post]] = {}
        self.dice = setting.dice("staff")
        self._start = setting.start

    def year(self, years_ago: int) -> date:
        """Return the first of September some years before this school year's."""
        return date(self._start - years_ago, 9, 1)

    def school(self, role: str, *, years: int) -> str:
        """Take on someone with one post over the whole school and return the id."""
        return self.person([Post(role, _SCHOOL, self.year(years))])

    def person(self, posts: Iterable[Post], *, is_external: bool = False) -> str:
        """Take someone on with the posts given and return the id."""
        sex = "男" if self.dice.chance(0.38) else "女"
        made = Worker(
            ids.new_id("T", on=None, taken=self.posts, rng=self.dice.random),
            names.person(self.dice, names.Age.ADULT, sex),
            sex,
            places.phone(self.dice),
            is_external,
        )
        self.people.append(made)
        self.posts[made.id] = list(posts)
        return made.id

    def add_homerooms(self, class_id: str, held: Sequence[tuple[date, str]]) -> None:
        """Write down who has led a class; a second leader of a year is an acting one."""
        for place, (since, who) in enumerate(held):
            until = held[place + 1][0] - timedelta(days=1) if place + 1 < len(held) else None
            self.posts[who].insert(0, Post("班主任", class_id, since, until, is_acting=place > 0))


def _teachers(classes: Sequence[ClassPlan], hiring: _Hiring) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {each.id: {} for each in classes}
    for subject, (grades, load) in SUBJECTS.items():
        for group in _groups([each for each in classes if each.grade in grades], load, subject):
            since = hiring.year(hiring.dice.number(0, 2))
            posts = [
                Post("科任教师", each.id, max(date(each.entry, 9, 1), since), subject=subject)
                for each in group
            ]
            who = hiring.person(posts)
            for each in group:
                found[each.id][subject] = who
    return found


def _groups(classes: Sequence[ClassPlan], load: int, subject: str) -> Iterator[list[ClassPlan]]:
    # Teachers of a main subject stay within a grade; the others go through the school.
    group: list[ClassPlan] = []
    for each in classes:
        if group and (len(group) == load or (subject in CORE and each.grade_id != group[0].grade_id)):
            yield group
            group = []
        group.append(each)
    if group:
        yield group


def _homerooms(
    plan: ClassPlan, teacher: Mapping[str, str], setting: Setting, *, has_deputy: bool
) -> list[tuple[date, str]]:
    # Two classes share a teacher of a main subject: the first is led by the one of 语文, the second by 数学's.
    number = int(plan.id[-2:])
    held = [(date(plan.entry, 9, 1), teacher["语文" if number % 2 else "数学"])]
    if has_deputy and "英语" in teacher and len(setting.days) > _DEPUTY_FROM:
        held.append((setting.days[_DEPUTY_FROM], teacher["英语"]))
    return held


def _grade_heads(
    classes: Sequence[ClassPlan], teacher: Mapping[str, Mapping[str, str]], hiring: _Hiring
) -> dict[str, str]:
    found: dict[str, str] = {}
    for each in classes:
        if each.grade_id in found:
            continue
        who = teacher[each.id].get("英语") or teacher[each.id]["道德与法治"]
        if who in found.values():
            who = hiring.person([Post("科任教师", each.id, hiring.year(0), subject="综合实践")])
        since = max(date(each.entry, 9, 1), hiring.year(1))
        hiring.posts[who].insert(0, Post("年级组长", each.grade_id, since))
        found[each.grade_id] = who
    return found


def staff_record(
    staff: Staff, pairs: Iterable[tuple[str, str, date]], included: Iterable[tuple[str, date]]
) -> dict[str, Any]:
    """Return staff.yml.

    Args:
        staff: everybody.
        pairs: (teacher, child, since) of those who look after one child.
        included: (child, since) of those who learn in an ordinary class (随班就读): the resource teacher's.
    """
    posts = {who: list(held) for who, held in staff.posts.items()}
    for who, child, since in pairs:
        posts[who].append(Post("科任教师", child, since))
    own = [Post("资源教师", child, since) for child, since in included]
    if own:  # they see these children alone
        posts[staff.leader["资源教师"]] = own
    return {"教职工": [_person(worker, posts[worker.id]) for worker in staff.people]}


def _person(worker: Worker, posts: Sequence[Post]) -> dict[str, Any]:
    return {
        "编号": worker.id,
        "姓名": worker.name,
        "性别": worker.sex,
        "电话": worker.phone,
        **({"校外": True} if worker.is_external else {}),
        "任职": [_post(post) for post in posts],
    }


def _post(post: Post) -> dict[str, Any]:
    data: dict[str, Any] = {"角色": post.role, "范围": post.scope}
    if post.subject:
        data["学科"] = post.subject
    if post.is_acting:
        data["代理"] = True
    data["起"] = f"{post.since}"
    if post.until:
        data["止"] = f"{post.until}"
    return data
