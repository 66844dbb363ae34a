"""Makes documents: for one edition, of one kind, about one record or all of them."""

import contextlib
import os
import stat
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from generators import html, presets
from generators.document import Document, Stamp
from generators.docx import write as write_docx
from generators.fonts import PROFILES
from generators.letters import NAMELESS, Letter
from generators.papers import Paper, papers
from generators.stamp import make_stamp
from generators.views import View
from guanai import __version__
from guanai.errors import GuanaiError, NotFound, Usage, cause
from guanai.model.activity import Activity
from guanai.model.attendance import Attendance
from guanai.model.base import Record
from guanai.model.counseling import Counseling
from guanai.model.decision import SchoolDecision
from guanai.model.meeting import Meeting
from guanai.model.policy import Policy
from guanai.model.school import School
from guanai.model.screening import Screening
from guanai.model.student import Student
from guanai.schema import Schemas
from guanai.store.snapshot import Snapshot
from guanai.workspace.editions import Edition, Refused
from guanai.workspace.targets import require_ordinary
from guanai.workspace.viewing import Look, Viewing

#: Formats of a document's file.
FORMATS = ("docx", "html")
#: What a blank form stands under instead of a record's id.
BLANK = "blank"
#: The subject of papers that are about no record but the school itself, and where that record lies.
SCHOOL = "school"
SCHOOL_FILE = "records/school.yml"
#: So many records are kept as they were cut for an edition: memory does not grow with the school.
_MOST_RECORDS = 1024
_MODELS: Mapping[str, type[Record]] = {
    "student": Student,
    "meeting": Meeting,
    "policy": Policy,
    "activity": Activity,
    "screening": Screening,
    "counseling": Counseling,
    "decision": SchoolDecision,
    "attendance": Attendance,
    "school": School,
}


class UnknownKind(Usage):
    """No document has that name."""

    def __init__(self, kind: str) -> None:
        super().__init__(
            f"没有叫 {kind} 的文书；可用的有：{'、'.join(papers())}。中文名称见 guanai generate --list。"
        )


@dataclass(frozen=True, slots=True)
class Made:
    """A document that was written."""

    kind: str
    id: str
    path: Path


@dataclass(frozen=True, slots=True)
class Failed:
    """A document that could not be made, and why; it did not stop the others."""

    kind: str
    id: str
    message: str


class Press:
    """Makes the documents of one workspace."""

    def __init__(self, snapshot: Snapshot, schemas: Schemas, secret: bytes, look: Look) -> None:
        """Take the records.

        Args:
            snapshot: the records.
            schemas: the installed program's.
            secret: the workspace's key for stamps.
            look: where the duties of the same records come from.
        """
        self._snapshot = snapshot
        self._schemas = schemas
        self._secret = secret
        self._viewing = Viewing(snapshot, look)
        self._records: dict[tuple[str, str, str, date], Record] = {}

    def read_ahead(self, wanted: Iterable[Paper], on: date) -> None:
        """Read what views are made of, once, before copies of this process make them; faults are told by the papers."""
        if any(paper.view is not None for paper in wanted):
            with contextlib.suppress(GuanaiError):
                self._viewing.facts(on)

    def subjects(self, paper: Paper, edition: Edition, on: date, term: str = "") -> tuple[str, ...]:
        """Return the ids a kind of document can be made for; policies include the presets.

        With ``term`` those of that term: of a view, each of its periods up to ``on``; else that of ``on``.

        Where that depends on what stands in the records, only those count that the edition may print: a failure
        would tell of an entry that a person may not see.
        """
        if paper.view is not None:
            return self._viewing.subjects(paper, paper.view, edition, on, term)
        ids = (SCHOOL,) if paper.subject == SCHOOL else self._snapshot.ids(paper.subject)
        if term:
            ids = tuple(each for each in ids if self._viewing.is_of_term(paper.subject, each, term))
        own = tuple(each for each in ids if self._suits(paper, each, edition, on))
        if paper.subject != "policy":
            return own
        others = (slug for slug in presets.preset_slugs() if slug not in ids)
        return (*own, *(slug for slug in others if self._suits(paper, slug, edition, on)))

    def may_have(self, paper: Paper, subject: str, edition: Edition) -> bool:
        """Tell whether an edition may have a paper, of whatever period; nothing is made."""
        try:
            opened = self._opened(paper, subject, edition)
        except GuanaiError:
            return False
        return opened is not None and paper.clearance <= opened

    def _opened(self, paper: Paper, subject: str, edition: Edition) -> frozenset[str] | None:
        """Return the labels that an edition holds over what a paper is about, None for nothing at all."""
        if paper.view is not None:
            return self._viewing.labels(paper.view, subject.partition(".")[0], edition)
        whole, _ = paper.parted(subject)
        if self._is_preset(paper, whole):
            return self._held(paper, whole, edition)
        verdict = edition.decision(paper.subject, SCHOOL_FILE if paper.subject == SCHOOL else whole)
        return verdict.labels if verdict.allowed else None

    def _suits(self, paper: Paper, record_id: str, edition: Edition, on: date) -> bool:
        if paper.suits is None:
            return True
        try:
            if not paper.clearance <= self._held(paper, record_id, edition):
                return False
            return paper.suits(self._record(paper, record_id, edition, None), edition.context, on)
        except Refused:
            return False
        except GuanaiError:
            return True  # what is wrong with the record is told when the paper is made

    def make(
        self, paper: Paper, record_id: str, edition: Edition, on: date, labels: frozenset[str] | None = None
    ) -> tuple[Document, Stamp]:
        """Return one document and its stamp.

        Args:
            paper: the kind.
            record_id: what it is about; with ``-`` and the 编号 of an item the one sheet of that item.
            edition: whose view it shows.
            on: the date it speaks of.
            labels: those of an earlier document that is made again; None for today's verdict.

        Raises:
            Refused: the edition shows nothing of the record.
            NotFound, Invalid: there is no such record, or it has problems.
        """
        if paper.view is not None:
            return self._make_view(paper, paper.view, record_id, edition, on, labels)
        whole, item = paper.parted(record_id)
        held = self._held(paper, whole, edition) if labels is None else labels
        if not paper.clearance <= held:
            raise Refused(whole, f"您今天的任职不够打开“{paper.title}”。")
        record = self._record(paper, whole, edition, labels)
        wanted = {} if item is None else {"item": item}
        inputs = paper.inputs(record, edition.context, on, **wanted)
        document = paper.build(inputs, on=on)
        hidden = record_id if document.subject == NAMELESS else ""
        return document, self._stamped(document, inputs, held, edition.staff, subject=hidden)

    def numbered_as(self, paper: Paper, record_id: str, edition: Edition, on: date) -> str:
        """Return the id under which a paper about a record gets its number (文号), "" for one that gets none.

        Raises:
            Refused, NotFound, Invalid: as `make`.
        """
        whole, item = paper.parted(record_id)
        wanted = {} if item is None else {"item": item}
        inputs = paper.inputs(self._record(paper, whole, edition, None), edition.context, on, **wanted)
        return inputs.about if isinstance(inputs, Letter) else ""

    def _make_view(  # noqa: PLR0913 -- what `make` was asked, and the view
        self,
        paper: Paper,
        view: View,
        subject: str,
        edition: Edition,
        on: date,
        labels: frozenset[str] | None,
    ) -> tuple[Document, Stamp]:
        gathered = self._viewing.gathered(edition, on)
        unit, period = view.subject(subject, gathered)
        held = self._viewing.labels(view, unit, edition) if labels is None else labels
        if held is None or not paper.clearance <= held:
            raise Refused(subject, f"您今天的任职不够打开“{paper.title}”。")
        inputs = paper.inputs(view.build(gathered, unit, period), edition.context, on)
        document = paper.build(inputs, on=on)
        return document, self._stamped(document, inputs, held, edition.staff)

    def blank(self, paper: Paper, edition: Edition, on: date) -> tuple[Document, Stamp]:
        """Return the blank form of a kind, to be filled by hand."""
        # A policy without its text would be an empty sheet: its blank is the first preset with gaps for names and dates.
        record = presets.load_preset(presets.preset_slugs()[0]) if paper.kind == "policy" else None
        inputs = paper.inputs(record, edition.context, on)
        document = paper.build(inputs, on=on, blank=True)
        # A policy's blank is made of a preset, whose name would stand in the stamp.
        return document, self._stamped(document, inputs, frozenset(), "", subject=BLANK)

    def render(self, document: Document, stamp: Stamp, form: str) -> bytes:
        """Return the file of a document in one of `FORMATS`."""
        if form == "html":
            return html.write(document, stamp).encode()
        fonts = PROFILES[self._snapshot.school.fonts or "windows"]
        return write_docx(document, stamp, fonts=fonts)

    def batch(
        self, wanted: Sequence[tuple[Paper, str]], edition: Edition, on: date, folder: Path, form: str
    ) -> Iterator[Made | Failed]:
        """Write documents one after another; one that fails is told and the rest go on."""
        for paper, record_id in wanted:
            try:
                document, stamp = self.make(paper, record_id, edition, on)
                # Whoever names a unit alone means its period of today: that stands in the document.
                name = document.subject if paper.view else record_id
                target = folder / paper.kind / f"{name}.{form}"
                write_file(target, self.render(document, stamp, form))
            except GuanaiError as error:
                yield Failed(paper.kind, record_id, str(error))
            else:
                yield Made(paper.kind, name, target)

    def write_blank(self, paper: Paper, edition: Edition, on: date, folder: Path, form: str) -> Made | Failed:
        """Write the blank form of a kind to ``blank.docx``."""
        try:
            document, stamp = self.blank(paper, edition, on)
            target = folder / paper.kind / f"{BLANK}.{form}"
            write_file(target, self.render(document, stamp, form))
        except GuanaiError as error:
            return Failed(paper.kind, BLANK, str(error))
        return Made(paper.kind, BLANK, target)

    def _record(self, paper: Paper, record_id: str, edition: Edition, labels: frozenset[str] | None) -> Any:
        if self._is_preset(paper, record_id):
            return presets.load_preset(record_id)
        if paper.subject == record_id == SCHOOL:
            record_id = SCHOOL_FILE
        if labels is not None:
            return _MODELS[paper.subject].from_mapping(edition.record(paper.subject, record_id, labels))
        return self._cut(paper.subject, record_id, edition)

    def _cut(self, kind: str, record_id: str, edition: Edition) -> Record:
        """Return a record as an edition shows it; a dozen kinds of paper are made of each child's file."""
        key = (kind, record_id, edition.staff, edition.on)
        found = self._records.get(key)
        if found is None:
            found = _MODELS[kind].from_mapping(edition.record(kind, record_id))
            if len(self._records) >= _MOST_RECORDS:
                self._records.clear()
            self._records[key] = found
        return found

    def _held(self, paper: Paper, record_id: str, edition: Edition) -> frozenset[str]:
        """Return the labels that the edition holds over a record; a preset is everybody's."""
        if edition.staff and self._is_preset(paper, record_id):
            return frozenset()
        where = SCHOOL_FILE if paper.subject == record_id == SCHOOL else record_id
        return edition.decision(paper.subject, where).labels

    def _is_preset(self, paper: Paper, record_id: str) -> bool:
        return paper.subject == "policy" and record_id not in self._snapshot.ids("policy")

    def _stamped(
        self, document: Document, inputs: object, labels: frozenset[str], staff: str, *, subject: str = ""
    ) -> Stamp:
        return make_stamp(
            document,
            secret=self._secret,
            inputs=inputs,
            labels=labels,
            staff=staff,
            version=__version__,
            subject=subject,
        )


def paper_of(kind: str) -> Paper:
    """Return the kind of document behind a slug.

    Raises:
        UnknownKind: there is none.
    """
    try:
        return papers()[kind]
    except KeyError:
        raise UnknownKind(kind) from None


def write_file(target: Path, raw: bytes) -> None:
    """Put a whole file in place or nothing; one that already holds these bytes is left alone.

    Raises:
        NoOrdinaryFile: something else than a file stands there.
        NoFolder: something else than a folder stands on the way there.
        UnwritableFile: the disk refuses.
    """
    half = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        require_ordinary(target)
        is_there = target.exists()
        if is_there and target.read_bytes() == raw:
            return
        target.parent.mkdir(parents=True, exist_ok=True)
        half.write_bytes(raw)
        if is_there:  # who may read it does not change with what it says
            half.chmod(stat.S_IMODE(target.stat().st_mode))
        half.replace(target)
    except OSError as error:
        with contextlib.suppress(OSError):
            half.unlink(missing_ok=True)
        raise UnwritableFile(target, error) from error


class UnwritableFile(NotFound):
    """The disk or a program in its way does not take the file."""

    def __init__(self, target: Path, error: OSError) -> None:
        super().__init__(
            f"{target} 写不进去（{cause(error)}）；请看磁盘是否已满，文件是否正在 WPS 或 Word 中打开。"
        )
