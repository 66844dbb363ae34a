"""The words that people search for, kept beside their sessions: an address names a search by a number of its own.

A word is a child's name as a rule. In an address it would stand in the browser's history and in a proxy's log, for the
next person at that computer; here it lies in memory alone, and only the session that asked can show it again.
"""

import secrets
import threading
from collections import OrderedDict
from datetime import datetime, timedelta
from typing import Final

#: So many are kept; the oldest go first.
_MOST: Final = 20_000
_KEY_BYTES: Final = 9


class Searches:
    """What was searched for of late; safe between threads."""

    def __init__(self, *, longest: timedelta) -> None:
        """``longest``: no session lasts longer, so no word does."""
        self._longest = longest
        self._lock = threading.Lock()
        self._words: OrderedDict[tuple[str, str], tuple[str, datetime]] = OrderedDict()

    def keep(self, session: str, word: str, *, when: datetime) -> str:
        """Keep a word for a session (its key) and return the key under which that session finds it again."""
        key = secrets.token_urlsafe(_KEY_BYTES)
        with self._lock:
            self._words[session, key] = (word, when)
            while len(self._words) > _MOST:
                self._words.popitem(last=False)
        return key

    def word(self, session: str, key: str) -> str:
        """Return what a session searched for under a key; "" where it is not known, or another's."""
        with self._lock:
            return self._words.get((session, key), ("", None))[0]

    def forget(self, session: str) -> None:
        """Forget what a session searched for."""
        with self._lock:
            for place in [each for each in self._words if each[0] == session]:
                del self._words[place]

    def sweep(self, when: datetime) -> None:
        """Forget what is older than any session."""
        with self._lock:
            for place in [
                each for each, (_, kept) in self._words.items() if abs(when - kept) > self._longest
            ]:
                del self._words[place]
