"""Working a plan out, which may take half a minute (DEP-3)."""

import logging
from dataclasses import replace
from datetime import date, datetime

from accounts.models import Authority
from schools.models import School
from sipmanager.core.workflow import OutOfDate

from ..actions import fail_plan, keep_plan
from ..matching import Weights
from ..models import DeploymentPlan, Partner, PlanStatus
from ..selectors import Plan, Wanted, Wish, plan_of, what_if

logger = logging.getLogger(__name__)
BROKEN = "Something went wrong while the plan was worked out. Work it out again; the problem has been logged."


def solve_plan(*, plan_id: int, on: date, at: datetime) -> None:
    """Find the answer of a plan that waits and keep it; a second worker finds it kept and does nothing."""
    plan = DeploymentPlan.objects.select_related("authority").get(pk=plan_id)
    if plan.status != PlanStatus.WAITING:
        return
    try:
        answer = plan_of(wanted_of(plan), on=on, time_limit=plan.time_limit)
        keep_plan(plan=plan, answer=answer, effects=effects_of(plan, answer), at=at)
    except OutOfDate:
        logger.info("plan %s was kept by another worker", plan_id)
    except Exception:
        logger.exception("plan %s", plan_id)
        fail_plan(plan=plan, because=BROKEN, at=at)


def wanted_of(plan: DeploymentPlan) -> Wanted:
    """What a plan asks for."""
    return Wanted(
        plan.authority, plan.programme, plan.starts_on, replace(Weights(), **plan.weights),
        pinned=[(urn, reference) for urn, reference in plan.pinned],
        forbidden=[(urn, reference) for urn, reference in plan.forbidden],
    )  # fmt: skip


def effects_of(plan: DeploymentPlan, answer: Plan) -> list[dict]:
    """What the conditions of grant would be on the first day with the whole plan in place, in sentences."""
    authority: Authority = plan.authority
    schools = {row.urn: row for row in School.objects.filter(urn__in=[row.urn for row in answer.assignments])}
    partners = {
        row.reference: row for row in Partner.objects.filter(reference__in=[row.reference for row in answer.assignments])
    }
    wishes = [Wish(partners[row.reference], schools[row.urn], plan.starts_on) for row in answer.assignments]
    found = what_if(authority=authority, on=plan.starts_on, wishes=wishes) if wishes else []
    return [
        {"id": row.id, "sentence": row.sentence, "is_worse": row.is_worse} for row in found if row.programme == plan.programme
    ]
