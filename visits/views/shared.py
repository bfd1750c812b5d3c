"""What the pages of visits and notes share: getting a record, trails, answers to a move that came too late."""

from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts.access import fetch
from accounts.permissions import ROLE_NAMES, Permission
from sipmanager.core.models import AuditEvent
from sipmanager.core.wording import in_sentence, moment

from .. import selectors
from ..addresses import note_address
from ..events import EVENT_TITLES, WRITTEN, title_of
from ..models import Note, Visit
from ..tables import occasion

P = Permission

VISITS = Visit.objects.select_related("school", "partner", "authority", "deployment")
NOTES = Note.objects.select_related("visit", "school", "partner", "authority", "policy_row")


def get_visit(request, pk, permission=P.VISIT_VIEW) -> Visit:
    return fetch(request.viewer, permission, VISITS.all(), pk=pk)


def get_note(request, pk, permission) -> Note:
    return fetch(request.viewer, permission, NOTES.all(), pk=pk)


def get_any_note(request, pk) -> Note:
    """A note that the person may read, as a draft or issued; 404 to everybody else."""
    try:
        return get_note(request, pk, P.NOTE_DRAFT_VIEW)
    except PermissionDenied:
        return get_note(request, pk, P.NOTE_VIEW)


def visit_name(visit) -> str:
    return f"{occasion(visit)} visit to {visit.school.name}"


def visit_trail(request, visit=None) -> list[tuple[str, str]]:
    """The way back from a page about a visit; people without a list of visits go back to their work."""
    trail = [("My work", "/")]
    if request.viewer.has(P.VISIT_VIEW):
        trail.append(("Visits", reverse("visits:visit-list")))
        if visit is not None:
            trail.append((visit_name(visit), reverse("visits:visit-detail", args=[visit.pk])))
    return trail


def note_trail(request, note, *, with_note=True) -> list[tuple[str, str]]:
    trail = [("My work", "/")]
    if request.viewer.has(P.NOTE_VIEW):
        trail.append(("Notes of visit", reverse("visits:note-list")))
    elif request.viewer.has(P.VISIT_VIEW):
        trail.append(("Visits", reverse("visits:visit-list")))
    if with_note:
        trail.append((visit_name(note.visit), note_address(request.viewer, note.pk)))
    return trail


# Lines of the record that say nothing of where a note stands.
READ_AND_WRITTEN = ("note.open", "note.answer", "note.comment")


def is_their_own_repeat(*, name: str, note, user) -> bool:
    """Whether the last move of a note is this one, made by this person: a second click, not a clash."""
    moved = selectors.history(note=note).filter(what__in=EVENT_TITLES).exclude(what__in=WRITTEN).first()
    return moved is not None and moved.what == f"note.{name}" and moved.by_id == user.pk


def last_change(note) -> AuditEvent | None:
    """Who did what to a note last, as it stands in the record."""
    return selectors.history(note=note).exclude(what__in=READ_AND_WRITTEN).first()


@dataclass(frozen=True)
class Remark:
    """A comment as a page shows it: whose, when, on which section."""

    who: str
    at: datetime
    text: str
    about: str = ""


def said(note, comments) -> list[Remark]:
    """Comments with the names of their writers and of the sections that they are about."""
    titles = {section.key: section.title for section in selectors.template_of(note=note).sections}
    return [Remark(writer(one), one.at, one.text, titles.get(one.section_key, "")) for one in comments]


def is_shown_above(note, comment) -> bool:
    """Whether a comment is the dispute or the decision that the page already shows under its own heading."""
    own = {"dispute": note.dispute_reason, "moderate": note.moderation}
    return bool(comment.text) and own.get(comment.move) == comment.text


def writer(comment) -> str:
    role = ROLE_NAMES.get(comment.by_role, "")
    name = comment.by.full_name if comment.by else "The service"
    return f"{name}, {in_sentence(role)}" if role else name


def change_words(event) -> str:
    """The last change of a note as a sentence: who, what and when."""
    if event is None:
        return ""
    return f"{title_of(event)}{f' by {event.by_name}' if event.by_name else ''}, {moment(event.at)}."


def refused(request, *, heading, reasons, back, trail=(), status=200):
    """A page that says why something cannot be done now and where to go (never an error on a field)."""
    context = {"heading": heading, "reasons": reasons, "back_link": back, "breadcrumbs": trail}
    return render(request, "visits/refused.html", context, status=status)


def to_note(request, note):
    return redirect(note_address(request.viewer, note.pk))
