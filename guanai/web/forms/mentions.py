"""Another child in free text: written as @编号, found by name, and told by name to who may know it."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

from guanai.ids import STUDENT_ID
from guanai.saving import Question
from guanai.web.forms.model import FormModel, Look
from guanai.workspace.watch.vigil import View

_MENTION: Final = re.compile(rf"@({STUDENT_ID.pattern})")
_HAN: Final = "㐀-鿿\U00020000-\U0003ffff"
#: Names of so few signs meet by chance inside other words.
_SHORT: Final = 2
_TEXTS: Final = frozenset({Look.TEXT, Look.LONG, Look.LINES})
_UNKNOWN: Final = "某同学（不在您今天的任职范围里）"


def mention(student_id: str) -> str:
    """Return how a child stands in free text; the blank ends the id and is not printed."""
    return f"@{student_id} "


def mentioned(model: FormModel, name: Callable[[str], str]) -> tuple[tuple[str, str], ...]:
    """Return the children that the texts of a form mention, as (id, name).

    Args:
        model: the form as it is shown.
        name: the name of a child as the reader may know it, "" where not.
    """
    found = (
        student
        for control in model.controls()
        if control.look in _TEXTS
        for student in _MENTION.findall(control.text)
    )
    return tuple((student, name(student) or _UNKNOWN) for student in dict.fromkeys(found))


def ids_by_name(view: View) -> dict[str, list[str]]:
    """Return the children whom a view may name, by name."""
    found: dict[str, list[str]] = {}
    for student in view.facts.children:
        name = view.name(student)
        if name:
            found.setdefault(name, []).append(student)
    return found


def with_mentions(
    pairs: Iterable[tuple[str, str]], asked: Sequence[Question], ids: Mapping[str, Sequence[str]]
) -> list[tuple[str, str]]:
    """Return what was posted with the names that were asked about written as mentions.

    Args:
        pairs: names and texts of the fields.
        asked: what the save asked about.
        ids: ids of the children whom the writer may know, by name; a name of two children stays for the writer to settle.
    """
    about = [each for each in asked if each.code == "text.name"]
    keys = {_key(map(str, each.place)) for each in about}
    names = {
        name: of[0] for name, of in ids.items() if len(of) == 1 and any(f"“{name}”" in each.sentence for each in about)
    }  # fmt: skip
    return [
        (field, _written(text, names) if field[:1] == "/" and _key(field.split("/")) in keys else text)
        for field, text in pairs
    ]


def _key(steps: Iterable[str]) -> str:
    """Return the last step that is a key of a record, not a number or a 编号."""
    return next((step for step in reversed(list(steps)) if step and not step.isascii()), "")


def _written(text: str, names: Mapping[str, str]) -> str:
    for name in sorted(names, key=len, reverse=True):
        word = re.escape(name)
        pattern = word if len(name) > _SHORT else f"(?<![{_HAN}]){word}(?![{_HAN}])"
        text = re.sub(pattern, mention(names[name]), text)
    return text
