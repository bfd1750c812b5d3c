"""What the night finds in the demonstration, and who follows a SIP whose three years end (PRE-13, REP-4)."""

from datetime import date, timedelta

from partners import actions
from partners.jobs import recheck_deployments
from partners.models import Check, CheckStatus, Deployment
from partners.selectors import limits_near

from .build import Made, moment
from .people import DEMONSTRATION_DAY

RAN_OUT = date(2009, 10, 31)


def make_rechecks(made: Made) -> None:
    """One SIP's insurance has run out, one plan says who follows, and the night has flagged what it found."""
    at_work = Deployment.objects.active(DEMONSTRATION_DAY).filter(authority=made.authority)
    near = sorted(limits_near(at_work, DEMONSTRATION_DAY).items(), key=lambda pair: pair[1])
    others = at_work.exclude(pk__in=[pk for pk, _ in near]).order_by("-partner__reference", "pk")
    uninsured = others.first()
    if uninsured is not None:
        checks = Check.objects.filter(
            engagement__partner=uninsured.partner, engagement__authority=made.authority, kind="PRE-5", voided_on=None,
            status=CheckStatus.VERIFIED,
        )  # fmt: skip
        checks.filter(checked_on__lte=RAN_OUT).update(expires_on=RAN_OUT)
    for pk, limit in near[-1:]:
        actions.plan_succession(
            deployment=Deployment.objects.select_related("partner").get(pk=pk), state="looking",
            settle_by=max(limit - timedelta(days=92), DEMONSTRATION_DAY), notes="Somebody who knows small schools.",
            by=made.manager, at=moment(DEMONSTRATION_DAY),
        )  # fmt: skip
    recheck_deployments(partition=made.authority.code, on=DEMONSTRATION_DAY, at=moment(DEMONSTRATION_DAY, 4))
