"""Rows that an older release wrote, after the migrations that changed what they mean (DEP-1)."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.migrations.executor import MigrationExecutor

pytestmark = pytest.mark.django_db(transaction=True)
TODAY = date(2009, 11, 16)  # Monday
AT = datetime(2009, 9, 1, 12, tzinfo=UTC)
BEFORE, AFTER = ("partners", "0012_development"), ("partners", "0013_deployment_states")
BEGUN, TO_COME, OVER = date(2009, 9, 1), date(2010, 1, 4), date(2009, 11, 13)

# What was on record of a deployment, by the states that there were, and what it is now:
# the state, the first day, the last day, whether it was confirmed, and the state after.
ROWS = (
    ("proposed",  TO_COME, None,    False, "proposed"),
    ("agreed",    BEGUN,   None,    False, "agreed"),
    ("withdrawn", TO_COME, None,    False, "withdrawn"),
    ("confirmed", TO_COME, None,    True,  "confirmed"),
    ("confirmed", TODAY,   None,    True,  "active"),
    ("confirmed", BEGUN,   None,    True,  "active"),
    ("ended",     BEGUN,   TO_COME, True,  "ending"),
    ("ended",     BEGUN,   TODAY,   True,  "ending"),
    ("ended",     BEGUN,   OVER,    True,  "ended"),
)  # fmt: skip


def migrated_to(*targets):
    """The models as they are after the migrations `targets`, with the database brought there."""
    executor = MigrationExecutor(connection)
    executor.migrate(list(targets))
    return MigrationExecutor(connection).loader.project_state(list(targets)).apps


@pytest.fixture
def newest():
    """The database as every other test finds it, whatever happened in between."""
    yield
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())


def make_rows(apps) -> list[int]:
    region = apps.get_model("accounts", "Region").objects.create(name="Old Region")
    authority = apps.get_model("accounts", "Authority").objects.create(code="X99", name="Old Authority", region=region)
    school = apps.get_model("schools", "School").objects.create(
        urn="999001", name="Old School", phase="primary", local_authority=authority, status="open", governance="community"
    )
    partner = apps.get_model("partners", "Partner").objects.create(
        reference="P999001", full_name="Old Partner", email="old@sip.example", made_at=AT
    )
    return [
        apps.get_model("partners", "Deployment").objects.create(
            school=school, partner=partner, authority=authority, status=status, starts_on=starts_on, ends_on=ends_on,
            days=Decimal(5), proposed_at=AT, confirmed_on=BEGUN if is_confirmed else None,
        ).pk
        for status, starts_on, ends_on, is_confirmed, _ in ROWS
    ]  # fmt: skip


def test_dep_1_states_of_an_older_release_are_read_by_their_dates(newest, clock_at):
    """DEP-1: what has begun is active, what was given a last day to come is ending, everything else stays; and back again."""
    clock_at(f"{TODAY} 10:00")
    keys = make_rows(migrated_to(BEFORE))
    deployments = migrated_to(AFTER).get_model("partners", "Deployment").objects
    states = dict(deployments.values_list("pk", "status"))
    assert [states[pk] for pk in keys] == [row[-1] for row in ROWS]
    with pytest.raises(IntegrityError), transaction.atomic():
        deployments.filter(pk=keys[0]).update(status="active")  # no day of confirmation
    deployments.filter(pk=keys[0]).update(status="consulted")
    deployments.filter(pk=keys[2]).update(status="upheld")
    older = migrated_to(BEFORE).get_model("partners", "Deployment").objects
    states = dict(older.values_list("pk", "status"))
    assert [states[pk] for pk in keys] == [row[0] for row in ROWS]
    migrated_to(AFTER)
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())
    from partners.models import Deployment

    states = dict(Deployment.objects.values_list("pk", "status"))
    assert [states[pk] for pk in keys] == [row[-1] for row in ROWS]
