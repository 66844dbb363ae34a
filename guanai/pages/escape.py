"""Words of a record as Markdown that means nothing but those words.

Markdown passes HTML through and gives a meaning to nearly every sign on the keyboard, and each extension adds
more. So the safe signs are listed, not the dangerous ones: whatever is not a letter, a digit, a Chinese
character or Chinese punctuation is written as a numeric reference.
"""

import re
from html import escape as html_escape
from typing import Final

#: Signs that stand for themselves in every Markdown dialect: ASCII letters and digits, Hanzi with their
#: extensions, CJK punctuation without the ideographic space, full-width forms, and the quotes, dashes and dots
#: that Chinese text shares with Latin.
_SAFE: Final = (
    "A-Za-z0-9"
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
    "\u3001-\u303f\uff01-\uff5e"
    "\u2014\u2018\u2019\u201c\u201d\u2026\u00b7\u00d7"
)
_UNSAFE = re.compile(f"[^{_SAFE} \n]")
#: Blanks that Markdown or HTML would drop: at either end of a line, and all but the first of several.
_FRAGILE_BLANK = re.compile(r"^ +| +$|(?<= ) +", re.MULTILINE)
_LINE_BREAK = "<br>"


def inline(text: str) -> str:
    """Return text for a paragraph, a heading, a list item or a table cell; its newlines become ``<br>``.

    >>> inline("C < D")
    'C &#60; D'
    """
    kept = _UNSAFE.sub(lambda found: f"&#{ord(found.group())};", text)
    spaced = _FRAGILE_BLANK.sub(lambda found: "&#32;" * len(found.group()), kept)
    return spaced.replace("\n", _LINE_BREAK)


def title(text: str) -> str:
    """Return text for front matter, navigation or ``site_name``, which both builders print as raw HTML."""
    return html_escape(" ".join(text.split()))


#: The signs that a builder, a template or YAML may read as markup once more; 0xFEE0 further stand their wide twins.
_LOOKALIKES: Final = {ord(sign): ord(sign) + 0xFEE0 for sign in "<>&\"'{}[]`\\#:|*_!%@~^$="}
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff]+")


def label(text: str) -> str:
    """Return text for front matter and navigation that stays itself however often it is escaped or unescaped.

    Templates strip tags from titles, which turns references back into signs: so none is written, and full-width
    signs stand for those with a meaning.

    >>> label("<b>") == "".join(chr(ord(sign) + 0xFEE0) for sign in "<") + "b" + chr(0xFF1E)
    True
    """
    return " ".join(_CONTROL.sub(" ", text).translate(_LOOKALIKES).split())


def code(name: str) -> str:
    """Return an identifier of ours as code. Raises ValueError for anything but ASCII words, dots and dashes."""
    if not re.fullmatch(r"[A-Za-z0-9_.-]+", name):
        msg = f"not an identifier: {name!r}"
        raise ValueError(msg)
    return f"`{name}`"
