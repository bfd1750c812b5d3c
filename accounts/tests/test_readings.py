"""Staff read once for all roles within a scope, and the partitions with anything of their own."""

from datetime import date

import pytest

from accounts.models import Authority
from accounts.permissions import Role
from accounts.selectors import holders, partitions_with_people, staff_on
from sipmanager.core import jobs, readings

from . import factories as people

ON = date(2009, 11, 16)  # Monday


@pytest.mark.django_db
def test_a_queryset_is_read_for_its_keys_and_staff_of_all_roles_by_one_query(django_assert_num_queries):
    authority = people.authority("Middleshire")
    manager = people.member(Role.MANAGER, at=authority)
    administrator = people.member(Role.ADMINISTRATOR, at=authority)
    with readings.shared():
        with django_assert_num_queries(2):
            assert len(staff_on(Authority.objects.filter(pk=authority.pk), ON)[authority.pk]) == 2
        with django_assert_num_queries(0):
            assert holders(role=Role.MANAGER, authority=authority, on=ON) == [manager]
            assert holders(role=Role.ADMINISTRATOR, authority=authority, on=ON) == [administrator]


@pytest.mark.django_db
def test_only_partitions_with_something_of_their_own_are_awake():
    at_rest, at_work, reached = (people.authority(name) for name in ("Restshire", "Workshire", "Mailshire"))
    people.member(Role.MANAGER, at=at_work)
    Authority.objects.filter(pk=reached.pk).update(mailbox="sips@mailshire.example")
    assert {at_work.code, reached.code} <= set(partitions_with_people())
    awake = jobs.awake()
    assert {jobs.NATIONAL, at_work.code, reached.code} <= set(awake)
    assert at_rest.code not in awake
    assert at_rest.code in jobs.partitions()
