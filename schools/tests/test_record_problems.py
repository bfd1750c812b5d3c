"""Records of schools that contradict each other stand on the problems list with their cure (issue 3)."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.permissions import Role
from accounts.tests import factories as people
from schools.models import FactKind, PostKind
from schools.selectors import problems
from schools.selectors.record_problems import wrong_records
from schools.selectors.wrong import found_among
from schools.tests.factories import make_post, make_record, make_school, set_fact

pytestmark = pytest.mark.django_db

TODAY = date(2009, 11, 16)  # Monday
EARLIER = date(2009, 9, 7)  # Monday


@pytest.fixture
def authority():
    return people.authority("Middleshire")


@pytest.fixture
def school(authority):
    return make_school("900001", authority=authority)


def kinds(authority, on=TODAY):
    return [kind for kind, _subject, _cure in found_among(wrong_records(authority, on))]


@pytest.mark.parametrize(
    ("first", "second", "is_wrong"),
    [
        ((None, date(2009, 9, 1)), (date(2009, 9, 1), None), True),
        ((None, date(2009, 8, 31)), (date(2009, 9, 1), None), False),
        ((None, None), (None, None), True),
        ((date(2009, 9, 1), None), (date(2008, 9, 1), date(2009, 8, 31)), False),
        ((date(2008, 9, 1), None), (date(2009, 9, 1), None), True),
        ((date(2007, 9, 1), date(2008, 8, 31)), (date(2008, 1, 1), date(2008, 2, 1)), True),
    ],
)
def test_sch_10_two_heads_on_one_day_are_a_problem(authority, school, first, second, is_wrong):
    for starts_on, ends_on in (first, second):
        make_post(school, PostKind.HEAD, starts_on=starts_on, ends_on=ends_on)
    make_post(school, PostKind.CHAIR)
    make_post(make_school(authority=authority), PostKind.HEAD)
    assert kinds(authority) == (["overlapping_heads"] if is_wrong else [])


def test_sch_10_an_absent_head_and_whoever_acts_are_not_two_heads(authority, school):
    make_post(school, PostKind.HEAD, is_absent=True)
    make_post(school, PostKind.HEAD, is_acting=True, starts_on=EARLIER)
    assert kinds(authority) == []


def test_sch_10_a_panel_has_at_least_three_governors(authority, school):
    assert kinds(authority) == []
    make_post(school, PostKind.PANEL_CHAIR, full_name="Ann Able")
    make_post(school, PostKind.PANEL, full_name="Ben Baker")
    make_post(school, PostKind.PANEL, full_name="Old Hand", ends_on=EARLIER)
    assert kinds(authority) == ["panel_of_fewer_than_three"]
    make_post(school, PostKind.PANEL, full_name="Cay Cook")
    assert kinds(authority) == []


def test_sch_14_a_national_challenge_school_has_rating_and_days(authority, school):
    make_record("concerns", school, concern="national_challenge", starts_on=EARLIER, risk="high")
    make_record("concerns", make_school(authority=authority), concern="jem", starts_on=EARLIER)
    assert kinds(authority) == ["national_challenge_unrated"]


@pytest.mark.parametrize("verdict", ["special_measures", "notice_to_improve"])
def test_sch_15_a_category_comes_of_an_inspection(authority, school, verdict):
    make_record("ofsted-category", school, category=verdict, starts_on=EARLIER)
    assert kinds(authority) == [f"{verdict}_without_inspection"]
    assert kinds(authority, EARLIER - timedelta(days=1)) == []
    days = {"starts_on": EARLIER, "ends_on": EARLIER}
    make_record("inspections", school, inspection_type="section_5", **days)
    assert kinds(authority) == []


def test_fin_3_the_trigger_of_a_category_needs_the_category(authority, school):
    make_record("finance", school, trigger="category", officer="Olive Ochre", starts_on=EARLIER)
    make_record("finance", school, trigger="rolls", officer="Olive Ochre", starts_on=EARLIER)
    assert kinds(authority) == ["finance_flag_without_category"]


def test_sch_13_a_category_that_the_policy_has_no_more_is_a_problem(authority, school):
    people.policy(authority, "kent")
    set_fact(school, FactKind.CATEGORY, "intensive", starts_on=EARLIER)
    assert kinds(authority) == []
    people.policy(authority, "national", starts_on=date(2009, 11, 1), POL_23=["Gold"])
    assert kinds(authority) == ["category_not_in_policy"]


def test_a_school_of_another_authority_and_a_closed_one_are_left_out(authority):
    for school in (make_school(), make_school(authority=authority, status="closed")):
        make_post(school, PostKind.HEAD)
        make_post(school, PostKind.HEAD)
    assert kinds(authority) == []


def test_every_problem_has_its_owner_its_name_and_a_link(as_role, authority, school, clock_at):
    clock_at(TODAY)
    make_record("ofsted-category", school, category="special_measures", starts_on=EARLIER)
    found = next(row for row in problems(authority, TODAY) if row["kind"] == "special_measures_without_inspection")
    assert (found["subject"], found["owner"]) == ("school:900001", f"administrator@{authority.code}")
    page = as_role(Role.MANAGER, at=authority).get(reverse("site:problem-list")).content.decode()
    assert "Special measures without an inspection" in page


def test_the_problems_cost_the_same_for_one_school_and_for_ten(authority, school):
    make_post(school, PostKind.HEAD), make_post(school, PostKind.HEAD)
    with CaptureQueriesContext(connection) as one:
        assert len(kinds(authority)) == 1
    for _ in range(9):
        other = make_school(authority=authority)
        make_post(other, PostKind.HEAD), make_post(other, PostKind.HEAD)
    with CaptureQueriesContext(connection) as ten:
        assert len(kinds(authority)) == 10
    assert len(one) == len(ten)
