"""What visits and notes add to a school's page (`schools.panels`): the next visit, open recommendations, visits and notes."""

from django.urls import reverse

from accounts.access import can
from accounts.permissions import Permission
from partners.models import Deployment
from schools.models import School
from sipmanager.core.parts import Link

from . import selectors
from .addresses import note_address
from .states import ISSUED, SETTLED, VisitState
from .tables import note_tag, note_tag_for_school, occasion, visit_tag

P = Permission
SHOWN = 12  # visits on a school's page: four years of three; the register has all


def next_visit(viewer, school: School, on):
    """The next visit to come, for those who may see visits."""
    if not can(viewer, P.VISIT_VIEW):
        return None
    visit = selectors.next_visit(school_id=school.pk, viewer=viewer, on=on)
    return {"template": "visits/_panel_next.html", "context": {"visit": visit, "plan_url": plan_url(viewer, school, on)}}


def plan_url(viewer, school, on) -> str:
    """Where the school's own SIP plans a visit; empty for everybody else."""
    if not viewer.has(P.VISIT_PLAN) or viewer.partner_id is None:
        return ""
    is_theirs = Deployment.objects.active(on).filter(partner_id=viewer.partner_id, school=school).exists()
    return f"{reverse('visits:visit-plan')}?school={school.urn}" if is_theirs else ""


def open_recommendations(viewer, school: School, on):
    """Recommendations that no later note has looked back on, as far as the viewer may read (NOV-28, D-25)."""
    readable = selectors.notes_of_school(school_id=school.pk, viewer=viewer).filter(status__in=sorted(ISSUED | SETTLED))
    readable = [note.pk for note in readable if is_readable(note, viewer)]
    if not readable:
        return None
    rows = selectors.open_recommendations(note_ids=readable, before=on).select_related("note__visit")
    shown = [
        {"text": row.text, "owner_role": row.owner_role, "due_on": row.due_on, "is_late": bool(row.due_on and row.due_on < on),
         "made_in": Link(occasion(row.note.visit), note_address(viewer, row.note_id))}
        for row in rows.order_by("-note__visit__held_on", "position", "pk")
    ]  # fmt: skip
    return {"template": "visits/_panel_recommendations.html", "context": {"recommendations": shown}}


def is_readable(note, viewer) -> bool:
    """A settled note that is not issued yet is read by those who work on drafts; the school waits for the issue."""
    return note.status in ISSUED or selectors.works_on_drafts(note=note, viewer=viewer)


def visits_and_notes(viewer, school: School, on):
    """The school's visits with their notes, the latest first, each within what the viewer may see."""
    if not (can(viewer, P.VISIT_VIEW) or can(viewer, P.NOTE_VIEW)):
        return None
    notes = {note.visit_id: note for note in selectors.notes_of_school(school_id=school.pk, viewer=viewer)[:SHOWN]}
    visits = selectors.visits_list(viewer=viewer).filter(school=school).order_by("-planned_on", "-pk")[:SHOWN]
    rows = [row(visit, notes.pop(visit.pk, None), school, viewer, True) for visit in visits]
    # Readers of notes who see no visits, a diocese for one, still see the notes.
    rows += [row(note.visit, note, school, viewer, False) for note in notes.values()]
    context = {"rows": rows, "plan_url": plan_url(viewer, school, on), "school": school, "is_cut": len(rows) >= SHOWN}
    return {"template": "visits/_panel_visits.html", "context": context}


def row(visit, note, school, viewer, is_visit_seen) -> dict:
    is_at_school = school.pk in viewer.school_ids
    return {
        "name": occasion(visit),
        "visit_url": reverse("visits:visit-detail", args=[visit.pk]) if is_visit_seen else "",
        "day": visit.held_on or visit.planned_on,
        "partner": visit.partner.full_name if is_visit_seen else note.partner.full_name,
        "status": visit_tag(visit),
        "note_url": note_address(viewer, note.pk) if note else "",
        "note_status": (note_tag_for_school if is_at_school else note_tag)(note) if note else None,
        "is_held": visit.status == VisitState.HELD,
    }


def join_school_pages() -> None:
    """Called from `ready()`."""
    from schools import panels

    panels.register(panels.OVERVIEW, 40, next_visit)
    panels.register(panels.OVERVIEW, 50, open_recommendations)
    panels.register(panels.VISITS, 10, visits_and_notes)
    panels.register(panels.VISITS, 20, open_recommendations)
