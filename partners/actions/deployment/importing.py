"""What an import of deployments does with one row (D-17): place it under the rules, or record what happened."""

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from accounts.models import User
from accounts.permissions import Permission
from accounts.selectors import policy_row_on
from partners.consulting import AGREED_ONE_BY_ONE
from partners.deployment_rules import findings, refusing
from partners.models import (
    Contract,
    Deployment,
    DeploymentStatus,
    Engagement,
    NationalNotification,
    NotificationKind,
    Partner,
    standing_status,
)
from partners.selectors import case_of, deployment_case, place_of, policy_of
from schools.models import School
from sipmanager.core import audit
from sipmanager.core.rules import Finding, Stage
from sipmanager.core.wording import day

from ..permitting import day_of, refuse, refuse_own_work, require
from ..sips.engaging import confirm_contract, engage_partner
from .deploying import agree_deployment, confirm_deployment, held, propose_deployment, settle_leads, tell_school_of

P = Permission

# What an import says where a rule of weight "should" is set aside by its file.
BY_FILE = "As given in the imported file"


def place_imported(
    *, school: School, partner: Partner, starts_on: date, by: User | None, at: datetime, ends_on: date | None = None,
    days: Decimal | None = None, is_contract_confirmed: bool = False, consulted_on: date | None = None,
) -> tuple[Deployment, list[Finding]]:  # fmt: skip
    """Place a SIP as a file asks: confirmed where all the paperwork is on record, else agreed.

    Where the policy gives the school a say before a proposal is agreed, and neither the file says that it has had it nor
    the SIP has begun, the school is asked like any other and the proposal waits for it (DEP-4 to DEP-6).

    Makes a missing engagement, and the contract where the file says that it is confirmed. Returns the deployment and
    what still stands in the way of confirming it. Raises `Refused`, and changes nothing, where a rule of stage
    `propose` refuses.
    """
    importing = P.PARTNER_IMPORT
    with transaction.atomic():
        deployment = propose_deployment(
            school=school, partner=partner, starts_on=starts_on, ends_on=ends_on, days=days, by=by, at=at,
            reasons={"DAY-1": BY_FILE}, permission=importing, tell_school=False,
        )  # fmt: skip
        engagement = engage_partner(partner=partner, authority=deployment.authority, by=by, at=at, permission=importing)
        if is_contract_confirmed and not engagement.contracts.filter(school=school).exists():
            confirmed_on = min(starts_on, day_of(at))
            confirm_contract(
                engagement=engagement, school=school, confirmed_on=confirmed_on, by=by, at=at, permission=importing
            )
        has_had_its_say = consulted_on is not None or starts_on <= day_of(at)
        waits = policy_of(deployment).schools_say in AGREED_ONE_BY_ONE and not has_had_its_say
        if waits:
            tell_school_of(deployment, by=by, at=at)
        else:
            agree_deployment(deployment=deployment, consulted_on=consulted_on, by=by, at=at, permission=importing)
        outstanding = refusing(findings(case_of(deployment, on=day_of(at))))
        if not outstanding and not waits:
            confirm_deployment(deployment=deployment, by=by, at=at, permission=importing)
    return deployment, outstanding


def record_historic(
    *, school: School, partner: Partner, starts_on: date, by: User | None, at: datetime, ends_on: date | None = None,
    days: Decimal | None = None, consulted_on: date | None = None,
) -> tuple[Deployment, list[Finding]]:  # fmt: skip
    """Record a deployment that happened, and return it with every rule of stage `propose` that it broke.

    The engagement, the contract and the confirmation date from its first day. Nobody is written to, and the
    contractor counts as told elsewhere (COG-B). Checks that are not on record are no breach: they may have been made
    and never typed in here; while the deployment runs they stand on the problems list.
    """
    require(by=by, permission=P.PARTNER_IMPORT, record=school, at=at)
    refuse_own_work(by=by, partner=partner)
    if ends_on is not None and ends_on < starts_on:
        refuse(f"The last day, {day(ends_on)}, must be on or after the first, {day(starts_on)}.")
    with held(school.pk, partner.pk):
        authority = place_of(school, starts_on=starts_on, on=starts_on).authority
        if authority is None:
            refuse(f"No authority ran the SIP of {school.name} on {day(starts_on)}.")
        engagement = _engagement_then(partner, authority, starts_on)
        contract = {"confirmed_on": starts_on, "recorded_at": at, "recorded_by": by}
        Contract.objects.get_or_create(engagement=engagement, school=school, defaults=contract)
        case = deployment_case(partner=partner, school=school, starts_on=starts_on, ends_on=ends_on, days=days, on=starts_on)
        breaches = refusing(findings(case), stage=Stage.PROPOSE)
        deployment = _standing(
            school=school, partner=partner, authority=authority, starts_on=starts_on, ends_on=ends_on, days=days,
            consulted_on=consulted_on, by=by, at=at,
        )  # fmt: skip
        settle_leads(record=deployment)
        _told_elsewhere(deployment, at)
        audit.record(
            what="deployment.record", subject=deployment, by=by, at=at, about_on=starts_on, ends_on=ends_on,
            breaches=[row.id for row in breaches],
        )  # fmt: skip
    return deployment, breaches


def _engagement_then(partner: Partner, authority, starts_on: date) -> Engagement:
    """The engagement that covers the first day; one that began later is put back to it."""
    rows = Engagement.objects.filter(partner=partner, authority=authority)
    found = rows.running(starts_on).order_by("pk").first()
    if found is not None:
        return found
    later = rows.filter(ends_on=None).first()
    if later is None:
        return Engagement.objects.create(partner=partner, authority=authority, starts_on=starts_on)
    later.starts_on = starts_on
    later.save(update_fields=["starts_on"])
    return later


def _standing(*, authority, starts_on: date, ends_on: date | None, days, by, at, **columns) -> Deployment:
    policy = policy_row_on(authority=authority, on=starts_on)
    status = standing_status(starts_on=starts_on, ends_on=ends_on, on=day_of(at))
    return Deployment.objects.create(
        authority=authority, policy=policy, starts_on=starts_on, ends_on=ends_on, days=5 if days is None else days,
        status=status, confirmed_on=starts_on, confirmed_by=by, agreed_on=starts_on, proposed_at=at, proposed_by=by,
        is_historic=True, **columns,
    )  # fmt: skip


def _told_elsewhere(deployment: Deployment, at: datetime) -> None:
    days = [(NotificationKind.START, deployment.starts_on)]
    if deployment.status == DeploymentStatus.ENDED:
        days.append((NotificationKind.END, deployment.ends_on))
    NationalNotification.objects.bulk_create(
        NationalNotification(deployment=deployment, kind=kind, effective_on=on, raised_at=at, sent_on=on, is_elsewhere=True)
        for kind, on in days
    )
