"""A class's screening (摸底) as a list of names: one tap a child, the rest in one; more only where something is found."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any, Final, TypeGuard

from guanai.saving import Disputed
from guanai.web.forms.clashes import MINE, THEIRS
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
    """A child's line: its name, whether it stands in the record, the result, and the fields behind it.

    A new line has a ``step``, and ``key`` is what the page names its child by.
    """

    student: str
    name: str
    is_noted: bool
    step: str
    result: Control
    rest: tuple[Control, ...]

    @property
    def key(self) -> str:
        """The name of the field of the child."""
        return pointer((LINES, self.step, _STUDENT))


@dataclass(frozen=True, slots=True)
class Household:
    """A class that is screened: the children in order, and the form of the list.

    Attributes:
        pupils: (id, name) of the class.
        rows: the list as `render` makes it.
        told: the step under which a page that comes back, or a draft, has the new line of a child.
        taken: the children that have a line by now, whoever noted it.
        is_done: whether the day the screening was done stands there by now.
    """

    pupils: tuple[tuple[str, str], ...]
    rows: Rows
    told: Mapping[str, str] = field(default_factory=dict)
    taken: frozenset[str] = frozenset()
    is_done: bool = False

    @property
    def noted(self) -> Mapping[str, Item]:
        """The lines that stand in the record, by child."""
        return {_child_of(item): item for item in self.rows.items}

    @property
    def steps(self) -> Mapping[str, str]:
        """The step of each child that has no line yet, such as n1; one that a page has told stays."""
        if not self.rows.blank:
            return {}
        missing = [student for student, _ in self.pupils if student not in self.noted]
        used = set(self.told.values())
        free = (step for step in (f"n{number}" for number in count(1)) if step not in used)
        return {student: self.told.get(student) or next(free) for student in missing}

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
        added = {each.value[_STUDENT] for each in parsed.changes if _is_line(each)}
        has_all = {student for student, _ in self.pupils} <= added | self.taken | set(self.noted)
        done: tuple[Change, ...] = (Set((_DONE_ON,), on),) if added and has_all and not self.is_done else ()
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
            if not said & _SAID and rest and student not in self.taken:
                mine.append((f"{start}{_RESULT}", rest))
                said.add(_RESULT)
            if said & _SAID:
                given = {_STUDENT: student, **{key: text for key, text in known.items() if key not in said}}
                told += [pair for pair in mine if pair[0] != f"{start}{_STUDENT}"]
                told += [(f"{start}{key}", text) for key, text in given.items()]
        return told


def told_in(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return the step under which a page has the new line of a child: whoever is noted meanwhile, it stays that child's."""
    found: dict[str, str] = {}
    for name, text in pairs:
        start, _, key = name.rpartition("/")
        step = start.removeprefix(f"{pointer((LINES,))}/")
        if key == _STUDENT and start != step and step not in found.values():
            found.setdefault(text, step)
    return found


def noted_in(data: Mapping[str, Any]) -> frozenset[str]:
    """Return the children that have a line in a screening."""
    return frozenset(_places(data))


def is_done(data: Mapping[str, Any]) -> bool:
    """Tell whether a screening says when it was done."""
    return _DONE_ON in data


def by_child(each: Disputed, names: Mapping[str, str]) -> tuple[Disputed, str]:
    """Return a dispute with its child instead of the number of a line, and what it is called."""
    if not each.names or each.place[:1] != (LINES,):
        return each, ""
    student = each.names[0]
    words = "·".join((names.get(student, student), *map(str, each.place[2:])))
    return replace(each, place=(LINES, student, *each.place[2:])), words


def settled(
    changes: Iterable[Change],
    chosen: Mapping[str, str],
    opened: Mapping[str, Any],
    seen: Mapping[str, Any],
) -> tuple[Change, ...] | None:
    """Return what is left of a patch after somebody chose; None where not all was chosen yet.

    Args:
        changes: of the page.
        chosen: by `by_child`'s place, whose value stays.
        opened: the screening that the page was made of.
        seen: the screening that the choice was made on; the patch that is returned fits it.
    """
    lines, places = _lines(opened), _places(seen)
    found: list[Change] = []
    for change in changes:
        if _is_line(change) and change.value[_STUDENT] in places:
            student, before = change.value[_STUDENT], {}
            wanted: list[Change] = [Set((student, key), value) for key, value in change.value.items()]
        elif change.path[:1] == (LINES,) and len(change.path) > 1:
            before = lines[int(change.path[1])]
            wanted = [replace(change, path=(before[_STUDENT], *change.path[2:]))]
        else:
            found += [change] if chosen.get(pointer(change.path)) != THEIRS else []
            continue
        for each in wanted:
            moved = _chosen(each, chosen, before, seen)
            if moved is None:
                return None
            found += moved
    return tuple(found)


def _chosen(
    change: Change, chosen: Mapping[str, str], before: Mapping[str, Any], seen: Mapping[str, Any]
) -> list[Change] | None:
    """Return a change of a child's line at the place that the line has in what was seen; None where it is open."""
    student, *rest = change.path
    place = _places(seen).get(str(student))
    if place is None:
        return []
    side, key = chosen.get(pointer((LINES, *change.path))), str(rest[0])
    there = seen[LINES][place].get(key)
    if side == THEIRS or (isinstance(change, Set) and len(rest) == 1 and there == change.value):
        return []
    if side != MINE and there != before.get(key):
        return None
    return [replace(change, path=(LINES, place, *rest))]


def _places(data: Mapping[str, Any]) -> dict[str, int]:
    return {str(line.get(_STUDENT)): place for place, line in enumerate(_lines(data))}


def _lines(data: Mapping[str, Any]) -> list[Any]:
    """Return the lines of a screening, none where they may not be seen."""
    found = data.get(LINES)
    return found if isinstance(found, list) else []


def _is_line(change: Change) -> TypeGuard[Add]:
    return isinstance(change, Add) and change.path == (LINES,)


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


def _child_of(item: Item) -> str:
    """Return the id of the child a line is about; the page may show a name in its place."""
    controls = (node for node in item.nodes if isinstance(node, Control))
    return next((str(node.value) for node in controls if node.path[-1] == _STUDENT), "")
