"""Where records are read from: a work tree as it stands, or the two repositories at a commit."""

from collections.abc import Iterator, Mapping
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Protocol

from guanai.store.git import Repository, UnknownRevision, object_id
from guanai.store.pair import Pair
from guanai.store.walk import record_files

_SUFFIX = ".yml"
#: So many contents a `Still` keeps: those that every record points to are asked for again and again.
_KEPT = 16


class Source(Protocol):
    """The records at one moment."""

    def versions(self) -> Mapping[str, str]:
        """Return the blob id of each ``.yml`` file below ``records``, by path from the workspace's root.

        A work tree computes an id when it is asked for.
        """

    def version(self, path: str) -> str | None:
        """Return the blob id of one file, None where there is none."""

    def read(self, path: str) -> bytes | None:
        """Return the content of one file, None where there is none.

        Raises:
            OSError: the system does not hand it out.
        """


class WorkTree:
    """The files as they lie in a folder, uncommitted edits too."""

    def __init__(self, root: Path) -> None:
        """``root``: the workspace."""
        self.root = root

    def versions(self) -> Mapping[str, str]:
        """Return the ids by path; an id is computed when it is asked for."""
        return _LazyIds(self, tuple(path for _, path in record_files(self.root)))

    def version(self, path: str) -> str | None:
        """Return the id the file's content would have in git."""
        content = self.read(path)
        return None if content is None else object_id("blob", content)

    def read(self, path: str) -> bytes | None:
        """Return the file's content."""
        try:
            return (self.root / path).read_bytes()
        except FileNotFoundError:
            return None


class Revision:
    """The records of main and counselling repository as one, at one commit."""

    def __init__(self, pair: Pair, commit: str, counseling: str | None = None) -> None:
        """Look at a moment.

        Args:
            pair: the two repositories.
            commit: id of a commit in either of them; "" is the moment before the first.
            counseling: commit of the counselling repository ("" before its first); None: the last one
                that is not younger than ``commit``.
        """
        self._pair = pair
        self._commit = commit
        self._counseling = counseling
        self._before: Revision | None = None

    def follow(self, before: "Revision") -> None:
        """Take an earlier look at the same repositories as a help: then only what changed since is walked through."""
        self._before = before

    def versions(self) -> Mapping[str, str]:
        """Return the ids by path."""
        return self._versions

    def version(self, path: str) -> str | None:
        """Return the id of one file."""
        repository, inner, commit = self._at(path)
        return repository.blob(commit, inner) if commit else None

    def read(self, path: str) -> bytes | None:
        """Return the content of one file."""
        repository, inner, commit = self._at(path)
        return repository.read_at(commit, inner) if commit else None

    @cached_property
    def _versions(self) -> dict[str, str]:
        before, self._before = self._before, None  # or each would keep all that went before it
        found = self._followed(before) if before is not None and "_versions" in vars(before) else None
        return self._walked() if found is None else found

    def _followed(self, before: "Revision") -> dict[str, str] | None:
        """Return the ids of the earlier look with those that differ; None where a file came or went, or it is gone."""
        found = dict(before._versions)  # noqa: SLF001 - a look follows another
        for (repository, prefix, commit), (_, _, old) in zip(self._parts(), before._parts(), strict=True):  # noqa: SLF001
            try:
                changed = repository.difference(old, commit)
            except UnknownRevision:  # history was rewritten by an erasure
                return None
            for path in changed:
                blob = repository.blob(commit, path)
                if blob is None or prefix + path not in found:
                    return None
                found[prefix + path] = blob
        return found

    def _walked(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for repository, prefix, commit in self._parts():
            below = "" if prefix else "records"
            for path, blob in repository.blobs(commit, below).items():
                if path.endswith(_SUFFIX):
                    found[prefix + path] = blob
        return found

    def _parts(self) -> Iterator[tuple[Repository, str, str]]:
        main, counseling = self._commits
        yield self._pair.main, "", main
        if self._pair.counseling is not None:
            yield self._pair.counseling, self._pair.PREFIX, counseling

    def _at(self, path: str) -> tuple[Repository, str, str]:
        repository, inner = self._pair.home(path)
        main, counseling = self._commits
        return repository, inner, main if repository is self._pair.main else counseling

    @cached_property
    def _commits(self) -> tuple[str, str]:
        if self._counseling is not None:
            return self._commit, self._counseling
        return self._pair.at(self._commit)


class Still:
    """A commit's records for who asks of many of them: where each lies is looked up once."""

    def __init__(self, revision: Revision, pair: Pair) -> None:
        """``revision``: the moment; ``pair``: the repositories it is in."""
        self._revision = revision
        self._pair = pair
        self._read = lru_cache(_KEPT)(self._read_blob)

    def versions(self) -> Mapping[str, str]:
        """Return the ids by path."""
        return self._revision.versions()

    def version(self, path: str) -> str | None:
        """Return the id of one file."""
        return self.versions().get(path)

    def read(self, path: str) -> bytes | None:
        """Return the content of one file."""
        blob = self.version(path)
        return None if blob is None else self._read(path, blob)

    def _read_blob(self, path: str, blob: str) -> bytes:
        return self._pair.home(path)[0].read(blob)


class _LazyIds(Mapping[str, str]):
    def __init__(self, source: WorkTree, paths: tuple[str, ...]) -> None:
        self._source = source
        self._paths = dict.fromkeys(paths)
        self._known: dict[str, str] = {}

    def __getitem__(self, path: str) -> str:
        if path not in self._paths:
            raise KeyError(path)
        if path not in self._known:
            self._known[path] = self._source.version(path) or ""
        return self._known[path]

    def __contains__(self, path: object) -> bool:
        return path in self._paths

    def __iter__(self) -> Iterator[str]:
        return iter(self._paths)

    def __len__(self) -> int:
        return len(self._paths)
