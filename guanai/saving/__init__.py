"""Saving: authorise, lock, merge by meaning, check the whole, commit."""

from guanai.saving.engine import save
from guanai.saving.request import (
    Asked,
    Conflict,
    Disputed,
    Edit,
    Faulty,
    NotPermitted,
    Outcome,
    Question,
    Request,
    Saved,
)

__all__ = [
    "Asked",
    "Conflict",
    "Disputed",
    "Edit",
    "Faulty",
    "NotPermitted",
    "Outcome",
    "Question",
    "Request",
    "Saved",
    "save",
]
