"""The workspace's key: made once, never leaves ``.guanai``; it lets stamps prove where a paper comes from."""

import contextlib
import os
import secrets
from pathlib import Path

from guanai.errors import Invalid

_LENGTH = 32


class BrokenSecret(Invalid):
    """The key file is not what this program wrote."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path} 已损坏，无法核对文书；请从备份恢复这个文件，不要删除或重做。")


def load_secret(root: Path) -> bytes:
    """Return the workspace's key; the first call makes it, readable by its owner alone.

    Raises:
        BrokenSecret: the file does not hold a key.
    """
    path = root / ".guanai" / "secret"
    if not path.exists():
        _make(path)
    try:
        key = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except ValueError as error:
        raise BrokenSecret(path) from error
    if len(key) != _LENGTH:
        raise BrokenSecret(path)
    return key


def _make(path: Path) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    made = path.with_name(f"secret.{os.getpid()}.new")
    with os.fdopen(
        os.open(made, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="ascii"
    ) as file:
        file.write(secrets.token_hex(_LENGTH) + "\n")
        file.flush()
        os.fsync(file.fileno())
    # Of two processes that make a key at the same time the first one wins; the other takes what is there.
    with contextlib.suppress(FileExistsError):
        os.link(made, path)
    made.unlink()
