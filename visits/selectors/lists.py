"""Visits and notes as lists: for registers, for the search, for the pages of a school or a SIP."""

from datetime import date

from django.db.models import Q, QuerySet

from accounts.access import Viewer
from sipmanager.core.searching import words_begin
from sipmanager.core.wording import searchable

from ..models import Note, Visit
from ..states import ISSUED, NOTE_STATE_FOR_SCHOOL, NOTE_STATE_NAMES, NoteState
from .drafting import is_staff
from .reading import works_on_drafts


def visits_list(*, viewer: Viewer) -> QuerySet[Visit]:
    """The visits this person may see, with what a row shows; not ordered."""
    return Visit.objects.visible_to(viewer).select_related("school", "partner", "authority", "deployment")


def notes_list(*, viewer: Viewer) -> QuerySet[Note]:
    """The notes this person may see, with what a row shows; not ordered."""
    return Note.objects.visible_to(viewer).select_related(
        "visit__deployment", "school", "partner__user", "authority", "policy_row"
    )


def search_notes(*, viewer: Viewer, text: str) -> QuerySet[Note]:
    """Notes of visible schools or SIPs whose name or number matches; never by the text of a note (D-25)."""
    wanted = searchable(text)
    if not wanted:
        return notes_list(viewer=viewer).none()
    found = words_begin("school__search_name", wanted) | words_begin("partner__search_name", wanted)
    digits = "".join(wanted.removeprefix("note").split())
    if digits.isascii() and digits.isdigit() and len(digits) < 10:
        found |= Q(school__urn=digits) | Q(pk=int(digits))
    return notes_list(viewer=viewer).filter(found).order_by("-visit__held_on", "-pk")


def status_for(*, note: Note, viewer: Viewer) -> str:
    """The words of the note's tag for this person: a school never learns of an inner step (D-25)."""
    state = NoteState(note.status)
    if state in ISSUED or is_staff(note, viewer) or works_on_drafts(note=note, viewer=viewer):
        return NOTE_STATE_NAMES[state]
    return NOTE_STATE_FOR_SCHOOL[state]


def notes_of_school(*, school_id: int, viewer: Viewer) -> QuerySet[Note]:
    """A school's notes, the latest visit first."""
    return notes_list(viewer=viewer).filter(school_id=school_id).order_by("-visit__held_on", "-pk")


def next_visit(*, school_id: int, viewer: Viewer, on: date) -> Visit | None:
    """The next visit to come at a school, if this person may see it."""
    rows = visits_list(viewer=viewer).filter(
        school_id=school_id, planned_on__gte=on, status__in=("planned", "confirmed"), voided_on=None
    )
    return rows.order_by("planned_on", "pk").first()
