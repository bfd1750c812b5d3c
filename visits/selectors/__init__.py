"""Reads over visits and notes."""

from accounts.presets import Policy

from ..models import Note
from .attachments import attached
from .cases import empty_sections, note_case, said_by_head, template_of, visit_case
from .drafting import (
    RECOMMENDATIONS,
    SectionView,
    answers_of,
    attachments_of,
    comments_for,
    distributions,
    earlier_answers,
    history,
    is_staff,
    issue_pending,
    last_issue_refused,
    last_note,
    last_text,
    open_recommendations,
    recommendations_of,
    remarks,
    sections_of,
    stamps,
    unreviewed_recommendations,
    versions,
)
from .evidence import visits_done
from .handed_over import issued_notes, visits_of_deployment
from .handing import sips_of_the_school, successors, why_not_handed_over
from .lists import next_visit, notes_list, notes_of_school, search_notes, status_for, visits_list
from .owed import owed
from .people import People, owner_of, visit_owner_of
from .problems import Stuck, problems, stuck
from .reading import (
    ReadAnswer,
    ReadAttachment,
    Reading,
    ReadRecommendation,
    ReadReview,
    ReadSection,
    answers_given,
    draft_reading,
    header_of,
    issued_reading,
    last_submissions,
    live_attachments,
    live_recommendations,
    live_reviews,
    live_sections,
    note_name,
    reading,
    released_reading,
    works_on_drafts,
)
from .recipients import LABELS as RECIPIENT_LABELS
from .recipients import Recipient, reachable, recipients
from .touched import recipients_touched


def policy_of(*, note: Note) -> Policy:
    """The settings under which a note began (POL-34)."""
    return note.policy


__all__ = [
    "RECIPIENT_LABELS", "RECOMMENDATIONS", "People", "ReadAnswer", "ReadAttachment", "ReadRecommendation", "ReadReview",
    "ReadSection", "Reading", "Recipient", "SectionView", "Stuck", "answers_given", "answers_of", "attached",
    "attachments_of", "comments_for", "distributions", "draft_reading", "earlier_answers", "empty_sections", "header_of",
    "history", "is_staff", "issue_pending", "issued_notes", "issued_reading", "last_issue_refused", "last_note",
    "last_submissions", "last_text", "live_attachments", "live_recommendations", "live_reviews", "live_sections",
    "next_visit", "note_case", "note_name", "notes_list", "notes_of_school", "open_recommendations", "owed", "owner_of",
    "policy_of", "problems", "reachable", "reading", "recipients", "recipients_touched", "recommendations_of",
    "released_reading", "remarks", "said_by_head", "search_notes", "sections_of", "sips_of_the_school", "stamps",
    "status_for", "stuck", "successors", "template_of", "unreviewed_recommendations", "versions", "visit_case",
    "visit_owner_of", "visits_done", "visits_list", "visits_of_deployment", "why_not_handed_over", "works_on_drafts",
]  # fmt: skip
