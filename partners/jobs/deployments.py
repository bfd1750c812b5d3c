"""What the night does: deployments whose last day has passed end (DEP-1, DEP-15), each term authorities are asked (ACC-28)."""

from datetime import date, datetime

from sipmanager.core.jobs import Tally

from ..actions import ask_to_confirm_records, end_deployment
from ..models import Deployment, DeploymentStatus
from ..selectors import unasked

PASSED = "The last day on record has passed"


def end_past_deployments(*, partition: str, on: date, at: datetime, dry_run: bool = False) -> Tally:
    """End the confirmed deployments of one authority whose last day lies before `on`, and put each end on the log."""
    tally = Tally()
    rows = Deployment.objects.standing().filter(authority__code=partition, status=DeploymentStatus.CONFIRMED, ends_on__lt=on)
    for deployment in rows.select_related("school", "partner", "authority", "policy").order_by("pk"):
        try:
            if not dry_run:
                end_deployment(deployment=deployment, on=deployment.ends_on, reason=PASSED, by=None, at=at)
            tally.states_changed += 1
        except Exception as error:  # one deployment must not stop the others
            tally.fail("end_past_deployments", f"deployment:{deployment.pk}", error)
    return tally


def ask_for_records(*, partition: str, on: date, at: datetime, dry_run: bool = False) -> Tally:
    """Ask one authority, once a term, whether its record of deployments is right, if it has SIPs at schools (ACC-28)."""
    tally = Tally()
    for authority in unasked(on).filter(code=partition):
        if not dry_run:
            ask_to_confirm_records(authority=authority, on=on, by=None, at=at)
        tally.states_changed += 1
    return tally
