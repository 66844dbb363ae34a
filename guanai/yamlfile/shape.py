"""What reading and writing need to know of a schema."""

from collections.abc import Sequence
from typing import Protocol


class Shape(Protocol):
    """A field of a schema: the order of its keys, and whether text is meant."""

    @property
    def keys(self) -> Sequence[str]:
        """Known keys of a mapping, in order."""
        ...

    @property
    def is_text(self) -> bool:
        """Whether a string belongs here."""
        ...

    def child(self, key: str | int) -> "Shape | None":
        """Return the shape behind a key, or of the items behind an index."""
        ...
