"""Sealing of backups: a stream of files in, one age file out that only the holders of a key open."""

import os
import re
import tarfile
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, BinaryIO

import pyrage

from guanai.errors import Conflict, Invalid, NotFound, cause

_PUBLIC = re.compile(r"age1[a-z0-9]{58}")
_SECRET = re.compile(r"AGE-SECRET-KEY-1[A-Z0-9]{58}")
_FEWEST_RECIPIENTS = 2


class UnusableKey(Invalid):
    """What should be a key is none."""

    def __init__(self, what: str) -> None:
        super().__init__(
            f"{what}；钥匙用 guanai backup keygen 做，公钥以 age1 开头，私钥以 AGE-SECRET-KEY-1 开头。"
        )


class TooFewRecipients(Invalid):
    """A backup that only one key opens is lost with it."""

    def __init__(self, whose: str) -> None:
        super().__init__(
            f"{whose}至少要有两个人能打开（如校长和副校长），一把钥匙丢了也能恢复；"
            "请用 guanai backup keygen 做两把钥匙，把公钥写进 .guanai/backup.yml。"
        )


class CannotOpen(Invalid):
    """A sealed file does not open."""

    def __init__(self, file: Path, why: str) -> None:
        super().__init__(f"{file.name} 打不开：{why}。")


class WrongKey(CannotOpen):
    """A sealed file was made for other keys."""

    def __init__(self, file: Path) -> None:
        super().__init__(file, "这把钥匙不是它的钥匙")


class CannotSeal(NotFound):
    """A backup could not be written."""

    def __init__(self, file: Path, error: OSError) -> None:
        super().__init__(
            f"备份没有写成（{cause(error)}）：{file}。请看磁盘是否已满、文件夹能否写入；旧的备份没有动。"
        )


@dataclass(frozen=True, slots=True)
class KeyPair:
    """A fresh key: the public half seals, the secret half opens."""

    public: str
    secret: str

    def __repr__(self) -> str:
        return f"KeyPair({self.public})"


@dataclass(frozen=True, slots=True)
class Member:
    """A file on its way into a backup."""

    name: str
    place: Path


def new_key() -> KeyPair:
    """Return a new key from the system's randomness."""
    identity = pyrage.x25519.Identity.generate()
    return KeyPair(str(identity.to_public()), str(identity))


def public_keys(typed: Sequence[str], *, whose: str) -> tuple[str, ...]:
    """Return checked public keys.

    Args:
        typed: what stands in the settings.
        whose: what they open, for messages.

    Raises:
        UnusableKey: one is no public key.
        TooFewRecipients: fewer than two different ones.
    """
    keys = tuple(dict.fromkeys(each.strip() for each in typed))
    for key in keys:
        _recipient(key)
    if len(keys) < _FEWEST_RECIPIENTS:
        raise TooFewRecipients(whose)
    return keys


def secret_keys(text: str) -> tuple[str, ...]:
    """Return the secret keys in a key file, also typed in from paper: in groups, in small letters, with remarks.

    Raises:
        UnusableKey: it holds none.
    """
    lines = [
        re.sub(r"[\s·.]+", "", line).upper()
        for line in text.splitlines()
        if not line.lstrip().startswith("#")
    ]
    found = tuple(dict.fromkeys(_SECRET.findall("\n".join(lines)) or _SECRET.findall("".join(lines))))
    if not found:
        raise UnusableKey("钥匙文件里没有私钥")
    for key in found:
        _identity(key)
    return found


def seal(members: Iterable[Member], target: Path, recipients: Sequence[str]) -> int:
    """Write files as one sealed archive: whole or not at all, in bounded memory.

    Args:
        members: plain files and the names they get.
        target: the new file; it must not exist.
        recipients: public keys; each alone opens it.

    Returns:
        Bytes written.

    Raises:
        CannotSeal: a file cannot be read, or the target not written.
    """
    made = target.with_name(f".{target.name}.{os.getpid()}.new")
    try:
        with os.fdopen(os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _BINARY, 0o600), "wb") as file:
            with _pumped(lambda pipe: _pack(members, pipe)) as source:
                pyrage.encrypt_io(source, file, [_recipient(key) for key in recipients])
            file.flush()
            os.fsync(file.fileno())
        _settle(made, target)
        return target.stat().st_size
    except OSError as error:
        raise CannotSeal(target, error) from error
    finally:
        made.unlink(missing_ok=True)


def unseal(file: Path, secrets: Sequence[str], take: Callable[[str, IO[bytes]], None]) -> None:
    """Hand each file of a sealed archive to ``take``, in order; what it leaves unread is skipped.

    Raises:
        CannotOpen: the key is another's, or the file is damaged; what was taken before must then be thrown away.
    """
    identities = [_identity(key) for key in secrets]
    with _pumped(lambda pipe: _decrypt(file, pipe, identities)) as source:
        try:
            _unpack(file, source, take)
        except tarfile.TarError as error:
            raise CannotOpen(file, "内容不完整") from error
        while source.read(2**16):  # the end is signed too: read it, or a cut file would pass
            pass


_BINARY = getattr(os, "O_BINARY", 0)


@contextmanager
def _pumped(work: Callable[[BinaryIO], None]) -> Iterator[BinaryIO]:
    """Run work that writes in a thread, and hand out the other end; its failure is raised here."""
    failed: list[BaseException] = []
    reading, writing = os.pipe()

    def pump() -> None:
        try:
            with os.fdopen(writing, "wb") as pipe:
                work(pipe)
        except BrokenPipeError:
            pass  # the reader gave up; it says why
        except BaseException as error:  # noqa: BLE001 -- carried over to the caller's thread
            failed.append(error)

    thread = threading.Thread(target=pump, daemon=True)
    thread.start()
    try:
        with os.fdopen(reading, "rb") as source:
            yield source
    except Exception:
        thread.join()
        if failed:
            raise failed[0] from None
        raise
    thread.join()
    if failed:
        raise failed[0]


def _pack(members: Iterable[Member], pipe: BinaryIO) -> None:
    with tarfile.open(fileobj=pipe, mode="w|", format=tarfile.PAX_FORMAT) as archive:
        for member in members:
            with member.place.open("rb") as content:
                told = archive.gettarinfo(arcname=member.name, fileobj=content)
                told.uid = told.gid = 0
                told.uname = told.gname = ""
                told.mode = 0o600
                archive.addfile(told, content)


def _unpack(file: Path, source: BinaryIO, take: Callable[[str, IO[bytes]], None]) -> None:
    with tarfile.open(fileobj=source, mode="r|") as archive:
        for member in archive:
            content = archive.extractfile(member) if member.isfile() else None
            if content is None:
                raise CannotOpen(file, "里面有不该有的东西，这不是 guanai 做的备份")
            take(member.name, content)


def _decrypt(file: Path, pipe: BinaryIO, identities: Sequence[pyrage.x25519.Identity]) -> None:
    try:
        with file.open("rb") as source:
            pyrage.decrypt_io(source, pipe, identities)
    except pyrage.DecryptError as error:
        if "matching keys" in str(error):
            raise WrongKey(file) from error
        raise CannotOpen(file, "它不是备份文件，或已损坏") from error
    except BrokenPipeError:
        raise
    except OSError as error:
        # The library reports damage within the file as an error of reading.
        why = cause(error) if error.errno else "文件已损坏，或没有传完；请换一份备份"
        raise CannotOpen(file, why) from error


def _recipient(key: str) -> pyrage.x25519.Recipient:
    try:
        if _PUBLIC.fullmatch(key):
            return pyrage.x25519.Recipient.from_str(key)
    except pyrage.RecipientError:
        pass
    raise UnusableKey(
        f"“{key[:12]}…”不是公钥" if not key.upper().startswith("AGE-SECRET") else "这里要写公钥，不能写私钥"
    )


def _identity(key: str) -> pyrage.x25519.Identity:
    try:
        return pyrage.x25519.Identity.from_str(key)
    except pyrage.IdentityError:
        raise UnusableKey("私钥抄错了，有字符对不上") from None


def _settle(made: Path, target: Path) -> None:
    if target.exists():
        raise _Taken(target)
    made.replace(target)
    if os.name == "posix":  # the folder itself must know the new name after a power cut
        folder = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


class _Taken(Conflict):
    def __init__(self, target: Path) -> None:
        super().__init__(f"{target} 已经有了；请换一个文件夹，或过一分钟再做。")
