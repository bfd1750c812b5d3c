"""The two registers: every visit and every note that a person may see."""

from django.db.models import BooleanField, Case, F, OuterRef, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.urls import reverse

from accounts.permissions import Permission
from sipmanager.core.parts import Link
from sipmanager.core.registers import Register

from .addresses import note_page
from .filters import NoteFilter, VisitFilter
from .models import Note, Visit
from .states import NoteState
from .tables import NoteTable, VisitTable

P = Permission

# What is waited for in each state; without a day of its own the day of issue holds (DL-5).
DUE_BY_STATE = {
    NoteState.DRAFTING: ("submit_due_on", "share_due_on", "distribute_due_on"),
    NoteState.LA_REVIEW: ("agree_due_on", "distribute_due_on"),
    NoteState.HEAD_REVIEW: ("answer_due_on", "approve_due_on", "distribute_due_on"),
    NoteState.AGREED: ("distribute_due_on",),
    NoteState.DISPUTED: ("moderate_due_on", "distribute_due_on"),
    NoteState.MODERATED: ("distribute_due_on",),
    NoteState.FINAL: ("distribute_due_on",),
}


def with_due_day(notes):
    """`notes` with `due_on`: the day by which what is waited for now is due, if any."""
    cases = [
        When(status=state, then=Coalesce(*columns) if len(columns) > 1 else F(columns[0]))
        for state, columns in DUE_BY_STATE.items()
    ]
    return notes.annotate(due_on=Case(*cases, default=None))


def at_own_school(viewer):
    """Whether a row is shown to somebody of its school, who is told less of where its note stands (D-25)."""
    if not viewer.school_ids:
        return Value(False, output_field=BooleanField())
    return Case(When(school_id__in=sorted(viewer.school_ids), then=True), default=False, output_field=BooleanField())


class VisitRegister(Register):
    permission = P.VISIT_VIEW
    noun = ("visit", "visits")
    table_class = VisitTable
    row_template = "visits/_visit_row.html"
    filter_class = VisitFilter
    export_name = "visits"
    empty = "No visits have been planned yet."

    def queryset(self, request):
        # The note is looked for among those this person may see: a school is not told of a draft (D-25).
        seen = Note.objects.visible_to(request.viewer).filter(visit=OuterRef("pk"))
        visits = Visit.objects.visible_to(request.viewer).select_related("school", "partner", "authority")
        return visits.annotate(
            note_pk=Subquery(seen.values("pk")[:1]),
            note_status=Subquery(seen.values("status")[:1]),
            is_at_school=at_own_school(request.viewer),
        )

    def main_link(self, request):
        return Link("Plan a visit", reverse("visits:visit-plan")) if request.viewer.has(P.VISIT_PLAN) else None

    def context(self, request):
        return {"breadcrumbs": [("My work", "/")], "tabs": tabs(request, "visits"), "note_page": note_page(request.viewer)}

    template_name = "visits/register.html"


class NoteRegister(Register):
    permission = P.NOTE_VIEW
    noun = ("note of visit", "notes of visit")
    heading = "Notes of visit"
    table_class = NoteTable
    row_template = "visits/_note_row.html"
    filter_class = NoteFilter
    export_name = "notes"
    empty = "There are no notes of visit to read yet."

    def queryset(self, request):
        # Looked up by key, because a note with many recipients is still one row.
        seen = Note.objects.visible_to(request.viewer).values("pk")
        notes = Note.objects.filter(pk__in=seen).select_related("visit", "school", "partner", "authority")
        return with_due_day(notes).annotate(is_at_school=at_own_school(request.viewer))

    def context(self, request):
        return {"breadcrumbs": [("My work", "/")], "tabs": tabs(request, "notes"), "on": request.viewer.on}

    template_name = "visits/register.html"


def tabs(request, current: str) -> list[Link]:
    """The lists of visits and notes that a person has, as the second row of navigation."""
    viewer = request.viewer
    found = [
        ("visits", "Visits", "visits:visit-list", P.VISIT_VIEW),
        ("notes", "Notes of visit", "visits:note-list", P.NOTE_VIEW),
        ("queue", "To agree", "visits:note-queue", P.NOTE_COMMENT),
    ]
    shown = [Link(label, reverse(url), is_current=key == current) for key, label, url, right in found if viewer.has(right)]
    return shown if len(shown) > 1 else []
