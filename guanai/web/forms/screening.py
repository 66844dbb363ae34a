"""A class's screening (摸底) as a list of names: one tap a child, the rest in one; more only where something is found."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from guanai.web.forms.display import copied
from guanai.web.forms.model import Control, FormModel, Item, Rows
from guanai.web.forms.parse import Parsed, parse, steps_in
from guanai.yamlfile import Add, Change, Set, pointer

#: The list of a screening, and what each line must say.
LINES: Final = "逐户"
_STUDENT: Final = "学生"
_RESULT: Final = "结果"
#: What makes a line one: a child's line with none of these was not filled in.
_SAID: Final = frozenset({_RESULT, "情形", "说明"})
#: What all the others are, with one button.
NOTHING_FOUND: Final = "无情况"
_DONE_ON: Final = "完成日期"


@dataclass(frozen=True, slots=True)
class Line:
    """A child's line: its name, whether it stands in the record, the result, and the fields behind it."""

    student: str
    name: str
    is_noted: bool
    step: str
    result: Control
    rest: tuple[Control, ...]


@dataclass(frozen=True, slots=True)
class Household:
    """A class that is screened: the children in order, and the form of the list.

    Attributes:
        pupils: (id, name) of the class.
        rows: the list as `render` makes it.
    """

    pupils: tuple[tuple[str, str], ...]
    rows: Rows

    @property
    def noted(self) -> Mapping[str, Item]:
        """The lines that stand in the record, by child."""
        return {_text(item, _STUDENT): item for item in self.rows.items}

    @property
    def steps(self) -> Mapping[str, str]:
        """The step of each child that has no line yet, such as n1."""
        missing = (student for student, _ in self.pupils if student not in self.noted)
        return {student: f"n{number}" for number, student in enumerate(missing, 1)} if self.rows.blank else {}

    def with_rows(self, rows: Rows) -> "Household":
        """Return the class with the list as it is shown, typed texts in it."""
        return replace(self, rows=rows)

    def lines(self, known: Mapping[str, str]) -> tuple[Line, ...]:
        """Return a line for each child.

        Args:
            known: what a new line begins with, by key.
        """
        begun = {str(item.path[-1]): item for item in self.rows.blanks}
        found = []
        for student, name in self.pupils:
            item = self.noted.get(student)
            step = self.steps.get(student, "")
            if item is None and step and self.rows.blank is not None:
                made = begun.get(step) or copied(self.rows.blank, (*self.rows.path, step), {})
                item = _beginning(made, known)
            line = _line(student, name, item, step) if item is not None else None
            if line is not None:
                found.append(line)
        return tuple(found)

    def read(
        self,
        model: FormModel,
        pairs: Sequence[tuple[str, str]],
        *,
        rest: str,
        known: Mapping[str, str],
        on: str,
    ) -> tuple[tuple[Change, ...], Parsed]:
        """Return the patch of a post.

        Args:
            model: the form of the list.
            pairs: what was posted.
            rest: the result of every child that nothing was said of, "" to leave them.
            known: what a new line begins with, by key.
            on: today; the day the screening was done where now every child has a line.
        """
        parsed = parse(model, self._completed(pairs, rest, known))
        added = sum(isinstance(each, Add) and each.path == self.rows.path for each in parsed.changes)
        noted = sum(student in self.noted for student, _ in self.pupils)
        is_whole = added > 0 and added + noted >= len(self.pupils)
        done: tuple[Change, ...] = (Set((_DONE_ON,), on),) if is_whole else ()
        return (*parsed.changes, *done), parsed

    def _completed(
        self, pairs: Sequence[tuple[str, str]], rest: str, known: Mapping[str, str]
    ) -> list[tuple[str, str]]:
        """Return what was posted with the new lines that say something complete, and without the others."""
        base, own = pointer(self.rows.path), set(self.steps.values())
        steps = {*own, *steps_in((name for name, _ in pairs), self.rows.path)}
        starts = tuple(f"{base}/{step}/" for step in steps)
        told = [pair for pair in pairs if not pair[0].lstrip("?").startswith(starts)]
        for student, step in self.steps.items():
            start = f"{base}/{step}/"
            mine = [pair for pair in pairs if pair[0].lstrip("?").startswith(start)]
            said = {name.removeprefix(start) for name, text in mine if text.strip()}
            if not said & _SAID and rest:
                mine.append((f"{start}{_RESULT}", rest))
                said.add(_RESULT)
            if said & _SAID:
                given = {_STUDENT: student, **{key: text for key, text in known.items() if key not in said}}
                told += [pair for pair in mine if pair[0] != f"{start}{_STUDENT}"]
                told += [(f"{start}{key}", text) for key, text in given.items()]
        return told


def whole(changes: Sequence[Change], head: Mapping[str, Any]) -> dict[str, Any]:
    """Return a screening that is new as a whole: its head and the lines of a patch."""
    days = {str(each.path[0]): each.value for each in changes if isinstance(each, Set)}
    return {**head, **days, LINES: [each.value for each in changes if isinstance(each, Add)]}


def _beginning(item: Item, known: Mapping[str, str]) -> Item:
    nodes = tuple(
        replace(node, text=known[str(node.path[-1])])
        if isinstance(node, Control) and not node.text and str(node.path[-1]) in known
        else node
        for node in item.nodes
    )
    return replace(item, nodes=nodes)


def _line(student: str, name: str, item: Item, step: str) -> Line | None:
    controls = [node for node in item.nodes if isinstance(node, Control)]
    result = next((each for each in controls if each.path[-1] == _RESULT), None)
    if result is None:
        return None
    rest = tuple(each for each in controls if each.path[-1] not in (_RESULT, _STUDENT))
    return Line(student, name, is_noted=not step, step=step, result=result, rest=rest)


def _text(item: Item, key: str) -> str:
    return next((node.text for node in item.nodes if isinstance(node, Control) and node.path[-1] == key), "")
