"""SIPs and deployments whose records contradict each other stand on the problems list (issue 3: bad input)."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.permissions import Role
from accounts.tests import factories as people
from partners import selectors
from partners.models import (
    Accreditation,
    Agreement,
    Application,
    Contract,
    Deployment,
    Engagement,
    Headship,
    Partner,
    Willingness,
)
from partners.tests.factories import complete_checks, engage, make_deployment, make_partner, moment
from schools.tests.factories import make_school

pytestmark = pytest.mark.django_db
TODAY = date(2009, 11, 16)  # Monday
AWARDED = date(2008, 9, 1)
CONTRADICTIONS = {
    "accredited_before_applied", "accredited_in_the_future", "agreement_ends_before_it_starts", "contract_ends_before_it_starts",
    "deployed_without_engagement", "headship_at_closed_school", "headships_overlap", "practised_before_accredited",
    "serving_head_without_school", "sip_at_own_school", "sip_will_work_nowhere", "two_leads",
}  # fmt: skip


@pytest.fixture
def authority():
    return people.authority()


@pytest.fixture
def sip(authority):
    """A sound SIP of the authority."""

    def sip(name="Ann Able", **fields):
        fields = {"sectors": {"primary": AWARDED}, "authorities": [authority]} | fields
        partner = make_partner(name, **fields)
        complete_checks(engage(partner, authority), on=date(2009, 8, 3))
        return partner

    return sip


def found(authority, on=TODAY):
    return {(row["kind"], row["subject"]) for row in selectors.problems(authority, on)}


def test_a_sound_sip_is_not_on_the_list(authority, sip):
    partner = sip()
    school = make_school(authority=authority)
    make_deployment(partner, school, authority)
    assert [kind for kind, _subject in found(authority) if kind in CONTRADICTIONS] == []


def test_accredited_before_applied(authority, sip):
    partner = sip()
    award = Accreditation.objects.get(partner=partner)
    Application.objects.create(
        partner=partner, sector="primary", status="residential_passed", applied_on=AWARDED + timedelta(days=30), award=award,
        accepted_on=AWARDED, online_passed_on=AWARDED, residential_passed_on=AWARDED, recorded_at=moment(AWARDED),
    )  # fmt: skip
    assert ("accredited_before_applied", partner.audit_subject) in found(authority)


def test_accredited_on_a_day_to_come_and_practised_before_the_award(authority, sip):
    partner = sip(sectors={"primary": date(2010, 9, 1)}, last_practised_on=date(2009, 7, 1))
    assert {
        ("accredited_in_the_future", partner.audit_subject),
        ("practised_before_accredited", partner.audit_subject),
    } <= found(authority)


def test_headship_at_a_closed_school_and_two_at_once(authority, sip):
    partner = sip(kind="serving_head", headships={})
    closed = make_school(authority=authority, status="closed", closed_on=date(2009, 8, 31))
    Headship.objects.create(partner=partner, sector="primary", school=closed)
    Headship.objects.create(partner=partner, sector="primary", school=make_school(authority=authority))
    assert {("headship_at_closed_school", partner.audit_subject), ("headships_overlap", partner.audit_subject)} <= found(
        authority
    )


def test_a_serving_head_without_a_school(authority, sip):
    partner = sip(kind="serving_head", headships={"primary": "serving"})
    assert ("serving_head_without_school", partner.audit_subject) in found(authority)
    Partner.objects.filter(pk=partner.pk).update(own_school=make_school())
    assert ("serving_head_without_school", partner.audit_subject) not in found(authority)


def test_willing_to_work_nowhere(authority, sip):
    partner = sip()
    Willingness.objects.filter(partner=partner).update(ends_on=TODAY - timedelta(days=1))
    assert ("sip_will_work_nowhere", partner.audit_subject) in found(authority)


def test_an_engagement_that_ended_while_the_sip_is_at_work(authority, sip):
    deployment = make_deployment(sip(), make_school(authority=authority), authority)
    Engagement.objects.update(ends_on=TODAY - timedelta(days=1))
    assert ("deployed_without_engagement", f"deployment:{deployment.pk}") in found(authority)


def test_contracts_and_agreements_that_end_before_they_start(authority, sip):
    partner = sip()
    make_deployment(partner, make_school(authority=authority), authority)
    Contract.objects.update(confirmed_on=TODAY, ends_on=date(2009, 1, 1))
    Agreement.objects.create(
        engagement=Engagement.objects.get(partner=partner), basis="day", starts_on=TODAY, ends_on=date(2009, 1, 1),
        made_at=moment(TODAY),
    )  # fmt: skip
    assert {
        ("contract_ends_before_it_starts", partner.audit_subject), ("agreement_ends_before_it_starts", partner.audit_subject),
    } <= found(authority)  # fmt: skip


def test_two_leads_on_one_day(authority, sip):
    school = make_school(authority=authority)
    first = make_deployment(sip(), school, authority, ends_on=date(2010, 7, 31))
    second = make_deployment(sip("Ben Bold"), make_school(authority=authority), authority)
    if connection.vendor == "postgresql":  # which refuses it by a constraint (D-31)
        with pytest.raises(IntegrityError), transaction.atomic():
            Deployment.objects.filter(pk=second.pk).update(school=school)
        return
    Deployment.objects.filter(pk=second.pk).update(school=school)
    kinds = {subject for kind, subject in found(authority) if kind == "two_leads"}
    assert kinds == {f"deployment:{first.pk}"}


def test_a_sip_at_their_own_school(authority, sip):
    deployment = make_deployment(sip(), make_school(authority=authority), authority)
    Partner.objects.update(own_school=deployment.school)
    assert ("sip_at_own_school", f"deployment:{deployment.pk}") in found(authority)


def test_the_owner_is_the_administrator_of_the_authority(authority, sip):
    administrator = people.member(Role.ADMINISTRATOR, at=authority)
    partner = sip()
    Willingness.objects.all().delete()
    row = next(row for row in selectors.problems(authority, TODAY) if row["kind"] == "sip_will_work_nowhere")
    assert (row["owner"], row["subject"]) == (administrator.email, partner.audit_subject)
