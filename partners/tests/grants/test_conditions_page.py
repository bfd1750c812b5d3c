"""The page of the conditions of grant, by role, programme and day (D-19)."""

from datetime import date

import pytest
from django.urls import reverse

from accounts.models import Authority
from accounts.permissions import Role
from accounts.tests import factories as accounts
from partners.tests.factories import make_deployment, make_partner
from schools.models import ProgrammeStart
from schools.tests.factories import make_school
from sipmanager.core import clock

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today(clock_at):
    clock_at("2009-11-16 10:00")


@pytest.fixture
def kent():
    kent = Authority.objects.get(code="886")
    ProgrammeStart.objects.create(authority=kent, programme="primary", coverage_by=date(2007, 9, 30), recorded_at=clock.now())
    covered = make_school(name="Hill Road Primary School", authority=kent)
    make_school(name="Brook Lane Primary School", authority=kent)
    partner = make_partner(
        "Ann Able", sectors={"primary": date(2008, 1, 1)}, regions=[kent.region], headships={"primary": "serving"}
    )
    make_deployment(partner, covered, kent)
    return kent


def page_of(client, **query):
    return client.get(reverse("partners:conditions"), query).content.decode()


def test_a_manager_sees_results_figures_and_the_rows_behind_them(kent, as_role):
    page = page_of(as_role(Role.MANAGER, at=kent))
    assert "1 of 2 schools" in page
    assert "Brook Lane Primary School has no School Improvement Partner on 16 November 2009." in page
    assert "30 September 2007" in page
    assert "Passed 778 days ago" in page
    assert "Not met" in page
    assert "No data" in page
    assert "Grant, financial year 2009 to 2010" in page


@pytest.mark.parametrize(
    ("phase", "says"),
    [("primary", "1 of 1 SIP serving primary heads"), ("secondary", "No data")],
)
def test_cog_d_shows_the_figure_of_its_programme(kent, as_role, phase, says):
    query = {"authority": kent.pk, "phase": phase, "on_day": "16", "on_month": "11", "on_year": "2009"}
    page = page_of(as_role(Role.MANAGER, at=kent), **query)
    assert says in page
    assert "secondary heads, 1 serving" not in page
    assert "of no SIPs" not in page, "where there is no data there is no figure"


def test_a_coordinator_begins_with_an_authority_that_has_sips(kent, as_role):
    """Not with the first of the alphabet, which may have nothing to show."""
    accounts.authority("Aarhus", region=kent.region)
    assert "1 of 2 schools" in page_of(as_role(Role.COORDINATOR, at=kent.region))


def test_the_day_asked_decides(kent, as_role):
    query = {"authority": kent.pk, "phase": "primary", "on_day": "1", "on_month": "8", "on_year": "2009"}
    page = page_of(as_role(Role.MANAGER, at=kent), **query)
    assert "As at 1 August 2009" in page
    assert "0 of 2 schools" in page


def test_cog_l_a_day_before_the_first_letter_says_that_nothing_was_asked_yet(kent, as_role):
    query = {"authority": kent.pk, "phase": "primary", "on_day": "3", "on_month": "1", "on_year": "2006"}
    page = page_of(as_role(Role.MANAGER, at=kent), **query)
    assert "As at 3 January 2006: nothing yet; the first letter of the primary programme is of 4 January 2006." in page
    assert "Not met" not in page


def test_another_authority_is_no_choice_and_a_coordinator_chooses_in_the_region(kent, as_role):
    elsewhere = Authority.objects.get(code="801")
    query = {"authority": elsewhere.pk, "phase": "primary", "on_day": "1", "on_month": "8", "on_year": "2009"}
    page = page_of(as_role(Role.MANAGER, at=kent), **query)
    assert "Bristol" not in page
    assert "There is a problem" in page
    coordinator = as_role(Role.COORDINATOR, at=kent.region)
    assert "1 of 2 schools" in page_of(coordinator, **{**query, "authority": kent.pk, "on_day": "16", "on_month": "11"})
    assert "There is a problem" in page_of(coordinator, **query)


def test_an_elected_member_sees_counts_and_no_schools(kent, as_role):
    page = page_of(as_role(Role.ELECTED_MEMBER, at=kent))
    assert "1 of 2 schools" in page
    assert "Brook Lane" not in page
    assert "Hill Road" not in page


def test_a_trust_is_told_why_it_has_none(as_role):
    page = page_of(as_role(Role.MANAGER, at=accounts.trust("Saints Trust")))
    assert "Saints Trust has no conditions of grant" in page


def test_a_sip_and_a_head_have_no_such_page(kent, as_role):
    assert as_role(user=accounts.user()).get(reverse("partners:conditions")).status_code == 404


def test_a_school_that_a_trust_looks_after_counts_but_has_no_link_that_the_manager_cannot_open(kent, as_role):
    """The grant follows the local authority, access the service (D-2): no finding leads to a page that is not there."""
    theirs = make_school(name="St Cuthman's RC Primary School", authority=kent, trust=accounts.trust())
    client = as_role(Role.MANAGER, at=kent)
    page = page_of(client)
    assert "St Cuthman&#x27;s RC Primary School has no School Improvement Partner on 16 November 2009." in page
    assert f"/{theirs.urn}/" not in page
    assert page.count("Find a SIP for it") == 1, "the link for the authority's own school stays"
