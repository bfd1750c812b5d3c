"""The plan of who follows a SIP whose three years at a school come to their end (DEP-10, REP-4)."""

from datetime import date, datetime

from django.db import transaction

from accounts.models import User
from accounts.permissions import Permission
from partners.models import Deployment, Partner, PlanState, SuccessionPlan
from sipmanager.core import audit

from ..permitting import day_of, refuse, refuse_own_work, require

P = Permission


def plan_succession(
    *, deployment: Deployment, state: str, settle_by: date, by: User | None, at: datetime, follower: Partner | None = None,
    notes: str = "",
) -> SuccessionPlan:  # fmt: skip
    """Say who follows, settled by which day, and how far it has come; a later plan takes the place of an earlier one.

    Whoever follows is deployed by the rules like everybody else: the plan places nobody.
    """
    require(by=by, permission=P.DEPLOYMENT_PROPOSE, record=deployment, at=at)
    refuse_own_work(by=by, partner=deployment.partner)
    if deployment.confirmed_on is None or deployment.is_void:
        refuse("A plan is made for a confirmed deployment.")
    if settle_by < day_of(at):
        refuse("The day by which it is settled must be today or in the future.")
    if follower is not None and follower.pk == deployment.partner_id:
        refuse(f"{follower.full_name} cannot follow themself: the three years go on counting.")
    if state == PlanState.AGREED and follower is None:
        refuse("Enter the SIP who follows, or say that somebody is still asked.")
    if follower is not None:
        refuse_own_work(by=by, partner=follower)
    with transaction.atomic():
        values = {
            "state": PlanState(state), "follower": follower, "settle_by": settle_by, "notes": notes.strip(),
            "changed_at": at, "changed_by": by,
        }  # fmt: skip
        plan, _ = SuccessionPlan.objects.update_or_create(deployment=deployment, defaults=values)
        # By its name alone: the school's own record of events is not told of what is still being thought about.
        audit.record(
            what="succession.plan", subject=audit.subject_of(deployment), by=by, at=at, about_on=settle_by,
            state=plan.state, follower=follower.reference if follower else "",
        )  # fmt: skip
    return plan
