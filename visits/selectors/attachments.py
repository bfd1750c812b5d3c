"""The documents attached to a note (NOV-33)."""

from django.db.models import QuerySet

from accounts.permissions import Role

from ..models import Note, NoteAttachment


def attached(note: Note) -> QuerySet[NoteAttachment]:
    """Every document that stands with the note, in the order in which they came."""
    return note.attachments.filter(removed_at=None).select_related("document", "by").order_by("at", "pk")


def by_the_head(note: Note) -> QuerySet[NoteAttachment]:
    """What the school itself attached: all that a head reads of the documents before the note is issued (D-25)."""
    return attached(note).filter(by_role=Role.HEAD)
