"""What the pages of people say of heads, chairs, governors and SIPs (D-4)."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.permissions import Role
from accounts.tests.factories import authority, user
from partners.models import SupportKind
from partners.tests.factories import engage, make_partner, support
from schools.models import PostKind
from schools.tests.factories import make_post, make_school

pytestmark = pytest.mark.django_db
BEGAN = date(2009, 9, 1)  # a Tuesday


@pytest.fixture
def kent():
    return authority("Invented County")


@pytest.fixture
def manager(as_role, kent):
    return as_role(Role.MANAGER, at=kent)


def test_the_people_pages_say_who_is_a_head_a_chair_or_a_sip(manager, kent):
    head, chair, sip = user("Harriet Head"), user("Colin Chair"), user("Petra Partner")
    school = make_school(authority=kent, name="Hill Road Primary School")
    make_post(school, PostKind.HEAD, user=head)
    make_post(school, PostKind.CHAIR, user=chair)
    engage(make_partner(user=sip), kent)
    page = manager.get("/accounts/people/").content.decode()
    assert "Headteacher, Hill Road Primary School" in page
    assert "Chair of governors, Hill Road Primary School" in page
    assert "School Improvement Partner, Invented County" in page
    assert "Headteacher, Hill Road Primary School" in manager.get(f"/accounts/people/{head.pk}/").content.decode()
    one = manager.get("/accounts/people/?applied=1&role=head").content.decode()
    assert "Harriet Head" in one
    assert "Colin Chair" not in one
    assert "Petra Partner" in manager.get("/accounts/people/?applied=1&role=sip").content.decode()


def test_who_looks_after_a_sip_is_said_once(manager, kent):
    lead = user("Lena Lead")
    for _ in range(2):
        support(engage(make_partner(), kent), lead, SupportKind.LINE_MANAGER)
    assert manager.get("/accounts/people/").content.decode().count("Line manager, Invented County") == 1
    assert "Lena Lead" in manager.get("/accounts/people/?applied=1&role=line_manager").content.decode()


def test_what_somebody_is_elsewhere_is_not_told(manager, kent):
    """D-7: another authority's engagement stays its own."""
    sip = user("Petra Partner")
    partner = make_partner(user=sip)
    engage(partner, kent)
    engage(partner, authority("Elsewhere County"))
    page = manager.get(f"/accounts/people/{sip.pk}/").content.decode()
    assert "School Improvement Partner, Invented County" in page
    assert "Elsewhere County" not in page


def test_the_list_asks_the_same_number_of_questions_for_many(manager, kent):
    def questions():
        with CaptureQueriesContext(connection) as asked:
            manager.get("/accounts/people/")
        return len(asked)

    make_post(make_school(authority=kent), PostKind.HEAD, user=user("One Head"))
    engage(make_partner(user=user("One Sip")), kent)
    questions()  # the session is written now and then
    first = questions()
    for number in range(4):
        make_post(make_school(authority=kent), PostKind.HEAD, user=user(f"Head {number}"))
        engage(make_partner(user=user(f"Sip {number}")), kent)
    assert questions() == first
