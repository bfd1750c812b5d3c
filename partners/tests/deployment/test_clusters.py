"""One SIP for a whole locality or cluster, and who leads in a handover (DEP-9, DEP-19)."""

from datetime import date

import pytest
from django.urls import reverse

from accounts.permissions import Role
from accounts.tests import factories as people
from partners.tests import factories
from partners.tests.deployment.test_beside import client_of
from schools.facts import Phase
from schools.models import School
from schools.tests import factories as schools

pytestmark = pytest.mark.django_db
NOV = date(2009, 11, 16)  # Monday


@pytest.fixture
def authority(clock_at):
    clock_at(f"{NOV} 10:00")
    return people.authority("Ashby")


@pytest.fixture
def manager(authority):
    return client_of(people.member(Role.MANAGER, at=authority))


def make(authority, cluster):
    school = schools.make_school(authority=authority, phase=Phase.SECONDARY)
    School.objects.filter(pk=school.pk).update(cluster=cluster)
    return school


def test_dep_19_the_schools_of_a_cluster_without_a_sip_go_on_together(authority, manager):
    """DEP-19, SCH-12: nothing is saved before the page that looks at each of them is confirmed."""
    served, first, second = (make(authority, "Coast") for _ in range(3))
    other = make(people.authority("Elsewhere"), "Coast")
    factories.make_deployment(school=served, authority=authority, starts_on=date(2009, 9, 1))
    page = manager.get(reverse("partners:deploy-cluster")).content.decode()
    assert "3 schools, 2 without a SIP today" in page
    asked = manager.get(reverse("partners:deploy-cluster"), {"by": "cluster", "name": "Coast", "sip": "P000001"})
    assert asked.status_code == 302
    assert asked["Location"].startswith(reverse("partners:deployments-deploy"))
    for urn, is_there in ((first.urn, True), (second.urn, True), (served.urn, False), (other.urn, False)):
        assert (f"school={urn}" in asked["Location"]) is is_there
    assert manager.get(asked["Location"]).status_code == 200


def test_a_group_that_is_not_there_or_is_served_is_not_found(authority, manager):
    address = reverse("partners:deploy-cluster")
    assert "No school has an area" in manager.get(address).content.decode()
    served = make(authority, "Coast")
    factories.make_deployment(school=served, authority=authority, starts_on=date(2009, 9, 1))
    assert "1 school, none without a SIP today" in manager.get(address).content.decode()
    for query in ({"by": "cluster", "name": "Coast"}, {"by": "name", "name": "Coast"}, {"by": "cluster"}):
        assert manager.get(address, query).status_code == 404


def test_the_groups_cost_the_same_for_one_school_as_for_many(authority, manager, django_assert_max_num_queries):
    for number in range(8):
        make(authority, f"Cluster {number}")
    with django_assert_max_num_queries(14):
        manager.get(reverse("partners:deploy-cluster"))


def test_dep_9_the_page_says_who_leads_in_a_handover(authority, manager):
    school = make(authority, "")
    first = factories.make_partner(authorities=[authority])
    factories.make_deployment(first, school, authority, starts_on=date(2009, 9, 1), ends_on=date(2010, 1, 15))
    second = factories.make_partner(authorities=[authority])
    later = factories.make_deployment(second, school, authority, starts_on=date(2010, 1, 4), on=NOV)
    page = manager.get(reverse("partners:deployment-detail", args=[later.pk])).content.decode()
    assert "16 January 2010" in page
    assert "one lead at a time" in page
