"""The words that people search for, kept beside their sessions: an address names a search by a number of its own.

A word is a child's name as a rule. In an address it would stand in the browser's history and in a proxy's log, for the
next person at that computer; here it lies in memory alone, and only the session that asked can show it again. When
a child is erased all of them go: which of them named the child nobody knows.
"""

import secrets
import threading
from collections import OrderedDict
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

#: So many are kept; the oldest go first.
_MOST: Final = 20_000
_KEY_BYTES: Final = 9


class Searches:
    """What was searched for of late; safe between threads."""

    def __init__(self, *, longest: timedelta, stones: Path | None = None) -> None:
        """``longest``: no session lasts longer, so no word does; ``stones``: the file that every erasure writes."""
        self._longest = longest
        self._stones = stones
        self._erased = self._stamp()
        self._lock = threading.Lock()
        self._words: OrderedDict[tuple[str, str], tuple[str, datetime]] = OrderedDict()

    def keep(self, session: str, word: str, *, when: datetime) -> str:
        """Keep a word for a session (its key) and return the key under which that session finds it again."""
        key = secrets.token_urlsafe(_KEY_BYTES)
        with self._lock:
            self._obey()
            self._words[session, key] = (word, when)
            while len(self._words) > _MOST:
                self._words.popitem(last=False)
        return key

    def word(self, session: str, key: str) -> str:
        """Return what a session searched for under a key; "" where it is not known, or another's."""
        with self._lock:
            self._obey()
            return self._words.get((session, key), ("", None))[0]

    def forget(self, session: str) -> None:
        """Forget what a session searched for."""
        with self._lock:
            for place in [each for each in self._words if each[0] == session]:
                del self._words[place]

    def sweep(self, when: datetime) -> None:
        """Forget what is older than any session, and everything after an erasure."""
        with self._lock:
            self._obey()
            for place in [
                each for each, (_, kept) in self._words.items() if abs(when - kept) > self._longest
            ]:
                del self._words[place]

    def _obey(self) -> None:
        erased = self._stamp()
        if erased != self._erased:
            self._words.clear()
            self._erased = erased

    def _stamp(self) -> tuple[int, int, int] | None:
        """Return what is another after each erasure, by this process or another."""
        try:
            found = self._stones.stat() if self._stones else None
        except OSError:  # nobody was erased yet
            return None
        return (found.st_mtime_ns, found.st_size, found.st_ino) if found else None
