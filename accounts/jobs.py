"""What accounts does at night, once for the whole country."""

from datetime import date, datetime

from django.contrib.sessions.backends.db import SessionStore

from sipmanager.core import jobs

from . import parking


def clear_away(*, partition: str, on: date, at: datetime, dry_run: bool = False) -> jobs.Tally:
    """Delete parked text that is too old and sessions that have ended."""
    if partition == jobs.NATIONAL and not dry_run:
        parking.throw_away_old(at=at)
        SessionStore.clear_expired()
    return jobs.Tally()
