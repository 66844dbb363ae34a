"""Workbooks that wait until somebody has looked at what they would change; for a day, for who brought them, and gone at a word.

They lie in the cache, which no backup takes along and which an erasure empties.
"""

import contextlib
import json
import shutil
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from guanai.errors import Invalid, NotFound
from guanai.ids import ALPHABET, token
from guanai.store import disk

#: Where they lie in a workspace.
PLACE: Final = Path(".guanai") / "cache" / "imports"
_LENGTH: Final = 10
_PATIENCE: Final = timedelta(hours=24)
#: So many one person may have waiting.
_MOST: Final = 5
_MODE: Final = 0o700


class UnknownPreview(NotFound):
    """No such workbook waits for this person."""

    def __init__(self) -> None:
        super().__init__("这次导入的预览已经没有了（保存过、撤掉了，或过了一天）；请重新选文件。")


class TooManyPreviews(Invalid):
    """One person has left many unfinished."""

    def __init__(self) -> None:
        super().__init__(f"您已有 {_MOST} 次导入没有做完；请先保存或撤掉，再导入新的。")


@dataclass(frozen=True, slots=True)
class Preview:
    """A workbook that waits.

    Attributes:
        id: random signs.
        staff: id of who brought it.
        name: of the file, as it was brought.
        kept_at: instant.
        kind: what it is to be read as, "" to guess.
        given: cells that hold for all rows.
        mapping: columns named by hand: header → key.
    """

    id: str
    staff: str
    name: str
    kept_at: datetime
    kind: str = ""
    given: Mapping[str, str] = field(default_factory=dict)
    mapping: Mapping[str, str] = field(default_factory=dict)


class Previews:
    """The workbooks that wait in one workspace."""

    def __init__(self, root: Path) -> None:
        """``root``: the workspace."""
        self._folder = root / PLACE

    def keep(self, preview: Preview, raw: bytes) -> Preview:
        """Keep a workbook under signs of its own, and return what was kept.

        Raises:
            TooManyPreviews: this person has too many waiting.
        """
        if len(self.of(preview.staff)) >= _MOST:
            raise TooManyPreviews
        made = replace(preview, id=token(_LENGTH))
        place = self._folder / made.id
        place.mkdir(mode=_MODE, parents=True)
        disk.write_file(place / "sheet.xlsx", raw, beside=place)
        self._write(made)
        return made

    def change(self, preview: Preview) -> None:
        """Keep what was said of a workbook's columns."""
        self.find(preview.id, preview.staff)
        self._write(preview)

    def of(self, staff: str) -> tuple[Preview, ...]:
        """Return what waits for a person, oldest first."""
        mine = (each for each in self._all() if each.staff == staff)
        return tuple(sorted(mine, key=lambda each: (each.kept_at, each.id)))

    def find(self, preview_id: str, staff: str) -> Preview:
        """Return one.

        Raises:
            UnknownPreview: there is none of these signs for this person.
        """
        found = self._read(preview_id) if set(preview_id) <= set(ALPHABET) and preview_id else None
        if found is None or found.staff != staff:
            raise UnknownPreview
        return found

    def raw(self, preview: Preview) -> bytes:
        """Return a workbook's bytes.

        Raises:
            UnknownPreview: it is gone.
        """
        try:
            return (self._folder / preview.id / "sheet.xlsx").read_bytes()
        except OSError:
            raise UnknownPreview from None

    def drop(self, preview: Preview) -> None:
        """Forget one."""
        shutil.rmtree(self._folder / preview.id, ignore_errors=True)

    def sweep(self, now: datetime) -> None:
        """Forget what nobody came back to for a day."""
        for each in tuple(self._all()):
            if each.kept_at < now - _PATIENCE:
                self.drop(each)

    def forget(self, record_ids: Collection[str]) -> int:
        """Forget every workbook, as the erasure of some records demands; return how many there were.

        A sheet names children by name or number, and what it does not name today may stand in it tomorrow: none is kept.
        """
        count = len(tuple(self._folder.iterdir())) if record_ids and self._folder.is_dir() else 0
        if count:
            shutil.rmtree(self._folder, ignore_errors=True)
        return count

    def _all(self) -> Iterator[Preview]:
        with contextlib.suppress(FileNotFoundError):
            for place in sorted(self._folder.iterdir()):
                found = self._read(place.name)
                if found is not None:
                    yield found

    def _write(self, preview: Preview) -> None:
        place = self._folder / preview.id
        body = {
            "staff": preview.staff,
            "name": preview.name,
            "kept_at": preview.kept_at.isoformat(),
            "kind": preview.kind,
            "given": dict(preview.given),
            "mapping": dict(preview.mapping),
        }
        disk.write_file(place / "about.json", json.dumps(body, ensure_ascii=False).encode(), beside=place)

    def _read(self, preview_id: str) -> Preview | None:
        try:
            body: dict[str, Any] = json.loads((self._folder / preview_id / "about.json").read_bytes())
            return Preview(
                preview_id,
                body["staff"],
                body["name"],
                datetime.fromisoformat(body["kept_at"]),
                body["kind"],
                body["given"],
                body["mapping"],
            )
        except (OSError, ValueError, KeyError, TypeError):
            return None
