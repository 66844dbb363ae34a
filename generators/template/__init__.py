"""The school's or county's own Word forms: a DOCX with placeholders such as ``{{ 学生.姓名 }}``, filled from a record.

`package` refuses files that reach out or run something, `spots` finds the paragraphs, `marks` and `language` say in
which of them a placeholder is wrong, `source` does so for what docxtpl will really run; `mistakes` asks them all.
`values` turns a redacted record into plain words, `filling` puts them in, `endings` makes the file whole again.
"""

from generators.template.filling import fill, lines_of, stamped
from generators.template.language import Mistake, Roots
from generators.template.mistakes import mistakes
from generators.template.package import BadTemplate
from generators.template.values import context_of, roots

__all__ = [
    "BadTemplate",
    "Mistake",
    "Roots",
    "context_of",
    "fill",
    "lines_of",
    "mistakes",
    "roots",
    "stamped",
]
