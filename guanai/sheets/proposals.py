"""What an import would do: for each record its changes, and for each row that cannot be read the reasons."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from guanai.yamlfile import Change, Path


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """Why a row is not taken in.

    Attributes:
        line: the row as Excel counts it.
        column: the column from 0; -1 for the row as a whole.
        label: the column's header, "" for the row as a whole.
        reason: Chinese words that complete the sentence “the cell …”.
    """

    line: int
    column: int
    label: str
    reason: str


@dataclass(frozen=True, slots=True)
class Difference:
    """One value that would change, in words; ``old`` is "" for what is new."""

    label: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """What one row wants of one record.

    Attributes:
        line: the row.
        record: id or path of the record; for one to be made its kind.
        subject: id of whom or what it is about, for lists.
        changes: none where everything stands there already.
        differences: the same in words.
        places: the columns by first and last key of the field that they fill.
        is_new: the record is to be made.
        base: version that the row was exported from, "" for what is there now.
        question: what is to be asked before it is saved, "" for nothing.
    """

    line: int
    record: str
    subject: str
    changes: tuple[Change, ...]
    differences: tuple[Difference, ...]
    places: Mapping[tuple[str, str], tuple[int, str]] = field(default_factory=dict)
    is_new: bool = False
    base: str = ""
    question: str = ""

    def place(self, path: Path) -> tuple[int, str]:
        """Return column and header of a field; (-1, "") where no column fills it."""
        keys = [step for step in path if isinstance(step, str)]
        if not keys:
            return -1, ""
        exact = self.places.get((keys[0], keys[-1]))
        if exact is not None:
            return exact
        return next((found for (first, _), found in self.places.items() if first == keys[0]), (-1, ""))
