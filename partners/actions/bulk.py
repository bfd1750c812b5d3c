"""Deploying, renewing and moving many at once, each by the same rules as one alone (DEP-18, DEP-19, SPM-6, ACT-15).

Sound rows go through and the others stay as they are and say why; a row is never half done.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F

from accounts.models import User
from partners.consulting import AGREED_ONE_BY_ONE, SAY_FIRST
from partners.deployment_rules import findings, needs_reason
from partners.models import Deployment, DeploymentStatus, Partner
from partners.selectors import deployment_case, policy_of
from schools.models import School
from sipmanager.core.wording import day
from sipmanager.core.workflow import MoveRefused

from .deploying import Refused, agree_deployment, confirm_deployment, end_deployment, propose_deployment
from .flagging import settle_by_replacement
from .permitting import day_of
from .renewing import renew_deployment

ONE_DAY = timedelta(days=1)
OWN_WORK = "Nobody decides on their own work, or on what is not theirs to decide."


@dataclass(frozen=True)
class Became:
    """What became of one row; `because` says why it stays as it was, and is empty where it went through."""

    school: School
    partner: Partner
    deployment: Deployment | None = None
    because: tuple[str, ...] = ()


@dataclass(frozen=True)
class Terms:
    """What is the same for every row: the days, and whether the schools were asked, so that it can be confirmed at once.

    `reason` is given for each rule of weight "should" that asks for one.
    """

    starts_on: date
    ends_on: date | None = None
    days: Decimal | None = None
    consulted_on: date | None = None
    reason: str = ""


def deploy_many(
    *, pairs: Iterable[tuple[Partner, School]], terms: Terms, by: User, at: datetime
) -> list[Became]:  # fmt: skip
    """Propose each SIP for each school; agree and confirm it too where the schools were asked (DEP-19)."""
    pairs = list(pairs)
    _hold({school.pk for _, school in pairs}, {partner.pk for partner, _ in pairs})
    return [
        _try(school, partner, lambda school=school, partner=partner: _deploy(partner, school, terms, by, at))
        for partner, school in pairs
    ]


def move_many(
    *, deployments: Iterable[Deployment], to: Mapping[int, Partner], terms: Terms, why: str, by: User, at: datetime
) -> list[Became]:  # fmt: skip
    """Move each school to another SIP from the first day of `terms`: the one before ends the day before (ACT-15).

    `to` is the new SIP by deployment id. What is flagged about the deployment that goes is settled by it.
    """
    rows = list(deployments)
    people = {row.partner_id for row in rows} | {partner.pk for partner in to.values()}
    _hold({row.school_id for row in rows}, people)
    return [_try(row.school, to[row.pk], lambda row=row: _move(row, to[row.pk], terms, why, by, at)) for row in rows]


def renew_many(
    *, deployments: Iterable[Deployment], until: date | None, by: User, at: datetime
) -> list[Became]:  # fmt: skip
    """Run each on to `until`, or for another year and no longer than is lawful."""
    rows = list(deployments)
    _hold({row.school_id for row in rows}, {row.partner_id for row in rows})
    return [_try(row.school, row.partner, lambda row=row: _renew(row, until, by, at)) for row in rows]


def _hold(school_ids: set[int], partner_ids: set[int]) -> None:
    """Move the numbers of all on in one order, schools first, so that two who do many at once wait and never block."""
    for pk in sorted(school_ids):
        School.objects.filter(pk=pk).update(sequence=F("sequence") + 1)
    for pk in sorted(partner_ids):
        Partner.objects.filter(pk=pk).update(sequence=F("sequence") + 1)


def _try(school: School, partner: Partner, effect: Callable[[], Deployment]) -> Became:
    try:
        with transaction.atomic():
            return Became(school, partner, effect())
    except MoveRefused as refused:
        return Became(school, partner, because=tuple(refused.reasons))
    except PermissionDenied:
        return Became(school, partner, because=(OWN_WORK,))


def _deploy(partner: Partner, school: School, terms: Terms, by: User, at: datetime) -> Deployment:
    reasons = _reasons(partner, school, terms, at)
    deployment = propose_deployment(
        school=school, partner=partner, starts_on=terms.starts_on, ends_on=terms.ends_on, days=terms.days,
        reasons=reasons, tell_school=terms.consulted_on is None, by=by, at=at,
    )  # fmt: skip
    if terms.consulted_on is not None:
        if policy_of(deployment).schools_say in AGREED_ONE_BY_ONE:
            raise Refused([], [SAY_FIRST])
        agree_deployment(deployment=deployment, consulted_on=terms.consulted_on, by=by, at=at)
        confirm_deployment(deployment=deployment, reasons=reasons, by=by, at=at)
    return deployment


def _reasons(partner: Partner, school: School, terms: Terms, at: datetime) -> dict[str, str]:
    """The one reason, for each rule of this row that asks for one."""
    if not terms.reason.strip():
        return {}
    case = deployment_case(
        partner=partner, school=school, starts_on=terms.starts_on, ends_on=terms.ends_on, days=terms.days, on=day_of(at)
    )
    return {row.id: terms.reason for row in needs_reason(case, findings(case))}


def _move(row: Deployment, to: Partner, terms: Terms, why: str, by: User, at: datetime) -> Deployment:
    last_on = terms.starts_on - ONE_DAY
    if row.partner_id == to.pk:
        raise Refused([], [f"{to.full_name} is the SIP there already."])
    if row.starts_on > last_on:
        raise Refused([], [f"The deployment begins on {day(row.starts_on)}; choose a later day, or withdraw it."])
    row.refresh_from_db()
    if row.status != DeploymentStatus.ENDING and (row.ends_on is None or row.ends_on > last_on):
        end_deployment(deployment=row, on=last_on, reason=why, by=by, at=at)
    deployment = _deploy(to, row.school, terms, by, at)
    settle_by_replacement(deployment=row, by=by, at=at)
    return deployment


def _renew(row: Deployment, until: date | None, by: User, at: datetime) -> Deployment:
    renew_deployment(deployment=row, until=until, by=by, at=at)
    return row
