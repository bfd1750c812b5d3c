"""Files that a head or a SIP might attach, and what a refused one could leave behind."""

import io
import uuid

import pikepdf
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from sipmanager.core.models import AuditEvent, StoredDocument
from visits.models import Note, NoteAttachment

TEXT = b"Pupils on roll: 212"


def page(name: str, *args) -> str:
    return reverse(f"visits:{name}", args=args)


def pdf_file(password: str = "") -> bytes:
    made, written = pikepdf.new(), io.BytesIO()
    made.add_blank_page()
    made.save(written, encryption=pikepdf.Encryption(owner=password, user=password) if password else False)
    return written.getvalue()


def sent(name="figures.txt", content=TEXT, **fields) -> dict:
    return {"form_key": str(uuid.uuid4()), "says": "", "file": SimpleUploadedFile(name, content), **fields}


def what_is_kept(note) -> tuple:
    """Everything that a refused file could leave behind."""
    shelf = storages["documents"]
    folders = shelf.listdir(".")[0] if shelf.exists(".") else []
    return (
        Note.objects.filter(pk=note.pk).values().get(),
        NoteAttachment.objects.count(),
        StoredDocument.objects.count(),
        AuditEvent.objects.filter(subject=f"note:{note.pk}").count(),
        sorted(name for folder in folders for name in shelf.listdir(folder)[1]),
    )
