"""The school's own Word forms: found by name, checked, filled for one child, and proved later."""

import hashlib
import re
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from generators import template
from generators.document import Document, Layout, Paragraph, Role, Run, Stamp
from generators.stamp import foot, make_stamp
from generators.template import BadTemplate, Roots
from guanai import __version__
from guanai.errors import NotFound, Problem, cause
from guanai.schema import Schemas
from guanai.store.snapshot import Snapshot
from guanai.workspace.editions import Edition, Refused
from guanai.workspace.form_shelf import MOST_READ, PLACE, SUFFIX, FormShelf, files_in

#: How a form is told from the kinds of papers, as in ``template:转学证明``.
PREFIX: Final = "template:"
_NAME: Final = re.compile(r"[^\s./\\:*?\"<>|][^/\\:*?\"<>|]{0,80}")


class UnknownTemplate(NotFound):
    """No form has that name."""

    def __init__(self, name: str, known: tuple[str, ...]) -> None:
        there = f"现有：{'、'.join(known)}" if known else "现在一个也没有"
        super().__init__(f"{PLACE} 里没有叫“{name}”的模板；{there}。")


class Templates:
    """The forms of one workspace."""

    def __init__(self, forms: FormShelf, snapshot: Snapshot, schemas: Schemas, secret: bytes) -> None:
        """``forms``: where they are kept; ``secret``: the workspace's key for stamps."""
        self._forms = forms
        self._snapshot = snapshot
        self._schemas = schemas
        self._secret = secret

    def names(self) -> tuple[str, ...]:
        """Return the names of the forms, in order."""
        return self._forms.names()

    def file(self, name: str) -> bytes:
        """Return a form as it was put there.

        Raises:
            UnknownTemplate: there is no such form.
            BadTemplate: it cannot be read.
        """
        return self._read(plain_name(name))

    def mistakes(self, raw: bytes) -> tuple[str, ...]:
        """Return what is wrong with a form, each as one sentence with its paragraph; none when it can be used."""
        return template.mistakes(raw, self.roots)

    def make(
        self, name: str, student: str, edition: Edition, on: date, labels: frozenset[str] | None = None
    ) -> tuple[bytes, Stamp]:
        """Return a form filled for one child, and its stamp.

        Args:
            name: of the form, with or without ``template:`` and ``.docx``.
            student: the child.
            edition: whose view it shows.
            on: the day it speaks of.
            labels: those of an earlier print that is made again; None for today's verdict.

        Raises:
            UnknownTemplate: there is no such form.
            BadTemplate: it has a mistake; the message names the paragraph.
            Refused: the edition shows nothing of the child.
        """
        name = plain_name(name)
        raw = self._read(name)
        held = edition.decision("student", student).labels if labels is None else labels
        if not held:
            raise Refused(student, "您今天的任职不够打开这名学生的档案。")
        view = edition.record("student", student, labels)
        school: Any = self._snapshot.mapping("school", "records/school.yml")
        values = template.context_of(view, self._schemas.record("student"), school, edition.context, on)
        filled = template.fill(raw, values, self.roots)
        lines = template.lines_of(filled)
        document = Document(
            f"{PREFIX}{name}", student, name, Layout.FORM,
            tuple(Paragraph(Role.FLUSH, (Run(line),)) for line in lines), on,
        )  # fmt: skip
        inputs = (hashlib.sha256(raw).hexdigest(), lines)
        stamp = make_stamp(
            document,
            secret=self._secret,
            inputs=inputs,
            labels=held,
            staff=edition.staff,
            version=__version__,
        )
        return template.stamped(filled, stamp, foot(document, stamp)), stamp

    @cached_property
    def roots(self) -> Roots:
        """What placeholders may speak of."""
        return template.roots(self._schemas.record("student"), self._schemas.record("school"))

    def _read(self, name: str) -> bytes:
        if not _NAME.fullmatch(name) or name not in self.names():
            raise UnknownTemplate(name, self.names())
        try:
            return self._forms.read(name)
        except OSError as error:
            raise BadTemplate(f"读不出来（{cause(error)}）") from error


def is_template(kind: str) -> bool:
    """Whether a kind of paper names a form of the school's own."""
    return kind.startswith(PREFIX) or kind.endswith(SUFFIX)


def plain_name(kind: str) -> str:
    """Return the bare name of a form.

    >>> plain_name("template:转学证明"), plain_name("records/templates/转学证明.docx")
    ('转学证明', '转学证明')
    """
    return kind.removeprefix(PREFIX).removeprefix(f"{PLACE}/").removesuffix(SUFFIX)


def template_problems(root: Path, roots: Roots) -> tuple[Problem, ...]:
    """Return the mistakes in the forms of a workspace, each with its paragraph."""
    found = []
    for file in files_in(root / PLACE):
        path = f"{PLACE}/{file.name}"
        try:
            with file.open("rb") as opened:
                told = template.mistakes(opened.read(MOST_READ), roots)
        except OSError as error:
            told = (f"读不出来（{cause(error)}）；请核对权限。",)
        found += [Problem(path, 1, "", "template.placeholder", sentence) for sentence in told]
    others = (root / PLACE).glob("*") if (root / PLACE).is_dir() else ()
    for file in sorted(others):
        if file.suffix.lower() in (".docm", ".dotm", ".dotx", ".doc", ".dot"):
            words = "模板只能是 .docx，不能带宏；请在 Word 或 WPS 里另存为 .docx，删去这个文件。"
            found.append(Problem(f"{PLACE}/{file.name}", 1, "", "template.format", words))
    return tuple(found)
