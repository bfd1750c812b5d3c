"""Visits, notes of visit by section, recommendations, the head's answers, issued versions and who received them."""

from .issued import Distribution, IssuedVersion, IssueRequest, NoteAttachment
from .note import MeantRemark, Note, NoteSection, ReleasedText
from .reach import HANDOVER, taken_on
from .visit import SEASONS, Visit
from .words import HeadAnswer, NoteComment, Outcome, Recommendation, RecommendationReview, Verdict

__all__ = [
    "HANDOVER", "SEASONS", "Distribution", "HeadAnswer", "IssueRequest", "IssuedVersion", "MeantRemark", "Note",
    "NoteAttachment", "NoteComment", "NoteSection", "Outcome", "Recommendation", "RecommendationReview", "ReleasedText",
    "Verdict", "Visit", "taken_on",
]  # fmt: skip
