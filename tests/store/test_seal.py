"""Backups are sealed for two people, whole or not at all, and open only with a key."""

import os
import resource
from pathlib import Path
from typing import IO

import pytest

from guanai.store.seal import (
    CannotOpen,
    CannotSeal,
    KeyPair,
    Member,
    TooFewRecipients,
    UnusableKey,
    new_key,
    public_keys,
    seal,
    secret_keys,
    unseal,
)


@pytest.fixture
def keys() -> tuple[KeyPair, KeyPair]:
    return new_key(), new_key()


def _sealed(folder: Path, keys: tuple[KeyPair, ...], content: bytes = b"canary" * 9) -> Path:
    (folder / "one").write_bytes(content)
    (folder / "two").write_bytes(b"")
    members = [Member("main.bundle", folder / "one"), Member("guanai/audit/甲.log", folder / "two")]
    seal(members, folder / "b.age", [key.public for key in keys])
    return folder / "b.age"


def _read(file: Path, key: KeyPair) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    unseal(file, [key.secret], lambda name, content: found.update({name: content.read()}))
    return found


def test_each_of_the_two_keys_opens_it_and_no_other(tmp_path: Path, keys: tuple[KeyPair, KeyPair]) -> None:
    file = _sealed(tmp_path, keys)
    assert b"canary" not in file.read_bytes()
    for key in keys:
        assert _read(file, key) == {"main.bundle": b"canary" * 9, "guanai/audit/甲.log": b""}
    with pytest.raises(CannotOpen, match="不是它的钥匙"):
        _read(file, new_key())


@pytest.mark.parametrize("keep", [0, 10, 200, 300, -1])
def test_a_cut_file_does_not_open(tmp_path: Path, keys: tuple[KeyPair, KeyPair], keep: int) -> None:
    file = _sealed(tmp_path, keys, os.urandom(300_000))
    file.write_bytes(file.read_bytes()[: keep or None] if keep else b"")
    with pytest.raises(CannotOpen):
        _read(file, keys[0])


def test_a_changed_file_does_not_open(tmp_path: Path, keys: tuple[KeyPair, KeyPair]) -> None:
    file = _sealed(tmp_path, keys, os.urandom(300_000))
    raw = bytearray(file.read_bytes())
    raw[200_000] ^= 1
    file.write_bytes(raw)
    with pytest.raises(CannotOpen, match="损坏"):
        _read(file, keys[1])


def test_what_cannot_be_read_leaves_no_file(tmp_path: Path, keys: tuple[KeyPair, KeyPair]) -> None:
    with pytest.raises(CannotSeal, match="不存在"):
        seal([Member("x", tmp_path / "gone")], tmp_path / "b.age", [key.public for key in keys])
    assert list(tmp_path.iterdir()) == []


def test_memory_is_bounded(tmp_path: Path, keys: tuple[KeyPair, KeyPair]) -> None:
    big = tmp_path / "big"
    with big.open("wb") as file:
        file.truncate(200 * 2**20)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    seal([Member("big", big)], tmp_path / "b.age", [key.public for key in keys])
    counts = []

    def take(_: str, content: IO[bytes]) -> None:
        counts.append(sum(len(part) for part in iter(lambda: content.read(2**20), b"")))

    unseal(tmp_path / "b.age", [keys[0].secret], take)
    assert counts == [200 * 2**20]
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 64 * 1024


def test_two_different_public_keys_are_demanded(keys: tuple[KeyPair, KeyPair]) -> None:
    assert public_keys([f" {keys[0].public}\n", keys[1].public], whose="备份") == (
        keys[0].public,
        keys[1].public,
    )
    with pytest.raises(TooFewRecipients, match="两个人"):
        public_keys([keys[0].public, keys[0].public], whose="备份")
    with pytest.raises(UnusableKey, match="不能写私钥"):
        public_keys([keys[0].secret, keys[1].public], whose="备份")
    with pytest.raises(UnusableKey) as told:
        public_keys([keys[0].public[:-1] + "b", keys[1].public], whose="备份")
    assert keys[0].secret not in str(told.value)


def test_a_key_is_read_from_paper_in_groups_and_small_letters(keys: tuple[KeyPair, KeyPair]) -> None:
    secret = keys[0].secret
    groups = "\n".join(
        " ".join(secret[start : start + 6] for start in range(line, line + 24, 6))
        for line in range(0, 74, 24)
    )
    assert secret_keys(f"# 校长\n{groups.lower()}\n") == (secret,)
    assert secret_keys(f"{secret}\n{keys[1].secret}\n") == (secret, keys[1].secret)
    with pytest.raises(UnusableKey, match="抄错"):
        secret_keys(secret[:-1] + ("Q" if secret[-1] != "Q" else "P"))


def test_a_key_does_not_show_its_secret_half(keys: tuple[KeyPair, KeyPair]) -> None:
    assert keys[0].secret not in repr(keys[0])
