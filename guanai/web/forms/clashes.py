"""Two people at one field: both values side by side, and the patch that follows from what was chosen."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from guanai.model.base import HIDDEN
from guanai.saving import Disputed
from guanai.schema.wording import readable
from guanai.yamlfile import Add, Change, Path, pointer
from guanai.yamlfile.paths import ID_KEY

MINE: Final = "mine"
THEIRS: Final = "theirs"
CHOICE: Final = "choose:"


@dataclass(frozen=True, slots=True)
class Dispute:
    """One field as the conflict page shows it; ``name`` is unique on the page."""

    name: str
    title: str
    base: str
    mine: str
    theirs: str
    who: str
    when: str
    chosen: str
    is_missed: bool


def disputes_of(
    items: Iterable[Disputed], names: Mapping[str, str], chosen: Mapping[str, str]
) -> tuple[Dispute, ...]:
    """Return what is to be chosen.

    Args:
        items: what the save asked.
        names: staff ids and their names, to say a person instead of an id.
        chosen: by field name, what was chosen already.
    """
    return tuple(_dispute(each, names, chosen) for each in items)


def choices_in(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return by field name what a person chose: `MINE` or `THEIRS`."""
    return {
        name.removeprefix(CHOICE): text
        for name, text in pairs
        if name.startswith(CHOICE) and text in (MINE, THEIRS)
    }


def kept(changes: Sequence[Change], chosen: Mapping[str, str]) -> tuple[Change, ...]:
    """Return the changes without those at fields where the other person's value was chosen."""
    given_up = [name for name, side in chosen.items() if side == THEIRS]
    return tuple(change for change in changes if not any(_is_given_up(change, name) for name in given_up))


def _dispute(each: Disputed, names: Mapping[str, str], chosen: Mapping[str, str]) -> Dispute:
    name = pointer(each.place)
    title = readable(tuple(step for step in each.place if isinstance(step, int) or not step.isascii()))
    return Dispute(
        name,
        title,
        _told(each.base, names),
        _told(each.mine, names),
        _told(each.theirs, names),
        each.who,
        f"{each.when.month}月{each.when.day}日 {each.when:%H:%M}" if each.when else "",
        chosen.get(name, ""),
        is_missed=bool(chosen) and name not in chosen,
    )


def _is_given_up(change: Change, name: str) -> bool:
    """Tell whether a change goes with the value at a place; a new item does not go with another item of its list."""
    below = name.removeprefix(f"{pointer(change.path)}/")
    if isinstance(change, Add) and below != name:
        step = below.partition("/")[0]
        own = change.value.get(ID_KEY) if isinstance(change.value, Mapping) else None
        return step.isdecimal() if own is None else step == own
    return _is_at(change.path, name)


def _is_at(path: Path, name: str) -> bool:
    here = pointer(path)
    return here == name or here.startswith(f"{name}/") or name.startswith(f"{here}/")


def _told(value: Any, names: Mapping[str, str]) -> str:
    if value is None:
        return "（没有）"
    if value is HIDDEN:
        return "（您看不到的内容）"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Mapping):
        return "\n".join(f"{key}：{_told(each, names)}" for key, each in value.items())
    if isinstance(value, list):
        return "、".join(_told(each, names) for each in value)
    return names.get(str(value), str(value).removesuffix("+08:00"))
