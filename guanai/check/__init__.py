"""Records held against their schemas, against common sense and against each other."""

from guanai.check.runner import check

__all__ = ["check"]
