"""Finds the child a row speaks of, among those that the importer may see."""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from guanai.sheets.values import BadCell, BadColumn

#: Signs of a 学籍号.
_ENROLMENT_SIGNS = 19


@dataclass(slots=True)
class Children:
    """Children by all that a row may name them with.

    Attributes:
        views: each child's record as the importer may see it, by id.
        classes: the class each is in, by id.
    """

    views: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    classes: dict[str, str] = field(default_factory=dict)
    _numbers: dict[str, str] = field(default_factory=dict)
    _names: dict[str, list[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, views: Iterable[tuple[str, str, Mapping[str, Any]]]) -> "Children":
        """Return an index of children, each given by id, class and redacted record."""
        made = cls()
        for child, class_id, view in views:
            made.put(child, class_id, view)
        return made

    def put(self, child: str, class_id: str, view: Mapping[str, Any]) -> None:
        """Take in one more child."""
        self.views[child] = view
        self.classes[child] = class_id
        papers = view.get("证件")
        number = papers.get("号码") if isinstance(papers, Mapping) else None
        enrolled = view.get("学籍号")
        for each, shortest in ((number, 1), (enrolled, _ENROLMENT_SIGNS)):
            # What is cut short stands for nobody: two rows with the same slip are not the same child.
            if isinstance(each, str) and "*" not in each and len(each) >= shortest:
                self._numbers[each] = child
        self._names.setdefault(plain_name(str(view.get("姓名", ""))), []).append(child)

    def find(self, told: Mapping[str, str], class_id: str) -> str | None:
        """Return the child that a row speaks of, None where there is none.

        Args:
            told: 学生编号, 学籍号, 证件号码 and 姓名, as far as the row has them.
            class_id: the class it names, "" for none.

        Raises:
            BadCell: several are meant, or number and name do not go together.
            BadColumn: nobody has that 学生编号.
        """
        child = told.get("学生编号", "")
        if child:
            if child not in self.views:
                raise BadColumn("学生编号", f"没有编号为 {child} 的学生，或者您的任职不含这名学生")
            return self._named(child, told)
        for key in ("学籍号", "证件号码"):
            found = self._numbers.get(told.get(key, ""))
            if found:
                return self._named(found, told)
        return self._by_name(told, class_id)

    def _by_name(self, told: Mapping[str, str], class_id: str) -> str | None:
        name = told.get("姓名", "")
        found = [
            child
            for child in self._names.get(plain_name(name), [])
            if not class_id or self.classes[child] == class_id
        ]
        found = [child for child in found if not self._is_another(child, told)]
        if len(found) > 1:
            raise BadCell(f"有 {len(found)} 名叫“{name}”的学生，分不清是哪一名；请加上学籍号或班级")
        return found[0] if found else None

    def _is_another(self, child: str, told: Mapping[str, str]) -> bool:
        """Whether the row has a number that is not this child's."""
        view = self.views[child]
        papers = view.get("证件")
        own = {
            "学籍号": view.get("学籍号"),
            "证件号码": papers.get("号码") if isinstance(papers, Mapping) else None,
        }
        return any(
            isinstance(number, str) and "*" not in number and told.get(key, number) != number
            for key, number in own.items()
        )

    def _named(self, child: str, told: Mapping[str, str]) -> str:
        name = told.get("姓名", "")
        if name and plain_name(str(self.views[child].get("姓名"))) != plain_name(name):
            raise BadCell("编号或号码是另一名学生的，与姓名不合；请核对")
        return child


def plain_name(name: str) -> str:
    """Return a name as it is compared: one kind of dot, no blanks."""
    narrow = unicodedata.normalize("NFKC", name)
    return "".join("·" if sign in "•‧・.\uff0e∙⋅" else sign for sign in narrow if not sign.isspace())
