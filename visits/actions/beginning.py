"""How a note begins: its template, its frozen policy, its deadlines, and what is to be looked back on (NOV-28, POL-34)."""

from datetime import date, datetime

from accounts.models import User
from accounts.presets import Policy
from accounts.selectors import policy_row_on
from schools.selectors import working_calendar
from sipmanager.core import audit

from ..deadlines import STARTED_BY_VISIT, due_days
from ..models import Note, NoteSection, RecommendationReview, Visit
from ..note_templates import template_for
from ..selectors import unreviewed_recommendations
from ..states import NoteState


def days_due(*, rules: tuple[str, ...], note_or_visit: Note | Visit, policy: Policy, start: date) -> dict[str, date | None]:
    """The columns of the deadlines whose clock starts on a day, each with its day or `None` (D-30)."""
    calendar = working_calendar(note_or_visit.authority_id, start, policy)
    return due_days(rules, policy=policy, start=start, calendar=calendar)


def begin_note(*, visit: Visit, by: User | None, at: datetime) -> Note:
    """The draft of a visit that was held, empty but for what the next reader needs. Runs inside the move to held."""
    row = policy_row_on(authority=visit.authority_id, on=visit.held_on)
    policy = row.policy if row else Policy("national")
    template = template_for(preset=policy.preset, season=visit.season)
    note = Note.objects.create(
        visit=visit,
        school_id=visit.school_id,
        partner_id=visit.partner_id,
        authority_id=visit.authority_id,
        policy_row=row,
        template_key=template.key,
        status=NoteState.DRAFTING,
        made_at=at,
        **days_due(rules=STARTED_BY_VISIT, note_or_visit=visit, policy=policy, start=visit.held_on),
    )
    NoteSection.objects.bulk_create(
        NoteSection(note=note, key=section.key, position=position)
        for position, section in enumerate(template.sections, start=1)
    )
    carried = unreviewed_recommendations(school_id=visit.school_id, before=visit.held_on)
    RecommendationReview.objects.bulk_create(
        RecommendationReview(note=note, recommendation=recommendation) for recommendation in carried
    )
    audit.record(
        what="note.begin", subject=note, by=by, at=at, about_on=visit.held_on, visit=visit.pk,
        template=template.key, carried=[recommendation.pk for recommendation in carried],
    )  # fmt: skip
    return note
