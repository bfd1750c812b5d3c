"""The two worlds, made once for a module; every test of the module sees them as they were made."""

from types import SimpleNamespace

import pytest
import time_machine
from django.db import transaction


class MadeOnce(Exception):
    """Takes what was made back at the end of a module."""


@pytest.fixture(scope="module")
def two_worlds(django_db_setup, django_db_blocker):
    """`own` and `foreign`, see `worlds`."""
    from sipmanager.tests import worlds

    with django_db_blocker.unblock():
        try:
            with transaction.atomic():
                with time_machine.travel(f"{worlds.TODAY} 12:00Z", tick=False):
                    own, foreign = worlds.make_world(worlds.OWN), worlds.make_world(worlds.FOREIGN)
                yield SimpleNamespace(own=own, foreign=foreign)
                raise MadeOnce
        except MadeOnce:
            pass


@pytest.fixture
def worlds(two_worlds, db, clock_at):
    """The two worlds at noon of their Monday."""
    from sipmanager.tests.worlds import NOON

    clock_at(NOON)
    return two_worlds
