"""Addresses for Celery: each reads the clock and calls a job."""

from celery import shared_task

from sipmanager.core import clock

from . import jobs


@shared_task(ignore_result=True)
def print_agreement(version_id: int) -> None:
    jobs.print_agreement(version_id=version_id, at=clock.now())
