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

# What a school is told of a note that it has had before it: nothing of what goes on behind (D-25).
NOTE_STATE_FOR_SCHOOL = {
    **NOTE_STATE_NAMES,
    NoteState.DRAFTING: "Being corrected",
    NoteState.LA_REVIEW: "Being corrected",
    NoteState.HEAD_REVIEW: "For the head to answer",
}
# Text is final: recommendations of these notes are carried into the next one (NOV-28).
SETTLED = frozenset({NoteState.FINAL, NoteState.POST_APPROVAL_REVIEW, NoteState.DISTRIBUTED, NoteState.AMENDED})
OPEN_VISITS = frozenset({VisitState.PLANNED, VisitState.CONFIRMED})
