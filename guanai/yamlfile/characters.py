"""Which characters and bytes a record may hold."""

import re

from guanai.errors import Problem

#: Largest file, in bytes.
MAX_BYTES = 2 * 1024 * 1024

# One greedy run of allowed characters is ten times faster than a search for a refused one.
_PLANES = "".join(f"{chr(plane << 16)}-{chr((plane << 16) + 0xFFFD)}" for plane in range(1, 17))
_ALLOWED_BASIC = "\t\n\x20-\x7e\xa0-\u2027\u202f-\u2065\u206a-\ud7ff\ue000-\ufdcf\ufdf0-\ufefe\uff00-\ufffd"
_ALLOWED = re.compile(f"[{_ALLOWED_BASIC}{_PLANES}]*")
_ALLOWED_VALUE = re.compile(f"[\r{_ALLOWED_BASIC}{_PLANES}]*")
_HAN = re.compile("[\u4e00-\u9fff]")

_NAMES = (
    (0x00, 0x00, "空字符 NUL"),
    (0x01, 0x1F, "控制字符"),
    (0x7F, 0x84, "控制字符"),
    (0x85, 0x85, "换行符 NEL"),
    (0x86, 0x9F, "控制字符"),
    (0x2028, 0x2029, "特殊换行符"),
    (0x202A, 0x202E, "改变文字方向的隐藏字符"),
    (0x2066, 0x2069, "改变文字方向的隐藏字符"),
    (0xD800, 0xDFFF, "半个字符（代理码位）"),
    (0xFEFF, 0xFEFF, "隐藏的字节序标记 BOM"),
)
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


def refused_at(text: str) -> int | None:
    """Return the index of the first character that no record may hold, None when all are fine."""
    end = _end(_ALLOWED, text)
    return None if end == len(text) else end


def is_refused_value(value: str) -> bool:
    """Whether a value holds a refused character; a carriage return is fine here, written as an escape."""
    return _end(_ALLOWED_VALUE, value) != len(value)


def name(character: str) -> str:
    """Return how a refused character is called in a message, such as ``控制字符 U+0007``."""
    code = ord(character)
    label = next((label for first, last, label in _NAMES if first <= code <= last), "不成字的码位")
    return f"{label} U+{code:04X}"


def decode(raw: bytes, path: str) -> tuple[str, Problem | None]:
    """Return the text of a file's bytes, or "" and why there is none."""
    if len(raw) > MAX_BYTES:
        message = f"文件有 {len(raw) / 1024 / 1024:.1f} MB，超过 2 MB 的上限；请删去粘贴进来的无关内容。"
        return "", Problem(path, 1, "", "yaml.size", message)
    try:
        return raw.decode("utf-8"), None
    except UnicodeDecodeError as error:
        return "", _not_utf8(raw, error.start, path)


def clean(text: str, path: str) -> tuple[str, list[Problem]]:
    """Return the text without a byte order mark and with LF line ends, and what was wrong with its characters.

    A refused character leaves "" as the text.
    """
    problems = []
    if text.startswith("\ufeff"):
        text = text[1:]
        message = "文件开头有看不见的 BOM 标记；请另存为“UTF-8”（不带 BOM），或运行 guanai fmt。"
        problems.append(Problem(path, 1, "", "yaml.bom", message))
    if "\r\n" in text:
        line = text.count("\n", 0, text.index("\r\n")) + 1
        message = "换行用了 Windows 的 CRLF；请在编辑器里改为 LF，或运行 guanai fmt。"
        problems.append(Problem(path, line, "", "yaml.crlf", message))
        text = text.replace("\r\n", "\n")
    index = refused_at(text)
    return ("", [*problems, _refusal(text, index, path)]) if index is not None else (text, problems)


def _refusal(text: str, index: int, path: str) -> Problem:
    start = text.rfind("\n", 0, index) + 1
    line = text.count("\n", 0, index) + 1
    message = (
        f"第 {index - start + 1} 个字符是{name(text[index])}，记录里不能有；请删去它，这一行可以重新打一遍。"
    )
    return Problem(path, line, "", "yaml.control", message)


def _end(allowed: re.Pattern[str], text: str) -> int:
    match = allowed.match(text)
    return match.end() if match else 0


def _not_utf8(raw: bytes, start: int, path: str) -> Problem:
    line = raw.count(b"\n", 0, start) + 1
    where = f"第 {start + 1} 个字节（0x{raw[start]:02X}）不是 UTF-8 编码"
    if raw.startswith(_UTF16):
        return Problem(
            path, 1, "", "yaml.encoding", "文件存成了 UTF-16（记事本里叫“Unicode”）；请另存为 UTF-8。"
        )
    if _is_gb18030(raw):
        message = f"{where}，看来是 GBK（记事本里叫“ANSI”）；请用记事本打开，另存为，编码选 UTF-8。"
    else:
        message = f"{where}；请用编辑器把文件另存为 UTF-8。"
    return Problem(path, line, "", "yaml.encoding", message)


def _is_gb18030(raw: bytes) -> bool:
    try:
        return bool(_HAN.search(raw.decode("gb18030")))
    except UnicodeDecodeError:
        return False
