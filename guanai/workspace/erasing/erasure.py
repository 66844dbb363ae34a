"""Erasing children: from the records, every history, mirrors, backups, caches and what was made from them.

A person is told what will happen, and decides about names typed in plain text. Then all histories are rewritten,
what was before is deleted, and everything is searched again.
"""

import os
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path

from guanai.errors import Conflict, Invalid, NotFound
from guanai.ids import STUDENT_ID
from guanai.paths import kind_of
from guanai.schema import Schemas
from guanai.store.erase import Eraser, replaced
from guanai.store.git import Author
from guanai.store.locks import Lock
from guanai.store.note import Action, Note, Reason, message
from guanai.store.places import open_store, recover
from guanai.store.rewrite import Plan, Rewritten, forget, require_settled, rewrite
from guanai.store.tombstones import PLACE, read_tombstones, tombstone, written
from guanai.store.traces import Finder
from guanai.workspace.erasing import undertaking
from guanai.workspace.erasing.evidence import Evidence, evidence, untracked
from guanai.workspace.erasing.holdings import Holding, Holdings, find_holdings
from guanai.workspace.erasing.leftovers import Leftover, backups, leftovers, remove, strays
from guanai.workspace.erasing.mentions import MESSAGES, Mention
from guanai.workspace.erasing.trail import Trail
from guanai.workspace.erasing.undertaking import Undertaking
from guanai.yamlfile import load

_PROGRAM = "guanai"


class NobodyThere(NotFound):
    """Nothing anywhere is about a child of that id."""

    def __init__(self, ids: Iterable[str]) -> None:
        super().__init__(
            f"任何记录和历史里都没有 {'、'.join(ids)}；请核对编号，学生编号的样子是 S2024-7K3QD。"
        )


class Unerasable(Invalid):
    """A record would not be valid without the child."""

    def __init__(self, path: str) -> None:
        super().__init__(
            f"{path} 去掉这名学生以后就不合规定了；请先用编辑器改好这一份记录并提交，再删除。什么都还没有删。"
        )


class BrokenOff(Conflict):
    """An earlier erasure has not been ended."""

    def __init__(self) -> None:
        super().__init__("上一次删除没有做完；请先运行 guanai erase --resume 把它做完。")


class SavedMeanwhile(Conflict):
    """Somebody saved between looking and erasing."""

    def __init__(self) -> None:
        super().__init__("在您看的时候有人保存了记录，什么都还没有删；请再运行一次，看过新的清单再确定。")


@dataclass(frozen=True, slots=True)
class Prospect:
    """What an erasure would do.

    Attributes:
        children: ids.
        own: today's files that go as a whole.
        touched: today's files of others that change.
        versions: how many contents, old and present, go or change in all histories together.
        mentions: names and long strings in others' files, for a person to decide.
        leftovers: what outside git goes too.
        backups: sealed backups; they may hold the children, and nobody can look into them without a key.
        places: title and place of each repository that is rewritten.
        remote: addresses on other machines, which have to be seen to there.
    """

    children: tuple[str, ...]
    own: tuple[str, ...]
    touched: tuple[str, ...]
    versions: int
    mentions: tuple[Mention, ...]
    leftovers: tuple[Leftover, ...]
    backups: tuple[Path, ...]
    places: tuple[tuple[str, Path], ...]
    remote: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an erasure did.

    Attributes:
        children: ids.
        rewritten: how each repository's history changed.
        removed: files and folders outside git that were cleaned or deleted.
        evidence: the search afterwards.
        backups: sealed backups that were left as they are.
        remote: addresses that still have to be seen to.
    """

    children: tuple[str, ...]
    rewritten: tuple[Rewritten, ...]
    removed: tuple[Path, ...]
    evidence: Evidence
    backups: tuple[Path, ...]
    remote: tuple[str, ...]


class Erasure:
    """One erasure in one workspace, from looking to proving."""

    def __init__(  # noqa: PLR0913 -- one argument a fact
        self,
        root: Path,
        children: Iterable[str],
        *,
        schemas: Schemas,
        secret: bytes,
        when: datetime,
        author: Author | None = None,
        also: Iterable[Path] = (),
    ) -> None:
        """Prepare; nothing is read yet.

        Args:
            root: the workspace.
            children: their ids; none: the erasure that was begun last and broken off.
            schemas: those of the installed program.
            secret: the workspace's key, for the tombstones.
            when: now.
            author: who erases; None for the program.
            also: further folders that documents were written to.

        Raises:
            NobodyThere: something that is no child's id, or nothing to resume.
            BrokenOff: an earlier erasure has to be ended first.
        """
        self._root = root.resolve()
        self._begun = undertaking.begun(self._root)
        asked = tuple(sorted(set(children)))
        if self._begun is not None and asked not in ((), self._begun.children):
            raise BrokenOff
        self.children = self._begun.children if self._begun else asked
        if not self.children or not all(map(STUDENT_ID.fullmatch, self.children)):
            raise NobodyThere(self.children or ["（没有写编号）"])
        self._schemas = schemas
        self._secret = secret
        self._when = when
        self._author = author or Author(_PROGRAM, _PROGRAM)
        self._also = tuple(also)
        #: The newest commit of each repository before anything was read.
        self._seen: dict[str, str] = {}

    @cached_property
    def _holdings(self) -> Holdings:
        found = find_holdings(self._root)
        self._seen = _heads(found)
        return found

    @cached_property
    def _trail(self) -> Trail:
        return Trail(
            self._holdings, self.children, self._schemas, self._begun.traces if self._begun else None
        )

    @cached_property
    def _finder(self) -> Finder:
        return Finder(self._trail.traces.words)

    def prospect(self) -> Prospect:
        """Look at everything and change nothing.

        Raises:
            NobodyThere: there is no trace of the children.
            NotSettled: a repository has uncommitted edits, or cannot be rewritten for another reason.
            NotARepository: the workspace has none.
        """
        for holding in self._holdings.local:
            if not self._lags(holding):
                require_settled(holding.repository)
        trail = self._trail
        outside = (
            *leftovers(self._root, self._finder, self._also),
            *strays(self._root, untracked(self._holdings.local), self._finder),
        )
        is_told = any(map(self._finder.find, trail.messages))
        if not (trail.own or trail.hits or outside or is_told or self._begun):
            raise NobodyThere(self.children)
        certain = trail.traces.ids | trail.traces.numbers
        sure = {blob for blob, hit in trail.hits.items() if hit.words & certain}
        return Prospect(
            children=self.children,
            own=tuple(sorted(path for path, blob in trail.current.items() if blob in trail.own)),
            touched=tuple(sorted(path for path, blob in trail.current.items() if blob in sure)),
            versions=len(trail.own) + len(sure),
            mentions=tuple(sorted(set(trail.mentions()))),
            leftovers=outside,
            backups=backups(self._root),
            places=tuple((holding.title, holding.place) for holding in self._holdings.local),
            remote=self._holdings.remote,
        )

    def _lags(self, holding: Holding) -> bool:
        """Tell whether a work tree still is as it was before a broken-off erasure moved its branch."""
        before = self._begun.heads.get(str(holding.place), "") if self._begun else ""
        repository = holding.repository
        if not before or repository.root is None or repository.head() == before:
            return False
        there = repository.run("cat-file", "--batch-check", stdin=f"{before}\n".encode())
        if b" commit " not in there:
            return False
        return not repository.run("diff", "--name-only", "-z", before, "--")

    def carry_out(
        self,
        chosen: Collection[tuple[str, str]],
        *,
        files: Collection[Path] = (),
        with_backups: bool = False,
    ) -> Outcome:
        """Erase, and prove it.

        Args:
            chosen: path and word of each mention that is replaced; what was chosen before a crash is added.
            files: which of the leftovers that want a person's word are deleted.
            with_backups: delete the sealed backups too.

        Raises:
            Unerasable: a record would not survive; nothing was done.
            SavedMeanwhile: the records are not those that `prospect` told of; nothing was done.
            NobodyThere, NotSettled, NotARepository: as `prospect`.
            GitFailed, OSError: something refuses in the middle; the same erasure without ids goes on from there.
        """
        store = open_store(self._holdings.local[0].place)
        with closing(store):
            recover(store)
        with Lock(self._root / ".guanai" / "lock").held(), closing(self._holdings):
            if _heads(self._holdings) != self._seen:
                raise SavedMeanwhile
            prospect = self.prospect()
            task = self._task(prospect, chosen, with_backups=with_backups)
            made = self._contents(task.chosen)
            self._require_valid(made)
            undertaking.begin(self._root, task)
            rewritten = tuple(self._rewrite(holding, made, task.chosen) for holding in self._holdings.local)
            self._bury()
            for holding in self._holdings.local:
                forget(holding.repository)
            removed = tuple(self._removed(prospect, files, with_backups=task.with_backups))
            proof = evidence(self._root, self._holdings.local, task, also=self._also)
            undertaking.end(self._root)
        return Outcome(self.children, rewritten, removed, proof, backups(self._root), self._holdings.remote)

    def _task(
        self, prospect: Prospect, chosen: Collection[tuple[str, str]], *, with_backups: bool
    ) -> Undertaking:
        before = self._begun
        wanted = frozenset(chosen) | (before.chosen if before else frozenset())
        told = {(each.path, each.word) for each in prospect.mentions} | (
            before.kept if before else frozenset()
        )
        return Undertaking(
            children=self.children,
            traces=self._trail.traces,
            own=tuple(sorted({*self._trail.own, *(before.own if before else ())})),
            chosen=wanted,
            kept=frozenset(told) - wanted,
            with_backups=with_backups or bool(before and before.with_backups),
            heads=before.heads if before else self._seen,
        )

    def _contents(self, chosen: Collection[tuple[str, str]]) -> dict[str, bytes | None]:
        """Return what takes the place of each content that concerns the children, None where nothing does."""
        eraser = Eraser(self._trail.traces, self._schemas)
        words: dict[str, set[str]] = {}
        for path, word in chosen:
            words.setdefault(path, set()).add(word)
        made: dict[str, bytes | None] = dict.fromkeys(self._trail.own)
        for blob, hit in self._trail.hits.items():
            new = eraser.cleaned(hit.raw, hit.path, words.get(hit.path, ()))
            if new != hit.raw:
                made[blob] = new
        return made

    def _require_valid(self, made: Mapping[str, bytes | None]) -> None:
        for path, blob in self._trail.current.items():
            kind, new = kind_of(path), made.get(blob)
            if kind is None or new is None:
                continue
            before, after = load(self._trail.hits[blob].raw, path).data, load(new, path).data
            if self._schemas.is_valid(kind, before) and not self._schemas.is_valid(kind, after):
                raise Unerasable(path)

    def _rewrite(
        self, holding: Holding, made: Mapping[str, bytes | None], chosen: Collection[tuple[str, str]]
    ) -> Rewritten:
        traces = self._trail.traces
        words = traces.ids | traces.numbers | {word for path, word in chosen if path == MESSAGES}
        plan = Plan(
            contents=made,
            is_dropped=lambda path: any(each in path for each in traces.ids),
            worded=lambda text: replaced(text, words),
        )
        return rewrite(holding.repository, plan, self._root / ".guanai" / f"erasing-{os.getpid()}.marks")

    def _bury(self) -> None:
        """Put the tombstones on top of the main history: the same commit in each repository that is up to date."""
        first = self._holdings.local[0].repository
        head, on = first.head(), self._when.date()
        local = self._root / ".guanai" / PLACE
        old = [*read_tombstones(first.read_at(head, PLACE) or b"")] if head else []
        old += read_tombstones(local.read_bytes()) if local.exists() else ()
        stones = written([*old, *(tombstone(child, secret=self._secret, on=on) for child in self.children)])
        local.write_bytes(stones)
        note = Note(Action.DELETE, (), self._author.staff_id, self._author.name, Reason.REVIEW, self._when)
        for repository in (holding.repository for holding in self._holdings.local if not holding.prefix):
            if head and repository.head() == head and repository.read_at(head, PLACE) != stones:
                commit = repository.write_tree_commit(
                    {PLACE: stones}, parent=head, author=self._author, message=message(note), when=self._when
                )
                repository.move(commit, head, when=self._when, why=str(Action.DELETE))

    def _removed(self, prospect: Prospect, files: Collection[Path], *, with_backups: bool) -> Iterator[Path]:
        for leftover in prospect.leftovers:
            if leftover.is_sure or leftover.path in files:
                remove(leftover, self._finder)
                yield leftover.path
        for file in prospect.backups if with_backups else ():
            file.unlink(missing_ok=True)
            yield file


def _heads(holdings: Holdings) -> dict[str, str]:
    return {str(each.place): each.repository.head() for each in holdings.local}
