"""A SIP's standing with an authority: engagement, those who look after the SIP, checks and contracts (D-7, section 8)."""

from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.db.models import Q

from accounts.models import Authority, User
from accounts.permissions import Permission
from partners.models import AgreementStatus, Contract, Engagement, Partner, Support
from schools.models import School
from sipmanager.core import audit
from sipmanager.core.wording import day
from sipmanager.core.workflow import OutOfDate

from ..permitting import day_of, refuse, refuse_own_work, require

P = Permission

ONE_DAY = timedelta(days=1)


def engage_partner(
    *, partner: Partner, authority: Authority, by: User | None, at: datetime, starts_on: date | None = None,
    contracted_days: Decimal | None = None, permission: P = P.CHECK_EDIT,
) -> Engagement:  # fmt: skip
    """Engage a SIP at an authority and return the engagement; the running one where there is one already."""
    require(by=by, permission=permission, record=authority, at=at)
    refuse_own_work(by=by, partner=partner)
    with transaction.atomic():
        found = Engagement.objects.filter(partner=partner, authority=authority, ends_on=None).first()
        if found is not None:
            return found
        engagement = Engagement.objects.create(
            partner=partner, authority=authority, starts_on=starts_on, contracted_days=contracted_days
        )
        audit.record(what="engagement.start", subject=engagement, by=by, at=at, about_on=starts_on)
    return engagement


def end_engagement(*, engagement: Engagement, on: date, by: User | None, at: datetime) -> None:
    """Set an engagement's last day. Refused while a deployment of this SIP at the authority, or an agreement, runs beyond it.

    Both are ended by whoever may end them, with everything that follows; neither is left to contradict the engagement.
    """
    _may(engagement, by, at)
    if engagement.starts_on is not None and on < engagement.starts_on:
        refuse(f"The last day must be on or after the first, {day(engagement.starts_on)}.")
    with transaction.atomic():
        beyond = engagement.partner.deployments.standing().filter(authority=engagement.authority_id)
        beyond = beyond.filter(Q(ends_on=None) | Q(ends_on__gt=on)).select_related("school").order_by("starts_on", "pk")
        reasons = [f"End the deployment at {row.school.name} first; it runs beyond {day(on)}." for row in beyond]
        held = engagement.agreements.filter(status=AgreementStatus.IN_FORCE, last_on__gt=on).order_by("starts_on", "pk")
        reasons += [f"End the agreement from {day(row.starts_on)} first; it holds until {day(row.last_on)}." for row in held]
        if reasons:
            refuse(*reasons)
        if not Engagement.objects.filter(pk=engagement.pk, ends_on=engagement.ends_on).update(ends_on=on):
            raise OutOfDate(["Somebody changed this engagement. Look at it again before you go on."])
        engagement.ends_on = on
        audit.record(what="engagement.end", subject=engagement, by=by, at=at, about_on=on)


def set_support(
    *, engagement: Engagement, kind: str, user: User, starts_on: date, by: User | None, at: datetime
) -> Support:  # fmt: skip
    """Name who looks after the SIP from a day on (REG-12); whoever did so in this way before stops the day before."""
    _may(engagement, by, at)
    if engagement.partner.user_id == user.pk:
        refuse("Nobody looks after themself as a SIP. Choose somebody else.")
    with transaction.atomic():
        running = engagement.support.filter(kind=kind, ends_on=None)
        if later := running.filter(starts_on__gte=starts_on).order_by("starts_on").first():
            refuse(f"{later.user} does so from {day(later.starts_on)}. Choose a later day, or end that first.")
        running.update(ends_on=starts_on - ONE_DAY)
        support = Support.objects.create(engagement=engagement, kind=kind, user=user, starts_on=starts_on)
        audit.record(what="support.start", subject=support, by=by, at=at, about_on=starts_on, support=kind, user_id=user.pk)
    return support


def end_support(*, support: Support, on: date, by: User | None, at: datetime) -> None:
    """Set the last day on which somebody looks after the SIP."""
    _may(support.engagement, by, at)
    if on < support.starts_on:
        refuse(f"The last day must be on or after the first, {day(support.starts_on)}.")
    with transaction.atomic():
        support.ends_on = on
        support.save(update_fields=["ends_on"])
        audit.record(what="support.end", subject=support, by=by, at=at, about_on=on)


def confirm_contract(
    *, engagement: Engagement, school: School, confirmed_on: date, by: User | None, at: datetime,
    permission: P = P.CHECK_EDIT,
) -> Contract:  # fmt: skip
    """Record that the SIP's contract for one school is confirmed (PRE-6); a second time it moves the day."""
    _may(engagement, by, at, permission)
    if confirmed_on > day_of(at):
        refuse("The day on which the contract was confirmed must be today or in the past.")
    with transaction.atomic():
        contract, _ = Contract.objects.update_or_create(
            engagement=engagement, school=school,
            defaults={
                "confirmed_on": confirmed_on, "ends_on": None, "agreement": None, "recorded_at": at, "recorded_by": by,
            },
        )  # fmt: skip
        audit.record(what="contract.confirm", subject=contract, by=by, at=at, about_on=confirmed_on)
    return contract


def _may(engagement: Engagement, by: User | None, at: datetime, permission: P = P.CHECK_EDIT) -> None:
    require(by=by, permission=permission, record=engagement, at=at)
    refuse_own_work(by=by, partner=engagement.partner)
