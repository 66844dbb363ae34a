"""A record's text that grows: each line knows from which save on it is there, and until which."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from guanai.store.note import Action, Reason
from guanai.yamlfile import Path, dump, load


@dataclass(frozen=True, slots=True, order=True)
class Moment:
    """One save of the past; equal moments of several records are one commit.

    Attributes:
        when: instant of the commit.
        staff: who saved.
        action: what was done.
        reason: one of the closed list.
    """

    when: datetime
    staff: str
    action: Action
    reason: Reason

    def __str__(self) -> str:
        return f"{self.when:%Y-%m-%dT%H:%M} {self.staff} {self.action} {self.reason}"


@dataclass(slots=True)
class _Line:
    text: str
    born: Moment
    gone: Moment | None = None


class Growth:
    """The text of one record, taken apart by when each part was written.

    Works on the canonical layout: an entry or a field is its line with all deeper ones below it.
    """

    def __init__(self, text: str, created: Moment) -> None:
        """``text``: as it ends; ``created``: the save with which the file began."""
        self.created = created
        self._loaded = load(text.encode(), "")
        self._lines = [_Line(line, created) for line in text.split("\n")[:-1]]
        self._lists: dict[Path, int] = {}
        self._former: list[tuple[int, Sequence[tuple[Any, Moment]], str]] = []
        self._passing: list[tuple[str, list[_Line]]] = []

    def born(self, path: Path, moment: Moment | None, *, of: int = 0) -> None:
        """Let a field or entry come with a later save; None and whatever is earlier: with the file.

        Args:
            path: keys and places.
            moment: the save.
            of: how many entries the list has, for an entry.
        """
        if moment is None or moment <= self.created:
            return
        for line in self._lines[slice(*self._extent(path))]:
            line.born = max(line.born, moment)
        if of:
            self._lists[path[:-1]] = of

    def formerly(self, path: Path, values: Sequence[tuple[Any, Moment | None]]) -> None:
        """Give a field of one line earlier values, each until a save, oldest first."""
        kept = [(value, until) for value, until in values if until is not None and until > self.created]
        if kept:
            self._former.append((self._extent(path)[0], kept, str(path[-1])))

    def passing(self, key: str, entry: dict[str, Any], born: Moment, gone: Moment) -> None:
        """Let an entry be added to a list at the record's root and taken back."""
        if self.created < born < gone:
            lines = dump({key: [entry]}).split("\n")[1:-1]
            self._passing.append((key, [_Line(line, born, gone) for line in lines]))

    def versions(self) -> Iterator[tuple[Moment, bytes]]:
        """Yield the text after each save that changed it, in order; the last is the text as it ends."""
        self._settle()
        lines = self._with_former()
        turns = sorted({moment for line in lines for moment in (line.born, line.gone) if moment is not None})
        before = b""
        for turn in turns:
            there = (line.text for line in lines if line.born <= turn and (not line.gone or turn < line.gone))
            text = "".join(f"{each}\n" for each in there).encode()
            if text != before:
                yield turn, text
                before = text

    def _extent(self, path: Path) -> tuple[int, int]:
        start = self._loaded.line(path) - 1
        depth = _depth(self._lines[start].text)
        end = start + 1
        while end < len(self._lines) and (not self._lines[end].text or _depth(self._lines[end].text) > depth):
            end += 1
        return start, end

    def _settle(self) -> None:
        """Let a list's key come with its first entry, and a former value with its line."""
        for path, count in self._lists.items():
            key = self._lines[self._extent(path)[0]]
            first = min(self._lines[self._extent((*path, place))[0]].born for place in range(count))
            key.born = max(key.born, first)

    def _with_former(self) -> list[_Line]:
        added: dict[int, list[_Line]] = {}
        for place, values, key in self._former:
            line = self._lines[place]
            pad = line.text[: _depth(line.text)]
            for value, until in values:
                if until > line.born:
                    (text,) = dump({key: value}).splitlines()
                    added.setdefault(place, []).append(_Line(pad + text, line.born, until))
                    line = self._lines[place] = replace(line, born=until)
        for key, lines in self._passing:
            start, end = self._extent((key,))
            if self._lines[start].born <= lines[0].born:  # else there was no such list yet
                added.setdefault(end, []).extend(lines)
        found: list[_Line] = []
        for place, line in enumerate(self._lines):
            found += [*added.pop(place, ()), line]
        return found + added.pop(len(self._lines), [])


def _depth(text: str) -> int:
    return len(text) - len(text.lstrip(" "))
