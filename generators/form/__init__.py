"""Forms (表): each is one file of data in ``generators/forms``; this package reads, fills and lays them out.

`language` says what a form may hold, `reader` reads a file strictly, `paths` finds values in a record, `derived`
computes the few words that no record holds, `fill` turns a record into words, `layout` turns words into blocks.
"""

from generators.form.fill import FormInputs, NothingToPrint, inputs, item_ids, suits
from generators.form.language import EVERY, Form
from generators.form.layout import build
from generators.form.library import load_forms
from generators.form.node import BadForm
from generators.form.reader import read_form

__all__ = [
    "EVERY",
    "BadForm",
    "Form",
    "FormInputs",
    "NothingToPrint",
    "build",
    "inputs",
    "item_ids",
    "load_forms",
    "read_form",
    "suits",
]
