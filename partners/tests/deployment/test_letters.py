"""Letters about deployments: made by the moves, frozen, printed by the worker, sent and sent again (DEP-27, DL-26)."""

import io
from datetime import date, timedelta

import pikepdf
import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.urls import reverse

from accounts.access import viewer_for
from accounts.models import Authority
from accounts.permissions import P, Role
from accounts.tests import factories as people
from partners import actions, jobs
from partners.letter_text import STANDARD, LetterKind, Text
from partners.models import Deployment, Letter, LetterTemplate
from partners.selectors import owed_of_changes, text_in_use
from partners.tests import factories
from partners.tests.factories import moment
from schools.facts import Phase
from schools.models import Post
from schools.tests import factories as schools
from sipmanager.core import documents
from sipmanager.core.deadlines import DueState
from sipmanager.core.models import AuditEvent, OutgoingEmail
from sipmanager.core.workflow import MoveRefused, OutOfDate

pytestmark = pytest.mark.django_db

NOV = date(2009, 11, 16)  # Monday
AT = moment(NOV)
JAN = date(2010, 1, 4)  # Monday
KIND = LetterKind.CONFIRMATION_SCHOOL


@pytest.fixture
def authority():
    return people.authority("Ashby", mailbox="sips@ashby.example", address="Invented House\n1 Invented Road")


@pytest.fixture
def manager(authority):
    return people.member(Role.MANAGER, at=authority, full_name="Mo Manager")


@pytest.fixture
def school(authority):
    return schools.make_school(authority=authority, name="Hill Road School", phase=Phase.SECONDARY, head="Pat Head")


@pytest.fixture
def deployment(authority, school, manager):
    return factories.make_deployment(
        factories.make_partner("Robin Ward", authorities=[authority]), school, authority, starts_on=JAN, by=manager, on=NOV
    )


def letters(deployment) -> dict[str, Letter]:
    return {row.kind: row for row in Letter.objects.filter(deployment=deployment)}


# What moves make.


def test_dep_27_each_move_makes_its_letters_and_mails_their_links(deployment, manager):
    assert set(letters(deployment)) == {"proposal_school", "confirmation_school", "confirmation_sip"}
    actions.end_deployment(deployment=deployment, on=date(2010, 7, 23), reason="She retires", by=manager, at=AT)
    made = letters(deployment)
    assert {"end_school", "end_sip"} <= set(made)
    for kind in ("confirmation_school", "confirmation_sip", "end_school", "end_sip"):
        letter = made[kind]
        assert (letter.sent_on, letter.method) == (NOV, "by email")
        mails = OutgoingEmail.objects.filter(to=letter.recipient_email, body__contains=f"/deployments/letters/{letter.pk}/")
        assert mails.count() == 1
        assert letter.content["body"] not in mails.get().body
    assert made["end_school"].content["title"] == "A change of School Improvement Partner at Hill Road School"
    assert "23 July 2010" in made["end_sip"].content["body"]


def test_the_letter_bears_the_authority_and_the_address_of_the_school(deployment):
    content = letters(deployment)["confirmation_school"].content
    assert content["from"] == ["Ashby", "Invented House", "1 Invented Road", "sips@ashby.example"]
    assert content["to"][:2] == ["Pat Head", "Hill Road School"]
    assert content["on"] == "16 November 2009"


def test_dl_26_a_letter_without_an_address_waits_to_be_posted_and_is_owed(authority, manager, administrator, school):
    Post.objects.filter(school=school).update(email="")
    deployment = factories.make_deployment(
        factories.make_partner(authorities=[authority]), school, authority, starts_on=JAN, by=manager, on=NOV
    )
    letter = letters(deployment)["confirmation_school"]
    assert letter.sent_on is None
    due = next(one for one in owed_of_changes(partition=authority.code, on=NOV) if one.rule == "DL-26")
    assert (due.owner.email, due.due_on, due.state) == (administrator.email, date(2009, 11, 30), DueState.UPCOMING)
    later = next(one for one in owed_of_changes(partition=authority.code, on=date(2009, 12, 1)) if one.rule == "DL-26")
    assert later.state is DueState.OVERDUE
    assert later.escalate_to[0].email == manager.email
    with pytest.raises(MoveRefused, match="No email address is known"):
        actions.send_again(letter=letter, by=administrator, at=AT)
    actions.mark_letter_sent(letter=letter, sent_on=NOV, method="by post", by=administrator, at=AT)
    assert not [one for one in owed_of_changes(partition=authority.code, on=NOV) if one.rule == "DL-26"]


def test_d_17_a_past_deployment_from_a_file_makes_no_letter(authority, school):
    actions.record_historic(
        school=school, partner=factories.make_partner(authorities=[authority]), starts_on=date(2008, 9, 1), by=None, at=AT
    )
    assert not Letter.objects.exists()


def test_a_school_without_a_head_is_written_to_as_headteacher(authority, manager):
    school = schools.make_school(authority=authority, phase=Phase.SECONDARY)
    deployment = factories.make_deployment(
        factories.make_partner(authorities=[authority]), school, authority, starts_on=JAN, by=manager, on=NOV
    )
    assert letters(deployment)["confirmation_school"].recipient_name == "Headteacher"


# The PDF.


def test_the_worker_prints_a_tagged_pdf_and_keeps_it_under_its_digest(deployment):
    letter = letters(deployment)["confirmation_school"]
    jobs.print_letter(letter_id=letter.pk, at=AT)
    letter.refresh_from_db()
    pdf = pikepdf.open(io.BytesIO(documents.read(letter.document)))
    assert bool(pdf.Root.MarkInfo.Marked)
    with pdf.open_metadata() as meta:
        assert meta["pdfuaid:part"] == "1"
        assert meta["dc:title"] == letter.content["title"]
    digest = letter.document.digest
    jobs.print_letter(letter_id=letter.pk, at=AT)
    letter.refresh_from_db()
    assert letter.document.digest == digest
    assert AuditEvent.objects.filter(what="letter.print", subject=f"letter:{letter.pk}").count() == 1


def test_of_two_workers_who_print_one_letter_the_first_is_kept(deployment):
    letter = letters(deployment)["confirmation_school"]
    late = Letter.objects.get(pk=letter.pk)
    actions.print_letter(letter=letter, at=AT)
    kept = letter.document_id
    actions.print_letter(letter=late, at=AT + timedelta(minutes=5))
    letter.refresh_from_db()
    assert letter.document_id == kept
    assert AuditEvent.objects.filter(what="letter.print", subject=f"letter:{letter.pk}").count() == 1


def test_a_fault_is_kept_on_the_letter_and_the_night_tries_again(deployment, authority):
    Letter.objects.exclude(kind="confirmation_sip").delete()
    letter = letters(deployment)["confirmation_sip"]
    whole = letter.content
    Letter.objects.filter(pk=letter.pk).update(content={key: whole[key] for key in whole if key != "body"})
    tally = jobs.print_waiting_letters(partition=authority.code, on=NOV, at=AT)
    letter.refresh_from_db()
    assert letter.document is None
    assert (letter.attempts, bool(letter.problem)) == (1, True)
    assert len(tally.failures) == 1
    Letter.objects.filter(pk=letter.pk).update(content=whole)
    assert jobs.print_waiting_letters(partition=authority.code, on=NOV, at=AT, dry_run=True).states_changed == 1
    assert jobs.print_waiting_letters(partition=authority.code, on=NOV, at=AT).states_changed == 1
    letter.refresh_from_db()
    assert letter.document is not None
    assert letter.problem == ""
    assert jobs.print_waiting_letters(partition="national", on=NOV, at=AT).states_changed == 0


def test_the_pdf_can_be_asked_for_again_until_it_is_there(deployment, administrator, django_capture_on_commit_callbacks):
    letter = letters(deployment)["confirmation_sip"]
    with django_capture_on_commit_callbacks(execute=True):
        actions.print_anew(letter=letter, by=administrator, at=AT)
    letter.refresh_from_db()
    assert letter.document is not None
    with pytest.raises(OutOfDate):
        actions.print_anew(letter=letter, by=administrator, at=AT)


# The texts.


def save(authority, by, *, body="Dear [name], about [school].", seen=0, title="About [school]"):
    return actions.save_letter_text(
        authority=authority, kind=KIND, text=Text(title, body), number_seen=seen, by=by, at=AT
    )  # fmt: skip


def test_dep_27_a_changed_text_is_a_new_version_and_old_letters_keep_theirs(authority, administrator, manager, deployment):
    before = letters(deployment)["confirmation_school"]
    first = save(authority, administrator)
    assert (first.number, text_in_use(authority, KIND)[1]) == (1, first)
    again = actions.write_again(deployment=deployment, kind=KIND, by=manager, at=AT)
    assert again.content["title"] == "About Hill Road School"
    assert again.template == first
    before.refresh_from_db()
    assert before.template is None
    assert before.content["title"] == STANDARD[KIND].title
    assert save(authority, administrator, seen=1) is None
    assert save(authority, administrator, body="Dear [name].", seen=1).number == 2
    assert LetterTemplate.objects.count() == 2
    back = actions.use_standard_text(authority=authority, kind=KIND, by=administrator, at=AT)
    assert (back.number, back.is_standard) == (3, True)
    assert text_in_use(authority, KIND) == (STANDARD[KIND], None)
    assert actions.use_standard_text(authority=authority, kind=KIND, by=administrator, at=AT) is None


def test_a_faulty_text_is_refused_and_nothing_is_kept(authority, administrator):
    with pytest.raises(MoveRefused, match="does not know"):
        save(authority, administrator, body="Dear [everybody]")
    assert not LetterTemplate.objects.exists()


def test_of_two_who_change_a_text_the_second_is_told(authority, administrator, manager, monkeypatch):
    save(authority, administrator)
    with pytest.raises(OutOfDate):
        save(authority, manager, body="Mine, [name].", seen=0)
    assert LetterTemplate.objects.count() == 1
    monkeypatch.setattr("partners.actions.deployment.letters._last_number", lambda authority, kind: 0)
    with pytest.raises(OutOfDate):  # the database's own guard, where both looked at the same moment
        save(authority, manager, body="Mine, [name].", seen=0)


def test_nobody_changes_the_texts_of_another_authority(authority, administrator):
    other = people.authority("Foxley")
    with pytest.raises(PermissionDenied):
        save(other, administrator)
    assert not LetterTemplate.objects.exists()


def test_a_text_is_its_own_or_the_standard_one_never_both(authority):
    with pytest.raises(IntegrityError):
        LetterTemplate.objects.create(authority=authority, kind=KIND, number=1, title="x", is_standard=True, made_at=AT)


# Sending.


def test_a_link_is_sent_again_to_whoever_is_head_today(deployment, administrator, school):
    letter = letters(deployment)["confirmation_school"]
    Post.objects.filter(school=school).update(full_name="New Head", email="new@school.example")
    actions.send_again(letter=letter, by=administrator, at=moment(date(2009, 11, 20)))
    letter.refresh_from_db()
    assert letter.sent_on == date(2009, 11, 20)
    assert OutgoingEmail.objects.filter(to="new@school.example", body__contains=f"letters/{letter.pk}/").count() == 1


def test_what_cannot_be_recorded_as_sent(deployment, administrator):
    letter = letters(deployment)["confirmation_school"]
    for sent_on, method, says in (
        (date(2009, 11, 17), "by post", "today or in the past"),
        (date(2009, 11, 13), "by post", "cannot have been sent before"),
        (NOV, " ", "Enter how"),
    ):
        with pytest.raises(MoveRefused, match=says):
            actions.mark_letter_sent(letter=letter, sent_on=sent_on, method=method, by=administrator, at=AT)
    letter.refresh_from_db()
    assert letter.method == "by email"


def test_which_letters_can_be_written_of_a_deployment(deployment, manager, school, authority):
    confirmed = (LetterKind.CONFIRMATION_SCHOOL, LetterKind.CONFIRMATION_SIP)
    assert actions.kinds_for(deployment) == confirmed
    with pytest.raises(MoveRefused):
        actions.write_again(deployment=deployment, kind=LetterKind.END_SIP, by=manager, at=AT)
    actions.end_deployment(deployment=deployment, on=date(2010, 7, 23), reason="She retires", by=manager, at=AT)
    assert actions.kinds_for(deployment) == (*confirmed, LetterKind.END_SCHOOL, LetterKind.END_SIP)
    actions.void_deployment(deployment=deployment, reason="Wrong school", by=manager, at=AT)
    assert actions.kinds_for(deployment) == ()
    proposed = Deployment(status="proposed", confirmed_on=None)
    assert actions.kinds_for(proposed) == (LetterKind.PROPOSAL_SCHOOL,)
    assert actions.kinds_for(Deployment(status="withdrawn", confirmed_on=None)) == ()


# Who reads what.


def test_heads_and_sips_read_their_own_letters_only(deployment, school, as_role, clock_at):
    head = people.user("Head Person")
    Post.objects.filter(school=school).update(user=head)
    sip = people.user("Sip Person")
    deployment.partner.user = sip
    deployment.partner.save()
    seen = {
        who: set(Letter.objects.visible_to(viewer_for(user, on=NOV), P.LETTER_VIEW).values_list("kind", flat=True))
        for who, user in (("head", head), ("sip", sip))
    }
    assert seen == {"head": {"proposal_school", "confirmation_school"}, "sip": {"confirmation_sip"}}


# The pages.


def test_an_authority_changes_a_text_with_a_preview_on_a_real_deployment(deployment, authority, administrator, as_role):
    client = as_role(user=administrator)
    url = reverse("partners:letter-text", args=[authority.code, KIND.value])
    typed = {"title": "About [school]", "body": "Dear [name], **welcome** to [school].", "seen": "0"}
    page = client.post(f"{url}?deployment={deployment.pk}", {**typed, "preview": "1"})
    assert "About Hill Road School" in page.content.decode()
    assert "<strong>welcome</strong>" in page.content.decode()
    assert not LetterTemplate.objects.exists()
    wrong = client.post(url, {**typed, "body": "Dear [everybody]"})
    assert "names [everybody], which this letter does not know" in wrong.content.decode()
    assert "The preview comes once the text has no faults" in wrong.content.decode()
    assert not LetterTemplate.objects.exists()
    assert client.post(url, typed).status_code == 302
    assert LetterTemplate.objects.get().made_by == administrator
    texts = client.get(reverse("partners:letter-texts"), {"authority": authority.pk}).content.decode()
    assert "Version 1" in texts
    assert "Version 1" in client.get(url).content.decode()
    late = client.post(url, {**typed, "body": "Too late, [name].", "seen": "0"})
    assert "Somebody changed this text" in late.content.decode()
    client.post(reverse("partners:letter-text-standard", args=[authority.code, KIND.value]))
    assert text_in_use(authority, KIND)[1] is None
    assert client.get(reverse("partners:letter-text", args=[authority.code, "unknown"])).status_code == 404


def test_the_page_of_a_letter_and_what_is_done_from_it(deployment, administrator, as_role, clock_at):
    clock_at("2009-11-17 10:00")
    client, letter = as_role(user=administrator), letters(deployment)["confirmation_school"]
    page = client.get(reverse("partners:letter-detail", args=[letter.pk])).content.decode()
    assert "Robin Ward" in page
    assert "Make the PDF again" in page
    assert client.get(reverse("partners:letter-pdf", args=[letter.pk])).status_code == 302
    jobs.print_letter(letter_id=letter.pk, at=AT)
    pdf = client.get(reverse("partners:letter-pdf", args=[letter.pk]))
    assert pdf["Content-Type"] == "application/pdf"
    assert AuditEvent.objects.filter(what="letter.open", subject=f"letter:{letter.pk}").exists()
    assert client.get(reverse("partners:letter-csv", args=[letter.pk])).status_code == 404
    client.post(reverse("partners:letter-send", args=[letter.pk]))
    letter.refresh_from_db()
    assert letter.sent_on == date(2009, 11, 17)
    posted = {"sent_on_day": "17", "sent_on_month": "11", "sent_on_year": "2009", "method": "by post"}
    client.post(reverse("partners:letter-sent", args=[letter.pk]), posted)
    letter.refresh_from_db()
    assert letter.method == "by post"
    client.post(reverse("partners:letter-print", args=[letter.pk]))


def test_a_letter_is_written_anew_once_however_often_the_form_is_sent(deployment, administrator, as_role):
    client, url = as_role(user=administrator), reverse("partners:deployment-letters", args=[deployment.pk])
    form = client.get(url).context["form"]
    typed = {"kind": "confirmation_sip", "form_key": str(form["form_key"].value())}
    for _ in range(2):
        assert client.post(url, typed).status_code == 302
    assert Letter.objects.filter(deployment=deployment, kind="confirmation_sip").count() == 2


def test_the_register_of_letters_costs_the_same_for_one_row_as_for_forty(
    deployment, administrator, as_role, django_assert_num_queries
):
    client, url = as_role(user=administrator), reverse("partners:letter-list")

    def queries() -> int:
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(connection) as seen:
            assert client.get(url).status_code == 200
        return len(seen)

    queries()
    few = queries()
    for _ in range(40):
        actions.write_letters(deployment=deployment, kinds=[KIND], by=None, at=AT)
    assert queries() == few
    text = b"".join(client.get(url, {"format": "csv"}).streaming_content).decode()
    assert "Confirmation to the school" in text


def test_the_address_of_an_authority_is_its_own_to_change(authority, administrator, as_role):
    url = reverse("accounts:authority-contact", args=[authority.code])
    as_role(user=administrator).post(url, {"phone": "", "mailbox": "", "address": "2 New Road\nZZ1 1AA"})
    assert Authority.objects.get(pk=authority.pk).address.splitlines() == ["2 New Road", "ZZ1 1AA"]
