"""Who was erased, in a form that tells nobody who it was: so that a restored old backup is cleaned again.

Two copies: ``tombstones.jsonl`` at the workspace's root is committed, so that every mirror, clone and later backup
carries it; ``.guanai/tombstones.jsonl`` outlives a restore of the records over it. A line holds a keyed digest of
the child's id, a sign of the key, and the day. Without the workspace's key (``.guanai/secret``) nobody can try ids;
with it an id that comes back is recognized.
"""

import hashlib
import hmac
import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

#: Where the committed copy lies, below the workspace; the other lies under this name in ``.guanai``.
PLACE = "tombstones.jsonl"
_PURPOSE = b"guanai tombstone\0"
_SIGN_LENGTH = 8


@dataclass(frozen=True, slots=True, order=True)
class Tombstone:
    """One erased child.

    Attributes:
        on: the day, ISO.
        digest: keyed digest of the id, hexadecimal.
        key: sign of the key that it was made with.
    """

    on: str
    digest: str
    key: str


def tombstone(child: str, *, secret: bytes, on: date) -> Tombstone:
    """Return the tombstone of a child's id."""
    return Tombstone(on.isoformat(), _digest(child, secret), key_sign(secret))


def key_sign(secret: bytes) -> str:
    """Return by what a key is known again."""
    return hashlib.sha256(_PURPOSE + secret).hexdigest()[:_SIGN_LENGTH]


def read_tombstones(raw: bytes) -> tuple[Tombstone, ...]:
    """Return the tombstones of a file; a line that is none is passed over."""
    found = []
    for line in raw.decode("utf-8", "replace").splitlines():
        try:
            data = json.loads(line)
            found.append(Tombstone(str(data["日期"]), str(data["摘要"]), str(data["密钥"])))
        except (ValueError, TypeError, KeyError):
            continue
    return tuple(found)


def written(stones: Iterable[Tombstone]) -> bytes:
    """Return the file of some tombstones: each child once, by day; the same for the same stones."""
    first: dict[tuple[str, str], Tombstone] = {}
    for stone in sorted(stones):
        first.setdefault((stone.digest, stone.key), stone)
    lines = (
        json.dumps({"日期": stone.on, "摘要": stone.digest, "密钥": stone.key}, ensure_ascii=False)
        for stone in first.values()
    )
    return "".join(f"{line}\n" for line in lines).encode()


def buried(children: Iterable[str], stones: Collection[Tombstone], *, secret: bytes) -> tuple[str, ...]:
    """Return which of these ids were erased once; stones of another key say nothing."""
    sign = key_sign(secret)
    digests = {stone.digest for stone in stones if stone.key == sign}
    return tuple(child for child in sorted(children) if digests and _digest(child, secret) in digests)


def _digest(child: str, secret: bytes) -> str:
    return hmac.new(secret, _PURPOSE + child.encode(), hashlib.sha256).hexdigest()
