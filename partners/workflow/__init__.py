"""The tables of states that people move things of this floor through, and what of them is open to one person."""

from .accreditation import ACCREDITATION_WORKFLOW, CREATES, STATE_WORDS, moves_from
from .deployments import DEPLOYMENT_WORKFLOW, Move, moves_for

__all__ = ["ACCREDITATION_WORKFLOW", "CREATES", "DEPLOYMENT_WORKFLOW", "STATE_WORDS", "Move", "moves_for", "moves_from"]
