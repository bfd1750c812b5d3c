"""What this floor knows of a school that is handed over: issued notes, and visits held and planned (HND-1, HND-7, HND-10)."""

from collections.abc import Iterable, Iterator
from datetime import date

from django.db.models import Q
from django.urls import reverse

from partners.handover_sources import Piece, VisitDay
from partners.models import Deployment
from sipmanager.core.academic import academic_label

from ..models import IssuedVersion, Note, Visit
from ..states import NoteState, VisitState
from .reading import note_name

# Only what was issued and still stands: no draft, nothing withdrawn (HND-7).
FINAL = (NoteState.FINAL, NoteState.DISTRIBUTED, NoteState.AMENDED)


def issued_notes(schools: Iterable[int], since: date, until: date) -> Iterator[Piece]:
    """The latest issued version of each final note of visits held between two days; two queries."""
    held = Q(visit__held_on__gte=since, visit__held_on__lte=until, visit__voided_on=None)
    notes = Note.objects.filter(held, school__in=list(schools), status__in=FINAL)
    found = {note.pk: note for note in notes.select_related("visit", "partner", "policy_row", "authority", "school")}
    rows = IssuedVersion.objects.filter(note__in=found).select_related("document").order_by("number")
    latest = {row.note_id: row for row in rows}
    for key, note in found.items():
        issue = latest.get(key)
        if issue is None:
            continue
        visit = note.visit
        yield Piece(
            f"{note_name(note)}, {visit.get_season_display().lower()} {academic_label(visit.academic_year)}", visit.held_on,
            says=f"By {note.partner.full_name}; version {issue.number}", document=issue.document,
            name=f"note-{visit.held_on.isoformat()}-{note.pk}.pdf",
        )  # fmt: skip


def visits_of_deployment(deployment: Deployment, since: date) -> Iterator[VisitDay]:
    """The visits of a deployment from a day on, those that stand; one query."""
    rows = Visit.objects.filter(deployment=deployment, voided_on=None).exclude(
        status__in=[VisitState.CANCELLED, VisitState.RESCHEDULED, VisitState.MISSED]
    )
    for visit in rows.filter(Q(held_on__gte=since) | Q(held_on=None, planned_on__gte=since)).order_by("planned_on", "pk"):
        is_held = visit.held_on is not None
        says = f"{visit.get_season_display()} visit, {'held' if is_held else 'planned'}"
        url = reverse("visits:visit-detail", args=[visit.pk])
        yield VisitDay(visit.held_on or visit.planned_on, says, is_held, url)
