"""A SIP is invited to an account by the authority that engages them, and claims it on acceptance (D-8)."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse

from accounts.actions import accept
from accounts.invitations import CannotClaim
from accounts.models import Invitation
from accounts.permissions import Role
from accounts.tests import factories as accounts
from partners import actions
from partners.tests.factories import engage, make_partner
from sipmanager.core import clock
from sipmanager.core.models import AuditEvent, OutgoingEmail
from sipmanager.core.workflow import MoveRefused

pytestmark = pytest.mark.django_db

AT = datetime(2009, 11, 16, 10, 0, tzinfo=UTC)


@pytest.fixture
def engagement():
    authority = accounts.authority()
    return engage(make_partner(regions=[authority.region]), authority)


@pytest.fixture
def manager(engagement):
    return accounts.membership(Role.MANAGER, at=engagement.authority).user


def invited(engagement, manager):
    return actions.invite_partner(
        partner=engagement.partner, authority=engagement.authority, by=manager, at=AT,
        expires_at=clock.real_now() + timedelta(days=14),
    )  # fmt: skip


def test_an_accepted_invitation_gives_the_sip_their_own_record(engagement, manager):
    invitation = invited(engagement, manager)
    user = accept(
        invitation=invitation, full_name="Pat Reed", password=accounts.PASSWORD, on=date(2009, 11, 16), at=AT,
        real_at=clock.real_now(),
    )  # fmt: skip
    engagement.partner.refresh_from_db()
    assert engagement.partner.user == user


def test_who_has_an_account_is_not_invited_again(engagement, manager):
    type(engagement.partner).objects.filter(pk=engagement.partner_id).update(user=accounts.user())
    engagement.partner.refresh_from_db()
    with pytest.raises(MoveRefused):
        invited(engagement, manager)
    assert not Invitation.objects.exists()


def test_nobody_invites_themself(engagement, manager):
    type(engagement.partner).objects.filter(pk=engagement.partner_id).update(email=manager.email)
    engagement.partner.refresh_from_db()
    with pytest.raises(MoveRefused):
        invited(engagement, manager)
    assert not Invitation.objects.exists()


def test_an_invitation_is_of_no_use_to_a_second_account(engagement):
    partner, first, second = engagement.partner, accounts.user(), accounts.user()
    actions.claim_partner(key=partner.reference, user=first, by=first, at=AT)
    with pytest.raises(CannotClaim):
        actions.claim_partner(key=partner.reference, user=second, by=second, at=AT)
    with pytest.raises(CannotClaim):
        actions.claim_partner(key="nobody", user=second, by=second, at=AT)
    partner.refresh_from_db()
    assert partner.user == first
    assert partner.full_name in actions.says_partner(key=partner.reference)
    assert actions.says_partner(key="nobody") == ""


def test_a_manager_invites_from_the_page_of_the_sip_and_a_stranger_cannot(engagement, as_role):
    url = reverse("partners:partner-invite", args=[engagement.partner.reference, engagement.pk])
    client = as_role(Role.MANAGER, at=engagement.authority)
    page = client.get(url)
    key = page.context["form"]["form_key"].value()
    for _ in range(2):  # a double click has one effect (D-31)
        client.post(url, {"form_key": key})
    assert Invitation.objects.get().claims == f"partner:{engagement.partner.reference}"
    assert OutgoingEmail.objects.get().to == engagement.partner.email
    assert as_role(Role.MANAGER).get(url).status_code == 404


def test_the_record_of_a_sip_follows_a_new_address_and_no_other_does(engagement):
    """D-8: an address that the person confirmed stands on the record too, with its line in the audit."""
    person = accounts.user()
    mine = make_partner(user=person, email=person.email)
    actions.readdress_partner(user=person, old=person.email.upper(), new="new@example.org", by=person, at=AT)
    mine.refresh_from_db()
    other = engagement.partner
    before = other.email
    other.refresh_from_db()
    assert (mine.email, other.email) == ("new@example.org", before)
    assert AuditEvent.objects.filter(what="partner.change", subject=mine.audit_subject).count() == 1
