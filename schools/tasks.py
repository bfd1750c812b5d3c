"""Addresses for Celery: each reads the clock and calls a job."""

from celery import shared_task

from sipmanager.core import clock

from . import jobs


@shared_task(ignore_result=True)
def read_preview(preview_id: int) -> None:
    jobs.read_preview(preview_id=preview_id, on=clock.today(), at=clock.now())


@shared_task(ignore_result=True)
def load_preview(preview_id: int) -> None:
    jobs.load_preview(preview_id=preview_id, on=clock.today(), at=clock.now())
