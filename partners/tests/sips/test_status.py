"""What a SIP is on the register, worked out (REG-1). Pure, and over the database."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from partners import selectors
from partners.models import Accreditation, StandDown
from partners.status import STATUS_WORDS, RegisterStatus
from partners.tests.factories import make_deployment, make_partner, moment

pytestmark = pytest.mark.django_db
NOV = date(2009, 11, 16)  # Monday
SEP = date(2009, 9, 1)


def status(partner, on=NOV):
    return selectors.statuses_of([partner.pk], on)[partner.pk]


def test_reg_1_each_status_has_its_words():
    assert set(STATUS_WORDS) == set(RegisterStatus)


def test_reg_1_status_follows_from_what_is_on_record():
    assert status(make_partner(sectors={})) == "applicant"
    assert status(make_partner(sectors={"primary": SEP})) == "unused"
    assert status(make_partner(sectors={"primary": SEP}, last_practised_on=date(2009, 10, 1))) == "free"
    assert status(make_partner(sectors={"primary": date(2005, 9, 1)})) == "lapsed"
    removed = make_partner(sectors={"primary": date(2008, 9, 1)})
    Accreditation.objects.filter(partner=removed).update(removed_on=date(2009, 10, 1))
    assert status(removed) == "removed"


def test_reg_1_at_a_school_a_sip_is_active_and_after_it_between_schools():
    deployment = make_deployment(starts_on=SEP, ends_on=date(2009, 12, 31))
    assert status(deployment.partner) == "active"
    assert status(deployment.partner, date(2010, 1, 4)) == "free"
    assert status(deployment.partner, date(2009, 8, 31)) == "unused"


@pytest.mark.parametrize("kind", ["suspended", "withdrawn"])
def test_reg_1_who_stands_down_is_that_before_anything_else(kind):
    partner = make_deployment(starts_on=SEP).partner
    StandDown.objects.create(
        partner=partner, kind=kind, reason="Illness", starts_on=NOV, ends_on=date(2009, 11, 30), recorded_at=moment(NOV)
    )
    assert status(partner) == kind
    assert status(partner, date(2009, 12, 1)) == "active"


def test_the_statuses_of_many_cost_what_those_of_one_cost(django_assert_num_queries):
    many = [make_partner().pk for _ in range(12)]
    with CaptureQueriesContext(connection) as of_one:
        selectors.statuses_of(many[:1], NOV)
    with django_assert_num_queries(len(of_one)):
        selectors.statuses_of(many, NOV)
