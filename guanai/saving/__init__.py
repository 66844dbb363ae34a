"""Saving: authorise, lock, merge by meaning, check the whole, commit."""

from guanai.saving.engine import save
from guanai.saving.held import Held
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
    Second,
)
from guanai.saving.seconding import confirm, turn_down

__all__ = [
    "Asked",
    "Conflict",
    "Disputed",
    "Edit",
    "Faulty",
    "Held",
    "NotPermitted",
    "Outcome",
    "Question",
    "Request",
    "Saved",
    "Second",
    "confirm",
    "save",
    "turn_down",
]
