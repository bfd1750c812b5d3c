"""The register of interests: declare, end, confirm for the year, and decide on the deployments it touches (REG-10, PRE-11)."""

from datetime import date, datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from accounts.models import User
from accounts.permissions import Permission
from accounts.selectors import policy_on
from partners import emails
from partners.interests import Declared, comparable
from partners.models import (
    OPEN_STATES,
    RUNNING_STATES,
    ConfirmationKind,
    Deployment,
    DeploymentFlag,
    DeploymentStatus,
    FlagOutcome,
    Interest,
    InterestKind,
    Partner,
)
from partners.selectors import matches_at, parties_of, place_of
from schools.models import School
from schools.selectors import working_calendar
from sipmanager.core import audit
from sipmanager.core.moves import SUBSTANCE
from sipmanager.core.wording import day
from sipmanager.core.workflow import OutOfDate

from .confirming import meet
from .deploying import end_deployment, withdraw_deployment
from .permitting import day_of, refuse, refuse_own_work, require

P = Permission

# The reason itself stays with the decision: a school is not told that there is an interest.
ENDED_BECAUSE = "Decided by the SIP manager"
LIVE = (*OPEN_STATES, *RUNNING_STATES, DeploymentStatus.ENDED)


def declare_interest(
    *, partner: Partner, kind: str, says: str, by: User | None, at: datetime, school: School | None = None,
    named: str = "", starts_on: date | None = None, ends_on: date | None = None,
) -> Interest:  # fmt: skip
    """Put an interest on the register, by a school or by the name of whoever it is with.

    Every deployment of the SIP that has not ended and that it touches is flagged, and its managers are told.
    """
    require(by=by, permission=P.INTEREST_DECLARE, record=partner, at=at)
    says, named = says.strip(), " ".join(named.split())
    missing = [
        "Enter what the interest is." if not says else "",
        "Enter with which school, trust, employer or company." if school is None and not comparable(named) else "",
    ]
    if any(missing):
        refuse(*missing)
    if starts_on is not None and ends_on is not None and ends_on < starts_on:
        refuse(f"The last day must be on or after the first, {day(starts_on)}.")
    with transaction.atomic():
        interest = Interest.objects.create(
            partner=partner, kind=InterestKind(kind), school=school, named="" if school else named,
            search_name="" if school else comparable(named)[:150], says=says, starts_on=starts_on, ends_on=ends_on,
            declared_at=at, declared_by=by,
        )  # fmt: skip
        audit.record(
            what="partner.interest", subject=partner, by=by, at=at, about_on=starts_on, kind=str(kind),
            urn=school.urn if school else "",
        )  # fmt: skip
        for flag in _flags(interest, at):
            emails.interest_touches(flag=flag, at=at)
    return interest


def live_deployments(on: date) -> QuerySet:
    """Proposed, agreed or confirmed, and not ended by a day: what a declaration may touch."""
    return Deployment.objects.filter(Q(ends_on=None) | Q(ends_on__gte=on), voided_on=None, status__in=LIVE)


def _flags(interest: Interest, at: datetime) -> list[DeploymentFlag]:
    """Flag the SIP's deployments that have not ended and that the interest touches."""
    rows = live_deployments(day_of(at)).filter(partner=interest.partner)
    rows = rows.select_related("school__diocese", "authority", "partner").order_by("pk")
    return [flag for deployment in rows for flag in touched(interest, deployment, at)]


def flag_untold(*, deployment: Deployment, at: datetime) -> list[DeploymentFlag]:
    """Flag a deployment that interests touch which nobody has been told of: declared before it was imported, or touching
    it since, as when the school has joined a trust. The managers are told.
    """
    told = DeploymentFlag.objects.filter(deployment=deployment, interest__isnull=False, cleared_at=None).values("interest_id")
    untold = Interest.objects.filter(partner=deployment.partner_id).exclude(pk__in=told).order_by("pk")
    with transaction.atomic():
        found = [flag for interest in untold for flag in touched(interest, deployment, at)]
        for flag in found:
            emails.interest_touches(flag=flag, at=at)
    return found


def touched(interest: Interest, deployment: Deployment, at: datetime) -> list[DeploymentFlag]:
    """The flag of a deployment that an interest touches on a day when both run; none where it does not."""
    today = day_of(at)
    on = max(today, deployment.starts_on, interest.starts_on or today)
    if deployment.ends_on is not None and on > deployment.ends_on:
        return []
    place = place_of(deployment.school, starts_on=on, on=today)
    declared = Declared(interest.kind, interest.says, interest.named, interest.school_id, interest.starts_on, interest.ends_on)
    found = matches_at(place, [declared], parties_of(deployment.school, place.family, on), on)
    return [_flag(interest, deployment, match, at) for match in found]


def _flag(interest: Interest, deployment: Deployment, match, at: datetime) -> DeploymentFlag:
    policy = policy_on(authority=deployment.authority, on=day_of(at))
    calendar = working_calendar(deployment.authority, day_of(at), policy)
    flag = DeploymentFlag.objects.create(
        interest=interest, deployment=deployment, is_possible=not match.is_exact,
        says=match.sentence(deployment.school.name)[:600], raised_at=at,
        due_on=calendar.add(day_of(at), policy.days_to_decide),
    )  # fmt: skip
    audit.record(what="interest.flag", subject=audit.subject_of(deployment), by=None, at=at, interest=interest.pk)
    return flag


def end_interest(*, interest: Interest, on: date, by: User | None, at: datetime) -> None:
    """Set the last day of an interest. A SIP declares and does not take back: their authority does."""
    require(by=by, permission=P.INTEREST_DECLARE, record=interest.partner, at=at)
    refuse_own_work(by=by, partner=interest.partner)
    if interest.starts_on is not None and on < interest.starts_on:
        refuse(f"The last day must be on or after the first, {day(interest.starts_on)}.")
    with transaction.atomic():
        if not Interest.objects.filter(pk=interest.pk, ends_on=interest.ends_on).update(ends_on=on):
            raise OutOfDate(["Somebody changed this while you were reading it. Look at it again before you go on."])
        interest.ends_on = on
        audit.record(what="partner.interest_end", subject=interest.partner, by=by, at=at, about_on=on)


def confirm_interests(*, partner: Partner, by: User | None, at: datetime, is_nothing: bool = False) -> None:
    """Confirm the register for the school year: that it is complete, or that there is nothing to declare.

    It holds up to the next 1 September. "Nothing to declare" is refused while an interest stands.
    """
    require(by=by, permission=P.INTEREST_DECLARE, record=partner, at=at)
    standing = partner.interests.running(day_of(at)).exists()
    if is_nothing and standing:
        refuse("Interests are on your register. Confirm that the list is complete instead.")
    if not is_nothing and not standing:
        refuse("No interest is on your register. Declare one, or say that there is nothing to declare.")
    meet(partner=partner, kind=ConfirmationKind.INTERESTS, by=by, at=at, is_nothing=is_nothing)


def decide_flag(
    *, flag: DeploymentFlag, outcome: str, reason: str, by: User | None, at: datetime, on: date | None = None
) -> None:  # fmt: skip
    """Decide on a deployment that a late declaration touches: keep it with a reason, or end it on a day.

    What was not confirmed yet is withdrawn instead of ended.
    """
    deployment = flag.deployment
    require(by=by, permission=P.DEPLOYMENT_END, record=deployment, at=at)
    refuse_own_work(by=by, partner=deployment.partner)
    if sum(letter.isalnum() for letter in reason) < SUBSTANCE:
        refuse("Enter a reason: the record must say why.")
    outcome = FlagOutcome(outcome)
    with transaction.atomic():
        values = {"decided_at": at, "decided_by": by, "outcome": outcome, "reason": reason.strip()[:300]}
        if not DeploymentFlag.objects.filter(pk=flag.pk, decided_at=None, cleared_at=None).update(**values):
            raise OutOfDate(["Somebody has decided on this already."])
        for column, value in values.items():
            setattr(flag, column, value)
        # By its name alone: the school's own record of events is not told that there is an interest.
        subject = audit.subject_of(deployment)
        audit.record(what=f"interest.{outcome.value}", subject=subject, by=by, at=at, interest=flag.interest_id)
        if outcome is FlagOutcome.ENDED:
            _end(deployment, on=on, by=by, at=at)


def _end(deployment: Deployment, *, on: date | None, by: User | None, at: datetime) -> None:
    if deployment.confirmed_on is None:
        withdraw_deployment(deployment=deployment, reason=ENDED_BECAUSE, by=by, at=at)
        return
    if on is None:
        refuse("Enter the last day of the deployment.")
    end_deployment(deployment=deployment, on=on, reason=ENDED_BECAUSE, by=by, at=at)
