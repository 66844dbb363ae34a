"""The façade: one object a shell needs, with one method a use case."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import Any, Self

from generators.document import Document, Stamp
from guanai.access.redact import HIDDEN_NOTICE, plain
from guanai.check import check
from guanai.errors import NotFound, Problem, cause
from guanai.saving import Outcome, Request, save
from guanai.saving.places import find_path
from guanai.schema import Schemas, load_schemas
from guanai.store.history import History
from guanai.store.places import Store, open_store
from guanai.store.snapshot import Snapshot
from guanai.store.sources import Revision, Source, WorkTree
from guanai.store.walk import record_files
from guanai.workspace.compliance import KeptYears
from guanai.workspace.editions import Edition
from guanai.workspace.form_shelf import CommittedForms, FolderForms
from guanai.workspace.issuing import Drawn, Wanted, issue
from guanai.workspace.papers import Press, UnwritableFile, write_file
from guanai.workspace.proof import Proof, Verifier
from guanai.workspace.root import find_root
from guanai.workspace.secret import load_secret
from guanai.workspace.templates import Templates, template_problems
from guanai.workspace.tidy import tidy
from guanai.workspace.watch.gathering import Gathering
from guanai.workspace.watch.vigil import View, Vigil
from guanai.workspace.weeks import again

#: More bytes no document has; what is longer is refused by its size without being read to the end.
_MOST_READ = 2**26
#: Several requests of the gateway ask for views at once.
_LOOKING = Lock()


class Workspace:
    """A school's folder."""

    def __init__(self, root: Path) -> None:
        """``root``: the folder that holds ``records/``."""
        self.root = root
        self._source: Source = WorkTree(root)
        self._before: Snapshot | None = None
        self._editions: dict[str, Edition] = {}

    @classmethod
    def at_head(cls, store: Store, *, before: Self | None = None) -> Self:
        """Return a workspace that stands, and goes on standing, on the newest commits of a store.

        Args:
            store: where changes are kept.
            before: one that stood there earlier; what it had read and nobody changed is taken over.
        """
        made = cls(store.root)
        made._source = source = store.source()
        if before is not None and isinstance(source, Revision) and isinstance(before.source, Revision):
            source.follow(before.source)
        made.store = store
        if before is not None:
            made._before = before.snapshot
            made.vigil = before.vigil
        return made

    @classmethod
    def find(cls, start: Path) -> Self:
        """Return the workspace that a folder lies in.

        Raises:
            WorkspaceNotFound: there is none.
        """
        return cls(find_root(start))

    def check(self, *, on: date) -> tuple[Problem, ...]:
        """Return everything that is wrong in the records, by path and line."""
        found = check(self.root, on=on)
        # What reads Word forms takes longer to import than an unchanged workspace takes to check.
        if not (self.root / "records" / "templates").is_dir():
            return found
        return tuple(sorted({*found, *template_problems(self.root, self.templates.roots)}))

    @cached_property
    def schemas(self) -> Schemas:
        """The installed program's schemas; what a workspace's copy says does not count."""
        return load_schemas()

    @cached_property
    def snapshot(self) -> Snapshot:
        """The records as they are now; of a workspace that stands on a commit, as they were then."""
        before, self._before = self._before, None  # or each would keep all that went before it
        return Snapshot(self._source, self.schemas, before=before)

    @cached_property
    def history(self) -> History:
        """What the records were, as long as this workspace stands: pages that ask one after another read it once."""
        return History(self.store.pair, self.schemas)

    @cached_property
    def secret(self) -> bytes:
        """The workspace's key for stamps."""
        return load_secret(self.root)

    @cached_property
    def vigil(self) -> Vigil:
        """What watches over duties, signs and figures."""
        return Vigil(Gathering(self.root, self.schemas))

    def look(self, *, staff: str, on: date) -> View:
        """Return what one person may know of duties, signs and children at this moment of the records.

        Raises:
            UnknownStaff: nobody has that id.
            FaultyRecord, RecordNotFound: school, staff, a calendar or a policy cannot be read.
        """
        source = None if isinstance(self._source, WorkTree) else self._source
        with _LOOKING:
            return self.vigil.look(staff=staff, on=on, source=source)

    @property
    def source(self) -> Source:
        """Where the records are read from."""
        return self._source

    def edition(self, *, staff: str, on: date) -> Edition:
        """Return the records as one person may see them; ``staff`` "" for the shell's full edition.

        On a commit, where nothing changes any more, a person's edition of a day is the same object each time.
        """
        found = self._editions.get(staff)
        if found is None or found.on != on:
            found = Edition(self.snapshot, self.schemas, staff=staff, on=on, accesses=KeptYears(self.root))
            if not isinstance(self._source, WorkTree):
                self._editions[staff] = found
        return found

    @cached_property
    def store(self) -> Store:
        """Where changes are kept.

        Raises:
            NotARepository: the folder has no git repository.
        """
        return open_store(self.root)

    def save(self, request: Request) -> Outcome:
        """Save changes; see `guanai.saving.save`. What was read before of a work tree is forgotten."""
        outcome = save(self.store, self.schemas, request)
        self._forget()
        return outcome

    def issue(self, wanted: Wanted, *, code_of: Callable[[str], str] | None = None) -> Drawn:
        """Draw a paper's number and save it; see `guanai.workspace.issuing.issue`. Forgets as `save` does."""
        drawn = issue(self.store, self.schemas, wanted, code_of=code_of)
        self._forget()
        return drawn

    def _forget(self) -> None:
        # A work tree has changed under what was read of it; a commit stays what it was.
        if isinstance(self._source, WorkTree):
            for read in ("snapshot", "press", "templates"):
                vars(self).pop(read, None)

    def version(self, record_id: str) -> str:
        """Return the blob id of a record as it lies there: what a change of it is based on.

        Raises:
            RecordNotFound: there is none.
        """
        return self._source.version(self.path(record_id)) or ""

    def path(self, record_id: str) -> str:
        """Return where a record lies below the workspace.

        Raises:
            RecordNotFound: there is none.
        """
        found = find_path(self._source, record_id)
        return found or self.snapshot.path(self.snapshot.find(record_id), record_id)

    def show(self, record_id: str, edition: Edition) -> tuple[str, dict[str, Any]]:
        """Return a record's kind and, as plain data, what an edition shows of it; what is hidden says so.

        Args:
            record_id: its id, its path, or ``school``, ``staff`` or ``access``.
            edition: whose view.

        Raises:
            RecordNotFound, Refused: there is none, or none for this person.
        """
        record_id = _named(record_id)
        kind = self.snapshot.find(record_id)
        return kind, plain(edition.record(kind, record_id), notice=HIDDEN_NOTICE)

    @cached_property
    def press(self) -> Press:
        """What makes documents."""
        return Press(self.snapshot, self.schemas, self.secret, lambda on: self.look(staff="", on=on))

    def verify(self, file: Path) -> Proof:
        """Return whether a document still says what the records say.

        Raises:
            UnreadableFile, Invalid: the file cannot be read or is no DOCX.
        """
        try:
            with file.open("rb") as opened:
                raw = opened.read(_MOST_READ)
        except OSError as error:
            raise UnreadableFile(file, error) from error
        verifier = Verifier(
            self.press, self.snapshot, self.schemas, self.secret, self.templates, self._week_again
        )
        return verifier.verify(raw)

    def _week_again(self, stamp: Stamp) -> tuple[Document, Stamp]:
        return again(self.look(staff=stamp.staff, on=stamp.on), stamp, self.secret)

    @cached_property
    def templates(self) -> Templates:
        """The school's own Word forms."""
        is_tree = isinstance(self._source, WorkTree)
        main = None if is_tree else self.store.pair.main
        forms = FolderForms(self.root) if main is None else CommittedForms(main, main.head())
        return Templates(forms, self.snapshot, self.schemas, self.secret)

    def verify_code(self, code: str, record_id: str, *, on: date) -> Proof:
        """Return whether the code at the foot of a paper about a record, made on a day, is still that of today.

        Raises:
            NotFound: no paper can be made about that record.
        """
        verifier = Verifier(self.press, self.snapshot, self.schemas, self.secret)
        return verifier.verify_code(code, record_id, on, ("", *self.snapshot.staff))

    def tidy(self, paths: Sequence[Path], *, write: bool) -> Iterator[tuple[str, bool, tuple[Problem, ...]]]:
        """Bring files into canonical layout and give missing ids.

        Args:
            paths: files; none for all records.
            write: change the files, or only tell which would be.

        Yields:
            Path below the workspace, whether it changes, and the problems of a file that cannot be read.
        """
        for path in paths or [self.root / below for _, below in record_files(self.root)]:
            below = self._below(path)
            try:
                yield below, *self._tidied(path, below, write=write)
            except (UnreadableFile, UnwritableFile) as error:
                yield below, False, (Problem(below, 1, "", "file.closed", str(error)),)

    def _tidied(self, path: Path, below: str, *, write: bool) -> tuple[bool, tuple[Problem, ...]]:
        try:
            raw = path.read_bytes()
        except OSError as error:
            raise UnreadableFile(path, error) from error
        text, problems = tidy(raw, below, self.schemas)
        changed = text is not None and text.encode() != raw
        if write and changed and text is not None:
            write_file(path, text.encode())
        return changed, problems

    def _below(self, path: Path) -> str:
        try:
            return path.resolve().relative_to(self.root).as_posix()
        except ValueError:
            return path.as_posix()


def _named(record_id: str) -> str:
    """Return the id under which a snapshot knows a record that stands once."""
    return f"records/{record_id}.yml" if record_id in ("school", "staff", "access") else record_id


class UnreadableFile(NotFound):
    """A file that was named cannot be read."""

    def __init__(self, file: Path, error: OSError) -> None:
        super().__init__(f"{file} 读不出来（{cause(error)}）；请核对文件名和位置。")
