"""The only reader of the system clock. Views, tasks and commands ask it; everything else is told `on=` or `at=`."""

from datetime import date, datetime

from django.conf import settings
from django.utils import timezone


def now() -> datetime:
    """The present moment, aware. `PRETEND_IT_IS` moves the day and keeps the time of day (D-34)."""
    moment = timezone.now()
    if settings.PRETEND_IT_IS is None:
        return moment
    local = timezone.localtime(moment)
    return timezone.make_aware(datetime.combine(settings.PRETEND_IT_IS, local.time()))


def today() -> date:
    """The present day in London."""
    return timezone.localtime(now()).date()


def real_now() -> datetime:
    """The moment by the wall, whatever day is pretended: for sessions, tokens and rate limits alone (D-34)."""
    return timezone.now()
