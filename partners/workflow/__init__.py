"""The tables of states that people move things of this floor through, and what of them is open to one person."""

from .accreditation import ACCREDITATION_WORKFLOW, CREATES, STATE_WORDS, moves_from
from .agreements import (
    AGREEMENT_WORKFLOW,
    BREACH_WORKFLOW,
    CHECK_WORKFLOW,
    EXTRA_WORK_WORKFLOW,
    AgreementMove,
    agreement_moves_for,
)
from .concerns import CONCERN_WORKFLOW, ConcernCase
from .deployments import DEPLOYMENT_WORKFLOW, Move, moves_for

__all__ = [
    "ACCREDITATION_WORKFLOW",
    "AGREEMENT_WORKFLOW",
    "BREACH_WORKFLOW",
    "CHECK_WORKFLOW",
    "CONCERN_WORKFLOW",
    "CREATES",
    "DEPLOYMENT_WORKFLOW",
    "EXTRA_WORK_WORKFLOW",
    "STATE_WORDS",
    "AgreementMove",
    "ConcernCase",
    "Move",
    "agreement_moves_for",
    "moves_for",
    "moves_from",
]
