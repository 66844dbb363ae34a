"""What the tests of policies share: an invented school, and each preset as its paper prints it."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from generators import policy as generator
from generators.citations import load_citations
from generators.context import Context
from generators.document import paragraphs
from generators.presets import load_preset, preset_slugs
from guanai.model.policy import Policy
from guanai.model.school import School
from guanai.model.staff import Staff
from guanai.model.taxonomy import Category
from guanai.resources import schemas_dir

_STAFF = (
    ("陈知行", "校长", "全校", None),
    ("林望舒", "分管副校长", "全校", None),
    ("林望舒", "副校长", "全校", None),
    ("周怀远", "副校长", "全校", None),
    ("许明川", "校办主任", "全校", None),
    ("郭砚秋", "德育主任", "全校", None),
    ("沈秋禾", "年级组长", "J2024", None),
    ("顾南星", "年级组长", "J2026", None),
    ("梁小满", "班主任", "J2024-02", None),
    ("苏映雪", "班主任", "J2024-01", None),
    ("方景行", "班主任", "J2026-01", None),
    ("何清和", "班主任", "J2026-02", "2026-10-31"),
    ("韩若谷", "心理健康教师", "全校", None),
)


@pytest.fixture(params=preset_slugs())
def preset(request: pytest.FixtureRequest) -> Policy:
    """Each preset in turn."""
    return load_preset(request.param)


@pytest.fixture
def on() -> date:
    return date(2026, 11, 20)


@pytest.fixture(scope="session")
def context() -> Context:
    people: dict[str, dict[str, Any]] = {}
    for name, role, scope, until in _STAFF:
        held = {"角色": role, "范围": scope, "起": "2024-09-01"} | ({"止": until} if until else {})
        person = people.setdefault(name, {"编号": f"T-22{len(people) + 22}", "姓名": name, "任职": []})
        person["任职"].append(held)
    staff = Staff.from_mapping({"教职工": list(people.values())})
    taxonomies = yaml.safe_load((schemas_dir() / "taxonomies.yml").read_text(encoding="utf-8"))
    return Context(
        school=School.from_mapping({"名称": "清河中学", "发文代字": "清河中学"}),
        staff={person.id: person for person in staff.people},
        taxonomies={name: tuple(map(Category.from_mapping, each)) for name, each in taxonomies.items()},
        citations=load_citations(),
    )


@pytest.fixture
def clauses(context: Context, on: date) -> Callable[[Policy], dict[str, str]]:
    """What each provision prints: the words of its clause or paragraph, lists included."""

    def read(policy: Policy) -> dict[str, str]:
        printed: dict[str, list[str]] = {}
        inputs = generator.inputs(policy, context, on)
        for chapter, chapter_text in zip(policy.chapters, inputs.chapters, strict=True):
            for clause, section in zip(chapter.clauses, chapter_text.sections, strict=True):
                for provision in clause.provisions:
                    printed.setdefault(provision, []).extend(
                        (section.title, section.text, *section.categories)
                    )
                for paragraph, point in zip(clause.paragraphs, section.points, strict=True):
                    for provision in paragraph.provisions:
                        printed.setdefault(provision, []).extend((point.title, point.text, *point.items))
        return {provision: "\n".join(texts) for provision, texts in printed.items()}

    return read


@pytest.fixture
def paper(context: Context, on: date) -> Callable[..., list[str]]:
    """The paragraphs of a preset's paper."""

    def read(slug: str, *, blank: bool = False) -> list[str]:
        inputs = generator.inputs(load_preset(slug), context, on)
        return [one.text for one in paragraphs(generator.build(inputs, on=on, blank=blank).blocks)]

    return read


@pytest.fixture(scope="session")
def provisions() -> dict[str, Any]:
    """The check-list of what the sources require."""
    found: dict[str, Any] = yaml.safe_load(
        (Path(__file__).parents[2] / "provisions.yml").read_text(encoding="utf-8")
    )
    return found


@pytest.fixture(scope="session")
def rows(provisions: dict[str, Any]) -> list[dict[str, Any]]:
    """Every provision of the check list, those of care first."""
    return [*provisions["care"], *provisions["retention"]]
