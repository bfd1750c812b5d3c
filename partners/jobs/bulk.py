"""Many at once: looked at and carried out, in a request or by the worker; what was left lying is taken up at night (D-32)."""

import logging
from datetime import date, datetime

from django.db import OperationalError

from accounts.models import Authority
from sipmanager.core.jobs import Tally
from sipmanager.core.workflow import OutOfDate

from ..actions import carry_out_row, finish_run, give_up_runs
from ..actions import look_at_run as look
from ..models import BulkOutcome, BulkRow, BulkRun, BulkState

logger = logging.getLogger(__name__)
BROKEN = "Something went wrong with this row, and nothing of it was done. The problem has been logged."


def look_at_run(*, run_id: int, on: date, at: datetime) -> None:
    """Look at a run that waits for it; a second worker finds it looked at and does nothing."""
    run = BulkRun.objects.select_related("authority__region", "made_by").get(pk=run_id)
    if run.state != BulkState.LOOKING:
        return
    try:
        look(run=run, on=on, at=at)
    except OutOfDate:
        logger.info("run %s was looked at by another worker", run_id)


def carry_out_run(*, run_id: int, at: datetime) -> None:
    """Carry out the rows of a confirmed run that wait, each by itself, and close it when none does.

    A worker that ends half way leaves the other rows waiting: whoever comes next goes on with them. A row whose transaction the
    database breaks off waits too; a fault of the row itself is kept on it.
    """
    run = BulkRun.objects.select_related("authority__region", "confirmed_by").get(pk=run_id)
    if run.state != BulkState.WORKING:
        return
    related = ("school__diocese", "partner", "deployment__partner", "deployment__school", "deployment__authority")
    rows = BulkRow.objects.select_related(*related, "deployment__policy")
    for key in run.rows.filter(outcome=BulkOutcome.GOES).order_by("position").values_list("pk", flat=True):
        row = rows.get(pk=key)
        row.run = run
        try:
            carry_out_row(row=row, at=at)
        except OperationalError:
            logger.warning("row %s of run %s waits", key, run_id, exc_info=True)
        except Exception:
            logger.exception("row %s of run %s", key, run_id)
            waiting = BulkRow.objects.filter(pk=key, outcome=BulkOutcome.GOES)
            waiting.update(outcome=BulkOutcome.STAYS, because=[BROKEN], done_at=at)
    finish_run(run=run, at=at)


def go_on_with_runs(*, partition: str, on: date, at: datetime, dry_run: bool = False) -> Tally:
    """Go on with the confirmed runs of one authority that no worker has finished, and give up what nobody confirmed."""
    tally = Tally()
    authority = Authority.objects.filter(code=partition).first()
    if authority is None or dry_run:
        return tally
    for key in (
        BulkRun.objects.filter(authority=authority, state=BulkState.WORKING).order_by("pk").values_list("pk", flat=True)
    ):
        try:
            carry_out_run(run_id=key, at=at)
            tally.states_changed += 1
        except Exception as error:  # one run must not stop the others
            tally.fail("go_on_with_runs", f"bulkrun:{key}", error)
    give_up_runs(authority=authority, at=at)
    return tally
