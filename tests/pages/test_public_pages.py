"""The committed pages of the public site are those that the program makes today."""

import re
from pathlib import Path

import pytest

from guanai.pages import public_pages
from guanai.schema import load_schemas

_SITE = Path(__file__).resolve().parents[2] / "site"
_PAGES = public_pages()


@pytest.mark.parametrize("name", _PAGES)
def test_the_committed_page_is_fresh(name: str) -> None:
    path = _SITE / name
    assert path.is_file(), f"{name}: run `make pages`"
    assert path.read_text(encoding="utf-8") == _PAGES[name], f"{name} is stale: run `make pages`"


def test_no_page_is_left_over_from_former_days() -> None:
    made = {
        path.relative_to(_SITE).as_posix()
        for name in ("policies", "forms")
        for path in (_SITE / name).rglob("*.md")
    }
    assert made == {name for name in _PAGES if "/" in name}


@pytest.mark.parametrize("name", _PAGES)
def test_a_page_has_one_title_and_no_heading_id_twice(name: str) -> None:
    headings = re.findall(r"^(#+) .*\{#([^}]+)\}$", _PAGES[name], re.MULTILINE)
    ids = [found for _, found in headings]
    assert [mark for mark, _ in headings].count("#") == 1
    assert len(ids) == len(set(ids))


def test_the_glossary_explains_every_field() -> None:
    schemas = load_schemas()
    for kind in schemas.kinds:
        chapter = _PAGES["glossary.md"].partition(f"{{#{kind}}}")[2].partition("\n## ")[0]
        for field in schemas.record(kind).children.values():
            assert f"`{field.name}`" in chapter, (kind, field.key)


def test_a_policy_page_names_no_school_and_nobody() -> None:
    for name, text in _PAGES.items():
        if name.startswith("policies/"):
            assert "文件" not in text.partition("\n")[2].partition("\n")[0]
            assert "办公室" not in text.rpartition("\n\n")[2]
