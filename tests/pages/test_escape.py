"""Words of a record reach the page as themselves, whatever they are and wherever they stand."""

from collections.abc import Iterator
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown import Markdown  # type: ignore[import-untyped]  # its stubs are not locked

from guanai.pages.escape import code, inline, title

_EXTENSIONS = [
    "abbr", "admonition", "attr_list", "def_list", "footnotes", "md_in_html", "meta", "nl2br", "sane_lists",
    "smarty", "tables", "toc", "wikilinks",
    "pymdownx.arithmatex", "pymdownx.betterem", "pymdownx.caret", "pymdownx.details", "pymdownx.emoji",
    "pymdownx.highlight", "pymdownx.inlinehilite", "pymdownx.keys", "pymdownx.magiclink", "pymdownx.mark",
    "pymdownx.smartsymbols", "pymdownx.superfences", "pymdownx.tabbed", "pymdownx.tasklist", "pymdownx.tilde",
]  # fmt: skip

_TOKENS = [
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "</td>", "<!--", "-->", "&lt;", "&#60;", "&amp",
    "[a](javascript:alert(1))", "![a](http://x.cn/y.png)", "[x]: http://x.cn", "<http://x.cn>", "http://x.cn",
    "www.x.cn", "a@b.cn", "#", "##", "{#id onclick=x}", "{: .class }", "*", "**", "__", "_a_", "~~", "^^", "==",
    "`", "```", "~~~", "|", "---", "===", "- ", "+ ", "* ", "1. ", "1) ", "> ", "    ", "\t", "  ", "\n", "\n\n",
    "!!! note", "??? x", ":smile:", "++ctrl++", "$x$", "\\(x\\)", "\\", "[^1]", "[^1]: x", "*[HTML]: x", "[TOC]",
    "- [ ] x", ": x", '"', "'", "--", "...", "(c)", "--8<--", "{{ x }}", "{% x %}", "[[x]]", "%", "　", "姓名", "〔〕",
    "阿依古丽·买买提", "“你好”", "——", "𠮷", "😀", "HTML", "2026-11-20", "16:30—17:30",
]  # fmt: skip

_HOSTILE = st.lists(
    st.sampled_from(_TOKENS) | st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=6), max_size=9
).map("".join)

_PLACES = {
    "paragraph": "{}",
    "heading": "## {} {{#r-1}}",
    "cell": "| 甲 | 乙 |\n| --- | --- |\n| 子 | {} |",
    "item": "- 甲\n- {}",
    "admonition": "!!! note\n\n    {}",
    "HTML cell": "<table>\n<tr><td>{}</td></tr>\n</table>",
}
_HARMLESS = {"p", "h2", "table", "thead", "tbody", "tr", "th", "td", "ul", "li", "div", "br"}
_ATTRIBUTES = {("id", "r-1"), ("class", "admonition note"), ("class", "admonition-title")}


class _Reader(HTMLParser):
    """Collects tags, attributes and words of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[tuple[str, str | None]] = set()
        self.words = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes.update(attrs)
        self.words += "\n" if tag == "br" else ""

    def handle_data(self, data: str) -> None:
        self.words += data


@pytest.fixture(scope="module")
def renderer() -> Iterator[Markdown]:
    made = Markdown(extensions=_EXTENSIONS)
    yield made
    made.reset()


@pytest.mark.parametrize("place", _PLACES)
@settings(max_examples=60, deadline=None)
@given(text=_HOSTILE)
def test_hostile_words_stay_words(renderer: Markdown, place: str, text: str) -> None:
    around = _Reader(renderer.reset().convert(_PLACES[place].format("中")))
    page = _Reader(renderer.reset().convert(_PLACES[place].format(inline(f"始{text}终"))))

    assert page.tags <= _HARMLESS
    assert page.attributes <= _ATTRIBUTES
    assert page.words == around.words.replace("中", f"始{text}终")


@settings(max_examples=200)
@given(text=_HOSTILE)
def test_a_title_holds_no_markup(text: str) -> None:
    assert not set(title(text)) & set("<>\"'\n")


def test_plain_chinese_stays_readable() -> None:
    assert inline("父母双方外出，随祖母生活。") == "父母双方外出，随祖母生活。"


def test_newlines_become_breaks_and_blanks_survive() -> None:
    assert inline("甲\n 乙  丙 ") == "甲<br>&#32;乙 &#32;丙&#32;"


def test_code_takes_identifiers_alone() -> None:
    assert code("left_behind") == "`left_behind`"
    with pytest.raises(ValueError, match="not an identifier"):
        code("a`b")
