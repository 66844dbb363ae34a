"""The same document is the same file, byte for byte, in any process."""

import hashlib
import io
import subprocess
import sys
import zipfile
from collections.abc import Callable
from dataclasses import replace

from generators import docx
from generators.document import (
    Document,
    Stamp,
)

Write = Callable[[Document], bytes]


StampOf = Callable[[Document], Stamp]


def test_two_writes_are_equal_byte_for_byte(documents: dict[str, Document], write: Write) -> None:
    assert len(documents) > 8
    for name, document in documents.items():
        raw = write(document)
        assert raw == write(replace(document)), name
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
            assert archive.namelist()[0] == "[Content_Types].xml"


SCRIPT = """
import hashlib
from datetime import date
from itertools import pairwise
from generators import docx
from generators.document import Cell, Document, Layout, Paragraph, Role, Row, Run, Stamp, Table
words = Paragraph(Role.CELL, (Run("阿依古丽·买买提"),))
table = Table((50, 50), (Row((Cell((words,)), Cell((words,)))),))
paper = Document("k", "s", "题", Layout.FORM, (words, table), date(2026, 1, 1))
stamp = Stamp("k", "s", date(2026, 1, 1), ("关爱", "教学"), "T-1", "1", "0" * 64, "1" * 64, "7K3QD9MF")
print(hashlib.sha256(docx.write(paper, stamp)).hexdigest())
"""


def test_another_process_writes_the_same_bytes() -> None:
    digests = {
        subprocess.run(
            [sys.executable, "-c", SCRIPT],
            check=True,
            capture_output=True,
            text=True,
            env={"PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("0", "1", "2")
    }
    assert len(digests) == 1
    assert len(digests.pop().strip()) == len(hashlib.sha256().hexdigest())


def test_the_version_comes_from_the_stamp_alone(documents: dict[str, Document], stamp_of: StampOf) -> None:
    document = documents["probe"]
    stamp = stamp_of(document)
    other = docx.write(document, replace(stamp, version="9.9"))
    assert docx.write(document, stamp) != other
    with zipfile.ZipFile(io.BytesIO(other)) as archive:
        assert b"9.9" in archive.read("docProps/custom.xml")
