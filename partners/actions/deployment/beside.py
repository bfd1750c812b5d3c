"""Roles at a school beside its lead SIP: cover, a SIP for the head's review, an external SIP (DEP-16, DEP-29, DEP-30)."""

from datetime import date, datetime, timedelta

from django.db import transaction

from accounts.models import User
from accounts.permissions import Permission
from partners.accreditation import State
from partners.models import BesideKind, BesideRole, Partner
from partners.selectors import deployment_case, place_of, schools_choose
from schools.actions import add_record, change_record, end_record
from schools.kinds import BY_KEY
from schools.models import School, SipSource, SourceKind
from sipmanager.core import audit
from sipmanager.core.wording import day
from sipmanager.core.workflow import OutOfDate

from ..permitting import day_of, of_the_schools_record, refuse, refuse_own_work, require

P = Permission
MAY_SERVE = frozenset({State.ACCREDITED, State.WARNED})


def name_beside(
    *, school: School, kind: str, starts_on: date, by: User | None, at: datetime, partner: Partner | None = None,
    name: str = "", body: str = "", ends_on: date | None = None, note: str = "",
) -> BesideRole:  # fmt: skip
    """Name somebody beside the lead, from a day on. It is no deployment: nothing is notified and no condition counts it.

    A SIP who covers is accredited for the school's sector (DEP-16), one who advises on the head's review is trained for it
    (DEP-30); an external SIP is the school's where the policy lets schools choose (DEP-29, POL-11), and the school's record
    says so from then on (SCH-19). Raises `MoveRefused` with everything that stands in the way.
    """
    require(by=by, permission=P.DEPLOYMENT_PROPOSE, record=school, at=at)
    on = day_of(at)
    place = place_of(school, starts_on=starts_on, on=on)
    if place.authority is None:
        refuse(f"No authority runs the SIP of {school.name} on {day(starts_on)}.")
    if partner is not None:
        refuse_own_work(by=by, partner=partner)
    name, body = name.strip()[:120], body.strip()[:120]
    reasons = [*_reasons(kind, partner, name, body, place), *_of_dates(school, kind, starts_on, ends_on)]
    if kind == BesideKind.COVER and partner is not None:
        reasons += _of_accreditation(partner, school, starts_on, on)
    if reasons:
        refuse(*reasons)
    with transaction.atomic():
        role = BesideRole.objects.create(
            school=school, authority=place.authority, kind=kind, partner=partner, name=name, body=body, starts_on=starts_on,
            ends_on=ends_on, note=note.strip()[:300], recorded_at=at, recorded_by=by,
        )  # fmt: skip
        if kind == BesideKind.EXTERNAL:
            _keep_source(role, by, at)
        audit.record(what="beside.name", subject=role, by=by, at=at, about_on=starts_on, ends_on=ends_on, role=kind)
    return role


def _reasons(kind: str, partner: Partner | None, name: str, body: str, place) -> list[str]:
    if kind == BesideKind.COVER:
        return ["DEP-16: Name a SIP or an officer, not both."] if partner is not None and name else []
    if kind == BesideKind.HTPM:
        if partner is None:
            return ["DEP-30: Name the SIP who advises on the head's review."]
        return [] if partner.is_htpm_trained else [f"DEP-30: {partner.full_name} is not trained for the head's review."]
    found = []
    if not schools_choose(place.policy):
        found.append("DEP-29: Under the authority's policy the authority appoints the SIP, and a school has no external one.")
    if partner is not None or not name or not body:
        found.append("DEP-29: Enter the name of the external SIP and of the body that they come from.")
    return found


def _of_dates(school: School, kind: str, starts_on: date, ends_on: date | None) -> list[str]:
    if ends_on is not None and ends_on < starts_on:
        return [f"The last day, {day(ends_on)}, must be on or after the first, {day(starts_on)}."]
    rows = BesideRole.objects.filter(school=school, kind=kind, voided_on=None).exclude(ends_on__lt=starts_on)
    other = (rows.filter(starts_on__lte=ends_on) if ends_on else rows).select_related("partner").first()
    return [f"{other.who} has this role already from {day(other.starts_on)}; end it first."] if other else []


def _of_accreditation(partner: Partner, school: School, starts_on: date, on: date) -> list[str]:
    case = deployment_case(partner=partner, school=school, starts_on=starts_on, on=on)
    sector = case.school.sector_needed
    if any(row.sector == sector and row.state in MAY_SERVE for row in case.standings):
        return []
    return [f"DEP-16: {partner.full_name} is not accredited for {sector or 'the school'} on {day(starts_on)}."]


def _keep_source(role: BesideRole, by: User | None, at: datetime) -> None:
    """From the first day the school's record says that it appointed its SIP itself; what it said before ends (SCH-19).

    Where an officer recorded so already, that record stands and ends with the role.
    """
    sources = SipSource.objects.running(role.starts_on).filter(school=role.school, ends_on=None)
    held = sources.first()
    if held is None or held.appointed_by != SourceKind.EXTERNAL:
        with of_the_schools_record():
            if held is not None and role.ends_on is not None:
                end_record(record=held, on=role.starts_on - timedelta(days=1), by=by, at=at)
            held = add_record(
                kind=BY_KEY["sip-sources"], school=role.school, appointed_by=SourceKind.EXTERNAL, starts_on=role.starts_on,
                ends_on=role.ends_on, note=role.who, by=by, at=at,
            )  # fmt: skip
    role.source = held
    role.save(update_fields=["source"])


def _end_source(source: SipSource | None, before: date | None, on: date, by: User | None, at: datetime) -> None:
    """The record that the role made ends with it; one that an officer ended earlier, or struck out, is left alone."""
    if source is None or source.is_void or source.ends_on == on:
        return
    with of_the_schools_record():
        if source.ends_on is None:
            end_record(record=source, on=on, by=by, at=at)
        elif source.ends_on == before or source.ends_on > on:
            change_record(record=source, ends_on=on, by=by, at=at)


def end_beside(*, role: BesideRole, on: date, by: User | None, at: datetime) -> None:
    """Set the last day of a role beside the lead; an external SIP's ends on the school's record too (SCH-19)."""
    require(by=by, permission=P.DEPLOYMENT_PROPOSE, record=role, at=at)
    if on < role.starts_on:
        refuse(f"The last day, {day(on)}, must be on or after the first, {day(role.starts_on)}.")
    with transaction.atomic():
        if not BesideRole.objects.filter(pk=role.pk, ends_on=role.ends_on, voided_on=None).update(ends_on=on):
            raise OutOfDate(["Somebody changed this at the same moment. Look at it again before you go on."])
        _end_source(role.source, role.ends_on, on, by, at)
        role.ends_on = on
        audit.record(what="beside.end", subject=role, by=by, at=at, about_on=on, role=role.kind)
