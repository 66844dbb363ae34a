"""Forms made from the schema: what a person may fill in, and the patch that comes back. Pure."""

from guanai.web.forms.model import Choice, Control, FormModel, Group, Item, Look, Rows
from guanai.web.forms.parse import Parsed, parse
from guanai.web.forms.render import NEW, render, sections

__all__ = [
    "NEW",
    "Choice",
    "Control",
    "FormModel",
    "Group",
    "Item",
    "Look",
    "Parsed",
    "Rows",
    "parse",
    "render",
    "sections",
]
