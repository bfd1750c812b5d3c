"""What the night does: deployments begin on their first day and end after their last (DEP-1, DEP-15), and each term
authorities are asked whether their record is right (ACC-28)."""

from datetime import date, datetime

from sipmanager.core.jobs import Tally

from ..actions import PASSED, ask_to_confirm_records, begin_deployment, end_deployment, finish_deployment
from ..models import RUNNING_STATES, Deployment, DeploymentStatus
from ..selectors import unasked


def begin_deployments(*, partition: str, on: date, at: datetime, dry_run: bool = False) -> Tally:
    """Make the confirmed deployments of one authority active whose first day is `on` or earlier."""
    tally = Tally()
    rows = Deployment.objects.standing().filter(
        authority__code=partition, status=DeploymentStatus.CONFIRMED, starts_on__lte=on
    )
    for deployment in rows.order_by("pk"):
        try:
            if not dry_run:
                begin_deployment(deployment=deployment, at=at)
            tally.states_changed += 1
        except Exception as error:  # one deployment must not stop the others
            tally.fail("begin_deployments", f"deployment:{deployment.pk}", error)
    return tally


def end_past_deployments(*, partition: str, on: date, at: datetime, dry_run: bool = False) -> Tally:
    """End the deployments of one authority whose last day lies before `on`.

    Those that were to end on the day anyway are told to the contractor and the people now; of the others all were told
    when the last day was set.
    """
    tally = Tally()
    rows = Deployment.objects.standing().filter(authority__code=partition, status__in=RUNNING_STATES, ends_on__lt=on)
    for deployment in rows.select_related("school", "partner", "authority", "policy").order_by("pk"):
        try:
            if not dry_run:
                _end(deployment, at)
            tally.states_changed += 1
        except Exception as error:  # one deployment must not stop the others
            tally.fail("end_past_deployments", f"deployment:{deployment.pk}", error)
    return tally


def _end(deployment: Deployment, at: datetime) -> None:
    if deployment.status != DeploymentStatus.ENDING:
        end_deployment(deployment=deployment, on=deployment.ends_on, reason=PASSED, by=None, at=at)
    if deployment.status == DeploymentStatus.ENDING:
        finish_deployment(deployment=deployment, at=at)


def ask_for_records(*, partition: str, on: date, at: datetime, dry_run: bool = False) -> Tally:
    """Ask one authority, once a term, whether its record of deployments is right, if it has SIPs at schools (ACC-28)."""
    tally = Tally()
    for authority in unasked(on).filter(code=partition):
        if not dry_run:
            ask_to_confirm_records(authority=authority, on=on, by=None, at=at)
        tally.states_changed += 1
    return tally
