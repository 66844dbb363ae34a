"""A ledger that comes back from Excel: the cells somebody edited, as changes of the version it was printed from."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from guanai.schema import Field
from guanai.sheets.ledger import CHILD, ITEM, VERSION, Ledger, Slot, cell_of, main_guardian, value_at
from guanai.sheets.proposals import Difference, Fault, Proposal
from guanai.sheets.reader import Line
from guanai.sheets.values import HIDDEN_WORDS, BadCell, read_value, show_value
from guanai.yamlfile import Add, Change, Delete, Set

_WRITERS: Final = ("记录人", "撰写人", "经办人")
#: Gives a child's record as it was at a version, as the importer may see it; None where it cannot be told.
Views = Callable[[str, str], Mapping[str, Any] | None]


@dataclass(slots=True)
class LedgerReader:
    """Reads one ledger.

    Attributes:
        ledger: the ledger.
        shape: fields of a child's record.
        staff: who brings it back.
        faults: what cannot be taken; filled while the proposals are read.
    """

    ledger: Ledger
    shape: Field
    staff: str
    faults: list[Fault] = field(default_factory=list)
    _rows: dict[tuple[str, str], int] = field(default_factory=dict)

    def proposals(self, views: Views) -> Iterator[Proposal]:
        """Yield what each row that can be read wants; most want nothing."""
        for line in self.ledger.lines:
            before = len(self.faults)
            child = self._hidden(line, CHILD)
            version = self._hidden(line, VERSION)
            view = views(child, version) if child else None
            if view is None:
                self._fault(
                    line, -1, "认不出是哪一名学生、哪一版：隐藏的编号列被改动或清空了；请重新导出再改"
                )
                continue
            told = self._changes(line, view)
            self._demand_first(line, child, is_changed=bool(told[0]))
            if len(self.faults) == before:
                places = {
                    (self._first(slot), slot.path[-1]): (place, slot.label)
                    for place, slot in self.ledger.slots.items()
                }
                yield Proposal(line.number, child, child, *told, places, base=version if told[0] else "")

    def _demand_first(self, line: Line, child: str, *, is_changed: bool) -> None:
        """Refuse a copied row that was changed: it would overwrite the row it was copied from."""
        item = self._hidden(line, ITEM)
        first = self._rows.setdefault((child, item), line.number)
        if first != line.number and is_changed and (item or not self.ledger.list_key):
            self._fault(
                line,
                -1,
                f"是从第 {first} 行复制来的，会盖掉那一条；要添一条，请取消隐藏前三列，清空这一行的“条目”",
            )

    def _changes(
        self, line: Line, view: Mapping[str, Any]
    ) -> tuple[tuple[Change, ...], tuple[Difference, ...]]:
        owners = self._owners(line, view)
        if owners is None:
            return self._added(line)
        if not owners:
            return (), ()
        changes: list[Change] = []
        differences: list[Difference] = []
        for place, slot in sorted(self.ledger.slots.items()):
            where, owner = owners[slot.is_guardians]
            found = self._edited(line, place, slot, owner)
            if found is None:
                continue
            old, new = found
            if where is None:
                self._fault(line, place, "档案里没有监护人，不能在这里添；请用 guanai add 或网页添写")
                continue
            path = (*where, *slot.path)
            changes.append(Delete(path) if new is None else Set(path, new))
            differences.append(Difference(slot.label, old, show_value(new)))
        return tuple(changes), tuple(differences)

    def _owners(
        self, line: Line, view: Mapping[str, Any]
    ) -> dict[bool, tuple[tuple[str, ...] | None, Mapping[str, Any] | None]] | None:
        """Return where the row's fields stand, by whether they are the guardian's; None for a row that was added."""
        item = self._hidden(line, ITEM)
        if not self.ledger.list_key:
            guardian = main_guardian(view)
            known = _item(value_at(view, ("家庭", "监护人")), item) if item else guardian
            where = ("家庭", "监护人", str(known["编号"])) if known is not None and "编号" in known else None
            return {False: ((), view), True: (where, known)}
        if not item:
            return None
        found = _item(view.get(self.ledger.list_key), item)
        if found is None:
            self._fault(line, -1, "这一条已不在档案里，或者您的任职看不到它；请重新导出再改")
            return {}
        return {False: ((self.ledger.list_key, item), found), True: (None, None)}

    def _edited(
        self, line: Line, place: int, slot: Slot, owner: Mapping[str, Any] | None
    ) -> tuple[str, Any] | None:
        """Return how a cell read and what it holds now, None for a cell that nobody has touched."""
        cell = line.cell(place)
        printed = cell_of(owner, slot)
        old = "" if printed is None else show_value(printed)
        if cell.fault:
            self._fault(line, place, cell.fault)
            return None
        if cell.text == old.strip() or (cell.text == "" and old == HIDDEN_WORDS):
            return None
        if cell.text == "" and slot.is_needed:
            self._fault(line, place, "这一栏不能空")
            return None
        if cell.text == "":
            return old, None
        try:
            new = read_value(slot.field, cell.text)
        except BadCell as error:
            self._fault(line, place, str(error))
            return None
        return None if new == value_at(owner, slot.path) else (old, new)

    def _added(self, line: Line) -> tuple[tuple[Change, ...], tuple[Difference, ...]]:
        """Return a new item: a row whose hidden item column is empty."""
        whole: dict[str, Any] = {}
        for place, slot in sorted(self.ledger.slots.items()):
            found = self._edited(line, place, slot, None)
            if found is not None and found[1] is not None:
                here = whole
                for key in slot.path[:-1]:
                    here = here.setdefault(key, {})
                here[slot.path[-1]] = found[1]
        item = self.shape.children[self.ledger.list_key].item
        for writer in _WRITERS:
            if whole and item is not None and writer in item.required:
                whole.setdefault(writer, self.staff)
        if not whole:
            return (), ()
        return (Add((self.ledger.list_key,), whole),), (
            Difference(self.ledger.list_key, "", show_value(whole)),
        )

    def _hidden(self, line: Line, label: str) -> str:
        place = self.ledger.hidden.get(label)
        return line.cell(place).text if place is not None else ""

    def _first(self, slot: Slot) -> str:
        return "家庭" if slot.is_guardians else self.ledger.list_key or slot.path[0]

    def _fault(self, line: Line, place: int, reason: str) -> None:
        label = self.ledger.slots[place].label if place in self.ledger.slots else ""
        self.faults.append(Fault(line.number, place, label, reason))


def _item(items: Any, item: str) -> Mapping[str, Any] | None:
    if not isinstance(items, list):
        return None
    return next((each for each in items if isinstance(each, Mapping) and each.get("编号") == item), None)
