"""The changes that a row makes of one record: nothing is emptied, and what stands there already is left alone."""

from collections.abc import Mapping
from typing import Any, Final

from guanai.sheets.children import plain_name
from guanai.sheets.proposals import Difference
from guanai.sheets.values import BadCell, show_value
from guanai.yamlfile import Add, Change, Set, applied

#: Lists of which an item that has ended is history: a row speaks of those in force.
_ENDING: Final = frozenset({("特殊情形",), ("帮扶责任人",), ("家庭", "监护人")})


class Telling:
    """Gathers the changes of one record, and what they change.

    Attributes:
        state: the record with the changes so far.
        changes: in their order.
        differences: the same in words.
    """

    def __init__(self, before: Mapping[str, Any]) -> None:
        """``before``: the record as it is."""
        self.state: Any = dict(before)
        self.changes: list[Change] = []
        self.differences: list[Difference] = []

    def items(self, path: tuple[str, ...]) -> list[Mapping[str, Any]]:
        """Return the items of a list that have not ended."""
        here: Any = self.state
        for step in path:
            here = here.get(step) if isinstance(here, Mapping) else None
        if not isinstance(here, list):
            return []
        return [each for each in here if isinstance(each, Mapping) and not (path in _ENDING and "止" in each)]

    def has(self, path: tuple[str, ...], told_by: Mapping[str, Any]) -> bool:
        """Whether a list has an item with these values."""
        return any(all(each.get(key) == value for key, value in told_by.items()) for each in self.items(path))

    def put(self, path: tuple[Any, ...], value: Any, label: str) -> None:
        """Set a value where another one or none stands."""
        old = _at(self.state, path)
        if path == ("姓名",) and isinstance(old, str) and plain_name(old) == plain_name(str(value)):
            return  # another dot or blank is no other name
        if old != value or isinstance(old, bool) is not isinstance(value, bool):
            self._do(Set(path, value), Difference(label, show_value(old), show_value(value)))

    def item(
        self, path: tuple[str, ...], keys: tuple[str, ...], given: Mapping[str, Any], more: Mapping[str, Any]
    ) -> None:
        """Bring an item up to what is given; where none is told by these keys, add it with more."""
        for each in self.items(path):
            if all(each.get(key) == given.get(key) for key in keys):
                for key, value in given.items():
                    if each.get("编号") is not None:
                        self.put((*path, each["编号"], key), value, f"{path[-1]}·{key}")
                    elif each.get(key) != value:
                        raise BadCell(f"表里对“{path[-1]}”的同一条写了两种内容（{key}）")
                return
        whole = {**more, **given}
        self._do(Add(path, whole), Difference(path[-1], "", show_value(whole)))

    def _do(self, change: Change, told: Difference) -> None:
        self.state = applied(self.state, [change])
        self.changes.append(change)
        self.differences.append(told)


def _at(data: Any, path: tuple[Any, ...]) -> Any:
    for step in path:
        if isinstance(data, list):
            data = (
                next((each for each in data if isinstance(each, Mapping) and each.get("编号") == step), None)
                if isinstance(step, str)
                else data[step]
            )
        else:
            data = data.get(step) if isinstance(data, Mapping) else None
    return data
