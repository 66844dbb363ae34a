"""The school's ways of sorting circumstances: each taxonomy is a view over one list of 情形."""

from dataclasses import dataclass

from guanai.model.base import Record, key


@dataclass(frozen=True, slots=True, kw_only=True)
class Category(Record):
    """One heading of a taxonomy and the circumstances counted under it.

    ``former_name`` is the source's wording, kept for comparison and never printed.
    """

    name: str = key("名称", "")
    circumstances: tuple[str, ...] = key("情形", ())
    former_name: str | None = key("原称")
