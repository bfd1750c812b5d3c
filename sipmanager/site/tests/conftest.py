"""The demonstration, made once for a module; every test of the module sees it as it was made."""

import io
import json
from types import SimpleNamespace

import pytest
import time_machine
from django.core.management import call_command
from django.db import transaction

from sipmanager.site.demonstration.people import DEMONSTRATION_DAY


class MadeOnce(Exception):
    """Takes what was made back at the end of a module."""


@pytest.fixture(scope="module")
def demonstration(django_db_setup, django_db_blocker):
    """What `manage.py demo --preset all` said: `said` is its JSON, `told` its messages."""
    from django.conf import settings

    before, settings.DEMONSTRATION = settings.DEMONSTRATION, True
    said, told = io.StringIO(), io.StringIO()
    with django_db_blocker.unblock():
        try:
            with transaction.atomic(), time_machine.travel(f"{DEMONSTRATION_DAY} 12:00Z", tick=False):
                call_command("demo", preset="all", stdout=said, stderr=told)
                settings.DEMONSTRATION = before
                yield SimpleNamespace(said=json.loads(said.getvalue()), told=told.getvalue())
                raise MadeOnce
        except MadeOnce:
            pass
    settings.DEMONSTRATION = before


@pytest.fixture
def on_the_day(demonstration, db, clock_at, settings):
    """The demonstration's Monday at noon, with its doors open."""
    settings.DEMONSTRATION = True
    clock_at(f"{DEMONSTRATION_DAY} 12:00")
    return demonstration
