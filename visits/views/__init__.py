"""The pages of visits and notes."""

from .agreeing import note_moderate, note_next, note_queue, note_review
from .answering import note_answer
from .attaching import note_document, note_document_remove, note_documents, note_draft_document
from .handing import note_hand_over
from .moving import note_move
from .notes import (
    note_amend,
    note_comment,
    note_detail,
    note_distribute,
    note_draft,
    note_history,
    note_issue_again,
    note_pdf,
    note_version,
)
from .preparing import visit_preparation
from .recommending import note_recommendation, note_recommendation_remove, note_recommendations, note_reviews
from .visits import visit_detail, visit_move, visit_plan, visit_void
from .writing import note_disagreement, note_section, note_whole

__all__ = [
    "note_amend", "note_answer", "note_comment", "note_detail", "note_disagreement", "note_distribute", "note_document",
    "note_document_remove", "note_documents", "note_draft", "note_draft_document", "note_hand_over", "note_history",
    "note_issue_again", "note_moderate", "note_move", "note_next", "note_pdf", "note_queue", "note_recommendation",
    "note_recommendation_remove", "note_recommendations", "note_review", "note_reviews", "note_section", "note_version",
    "note_whole", "visit_detail", "visit_move", "visit_plan", "visit_preparation", "visit_void",
]  # fmt: skip
