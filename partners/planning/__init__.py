"""The planner: a whole deployment found by a solver from what the rules allow (DEP-3, COG-D). Pure."""

from .explain import explained, why_left
from .lacking_mix import Conflict, Mend
from .model import HEAD, AtLeast, Instance, Key, Need, Pair, Ratio, Sip, Solution, Status
from .solve import WITHIN, solve

__all__ = [
    "HEAD",
    "WITHIN",
    "AtLeast",
    "Conflict",
    "Instance",
    "Key",
    "Mend",
    "Need",
    "Pair",
    "Ratio",
    "Sip",
    "Solution",
    "Status",
    "explained",
    "solve",
    "why_left",
]
