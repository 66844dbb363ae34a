"""Slips of people who type Chinese that still parse: full-width signs, missing blanks, wrong quotes.

Each function returns what is wrong as (rule, message), None when nothing is.
"""

import re
from functools import lru_cache

from guanai.yamlfile.scalars import WIDE_BRACKETS, WIDE_QUOTES, is_text, is_wide_number, quoted

#: A rule's slug and the sentence for it.
Slip = tuple[str, str]

_CLOSING = WIDE_QUOTES | frozenset("\"'")
# What a line looks like when its colon is full-width or lacks the blank: a short word without punctuation.
_KEYLIKE = re.compile(
    r"[“\"']?(?P<key>[^\W\d][\w·（）()]{0,15})[”\"']?[ 　]*(?:(?P<wide>：)|:(?P<blank>[　\xa0])|:(?=[^\s/]))"
)
_SHOWN = 20


def key_slip(key: str) -> Slip | None:
    """Examine a plain key (one without quotes)."""
    return (
        _key_slip(key)
        if len(key) <= 200
        else ("yaml.key", "这一行冒号前的文字太长，不像栏目名；请检查冒号的位置。")
    )


@lru_cache(maxsize=1024)
def _key_slip(key: str) -> Slip | None:
    if not is_text(key):
        shown = f"“{key}”会被当作数字或真假" if key else "冒号前面没有栏目名"
        return (
            "yaml.key",
            f"{shown}；请补上栏目名。" if not key else f'{shown}，不能作栏目名；请加引号："{key}"。',
        )
    if key[0] == "-":
        return dash_slip(key)
    if key.strip() != key:
        return (
            "yaml.blank",
            f"“{key.strip()}”旁边有全角空格或别的特殊空格；缩进和冒号旁边请用普通（半角）空格。",
        )
    if key[0] in WIDE_QUOTES:
        bare = key.strip("".join(_CLOSING))
        return "yaml.chinese-quotes", f"栏目名“{bare}”加了中文引号；请去掉引号，写成 {bare}:。"
    if "：" in key or ":" in key:
        return keylike_slip(key) or (
            "yaml.colon",
            f"栏目名“{key}”里有冒号；请检查这一行，或给栏目名加英文引号。",
        )
    return None


def value_slip(value: str) -> Slip | None:
    """Examine a plain value that stands where it belongs, behind its key or dash."""
    if (
        value[0] in WIDE_QUOTES
        and len(value) > 1
        and value[-1] in _CLOSING
        and not _CLOSING & set(value[1:-1])
    ):
        message = f"值用了中文引号；请改用英文引号 {quoted(_short(value[1:-1]))}，或去掉引号。"
        if is_text(value[1:-1]):
            message += f"引号本身就是内容时，请写成 {quoted(_short(value))}。"
        return "yaml.chinese-quotes", message
    if value[0] in WIDE_BRACKETS and value[-1] == WIDE_BRACKETS[value[0]]:
        return "yaml.bracket", "列表用了全角括号；请改用半角的 [ ] 和半角逗号，或每项一行、前面写“- ”。"
    if is_wide_number(value):
        half = "".join(chr(ord(sign) - 0xFEE0) if sign > "\uff00" else sign for sign in value)
        return "yaml.digits", f"“{_short(value)}”是全角数字；请改成半角：{half}。"
    return None


def comma_slip(value: str, commas: str) -> Slip | None:
    """Examine a plain value for the full-width commas that are slips where it stands."""
    sign = next((sign for sign in commas if sign in value), None)
    if sign is None:
        return None
    return (
        "yaml.comma",
        f"方括号或花括号里用了“{sign}”，几项会连成一项；请改用半角逗号加空格“, ”，若是一句话请加英文引号。",
    )


def stray_slip(line: str) -> Slip | None:
    """Examine a line of plain text that stands where a key or an item belongs."""
    if line.startswith("- "):
        return "yaml.indent", "上面的栏目已有内容，这里的“- ”会和它连成一句话；请让列表单独放在栏目下面。"
    if line.startswith("-") and is_text(line):
        return dash_slip(line)
    return keylike_slip(line)


def inner_slip(line: str) -> Slip | None:
    """Examine a line of plain text below a key, where a sentence may stand as well as a key."""
    slip = stray_slip(line)
    if slip is None or slip[0] != "yaml.colon":
        return slip
    return slip[0], f"{slip[1]}若这是一段话里的一行，请用“|-”分行书写。"


def keylike_slip(line: str) -> Slip | None:
    """Examine a line for a key whose colon is full-width or lacks its blank."""
    match = _KEYLIKE.match(line)
    if match is None:
        return None
    key = match["key"]
    if match["wide"]:
        return "yaml.colon", f"“{key}”后面是全角冒号“：”；请改成半角冒号加一个空格：“{key}: ”。"
    if match["blank"]:
        return "yaml.blank", f"“{key}:”后面是全角空格；请改成一个普通（半角）空格。"
    return "yaml.colon", f"“{key}:”后面缺一个空格；请写成“{key}: ”再接内容。"


def dash_slip(line: str) -> Slip:
    """Tell that a dash lacks its blank."""
    rest = line.lstrip("-")
    return "yaml.dash", f"“-”后面缺一个空格；请写成“- {_short(rest)}”。"


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
