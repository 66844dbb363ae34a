"""Passwords: what is good enough, and hashes that cost a guesser dearly."""

import re
import secrets
import threading
import unicodedata
from collections.abc import Iterable

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from guanai.errors import Invalid
from guanai.ids import token
from guanai.web.settings import Hashing

SHORTEST, LONGEST = 12, 128
_FEWEST_SIGNS = 5
#: What people put first; found anywhere in a password, it counts for nothing.
_WORN = re.compile(
    r"password|passw0rd|admin|administrator|qwert[a-z]*|asdf[a-z]*|zxcv[a-z]*|1qaz2wsx|abcd?e?f?g?|iloveyou|"
    r"welcome|letmein|dragon|monkey|woaini|wodemima|mima|nihao|guanai|xuexiao|laoshi|jiaoshi|teacher|school|"
    r"woshi|zhongxue|xiaoxue|5201314|1314|520|888+|666+|123123|112233|147258369|0?123456?7?8?9?0?|987654321|"
    r"(?:19|20)[0-9]{2}(?:[01][0-9][0-3][0-9])?"
)
#: Hashes computed at the same time: each takes the memory of one.
_AT_ONCE = 2


class WeakPassword(Invalid):
    """A password that others would guess."""

    def __init__(self, why: str) -> None:
        super().__init__(f"这个密码不能用：{why}。可以用几个不相干的词连成一句，至少 {SHORTEST} 个字符。")


def demand_strong(password: str, *, avoid: Iterable[str]) -> None:
    """Refuse a password that is too short or made of what everybody tries first.

    Args:
        password: as typed.
        avoid: words of the person and the school: log-in name, name, staff id, school's name.

    Raises:
        WeakPassword: with the reason.
    """
    if len(password) < SHORTEST:
        raise WeakPassword(f"太短，只有 {len(password)} 个字符")
    if len(password) > LONGEST:
        raise WeakPassword(f"太长，最多 {LONGEST} 个字符")
    plain = unicodedata.normalize("NFKC", password).casefold()
    if len(set(plain)) < _FEWEST_SIGNS:
        raise WeakPassword("来回只有几个字符")
    for word in avoid:
        if len(word) > 1 and word.casefold() in plain:
            raise WeakPassword("里面有您的姓名、用户名、编号或校名")
    if len(_WORN.sub("", plain)) < SHORTEST // 2:
        raise WeakPassword("多半是年份、连号或人人都会先试的词")


def new_password() -> str:
    """Return a password to hand over, easy to read out: four groups of four signs (80 bits).

    >>> len(new_password())
    19
    """
    return "-".join(token(4) for _ in range(4))


class Passwords:
    """Hashes and checks passwords, few at a time."""

    def __init__(self, hashing: Hashing) -> None:
        """``hashing``: what a hash costs."""
        self._hasher = PasswordHasher(
            time_cost=hashing.passes, memory_cost=hashing.memory_kib, parallelism=hashing.lanes
        )
        self._turns = threading.BoundedSemaphore(_AT_ONCE)
        # Checked where there is no account, so that an unknown name takes as long as a wrong password.
        self._nobody = self.hashed(secrets.token_urlsafe())

    def hashed(self, password: str) -> str:
        """Return the hash to keep."""
        with self._turns:
            return self._hasher.hash(_same(password))

    def fits(self, password: str, kept: str | None) -> bool:
        """Tell whether a password is the one hashed; takes as long where nothing is kept (None)."""
        with self._turns:
            try:
                self._hasher.verify(kept or self._nobody, _same(password[: LONGEST + 1]))
            except (VerificationError, InvalidHashError):
                return False
        return kept is not None

    def is_dated(self, kept: str) -> bool:
        """Tell whether a hash was made at another cost than today's."""
        return self._hasher.check_needs_rehash(kept)


def _same(password: str) -> str:
    """Return a password in one spelling: input methods write the same letter in several ways."""
    return unicodedata.normalize("NFKC", password)
