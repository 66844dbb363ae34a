"""What the histories of a workspace hold of some children: found in one pass, before anything is changed."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from guanai.paths import kind_of, stem_id
from guanai.schema import Schemas
from guanai.store.legible import legible
from guanai.store.sweep import blob_places, contents, messages
from guanai.store.traces import Finder, Traces, traces_of
from guanai.workspace.erasing.holdings import Holdings
from guanai.workspace.erasing.mentions import MESSAGES, Mention, Witness
from guanai.yamlfile import load


@dataclass(frozen=True, slots=True)
class Hit:
    """A content of others' that holds something of the children.

    Attributes:
        path: one of the places where it lay, from the workspace's root.
        raw: the content.
        words: which of the words it holds.
    """

    path: str
    raw: bytes
    words: frozenset[str]


class Trail:
    """Everything of some children that the repositories of a workspace hold.

    Each distinct content is read once, however many commits and repositories hold it, and when it is asked for.
    """

    def __init__(
        self, holdings: Holdings, children: Iterable[str], schemas: Schemas, known: Traces | None = None
    ) -> None:
        """Prepare; nothing is read yet.

        Args:
            holdings: the repositories.
            children: ids.
            schemas: those of the installed program.
            known: traces found earlier, when half of an erasure was done.
        """
        self._holdings = holdings
        self._children = tuple(children)
        self._schemas = schemas
        self._known = Traces.joined([known or Traces(), Traces(frozenset(self._children))])

    @property
    def traces(self) -> Traces:
        """The words to look for."""
        return self._found[0]

    @property
    def own(self) -> Mapping[str, str]:
        """The path of each content that is the children's own file, by blob id."""
        return self._found[1]

    @cached_property
    def hits(self) -> Mapping[str, Hit]:
        """What concerns the children in others' contents, by blob id."""
        finder = Finder(self.traces.words)
        hits = {}
        for blob, raw in self._read(blob for blob in self._places if blob not in self.own):
            words = finder.find(legible(raw))
            if words:
                hits[blob] = Hit(self._places[blob], raw, words)
        return hits

    @cached_property
    def current(self) -> Mapping[str, str]:
        """Today's contents: blob id by path from the workspace's root."""
        return {
            holding.prefix + path: blob
            for holding in self._holdings.own
            for path, blob in holding.repository.blobs(holding.repository.head(), "").items()
        }

    @cached_property
    def messages(self) -> tuple[str, ...]:
        """The messages of all commits, each distinct one once."""
        repositories = (holding.repository for holding in self._holdings.local)
        return tuple({text for repository in repositories for text in messages(repository).values()})

    def mentions(self) -> Iterator[Mention]:
        """Yield where names and long strings stand in others' files and in messages."""
        traces, hits = self.traces, self.hits
        typed = traces.names | traces.strings
        witness = Witness(traces, self._namesakes(), self._schemas)
        today = {blob: path for path, blob in self.current.items()}
        told: set[tuple[str, str]] = set()
        # Today's versions first: an older one is told only where it holds what today's does not.
        for blob in sorted(hits, key=lambda each: each not in today):
            hit = hits[blob]
            path = today.get(blob, hit.path)
            words = {word for word in hit.words & typed if blob in today or (path, word) not in told}
            told |= {(path, word) for word in words}
            yield from witness.mentions(path, legible(hit.raw), words, is_current=blob in today)
        finder = Finder(typed)
        for text in self.messages:
            yield from witness.mentions(MESSAGES, text, finder.find(text), is_current=False)

    def _namesakes(self) -> dict[str, set[str]]:
        names = self.traces.names
        children = {
            blob: path for path, blob in self.current.items() if kind_of(path) in ("student", "staff")
        }
        found: dict[str, set[str]] = {}
        for blob, raw in self._read(children):
            text = raw.decode("utf-8", "replace")
            if blob not in self.own and any(name in text for name in names):
                for record_id, name in _people(load(raw, children[blob]).data):
                    found.setdefault(name, set()).add(record_id)
        return found

    @cached_property
    def _places(self) -> dict[str, str]:
        """The path of each content that any history holds, from the workspace's root; the own repositories decide."""
        places: dict[str, str] = {}
        for holding in self._holdings.local:
            for blob, path in blob_places(holding.repository).items():
                places.setdefault(blob, holding.prefix + path)
        return places

    def _read(self, blobs: Iterable[str]) -> Iterator[tuple[str, bytes]]:
        """Yield the contents of blobs, each from the first repository that has it."""
        missing = dict.fromkeys(blobs)
        for holding in self._holdings.local:
            for thing in contents(holding.repository, tuple(missing)):
                missing.pop(thing.id, None)
                yield thing.id, thing.content

    @cached_property
    def _found(self) -> tuple[Traces, dict[str, str]]:
        """The traces, and the path of each content of the children's own files."""
        own = {
            blob: path
            for blob, path in self._places.items()
            if any(child in path for child in self._children)
        }
        parts = [self._known, *(self._traces(own[blob], raw) for blob, raw in self._read(own))]
        files = {blob: path for blob, path in self._places.items() if kind_of(path) == "counseling"}
        for blob, raw in self._read(files):
            data = load(raw, files[blob]).data
            if isinstance(data, dict) and data.get("学生") in self._children:
                own[blob] = files[blob]
                parts.append(self._traces(files[blob], raw))
        return Traces.joined([*parts, Traces(self._counseling_ids(own))]), own

    def _traces(self, path: str, raw: bytes) -> Traces:
        kind = kind_of(path)
        data = load(raw, path).data
        return traces_of(data, self._schemas.record(kind), ids=self._children) if kind else Traces()

    def _counseling_ids(self, own: Mapping[str, str]) -> frozenset[str]:
        # A file that was first put under the wrong child and then corrected belongs to the other one today.
        paths = {path for path in own.values() if kind_of(path) == "counseling"}
        theirs = {path for path in paths if self.current.get(path, "") in (*own, "")}
        return frozenset(each for path in theirs if (each := stem_id(path)))


def _people(data: Any) -> Iterator[tuple[str, str]]:
    if isinstance(data, dict):
        listed = data.get("教职工", [data])
        yield from (
            (str(each.get("编号", "")), str(each.get("姓名", "")))
            for each in listed
            if isinstance(each, dict)
        )
