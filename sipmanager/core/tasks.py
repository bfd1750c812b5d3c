"""Addresses for Celery: each reads the clock and calls a job."""

from datetime import date

from celery import shared_task

from . import clock, jobs, mail


@shared_task(ignore_result=True)
def deliver_mail() -> None:
    mail.deliver(at=clock.now())


@shared_task(ignore_result=True)
def nightly(on: str | None = None) -> None:
    """Queue one task for each partition; each is a night of its own, and one failing leaves the rest."""
    day = on or clock.today().isoformat()
    for partition in jobs.partitions():
        nightly_partition.delay(partition, day)


@shared_task(ignore_result=True)
def nightly_partition(partition: str, on: str) -> None:
    jobs.run_partition(partition=partition, on=date.fromisoformat(on), at=clock.now())
