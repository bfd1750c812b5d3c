"""One page to prepare a visit from: what is known, in the order in which a SIP reads it, to print and take along."""

from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import requires
from accounts.permissions import Permission
from accounts.selectors import policy_on
from schools.selectors import chair_on, head_on
from sipmanager.core.academic import add_months
from sipmanager.core.parts import SummaryRow

from .. import selectors
from ..models import Note, Recommendation
from ..note_templates import template_for
from ..states import ISSUED, SETTLED
from ..tables import occasion
from .shared import get_visit, visit_trail

P = Permission
YEARS_BACK = 2


@requires(P.VISIT_PLAN)
@require_safe
def visit_preparation(request, pk):
    visit = get_visit(request, pk, P.VISIT_PLAN)
    notes = earlier_notes(request.viewer, visit)
    policy = policy_on(authority=visit.authority_id, on=visit.planned_on)
    sections = template_for(preset=policy.preset, season=visit.season).sections
    head, chair = head_on(visit.school_id, visit.planned_on), chair_on(visit.school_id, visit.planned_on)
    context = {
        "visit": visit,
        "heading": f"Prepare for the {visit.get_season_display().lower()} visit",
        "caption": visit.school.name,
        "rows": [
            SummaryRow("Visit", occasion(visit)),
            SummaryRow("Date", visit.planned_on),
            SummaryRow("Focus", visit.focus or "Not yet agreed"),
            SummaryRow("Headteacher", head.full_name if head else "Not known"),
            SummaryRow("Chair of governors", chair.full_name if chair else "Not known"),
            SummaryRow("Category of support", visit.school.category.capitalize() or "None recorded"),
        ],
        "recommendations": earlier_recommendations(visit),
        "notes": [{"name": occasion(note.visit), "note": note, "reading": reading_of(note, request.viewer)} for note in notes],
        "sections": [section for section in sections if section.prompts],
        "breadcrumbs": visit_trail(request, visit),
    }
    return render(request, "visits/preparation.html", context)


def earlier_notes(viewer, visit) -> list[Note]:
    """The school's notes of the last two years that this person may read, the newest first."""
    since = add_months(visit.planned_on, -12 * YEARS_BACK)
    notes = selectors.notes_of_school(school_id=visit.school_id, viewer=viewer).filter(
        status__in=sorted(ISSUED | SETTLED), visit__held_on__gte=since, visit__held_on__lte=visit.planned_on
    )
    return [note for note in notes if note.visit_id != visit.pk]


def reading_of(note, viewer):
    return selectors.reading(note=note, viewer=viewer)


def earlier_recommendations(visit) -> list[dict]:
    """What was recommended to the school in the last two years, with what was last said of it."""
    since = add_months(visit.planned_on, -12 * YEARS_BACK)
    rows = Recommendation.objects.filter(
        note__school_id=visit.school_id, note__status__in=sorted(SETTLED), note__visit__voided_on=None,
        note__visit__held_on__gte=since, withdrawn_at=None,
    ).exclude(note__visit=visit)  # fmt: skip
    rows = rows.select_related("note__visit").prefetch_related("reviews")
    found = []
    for row in rows.order_by("-note__visit__held_on", "position", "pk"):
        reviewed = [review for review in row.reviews.all() if review.outcome]
        last = max(reviewed, key=lambda review: review.pk, default=None)
        found.append(
            {"text": row.text, "made_in": occasion(row.note.visit), "owner_role": row.owner_role, "due_on": row.due_on,
             "state": last.get_outcome_display() if last else "Not reviewed yet", "impact": last.impact if last else ""}
        )  # fmt: skip
    return found
