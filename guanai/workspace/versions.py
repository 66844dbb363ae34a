"""Versions of records as they are handed out: sealed with the workspace's key.

The version of a record is a hash of all that stands in it. Who knows most of a child's file could try out what they may
not see, such as the digits of an identity number, until the hash comes out the same; and that it changes tells that
something out of their sight was written. What a page or a workbook holds in its place tells neither.
"""

import hashlib
import hmac
from typing import Final

#: The blob id of nothing: no record has it.
UNKNOWN: Final = "0" * 40
#: For whom the versions in sheets are: anybody may bring back what somebody else took out.
SHEETS: Final = "sheets"
_SALT, _SEAL = 8, 16


def sealed(secret: bytes, whose: str, version: str, *, salt: bytes = bytes(_SALT)) -> str:
    """Return a version as it may be handed out, in hexadecimal digits.

    Args:
        secret: the workspace's key.
        whose: for whom: with another word it does not open.
        version: blob id, "" for none, which stays "".
        salt: eight bytes; random ones make the same version look different each time.
    """
    if not version:
        return ""
    plain = bytes.fromhex(version)
    seal = _hash(secret, b"seal", whose, salt + plain)[:_SEAL]
    return (salt + seal + _crossed(plain, _hash(secret, b"hide", whose, salt + seal))).hex()


def unsealed(secret: bytes, whose: str, handed: str) -> str:
    """Return the version that was handed out, "" for none; `UNKNOWN` for what was never handed out to them."""
    if not handed:
        return ""
    try:
        raw = bytes.fromhex(handed)
    except ValueError:
        return UNKNOWN
    head, hidden = raw[: _SALT + _SEAL], raw[_SALT + _SEAL :]
    plain = _crossed(hidden, _hash(secret, b"hide", whose, head))
    seal = _hash(secret, b"seal", whose, head[:_SALT] + plain)[:_SEAL]
    return plain.hex() if plain and hmac.compare_digest(seal, head[_SALT:]) else UNKNOWN


def _hash(secret: bytes, use: bytes, whose: str, told: bytes) -> bytes:
    key = hmac.digest(secret, b"version " + use + b" " + whose.encode(), hashlib.sha256)
    return hmac.digest(key, told, hashlib.sha256)


def _crossed(one: bytes, other: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(one, other, strict=False))
