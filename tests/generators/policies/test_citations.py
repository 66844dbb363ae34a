"""Laws and policies: one list, well numbered, and nothing cited past it."""

import re
from collections.abc import Callable

import pytest

from generators.citations import cited, load_citations
from generators.presets import load_preset, preset_slugs
from guanai.clauses import passages
from guanai.figures import read_number


def test_an_article_agrees_with_its_id() -> None:
    for name, citation in load_citations().items():
        assert re.fullmatch(r"[^ ]+-[0-9]+", name)
        if citation.article:
            number = re.fullmatch("第(.+)条", citation.article)
            assert number is not None
            assert read_number(number[1]) == int(name.rpartition("-")[2]), name
        assert citation.title
        assert citation.gist


def test_the_list_follows_what_is_in_force() -> None:
    citations = load_citations()
    assert citations["学籍管理办法-2025"].text == "《中小学生学籍管理办法》（教基〔2025〕1号）"
    assert not any("2013" in (citation.number or "") for citation in citations.values())
    assert not any("罚款" in (citation.gist or "") for citation in citations.values())


def test_articles_of_one_law_stand_together() -> None:
    citations = load_citations()
    together = cited([citations["义务教育法-27"], citations["未成年人保护法-28"], citations["义务教育法-29"]])
    assert (
        together
        == "《中华人民共和国义务教育法》第二十七条、第二十九条和《中华人民共和国未成年人保护法》第二十八条"
    )


def test_the_last_of_several_laws_stands_behind_an_and() -> None:
    found = load_citations()
    laws = [found[name] for name in ("义务教育法-29", "残疾人教育条例-22", "随班就读指导意见-2020")]
    assert [cited(laws[:count]).count("和《") for count in (0, 1, 2, 3)] == [0, 0, 1, 1]
    assert cited(laws).count("、《") == 1


@pytest.mark.parametrize("slug", preset_slugs())
def test_no_preset_names_a_law_or_article_by_itself(slug: str) -> None:
    for passage in passages(load_preset(slug)):
        assert (
            re.search(
                r"《[^》]*(法|条例|规定|办法|意见|通知|措施)》|第[一二三四五六七八九十百]+条|〔", passage.text
            )
            is None
        )


@pytest.mark.parametrize("slug", preset_slugs())
def test_every_law_on_paper_comes_from_the_list(slug: str, paper: Callable[[str], list[str]]) -> None:
    titles = {citation.title for citation in load_citations().values()}
    own = {load_preset(slug).name, "周风险清单", "劝返记录表"}
    printed = {title for line in paper(slug) for title in re.findall("《([^》]+)》", line)}
    assert printed <= titles | own
