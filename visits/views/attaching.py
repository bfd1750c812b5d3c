"""Documents of a disputed note: the list, attaching and removing one, opening one (NOV-33)."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import requires
from accounts.permissions import ROLE_NAMES, Permission
from sipmanager.core import clock, documents
from sipmanager.core.forms import file_size
from sipmanager.core.once import once
from sipmanager.core.parts import Link
from sipmanager.core.wording import in_sentence
from sipmanager.core.workflow import MoveRefused, OutOfDate

from .. import actions, forms, selectors
from ..addresses import note_address
from ..models import NoteAttachment
from ..states import ISSUED
from .shared import get_any_note, get_note, note_trail, refused, to_note, visit_name

P = Permission


@dataclass(frozen=True)
class Document:
    """A document as a page lists it."""

    name: str
    size: str
    says: str
    digest: str
    who: str
    at: datetime
    url: str
    remove_url: str = ""


def documents_of(request, note, *, reading=None) -> list[Document]:
    """The documents that this person may open; of an issued version those that it carries."""
    found = selectors.attachments_of(note=note, viewer=request.viewer)
    if reading is not None:
        carried = {one.digest for one in reading.attachments}
        found = [one for one in found if one.document.digest in carried]
    return [shown(request, note, one) for one in found]


def shown(request, note, one: NoteAttachment) -> Document:
    page = "visits:note-document" if note.status in ISSUED else "visits:note-draft-document"
    is_removable = actions.may_remove(attachment=one, viewer=request.viewer)
    role = in_sentence(ROLE_NAMES.get(one.by_role, ""))
    return Document(
        one.name,
        file_size(one.size),
        one.says,
        one.document.digest,
        f"{one.by.full_name}, {role}" if role else one.by.full_name,
        one.at,
        reverse(page, args=[note.pk, one.pk]),
        reverse("visits:note-document-remove", args=[note.pk, one.pk]) if is_removable else "",
    )


def documents_beside(request, note) -> dict:
    """What a page about a draft shows of its documents, and the way to attach one for whoever may."""
    may_attach = actions.right_to_attach(note=note, viewer=request.viewer) is not None
    return {
        "documents": documents_of(request, note),
        "documents_url": reverse("visits:note-documents", args=[note.pk]) if may_attach else "",
    }


@requires(P.NOTE_DRAFT_VIEW)
@require_http_methods(["GET", "HEAD", "POST"])
def note_documents(request, pk):
    """The documents of a disputed note, and a form to attach one. The file is stored before anything is recorded."""
    note = get_any_note(request, pk)
    if actions.right_to_attach(note=note, viewer=request.viewer) is None:
        return too_late(request, note) if request.method == "POST" else to_note(request, note)
    is_sent = request.method == "POST"
    form = forms.AttachmentForm(request.POST if is_sent else None, request.FILES if is_sent else None)
    if is_sent and form.is_valid():
        try:
            return attach(request, note, form.cleaned_data)
        except OutOfDate:
            return too_late(request, note)
        except MoveRefused as refusal:
            form.add_error("file", refusal.reasons[0])
    context = documents_beside(request, note) | {
        "note": note,
        "form": form,
        "heading": "Documents attached to the note",
        "caption": visit_name(note.visit),
        "most": actions.MOST_DOCUMENTS,
        "note_url": note_address(request.viewer, note.pk),
        "breadcrumbs": note_trail(request, note),
    }
    return render(request, "visits/documents.html", context)


def attach(request, note, given):
    at, file = clock.now(), given["file"]
    prepared = actions.prepare_document(note=note, content=file.read(), name=file.name, viewer=request.viewer, at=at)

    def keep():
        actions.attach_prepared(note=note, prepared=prepared, viewer=request.viewer, at=at, says=given["says"])
        return reverse("visits:note-documents", args=[note.pk])

    address, is_new = once(key=given["form_key"], by=request.user, at=at, effect=keep)
    if is_new:
        messages.success(request, "The document is attached to the note.")
    return redirect(address)


def too_late(request, note):
    back = Link("Go back to the note", note_address(request.viewer, note.pk))
    reasons = ["Documents are attached and removed until the dispute is decided, by those who are party to it."]
    heading = "The documents of this note cannot be changed now"
    return refused(request, heading=heading, reasons=reasons, back=back, trail=note_trail(request, note), status=409)


@requires(P.NOTE_DRAFT_VIEW)
@require_POST
def note_document_remove(request, pk, document_pk):
    """Take away a document that one attached oneself, while the note is disputed."""
    note = get_any_note(request, pk)
    attachment = NoteAttachment.objects.select_related("document", "note__visit").filter(note=note, pk=document_pk).first()
    visible = {one.pk for one in selectors.attachments_of(note=note, viewer=request.viewer)}
    if attachment is None or (attachment.pk not in visible and attachment.by_id != request.user.pk):
        raise Http404("No such document")
    was_there = attachment.removed_at is None
    try:
        actions.remove_attachment(attachment=attachment, viewer=request.viewer, at=clock.now())
    except OutOfDate:
        return too_late(request, note)
    if was_there:
        messages.success(request, "The document is removed from the note.")
    return redirect("visits:note-documents", note.pk)


@requires(P.NOTE_VIEW)
@require_safe
def note_document(request, pk, document_pk):
    """A document of an issued note; one of a note that is not issued yet goes to its draft."""
    try:
        note = get_note(request, pk, P.NOTE_VIEW)
    except PermissionDenied:
        return redirect("visits:note-draft-document", pk, document_pk)
    return opened(request, note, document_pk)


@requires(P.NOTE_DRAFT_VIEW)
@require_safe
def note_draft_document(request, pk, document_pk):
    """A document of a note that is not issued yet, for whoever may read it at that stage (D-25)."""
    return opened(request, get_note(request, pk, P.NOTE_DRAFT_VIEW), document_pk)


def opened(request, note, document_pk):
    """The file itself. It is handed over to be saved, never shown in the page; opening it goes on record (ROL-32)."""
    found = selectors.attachments_of(note=note, viewer=request.viewer)
    attachment = next((one for one in found if one.pk == document_pk), None)
    if attachment is None:
        raise Http404("No such document")
    content = documents.read(attachment.document)
    actions.open_note(note=note, viewer=request.viewer, at=clock.now())
    return documents.as_download(content, attachment.content_type, attachment.name)
