"""A SIP's private declaration: who reads it, who answers, and what no mail holds (REG-19, DL-67, ROL-32)."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from accounts.access import viewer_for
from accounts.permissions import Role
from accounts.tests import factories as people
from partners import actions, selectors
from partners.models import SelfDeclaration
from partners.tests.factories import engage, make_partner, moment, support
from sipmanager.core.jobs import NATIONAL
from sipmanager.core.models import AuditEvent, OutgoingEmail
from sipmanager.core.workflow import MoveRefused, OutOfDate

pytestmark = pytest.mark.django_db
NOV = date(2009, 11, 16)  # Monday
AT = moment(NOV)
WORDS = "I was charged with fraud on Friday."


@pytest.fixture(autouse=True)
def _today(clock_at):
    clock_at("2009-11-16 10:00")


@pytest.fixture
def partner(authority):
    partner = make_partner("Robin Ward", user=people.user("Robin Ward", email="robin@example.org"), email="robin@example.org")
    engage(partner, authority)
    return partner


@pytest.fixture
def readers(authority):
    return {
        Role.PROGRAMME: people.member(Role.PROGRAMME), Role.NATIONAL_DIRECTOR: people.member(Role.NATIONAL_DIRECTOR),
        Role.MANAGER: people.member(Role.MANAGER, at=authority),
    }  # fmt: skip


@pytest.fixture
def declaration(partner, readers):
    return actions.make_declaration(partner=partner, kind="charge", text=f" {WORDS} ", by=partner.user, at=AT)


def url(name, *args):
    return reverse(f"partners:{name}", args=args)


def test_reg_19_it_goes_to_national_staff_and_the_manager_and_no_mail_says_who_or_what(declaration, readers):
    mails = OutgoingEmail.objects.order_by("to")
    assert sorted(mail.to for mail in mails) == sorted(user.email for user in readers.values())
    for mail in mails:
        assert f"/partners/declarations/{declaration.pk}/" in mail.body
        assert mail.is_urgent
        assert mail.authority_id is None
        for secret in ("Robin", "Ward", "fraud", "charge"):
            assert secret not in mail.subject + mail.body
    line = AuditEvent.objects.get()
    assert (line.what, line.authority_id, line.partner_id) == ("declaration.make", None, None)
    assert declaration.text == WORDS
    assert str(declaration) == f"declaration {declaration.pk}"


def test_reg_19_nobody_else_reads_it(declaration, partner, authority, as_role):
    line_manager = people.user("Howard Lyle")
    support(partner.engagements.get(), line_manager)
    clients = [
        as_role(user=line_manager), as_role(Role.ADMINISTRATOR, at=authority), as_role(Role.SENIOR_ADVISER, at=authority),
        as_role(Role.MANAGER, at=people.authority("Barford")), as_role(Role.COORDINATOR, at=authority.region),
        as_role(user=make_partner(user=people.user()).user),
    ]  # fmt: skip
    for client in clients:
        assert client.get(url("declaration-detail", declaration.pk)).status_code == 404
        assert client.post(url("declaration-answer", declaration.pk), {"answer": "Mine"}).status_code == 404
        listed = client.get(url("declaration-list"))
        assert listed.status_code == 404 or WORDS not in listed.content.decode()
        assert "fraud" not in listed.content.decode()
        assert f"/declarations/{declaration.pk}/" not in listed.content.decode()
    assert not AuditEvent.objects.filter(what="declaration.open").exists()
    record = as_role(Role.ADMINISTRATOR, at=authority).get(url("partner-record", partner.reference)).content.decode()
    assert "eclaration" not in record


def test_rol_32_each_reading_is_on_record_and_the_sip_sees_by_whom(declaration, partner, readers, as_role):
    for user in readers.values():
        assert WORDS in as_role(user=user).get(url("declaration-detail", declaration.pk)).content.decode()
    page = as_role(user=partner.user).get(url("declaration-detail", declaration.pk)).content.decode()
    for user in readers.values():
        assert user.full_name in page
    assert AuditEvent.objects.filter(what="declaration.open").count() == 3


def test_reg_19_national_staff_answer_and_close_it_and_the_sip_is_told(declaration, partner, readers, as_role):
    OutgoingEmail.objects.all().delete()
    with pytest.raises(PermissionDenied):
        actions.answer_declaration(declaration=declaration, answer="Thank you", by=readers[Role.MANAGER], at=AT)
    manager = as_role(user=readers[Role.MANAGER])
    assert manager.post(url("declaration-answer", declaration.pk), {"answer": "Thank you"}).status_code == 403
    client = as_role(user=readers[Role.PROGRAMME])
    page = client.post(url("declaration-answer", declaration.pk), {"answer": " "}).content.decode()
    assert "Enter your answer" in page
    answer = client.post(url("declaration-answer", declaration.pk), {"answer": "We talk on Monday."})
    assert answer.status_code == 302
    declaration.refresh_from_db()
    assert (declaration.answer, declaration.closed_by) == ("We talk on Monday.", readers[Role.PROGRAMME])
    mail = OutgoingEmail.objects.get()
    assert mail.to == partner.email
    assert "Monday" not in mail.body
    page = as_role(user=partner.user).get(url("declaration-detail", declaration.pk)).content.decode()
    assert "We talk on Monday." in page
    assert "Answered" in as_role(user=partner.user).get(url("declaration-list")).content.decode()
    with pytest.raises(OutOfDate):
        actions.answer_declaration(declaration=declaration, answer="Again", by=readers[Role.PROGRAMME], at=AT)


def test_dl_67_it_is_owed_at_once_by_national_staff_in_words_that_say_nothing(declaration, readers):
    rows = selectors.owed_of_record(partition=NATIONAL, on=NOV)
    assert {row.owner.email for row in rows} == {readers[Role.PROGRAMME].email, readers[Role.NATIONAL_DIRECTOR].email}
    assert {(row.rule, row.says, row.due_on, row.state.value) for row in rows} == {
        ("DL-67", "Answer a private declaration", NOV, "due")
    }
    actions.answer_declaration(declaration=declaration, answer="Done", by=readers[Role.PROGRAMME], at=AT)
    assert selectors.owed_of_record(partition=NATIONAL, on=NOV) == []


def test_reg_19_a_declaration_is_ones_own_and_says_something(partner, readers):
    def make(by, text=WORDS):
        actions.make_declaration(partner=partner, kind="other", text=text, by=by, at=AT)

    with pytest.raises(PermissionDenied):
        make(readers[Role.MANAGER])
    other = make_partner(user=people.user())
    with pytest.raises(PermissionDenied):
        make(other.user)
    with pytest.raises(MoveRefused):
        make(partner.user, " ")
    assert not SelfDeclaration.objects.exists()


def test_d_6_nobody_answers_themself_nor_is_told_of_their_own(partner):
    people.membership(Role.PROGRAMME, of=partner.user, at=None)
    declaration = actions.make_declaration(partner=partner, kind="other", text=WORDS, by=partner.user, at=AT)
    assert not OutgoingEmail.objects.exists()
    assert selectors.owed_of_record(partition=NATIONAL, on=NOV) == []
    with pytest.raises(PermissionDenied):
        actions.answer_declaration(declaration=declaration, answer="Fine", by=partner.user, at=AT)
    with pytest.raises(MoveRefused):
        actions.answer_declaration(declaration=declaration, answer=" ", by=people.member(Role.PROGRAMME), at=AT)
    assert SelfDeclaration.objects.visible_to(viewer_for(partner.user, on=NOV)).exists()


def test_a_sip_declares_on_the_page(partner, readers, as_role):
    import re

    client = as_role(user=partner.user)
    assert "Make a private declaration" in client.get(url("declaration-list")).content.decode()
    page = client.get(url("declaration-new")).content.decode()
    key = re.search(r'name="form_key" value="([^"]*)"', page)[1]
    answer = client.post(url("declaration-new"), {"form_key": key, "kind": "conduct", "text": WORDS})
    assert answer.url == url("declaration-detail", SelfDeclaration.objects.get().pk)
    client.post(url("declaration-new"), {"form_key": key, "kind": "conduct", "text": WORDS})
    assert SelfDeclaration.objects.count() == 1
