"""The school's or county's own Word forms: a DOCX with placeholders such as ``{{ 学生.姓名 }}``, filled from a record.

`package` refuses files that reach out or run something, `language` reads the placeholders and says in which paragraph
one is wrong, `values` turns a redacted record into plain words, `filling` puts them in.
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
