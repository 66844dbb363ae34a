"""A fault of the program's own: kept for whoever mends it, told under a reference number."""

import hashlib
import os
import tempfile
import traceback


def told(error: Exception) -> str:
    """Keep what led to an error in a file that only its owner can read; return a Chinese sentence about it."""
    trace = "".join(traceback.format_exception(error))
    reference = hashlib.sha256(trace.encode("utf-8", "replace")).hexdigest()[:8]
    try:
        handle, file = tempfile.mkstemp(prefix=f"guanai-{reference}-", suffix=".log")
        with os.fdopen(handle, "w", encoding="utf-8", errors="replace") as opened:
            opened.write(trace)
    except OSError:
        file = ""
    where = f"经过记在 {file}（只有您能看，里面可能有记录的内容）。" if file else ""
    return f"程序自己出了错，编号 {reference}。{where}请把编号告诉维护的人。"
