"""What Word demands of a filled form: each cell, text box, header and footer ends in a paragraph, each table has a row.

A loop over nothing may have taken the only one away; Word then calls the file damaged.
"""

from typing import Any, Final

from lxml import etree

#: What ends in a paragraph.
_STORIES: Final = ("body", "hdr", "ftr", "tc", "txbxContent")
_BLOCKS: Final = frozenset({"p", "tbl", "sdt", "customXml"})


def mend(part: Any) -> None:
    """Give every story of a part the paragraph it must end in, and take out tables without rows.

    Args:
        part: the tree of a document, header or footer; it is changed.
    """
    for table in list(part.iter("{*}tbl")):
        if table.find("{*}tr") is None and table.find(".//{*}sdtContent/{*}tr") is None:
            table.getparent().remove(table)
    for story in part.iter(*(f"{{*}}{name}" for name in _STORIES)):
        if not _ends_in_paragraph(story):
            _end(story)


def _ends_in_paragraph(container: Any) -> bool:
    last = next(
        (each for each in container.iterchildren("{*}*", reversed=True) if _local(each) in _BLOCKS), None
    )
    if last is None or _local(last) == "tbl":
        return False
    if _local(last) == "p":
        return True
    inner = last.find("{*}sdtContent") if _local(last) == "sdt" else last
    return inner is not None and _ends_in_paragraph(inner)


def _end(story: Any) -> None:
    paragraph = etree.SubElement(story, f"{{{etree.QName(story).namespace}}}p")
    section = story.find("{*}sectPr")
    if section is not None:
        section.addprevious(paragraph)


def _local(element: Any) -> str:
    name: str = etree.QName(element).localname
    return name
