"""Documents attached to a disputed note stay with it and go out with it (ACT-12, NOV-33, D-24, D-25, D-38)."""

import hashlib
import io
import uuid

import pikepdf
import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.template.loader import render_to_string

from accounts.permissions import Role
from accounts.tests.factories import member
from sipmanager.core import documents
from sipmanager.core.models import AuditEvent
from sipmanager.core.workflow import MoveRefused, OutOfDate
from visits import actions, jobs, selectors
from visits.actions import issuing
from visits.actions.attaching import _claim
from visits.models import Note, NoteAttachment, Visit
from visits.states import NoteState as S

from ..factories import HELD_ON, at, attach, bring_to, make_note, make_people, move
from .papers import TEXT, page, pdf_file, sent, what_is_kept

pytestmark = pytest.mark.django_db


# The whole way.


def test_act_12_a_dispute_goes_out_with_its_documents_and_cannot_be_overwritten(as_role):
    note = make_note(S.HEAD_REVIEW)
    head, content = as_role(user=note.people.head), pdf_file()
    answer = head.post(page("note-documents", note.pk), sent("Results 2009.pdf", content, says="Results of summer 2009"))
    assert answer.status_code == 302
    note.refresh_from_db()
    move(note, "dispute", "head", comment="The results of 2009 are left out.")
    attach(note, "sip", name="notes of the visit.txt")

    adviser = as_role(user=note.people.senior_adviser)
    shown = adviser.get(page("note-moderate", note.pk)).content.decode()
    assert "Results 2009.pdf" in shown
    assert "notes of the visit.txt" in shown
    move(note, "moderate", "senior_adviser", comment="The judgement stands; the results are added.")
    mine = note.attachments.get(by_role="head")
    with pytest.raises(OutOfDate):
        attach(note, "head", name="more.txt")
    with pytest.raises(OutOfDate):
        actions.remove_attachment(
            attachment=NoteAttachment.objects.get(pk=mine.pk), viewer=note.people.viewer("head"), at=at()
        )
    assert head.post(page("note-documents", note.pk), sent()).status_code == 409
    assert head.post(page("note-document-remove", note.pk, mine.pk)).status_code == 409
    bring_to(note, S.DISTRIBUTED)

    issue = note.issues.get()
    digest = hashlib.sha256(content).hexdigest()
    assert issue.content["dispute"] == "The results of 2009 are left out."
    assert issue.content["moderation"] == "The judgement stands; the results are added."
    carried = {one["name"]: one for one in issue.content["attachments"]}
    assert set(carried) == {"Results 2009.pdf", "notes of the visit.txt"}
    assert carried["Results 2009.pdf"] == {
        "name": "Results 2009.pdf", "digest": digest, "size": len(content), "says": "Results of summer 2009",
    }  # fmt: skip
    assert issuing.digest_of(issue.content) == issue.content_digest
    with pikepdf.open(io.BytesIO(documents.read(issue.document))) as printed:
        assert len(printed.pages) >= 1
    for who in ("head", "chair", "sip", "manager"):
        client = as_role(user=getattr(note.people, who))
        assert "Results 2009.pdf" in client.get(page("note-detail", note.pk)).content.decode(), who
        answer = client.get(page("note-document", note.pk, mine.pk))
        assert answer.status_code == 200
        assert hashlib.sha256(answer.content).hexdigest() == digest

    # The head has had their say: nothing of what went out is theirs to change.
    assert head.post(page("note-document-remove", note.pk, mine.pk)).status_code == 409
    assert head.post(page("note-documents", note.pk), sent("later.txt")).status_code == 409
    with pytest.raises(MoveRefused):
        actions.answer_section(
            note=note, section_key="", verdict="dispute", text="No.", by=note.people.head, at=at(), version=0
        )
    assert note.attachments.filter(removed_at=None).count() == 2
    assert note.issues.get().content == issue.content


def test_the_pdf_names_every_document_and_its_digest():
    note = make_note(S.DISPUTED)
    attached = attach(note, "sip", name="record <b>.txt")
    found = {}
    bring_to(note, S.FINAL)

    def keep(template, context):
        found.update(context)
        return b"%PDF-1.7 stands in"

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(issuing.pdf, "render", keep)
        bring_to(note, S.DISTRIBUTED)
    html = render_to_string("visits/pdf/note.html", {**found, "language": "en-GB"})
    assert attached.document.digest in html
    assert attached.name in html
    assert "<b>" not in attached.name


def test_an_amended_version_keeps_the_documents_and_a_withdrawn_one_hands_out_none(as_role, quick_pdf):
    note = make_note(S.DISPUTED)
    attached = attach(note, "head")
    bring_to(note, S.DISTRIBUTED)
    move(note, "amend", "manager")
    assert [one["name"] for one in note.issues.get(number=2).content["attachments"]] == ["figures.txt"]
    move(note, "withdraw", "manager")
    assert note.issues.get(number=3).content["attachments"] == []
    assert as_role(user=note.people.head).get(page("note-document", note.pk, attached.pk)).status_code == 404
    assert as_role(user=note.people.manager).get(page("note-document", note.pk, attached.pk)).status_code == 200


def test_an_issued_version_from_before_there_were_documents_still_reads(quick_pdf):
    note = make_note(S.DISTRIBUTED)
    issue = note.issues.get()
    del issue.content["attachments"]
    assert selectors.issued_reading(issue).attachments == ()


def test_a_note_has_ten_documents_at_most_and_none_twice():
    note = make_note(S.DISPUTED)
    for number in range(10):
        attach(note, "head", name=f"{number}.txt")
        if number == 1:
            before = what_is_kept(note)
            with pytest.raises(MoveRefused) as twice:
                attach(note, "sip", name="other name.txt", content=f"Figures of 1.txt, note {note.pk}.".encode())
            assert "already attached" in twice.value.reasons[0]
            assert what_is_kept(note) == before
    before = what_is_kept(note)
    with pytest.raises(MoveRefused) as many:
        attach(note, "sip", name="11.txt")
    assert many.value.reasons == ["A note can have 10 documents at most"]
    assert what_is_kept(note) == before


# Who may do what.


@pytest.mark.parametrize("who", ["sip", "senior_adviser"])
def test_while_the_head_reads_only_the_head_attaches(who):
    note = make_note(S.HEAD_REVIEW)
    before = what_is_kept(note)
    with pytest.raises(PermissionDenied):
        attach(note, who)
    assert what_is_kept(note) == before
    assert attach(note, "head").pk


@pytest.mark.parametrize("who", ["manager", "line_manager", "mentor", "chair"])
def test_nobody_but_the_parties_attaches(as_role, who):
    note = make_note(S.DISPUTED)
    before = what_is_kept(note)
    with pytest.raises(PermissionDenied):
        attach(note, who)
    assert as_role(user=getattr(note.people, who)).post(page("note-documents", note.pk), sent()).status_code in (404, 409)
    assert what_is_kept(note) == before


@pytest.mark.parametrize("state", [S.DRAFTING, S.LA_REVIEW, S.AGREED, S.MODERATED, S.FINAL])
def test_no_other_state_takes_documents(state):
    note = make_note(state, is_contested=state == S.LA_REVIEW)
    before = what_is_kept(note)
    for who in ("head", "sip", "senior_adviser"):
        with pytest.raises(OutOfDate):
            attach(note, who)
    assert what_is_kept(note) == before


def test_where_nobody_can_dispute_nothing_is_attached(quick_pdf):
    note = make_note(S.DISTRIBUTED, preset="learning_trust")
    assert actions.right_to_attach(note=note, viewer=note.people.viewer("sip")) is None


def test_a_stranger_and_the_head_of_another_school_find_nothing(as_role):
    note, other = make_note(S.DISPUTED), make_people("kent")
    attached = attach(note, "head")
    before = what_is_kept(note)
    for user in (other.head, other.sip, other.senior_adviser, member(Role.MANAGER)):
        client = as_role(user=user)
        for name in ("note-document", "note-draft-document"):
            assert client.get(page(name, note.pk, attached.pk)).status_code == 404, name
        assert client.get(page("note-documents", note.pk)).status_code == 404
        assert client.post(page("note-documents", note.pk), sent()).status_code == 404
        assert client.post(page("note-document-remove", note.pk, attached.pk)).status_code == 404
    assert what_is_kept(note) == before


def test_a_document_of_another_note_is_not_found_under_this_one(as_role):
    note = make_note(S.DISPUTED)
    other = make_note(S.DISPUTED, people=make_people("kent"))
    attached = attach(other, "head")
    client = as_role(user=note.people.sip)
    assert client.get(page("note-draft-document", note.pk, attached.pk)).status_code == 404
    assert client.post(page("note-document-remove", note.pk, attached.pk)).status_code == 404


def test_a_school_never_sees_the_other_sides_documents_before_the_note_is_issued(as_role, quick_pdf):
    note = make_note(S.DISPUTED)
    mine, theirs = attach(note, "head", name="mine.txt"), attach(note, "sip", name="theirs.txt")
    head, chair = as_role(user=note.people.head), as_role(user=note.people.chair)
    for name in ("note-draft", "note-documents", "note-history"):
        shown = head.get(page(name, note.pk)).content.decode()
        assert "theirs.txt" not in shown, name
    assert head.get(page("note-draft-document", note.pk, mine.pk)).status_code == 200
    assert head.get(page("note-draft-document", note.pk, theirs.pk)).status_code == 404
    assert head.post(page("note-document-remove", note.pk, theirs.pk)).status_code == 404
    for one in (mine, theirs):
        assert chair.get(page("note-document", note.pk, one.pk)).status_code == 404
        assert chair.get(page("note-draft-document", note.pk, one.pk)).status_code == 404
    bring_to(note, S.FINAL)
    assert head.get(page("note-draft-document", note.pk, theirs.pk)).status_code == 404
    bring_to(note, S.DISTRIBUTED)
    for client in (head, chair):
        assert client.get(page("note-document", note.pk, theirs.pk)).status_code == 200


def test_those_who_work_on_drafts_read_all_the_documents(as_role):
    note = make_note(S.DISPUTED)
    mine = attach(note, "head", name="mine.txt")
    for who in ("sip", "senior_adviser", "manager", "line_manager", "mentor"):
        client = as_role(user=getattr(note.people, who))
        assert client.get(page("note-draft-document", note.pk, mine.pk)).status_code == 200, who
        assert client.post(page("note-document-remove", note.pk, mine.pk)).status_code in (403, 404), who
    assert "mine.txt" in as_role(user=note.people.sip).get(page("note-draft", note.pk)).content.decode()
    assert note.attachments.get().removed_at is None


def test_who_attached_a_document_removes_it_while_the_dispute_lasts(as_role):
    note = make_note(S.DISPUTED)
    mine = attach(note, "head")
    head = as_role(user=note.people.head)
    for _ in range(2):
        assert head.post(page("note-document-remove", note.pk, mine.pk)).status_code == 302
    mine.refresh_from_db()
    assert mine.removed_at is not None
    assert AuditEvent.objects.filter(subject=f"note:{note.pk}", what="note.remove_attachment").count() == 1
    assert head.get(page("note-draft-document", note.pk, mine.pk)).status_code == 404
    assert selectors.attachments_of(note=note, viewer=note.people.viewer("sip")) == []
    note.refresh_from_db()
    assert attach(note, "head").pk != mine.pk, "the same file can come again"


# What happens between the check of a file and its recording.


def prepared_for(note, who="head"):
    viewer = note.people.viewer(who, HELD_ON)
    return viewer, actions.prepare_document(note=note, content=TEXT, name="figures.txt", viewer=viewer, at=at())


def test_a_document_that_comes_after_the_decision_is_not_attached():
    note = make_note(S.DISPUTED)
    viewer, prepared = prepared_for(note)
    Note.objects.filter(pk=note.pk).update(status=S.MODERATED)
    for seen in (note, Note.objects.get(pk=note.pk)):
        with pytest.raises(OutOfDate):
            actions.attach_prepared(note=seen, prepared=prepared, viewer=viewer, at=at())
    assert not NoteAttachment.objects.filter(note=note).exists()


def test_a_document_for_a_visit_struck_out_meanwhile_is_not_attached():
    note = make_note(S.DISPUTED)
    assert note.visit.voided_on is None
    viewer, prepared = prepared_for(note)
    Visit.objects.filter(pk=note.visit_id).update(voided_on=HELD_ON)
    with pytest.raises(OutOfDate):
        actions.attach_prepared(note=note, prepared=prepared, viewer=viewer, at=at())
    assert not NoteAttachment.objects.filter(note=note).exists()


def test_a_visit_struck_out_in_the_last_moment_stops_the_recording():
    note = make_note(S.DISPUTED)
    Visit.objects.filter(pk=note.visit_id).update(voided_on=HELD_ON)
    with pytest.raises(OutOfDate):
        _claim(note)
    assert Note.objects.get(pk=note.pk).content_version == note.content_version


def test_of_two_that_come_for_the_last_place_one_is_refused():
    note = make_note(S.DISPUTED)
    for number in range(9):
        attach(note, "head", name=f"{number}.txt")
    viewer, prepared = prepared_for(note)
    attach(note, "sip", name="tenth.txt")
    with pytest.raises(MoveRefused):
        actions.attach_prepared(note=note, prepared=prepared, viewer=viewer, at=at())
    assert NoteAttachment.objects.filter(note=note, removed_at=None).count() == 10


# Sending and opening.


def test_a_double_click_attaches_once(as_role):
    note = make_note(S.HEAD_REVIEW)
    head, key = as_role(user=note.people.head), str(uuid.uuid4())
    for _ in range(2):
        assert head.post(page("note-documents", note.pk), sent(form_key=key)).status_code == 302
    assert note.attachments.count() == 1
    assert AuditEvent.objects.filter(subject=f"note:{note.pk}", what="note.attach").count() == 1


def test_the_audit_line_names_no_file():
    note = make_note(S.DISPUTED)
    attach(note, "head", name="Private matter.txt", says="About a person")
    line = AuditEvent.objects.get(subject=f"note:{note.pk}", what="note.attach")
    assert line.capacity == "head"
    assert "Private" not in str(line.details)
    assert "person" not in str(line.details)


def test_whoever_decides_on_a_page_without_a_new_document_is_asked_to_look_again():
    note = make_note(S.DISPUTED)
    seen = note.content_version
    attach(note, "head")
    with pytest.raises(OutOfDate):
        actions.move_note(
            note=Note.objects.get(pk=note.pk), name="moderate", viewer=note.people.viewer("senior_adviser"), at=at(),
            version=seen, comment="It stands.",
        )  # fmt: skip
    note.refresh_from_db()
    assert note.status == S.DISPUTED


def test_the_head_still_reads_and_answers_the_version_they_were_given(as_role):
    note = make_note(S.HEAD_REVIEW)
    head = as_role(user=note.people.head)
    key = note.sections.order_by("position").first().key
    attach(note, "head")
    note.refresh_from_db()
    actions.answer_section(
        note=note, section_key=key, verdict="dispute", text="The figures are wrong.", by=note.people.head, at=at(), version=0
    )
    shown = head.get(page("note-draft", note.pk)).content.decode()
    assert "figures.txt" in shown
    assert page("note-documents", note.pk) in shown
    move(note, "dispute", "head")
    assert "figures.txt" in head.get(page("note-draft", note.pk)).content.decode()


def test_a_file_is_handed_over_to_be_saved_and_opening_it_goes_on_record(as_role):
    note = make_note(S.DISPUTED)
    attached = attach(note, "head", name="Ergebnis \u00e4.txt", content=b"<b> is not read as a page")
    client = as_role(user=note.people.sip)
    answer = client.get(page("note-draft-document", note.pk, attached.pk))
    assert answer["Content-Type"] == "text/plain"
    assert answer["Content-Disposition"].startswith("attachment;")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "private, no-store"
    opened = AuditEvent.objects.filter(subject=f"note:{note.pk}", what="note.open", by_id=note.people.sip.pk)
    assert opened.count() == 1
    followed = client.get(page("note-document", note.pk, attached.pk))
    assert followed.status_code == 302
    assert followed["Location"] == page("note-draft-document", note.pk, attached.pk)


def test_the_documents_of_an_issued_note_verify_with_it(quick_pdf):
    note = make_note(S.DISPUTED)
    digest = attach(note, "head").document.digest
    bring_to(note, S.DISTRIBUTED)
    assert jobs.verify_issues() == (1, [])
    shelf = storages["documents"]
    shelf.delete(f"{digest[:2]}/{digest}")
    assert jobs.verify_issues()[1][0]["because"] == "An attached document is missing from the store"
    shelf.save(f"{digest[:2]}/{digest}", ContentFile(b"another"))
    assert jobs.verify_issues()[1][0]["because"] == "An attached document is not what was stored"


def test_a_damaged_file_is_never_handed_over():
    note = make_note(S.DISPUTED)
    attached = attach(note, "head")
    digest = attached.document.digest
    shelf = storages["documents"]
    shelf.delete(f"{digest[:2]}/{digest}")
    shelf.save(f"{digest[:2]}/{digest}", ContentFile(b"something else"))
    with pytest.raises(documents.DocumentDamaged):
        documents.read(attached.document)
