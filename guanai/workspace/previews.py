"""Workbooks that wait until somebody has looked at what they would change."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from guanai.errors import Invalid, NotFound
from guanai.store import disk
from guanai.workspace.shelf import MOST, Kept, Shelf

#: Where they lie in a workspace.
PLACE: Final = Path(".guanai") / "cache" / "imports"
_SHEET: Final = "sheet.xlsx"


class UnknownPreview(NotFound):
    """No such workbook waits for this person."""

    def __init__(self) -> None:
        super().__init__("这次导入的预览已经没有了（保存过、撤掉了，或过了一天）；请重新选文件。")


class TooManyPreviews(Invalid):
    """One person has left many unfinished."""

    def __init__(self) -> None:
        super().__init__(f"您已有 {MOST} 次导入没有做完；请先保存或撤掉，再导入新的。")


@dataclass(frozen=True, slots=True)
class Preview(Kept):
    """A workbook that waits.

    Attributes:
        name: of the file, as it was brought.
        kind: what it is to be read as, "" to guess.
        given: cells that hold for all rows.
        mapping: columns named by hand: header → key.
        sheet: the sheet that is looked at, "" for the first that can be read.
        saved: names of the sheets that were saved from it.
    """

    name: str
    kind: str = ""
    given: Mapping[str, str] = field(default_factory=dict)
    mapping: Mapping[str, str] = field(default_factory=dict)
    sheet: str = ""
    saved: tuple[str, ...] = ()


class Previews(Shelf[Preview]):
    """The workbooks that wait in one workspace."""

    def __init__(self, root: Path) -> None:
        """``root``: the workspace."""
        super().__init__(root / PLACE)

    def bring(self, preview: Preview, raw: bytes) -> Preview:
        """Put a workbook here with its bytes, and return what was kept.

        Raises:
            TooManyPreviews: this person has too many waiting.
        """
        made = self.put(preview)
        disk.write_file(self.place(made) / _SHEET, raw, beside=self.place(made))
        return made

    def raw(self, preview: Preview) -> bytes:
        """Return a workbook's bytes.

        Raises:
            UnknownPreview: it is gone.
        """
        try:
            return (self.place(preview) / _SHEET).read_bytes()
        except OSError:
            raise UnknownPreview from None

    def _read(self, body: dict[str, Any]) -> Preview:
        return Preview(**{**body, "saved": tuple(body.get("saved", ()))})

    def _unknown(self) -> NotFound:
        return UnknownPreview()

    def _too_many(self) -> Invalid:
        return TooManyPreviews()
