"""The register of interests: declare, end, confirm for the year; deployments it touches are flagged (REG-10, PRE-11)."""

from datetime import date, datetime

from django.db import transaction

from accounts.models import User
from accounts.permissions import Permission
from partners import emails
from partners.interests import comparable
from partners.models import (
    ConfirmationKind,
    Deployment,
    DeploymentFlag,
    Interest,
    InterestKind,
    Partner,
)
from partners.selectors import decide_by, is_live, touching_interests
from schools.models import School
from sipmanager.core import audit
from sipmanager.core.wording import day
from sipmanager.core.workflow import OutOfDate

from ..deployment.flagging import raise_flag
from ..permitting import day_of, refuse, refuse_own_work, require
from .confirming import meet

P = Permission


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


def _flags(interest: Interest, at: datetime) -> list[DeploymentFlag]:
    """Flag the SIP's deployments that have not ended and that the interest touches."""
    on = day_of(at)
    rows = Deployment.objects.filter(partner=interest.partner, voided_on=None).select_related("school__diocese", "authority")
    live = [row for row in rows.select_related("partner").order_by("pk") if is_live(row, on)]
    found = touching_interests(live, on)
    return [_flag(interest, row, found[row.pk][interest.pk], at) for row in live if interest.pk in found.get(row.pk, {})]


def _flag(interest: Interest, deployment: Deployment, match, at: datetime) -> DeploymentFlag:
    return raise_flag(
        deployment=deployment, interest_id=interest.pk, is_possible=not match.is_exact,
        says=match.sentence(deployment.school.name), due_on=decide_by(deployment.authority, day_of(at)), at=at,
    )  # fmt: skip


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
