"""What is asked before a free text is saved: another child's name, an identity number, a word above its label."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from guanai import identity
from guanai.access.spots import ID, item_labels
from guanai.check.names import NameFinder
from guanai.saving.drafts import Draft
from guanai.saving.request import STRANGE_NAME, Question
from guanai.schema import Field
from guanai.schema.wording import readable
from guanai.yamlfile import Path

#: Words that belong below a label of `_CLOSED` (ours).
KEPT_WORDS: Final = (
    "服刑", "坐牢", "监狱", "判刑", "吸毒", "贩毒", "精神病", "精神分裂", "艾滋", "性侵", "猥亵", "家暴", "虐待", "犯罪", "拘留",
    "自杀", "自残", "割腕", "抑郁症", "躁郁症", "轻生",
)  # fmt: skip
_CLOSED: Final = frozenset({"限制", "心理"})
_NUMBER = re.compile(r"(?<![0-9A-Za-z])[1-9][0-9]{16}[0-9Xx](?![0-9A-Za-z])")
#: Shapes of text that a person writes freely.
_FREE: Final = frozenset({"note", "text"})
#: Keys that hold names by their meaning, of relatives and guests; a brother may well be another child here.
_NAMES: Final = frozenset({"姓名", "曾用名"})
#: What is told of a name: of a child whom the writer may know, and of one of whom nothing is confirmed.
_NAMED: Final = ("text.name", "是本校另一名学生的姓名；最好改写成 @编号")
_STRANGE: Final = (STRANGE_NAME, "像是另一个人的姓名；没有必要写出来的，请改成“另一名同学”一类的话")
#: Returns the ids of children, by name, that may stand in some texts.
Names = Callable[[list[str]], Mapping[str, set[str]]]


def questions(draft: Draft, names: Names, may_name: Callable[[str], bool]) -> tuple[Question, ...]:
    """Return what has to be asked about the texts that are new in a record.

    Args:
        draft: the record as it is to be.
        names: looks children up.
        may_name: whether the writer may know what a child is called, by id; of others nothing is confirmed.
    """
    fresh = list(_texts(draft.shape, draft.after.data, (), frozenset(), draft.old))
    if fresh:
        old = {text for *_, text in _texts(draft.shape, draft.old, (), frozenset())}
        fresh = [found for found in fresh if found[3] not in old]
    if not fresh:
        return ()
    ids = names([text for *_, text in fresh])
    finder = NameFinder({name: set(some) for name, some in ids.items()})
    own = str(draft.after.data.get("编号", "")) if draft.kind == "student" else ""
    return tuple(_asked(draft.path, fresh, finder, own, lambda name: any(map(may_name, ids[name]))))


_Found = tuple[Path, str, frozenset[str], str]


def _asked(
    path: str, fresh: list[_Found], finder: NameFinder, own: str, is_known: Callable[[str], bool]
) -> Iterator[Question]:
    for place, key, labels, text in fresh:
        where = readable(place)
        if key not in _NAMES:
            for name in sorted(finder.find(text, own)):
                code, told = _NAMED if is_known(name) else _STRANGE
                yield Question(code, path, place, f"{where}：写有“{name}”，{told}。就这样保存吗？", name)
        for number in _NUMBER.findall(text):
            if identity.is_well_formed(number.upper()) and "证件" not in labels:
                yield Question(
                    "text.number", path, place, f"{where}：写有身份证号码；号码应写在证件一栏。就这样保存吗？"
                )
        for word in KEPT_WORDS:
            if word in text and not labels & _CLOSED:
                yield Question(
                    "text.word",
                    path,
                    place,
                    f"{where}：写有“{word}”，看得到这一栏的人较多；可把密级改为“限制”。就这样保存吗？",
                )


def _texts(
    field: Field, value: Any, path: Path, labels: frozenset[str], former: Any = None
) -> Iterator[_Found]:
    """Yield each free text with its path, key and the labels that guard it.

    Args:
        field: what the schema says of the value.
        value: the value.
        path: its place.
        labels: those of what holds it.
        former: what stood there; whatever is the same holds no new text and is passed over.
    """
    if former is not None and value == former:
        return
    labels |= field.clearance
    if isinstance(value, Mapping):
        labels |= item_labels(field, value)
        before = former if isinstance(former, Mapping) else {}
        for key, each in value.items():
            child = field.child(key)
            if child is not None:
                yield from _texts(child, each, (*path, key), labels, before.get(key))
    elif isinstance(value, list) and field.item is not None:
        earlier = _by_number(former)
        for place, each in enumerate(value):
            yield from _texts(field.item, each, (*path, place), labels, earlier.get(_number(each)))
    elif isinstance(value, str) and field.definition in _FREE:
        key = next((step for step in reversed(path) if isinstance(step, str)), "")
        yield path, key, labels, value


def _by_number(items: Any) -> dict[Any, Any]:
    return {_number(each): each for each in items if _number(each)} if isinstance(items, list) else {}


def _number(item: Any) -> Any:
    return item.get(ID) if isinstance(item, Mapping) else None
