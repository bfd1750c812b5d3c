"""An issued note: its page, PDF, proof, versions and history; issuing, amending, withdrawing (D-24, NOV-36, NOV-38, NOV-40)."""

import io
import uuid
from datetime import date

import pikepdf
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.urls import reverse

from accounts.permissions import Role
from accounts.tests.factories import member
from schools.models import SharingOptOut
from sipmanager.core.models import AuditEvent
from visits.models import IssueRequest
from visits.states import NoteState as S
from visits.tests.factories import at, make_note, move

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _day(clock_at):
    clock_at("2009-11-11 15:42")  # Wednesday


def page(name: str, *args) -> str:
    return reverse(f"visits:{name}", args=args)


def read(client, name, *args) -> str:
    answer = client.get(page(name, *args))
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_list_says_who_receives_the_note_and_who_does_not_and_why(as_role):
    note = make_note(S.FINAL)
    note.people.school.posts.filter(kind="chair").update(user=None, email="")

    content = read(as_role(user=note.people.sip), "note-distribute", note.pk)

    assert note.people.head.full_name in content
    assert note.people.senior_adviser.email in content
    assert "Who will not, and why" in content
    assert "No email address is on record" in content


def test_issuing_by_the_page_happens_once(as_role, django_capture_on_commit_callbacks):
    note = make_note(S.FINAL)
    client, form = as_role(user=note.people.sip), {"name": "distribute", "version": note.content_version}

    with django_capture_on_commit_callbacks(execute=True):
        client.post(page("note-move", note.pk), form)
    again = client.post(page("note-move", note.pk), form)

    note.refresh_from_db()
    assert note.status == S.DISTRIBUTED
    assert again.status_code == 302
    assert note.issues.count() == 1
    assert note.distributions.count() == 5
    assert IssueRequest.objects.count() == 1


def test_while_a_note_is_being_issued_the_page_says_so_and_offers_another_try(as_role):
    note = make_note(S.FINAL)
    client = as_role(user=note.people.sip)
    client.post(page("note-move", note.pk), {"name": "distribute", "version": note.content_version})

    content = read(client, "note-draft", note.pk)
    again = client.post(page("note-issue-again", note.pk))
    stranger = as_role(user=note.people.line_manager).post(page("note-issue-again", note.pk))

    assert "The note is being issued." in content
    assert "Issue the note" not in content
    assert again.status_code == 302
    assert stranger.status_code == 403
    assert IssueRequest.objects.count() == 1


def test_a_school_that_opted_out_is_not_sent_on(as_role):
    """ACT-13, NOV-36: and only the manager releases, after the head's approval."""
    note = make_note(S.POST_APPROVAL_REVIEW, preset="alpsit")
    SharingOptOut.objects.create(school=note.school, recipient="diocese", starts_on=date(2009, 9, 1), recorded_at=at())

    content = read(as_role(user=note.people.manager), "note-distribute", note.pk)
    writer = as_role(user=note.people.sip).post(
        page("note-move", note.pk), {"name": "release", "version": note.content_version}
    )

    assert "The school has asked that its notes are not shared here" in content
    assert writer.status_code == 409
    note.refresh_from_db()
    assert note.status == S.POST_APPROVAL_REVIEW


@pytest.fixture
def issued():
    return make_note(S.DISTRIBUTED)


def test_the_issued_note_stands_beside_its_reference_digest_and_proof(as_role, issued):
    content = read(as_role(user=issued.people.manager), "note-detail", issued.pk)

    version = issued.issues.get()
    assert "What was seen of evidence." in content
    assert f"{issued.school.urn}/{issued.pk}, version 1" in content
    assert version.content_digest in content
    assert version.document.digest in content
    assert "Headteacher. Sent 10 November 2009, not opened yet" in content


def test_opening_is_proved_and_recorded_once_a_day(as_role, issued):
    """NOV-38, ROL-32."""
    client = as_role(user=issued.people.head)
    read(client, "note-detail", issued.pk)
    read(client, "note-detail", issued.pk)

    assert issued.distributions.get(user=issued.people.head).opened_at is not None
    opened = AuditEvent.objects.filter(what="note.open", by_id=issued.people.head.pk)
    assert [event.subject for event in opened] == [f"note:{issued.pk}"]


def test_a_pdf_that_is_not_in_the_store_as_it_was_put_there_is_said_to_be_so_and_counts_as_read_by_nobody(as_role, issued):
    digest = issued.issues.get().document.digest
    shelf, path = storages["documents"], f"{digest[:2]}/{digest}"
    client = as_role(user=issued.people.chair)
    for damage in (lambda: shelf.delete(path), lambda: shelf.save(path, ContentFile(b"another"))):
        damage()
        answer = client.get(page("note-pdf", issued.pk))
        assert answer.status_code == 503
        assert "This file cannot be opened" in answer.content.decode()
    assert not AuditEvent.objects.filter(what__startswith="note.open", by_id=issued.people.chair.pk).exists()
    assert read(client, "note-detail", issued.pk)


def test_the_pdf_is_a_download_that_nothing_keeps(as_role, issued):
    answer = as_role(user=issued.people.chair).get(page("note-pdf", issued.pk))

    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="note-{issued.pk}-version-1.pdf"'
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in answer.headers["Cache-Control"]
    with pikepdf.open(io.BytesIO(answer.content)) as pdf:
        assert "/StructTreeRoot" in pdf.Root


@pytest.mark.parametrize("who", ["sip", "manager", "line_manager", "senior_adviser", "head", "chair"])
def test_everybody_around_the_note_reads_what_was_issued_and_strangers_get_nothing(as_role, issued, who):
    other = make_note(S.DISTRIBUTED)
    client, stranger = as_role(user=getattr(issued.people, who)), as_role(user=getattr(other.people, who))

    for name in ("note-detail", "note-pdf"):
        assert client.get(page(name, issued.pk)).status_code == 200
        assert stranger.get(page(name, issued.pk)).status_code == 404
    assert stranger.get(f"{page('note-pdf', issued.pk)}?version=1").status_code == 404
    assert stranger.get(page("note-version", issued.pk, 1)).status_code == 404


def test_the_way_of_the_message_leads_to_what_one_may_read(as_role, issued):
    """A draft's address leads to the issued note once there is one."""
    for who in ("sip", "head", "manager"):
        answer = as_role(user=getattr(issued.people, who)).get(page("note-draft", issued.pk))
        assert answer.url == page("note-detail", issued.pk)


def test_recipients_are_shown_to_the_authority_and_the_writer_alone(as_role, issued):
    assert "Who has received it" in read(as_role(user=issued.people.sip), "note-detail", issued.pk)
    for who in ("head", "chair"):
        assert "Who has received it" not in read(as_role(user=getattr(issued.people, who)), "note-detail", issued.pk)


# A later version.


def amendment(note, text="Corrected text.", **fields) -> dict:
    return {"text-evidence": text, "reason": "A figure was wrong", "version": note.content_version, **fields}


def test_an_amendment_is_looked_at_before_it_is_issued(as_role, issued, django_capture_on_commit_callbacks):
    """NOV-40: never edited in place; a reason; what changed; the earlier version kept."""
    client, address = as_role(user=issued.people.manager), page("note-amend", issued.pk)

    look = client.post(address, amendment(issued)).content.decode()
    assert "Check what you change" in look
    assert "<ins>" in look
    assert not IssueRequest.objects.filter(move="amend").exists()

    with django_capture_on_commit_callbacks(execute=True):
        client.post(address, amendment(issued, step="issue"))
    issued.refresh_from_db()
    assert issued.status == S.AMENDED

    content = read(client, "note-detail", issued.pk)
    assert "Corrected text." in content
    assert "This version was amended: A figure was wrong" in content
    first = read(client, "note-version", issued.pk, 1)
    assert "What was seen of evidence." in first
    assert "This is an earlier version. A later one has taken its place." in first
    assert client.get(f"{page('note-pdf', issued.pk)}?version=1").status_code == 200
    assert client.get(f"{page('note-pdf', issued.pk)}?version=7").status_code == 404


def test_an_amendment_without_reason_or_without_change_is_none(as_role, issued):
    client, address = as_role(user=issued.people.manager), page("note-amend", issued.pk)

    no_reason = client.post(address, amendment(issued, reason=".", step="issue")).content.decode()
    no_change = client.post(address, amendment(issued, "What was seen of evidence.", step="issue")).content.decode()

    assert "Enter a reason in words" in no_reason
    assert "Corrected text." in no_reason
    assert "Change the text of at least one section" in no_change
    assert issued.issues.count() == 1


def test_a_withdrawn_note_says_so_and_its_text_is_the_authoritys_alone(as_role, issued, django_capture_on_commit_callbacks):
    client = as_role(user=issued.people.manager)
    confirm = client.get(f"{page('note-move', issued.pk)}?name=withdraw").content.decode()
    assert "Why is the note withdrawn?" in confirm

    with django_capture_on_commit_callbacks(execute=True):
        client.post(
            page("note-move", issued.pk),
            {"name": "withdraw", "version": issued.content_version, "comment": "Written about another school."},
        )

    head = as_role(user=issued.people.head)
    content = read(head, "note-detail", issued.pk)
    assert "This note has been withdrawn and no longer stands." in content
    assert "What was seen of evidence." not in content
    assert head.get(page("note-version", issued.pk, 1)).status_code == 404
    assert head.get(f"{page('note-pdf', issued.pk)}?version=1").status_code == 404
    assert "What was seen of evidence." in read(client, "note-version", issued.pk, 1)


@pytest.mark.parametrize("who", ["sip", "line_manager", "senior_adviser", "mentor", "head", "chair"])
def test_only_the_manager_amends_or_withdraws(as_role, issued, who):
    client = as_role(user=getattr(issued.people, who))

    client.post(page("note-amend", issued.pk), amendment(issued, step="issue"))
    client.post(
        page("note-move", issued.pk), {"name": "withdraw", "version": issued.content_version, "comment": "Because of it."}
    )

    issued.refresh_from_db()
    assert issued.status == S.DISTRIBUTED
    assert not IssueRequest.objects.exclude(move="distribute").exists()


# The head's word after issue, and the history.


def test_where_the_head_has_no_step_their_comment_stands_with_the_issued_note(as_role):
    """D-24, learning_trust."""
    note = make_note(S.DISTRIBUTED, preset="learning_trust")
    client = as_role(user=note.people.head)
    form = {"text": "We do not see it so.", "form_key": str(uuid.uuid4())}

    client.post(page("note-comment", note.pk), form)
    client.post(page("note-comment", note.pk), form)
    empty = client.post(page("note-comment", note.pk), {"text": "", "form_key": str(uuid.uuid4())})

    assert note.comments.filter(text="We do not see it so.").count() == 1
    assert "Enter a comment" in empty.content.decode()
    note.refresh_from_db()
    assert note.status == S.DISTRIBUTED
    for who in ("head", "manager", "sip", "chair"):
        assert "We do not see it so." in read(as_role(user=getattr(note.people, who)), "note-detail", note.pk)


def test_where_the_head_had_a_step_there_is_no_late_comment(as_role, issued):
    client = as_role(user=issued.people.head)
    client.post(page("note-comment", issued.pk), {"text": "Too late.", "form_key": str(uuid.uuid4())})
    assert not issued.comments.filter(text="Too late.").exists()


def test_the_history_tells_the_authority_all_and_the_school_what_concerned_it(as_role):
    note = make_note(S.LA_REVIEW, preset="national")
    move(note, "return_to_sip", "line_manager", comment="Too harsh.")
    move(note, "submit", "sip")
    move(note, "agree_draft", "line_manager")

    manager = read(as_role(user=note.people.manager), "note-history", note.pk)
    head = read(as_role(user=note.people.head), "note-history", note.pk)

    assert "Returned with comments" in manager
    assert "Too harsh." in manager
    assert "Returned with comments" not in head
    assert "Too harsh." not in head
    assert "Agreed by the authority and sent to the head" in head


def test_a_reader_outside_reads_only_what_was_sent_there(as_role):
    """ROL-27: a diocese and the authority in which a trust's school lies."""
    note = make_note(S.DISTRIBUTED, preset="alpsit")
    unsent = make_note(S.HEAD_REVIEW, preset="alpsit", people=note.people, day=date(2009, 11, 11))
    diocese = as_role(Role.DIOCESE, at=note.school.diocese)
    reader = as_role(user=member(Role.READER, at=note.school.local_authority))

    for client in (diocese, reader):
        content = read(client, "note-detail", note.pk)
        assert "What was seen of" in content
        assert client.get(page("note-pdf", note.pk)).status_code == 200
        assert client.get(page("note-detail", unsent.pk)).status_code == 404
        assert client.get(page("note-draft", note.pk)).status_code == 404
        assert client.get(page("note-history", note.pk)).status_code == 404


def test_a_correction_that_the_head_asked_for_stands_in_the_history_and_the_asking_to_issue_does_not(as_role):
    note = make_note(S.HEAD_REVIEW)
    move(note, "ask_correction", "head")
    client = as_role(user=note.people.manager)
    assert "Correction asked for by the head" in client.get(page("note-history", note.pk)).content.decode()

    issued = make_note(S.DISTRIBUTED)
    content = as_role(user=issued.people.manager).get(page("note-history", issued.pk)).content.decode()
    assert "Issue asked for" not in content
    assert "Issued" in content
