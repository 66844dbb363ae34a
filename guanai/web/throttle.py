"""Slows down who guesses passwords, without letting a pupil lock a teacher out."""

import hashlib
import math
import time

from limits import RateLimitItem, RateLimitItemPerHour, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

#: For one name from one address: five tries in a quarter of an hour, then ever fewer.
_PERSONAL: tuple[RateLimitItem, ...] = (
    RateLimitItemPerMinute(5, 15, namespace="personal"),
    RateLimitItemPerHour(10, 2, namespace="personal"),
    RateLimitItemPerHour(20, 24, namespace="personal"),
)
#: For one name from everywhere: above what one address can use up, so nobody locks another out alone.
_NAME = RateLimitItemPerHour(300, 1, namespace="name")
#: For one address, failures alone: a whole school may sit behind one.
_ADDRESS = RateLimitItemPerMinute(100, 15, namespace="address")


class Throttle:
    """Counts tries; kept in memory, so a restart forgets them."""

    def __init__(self) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    def wait_seconds(self, user: str, address: str) -> int:
        """Count a try and return 0, or return how long to wait when there were too many.

        It counts alike for names that nobody has.
        """
        name = _short(user)
        items = [*((item, (name, address)) for item in _PERSONAL), (_NAME, (name,)), (_ADDRESS, (address,))]
        blocked = [
            self._limiter.get_window_stats(item, *key).reset_time
            for item, key in items
            if not self._limiter.test(item, *key)
        ]
        if blocked:
            return max(1, math.ceil(max(blocked) - time.time()))
        for item, key in items[:-1]:
            self._limiter.hit(item, *key)
        return 0

    def blame(self, address: str) -> None:
        """Count a failure of an address; who gets in does not count, or a staff room would lock itself out."""
        self._limiter.hit(_ADDRESS, address)

    def forgive(self, user: str, address: str) -> None:
        """Forget the tries of a name from an address: the password was right."""
        for item in _PERSONAL:
            self._limiter.clear(item, _short(user), address)


def _short(user: str) -> str:
    return hashlib.sha256(user.strip().casefold().encode("utf-8", "replace")).hexdigest()[:16]
