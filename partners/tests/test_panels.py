"""What schools' pages show of their SIPs."""

from datetime import date

import pytest
from django.urls import reverse

from accounts.permissions import Role
from accounts.tests import factories as accounts
from partners.tests.factories import make_deployment, make_partner
from schools.tests.factories import make_head, make_school

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today(clock_at):
    clock_at("2009-11-16 10:00")


@pytest.fixture
def authority():
    return accounts.authority("Westshire")


@pytest.fixture
def school(authority):
    school = make_school(name="Hill Road Primary School", authority=authority)
    past = make_partner("Pat Past", sectors={"primary": date(2006, 1, 1)}, regions=[authority.region])
    make_deployment(past, school, authority, starts_on=date(2007, 9, 1), ends_on=date(2009, 8, 31))
    now = make_partner("Ann Able", sectors={"primary": date(2008, 1, 1)}, regions=[authority.region])
    make_deployment(now, school, authority, starts_on=date(2009, 9, 1))
    return school


def test_the_schools_page_names_the_sip_and_the_tab_tells_the_history(school, authority, as_role):
    client = as_role(Role.MANAGER, at=authority)
    page = client.get(reverse("schools:school-detail", args=[school.urn])).content.decode()
    assert "Ann Able, last lawful day 31 August 2012" in page
    tab = client.get(reverse("schools:school-sip", args=[school.urn])).content.decode()
    assert tab.index("Ann Able") < tab.index("Pat Past")
    assert "Find a SIP for this school" in tab


def test_a_head_sees_the_sip_and_no_button(school, as_role):
    client = as_role(user=make_head(school).user)
    tab = client.get(reverse("schools:school-sip", args=[school.urn])).content.decode()
    assert "Ann Able" in tab
    assert "Find a SIP" not in tab


def test_the_register_of_schools_shows_and_filters_by_sip(school, authority, as_role):
    make_school(name="Brook Lane School", authority=authority)
    client = as_role(Role.MANAGER, at=authority)
    page = client.get(reverse("schools:school-list")).content.decode()
    assert "Ann Able" in page
    assert "Pat Past" not in page
    assert "Brook Lane" not in client.get(reverse("schools:school-list"), {"sip": "with", "applied": 1}).content.decode()
    without = client.get(reverse("schools:school-list"), {"sip": "without", "applied": 1}).content.decode()
    assert "Brook Lane" in without
    assert "Hill Road" not in without


def test_a_reader_of_notes_learns_nothing_of_deployments(school, authority, as_role):
    client = as_role(Role.READER, at=authority)
    page = client.get(reverse("schools:school-detail", args=[school.urn])).content.decode()
    assert "Ann Able" not in page
    assert "Ann Able" not in client.get(reverse("schools:school-list")).content.decode()
