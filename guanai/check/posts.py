"""Posts, roles and grants that would open more, or less, than whoever wrote them meant."""

import re
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from guanai.access.clearance import within_floor
from guanai.yamlfile import Path

#: (path, rule, sentence) of one objection.
Objection = tuple[Path, str, str]

#: Roles that reach a part of the school only, the form of that part, and its name.
_REACH: Mapping[str, tuple[re.Pattern[str], str]] = MappingProxyType(
    {
        role: (re.compile(form), words)
        for roles, form, words in (
            (("班主任", "副班主任"), "[PJ][0-9]{4}-[0-9]{2}", "一个班，如 J2024-03"),
            (("年级组长",), "[PJ][0-9]{4}", "一个年级，如 J2024"),
            (("科任教师",), "[PJ][0-9]{4}-[0-9]{2}|S.*", "一个班，或结对学生的编号；教几个班就写几条任职"),
        )
        for role in roles
    }
)
#: Lists of labels a role of access.yml has.
_GIVEN = ("看", "有预警时另看", "结对学生另看", "追加", "改")


def in_staff(data: Mapping[str, Any]) -> Iterator[Objection]:
    """Yield ids given twice, and posts whose scope does not go with the role."""
    people = data["教职工"]
    yield from twice("教职工", people, "编号")
    for place, person in enumerate(people):
        for number, post in enumerate(person["任职"]):
            form, words = _REACH.get(post["角色"], (None, ""))
            if form is not None and not form.fullmatch(post["范围"]):
                yield (
                    ("教职工", place, "任职", number, "范围"),
                    "post.scope",
                    f"{post['角色']}的范围应是{words}；现在是 {post['范围']}，这个人看到的学生就不对了。",
                )


def in_access(data: Mapping[str, Any]) -> Iterator[Objection]:
    """Yield roles set twice, labels below the floor, and grants that people gave themselves."""
    yield from twice("角色", data["角色"], "角色")
    for place, role in enumerate(data["角色"]):
        for key in _GIVEN:
            given = frozenset(role.get(key, ()))
            if refused := given - within_floor(role["角色"], given):
                yield (
                    ("角色", place, key),
                    "access.floor",
                    f"{role['角色']}不能有{'、'.join(sorted(refused))}，写了程序也不给；请删去。",
                )
    for place, grant in enumerate(data.get("特许", [])):
        if grant["批准人"] == grant["教师"]:
            yield ("特许", place, "批准人"), "grant.self", "特许不能由本人批准，请由另一位领导批准。"


def twice(key: str, items: Sequence[Mapping[str, Any]], name: str) -> Iterator[Objection]:
    """Yield the items of a list whose ``name`` an earlier item has already."""
    seen: dict[str, int] = {}
    for place, item in enumerate(items):
        if seen.setdefault(item[name], place) != place:
            yield (
                (key, place, name),
                "id.twice",
                f"{item[name]} 在第 {seen[item[name]] + 1} 项已经写过；请合并，或改成另一个。",
            )
