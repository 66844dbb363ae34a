"""What stands in a cell as a field wants it: words or codes, dates in any usual writing, yes and no."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Final

from guanai.errors import Invalid
from guanai.model.base import HIDDEN
from guanai.schema import Field

#: What a hidden value shows in a sheet.
HIDDEN_WORDS: Final = "〔按权限不显示〕"
#: Cells that say nothing.
_NOTHING: Final = frozenset({"", "无", "/", "—", "-", "--", "——"})
_YES: Final = frozenset({"是", "有", "1", "y", "yes", "true", "√", "✓", "对"})
_NO: Final = frozenset({"否", "不是", "无", "0", "n", "no", "false", "×", "2"})
_DATE: Final = re.compile(r"([0-9]{4})(?:[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})[日号]?|([0-9]{2})([0-9]{2}))")
_INSTANT: Final = re.compile(r"(.+?)[T \u3000]+([0-9]{1,2})[::时点]([0-9]{2})分?(?::[0-9]{2})?(?:\+08:00)?")
_NUMBER: Final = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,6})?")
#: Fields whose values are compared sign by sign, so that blanks in them only do harm.
_NUMBERS: Final = frozenset({"号码", "学籍号", "证件号码"})
#: What Excel makes of a long number in a cell that is not set to be text: 1.1E+17.
_SCIENTIFIC: Final = re.compile(r"[0-9](?:\.[0-9]+)?E\+?[0-9]{1,3}")
_PHONE, _NAME = "电话", "姓名"
_PHONE_NOISE: Final = re.compile(r"[\s-]+")
_MOBILE: Final = re.compile(r"1[0-9]{10}")
#: Blanks by which people make names of two signs as wide as those of three: 张　三.
_PADDING: Final = re.compile(
    r"(?<=[\u3400-\u9fff\U00020000-\U000323af])\s+(?=[\u3400-\u9fff\U00020000-\U000323af])"
)
#: What Excel shows of a day in a cell that is not set to be one: days since 1899-12-30.
_SERIAL: Final = re.compile(r"[2-5][0-9]{4}")
_BETWEEN: Final = re.compile(r"[、,，;；/\n]+")

#: Codes of the 学籍 system's sheets by key of the field. Source: GB/T 2261.1, GB/T 4762, GB/T 4761—2008 and the
#: code sheets of the 全国中小学生学籍信息管理系统.
_CODES: Final[Mapping[str, Mapping[str, str]]] = {
    "性别": {"0": "未知", "1": "男", "2": "女", "9": "未说明"},
    "健康状况": {"10": "健康或良好", "20": "一般或较弱", "30": "有慢性病", "40": "有生理缺陷", "50": "残疾"},
    "政治面貌": {"03": "共青团员", "3": "共青团员", "13": "群众"},
    "就读方式": {"1": "走读", "2": "住校"},
    "入学方式": {"11": "就近入学", "12": "其他"},
    "学生来源": {"1": "正常入学", "9": "其他"},
    "残疾类别": {"1": "视力", "2": "听力", "3": "言语", "4": "肢体", "5": "智力", "6": "精神", "7": "多重"},
    "关系": {
        "51": "父亲", "52": "母亲", "61": "祖父", "62": "祖母", "63": "外祖父", "64": "外祖母",
        "71": "兄", "73": "弟", "75": "姐", "77": "妹", "97": "其他亲属", "99": "非亲属",
    },
}  # fmt: skip
_PEOPLE: Final = 56
_MOST_PEOPLE: Final = {"97": "其他", "98": "外国血统中国籍人士"}
#: Usual words for values of closed lists.
_SYNONYMS: Final[Mapping[str, Mapping[str, str]]] = {
    "关系": {
        "父": "父亲", "爸爸": "父亲", "父子": "父亲", "父女": "父亲", "母": "母亲", "妈妈": "母亲", "母子": "母亲",
        "母女": "母亲", "爷爷": "祖父", "奶奶": "祖母", "外公": "外祖父", "姥爷": "外祖父", "外婆": "外祖母",
        "姥姥": "外祖母", "哥哥": "兄", "弟弟": "弟", "姐姐": "姐", "妹妹": "妹", "伯伯": "伯父", "叔叔": "叔父",
        "姑姑": "姑母", "舅舅": "舅父", "姨妈": "姨母",
    },
    "情形": {
        "留守儿童": "留守", "单亲": "单亲或父母离异", "离异": "单亲或父母离异", "单亲家庭": "单亲或父母离异",
        "离异家庭": "单亲或父母离异", "残疾学生": "残疾", "贫困": "家庭经济困难", "贫困生": "家庭经济困难",
        "家庭困难": "家庭经济困难", "学困": "学习困难", "学困生": "学习困难", "孤儿学生": "孤儿", "随迁": "随迁子女",
        "随班就读学生": "随班就读", "重组": "重组家庭", "心理问题": "心理困扰",
    },
    "学科": {
        "道法": "道德与法治", "道德与法制": "道德与法治", "政治": "道德与法治", "思政": "道德与法治",
        "思想政治": "道德与法治", "思品": "道德与法治", "思想品德": "道德与法治", "品德": "道德与法治",
        "英文": "英语", "生物": "生物学", "体育": "体育与健康", "信息": "信息科技", "信息技术": "信息科技",
        "劳技": "劳动", "劳动技术": "劳动", "综合实践活动": "综合实践", "心理": "心理健康",
    },
    "类型": {"身份证": "居民身份证", "二代身份证": "居民身份证", "缺勤": "未请假缺勤", "旷课": "未请假缺勤",
             "因病请假": "病假", "因事请假": "事假"},
    "政治面貌": {"团员": "共青团员", "少先队": "少先队员", "队员": "少先队员"},
    "健康状况": {"健康": "健康或良好", "良好": "健康或良好", "一般": "一般或较弱"},
    "就读方式": {"寄宿": "住校", "住宿": "住校", "通学": "走读"},
    "户口性质": {"农村": "农业", "城镇": "非农业", "农业户口": "农业", "非农业户口": "非农业"},
    "状态": {"已复学": "已返校", "复学": "已返校", "劝返中": "进行中", "未返校": "进行中", "已销号": "销号"},
    "节点": {"早读": "晨读", "早": "晨读", "上午": "课间操", "放学": "放学前", "下午": "放学前"},
}  # fmt: skip


class BadCell(Invalid):
    """A cell that does not fit its field; the sentence goes into the row."""


class BadColumn(BadCell):
    """A fault of one column of a row, where the reader of the cell is not the one who finds it."""

    def __init__(self, key: str, reason: str) -> None:
        self.key = key
        super().__init__(reason)


def synonyms(field: Field) -> Mapping[str, str]:
    """Return usual words for values of a closed list, by word."""
    return {word: value for word, value in _SYNONYMS.get(field.key, {}).items() if value in field.values}


def is_nothing(text: str) -> bool:
    """Whether a cell says nothing."""
    return text in _NOTHING


def read_value(field: Field, text: str) -> Any:
    """Return a cell as its field wants it.

    Args:
        field: where it goes.
        text: what the cell shows, not empty.

    Raises:
        BadCell: it does not fit.
    """
    if field.type == "array":
        item = field.item or Field(type="string")
        return [read_value(item, part.strip()) for part in _BETWEEN.split(text) if part.strip()]
    if field.type == "boolean":
        return _truth(text)
    if field.type in ("integer", "number"):
        return _figure(field, text)
    if field.values:
        return _listed(field, text)
    if field.definition == "date":
        return day(text)
    if field.definition == "instant":
        return _moment(text)
    return _plain(field, text)


def show_value(value: Any) -> str:
    """Return what a cell shows of a value: empty for none; lists joined by 、."""
    if value is None:
        return ""
    if value is HIDDEN:
        return HIDDEN_WORDS
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float) and value == int(value):
        return str(int(value))
    if isinstance(value, list):
        return "、".join(show_value(each) for each in value)
    if isinstance(value, Mapping):
        return "；".join(f"{key}：{show_value(each)}" for key, each in value.items() if key != "编号")
    return str(value)


def day(text: str) -> str:
    """Return a date in any usual writing as 2026-11-20.

    >>> day("2026年3月5日"), day("20260305"), day("2026/3/5")
    ('2026-03-05', '2026-03-05', '2026-03-05')

    Raises:
        BadCell: it is none.
    """
    found = _DATE.fullmatch(narrow(text).replace(" ", ""))
    if found is None and _SERIAL.fullmatch(narrow(text)):
        meant = date(1899, 12, 30) + timedelta(days=int(narrow(text)))
        raise BadCell(f"“{text}”是 Excel 的日期序号（{meant.isoformat()}）；请把这一列的格式改成“日期”")
    if found is None:
        raise BadCell(f"“{text}”不是日期；写成 2026-11-20 或 20261120")
    try:
        return date(int(found[1]), int(found[2] or found[4]), int(found[3] or found[5])).isoformat()
    except ValueError:
        raise BadCell(f"“{text}”不是日期；写成 2026-11-20 或 20261120") from None


def _moment(text: str) -> str:
    found = _INSTANT.fullmatch(narrow(text))
    if found is None or int(found[2]) > 23 or int(found[3]) > 59:
        raise BadCell(f"“{text}”不是时间；写成 2026-11-20 16:40")
    return f"{day(found[1])}T{int(found[2]):02}:{found[3]}+08:00"


def _truth(text: str) -> bool:
    word = narrow(text).lower()
    if word not in _YES | _NO:
        raise BadCell(f"“{text}”看不懂；写“是”或“否”")
    return word in _YES


def _figure(field: Field, text: str) -> int | float:
    word = narrow(text).replace(" ", "")
    if not _NUMBER.fullmatch(word):
        raise BadCell(f"“{text}”不是数字")
    if "." not in word:
        return int(word)
    if field.type == "integer":
        raise BadCell(f"“{text}”应是整数")
    return float(word)


def _listed(field: Field, text: str) -> str:
    word = narrow(text).replace(" ", "")
    if word in field.values:
        return word
    if text in field.values:
        return text
    found = _SYNONYMS.get(field.key, {}).get(word) or _CODES.get(field.key, {}).get(word)
    if found is None and field.key == "民族":
        found = _people(field, word)
    if found in field.values:
        return str(found)
    some = "、".join(list(field.values)[:8])
    raise BadCell(f"“{text}”不在可填的内容里；可填：{some}{' 等' if len(field.values) > 8 else ''}")


def _people(field: Field, word: str) -> str | None:
    """Return the people of a code of GB/T 3304, or of a name without 族."""
    if word in _MOST_PEOPLE:
        return _MOST_PEOPLE[word]
    if word.isdecimal() and 1 <= int(word) <= _PEOPLE:
        return list(field.values)[int(word) - 1]
    return f"{word}族"


def _plain(field: Field, text: str) -> str:
    if field.key in _NUMBERS:
        return plain_number(text)
    if field.definition in ("note", "text") and field.key != _NAME:
        return text
    word = narrow(text)
    if field.key == _PHONE:
        require_digits(word)
        digits = _PHONE_NOISE.sub("", word)
        return digits if _MOBILE.fullmatch(digits) else word
    return _PADDING.sub("", word) if field.key == _NAME else word


def plain_number(text: str) -> str:
    """Return the number of a child or a paper without blanks, in plain capitals.

    >>> plain_number("990102 2014x")
    '9901022014X'

    Raises:
        BadCell: Excel has cut it short.
    """
    require_digits(text)
    return "".join(narrow(text).upper().split())


def require_digits(text: str) -> None:
    """Refuse what Excel made of a long number: its last digits are gone.

    Raises:
        BadCell: it is such a number.
    """
    if _SCIENTIFIC.fullmatch("".join(narrow(text).upper().split())):
        raise BadCell(
            f"“{text}”是 Excel 把长号码改成的科学计数，后面几位已经丢失；请把这一列的格式设成“文本”，照原件重新填写"
        )


def narrow(text: str) -> str:
    """Return full-width digits and letters as plain ones; an apostrophe that marks text in Excel goes."""
    return unicodedata.normalize("NFKC", text).strip().removeprefix("'")


def field_through(shape: Field, path: tuple[str, ...]) -> Field | None:
    """Return the field at a path of keys that leads through lists without naming an item."""
    found: Field | None = shape
    for key in path:
        while found is not None and found.type == "array":
            found = found.item
        found = found.child(key) if found is not None else None
    return found
