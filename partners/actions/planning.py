"""Plans of a whole deployment: asked for, kept when they are worked out, pinned and forbidden, accepted row by row (DEP-3)."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from accounts.models import Authority, User
from accounts.permissions import P
from partners.conditions import PROGRAMMES
from partners.models import Deployment, DeploymentPlan, Partner, PlanRow, PlanStatus
from partners.planning import Key
from partners.selectors import Plan, for_the_school, with_commitments
from schools.models import School
from sipmanager.core import audit
from sipmanager.core.wording import day
from sipmanager.core.workflow import MoveRefused, OutOfDate

from .deployment.deploying import propose_deployment
from .permitting import day_of, refuse, require

SHORTEST, LONGEST = 5, 300  # seconds to look for the best
NO_LONGER = "This plan has been worked out already, or is being worked out. Look at it again."


def ask_for_plan(
    *, authority: Authority, programme: str, starts_on: date, weights: Mapping[str, int], by: User | None, at: datetime,
    time_limit: int = 30, pinned: Iterable[Key] = (), forbidden: Iterable[Key] = (), follows: DeploymentPlan | None = None,
) -> DeploymentPlan:  # fmt: skip
    """Keep a question to the planner; the worker finds its answer. `weights` are by part of a score, `time_limit` in seconds."""
    require(by=by, permission=P.DEPLOYMENT_PROPOSE, record=authority, at=at)
    if programme not in PROGRAMMES:
        refuse("Only the primary and the secondary programme can be planned.")
    if starts_on < day_of(at):
        refuse(f"{day(starts_on)} has passed. A plan begins today or on a later day.")
    if not SHORTEST <= time_limit <= LONGEST:
        refuse(f"The time must be between {SHORTEST} and {LONGEST} seconds.")
    pins, forbids = _pairs(pinned), _pairs(forbidden)
    with transaction.atomic():
        plan = DeploymentPlan.objects.create(
            authority=authority, programme=programme, starts_on=starts_on, weights=dict(weights), time_limit=time_limit,
            pinned=pins, forbidden=forbids, next_pinned=pins, next_forbidden=forbids, follows=follows, made_at=at, made_by=by,
        )  # fmt: skip
        audit.record(
            what="plan.ask", subject=plan, by=by, at=at, about_on=starts_on, programme=programme, pinned=len(pins),
            forbidden=len(forbids),
        )  # fmt: skip
    return plan


def _pairs(keys: Iterable[Key]) -> list[list[str]]:
    return [list(key) for key in sorted({tuple(key) for key in keys})]


def plan_again(*, plan: DeploymentPlan, by: User | None, at: datetime) -> DeploymentPlan:
    """Ask the same again with the pins and forbidden pairs of now; the plan itself stays as it was found."""
    return ask_for_plan(
        authority=plan.authority, programme=plan.programme, starts_on=plan.starts_on, weights=plan.weights,
        time_limit=plan.time_limit, pinned=map(tuple, plan.next_pinned), forbidden=map(tuple, plan.next_forbidden),
        follows=plan, by=by, at=at,
    )  # fmt: skip


def keep_plan(*, plan: DeploymentPlan, answer: Plan, effects: list[dict[str, Any]], at: datetime) -> None:
    """Keep what the planner found. Raises `OutOfDate` where somebody else has kept an answer already."""
    rows = [asdict(row) for row in answer.assignments]
    schools = dict(School.objects.filter(urn__in=[row["urn"] for row in rows]).values_list("urn", "pk"))
    partners = dict(Partner.objects.filter(reference__in=[row["reference"] for row in rows]).values_list("reference", "pk"))
    result = {
        "unassigned": list(answer.unassigned), "conflicts": list(answer.conflicts), "effects": effects, "sips": answer.sips,
        "underway": answer.underway, "not_planned": answer.not_planned, "elsewhere": answer.elsewhere,
        "seconds": round(answer.seconds, 1),
    }  # fmt: skip
    with transaction.atomic():
        _from_waiting(
            plan, status=answer.status.value, objective=answer.objective, bound=answer.bound, schools=answer.schools,
            result=result, solved_at=at,
        )  # fmt: skip
        PlanRow.objects.bulk_create(
            PlanRow(
                plan=plan, school_id=schools[row["urn"]], partner_id=partners[row["reference"]], because=row["because"][:500],
                points=row["points"], is_pinned=row["is_pinned"], is_kept=row["is_kept"], warnings=list(row["warnings"]),
                outstanding=row["outstanding"],
            )
            for row in rows
        )  # fmt: skip
        audit.record(what="plan.solve", subject=plan, by=None, at=at, about_on=plan.starts_on, status=answer.status.value)


def fail_plan(*, plan: DeploymentPlan, because: str, at: datetime) -> None:
    """Say on a plan why it could not be worked out."""
    _from_waiting(plan, status=PlanStatus.FAILED, problem=because[:300], solved_at=at)


def _from_waiting(plan: DeploymentPlan, **values) -> None:
    if not DeploymentPlan.objects.filter(pk=plan.pk, status=PlanStatus.WAITING).update(**values):
        raise OutOfDate([NO_LONGER])
    for column, value in values.items():
        setattr(plan, column, value)


# ------------------------------------------------------------------------------------------------- pins and forbidden


def pin_rows(*, plan: DeploymentPlan, rows: Iterable[PlanRow], by: User | None, at: datetime) -> None:
    """These SIPs stay with these schools the next time the plan is worked out."""
    keys = _keys(rows)
    schools = {urn for urn, _reference in keys}
    pinned = [key for key in _wishes(plan.next_pinned) if key[0] not in schools]
    forbidden = [key for key in _wishes(plan.next_forbidden) if key not in keys]
    _wish(plan, pinned=[*pinned, *keys], forbidden=forbidden, by=by, at=at)


def forbid_rows(*, plan: DeploymentPlan, rows: Iterable[PlanRow], by: User | None, at: datetime) -> None:
    """These SIPs do not take these schools the next time the plan is worked out."""
    keys = _keys(rows)
    pinned = [key for key in _wishes(plan.next_pinned) if key not in keys]
    _wish(plan, pinned=pinned, forbidden=[*_wishes(plan.next_forbidden), *keys], by=by, at=at)


def forget_wish(*, plan: DeploymentPlan, key: Key, by: User | None, at: datetime) -> None:
    """A pin or a forbidden pair no longer counts the next time."""
    pinned = [one for one in _wishes(plan.next_pinned) if one != key]
    forbidden = [one for one in _wishes(plan.next_forbidden) if one != key]
    _wish(plan, pinned=pinned, forbidden=forbidden, by=by, at=at)


def _keys(rows: Iterable[PlanRow]) -> list[Key]:
    return [(row.school.urn, row.partner.reference) for row in rows]


def _wishes(kept: list) -> list[Key]:
    return [(urn, reference) for urn, reference in kept]


def _wish(plan: DeploymentPlan, *, pinned: list[Key], forbidden: list[Key], by: User | None, at: datetime) -> None:
    require(by=by, permission=P.DEPLOYMENT_PROPOSE, record=plan, at=at)
    pins, forbids = _pairs(pinned), _pairs(forbidden)
    seen = {"next_pinned": plan.next_pinned, "next_forbidden": plan.next_forbidden}
    with transaction.atomic():
        if not DeploymentPlan.objects.filter(pk=plan.pk, **seen).update(next_pinned=pins, next_forbidden=forbids):
            raise OutOfDate(["Somebody changed the pins of this plan at the same moment. Look at it again."])
        plan.next_pinned, plan.next_forbidden = pins, forbids
        audit.record(what="plan.wish", subject=plan, by=by, at=at, pinned=len(pins), forbidden=len(forbids))


# ------------------------------------------------------------------------------------------------------------ accepting


@dataclass(frozen=True)
class Accepted:
    """What became of one row: the deployment proposed, or why none was."""

    row: PlanRow
    deployment: Deployment | None = None
    because: str = ""


def accept_rows(
    *, plan: DeploymentPlan, rows: Iterable[PlanRow], by: User | None, at: datetime
) -> list[Accepted]:  # fmt: skip
    """Propose the deployments of some rows, each by itself under the rules of this moment; what has become stale says why."""
    require(by=by, permission=P.DEPLOYMENT_PROPOSE, record=plan, at=at)
    return [_accept(plan, row, by, at) for row in rows]


def _accept(plan: DeploymentPlan, row: PlanRow, by: User | None, at: datetime) -> Accepted:
    try:
        with transaction.atomic():
            deployment = propose_deployment(
                school=row.school, partner=row.partner, starts_on=plan.starts_on, why=for_the_school(row.because), by=by, at=at
            )  # fmt: skip
            _refuse_more_than_days(deployment)
    except MoveRefused as refusal:
        return Accepted(row, because=" ".join(str(reason) for reason in refusal.reasons))
    return Accepted(row, deployment)


def _refuse_more_than_days(deployment: Deployment) -> None:
    """No plan gives a SIP more schools than there are days for, whatever else has been proposed since (D-7)."""
    partner = with_commitments(Partner.objects.filter(pk=deployment.partner_id), deployment.starts_on).get()
    if partner.days_left is None:
        refuse(f"{partner.full_name} has no days planned any more. Work the plan out again.")
    if partner.days_left < 0:
        had = (partner.days_left + deployment.days).normalize()
        refuse(
            f"{partner.full_name} has {had:f} days left by now, and {deployment.school.name} takes "
            f"{Decimal(deployment.days).normalize():f}. Work the plan out again."
        )
