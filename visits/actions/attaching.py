"""Documents attached to a disputed note: by the head, the SIP and the senior adviser who decides (NOV-33)."""

from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import F

from accounts.access import Viewer, can
from accounts.permissions import Permission
from sipmanager.core import audit, documents, uploaded
from sipmanager.core.models import StoredDocument
from sipmanager.core.workflow import MoveRefused, OutOfDate

from ..models import Note, NoteAttachment, Visit
from ..selectors import attached
from ..states import NoteState
from ..workflow.notes import disputes_are_possible
from .answering import role_of

P = Permission
MOST_DOCUMENTS = 10
# In which state who attaches, by right; a head may bring what they need before they say that they dispute.
ATTACHING = {NoteState.HEAD_REVIEW: (P.NOTE_ANSWER,), NoteState.DISPUTED: (P.NOTE_ANSWER, P.NOTE_WRITE, P.NOTE_MODERATE)}

TOO_MANY = f"A note can have {MOST_DOCUMENTS} documents at most"
THERE_ALREADY = "The selected file is already attached to this note"
TOO_LATE = "Documents can be attached and removed only until the dispute is decided. The note has moved on."


@dataclass(frozen=True)
class Prepared:
    """A document that has been looked at and stored, to be attached."""

    file: uploaded.Checked
    document: StoredDocument
    permission: Permission


def right_to_attach(*, note: Note, viewer: Viewer) -> Permission | None:
    """The right by which this person may attach documents to the note as it stands, if any."""
    if note.visit.voided_on is not None or not disputes_are_possible(note.policy):
        return None
    return next((right for right in ATTACHING.get(note.status, ()) if can(viewer, right, note)), None)


def prepare_document(*, note: Note, content: bytes, name: str, viewer: Viewer, at: datetime) -> Prepared:
    """Look at a file and store it, outside any transaction (D-38).

    Raises `PermissionDenied` where the note's documents are not this person's, `OutOfDate` where the note has moved
    on, `MoveRefused` with one sentence where the file is refused; then nothing is kept.
    """
    permission = right_to_attach(note=note, viewer=viewer)
    if permission is None and note.status not in ATTACHING:
        raise OutOfDate([TOO_LATE])
    if permission is None:
        raise PermissionDenied("Documents are attached by those who dispute, write or decide")
    if attached(note).count() >= MOST_DOCUMENTS:
        raise MoveRefused([TOO_MANY])
    try:
        file = uploaded.checked(name=name, content=content)
    except uploaded.FileUnfit as unfit:
        raise MoveRefused([unfit.says]) from unfit
    return Prepared(file, documents.store(content=content, content_type=file.content_type, at=at), permission)


def attach_prepared(*, note: Note, prepared: Prepared, viewer: Viewer, at: datetime, says: str = "") -> NoteAttachment:
    """Attach a stored document. It raises the content version, so that nobody decides on a page without it (D-26).

    Raises `OutOfDate` where the note has moved on since, `MoveRefused` where it has this document or too many already.
    """
    if right_to_attach(note=note, viewer=viewer) is None:
        raise OutOfDate([TOO_LATE])
    file = prepared.file
    try:
        with transaction.atomic():
            _claim(note)
            if attached(note).count() >= MOST_DOCUMENTS:
                raise MoveRefused([TOO_MANY])
            row = NoteAttachment.objects.create(
                note=note, document=prepared.document, name=file.name, content_type=file.content_type, size=file.size,
                says=uploaded.one_line(says)[:300], by=viewer.user, by_role=role_of(viewer, prepared.permission), at=at,
                content_version=note.content_version + 1,
            )  # fmt: skip
            audit.record(
                what="note.attach", subject=note, by=viewer.user, at=at, capacity=row.by_role, attachment=row.pk,
                digest=prepared.document.digest,
            )  # fmt: skip
    except IntegrityError:
        raise MoveRefused([THERE_ALREADY]) from None
    note.content_version += 1
    return row


def attach_document(
    *, note: Note, content: bytes, name: str, viewer: Viewer, at: datetime, says: str = ""
) -> NoteAttachment:  # fmt: skip
    """Check, store and attach one file; raises as the two steps do."""
    prepared = prepare_document(note=note, content=content, name=name, viewer=viewer, at=at)
    return attach_prepared(note=note, prepared=prepared, viewer=viewer, at=at, says=says)


def may_remove(*, attachment: NoteAttachment, viewer: Viewer) -> bool:
    """Whoever attached a document takes it away, until the dispute is decided."""
    note = attachment.note
    is_theirs = attachment.by_id == getattr(viewer.user, "pk", None)
    return is_theirs and note.status in ATTACHING and can(viewer, P.NOTE_DRAFT_VIEW, note)


def remove_attachment(*, attachment: NoteAttachment, viewer: Viewer, at: datetime) -> None:
    """Take a document from the note. A second click has no effect.

    Raises `OutOfDate` once the dispute is decided, `PermissionDenied` for anybody but who attached it.
    """
    note = attachment.note
    if note.status not in ATTACHING:
        raise OutOfDate([TOO_LATE])
    if not may_remove(attachment=attachment, viewer=viewer):
        raise PermissionDenied("A document is removed by whoever attached it")
    with transaction.atomic():
        _claim(note)
        if NoteAttachment.objects.filter(pk=attachment.pk, removed_at=None).update(removed_at=at):
            audit.record(
                what="note.remove_attachment", subject=note, by=viewer.user, at=at, capacity=attachment.by_role,
                attachment=attachment.pk,
            )  # fmt: skip
    attachment.refresh_from_db()


def _claim(note: Note) -> None:
    """Take the note's row in the state that was seen, so that no move slips in between."""
    if Visit.objects.filter(pk=note.visit_id, voided_on__isnull=False).exists():
        raise OutOfDate([TOO_LATE])
    seen = Note.objects.filter(pk=note.pk, status=note.status)
    if not seen.update(content_version=F("content_version") + 1):
        raise OutOfDate([TOO_LATE])
