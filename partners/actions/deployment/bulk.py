"""Many at once: what one row of a run does, by the same rules as one alone (DEP-18, DEP-19, SPM-6, ACT-15).

A row is a transaction of its own that begins by taking the row (compare and set): whoever comes second, the queue's second
delivery or a worker that takes up what another left, finds it taken and goes on to the next.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F

from accounts.models import User
from accounts.permissions import Permission
from partners.consulting import AGREED_ONE_BY_ONE, SAY_FIRST
from partners.deployment_rules import findings, needs_reason
from partners.models import BulkKind, BulkOutcome, BulkRow, Deployment, DeploymentStatus, Partner
from partners.selectors import Terms, deployment_case, done_already, policy_of, terms_of_run
from schools.models import School
from sipmanager.core.wording import day
from sipmanager.core.workflow import MoveRefused

from ..permitting import day_of, is_permitted
from .deploying import Refused, agree_deployment, confirm_deployment, end_deployment, propose_deployment
from .flagging import settle_by_replacement
from .renewing import renew_deployment

P = Permission
ONE_DAY = timedelta(days=1)
OWN_WORK = "Nobody decides on their own work, or on what is not theirs to decide."
RIGHT_ENDED = "Whoever confirmed this may no longer do it: the right has ended since."
DONE_ALREADY = "It was done already when its turn came; nothing was done twice."
# The right that each kind of run takes.
RIGHT_OF = {
    BulkKind.DEPLOY: P.DEPLOYMENT_PROPOSE, BulkKind.MOVE: P.DEPLOYMENT_END, BulkKind.RENEW: P.DEPLOYMENT_CONFIRM,
    BulkKind.END: P.DEPLOYMENT_END,
}  # fmt: skip


def carry_out_row(*, row: BulkRow, at: datetime) -> str:
    """Carry one row of a confirmed run out and return its outcome; a row that was taken already is left as it is.

    Rules and rights are those of now. What is refused is kept on the row with every reason, and nothing of it is written.
    """
    run = row.run
    with transaction.atomic():
        if not BulkRow.objects.filter(pk=row.pk, outcome=BulkOutcome.GOES).update(outcome=BulkOutcome.MADE, done_at=at):
            row.refresh_from_db()
            return row.outcome
        _hold(row)
        if row.deployment is not None:
            row.deployment.refresh_from_db()
        made = done_already(row, terms_of_run(run))
        outcome, because = BulkOutcome.PASSED, (DONE_ALREADY,)
        if made is None:
            made, because = _try(
                row, run.confirmed_by, lambda: EFFECTS[run.kind](row, terms_of_run(run), run.confirmed_by, at), at
            )
            outcome = BulkOutcome.STAYS if because else BulkOutcome.MADE
        row.outcome, row.because, row.made, row.done_at = outcome, list(because), made, at
        row.save(update_fields=["outcome", "because", "made", "done_at"])
    return row.outcome


def _hold(row: BulkRow) -> None:
    """Move the numbers of school and SIPs on, in one order, so that two who do the same wait and never block each other."""
    School.objects.filter(pk=row.school_id).update(sequence=F("sequence") + 1)
    for pk in sorted({row.partner_id, row.deployment.partner_id if row.deployment else row.partner_id}):
        Partner.objects.filter(pk=pk).update(sequence=F("sequence") + 1)


def _try(
    row: BulkRow, by: User, effect: Callable[[], Deployment], at: datetime
) -> tuple[Deployment | None, tuple[str, ...]]:  # fmt: skip
    """What came of a row, or why nothing did, with nothing of it left."""
    if not is_permitted(by=by, permission=RIGHT_OF[row.run.kind], record=row.run.authority, at=at):
        return None, (RIGHT_ENDED,)
    try:
        with transaction.atomic():
            return effect(), ()
    except MoveRefused as refused:
        return None, tuple(refused.reasons)
    except PermissionDenied:
        return None, (OWN_WORK,)


def _deploy(row: BulkRow, terms: Terms, by: User, at: datetime) -> Deployment:
    reasons = _reasons(row, terms, at)
    deployment = propose_deployment(
        school=row.school, partner=row.partner, starts_on=terms.starts_on, ends_on=terms.ends_on, days=terms.days,
        reasons=reasons, tell_school=terms.consulted_on is None, by=by, at=at,
    )  # fmt: skip
    if terms.consulted_on is not None:
        if policy_of(deployment).schools_say in AGREED_ONE_BY_ONE:
            raise Refused([], [SAY_FIRST])
        agree_deployment(deployment=deployment, consulted_on=terms.consulted_on, by=by, at=at)
        confirm_deployment(deployment=deployment, reasons=reasons, by=by, at=at)
    return deployment


def _reasons(row: BulkRow, terms: Terms, at: datetime) -> dict[str, str]:
    """The one reason, for each rule of this row that asks for one."""
    if not terms.reason.strip():
        return {}
    case = deployment_case(
        partner=row.partner, school=row.school, starts_on=terms.starts_on, ends_on=terms.ends_on, days=terms.days,
        on=day_of(at),
    )  # fmt: skip
    return {one.id: terms.reason for one in needs_reason(case, findings(case))}


def _move(row: BulkRow, terms: Terms, by: User, at: datetime) -> Deployment:
    old, last_on = row.deployment, terms.starts_on - ONE_DAY
    if old.partner_id == row.partner_id:
        raise Refused([], [f"{row.partner.full_name} is the SIP there already."])
    if old.starts_on > last_on:
        raise Refused([], [f"The deployment begins on {day(old.starts_on)}; choose a later day."])
    if old.status != DeploymentStatus.ENDING and (old.ends_on is None or old.ends_on > last_on):
        end_deployment(deployment=old, on=last_on, reason=terms.why, by=by, at=at)
    deployment = _deploy(row, terms, by, at)
    settle_by_replacement(deployment=old, by=by, at=at)
    return deployment


def _renew(row: BulkRow, terms: Terms, by: User, at: datetime) -> Deployment:
    """Run on to the day that the preview showed; where the last day has become another since, nothing is done."""
    if row.deployment.ends_on != row.seen_on:
        now = f"to {day(row.deployment.ends_on)}" if row.deployment.ends_on else "without a last day"
        raise Refused([], [f"It runs {now} since you looked at it. Look at it again before you go on."])
    renew_deployment(deployment=row.deployment, until=row.until, by=by, at=at)
    return row.deployment


def _end(row: BulkRow, terms: Terms, by: User, at: datetime) -> Deployment:
    end_deployment(deployment=row.deployment, on=terms.last_on, reason=terms.why, by=by, at=at)
    return row.deployment


EFFECTS = {BulkKind.DEPLOY: _deploy, BulkKind.MOVE: _move, BulkKind.RENEW: _renew, BulkKind.END: _end}


def try_ending(*, row: BulkRow, by: User, at: datetime) -> tuple[str, ...]:
    """Why a deployment of a run would not end; every rule is asked by ending it, and nothing of it stays written."""
    with transaction.atomic():
        _made, because = _try(row, by, lambda: _end(row, terms_of_run(row.run), by, at), at)
        transaction.set_rollback(True)
    return because
