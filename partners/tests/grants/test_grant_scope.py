"""The grant of schools that join, leave, open, close or become an academy within a financial year (GRA-2, GRA-6, D-22)."""

from datetime import date

import pytest

from accounts.tests import factories as people
from partners import selectors
from partners.tests import factories
from schools.facts import Governance, Phase
from schools.models import AllAgeAgreement, FactKind, SchoolFact
from schools.selectors import in_programme_within
from schools.tests import factories as schools

pytestmark = pytest.mark.django_db

APRIL, MARCH = date(2007, 4, 1), date(2008, 3, 31)  # Sunday, Monday
AUGUST_ENDS, SEPTEMBER = date(2007, 8, 31), date(2007, 9, 1)


@pytest.fixture
def kent():
    return people.authority("Kent")


def led(authority, *, phase=Phase.PRIMARY, starts_on=date(2006, 9, 1), **more):
    """A school with a SIP since before the year, without an end."""
    school = schools.make_school(authority=authority, phase=phase, **more)
    sector = "secondary" if phase in (Phase.SECONDARY, Phase.MIDDLE_DEEMED_SECONDARY, Phase.ALL_AGE) else "primary"
    partner = factories.make_partner(sectors={sector: date(2006, 1, 1)}, authorities=[authority])
    factories.make_deployment(partner, school, authority, starts_on=starts_on)
    return school


def changes(school, kind, value, on=SEPTEMBER):
    """A fact of the school becomes another from a day on."""
    school.facts.filter(kind=kind, ends_on=None).update(ends_on=date.fromordinal(on.toordinal() - 1))
    SchoolFact.objects.create(
        school=school, kind=kind, value=value, starts_on=on, recorded_at=factories.moment(on)
    )  # fmt: skip


def amount(authority, programme="primary", on=date(2008, 3, 1)):
    report = selectors.conditions_of_grant(authority=authority, programme=programme, on=on)
    found = selectors.grant_lines(authority=authority, programme=programme, year=2007, on=on)
    assert found.total == report.grant.amount, "the page and the command say the same"
    return report.as_json()["grant"]["amount"]


@pytest.mark.parametrize("on", [APRIL, date(2007, 10, 1), MARCH])
def test_gra_6_a_school_that_becomes_an_academy_counts_until_the_day_before(kent, on):
    school = led(kent)
    changes(school, FactKind.GOVERNANCE, Governance.ACADEMY.value)
    assert amount(kent, on=on) == "320.83", "April to August, 5 of 12 months"


def test_gra_2_a_school_that_moves_to_another_authority_is_paid_to_each_for_its_own_months(kent):
    barford = people.authority("Barford")
    changes(led(kent), FactKind.LOCAL_AUTHORITY, barford.code)
    assert (amount(kent), amount(barford)) == ("320.83", "449.17")


@pytest.mark.parametrize("on", [APRIL, date(2008, 3, 1)])
def test_gra_2_a_school_that_opens_and_closes_between_the_first_day_and_the_day_asked_counts(kent, on):
    school = led(kent)
    school.facts.filter(kind=FactKind.STATUS).update(starts_on=date(2007, 5, 1), ends_on=date(2007, 12, 30))
    assert amount(kent, on=on) == "449.17", "May to November: on the last day of December it is closed"


def test_gra_1_one_day_in_scope_brings_the_full_secondary_rate_and_none_nothing(kent):
    school = led(kent, phase=Phase.MIDDLE_DEEMED_SECONDARY)
    changes(school, FactKind.GOVERNANCE, Governance.ACADEMY.value, on=date(2007, 4, 2))
    gone = led(kent, phase=Phase.SECONDARY)
    changes(gone, FactKind.GOVERNANCE, Governance.ACADEMY.value, on=APRIL)
    assert amount(kent, "secondary") == "2000.00"


def test_sch_4_an_all_age_school_counts_from_the_talk_in_the_programme_that_it_agreed(kent):
    school = schools.make_school(authority=kent, phase=Phase.ALL_AGE)
    AllAgeAgreement.objects.create(
        school=school, sector="primary", discussed_on=date(2007, 10, 10), recorded_at=factories.moment(APRIL)
    )
    found = in_programme_within(authority_code=kent.code, programme="primary", since=APRIL, until=MARCH)
    assert found[school.pk].spells == ((date(2007, 10, 10), MARCH),)
    assert not in_programme_within(authority_code=kent.code, programme="secondary", since=APRIL, until=MARCH)


def test_cog_a_a_pupil_referral_unit_counts_from_the_day_that_was_agreed_with_the_department(kent):
    unit = schools.make_school(
        authority=kent, phase=Phase.PRU, governance=Governance.PRU, agreed_with_dfes_on=date(2007, 6, 1)
    )  # fmt: skip
    found = in_programme_within(authority_code=kent.code, programme="secondary", since=APRIL, until=MARCH)
    assert found[unit.pk].spells == ((date(2007, 6, 1), MARCH),)


def test_a_renamed_school_is_one_spell_under_its_last_name(kent, django_assert_num_queries):
    school = led(kent, name="Hill Road")
    changes(school, FactKind.NAME, "Hill Road Primary")
    with django_assert_num_queries(3):
        found = in_programme_within(authority_code=kent.code, programme="primary", since=APRIL, until=MARCH)
    assert (found[school.pk].name, found[school.pk].spells) == ("Hill Road Primary", ((APRIL, MARCH),))


def test_gra_5_each_line_says_its_months_and_the_pounds_add_up(kent):
    """By hand: 12/12, 5/12 and 1/12 of £770 are £770.00, £320.83 and £64.17; in all £1,155.00."""
    led(kent)
    changes(led(kent), FactKind.GOVERNANCE, Governance.ACADEMY.value)
    led(kent, starts_on=date(2008, 3, 31))
    found = selectors.grant_lines(authority=kent, programme="primary", year=2007, on=MARCH)
    assert sorted((line.months, str(line.amount)) for line in found.lines) == [(1, "64.17"), (5, "320.83"), (12, "770.00")]
    assert str(found.total) == "1155.00"
