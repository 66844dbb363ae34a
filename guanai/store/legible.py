"""Any file as text to be searched: records, pages, Word and Excel files, packed pages."""

import gzip
import io
import re
import zipfile
import zlib
from urllib.parse import unquote_plus

_TAG = re.compile(r"<[^<>]*>")
_ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})")
_PERCENT = re.compile(r"%[0-9a-fA-F]{2}")
#: More than so many bytes unpacked from one file is an attack, not a document.
_MOST = 1 << 28


def legible(raw: bytes) -> str:
    r"""Return everything in a file that can be read as text; never raises.

    A zip archive (docx, xlsx) gives the names and texts of its members, and again without the marks that may stand
    in the middle of a word. Characters written as ``\u4e2d`` or ``%E4%B8%AD`` are read as themselves too.
    """
    if raw.startswith(b"PK\x03\x04"):
        return _unzipped(raw)
    if raw.startswith(b"\x1f\x8b"):
        return _decoded(_gunzipped(raw))
    return _decoded(raw)


def _decoded(raw: bytes) -> str:
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        # Tables that Excel writes are in GBK; of anything else the readable parts are enough.
        text = raw.decode("utf-8", "replace") + raw.decode("gb18030", "replace")
    if "\\u" in text:
        text += _ESCAPE.sub(lambda found: chr(int(found[1], 16)), text)
    if _PERCENT.search(text):  # what a form sent and nobody has saved yet
        text += unquote_plus(text)
    return text


def _gunzipped(raw: bytes) -> bytes:
    try:
        with gzip.open(io.BytesIO(raw)) as opened:
            return opened.read(_MOST)
    except (OSError, EOFError, zlib.error):
        return raw


def _unzipped(raw: bytes) -> str:
    parts = []
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            for member in archive.infolist():
                with archive.open(member) as opened:
                    text = _decoded(opened.read(_MOST))
                parts += [member.filename, text, _TAG.sub("", text)]
    except (OSError, EOFError, ValueError, zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError):
        parts.append(_decoded(raw))
    return "\n".join(parts)
