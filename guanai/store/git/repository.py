"""One git repository: the only thing through which the program reads and writes git."""

import contextlib
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from guanai.errors import GuanaiError
from guanai.store.git import process
from guanai.store.git.commits import FORMAT, Commit, commits
from guanai.store.git.errors import NotConfirmed, NotKept, UnknownRevision
from guanai.store.git.objects import WORKSHOP, Objects
from guanai.store.git.reader import Reader
from guanai.store.git.rebuild import difference, rebuilt, walk
from guanai.store.git.refs import Branch
from guanai.store.git.trees import (
    FOLDER,
    Author,
    Entry,
    commit_parents,
    commit_tree,
    committed_at,
    format_commit,
    object_id,
    parse_tree,
)
from guanai.store.git.whereabouts import common_dir_of, git_dir_of

_REVISION = re.compile(r"[0-9a-f]{4,40}")
_FULL = re.compile(r"[0-9a-f]{40}")
_KEPT_TREES, _KEPT_ROOTS = 2048, 256
#: A commit in so many renews the table for quick histories.
_GRAPH_EVERY = 32
_CHUNK = 1 << 16
#: Variables that a hook gets and git needs there: new objects wait in a place of their own.
_HOOK = (
    "GIT_INDEX_FILE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_QUARANTINE_PATH",
)


class Repository:
    """A work tree's or a bare repository; safe to share between threads."""

    def __init__(self, place: Path, *, hook: Mapping[str, str] | None = None) -> None:
        """Open a repository.

        Args:
            place: root of a work tree, or a bare repository.
            hook: the environment of a hook we run in, so that its waiting objects are seen.

        Raises:
            NotARepository: neither.
        """
        place = place.absolute()
        self.git_dir = git_dir_of(place)
        self.bare = self.git_dir == place
        self.root: Path | None = None if self.bare else place
        self.common_dir = common_dir_of(self.git_dir)
        self.workshop = self.git_dir / WORKSHOP
        self._variables = {name: hook[name] for name in _HOOK if name in hook} if hook else {}
        self._reader = Reader(self.git_dir, self._variables)
        self._tree = lru_cache(_KEPT_TREES)(self._read_tree)
        self._root_of = lru_cache(_KEPT_ROOTS)(self._read_root)
        self.branch = Branch(self.git_dir, self.common_dir, self.workshop)

    def head(self) -> str:
        """Return the id of the newest commit, "" before the first."""
        return self.branch.head()

    def resolve(self, revision: str) -> str:
        """Return the full id of a commit named by the first digits of its id, or by ``HEAD``.

        Raises:
            UnknownRevision: there is none, or several.
        """
        if revision == "HEAD":
            revision = self.head()
        answer = self._reader.ask(f"{revision}^{{commit}}") if _REVISION.fullmatch(revision) else None
        if answer is None:
            raise UnknownRevision(revision)
        return answer[0]

    def blobs(self, revision: str, below: str = "records") -> dict[str, str]:
        """Return the id of each plain file's content below a folder ("" for all), by path.

        Links are left out; revision "" holds nothing.
        """
        entry = self._entry(revision, below) if below else Entry(FOLDER, self._root(revision))
        if entry is None or not entry.id:
            return {}
        prefix = f"{below}/" if below else ""
        return {
            path: each.id for path, each in walk(self._tree, entry.id, prefix) if each.mode.startswith("100")
        }

    def blob(self, revision: str, path: str) -> str | None:
        """Return the id of a file's content, None where there is no plain file."""
        entry = self._entry(revision, path)
        return entry.id if entry is not None and entry.mode.startswith("100") else None

    def read(self, blob_id: str) -> bytes:
        """Return a file's content.

        Raises:
            UnknownRevision: no object has that id.
        """
        answer = self._reader.ask(blob_id) if _FULL.fullmatch(blob_id) else None
        if answer is None or answer[1] != "blob":
            raise UnknownRevision(blob_id)
        return answer[2]

    def read_at(self, revision: str, path: str) -> bytes | None:
        """Return a file's content in a commit, None where there is no plain file."""
        blob_id = self.blob(revision, path)
        return None if blob_id is None else self.read(blob_id)

    def keep_blob(self, content: bytes) -> str:
        """Write a file's content durably and return its id; nothing points to it yet.

        Raises:
            NotKept: the disk refuses.
        """
        try:
            with self._objects() as objects:
                blob_id = objects.add("blob", content)
                objects.settle()
        except OSError as error:
            raise NotKept(error) from error
        return blob_id

    def fresh(self, revision: str, changes: Mapping[str, bytes | None]) -> dict[str, bytes | None]:
        """Return those of the changes that differ from what a commit holds."""
        return {
            path: content
            for path, content in changes.items()
            if self.blob(revision, path) != (None if content is None else object_id("blob", content))
        }

    def write_tree_commit(
        self,
        changes: Mapping[str, bytes | None],
        *,
        parent: str,
        author: Author,
        message: str,
        when: datetime,
    ) -> str:
        """Write a commit durably and return its id; the branch does not move.

        Only the folders on the changed paths are written: the cost does not grow with the number of files.

        Args:
            changes: new content by path; None deletes.
            parent: id of the commit before, "" for the first.
            author: who.
            message: whole message.
            when: instant of the commit.

        Raises:
            NotKept: the disk refuses; the store is as before.
            UnusablePath: a path that git cannot hold.
        """
        parents = [parent] if parent else []
        try:
            with self._objects() as objects:
                tree = rebuilt(self._tree, objects.add, self._root(parent), changes)
                content = format_commit(tree, parents=parents, author=author, message=message, when=when)
                commit = objects.add("commit", content)
                objects.settle()
        except OSError as error:
            raise NotKept(error) from error
        return commit

    def move(self, new: str, old: str, *, when: datetime | None = None, why: str = "guanai") -> None:
        """Let main name ``new`` if it still names ``old`` ("" before the first commit); durable.

        Raises:
            HeadMoved: someone committed in between.
            GitBusy: another git command holds the branch for longer than 3 s.
            NotKept: the disk refuses; main is as before.
            NotConfirmed: main has moved, but the disk does not confirm it.
        """
        try:
            self.branch.move(new, old, when=when or committed_at(self._commit(new)), why=why)
        except OSError as error:
            raise (NotConfirmed(error) if self.head() == new else NotKept(error)) from error

    def log(self, *paths: str, since: str = "", until: str = "", limit: int = 0) -> Iterator[Commit]:
        """Yield commits, newest first.

        Args:
            paths: only commits that changed one of these files or folders; none: all.
            since: id of a commit to stop before.
            until: id of the commit to begin with; "": the newest.
            limit: at most so many; 0: all.
        """
        newest = self.resolve(until) if until else self.head()
        if not newest:
            return
        stop = [f"^{self.resolve(since)}"] if since else []
        most = [f"--max-count={limit}"] if limit else []
        arguments = ["log", "-z", FORMAT, *most, newest, *stop, "--", *paths]
        yield from commits(self._streamed(arguments))

    def changed(self, commit_id: str) -> dict[str, tuple[str | None, str | None]]:
        """Return what a commit changed: old and new blob id by path, against its first parent."""
        commit = self.resolve(commit_id)
        first = commit_parents(self._commit(commit))[:1]
        return self.difference(first[0] if first else "", commit)

    def difference(self, old: str, new: str) -> dict[str, tuple[str | None, str | None]]:
        """Return old and new blob id of each path that differs between two commits ("": nothing)."""
        return difference(self._tree, self._root(old), self._root(new))

    def keep_graph(self) -> None:
        """Renew the table that lets git skip commits which did not touch a file; cheap after a few commits."""
        self.run("commit-graph", "write", "--reachable", "--changed-paths", "--split", "--no-progress")

    def tend(self, commit: str) -> None:
        """Renew that table once in so many commits; a failure is none of the save's."""
        if int(commit[:4], 16) % _GRAPH_EVERY == 0:
            with contextlib.suppress(GuanaiError):
                self.keep_graph()

    def run(self, *arguments: str, stdin: bytes = b"", codes: tuple[int, ...] = (0,)) -> bytes:
        """Run any other git command here.

        Args:
            arguments: a list; nothing passes through a shell.
            stdin: what it reads.
            codes: exit codes that are an answer and no failure.

        Raises:
            GitFailed, GitBusy, NotKept: git refuses.
        """
        return process.run(
            self._command(*arguments),
            at=self.root or self.git_dir,
            stdin=stdin,
            variables=self._variables,
            codes=codes,
        )

    def close(self) -> None:
        """Let go of files and forget what was read: after an erasure, before the folder is removed."""
        self._reader.close()
        self._tree.cache_clear()

    def _command(self, *arguments: str) -> list[str]:
        where = [f"--git-dir={self.git_dir}"]
        if self.root is not None:
            where.append(f"--work-tree={self.root}")
        return [*where, *arguments]

    def _streamed(self, arguments: list[str]) -> Iterator[bytes]:
        with process.start(
            self._command(*arguments), at=self.root or self.git_dir, variables=self._variables
        ) as child:
            try:
                while child.stdout is not None and (chunk := child.stdout.read1(_CHUNK)):  # type: ignore[attr-defined] # buffered
                    yield chunk
            except GeneratorExit:  # enough was read
                child.kill()
                raise
            complaint = child.stderr.read() if child.stderr is not None else b""
        if child.returncode:
            raise process.refusal(complaint.decode("utf-8", "replace"))

    def _root(self, revision: str) -> str:
        """Return the id of a commit's root folder, "" for no commit."""
        if not revision:
            return ""
        return (self._root_of if _FULL.fullmatch(revision) else self._read_root)(revision)

    def _read_root(self, revision: str) -> str:
        return commit_tree(self._commit(self.resolve(revision)))

    def _objects(self) -> Objects:
        return Objects(self.common_dir / "objects", self.workshop)

    def _commit(self, commit: str) -> bytes:
        answer = self._reader.ask(commit)
        if answer is None or answer[1] != "commit":
            raise UnknownRevision(commit)
        return answer[2]

    def _entry(self, revision: str, path: str) -> Entry | None:
        tree = self._root(revision)
        if not tree:
            return None
        entry: Entry | None = Entry(FOLDER, tree)
        for name in path.split("/"):
            if entry is None or entry.mode != FOLDER:
                return None
            entry = self._tree(entry.id).get(name)
        return entry

    def _read_tree(self, tree: str) -> Mapping[str, Entry]:
        answer = self._reader.ask(tree)
        if answer is None or answer[1] != "tree":
            raise UnknownRevision(tree)
        return parse_tree(answer[2])
