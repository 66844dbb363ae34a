"""What a new version of the records changes beyond the names of keys: a small table of named steps.

A renamed key needs no step: its new schema names the old one (``x-was``). A step stands here where one key
became several, or where a value is written otherwise. It is read in two places: `guanai migrate` rewrites the
records once, and history reads old revisions through it for ever. So a step recognizes what it has to change
by the data alone and leaves everything else as it is; it never asks for the version of a record.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from guanai.yamlfile import Change

#: The version of the records that this program reads and writes (学校记录的“记录版本”).
RECORD_VERSION = 1


@dataclass(frozen=True, slots=True)
class Step:
    """One named change of one kind of record.

    Attributes:
        name: what it does, for people: ``地址分为乡镇和村``.
        kind: the kind of record.
        changes: from a record, its keys already renamed, to what is to be changed in it; empty for one that is as
            it should be.
    """

    name: str
    kind: str
    changes: Callable[[Mapping[str, Any]], Sequence[Change]]


#: Version → the steps that lead to it from the one before, in order.
STEPS: Mapping[int, tuple[Step, ...]] = MappingProxyType({})
