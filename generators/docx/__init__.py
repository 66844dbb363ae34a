"""Documents as DOCX: write one, read the words and the stamp of one back."""

from generators.docx.reader import DocxText, NotADocumentError, read
from generators.docx.writer import write

__all__ = ["DocxText", "NotADocumentError", "read", "write"]
