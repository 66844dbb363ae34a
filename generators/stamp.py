"""The stamp of a document: digests of what went in and of what is printed, and the short form at its foot."""

import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import date, time
from decimal import Decimal
from functools import cache
from typing import Final

from generators.document import Document, Stamp, paragraphs
from generators.text import normalised
from guanai.ids import ALPHABET

_TEXT_KEY: Final = b"guanai.stamp.text.1"
_INPUTS_KEY: Final = b"guanai.stamp.inputs.1"
_SIGN_KEY: Final = b"guanai.stamp.key.1"
_SEAL_KEY: Final = b"guanai.stamp.seal.1"
_CODE_LENGTH: Final = 8

#: A longer title is cut in the foot, which is one line.
_FOOT_TITLE_LENGTH: Final = 24


def make_stamp(  # noqa: PLR0913 - each names one fact of the stamp
    document: Document,
    *,
    secret: bytes,
    inputs: object,
    labels: Iterable[str],
    staff: str,
    version: str,
    subject: str = "",
) -> Stamp:
    """Return the stamp of a document.

    Args:
        document: what will be written.
        secret: the workspace's key; without it nobody can try guesses against the digests.
        inputs: what the generator was given, as redacted and cut to this document (see `inputs_digest`).
        labels: clearance labels of the edition.
        staff: id of the person whose edition it is, "" for the full edition.
        version: the program's version.
        subject: what it is about where that is not the document's own subject.
    """
    inputs_hex = inputs_digest(inputs, secret)
    text_hex = text_digest(text_lines(document), secret)
    stamp = Stamp(
        kind=document.kind,
        subject=subject or document.subject,
        on=document.on,
        labels=tuple(sorted(labels)),
        staff=staff,
        version=version,
        inputs=inputs_hex,
        text=text_hex,
        code=_code(inputs_hex, text_hex),
        key=key_sign(secret),
    )
    return replace(stamp, seal=seal(stamp, secret))


def seal(stamp: Stamp, secret: bytes) -> str:
    """Return the keyed digest (hex) of everything else a stamp says."""
    said = (
        stamp.kind,
        stamp.subject,
        stamp.on.isoformat(),
        ",".join(stamp.labels),
        stamp.staff,
        stamp.version,
        stamp.inputs,
        stamp.text,
        stamp.code,
    )
    return _digest("\n".join(said), secret, _SEAL_KEY)


def key_sign(secret: bytes) -> str:
    """Return sixteen hex digits by which a secret is recognised and that tell nothing of it."""
    return _digest("", secret, _SIGN_KEY)[:16]


def text_lines(document: Document) -> tuple[str, ...]:
    """Return the printed words as `generators.docx.read` finds them: one line a paragraph, empty ones left out."""
    lines = []
    for paragraph in paragraphs(document.blocks):
        runs = paragraph.runs
        if not runs:
            continue
        text = runs[0].text if len(runs) == 1 else paragraph.text
        if not text.isalnum():
            text = normalised(text)
        if text:
            lines.append(text)
    return tuple(lines)


def text_digest(lines: Iterable[str], secret: bytes) -> str:
    """Return the keyed digest (hex) of normalised lines."""
    return _digest("\n".join(lines), secret, _TEXT_KEY)


def inputs_digest(inputs: object, secret: bytes) -> str:
    """Return the keyed digest (hex) of what a generator was given.

    A dataclass counts by its fields; a field that is None or empty does not count, so that a later version may add
    fields without making every document in the cupboard stale. The name of the class does not count either.

    Args:
        inputs: frozen dataclasses, tuples, mappings with text keys, text, numbers, dates, None.
        secret: the workspace's key.

    Raises:
        TypeError: something else is among the inputs.
    """
    canonical = json.dumps(
        inputs,
        default=_plain,
        sort_keys=True,
        ensure_ascii=False,
        separators=(",", ":"),
        check_circular=False,  # what is frozen cannot hold itself
    )
    return _digest(canonical, secret, _INPUTS_KEY)


def foot(document: Document, stamp: Stamp) -> str:
    """Return the line at the foot of each page: ``学生档案 · S2024-7K3QD · 2026-11-20 · 校验码 7K3Q-D9MF``.

    A blank form tells only what it is.
    """
    title = normalised(document.title)
    if len(title) > _FOOT_TITLE_LENGTH:
        title = f"{title[: _FOOT_TITLE_LENGTH - 1]}…"
    if document.blank:
        return f"{title} · 空白表"
    half = _CODE_LENGTH // 2
    code = f"{stamp.code[:half]}-{stamp.code[half:]}"
    return f"{title} · {document.subject} · {document.on.isoformat()} · 校验码 {code}"


def _digest(text: str, secret: bytes, purpose: bytes) -> str:
    message = purpose + b"\n" + text.encode("utf-8", "surrogatepass")
    return hmac.digest(secret, message, "sha256").hex()


def _code(inputs_hex: str, text_hex: str) -> str:
    """Return eight signs of five bits each."""
    number = int.from_bytes(hashlib.sha256(f"{inputs_hex}:{text_hex}".encode()).digest()[:5], "big")
    return "".join(ALPHABET[number >> shift & 31] for shift in range(35, -1, -5))


def _plain(value: object) -> object:
    """Turn what JSON does not know into what it knows."""
    if is_dataclass(value) and not isinstance(value, type):
        parts = ((name, getattr(value, name)) for name in _names(type(value)))
        return {name: part for name, part in parts if part or _counts(part)}
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, frozenset | set):
        return sorted(value)
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, bytes):
        return hashlib.sha256(value).hexdigest()
    raise TypeError(f"A {type(value).__name__} cannot be part of a document's inputs.")


def _counts(part: object) -> bool:
    """Tell whether what is false still says something: a nought or a no does."""
    return part is not None and part not in ((), "", {}, frozenset())


@cache
def _names(kind: type) -> tuple[str, ...]:
    return tuple(part.name for part in fields(kind))
