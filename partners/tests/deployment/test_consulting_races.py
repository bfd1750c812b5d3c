"""Two people at once over one proposal (D-31): one effect, on PostgreSQL with real threads."""

import pytest

from partners import actions
from partners.models import Deployment, Objection
from partners.tests.deployment.test_consulting import AT, Place
from partners.tests.deployment.test_racing import race
from schools.models import PostKind
from schools.tests import factories as schools


@pytest.fixture
def here(transactional_db):
    return Place("learning_trust")


@pytest.mark.postgres
def test_two_chairs_objecting_at_once_leave_one_objection(here, monkeypatch):
    second = schools.make_post(here.school, PostKind.CHAIR, user=here.manager.__class__.objects.create_user(
        "second.chair@example.org", "hill-road-brook-lane", full_name="Second Chair"
    ))  # fmt: skip

    def object_as(user):
        return lambda: actions.object_to_deployment(
            consultation=here.asked("governors"), ground="connectivity", says="A link of family.", by=user, at=AT
        )

    assert race(monkeypatch, object_as(here.chair), object_as(second.user)) == ["OutOfDate", "won"]
    assert Objection.objects.count() == 1
    assert Deployment.objects.get().status == "objected"


@pytest.mark.postgres
def test_a_manager_withdraws_while_the_chair_objects_and_one_of_them_has_an_effect(here, monkeypatch):
    def withdraw():
        actions.withdraw_deployment(deployment=Deployment.objects.get(), reason="Other plans", by=here.manager, at=AT)

    def object_to_it():
        actions.object_to_deployment(
            consultation=here.asked("governors"), ground="connectivity", says="A link of family.", by=here.chair, at=AT
        )

    assert race(monkeypatch, withdraw, object_to_it) == ["OutOfDate", "won"]
    is_objected = Objection.objects.exists()
    assert Deployment.objects.get().status == ("objected" if is_objected else "withdrawn")
