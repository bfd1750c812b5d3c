"""Addresses for Celery: each reads the clock and calls a job."""

from datetime import date, datetime

from celery import shared_task

from . import clock, jobs, mail


@shared_task(ignore_result=True)
def deliver_mail() -> None:
    mail.deliver(at=clock.now())


@shared_task(ignore_result=True)
def nightly(on: str | None = None) -> None:
    """Queue one task for each partition; each is a night of its own, and one failing leaves the rest."""
    day = on or clock.today().isoformat()
    since = clock.now().isoformat()
    for partition in jobs.partitions():
        nightly_partition.delay(partition, day, since)


@shared_task(ignore_result=True)
def nightly_partition(partition: str, on: str, since: str) -> None:
    """One partition's night. Whichever partition ends last ends the night; two that end at once may both do so."""
    day = date.fromisoformat(on)
    jobs.run_partition(partition=partition, on=day, at=clock.now())
    if jobs.is_over(on=day, since=datetime.fromisoformat(since)):
        end_of_night.delay(on)


@shared_task(ignore_result=True)
def end_of_night(on: str | None = None) -> None:
    """Also on the schedule: a partition whose task was lost must not cost everybody their reminders."""
    jobs.end_night(on=date.fromisoformat(on) if on else clock.today(), at=clock.now())
