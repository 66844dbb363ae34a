"""Children's names in the text of files that are not theirs."""

import re
from collections.abc import Mapping


class NameFinder:
    """Finds children's names in the text of files that are not theirs."""

    def __init__(self, names: Mapping[str, set[str]]) -> None:
        """``names``: ids of the children by name."""
        self._names = names
        self._starts: dict[str, list[str]] = {}
        for name in names:
            if len(name) >= _SHORT:
                self._starts.setdefault(name[:_SHORT], []).append(name)
        # One fast scan for pairs of letters that may begin a name; only there the names themselves are tried.
        first, second = ("".join(sorted({start[place] for start in self._starts})) for place in (0, 1))
        self._pairs = re.compile(f"[{re.escape(first)}](?=[{re.escape(second)}])") if first else None

    def find(self, text: str, own: str) -> set[str]:
        """Return the names in a text that are not the name of the child ``own``."""
        found: set[str] = set()
        for pair in self._pairs.finditer(text) if self._pairs else ():
            place = pair.start()
            for name in self._starts.get(text[place : place + _SHORT], ()):
                if text.startswith(name, place) and _stands_alone(text, place, name):
                    found.add(name)
        return {name for name in found if own not in self._names[name]}

    def is_named(self, text: str) -> bool:
        """Tell whether any child's name stands in a text, even where two letters may meet by chance."""
        return any(len(name) >= _SHORT and name in text for name in self._names)

    def ids(self, name: str) -> str:
        """Return the ids of the children of that name, for a message."""
        return "、".join(sorted(self._names[name]))


_SHORT = 2


def _stands_alone(text: str, place: int, name: str) -> bool:
    # Two characters meet by chance inside other words: they count only where no Han letter touches them.
    if len(name) > _SHORT:
        return True
    before, after = text[place - 1 : place], text[place + _SHORT : place + _SHORT + 1]
    return not (_is_han(before) or _is_han(after))


def _is_han(sign: str) -> bool:
    return "㐀" <= sign <= "鿿" or sign >= "𠀀"
