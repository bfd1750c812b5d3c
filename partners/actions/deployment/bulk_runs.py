"""Many at once: a run is prepared, looked at, confirmed once and carried out row by row (DEP-18, DEP-19, SPM-6).

Each step is a compare and set of the run's state, as for files that are looked at before they are loaded (ADR 12): a second
click, a second person or a second worker finds what the first one did.
"""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import date, datetime

from django.db import transaction

from accounts.models import Authority, User
from partners.models import BulkKind, BulkOutcome, BulkRow, BulkRun, BulkState, Deployment, Partner
from partners.selectors import Seen, Terms, effects_of_run, rows_of_run, seen_in
from partners.whatif import Effect
from schools.models import School
from sipmanager.core import audit, uploads
from sipmanager.core.wording import counted, day
from sipmanager.core.workflow import OutOfDate

from ..permitting import refuse, require
from .bulk import RIGHT_OF, try_ending

MOST_IN_A_RUN = 600  # a whole authority
IN_A_REQUEST = 25  # what somebody waits for; more is done by the worker
ROWS_AT_ONCE = 200
SHOWN = 20
LOOKED_AT = "Somebody has looked at this already, or it was given up. Look at it again."

Wanted = tuple[Partner, School, Deployment | None]


def prepare_run(
    *, kind: str, authority: Authority, rows: Iterable[Wanted], terms: Terms, by: User, at: datetime
) -> BulkRun:  # fmt: skip
    """Keep what is to be done to which schools, in their order; nothing of it is done, and nothing looked at yet."""
    require(by=by, permission=RIGHT_OF[BulkKind(kind)], record=authority, at=at)
    rows = list(rows)
    if not 1 <= len(rows) <= MOST_IN_A_RUN:
        refuse(f"Choose at least one school and at most {counted(MOST_IN_A_RUN, 'school')} at once.")
    with transaction.atomic():
        run = BulkRun.objects.create(
            kind=kind, authority=authority, many=len(rows), made_at=at, made_by=by,
            **asdict(terms) | {"reason": terms.reason.strip()[:300], "why": terms.why.strip()[:300]},
        )  # fmt: skip
        BulkRow.objects.bulk_create(
            (
                BulkRow(run=run, position=position, partner=partner, school=school, deployment=deployment)
                for position, (partner, school, deployment) in enumerate(rows)
            ),
            batch_size=ROWS_AT_ONCE,
        )
    return run


def look_at_run(*, run: BulkRun, on: date, at: datetime) -> None:
    """Work out what would become of each row and of the conditions of grant, and keep it for the confirmation.

    Raises `OutOfDate` where somebody has.
    """
    rows = rows_of_run(run)
    for row, seen in zip(rows, _seen(run, rows, on, at), strict=True):
        row.note, row.because, row.until = seen.note[:200], list(seen.because), seen.until
        row.seen_on = row.deployment.ends_on if row.deployment else None
        row.outcome = BulkOutcome.STAYS if seen.because else BulkOutcome.GOES
    about, effects = effects_of_run(run, [row for row in rows if row.outcome == BulkOutcome.GOES], on)
    with transaction.atomic():
        _step(run, BulkState.LOOKING, state=BulkState.READY, effects=list(map(_kept, effects)), effects_on=about)
        columns = ["note", "because", "until", "seen_on", "outcome"]
        BulkRow.objects.bulk_update(rows, columns, batch_size=ROWS_AT_ONCE)


def _seen(run: BulkRun, rows: list[BulkRow], on: date, at: datetime) -> list[Seen]:
    if run.kind != BulkKind.END:
        return seen_in(run, rows, on)
    note = f"To {day(run.last_on)}"
    return [Seen(note, try_ending(row=row, by=run.made_by, at=at)) for row in rows]


def _kept(effect: Effect) -> dict:
    """One condition before and after, as JSON holds it."""
    return {
        "programme": effect.programme, "id": effect.id, "sentence": effect.sentence,
        "before": [effect.before.result, effect.before.strength], "after": [effect.after.result, effect.after.strength],
        "more": [[row.because, row.subject] for row in effect.more[:SHOWN]], "more_left": max(len(effect.more) - SHOWN, 0),
    }  # fmt: skip


def confirm_run(*, run: BulkRun, by: User, at: datetime) -> bool:
    """Confirm what was looked at, once; false where it is confirmed already, or the button was pressed twice (D-31).

    Raises `MoveRefused` where no row would go through.
    """
    require(by=by, permission=RIGHT_OF[BulkKind(run.kind)], record=run.authority, at=at)
    if run.state != BulkState.READY:
        return False
    going = run.rows.filter(outcome=BulkOutcome.GOES).count()
    if not going:
        refuse("None of these would go through. Look at the reasons and put them right first.")
    try:
        with transaction.atomic():
            _step(run, BulkState.READY, state=BulkState.WORKING, confirmed_by=by, confirmed_at=at)
            audit.record(
                what="bulkrun.confirm", subject=run, by=by, at=at, about_on=run.starts_on or run.last_on, kind=run.kind,
                rows=going,
            )  # fmt: skip
    except OutOfDate:
        return False
    return True


def finish_run(*, run: BulkRun, at: datetime) -> bool:
    """Close a run of which no row waits any more; whether this call did."""
    if run.rows.filter(outcome=BulkOutcome.GOES).exists():
        return False
    try:
        with transaction.atomic():
            _step(run, BulkState.WORKING, state=BulkState.DONE, finished_at=at)
            became = {name: run.rows.filter(outcome=name).count() for name in BulkOutcome.values}
            audit.record(
                what="bulkrun.finish", subject=run, by=run.confirmed_by, at=at, kind=run.kind, made=became["made"],
                stays=became["stays"], passed=became["passed"],
            )  # fmt: skip
    except OutOfDate:
        return False
    return True


def give_up_runs(*, authority: Authority, at: datetime) -> int:
    """Give up what nobody went on with in four hours: it was only looked at. How many that were.

    One statement decides, so that whoever confirms at the same moment is either before it or finds it given up.
    """
    with transaction.atomic():
        old = BulkRun.objects.filter(
            authority=authority, state__in=(BulkState.LOOKING, BulkState.READY), made_at__lt=at - uploads.LASTS
        )
        given_up = old.update(state=BulkState.LAPSED, effects=[], effects_on=None)
        BulkRow.objects.filter(run__authority=authority, run__state=BulkState.LAPSED).delete()
    return given_up


def _step(run: BulkRun, before: str, **values) -> None:
    if not BulkRun.objects.filter(pk=run.pk, state=before).update(**values):
        raise OutOfDate([LOOKED_AT])
    for column, value in values.items():
        setattr(run, column, value)
