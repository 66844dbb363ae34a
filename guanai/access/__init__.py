"""Who may see what: people with dated posts, labels on every field, one verdict behind every door. Pure."""

from guanai.access.actor import Actor, actor_on
from guanai.access.clearance import FULL, Label
from guanai.access.decide import Action, Child, Decision, Gathering, decide, decide_gathering
from guanai.access.redact import redact

__all__ = [
    "FULL",
    "Action",
    "Actor",
    "Child",
    "Decision",
    "Gathering",
    "Label",
    "actor_on",
    "decide",
    "decide_gathering",
    "redact",
]
