"""Text of every sort through a real post and back: as typed, or refused with the reason and still in the page."""

import html
import re
from typing import Any

_PLACE = "/备注"
KEPT = (
    "字" * 2000,
    "一行\n\n三行\n  缩进的一行",
    "# 不是注释: 值 - 'a' \"b\" {c} [d] & *e !f %g @h `i` | >",
    "𠮷野家 𪚥 龘 㐀 \ufa11\uf900 ﷽",
    "😀 👨‍👩‍👧‍👦 🇨🇳 ❤️",
    "阿依古丽·买买提 ئۇيغۇر བོད་ཡིག ᠮᠣᠩᠭᠣᠯ",
    "左\u200e右\u200f都留着",
    "<script>alert(1)</script></textarea><b>&amp;&lt;",
    "{{ 7*7 }} {% raw %} ${x} %s",
    "0123",
    "2026-11-20",
    "null",
    "~",
)
REFUSED = {
    "\u0085": "U+0085", "\u2028": "U+2028", "\x07": "U+0007", "\ufeff": "U+FEFF",
    **{chr(code): f"U+{code:04X}" for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A))},
}  # fmt: skip


def _typed(page: str) -> str:
    """Return what stands in the field as a browser shows it."""
    found = re.search(rf'name="{_PLACE}"[^>]*>\n(.*?)</textarea>', page, re.DOTALL)
    assert found is not None
    return html.unescape(found[1])


def test_every_text_comes_back_as_typed_or_is_refused_with_the_reason(
    served: Any, login: Any, student: str
) -> None:
    browser, address = login("班主任"), f"/child/{student}/edit"

    def held() -> Any:
        return served.gateway.moments.now().snapshot.mapping("student", student).get("备注")

    for text in KEPT:
        answer = browser.submit(address, address, **{_PLACE: text.replace("\n", "\r\n"), "confirmed": "1"})
        assert answer.status_code == 303, (text[:40], re.findall("field-error[^<]*<", answer.text))
        assert held() == text
        assert _typed(browser.get(address).text) == text
    last = held()
    for sign, name in REFUSED.items():
        answer = browser.submit(address, address, **{_PLACE: f"前{sign}后"})
        assert answer.status_code == 422, name
        assert name in answer.text, name
        assert _typed(answer.text) == f"前{sign}后", name
        assert held() == last
