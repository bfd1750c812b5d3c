"""Issuing: asked for, rendered, recorded; whatever breaks in between leaves all or nothing (D-31, D-38, NOV-38, NOV-40)."""

import hashlib
import io
import json

import pikepdf
import pytest
from django.core.exceptions import PermissionDenied
from django.template.loader import render_to_string

from accounts.permissions import Role
from accounts.tests import factories as accounts_factories
from partners.models import Partner
from schools.models import Post, School
from sipmanager.core import documents
from sipmanager.core.models import AuditEvent, OutgoingEmail, StoredDocument
from sipmanager.core.workflow import MoveRefused, OutOfDate
from visits import actions, jobs, selectors
from visits.actions import issuing
from visits.models import Distribution, IssuedVersion, IssueRequest, Note, NoteSection
from visits.states import NoteState as S
from visits.workflow import BEING_ISSUED, moves_for

from .factories import HELD_ON, at, make_note, make_people, move

pytestmark = pytest.mark.django_db
HOSTILE = "<script>alert(1)</script> {{7*7}} {% debug %} ${7*7} %s <img src=x onerror=alert(1)> [x](javascript:alert(1))"


@pytest.fixture
def quick_pdf(monkeypatch):
    monkeypatch.setattr(issuing, "render", lambda *_: b"%PDF-1.7 stands in")


def ask(note, name="distribute", who="sip", **fields):
    told = {"comment": "", "version": note.content_version, "at": at(), **fields}
    return actions.move_note(note=note, name=name, viewer=note.people.viewer(who), **told)


def facts(note) -> tuple:
    """Everything that issuing may touch."""
    return (
        Note.objects.filter(pk=note.pk).values().get(),
        list(NoteSection.objects.filter(note=note).order_by("pk").values()),
        IssuedVersion.objects.filter(note=note).count(),
        Distribution.objects.filter(note=note).count(),
        OutgoingEmail.objects.filter(about=f"note:{note.pk}").count(),
        AuditEvent.objects.filter(subject=f"note:{note.pk}").count(),
    )


# Asking.


def test_asking_keeps_the_word_and_changes_nothing_of_the_note(quick_pdf):
    note = make_note(S.FINAL)
    ask(note)
    assert (note.status, note.distributed_at) == (S.FINAL, None)
    request = selectors.issue_pending(note)
    assert (request.move, request.asked_by, request.asked_at) == ("distribute", note.people.sip, at())
    (button,) = moves_for(note=note, viewer=note.people.viewer("sip"), on=HELD_ON)
    assert button.refusals == (BEING_ISSUED,)


def test_a_second_click_while_it_is_being_issued_has_no_effect(quick_pdf):
    note = make_note(S.FINAL)
    second = Note.objects.get(pk=note.pk)
    second.people = note.people
    ask(note)
    with pytest.raises(OutOfDate):
        ask(second)
    assert IssueRequest.objects.count() == 1
    jobs.issue_waiting(at=at())
    with pytest.raises(OutOfDate):
        ask(second)
    second.refresh_from_db()
    with pytest.raises(OutOfDate):
        ask(second)
    assert (IssueRequest.objects.count(), IssuedVersion.objects.count()) == (1, 1)


def test_two_requests_at_once_meet_in_the_database(quick_pdf, monkeypatch):
    """The open request is unique; who comes second is told that the note is being issued."""
    note = make_note(S.FINAL)
    ask(note)
    monkeypatch.setattr("visits.actions.playing.issue_pending", lambda note: None)
    with pytest.raises(OutOfDate) as refused:
        ask(note)
    assert refused.value.reasons == [BEING_ISSUED]
    assert IssueRequest.objects.count() == 1


def test_a_note_with_nobody_to_receive_it_is_not_issued(quick_pdf):
    people = make_people("kent", POL_5=("chair",))
    Post.objects.filter(user=people.chair).update(user=None, email="")
    note = make_note(S.FINAL, people=people)
    (line,) = selectors.recipients(note=note, on=HELD_ON)
    assert (line.recipient, line.excluded_because) == ("chair", "No email address is on record")
    with pytest.raises(MoveRefused):
        ask(note)
    assert not IssueRequest.objects.exists()


def test_a_list_that_empties_before_the_worker_comes_closes_the_request_with_its_reason(quick_pdf):
    people = make_people("kent", POL_5=("chair",))
    note = make_note(S.FINAL, people=people)
    ask(note)
    Post.objects.filter(user=people.chair).delete()
    assert jobs.issue_note(request_id=IssueRequest.objects.get().pk, at=at()) is None
    note.refresh_from_db()
    refused = selectors.last_issue_refused(note)
    assert (note.status, selectors.issue_pending(note)) == (S.FINAL, None)
    assert "Nobody on the distribution list" in refused.problem


# Recording.


def test_an_issued_note_is_frozen_with_pdf_digest_and_proof_of_who_received_it(quick_pdf):
    """NOV-38: when, to whom; one recipient for one address."""
    note = make_note(S.FINAL)
    ask(note)
    jobs.issue_waiting(at=at(hour=14))
    note.refresh_from_db()
    issue = note.issues.get()
    assert (note.status, note.distributed_on, issue.number, issue.issued_by) == (S.DISTRIBUTED, HELD_ON, 1, note.people.sip)
    plain = json.dumps(issue.content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    assert issue.content_digest == hashlib.sha256(plain.encode()).hexdigest()
    assert documents.read(issue.document) == b"%PDF-1.7 stands in"
    rows = note.distributions.order_by("pk")
    assert [row.recipient for row in rows] == ["head", "chair", "manager", "senior_adviser", "sip"]
    for row in rows:
        assert (row.email.to, row.sent_at) == (row.email_address, at(hour=14))
        assert f"/notes/{note.pk}/" in row.email.body
        assert "What was seen" not in row.email.body
    assert AuditEvent.objects.filter(what="note.distribute").count() == 1


@pytest.mark.parametrize(
    ("preset", "list_"),
    [
        ("national", ["head", "chair", "manager"]),
        ("learning_trust", ["head", "line_manager", "manager"]),
        ("kent", ["head", "chair", "manager", "senior_adviser", "sip"]),
        ("alpsit", ["head", "manager", "diocese", "locality_authority"]),
    ],
)
def test_each_preset_has_its_list(preset, list_, quick_pdf):
    """POL-5."""
    note = make_note(S.DISTRIBUTED, preset=preset)
    assert list(note.distributions.order_by("pk").values_list("recipient", flat=True)) == list_


def test_those_left_out_of_the_list_are_shown_with_the_reason(quick_pdf):
    people = make_people("kent", POL_5=("head", "chair", "diocese", "sip", "line_manager"))
    Post.objects.filter(user=people.chair).delete()
    note = make_note(S.FINAL, people=people)
    lines = {line.recipient: line.excluded_because for line in selectors.recipients(note=note, on=HELD_ON)}
    assert lines == {
        "head": "", "sip": "", "line_manager": "", "chair": "Nobody is on record",
        "diocese": "The local policy does not share notes with the diocese",
    }  # fmt: skip


def test_one_person_in_two_roles_receives_one_note(quick_pdf):
    people = make_people("kent")
    accounts_factories.membership(Role.SENIOR_ADVISER, at=people.authority, of=people.manager)
    note = make_note(S.DISTRIBUTED, people=people)
    assert note.distributions.filter(email_address=people.manager.email).count() == 1


def test_the_issued_note_stays_as_it_was_whatever_changes_later(quick_pdf):
    """NOV-40: the frozen text, not the live rows."""
    note = make_note(S.DISTRIBUTED)
    School.objects.filter(pk=note.school_id).update(name="Renamed School")
    Partner.objects.filter(pk=note.partner_id).update(full_name="Somebody Else")
    NoteSection.objects.filter(note=note).update(text="Tampered with.")
    shown = selectors.reading(note=Note.objects.get(pk=note.pk), viewer=note.people.viewer("head"))
    assert shown.section("evidence").text == "What was seen of evidence."
    assert "Renamed" not in dict(shown.header)["School"]
    assert dict(shown.header)["School Improvement Partner (SIP)"] != "Somebody Else"


def test_an_amendment_is_a_new_version_with_its_reason_for_the_same_people(quick_pdf):
    """NOV-40."""
    note = make_note(S.DISTRIBUTED)
    people = note.people
    newcomer = accounts_factories.member(Role.MANAGER, at=people.authority)
    actions.amend_note(
        note=note, changes={"evidence": "What was seen, corrected.", "progress": "What was seen of progress.", "nothing": "x"},
        reason="The figure was wrong.", viewer=people.viewer("manager"), at=at(), version=note.content_version,
    )  # fmt: skip
    seen = note.content_version
    jobs.issue_waiting(at=at())
    note.refresh_from_db()
    assert (note.status, note.content_version) == (S.AMENDED, seen + 1)
    second, first = selectors.versions(note=note)
    shown = selectors.reading(note=note, viewer=people.viewer("chair"))
    assert (shown.version, shown.changed, shown.amendment) == (2, ("Evidence",), "The figure was wrong.")
    assert shown.section("evidence").text == "What was seen, corrected."
    assert selectors.issued_reading(first).section("evidence").text == "What was seen of evidence."
    assert second.content_digest != first.content_digest
    addresses = [set(rows.values_list("email_address", flat=True)) for rows in (first.distributions, second.distributions)]
    assert addresses[0] == addresses[1]
    assert newcomer.email not in addresses[1]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [({"evidence": "New."}, ""), ({"evidence": "New."}, "."), ({}, "Because of that."), ({"nothing": "New."}, "Because of that."),
     ({"evidence": "What was seen of evidence."}, "Because of that."), ({"evidence": "x" * 100_001}, "Because of that.")],
)  # fmt: skip
def test_an_amendment_changes_something_and_says_why(changes, reason, quick_pdf):
    note = make_note(S.DISTRIBUTED)
    before = facts(note)
    with pytest.raises(MoveRefused):
        actions.amend_note(
            note=note,
            changes=changes,
            reason=reason,
            viewer=note.people.viewer("manager"),
            at=at(),
            version=note.content_version,
        )
    assert (facts(note), IssueRequest.objects.filter(move="amend").count()) == (before, 0)


def test_the_same_amendment_sent_twice_is_one_version(quick_pdf):
    note = make_note(S.DISTRIBUTED)
    told = {"changes": {"evidence": "New."}, "reason": "Because of that.", "viewer": note.people.viewer("manager"), "at": at()}
    version = note.content_version
    actions.amend_note(note=note, version=version, **told)
    jobs.issue_waiting(at=at())
    note.refresh_from_db()
    with pytest.raises(MoveRefused):
        actions.amend_note(note=note, version=version, **told)
    with pytest.raises(OutOfDate):
        actions.amend_note(note=note, version=version, **{**told, "changes": {"evidence": "Newer."}})
    assert note.issues.count() == 2


def test_only_the_manager_amends_or_withdraws(quick_pdf):
    note = make_note(S.DISTRIBUTED)
    for who in ("sip", "line_manager", "senior_adviser", "head"):
        told = {"note": note, "reason": "A good reason.", "viewer": note.people.viewer(who), "at": at(), "version": 1}
        with pytest.raises(PermissionDenied):
            actions.amend_note(changes={"evidence": "New."}, **told)
        with pytest.raises(PermissionDenied):
            actions.withdraw_note(**told)


def test_a_withdrawn_note_shows_why_and_no_text_to_everybody_who_had_it(quick_pdf):
    note = make_note(S.DISTRIBUTED)
    people = note.people
    told = {"viewer": people.viewer("manager"), "at": at(), "version": note.content_version}
    actions.withdraw_note(note=note, reason="Issued for the wrong school.", **told)
    jobs.issue_waiting(at=at())
    note.refresh_from_db()
    shown = selectors.reading(note=note, viewer=people.viewer("chair"))
    assert (note.status, shown.sections, shown.withdrawal) == (S.WITHDRAWN, (), "Issued for the wrong school.")
    assert note.distributions.filter(issue__number=2).count() == note.distributions.filter(issue__number=1).count()
    assert OutgoingEmail.objects.filter(kind="note_withdrawn").count() == 5
    assert selectors.distributions(note=note).first().issue.number == 2


# The real PDF and the real messages.


def pdf_of(note, number=1) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(documents.read(note.issues.get(number=number).document)))


def tags_of(document: pikepdf.Pdf) -> list[str]:
    found = []

    def walk(node):
        if isinstance(node, pikepdf.Array):
            for child in node:
                walk(child)
        elif isinstance(node, pikepdf.Dictionary):
            if "/S" in node:
                found.append(str(node["/S"]))
            if "/K" in node:
                walk(node["/K"])

    walk(document.Root.StructTreeRoot)
    return found


def test_the_pdf_is_tagged_and_says_what_it_is():
    """PDF/UA-1: title, language, headings, tables with headers."""
    note = make_note(S.DISTRIBUTED)
    document = pdf_of(note)
    assert bool(document.Root.MarkInfo.Marked)
    assert str(document.Root.Lang).lower() == "en-gb"
    assert bool(document.Root.ViewerPreferences.DisplayDocTitle)
    with document.open_metadata() as meta:
        assert meta["dc:title"] == f"Note of visit: {note.school.name}"
        assert meta["pdfuaid:part"] == "1"
    tags = tags_of(document)
    assert tags.count("/H1") == 1
    assert {"/H2", "/Table", "/TR", "/TH", "/TD", "/P"} <= set(tags)
    assert StoredDocument.objects.get(pk=note.issues.get().document_id).content_type == "application/pdf"


def test_amended_and_withdrawn_notes_have_pdfs_of_their_own():
    note = make_note(S.AMENDED, preset="alpsit")
    move(note, "withdraw", "manager")
    sizes = [issue.document.size for issue in note.issues.select_related("document").order_by("number")]
    assert len(set(sizes)) == 3
    assert min(sizes) == sizes[2]
    with pdf_of(note, 3).open_metadata() as meta:
        assert meta["dc:title"].startswith("Report: ")


def test_hostile_words_stay_words_in_pdf_and_mail():
    people = make_people("kent")
    School.objects.filter(pk=people.school.pk).update(name=f"School {HOSTILE}"[:150])
    people.school.refresh_from_db()
    people.deployment.refresh_from_db()
    note = make_note(S.DRAFTING, people=people)
    section = note.sections.get(key="evidence")
    figures = {"attendance": "<script>alert(2)</script>"}
    actions.save_section(note=note, key="evidence", text=HOSTILE, version=section.version, by=people.sip, at=at())
    actions.save_section(note=note, key="outcomes", text=HOSTILE, figures=figures, version=2, by=people.sip, at=at())
    actions.add_recommendation(
        note=note, text=HOSTILE, owner_role="<b>Head</b>", success_measure=HOSTILE, by=people.sip, at=at()
    )
    note.refresh_from_db()
    move(note, "send_to_head", "sip")
    actions.answer_section(note=note, section_key="evidence", verdict="comment", text=HOSTILE, by=people.head, at=at())
    move(note, "dispute", "head", comment=HOSTILE)
    move(note, "moderate", "senior_adviser", comment=HOSTILE)
    move(note, "finalise", "sip")
    move(note, "distribute", "sip")
    content = issuing.digest_of(note.issues.get().content)
    assert note.issues.get().content_digest == content
    document = pdf_of(note)
    assert "/JavaScript" not in document.Root.get("/Names", {})
    assert "/OpenAction" not in document.Root
    for page in document.pages:
        for annotation in page.get("/Annots", []):
            assert "/A" not in annotation, "a link out of typed text"
    with document.open_metadata() as meta:
        assert "{{7*7}}" in meta["dc:title"]
    for email in OutgoingEmail.objects.filter(about__in=[f"note:{note.pk}", f"visit:{note.visit_id}"]):
        assert "49" not in email.subject.replace(note.school.urn, "")
        assert "\n" not in email.subject
        assert "&lt;" not in email.body
        assert "alert(2)" not in email.body
    html = rendered_html(note)
    assert "<script>" not in html
    assert "onerror=alert" not in html.replace("&lt;img src=x onerror=alert(1)&gt;", "")
    assert "{{7*7}}" in html
    assert 'href="javascript' not in html


def rendered_html(note) -> str:
    issue = note.issues.get()
    return render_to_string(
        "visits/pdf/note.html",
        {
            "reading": selectors.issued_reading(issue), "content": issue.content, "school": note.school.name,
            "authority": note.authority.name, "title": note.school.name, "language": "en-gb",
        },
    )  # fmt: skip


def test_a_line_break_in_a_name_adds_no_header_to_a_mail(quick_pdf):
    people = make_people("kent")
    School.objects.filter(pk=people.school.pk).update(name="Hill Road\nBcc: everybody@example.org")
    people.deployment.refresh_from_db()
    make_note(S.HEAD_REVIEW, people=people)
    for email in OutgoingEmail.objects.filter(kind="note_released"):
        assert "\n" not in email.subject
        assert email.subject.endswith("Hill Road")


def test_a_request_is_given_up_once(quick_pdf):
    note = make_note(S.FINAL)
    ask(note)
    request = selectors.issue_pending(note)
    for _ in range(2):
        actions.give_up_issue(request=request, at=at(), because="It cannot be rendered.")
    assert AuditEvent.objects.filter(what="note.give_up_issue").count() == 1
    assert actions.carry_out(request=request, at=at()) is None
    assert not IssuedVersion.objects.exists()


def test_a_worker_that_comes_second_finds_it_done(quick_pdf):
    """It rendered beside the first; the claim in the transaction tells them apart."""
    note = make_note(S.FINAL)
    ask(note)
    request = selectors.issue_pending(note)
    prepared = issuing.prepare(request, at())
    assert issuing.record(request, prepared, at()) is not None
    assert issuing.record(request, prepared, at()) is None
    assert (IssuedVersion.objects.count(), Distribution.objects.count()) == (1, 5)
