import importlib.util
import itertools
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from guanai import identity
from guanai.demo import name_pools
from guanai.demo.kinds import KINDS
from guanai.demo.names import Age
from guanai.demo.setting import set_up
from guanai.demo.world import invent_world
from guanai.paths import kind_of
from guanai.schema import load_schemas

Make = Callable[..., Mapping[str, Mapping[str, Any]]]
#: Posts that a small school fills with the same people as a large one.
_OPTIONAL = {"副班主任", "少先队辅导员"}


def _children(records: Mapping[str, Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return [record for path, record in records.items() if kind_of(path) == "student"]


@pytest.mark.parametrize("students", [1, 40, 400])
def test_every_post_is_filled(school: Make, students: int) -> None:
    staff = school(students)["records/staff.yml"]["教职工"]
    held = {post["角色"] for person in staff for post in person["任职"]}
    field = load_schemas().record("staff").at(("教职工", 0, "任职", 0, "角色"))
    assert field is not None
    assert set(field.values) - _OPTIONAL <= held


def test_access_knows_every_role_that_works_with_records(school: Make) -> None:
    records = school(400)
    known = {role["角色"] for role in records["records/access.yml"]["角色"]}
    held = {post["角色"] for person in records["records/staff.yml"]["教职工"] for post in person["任职"]}
    assert held - known == {"党组织书记", "副校长", "校办主任", "校医"}


@pytest.mark.parametrize("students", [1, 40, 400])
def test_each_class_has_a_teacher_who_is_nothing_but_that(school: Make, students: int) -> None:
    records = school(students)
    plain: set[str] = set()
    for person in records["records/staff.yml"]["教职工"]:
        if {post["角色"] for post in person["任职"]} == {"科任教师"}:
            scopes = {post["范围"] for post in person["任职"]}
            plain |= scopes if not any(scope.startswith("S") for scope in scopes) else set()
    assert {each["编号"] for each in records["records/school.yml"]["班级"]} <= plain


def test_a_class_has_one_homeroom_teacher_on_each_day(school: Make, today: Any) -> None:
    records = school(400)
    leading: dict[str, int] = {}
    for person in records["records/staff.yml"]["教职工"]:
        for post in person["任职"]:
            if post["角色"] == "班主任" and post["起"] <= f"{today}" <= post.get("止", f"{today}"):
                leading[post["范围"]] = leading.get(post["范围"], 0) + 1
    assert leading == {each["编号"]: 1 for each in records["records/school.yml"]["班级"]}


def test_every_kind_of_circumstance_occurs_in_a_school_of_two_hundred(school: Make) -> None:
    found = {item["情形"] for child in _children(school(200)) for item in child.get("特殊情形", [])}
    assert found == set(KINDS)


def test_about_a_fifth_of_the_children_have_circumstances(school: Make) -> None:
    children = _children(school(400))
    special = [child for child in children if "特殊情形" in child]
    assert 0.16 * len(children) <= len(special) <= 0.20 * len(children)
    assert all(1 <= len(child["特殊情形"]) <= 4 for child in special)


def test_names_are_as_varied_as_a_class_list(school: Make) -> None:
    names = [child["姓名"] for child in _children(school(400))]
    assert len(set(names)) == len(names)
    assert any("·" in name for name in names)
    for sign in ("𠮷", "㛃", "玥", "祎", "堃"):
        assert any(sign in name for name in names), sign
    assert {len(name) for name in names if "·" not in name} >= {2, 3}


def test_no_name_that_can_be_made_is_in_the_dictionary_of_known_people() -> None:
    spec = importlib.util.find_spec("jieba")
    assert spec is not None
    assert spec.submodule_search_locations is not None
    lines = (Path(spec.submodule_search_locations[0]) / "dict.txt").read_text(encoding="utf-8").splitlines()
    known = {word for word, _, kind in map(str.split, lines) if kind.startswith("nr")}
    surnames = {*name_pools.SURNAMES, *name_pools.COMPOUND, *"".join(name_pools.HAN_STYLE.values())}
    for first, second, single in itertools.chain.from_iterable(age.value for age in Age):
        given = {a + b for a in first for b in second if a != b} - name_pools.AVOID | set(single)
        assert not {surname + each for surname in surnames for each in given} & known


def test_identity_numbers_prove_themselves_and_belong_to_no_region(school: Make) -> None:
    numbers = [
        child["证件"]["号码"]
        for child in _children(school(400))
        if child.get("证件", {}).get("类型") == "居民身份证"
    ]
    assert len(set(numbers)) == len(numbers) > 390
    assert all(identity.is_well_formed(number) and number.startswith("99") for number in numbers)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 7])
def test_no_two_children_of_the_largest_school_have_one_number(today: date, seed: int) -> None:
    world = invent_world(set_up(seed, today), 6000, everyone=False)
    numbers = [life.child.identity_number for life in world.lives]
    # A residence permit and an enrolment number are made of parts of it.
    assert len({number[4:17] for number in numbers}) == len(set(numbers)) == len(numbers) == 6000


def test_no_phone_number_can_be_dialled(school: Make) -> None:
    phones = [guardian["电话"] for child in _children(school(40)) for guardian in child["家庭"]["监护人"]] + [
        person["电话"] for person in school(40)["records/staff.yml"]["教职工"]
    ]
    assert all(phone.startswith("12") and len(phone) == 11 for phone in phones)
