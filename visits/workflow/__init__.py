"""What people do with visits and notes: the two tables, and which of their rows are open to whom."""

from .moves import BEING_ISSUED, Move, may_make, moves_for, visit_moves_for
from .notes import NOTE_WORKFLOW
from .visits import VISIT_WORKFLOW

__all__ = ["BEING_ISSUED", "NOTE_WORKFLOW", "VISIT_WORKFLOW", "Move", "may_make", "moves_for", "visit_moves_for"]
