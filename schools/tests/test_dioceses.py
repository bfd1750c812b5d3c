"""A diocesan officer is named by whoever serves every school of the diocese (D-5, ROL-15), and addresses follow people."""

from datetime import date

import pytest

from accounts.models import Invitation, Membership
from accounts.permissions import Role
from accounts.tests.factories import diocese, member, membership, trust
from schools import actions, selectors
from schools.models import SchoolService, ServiceSource
from sipmanager.core import clock

from .factories import make_head, make_school

pytestmark = pytest.mark.django_db
ON = date(2009, 11, 16)  # Monday
SEND = "/accounts/invitations/send/"


@pytest.fixture(autouse=True)
def _today(clock_at):
    clock_at("2009-11-16 10:00")


@pytest.fixture
def see():
    return diocese("Diocese of Aldminster")


@pytest.fixture
def schools_trust(see):
    """A trust that serves the two schools of its diocese, which lie in a local authority."""
    found = trust()
    for _ in range(2):
        serve(make_school(diocese=see), found)
    return found


def serve(school, authority):
    SchoolService.objects.filter(school=school).update(ends_on=date(2009, 8, 31))
    SchoolService.objects.create(
        school=school, authority=authority, source=ServiceSource.AGREEMENT, starts_on=date(2009, 9, 1)
    )  # fmt: skip


def send(client, see, email="canon@diocese.example"):
    key = client.get(SEND).context["form"]["form_key"].value()
    return client.post(SEND, {"form_key": key, "email": email, "role": "diocese", "diocese": see.pk})


@pytest.mark.parametrize("role", [Role.MANAGER, Role.ADMINISTRATOR])
def test_a_trust_invites_the_officer_of_its_diocese_and_sees_them(schools_trust, see, as_role, role):
    client = as_role(role, at=schools_trust)
    answer = send(client, see)
    assert answer.status_code == 302, answer.context["form"].errors
    invitation = Invitation.objects.get()
    assert (invitation.diocese, invitation.authority) == (see, None)
    assert client.get(answer.url).status_code == 200
    officer = membership(Role.DIOCESE, at=see).user
    page = client.get(f"/accounts/people/{officer.pk}/").content.decode()
    assert "Diocesan officer, Diocese of Aldminster" in page
    assert f"/accounts/people/{officer.pk}/roles/" in page


def test_a_trust_ends_the_role_of_the_officer_it_named(schools_trust, see, as_role):
    role = membership(Role.DIOCESE, at=see, starts_on=date(2009, 9, 1))
    client = as_role(Role.MANAGER, at=schools_trust)
    assert client.post(f"/accounts/people/{role.user_id}/roles/{role.pk}/end/", {"when": "now"}).status_code == 302
    assert Membership.objects.get(pk=role.pk).ends_on == date(2009, 11, 15)


def test_nobody_speaks_for_a_diocese_with_a_school_of_somebody_elses(schools_trust, see, as_role):
    elsewhere = make_school(diocese=see)
    client = as_role(Role.MANAGER, at=schools_trust)
    assert "Diocesan officer" not in client.get(SEND).content.decode()
    assert send(client, see).status_code == 200
    assert not Invitation.objects.exists()
    officer = member(Role.DIOCESE, at=see)
    assert client.get(f"/accounts/people/{officer.pk}/").status_code == 404
    serve(elsewhere, schools_trust)
    assert send(client, see).status_code == 302


def test_a_school_that_closed_or_left_counts_for_nobody(schools_trust, see):
    assert list(selectors.dioceses_served([schools_trust.pk], ON)) != []
    assert list(selectors.dioceses_served([schools_trust.pk], date(2009, 8, 31))) == []
    elsewhere = make_school(diocese=see)
    assert list(selectors.dioceses_served([schools_trust.pk], ON)) == []
    type(elsewhere).objects.filter(pk=elsewhere.pk).update(status="closed")
    assert set(selectors.dioceses_served([schools_trust.pk], ON).values_list("diocese_id", flat=True)) == {see.pk}


def test_the_address_of_a_post_follows_the_account():
    school = make_school()
    post = make_head(school, user=member(Role.READER), email="old@school.example")
    told = {"user": post.user, "old": "OLD@school.example", "new": "new@school.example", "by": post.user, "at": clock.now()}
    actions.readdress_posts(**told)
    post.refresh_from_db()
    assert post.email == "new@school.example"
    actions.readdress_posts(**told | {"old": "other@school.example", "new": "third@school.example"})
    post.refresh_from_db()
    assert post.email == "new@school.example", "an address of another's making stays"
