"""Who reaches what: the one declaration behind lists, records and pages (D-4, D-6)."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.test import RequestFactory

from accounts import access
from accounts.access import NOBODY_ON, Capacity, Scope, Viewer, can, fetch, requires, viewer_for
from accounts.models import Authority, Invitation, LocalPolicy, Membership, User
from accounts.permissions import (
    COLUMNS,
    MEMBERSHIP_ROLES,
    ROWS,
    TABLE,
    P,
    Permission,
    Reach,
    Role,
    reach_of,
)
from accounts.tests.factories import authority, diocese, member, membership, policy, region, trust, user
from sipmanager.core import clock

pytestmark = pytest.mark.django_db

MONDAY = date(2009, 11, 16)
MODELS = (Authority, User, Membership, Invitation, LocalPolicy)


@pytest.fixture
def country():
    """Two regions, four authorities, a trust; each with a policy, people and an invitation."""
    south, north = region("South"), region("North")
    places = [
        authority("A", region=south),
        authority("B", region=south),
        authority("C", region=north),
        trust("T", region=None),
    ]
    for place in places:
        policy(place)
        member(Role.OFFICER, at=place)
        Invitation.objects.create(
            email="x@example.org", role="officer", authority=place, token=place.code, invited_at=clock.now(),
            expires_at=clock.now(),
        )  # fmt: skip
    return places


def place_for(role: Role, country):
    if role in (Role.COORDINATOR,):
        return country[0].region
    return diocese() if role is Role.DIOCESE else None if role in (Role.NATIONAL_DIRECTOR, Role.PROGRAMME) else country[0]


def rows_of(model):
    """The rows made here, and of the seeded authorities a few."""
    rows = model.objects.order_by("pk")
    return rows.exclude(code__in=Authority.objects.order_by("pk").values("code")[3:160]) if model is Authority else rows


# One declaration, two questions.


@pytest.mark.parametrize("role", sorted(MEMBERSHIP_ROLES))
@pytest.mark.parametrize("model", MODELS)
def test_a_list_and_a_record_agree_for_every_role_and_right(country, role, model, viewer):
    who = viewer(member(role, at=place_for(role, country)))
    for permission in (None, *Permission):
        asked = () if permission is None else (permission,)
        shown = set(model.objects.visible_to(who, *asked).values_list("pk", flat=True))
        for row in rows_of(model):
            assert row.belongs_to(who, *asked) is (row.pk in shown), (permission, row)


@pytest.mark.parametrize("role", [role for role in Role if role not in MEMBERSHIP_ROLES])
@pytest.mark.parametrize("model", MODELS)
def test_the_same_for_roles_that_come_from_posts_and_records(country, role, model):
    capacity = Capacity(role=role, school_id=1, partner_id=1)
    who = Viewer(user=user(), capacities=(capacity,), on=MONDAY)
    for permission in Permission:
        shown = set(model.objects.visible_to(who, permission).values_list("pk", flat=True))
        assert all(row.belongs_to(who, permission) is (row.pk in shown) for row in rows_of(model))


@pytest.mark.parametrize(
    ("role", "names"),
    [
        (Role.PROGRAMME, {"A", "B", "C", "T"}),
        (Role.NATIONAL_DIRECTOR, {"A", "B", "C", "T"}),
        (Role.COORDINATOR, {"A", "B"}),
        (Role.MANAGER, {"A"}),
        (Role.ADMINISTRATOR, {"A"}),
        (Role.SENIOR_ADVISER, {"A"}),
        (Role.TRUST_CHAIR, {"A"}),
        (Role.OFFICER, set()),
        (Role.READER, set()),
        (Role.DIOCESE, set()),
        (Role.ELECTED_MEMBER, set()),
    ],
)
def test_each_reach_finds_its_own_policies(country, role, names, viewer):
    who = viewer(member(role, at=place_for(role, country)))
    ours = LocalPolicy.objects.filter(authority__in=country)
    assert set(ours.visible_to(who).values_list("authority__name", flat=True)) == names


def test_rights_are_the_union_of_the_capacities_whichever_one_acts_in(country, viewer):
    person = member(Role.MANAGER, at=country[0])
    membership(Role.ADMINISTRATOR, at=country[2], of=person)
    who = viewer(person)
    for capacity in who.capacities:
        acting = viewer_for(person, on=clock.today(), acting_key=capacity.key)
        assert acting.acting == capacity
        found = LocalPolicy.objects.visible_to(acting, P.POLICY_VIEW).values_list("authority__name", flat=True)
        assert set(found) == {"A", "C"}


def test_a_role_counts_from_its_first_day_to_its_last(viewer):
    person = membership(Role.MANAGER, starts_on=date(2009, 9, 1), ends_on=date(2009, 12, 31)).user
    days = [date(2009, 8, 31), date(2009, 9, 1), date(2009, 12, 31), date(2010, 1, 1)]
    assert [bool(viewer(person, on=day).capacities) for day in days] == [False, True, True, False]


def test_nobody_and_closed_accounts_reach_nothing(country):
    closed = member(Role.PROGRAMME, is_active=False)
    for who in (NOBODY_ON, viewer_for(None, on=MONDAY), viewer_for(closed, on=MONDAY)):
        assert not who.capacities
        assert not Authority.objects.visible_to(who).exists()
        assert not can(who, P.HOME)
    assert viewer_for(closed, on=MONDAY, even_if_closed=True).capacities


def test_building_a_viewer_costs_at_most_three_queries(django_assert_max_num_queries):
    person = member(Role.MANAGER)
    membership(Role.OFFICER, of=person)
    with django_assert_max_num_queries(3):
        viewer_for(person, on=clock.today())


# The door.


def test_a_stranger_gets_404_and_one_who_may_only_look_gets_403(country, viewer):
    here, elsewhere = LocalPolicy.objects.get(authority=country[0]), LocalPolicy.objects.get(authority=country[2])
    manager = viewer(role=Role.MANAGER, at=country[0])
    looker = viewer(role=Role.ADMINISTRATOR, at=country[0])
    assert fetch(manager, P.POLICY_EDIT, LocalPolicy.objects.all(), pk=here.pk) == here
    with pytest.raises(PermissionDenied):
        fetch(looker, P.POLICY_EDIT, LocalPolicy.objects.all(), pk=here.pk)
    for who in (manager, looker):
        with pytest.raises(Http404):
            fetch(who, P.POLICY_EDIT, LocalPolicy.objects.all(), pk=elsewhere.pk)
        with pytest.raises(Http404):
            fetch(who, P.POLICY_EDIT, LocalPolicy.objects.all(), pk=0)


def test_can_asks_of_a_right_at_all_or_on_one_record(country, viewer):
    manager = viewer(role=Role.MANAGER, at=country[0])
    assert can(manager, P.POLICY_EDIT)
    assert can(manager, P.POLICY_EDIT, country[0])
    assert not can(manager, P.POLICY_EDIT, country[1])
    assert not can(manager, P.ACCREDITATION_EDIT)
    assert not can(manager, P.ACCREDITATION_EDIT, country[0])


def test_a_guarded_view_is_not_there_for_those_without_the_right(viewer):
    @requires(P.POLICY_EDIT)
    def page(request):
        return "the page"

    request = RequestFactory().get("/")
    request.viewer = viewer(role=Role.MANAGER)
    assert page(request) == "the page"
    assert page.permission is P.POLICY_EDIT
    request.viewer = viewer(role=Role.OFFICER)
    with pytest.raises(Http404):
        page(request)


def test_a_reach_without_a_place_finds_nothing(viewer):
    bare = Scope(everywhere=False)
    for role in (Role.PROGRAMME, Role.MANAGER, Role.COORDINATOR):
        who = viewer(role=role)
        assert not Authority.objects.filter(bare.q(who, P.SCHOOL_VIEW)).exists()


def test_own_work_is_left_out_over_all_capacities(viewer):
    mine, other = authority("Mine"), authority("Other")
    own = Scope(authority="pk", own_work=lambda who: access.Q(pk=mine.pk))
    person = member(Role.MANAGER, at=mine)
    membership(Role.MANAGER, at=other, of=person)
    who = viewer(person)
    assert ROWS[P.NOTE_AGREE].not_own
    assert set(Authority.objects.filter(own.q(who, P.NOTE_AGREE))) == {other}
    assert set(Authority.objects.filter(own.q(who, P.SCHOOL_VIEW))) == {mine, other}


def test_a_limit_narrows_one_right_of_one_role(viewer):
    kent = authority("Kent")
    scope = Scope(
        authority="pk", limit=lambda right, role, who: access.nothing() if right is P.NOTE_VIEW else access.everything()
    )
    who = viewer(role=Role.MANAGER, at=kent)
    assert not Authority.objects.filter(scope.q(who, P.NOTE_VIEW)).exists()
    assert set(Authority.objects.filter(scope.q(who, P.SCHOOL_VIEW))) == {kent}


def test_a_source_that_registers_twice_counts_once(monkeypatch):
    monkeypatch.setattr(access, "_sources", [])
    monkeypatch.setattr(access, "_people", [])

    def source(**_):
        return [Capacity(Role.HEAD, school_id=7, place="Hill Road Primary")]

    for _ in range(2):
        access.register_capacities(source)
        access.register_people(source)
    assert len(access._sources) == len(access._people) == 1
    who = viewer_for(user(), on=MONDAY)
    assert who.school_ids == {7}
    assert who.capacities[0].label == "Headteacher, Hill Road Primary"
    assert who.capacities[0].key == "head-0-0-0-7-0"


# The table itself.


def test_every_right_has_one_row_and_every_role_one_column():
    assert {row.permission for row in TABLE} == set(Permission)
    assert len(TABLE) == len(ROWS)
    assert set(COLUMNS) == set(Role)


def test_everybody_may_change_their_own_details():
    assert all(reach_of(role, P.OWN_DETAILS) is Reach.OWN for role in Role)


@pytest.mark.parametrize("permission", [P.NOTE_AGREE, P.NOTE_MODERATE, P.NOTE_COMMENT, P.DEPLOYMENT_PROPOSE, P.SHADOW_RECORD])
def test_nobody_judges_their_own_work(permission):
    assert ROWS[permission].not_own


def test_rol_24_and_25_hold_in_the_table():
    """A head's statement and a school's feedback have no right at all that a stranger could have."""
    assert reach_of(Role.SIP, P.USER_VIEW) is None
    assert reach_of(Role.ELECTED_MEMBER, P.NOTE_VIEW) is None
    assert reach_of(Role.READER, P.NOTE_DRAFT_VIEW) is None
    assert reach_of(Role.DIOCESE, P.NOTE_DRAFT_VIEW) is None
    assert reach_of(Role.CHAIR, P.NOTE_DRAFT_VIEW) is None
