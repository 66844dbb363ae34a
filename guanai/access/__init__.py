"""Who may see and change what: people with dated posts, labels on every field, one verdict behind every door. Pure."""

from guanai.access.actor import Actor, actor_on
from guanai.access.clearance import FULL, Label
from guanai.access.decide import (
    Action,
    Child,
    Decision,
    Gathering,
    Verdicts,
    decide,
    decide_counts,
    decide_gathering,
    is_told_counts,
)
from guanai.access.permit import Refusal, permits, permits_new
from guanai.access.powers import Powers, child_of, decide_record, powers_over
from guanai.access.redact import HIDDEN_NOTICE, redact
from guanai.access.refine import NoSuchField, refine
from guanai.access.spots import entrusted
from guanai.access.widening import Gain, widening

__all__ = [
    "FULL",
    "HIDDEN_NOTICE",
    "Action",
    "Actor",
    "Child",
    "Decision",
    "Gain",
    "Gathering",
    "Label",
    "NoSuchField",
    "Powers",
    "Refusal",
    "Verdicts",
    "actor_on",
    "child_of",
    "decide",
    "decide_counts",
    "decide_gathering",
    "decide_record",
    "entrusted",
    "is_told_counts",
    "permits",
    "permits_new",
    "powers_over",
    "redact",
    "refine",
    "widening",
]
