"""What was issued is checked against its digests."""

import json
from io import StringIO

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.core.management import call_command

from visits.models import IssuedVersion
from visits.states import NoteState as S

from .factories import make_note

pytestmark = pytest.mark.django_db


@pytest.fixture
def issue(monkeypatch):
    monkeypatch.setattr(
        "visits.actions.issuing.render", lambda note, *_: f"%PDF-1.7 of {note.school.urn} {note.made_at}".encode()
    )
    return make_note(S.DISTRIBUTED).issues.select_related("document", "note__authority").get()


def verify(**options) -> dict:
    out = StringIO()
    try:
        call_command("verify_notes", stdout=out, **options)
        stopped = False
    except SystemExit:
        stopped = True
    told = json.loads(out.getvalue())
    assert stopped is bool(told["damaged"])
    return told


def path_of(issue) -> str:
    return f"{issue.document.digest[:2]}/{issue.document.digest}"


def test_sound_notes_verify(issue):
    assert verify() == {"checked": 1, "damaged": []}
    assert verify(authority=issue.note.authority.code)["checked"] == 1
    assert verify(authority="ZZZ")["checked"] == 0


def test_a_text_that_was_tampered_with_is_found(issue):
    IssuedVersion.objects.filter(pk=issue.pk).update(content={**issue.content, "dispute": "Invented later."})
    assert verify()["damaged"] == [
        {"subject": f"note:{issue.note_id}", "version": 1, "because": "The text is not what was issued"}
    ]


def test_a_pdf_that_is_gone_or_not_the_one_is_found(issue):
    shelf = storages["documents"]
    shelf.delete(path_of(issue))
    assert verify()["damaged"][0]["because"] == "The PDF is missing from the store"
    shelf.save(path_of(issue), ContentFile(b"another"))
    assert verify()["damaged"][0]["because"] == "The PDF is not what was stored"
    shelf.delete(path_of(issue))
    IssuedVersion.objects.filter(pk=issue.pk).update(document=None)
    assert verify()["damaged"][0]["because"] == "There is no PDF"
