"""A school persuades, helps and reports: no text of ours orders, sets a family a deadline or threatens a fine."""

import ast
import re
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from generators.form.fill import NothingToPrint
from generators.papers import papers
from guanai.rules.levels import Level, Rules
from guanai.workspace.facade import Workspace
from guanai.yamlfile import load

_ROOT = Path(__file__).resolve().parents[2]
#: What only a township or a county bureau may do, or what no law provides for.
_ORDERS = re.compile("责令|限期|罚款|处罚|强制入学|开除|停学|劝退")
#: How a sentence may speak of it all the same: the competent office is named, or it is ruled out.
_QUOTED = re.compile("乡镇人民政府|派出所|公安机关|不得")
_BY_SCHOOL = re.compile("[学我本]校(?:责令|限期|处罚)")


def _ordering(text: str) -> list[str]:
    sentences = re.split("[。；\n]", text)
    return [
        each
        for each in sentences
        if _BY_SCHOOL.search(each) or (_ORDERS.search(each) and not _QUOTED.search(each))
    ]


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from _strings(each)
    elif isinstance(value, list):
        for each in value:
            yield from _strings(each)


def test_the_guard_knows_an_order_from_a_quotation() -> None:
    assert _ordering("我校责令你于三日内送子女返校。")
    assert _ordering("逾期将处以罚款。")
    assert _ordering("学校责令家长并抄送乡镇人民政府。")
    assert not _ordering("依照义务教育法，责令限期改正是乡镇人民政府的职权。")
    assert not _ordering("请于三日内与学校联系。")


@pytest.mark.parametrize(
    "path",
    [
        pytest.param(path, id=str(path.relative_to(_ROOT)))
        for folder in ("guanai/rules", "guanai/cli", "guanai/pages", "generators")
        for path in sorted((_ROOT / folder).rglob("*.py"))
    ],
)
def test_no_message_or_paper_in_code_orders(path: Path) -> None:
    found = [
        node.value
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    assert [sentence for text in found for sentence in _ordering(text)] == []


@pytest.mark.parametrize(
    "path",
    [
        pytest.param(path, id=str(path.relative_to(_ROOT)))
        for folder in ("generators/policies", "generators/forms", "records/policies")
        for path in sorted((_ROOT / folder).rglob("*.yml"))
    ],
)
def test_no_policy_profile_or_form_orders(path: Path) -> None:
    data = load(path.read_bytes(), path.name).data
    assert [sentence for text in _strings(data) for sentence in _ordering(text)] == []


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A copy of the sample school."""
    folder = tmp_path_factory.mktemp("sample")
    for name in ("records", "schemas"):
        shutil.copytree(_ROOT / name, folder / name)
    return Workspace(folder)


@pytest.mark.parametrize("kind", sorted(papers()))
def test_no_paper_of_the_sample_school_orders(kind: str, sample: Workspace) -> None:
    on, paper = date(2026, 11, 20), papers()[kind]
    edition = sample.edition(staff="", on=on)
    subjects = sample.press.subjects(paper, edition, on)
    for subject in subjects:
        try:
            document, stamp = sample.press.make(paper, subject, edition, on)
        except NothingToPrint:  # a form of entries that this child has none of
            continue
        text = re.sub("<[^>]*>", "\n", sample.press.render(document, stamp, "html").decode())
        assert _ordering(text) == [], subject
    blank, stamp = sample.press.blank(paper, edition, on)
    assert _ordering(re.sub("<[^>]*>", "\n", sample.press.render(blank, stamp, "html").decode())) == []


@pytest.mark.parametrize("level", Level)
def test_each_level_says_how_far_the_school_may_go(level: Level, source_rules: Rules) -> None:
    rule = source_rules.levels[level]
    assert rule.authority
    assert _ORDERS.search(rule.authority) is None
    if level is Level.THIRD:
        assert "乡镇人民政府" in rule.authority
        assert "乡镇人民政府" in rule.others
