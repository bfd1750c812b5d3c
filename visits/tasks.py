"""Addresses for Celery: each reads the clock and calls a job."""

from celery import shared_task

from sipmanager.core import clock

from . import jobs


@shared_task(ignore_result=True)
def issue_note(request_id: int) -> None:
    jobs.issue_note(request_id=request_id, at=clock.now())
