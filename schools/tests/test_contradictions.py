"""Schools whose records contradict each other stand on the problems list, with owner and cure (issue 3: bad input)."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.permissions import Role
from accounts.tests import factories as people
from schools import selectors
from schools.models import Post, RegisterTask, School, SchoolLink
from schools.tests.factories import AT, make_head, make_post, make_school

pytestmark = pytest.mark.django_db
TODAY = date(2009, 11, 16)  # Monday


@pytest.fixture
def authority():
    return people.authority()


def found(authority):
    return [(row["kind"], row["subject"]) for row in selectors.problems(authority, TODAY)]


def cases(authority):
    """Each contradiction, made the way a bad file or a slip makes it, and the school that shows it."""
    opened_late = make_school(authority=authority)
    School.objects.filter(pk=opened_late.pk).update(opened_on=date(2009, 9, 1), closed_on=date(2008, 8, 31))
    yield "school_opened_after_it_closed", opened_late
    still_open = make_school(authority=authority, closed_on=date(2009, 8, 31))
    yield "school_open_after_its_last_day", still_open
    followed = make_school(authority=authority)
    SchoolLink.objects.create(
        school=make_school(authority=authority), predecessor=followed, kind="successor", since_on=date(2009, 9, 1)
    )
    yield "school_followed_and_open", followed
    led = make_school(authority=authority, status="closed", closed_on=date(2009, 8, 31))
    make_head(led)
    yield "post_at_closed_school", led
    twin = make_school(authority=authority, establishment_number="2001")
    make_school(authority=authority, establishment_number="2001")
    yield "establishment_number_twice", twin
    two_heads = make_school(authority=authority)
    make_post(two_heads, full_name="Ann Early", starts_on=date(2008, 9, 1))
    make_post(two_heads, full_name="Ben Later", starts_on=date(2009, 9, 1))
    yield "overlapping_heads", two_heads


def test_each_contradiction_stands_on_the_list_with_owner_and_cure(authority):
    administrator = people.member(Role.ADMINISTRATOR, at=authority)
    wanted = [(kind, school.audit_subject) for kind, school in cases(authority)]
    rows = {(row["kind"], row["subject"]): row for row in selectors.problems(authority, TODAY)}
    assert [one for one in wanted if one not in rows] == []
    for one in wanted:
        assert rows[one]["owner"] == administrator.email
        assert rows[one]["cure"]


def test_sound_schools_are_not_on_the_list(authority):
    school = make_school(authority=authority, head="Ann Early", establishment_number="2001")
    other = make_school(authority=people.authority(), establishment_number="2001")
    closed = make_school(authority=authority, status="closed", closed_on=date(2009, 8, 31), head="Left Long")
    SchoolLink.objects.create(school=school, predecessor=closed, since_on=date(2009, 9, 1))
    subjects = {subject for _kind, subject in found(authority)}
    assert {school.audit_subject, other.audit_subject, closed.audit_subject} & subjects == set()


def test_two_heads_whom_the_national_register_names_together_are_no_problem(authority):
    school = make_school(authority=authority)
    for name in ("Ann Early", "Ben Early"):
        make_post(school, full_name=name, source="gias")
    assert ("overlapping_heads", school.audit_subject) not in found(authority)
    Post.objects.filter(full_name="Ben Early").update(source="officer")
    assert ("overlapping_heads", school.audit_subject) in found(authority)


def test_what_waits_to_be_settled_is_counted_until_it_is(authority):
    school = make_school(authority=authority)
    task = RegisterTask.objects.create(
        authority=authority, school=school, kind="closure", subject="post:1", says="End it", url="/", key="k", raised_at=AT
    )
    assert ("register_task_open", f"task:{task.pk}") in found(authority)
    RegisterTask.objects.update(settled_at=AT, outcome="done")
    assert ("register_task_open", f"task:{task.pk}") not in found(authority)


def test_forty_schools_cost_the_queries_of_one(authority):
    list(cases(authority))
    with CaptureQueriesContext(connection) as one:
        selectors.problems(authority, TODAY)
    for _number in range(5):
        list(cases(authority))
    with CaptureQueriesContext(connection) as many:
        selectors.problems(authority, TODAY)
    assert len(many) == len(one)
