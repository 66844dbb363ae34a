"""The workspace's key: made once, never leaves ``.guanai``; it lets stamps prove where a paper comes from."""

import os
import secrets
from pathlib import Path

from guanai.errors import Invalid, NotFound, cause

_LENGTH = 32


class UnkeepableSecret(NotFound):
    """The key can be neither read nor written."""

    def __init__(self, path: Path, error: OSError) -> None:
        super().__init__(
            f"{path} 读不出或写不进（{cause(error)}），没有它就不能生成和核对文书；请看文件夹能否写入，磁盘是否已满。"
        )


class BrokenSecret(Invalid):
    """The key file is not what this program wrote."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path} 已损坏，无法核对文书；请从备份恢复这个文件，不要删除或重做。")


def load_secret(root: Path) -> bytes:
    """Return the workspace's key; the first call makes it, readable by its owner alone.

    Raises:
        BrokenSecret: the file does not hold a key.
        UnkeepableSecret: it cannot be read, or not be made.
    """
    path = root / ".guanai" / "secret"
    try:
        if not path.exists():
            _make(path)
        key = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except OSError as error:
        raise UnkeepableSecret(path, error) from error
    except ValueError as error:
        raise BrokenSecret(path) from error
    if len(key) != _LENGTH:
        raise BrokenSecret(path)
    return key


def _make(path: Path) -> None:
    path.parent.mkdir(mode=0o700, exist_ok=True)
    made = path.with_name(f"secret.{os.getpid()}.new")
    try:
        with os.fdopen(
            os.open(made, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="ascii"
        ) as file:
            file.write(secrets.token_hex(_LENGTH) + "\n")
            file.flush()
            os.fsync(file.fileno())
        _settle(made, path)
    finally:
        made.unlink(missing_ok=True)


def _settle(made: Path, path: Path) -> None:
    # Of two processes that make a key at the same time the first one wins; the other takes what is there.
    try:
        os.link(made, path)
    except FileExistsError:
        return
    except OSError:  # a file system without hard links, such as a memory stick's
        if not path.exists():
            made.replace(path)
