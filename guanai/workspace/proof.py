"""Tells whether a document still says what the records say."""

import difflib
import hmac
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import partial
from itertools import islice

from generators import my_week
from generators.document import Document, Stamp
from generators.docx import read
from generators.papers import papers
from generators.stamp import key_sign, seal, text_digest, text_lines
from guanai.errors import GuanaiError, NotFound
from guanai.schema import Schemas
from guanai.store.snapshot import Snapshot
from guanai.workspace.editions import Edition
from guanai.workspace.papers import BLANK, Press
from guanai.workspace.templates import Templates, is_template

#: What our own files name as their program; WPS, Word and LibreOffice put their own name there.
_OURS = "guanai"
_CHANGES_SHOWN = 40
_NO_CODE = "校验码对不上：先核对页脚的编号、日期和校验码有没有抄错；都没抄错，就是生成以后记录有改动。"


class Status(StrEnum):
    """The verdict on a file."""

    MATCH = "match"
    RESAVED = "resaved"
    STALE = "stale"
    ALTERED = "altered"
    UNKNOWN = "unknown"

    @property
    def sentence(self) -> str:
        """What it means, in Chinese."""
        return _SENTENCES[self]


_SENTENCES = {
    Status.MATCH: "一致：文件与现在的记录相符。",
    Status.RESAVED: "一致：文字与现在的记录相符，文件用别的软件另存过。",
    Status.STALE: "已过期：生成以后记录有改动，请重新生成。",
    Status.ALTERED: "被改动：文件里的文字不是当初生成的文字。",
    Status.UNKNOWN: "无法核对：不是本校用本系统生成的文件。",
}


@dataclass(frozen=True, slots=True)
class Proof:
    """What `verify` says of a file.

    Attributes:
        status: the verdict.
        kind: the document's kind, "" when unknown.
        id: the record's id, "" when unknown.
        on: the date it was made for, ISO, "" when unknown.
        changes: for a stale file the lines that differ: "- " as printed, "+ " as it would be now.
        reason: why nothing more can be said, "" otherwise.
    """

    status: Status
    kind: str = ""
    id: str = ""
    on: str = ""
    changes: tuple[str, ...] = ()
    reason: str = ""


#: Makes a document again from its stamp.
Again = Callable[[Stamp], tuple[Document, Stamp]]


class Verifier:
    """Holds files against one workspace."""

    def __init__(  # noqa: PLR0913 - whatever makes documents, and what they are made of
        self,
        press: Press,
        snapshot: Snapshot,
        schemas: Schemas,
        secret: bytes,
        templates: Templates | None = None,
        weeks: Again | None = None,
    ) -> None:
        """``press``, ``templates`` and ``weeks`` make documents again; ``secret`` is the workspace's key."""
        self._weeks = weeks
        self._templates = templates
        self._press = press
        self._snapshot = snapshot
        self._schemas = schemas
        self._secret = secret

    def verify(self, raw: bytes) -> Proof:
        """Return the verdict on the bytes of a DOCX file.

        Raises:
            Invalid: the bytes are no DOCX file.
        """
        found = read(raw)
        stamp = found.stamp
        if stamp is None or stamp.key != key_sign(self._secret) or not self._is_ours(stamp):
            return Proof(Status.UNKNOWN)
        known = partial(Proof, kind=stamp.kind, id=stamp.subject, on=stamp.on.isoformat())
        if seal(stamp, self._secret) != stamp.seal or text_digest(found.lines, self._secret) != stamp.text:
            return known(Status.ALTERED)
        try:
            lines, inputs = self._again(stamp)
        except NotFound as error:
            return known(Status.STALE, reason=str(error))
        except GuanaiError as error:
            return known(Status.UNKNOWN, reason=str(error))
        if inputs == stamp.inputs or lines == found.lines:
            return known(Status.MATCH if found.application == _OURS else Status.RESAVED)
        return known(Status.STALE, changes=_changes(found.lines, lines))

    def verify_code(self, code: str, record_id: str, on: date, staff: Iterable[str]) -> Proof:
        """Return the verdict on the code at the foot of a paper, of which nothing else is at hand.

        Every paper about the record is made again for one person after the other; what a paper was made for does
        not stand on it.

        Args:
            code: eight signs, with or without the dash, in either case.
            record_id: 编号 from the same line.
            on: the date from the same line.
            staff: ids of those whose editions are tried, "" for the full one.

        Raises:
            NotFound: no paper can be made about that record.
        """
        wanted = code.upper().replace("-", "").replace(" ", "")
        tried = 0
        for person in staff:
            edition = Edition(self._snapshot, self._schemas, staff=person, on=on)
            for paper in papers().values():
                try:
                    _, stamp = self._press.make(paper, record_id, edition, on)
                except GuanaiError:
                    continue  # not about such a record, or not for this person
                tried += 1
                if hmac.compare_digest(stamp.code.encode(), wanted.encode()):
                    return Proof(Status.MATCH, paper.kind, record_id, on.isoformat())
        if not tried:
            raise NotFound(f"没有编号为 {record_id} 的记录可以核对；请照页脚抄写编号。")
        return Proof(Status.STALE, id=record_id, on=on.isoformat(), reason=_NO_CODE)

    def _is_ours(self, stamp: Stamp) -> bool:
        if stamp.kind == my_week.KIND:
            return self._weeks is not None
        return stamp.kind in papers() or (self._templates is not None and is_template(stamp.kind))

    def _again(self, stamp: Stamp) -> tuple[tuple[str, ...], str]:
        if stamp.kind == my_week.KIND and self._weeks is not None:
            document, made = self._weeks(stamp)
            return text_lines(document), made.inputs
        edition = Edition(self._snapshot, self._schemas, staff=stamp.staff, on=stamp.on)
        labels = frozenset(stamp.labels)
        if self._templates is not None and is_template(stamp.kind):
            raw, made = self._templates.make(stamp.kind, stamp.subject, edition, stamp.on, labels)
            return read(raw).lines, made.inputs
        paper = papers()[stamp.kind]
        if stamp.subject == BLANK:
            document, made = self._press.blank(paper, edition, stamp.on)
        else:
            document, made = self._press.make(paper, stamp.subject, edition, stamp.on, labels)
        return text_lines(document), made.inputs


def _changes(before: tuple[str, ...], after: tuple[str, ...]) -> tuple[str, ...]:
    lines = difflib.unified_diff(before, after, lineterm="", n=0)
    told = (line for line in lines if not line.startswith(("---", "+++", "@@")))
    return tuple(f"{line[0]} {line[1:]}" for line in islice(told, _CHANGES_SHOWN))
