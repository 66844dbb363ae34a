"""What the columns of the school's own sheets are, named once and remembered in ``.guanai/mappings.yml``."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from guanai.errors import Invalid, NotFound, cause
from guanai.schema import Field
from guanai.sheets.headers import names_a_place, plain_header
from guanai.yamlfile import dump, load

_PLACE: Final = Path(".guanai") / "mappings.yml"
_WORDS: Final = Field(is_open=True, item=Field(type="string"))
_SHAPE: Final = Field(is_open=True, item=_WORDS)


class BrokenMappings(Invalid):
    """The file cannot be read."""

    def __init__(self) -> None:
        super().__init__(
            f"{_PLACE.as_posix()} 读不出来；请改好，或删去这个文件，再用 --map 说明一次各列是什么。"
        )


class Mappings:
    """The remembered columns of one workspace."""

    def __init__(self, root: Path) -> None:
        """``root``: the workspace."""
        self._file = root / _PLACE

    def of(self, kind: str) -> dict[str, str]:
        """Return what has been said of the headers of a kind of sheet, as `plain_header` writes them.

        Raises:
            BrokenMappings: the file is no such list.
        """
        return self._all().get(kind, {})

    def keep(self, kind: str, mapping: Mapping[str, str]) -> None:
        """Remember more columns; one that was said before is said anew, and one without a header is not remembered.

        Raises:
            BrokenMappings: the file is no such list.
            NotFound: the disk refuses.
        """
        known = self._all()
        known[kind] = known.get(kind, {}) | {
            plain_header(head): key for head, key in mapping.items() if not names_a_place(head)
        }
        made = self._file.with_name(f"{self._file.name}.{os.getpid()}")
        try:
            self._file.parent.mkdir(mode=0o700, exist_ok=True)
            made.write_text(dump(known, _SHAPE), encoding="utf-8", newline="\n")
            made.replace(self._file)
        except OSError as error:
            raise NotFound(f"{self._file} 写不进去（{cause(error)}）；列的说明没有记住。") from error

    def _all(self) -> dict[str, dict[str, str]]:
        try:
            raw = self._file.read_bytes()
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise BrokenMappings from error
        data = load(raw, _PLACE.as_posix()).data
        if not isinstance(data, dict) or not all(isinstance(each, dict) for each in data.values()):
            raise BrokenMappings
        return {kind: {str(head): str(key) for head, key in said.items()} for kind, said in data.items()}
