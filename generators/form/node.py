"""A mapping of a form file on its way into the language: every key is asked for by its type, none may be left."""

from collections.abc import Iterator, Mapping
from typing import Any

from guanai.errors import Invalid


class BadForm(Invalid):
    """A form file that cannot be used; the message names file, section and reason."""

    def __init__(self, file: str, where: str, what: str) -> None:
        super().__init__(f"表单 {file}{f'，{where}' if where else ''}：{what}")


class Node:
    """One mapping of a form file and where it stands."""

    def __init__(self, data: object, file: str, where: str = "") -> None:
        self.file = file
        self.where = where
        if not isinstance(data, Mapping):
            raise self.wrong("这里要写成“栏目: 内容”的样子。")
        self._left: dict[str, Any] = dict(data)

    def wrong(self, what: str) -> BadForm:
        """Return the error for this place."""
        return BadForm(self.file, self.where, what)

    def has(self, key: str) -> bool:
        """Tell whether a key is given and not yet read."""
        return key in self._left

    def text(self, key: str, default: str | None = None) -> str:
        """Return text; without a default the key must be given."""
        if default is None and key not in self._left:
            raise self.wrong(f"缺“{key}”。")
        found = self._left.pop(key, default)
        if not isinstance(found, str):
            raise self.wrong(f"“{key}”要写文字。")
        return found

    def amount(self, key: str, default: float) -> float:
        """Return a number that is not negative."""
        found = self._left.pop(key, default)
        if isinstance(found, bool) or not isinstance(found, int | float) or found < 0:
            raise self.wrong(f"“{key}”要写不小于 0 的数字。")
        return float(found)

    def flag(self, key: str) -> bool:
        """Return yes or no; no where it is not given."""
        found = self._left.pop(key, False)
        if not isinstance(found, bool):
            raise self.wrong(f"“{key}”要写 true 或 false。")
        return found

    def words(self, key: str) -> tuple[str, ...]:
        """Return texts; one alone may stand without a list."""
        found = self._left.pop(key, [])
        many = [found] if isinstance(found, str) else found
        if not isinstance(many, list) or not all(isinstance(each, str) for each in many):
            raise self.wrong(f"“{key}”要写成文字的列表。")
        return tuple(many)

    def one_of(self, key: str, known: Mapping[str, Any], default: str | None = None) -> Any:
        """Return what a word of a closed list stands for."""
        found = self.text(key, default)
        if found not in known:
            raise self.wrong(f"“{key}”只能写{'、'.join(known)}，现在是“{found}”。")
        return known[found]

    def node(self, key: str) -> "Node":
        """Return the mapping under a key; empty where it is not given."""
        return Node(self._left.pop(key, {}), self.file, self._below(key))

    def items(self, key: str) -> Iterator[tuple[object, str]]:
        """Yield the items of a list and where each stands; the key must be given."""
        found = self._left.pop(key, None)
        if not isinstance(found, list) or not found:
            raise self.wrong(f"“{key}”要写成列表，至少一项。")
        for place, item in enumerate(found, 1):
            yield item, self._below(f"{key}第{place}项")

    def rest(self) -> Iterator[tuple[str, Any]]:
        """Yield what is left, for mappings whose keys are paths."""
        while self._left:
            yield self._left.popitem()

    def done(self) -> None:
        """Refuse keys nobody asked for."""
        if self._left:
            names = "、".join(f"“{name}”" for name in self._left)
            raise self.wrong(f"不认识{names}；删去，或对照别的表单改正。")

    def _below(self, key: str) -> str:
        return f"{self.where} {key}".strip()
