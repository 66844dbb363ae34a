"""Years of the log in figures, kept for the paper of the yearly compliance audit (合规审计): counts, no record."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path

from generators.context import YearOfAccess
from guanai.store import disk

_FOLDER = Path(".guanai") / "audit"


class KeptYears(Mapping[int, YearOfAccess]):
    """The years whose figures were kept; read when asked for."""

    def __init__(self, root: Path) -> None:
        """``root``: the workspace."""
        self._folder = root / _FOLDER

    def __getitem__(self, year: int) -> YearOfAccess:
        """Return a year's figures; KeyError where none were kept, or none can be read."""
        try:
            body = json.loads(self._place(year).read_bytes())
            counts = {name: int(body[name]) for name in ("opened", "downloaded", "refused", "widened")}
            return YearOfAccess(**counts, approvers=tuple(map(str, body["approvers"])))
        except (OSError, ValueError, KeyError, TypeError):
            raise KeyError(year) from None

    def __iter__(self) -> Iterator[int]:
        """Yield the years, oldest first."""
        names = sorted(path.stem.removeprefix("figures-") for path in self._folder.glob("figures-*.json"))
        return (int(name) for name in names if name.isdecimal())

    def __len__(self) -> int:
        """Return how many there are."""
        return sum(1 for _ in self)

    def keep(self, year: int, found: YearOfAccess) -> None:
        """Keep a year's figures, in place of those kept before."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        body = json.dumps(asdict(found), ensure_ascii=False).encode()
        disk.write_file(self._place(year), body, beside=self._folder)

    def _place(self, year: int) -> Path:
        return self._folder / f"figures-{year}.json"
