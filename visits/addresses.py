"""Where a person meets a note: those who read issued notes at the note, a mentor, who reads drafts alone, at the draft."""

from django.urls import reverse

from accounts.access import Viewer
from accounts.permissions import Permission


def note_page(viewer: Viewer) -> str:
    """The name of the page that leads this person on to what they may read of a note."""
    return "visits:note-detail" if viewer.has(Permission.NOTE_VIEW) else "visits:note-draft"


def note_address(viewer: Viewer, pk: int) -> str:
    return reverse(note_page(viewer), args=[pk])
