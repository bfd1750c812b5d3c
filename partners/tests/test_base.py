"""Capacities that SIPs give, and whose schools are whose."""

from datetime import date

import pytest

from accounts.access import viewer_for
from accounts.permissions import Permission, Role
from accounts.tests import factories as people
from partners.models import Partner
from partners.tests import factories

P = Permission
pytestmark = pytest.mark.django_db
NOV = date(2009, 11, 16)  # Monday


def test_a_sip_is_a_sip_at_each_authority_that_engages_them(django_assert_num_queries, viewer):
    user, first, second = people.user(), people.authority("Ashby"), people.authority("Barford")
    partner = factories.make_partner(user=user)
    factories.engage(partner, first)
    factories.engage(partner, second)
    found = viewer(user, on=NOV)
    assert [(c.role.value, c.place) for c in found.capacities] == [("sip", "Ashby"), ("sip", "Barford")]
    assert found.partner_id == partner.pk


def test_a_sip_whom_nobody_engages_is_still_a_sip(viewer):
    user = people.user()
    partner = factories.make_partner(user=user)
    (capacity,) = viewer(user, on=NOV).capacities
    assert (capacity.partner_id, capacity.authority_id, capacity.label) == (partner.pk, None, "School Improvement Partner")


def test_a_line_manager_sees_only_the_sips_they_look_after(viewer):
    user, authority = people.user(), people.authority()
    mine, other = factories.make_partner("Mine"), factories.make_partner("Other")
    factories.support(factories.engage(mine, authority), user)
    factories.engage(other, authority)
    found = viewer(user, on=NOV)
    assert [(c.role.value, c.place, c.authority_name) for c in found.capacities] == [("line_manager", "Mine", authority.name)]
    assert list(Partner.objects.visible_to(found)) == [mine]


def test_people_are_read_in_one_query(django_assert_num_queries):
    from partners.selectors import partner_capacities

    user, authority = people.user(), people.authority()
    factories.support(factories.engage(factories.make_partner(), authority), user)
    factories.make_partner(user=user)
    with django_assert_num_queries(1):
        assert len(list(partner_capacities(user=user, on=NOV))) == 2


def test_the_people_of_an_authority_are_the_sips_it_engages_and_those_who_look_after_them():
    from accounts.models import User

    authority, sip, manager = people.authority(), people.user(), people.user()
    partner = factories.make_partner(user=sip)
    factories.support(factories.engage(partner, authority), manager)
    factories.make_partner(user=people.user())
    officer = people.member(Role.MANAGER, at=authority)
    seen = set(User.objects.visible_to(viewer_for(officer, on=NOV), P.USER_VIEW))
    assert {sip, manager} <= seen
    assert len(seen) == 3


def test_a_manager_sees_what_is_private_only_of_the_sips_their_authority_engages():
    here, elsewhere = people.authority(), people.authority()
    manager, user = people.member(Role.MANAGER, at=here), people.user()
    mine, other = factories.make_partner(authorities=[here]), factories.make_partner(authorities=[here])
    factories.engage(mine, here)
    factories.engage(other, elsewhere)
    viewer = viewer_for(manager, on=NOV)
    assert set(Partner.objects.visible_to(viewer)) == {mine, other}
    assert set(Partner.objects.visible_to(viewer, P.PARTNER_PRIVATE)) == {mine}
    assert not Partner.objects.visible_to(viewer_for(user, on=NOV)).exists()


def test_being_a_sip_elsewhere_gives_a_manager_no_private_reach_there():
    here, elsewhere = people.authority(), people.authority()
    manager = people.member(Role.MANAGER, at=here)
    factories.engage(factories.make_partner(user=manager), elsewhere)
    colleague = factories.make_partner(authorities=[here])
    factories.engage(colleague, elsewhere)
    viewer = viewer_for(manager, on=NOV)
    assert colleague not in Partner.objects.visible_to(viewer, P.PARTNER_PRIVATE)
