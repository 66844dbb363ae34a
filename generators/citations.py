"""The laws and policies a paper may cite: ``citations.yml`` beside this file, read once on first use."""

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

from generators.context import Citation
from guanai.errors import Invalid
from guanai.yamlfile import load

_FILE = Path(__file__).with_name("citations.yml")


class UnknownCitation(Invalid):
    """A paper cites what is not in the list."""

    def __init__(self, policy: str, citation: str) -> None:
        super().__init__(
            f"《{policy}》的依据“{citation}”不在 generators/citations.yml 里；请改成里面有的编号。"
        )


@cache
def load_citations() -> Mapping[str, Citation]:
    """Return everything that may be cited, by id, in the order of the file."""
    loaded = load(_FILE.read_bytes(), _FILE.name)
    found = [Citation.from_mapping(each) for each in loaded.data["依据"]]
    return MappingProxyType({citation.id: citation for citation in found})


def cited(citations: Iterable[Citation]) -> str:
    """Return them as one phrase; articles of the same law stand together behind its title, 和 before the last law.

    >>> law = {"名称": "中华人民共和国义务教育法"}
    >>> cited(Citation.from_mapping(law | {"条款": f"第{number}条"}) for number in ("二十七", "二十九"))
    '《中华人民共和国义务教育法》第二十七条、第二十九条'
    """
    titles: dict[str, list[str]] = {}
    for citation in citations:
        head = citation.text.removesuffix(citation.article or "")
        titles.setdefault(head, []).append(citation.article or "")
    laws = [f"{head}{'、'.join(filter(None, articles))}" for head, articles in titles.items()]
    return "和".join(filter(None, ("、".join(laws[:-1]), *laws[-1:])))
