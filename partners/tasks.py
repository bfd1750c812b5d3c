"""Addresses for Celery: each reads the clock and calls a job."""

from celery import shared_task

from sipmanager.core import clock

from . import jobs


@shared_task(ignore_result=True)
def print_agreement(version_id: int) -> None:
    jobs.print_agreement(version_id=version_id, at=clock.now())


@shared_task(ignore_result=True)
def solve_plan(plan_id: int) -> None:
    jobs.solve_plan(plan_id=plan_id, on=clock.today(), at=clock.now())


@shared_task(ignore_result=True)
def invite_to_event(event_id: int, by_id: int) -> None:
    jobs.invite(event_id=event_id, by_id=by_id, at=clock.now())


@shared_task(ignore_result=True)
def look_at_run(run_id: int) -> None:
    jobs.look_at_run(run_id=run_id, on=clock.today(), at=clock.now())


@shared_task(ignore_result=True)
def carry_out_run(run_id: int) -> None:
    jobs.carry_out_run(run_id=run_id, at=clock.now())


@shared_task(ignore_result=True)
def print_letter(letter_id: int) -> None:
    jobs.print_letter(letter_id=letter_id, at=clock.now())


@shared_task(ignore_result=True)
def make_evidence(pack_id: int) -> None:
    jobs.make_evidence(pack_id=pack_id, at=clock.now())
