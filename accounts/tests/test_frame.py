"""What stands around every page: names, capacities, navigation."""

import pytest
from django.db import DatabaseError
from django.test import RequestFactory

from accounts import context, navigation
from accounts.access import Capacity, Viewer, viewer_for
from accounts.permissions import Role
from accounts.tests.factories import authority, member, membership, user
from sipmanager.core import clock
from sipmanager.core.frame import Frame

pytestmark = pytest.mark.django_db


def viewer_as(role: Role, **place) -> Viewer:
    capacity = Capacity(role=role, **place)
    return Viewer(user=None, capacities=(capacity,), on=clock.today(), acting=capacity)


@pytest.fixture
def every_page(monkeypatch):
    monkeypatch.setattr(navigation, "is_a_page", lambda address: True)


@pytest.mark.parametrize(
    ("role", "labels"),
    [
        (Role.MANAGER, "My work, Schools, SIPs, Deployment, Visits and notes, Quality, Reports"),
        (Role.ADMINISTRATOR, "My work, Schools, SIPs, Deployment, Visits and notes, Reports"),
        (Role.HEAD, "My work, My school, Notes"),
        (Role.CHAIR, "My work, My school, Notes"),
        (Role.SIP, "My work, My schools, My record, Visits and notes, Quality"),
        (Role.COORDINATOR, "My work, Schools, SIPs, Deployment, Reports"),
        (Role.DIOCESE, "My work, Schools, Notes"),
        (Role.ELECTED_MEMBER, "My work, Reports"),
    ],
)
def test_each_role_has_its_row_of_navigation(every_page, role, labels):
    items = navigation.navigation_for(viewer_as(role), "/")
    assert ", ".join(item.label for item in items) == labels


@pytest.mark.parametrize(
    ("path", "current"),
    [
        ("/", "My work"),
        ("/schools/900001/", "Schools"),
        ("/partners/P000001/", "SIPs"),
        ("/conditions-of-grant/", "Deployment"),
        ("/notes/17/draft/", "Visits and notes"),
        ("/deadlines/", "Reports"),
        ("/accounts/you/", None),
    ],
)
def test_the_entry_that_one_is_in_is_marked(every_page, path, current):
    marked = [item.label for item in navigation.navigation_for(viewer_as(Role.MANAGER), path) if item.is_current]
    assert marked == ([current] if current else [])


def test_an_entry_without_a_page_is_left_out(monkeypatch):
    monkeypatch.setattr(navigation, "is_a_page", lambda address: address == "/schools/")
    assert [item.url for item in navigation.navigation_for(viewer_as(Role.MANAGER), "/")] == ["/schools/"]
    assert navigation.navigation_for(Viewer(user=None, capacities=(), on=clock.today()), "/") == ()


def test_a_page_is_one_that_some_floor_serves():
    assert navigation.is_a_page("/accounts/sign-in/")
    assert not navigation.is_a_page("/nowhere/at/all/")


def frame_for(person, path="/", **more):
    request = RequestFactory().get(path)
    request.user = person
    request.viewer = viewer_for(person, on=clock.today(), **more)
    return context.frame(request)["frame"]


def test_the_header_names_authority_person_and_capacity():
    kent = authority("Invented County")
    person = member(Role.MANAGER, at=kent, full_name="Maria Example")
    frame = frame_for(person)
    assert (frame.authority_name, frame.user_name) == ("Invented County", "Maria Example")
    assert frame.capacity_label == "SIP manager, Invented County"
    assert (frame.sign_out_url, frame.account_url) == ("/accounts/sign-out/", "/accounts/you/")
    assert [one.is_current for one in frame.capacities] == [True]


def test_several_capacities_are_offered_and_one_is_current():
    person = member(Role.MANAGER)
    membership(Role.OFFICER, of=person)
    frame = frame_for(person)
    assert sorted(one.is_current for one in frame.capacities) == [False, True]
    other = next(one for one in frame.capacities if not one.is_current)
    assert next(one for one in frame_for(person, acting_key=other.key).capacities if one.is_current).key == other.key


def test_whoever_looks_after_several_sips_does_so_in_one_capacity():
    """D-6: the switch is about what somebody is, not about each SIP they look after."""
    officer = Capacity(Role.OFFICER, authority_id=1, place="Invented County")
    looks_after = [
        Capacity(Role.LINE_MANAGER, authority_id=1, partner_id=number, place=name, authority_name="Invented County")
        for number, name in ((1, "Ann Able"), (2, "Ben Best"))
    ]
    mentors = Capacity(Role.MENTOR, authority_id=1, partner_id=3, place="Cat Cole", authority_name="Invented County")
    viewer = Viewer(user=None, capacities=(officer, *looks_after, mentors), on=clock.today(), acting=looks_after[1])
    assert [(one.key, one.label, one.is_current) for one in context.choices_of(viewer)] == [
        (officer.key, "Authority officer, Invented County", False),
        (looks_after[1].key, "Line manager, Invented County", True),
        (mentors.key, "SIP mentor, Cat Cole", False),
    ]


def test_somebody_without_a_capacity_has_a_name_and_a_way_out():
    frame = frame_for(user("Una Example"))
    assert (frame.user_name, frame.authority_name, frame.navigation) == ("Una Example", "", ())
    assert frame.sign_out_url


def test_a_stranger_is_offered_to_sign_in_but_not_on_that_page(client):
    assert client.get("/help/").context["frame"].sign_in_url == "/accounts/sign-in/"
    assert client.get("/accounts/sign-in/").context["frame"].sign_in_url == ""


def test_a_database_that_does_not_answer_leaves_the_bare_frame(monkeypatch):
    def broken(request):
        raise DatabaseError

    monkeypatch.setattr(context, "frame_of", broken)
    assert context.frame(RequestFactory().get("/")) == {"frame": Frame()}


def test_an_address_that_no_floor_has_is_empty():
    assert context.address_of("nowhere:at-all") == ""


def test_a_school_can_stand_under_its_authoritys_name():
    capacity = Capacity(Role.HEAD, school_id=1, place="Hill Road Primary", authority_name="Invented County")
    request = RequestFactory().get("/")
    request.user = user()
    request.viewer = Viewer(user=request.user, capacities=(capacity,), on=clock.today(), acting=capacity)
    frame = context.frame(request)["frame"]
    assert (frame.authority_name, frame.capacity_label) == ("Invented County", "Headteacher, Hill Road Primary")
