"""Reading and writing of records: guarded YAML 1.2 with positions, a canonical layout, edits in place.

The only code that touches the YAML library.
"""

from guanai.yamlfile.changes import Add, Change, Delete, Set, applied
from guanai.yamlfile.editing import edit
from guanai.yamlfile.layout import dump, fmt
from guanai.yamlfile.paths import Path, pointer
from guanai.yamlfile.reader import Loaded, load
from guanai.yamlfile.refusals import EditFailed, NoSuchPlace, Unreadable, Unwritable
from guanai.yamlfile.renaming import rename
from guanai.yamlfile.shape import Shape

__all__ = [
    "Add",
    "Change",
    "Delete",
    "EditFailed",
    "Loaded",
    "NoSuchPlace",
    "Path",
    "Set",
    "Shape",
    "Unreadable",
    "Unwritable",
    "applied",
    "dump",
    "edit",
    "fmt",
    "load",
    "pointer",
    "rename",
]
