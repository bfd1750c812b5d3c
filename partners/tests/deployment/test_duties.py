"""What is to be borne in mind of a deployment (DEP-20 to DEP-25, DEP-28), and cover on the gap list (DEP-16)."""

from datetime import date

import pytest
from django.urls import reverse

from accounts.access import viewer_for
from accounts.tests import factories as people
from partners import actions
from partners.models import PartnerKind
from partners.tests import factories
from partners.tests.deployment.test_beside import client_of
from partners.tests.factories import moment
from partners.views.deployment.duties import duty_rows
from schools.facts import Phase
from schools.models import PostKind, School
from schools.tests import factories as schools

pytestmark = pytest.mark.django_db
NOV = date(2009, 11, 16)  # Monday


@pytest.fixture
def deployment(authority):
    school = schools.make_school(authority=authority, phase=Phase.SECONDARY)
    return factories.make_deployment(school=school, authority=authority, starts_on=date(2009, 9, 1))


def said(deployment, user) -> str:
    rows = duty_rows(viewer_for(user, on=NOV), deployment, NOV)
    return " ".join(f"{row.key} {row.value} {row.note}" for row in rows)


def test_without_anything_to_bear_in_mind_nothing_is_said(deployment, manager):
    assert said(deployment, manager) == ""
    assert said(deployment, people.user()) == ""


def test_dep_23_a_companys_sip_and_dep_24_a_serving_heads_school(deployment, manager):
    PartnerKind.objects.filter(partner=deployment.partner).update(company="Invented Education Ltd", kind="serving_head")
    words = said(deployment, manager)
    assert "Invented Education Ltd The school buys no further services" in words
    assert "but not commercially" in words


def test_dep_20_a_new_head_and_dep_28_the_support_category(deployment, manager):
    deployment.school.posts.filter(kind=PostKind.HEAD).update(ends_on=date(2009, 10, 31))
    schools.make_post(deployment.school, PostKind.HEAD, full_name="Nova Head", starts_on=date(2009, 11, 1))
    deployment.school.category = "intensive"
    words = said(deployment, manager)
    assert "Nova Head, since 1 November 2009 Time to get to know each other" in words
    assert "Intensive The SIP's experience is matched closely to need" in words


def test_dep_22_functions_are_told_apart_at_a_school_causing_concern(deployment, manager):
    schools.make_record(
        "concerns", deployment.school, concern="causing_concern", reason="Results fell", starts_on=date(2009, 10, 1)
    )
    assert "told apart from other roles of improvement" in said(deployment, manager)


def test_dep_21_the_sip_stays_the_coordinator_of_others(deployment, manager):
    actions.name_beside(school=deployment.school, kind="cover", starts_on=NOV, by=manager, at=moment(NOV))
    assert "Contingency cover: An officer of the authority" in said(deployment, manager)
    assert "further people to turn to confuse a school" in said(deployment, manager)


def test_dep_25_the_page_that_ends_a_deployment_says_what_short_notice_may_mean(deployment, manager, clock_at):
    clock_at(f"{NOV} 10:00")
    page = client_of(manager).get(reverse("partners:deployment-move", args=[deployment.pk, "end"])).content.decode()
    assert "may have misconducted themself" in page


def test_dep_16_cover_stands_on_the_gap_list(authority, manager, clock_at):
    clock_at(f"{NOV} 10:00")
    school = schools.make_school(authority=authority, phase=Phase.SECONDARY)
    assert School.objects.count() == 1
    gap = "/schools/?applied=1&status=open&sip=gap"
    assert "Cover:" not in client_of(manager).get(gap).content.decode()
    actions.name_beside(school=school, kind="cover", name="Otto Officer", starts_on=NOV, by=manager, at=moment(NOV))
    assert "Cover: Otto Officer" in client_of(manager).get(gap).content.decode()
