"""The states of visits and notes, by name (D-23). Pure."""

from enum import StrEnum


class VisitState(StrEnum):
    PLANNED = "planned"
    CONFIRMED = "confirmed"
    HELD = "held"
    MISSED = "missed"
    RESCHEDULED = "rescheduled"
    CANCELLED = "cancelled"


VISIT_STATE_NAMES = {
    VisitState.PLANNED: "Planned",
    VisitState.CONFIRMED: "Confirmed",
    VisitState.HELD: "Held",
    VisitState.MISSED: "Missed",
    VisitState.RESCHEDULED: "Rescheduled",
    VisitState.CANCELLED: "Cancelled",
}


class NoteState(StrEnum):
    DRAFTING = "drafting"
    LA_REVIEW = "la_review"
    HEAD_REVIEW = "head_review"
    AGREED = "agreed"
    DISPUTED = "disputed"
    MODERATED = "moderated"
    FINAL = "final"
    POST_APPROVAL_REVIEW = "post_approval_review"
    DISTRIBUTED = "distributed"
    AMENDED = "amended"
    WITHDRAWN = "withdrawn"


NOTE_STATE_NAMES = {
    NoteState.DRAFTING: "Being drafted",
    NoteState.LA_REVIEW: "With the authority",
    NoteState.HEAD_REVIEW: "With the head",
    NoteState.AGREED: "Agreed",
    NoteState.DISPUTED: "Disputed",
    NoteState.MODERATED: "Moderated",
    NoteState.FINAL: "Final",
    NoteState.POST_APPROVAL_REVIEW: "With the Trust Advisor",
    NoteState.DISTRIBUTED: "Issued",
    NoteState.AMENDED: "Amended",
    NoteState.WITHDRAWN: "Withdrawn",
}

# What recipients may read: issued, with later versions and withdrawals shown as what they are (D-25, NOV-40).
ISSUED = frozenset({NoteState.DISTRIBUTED, NoteState.AMENDED, NoteState.WITHDRAWN})
EDITABLE = frozenset({NoteState.DRAFTING})
