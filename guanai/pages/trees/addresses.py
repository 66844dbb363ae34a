"""Where the gateway answers: the pages of a tree lead there for all that is of one person or of the moment."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Addresses:
    """Paths on the gateway, ``{}`` for an id or a unit."""

    home: str = "/"
    """The start page of whoever is signed in."""
    search: str = "/students"
    """Search over all that one may see."""
    duties: str = "/duties"
    """Duties and clocks as they stand at this moment."""
    child: str = "/students/{}"
    """A child's live page: history, papers, who can see it and why."""
    edit: str = "/record/{}/edit"
    """The form of a record."""
    unit: str = "/site/{}/"
    """A unit's site in the visitor's own edition."""
    guide: str = "/site/guide/"
    """The guide, the glossary and the blank forms, the same for everybody."""
