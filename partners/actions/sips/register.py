"""Facts about a SIP: identity, kind, headships, accreditation, where they will work (section 5, D-3, D-7).

A fact changed by one authority is on the audit, where the others that know the SIP see it. A SIP writes contact facts alone;
what rules use they ask for (`facts.py`), and their authority writes it.
"""

from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import Q

from accounts.models import Authority, Region, User
from accounts.permissions import Permission
from partners.models import (
    Accreditation,
    Headship,
    Kind,
    Partner,
    PartnerKind,
    Willingness,
)
from schools.models import School
from sipmanager.core import audit
from sipmanager.core.wording import day, searchable
from sipmanager.core.workflow import MoveRefused, OutOfDate

from ..permitting import day_of, is_national, refuse, refuse_own_work, require

P = Permission

ONE_DAY = timedelta(days=1)
# What `change_details` may change.
DETAILS = frozenset(
    {
        "full_name", "email", "phone", "company", "own_school", "headship_years", "has_outside_experience",
        "outside_experience", "days_available", "pen_portrait", "national_portrait", "is_htpm_trained",
        "application_form_on",
    }
)  # fmt: skip
# What of it a SIP changes at once; the rest they ask for.
OWN_DETAILS = frozenset({"phone", "pen_portrait", "national_portrait"})


def search_name_of(full_name: str, reference: str) -> str:
    """What the search looks in."""
    return searchable(f"{full_name} {reference}")[:200]


def next_reference() -> str:
    """The reference of a SIP who has none: `P000123` (D-7)."""
    used = Partner.everyone.filter(reference__regex=r"^P[0-9]{6}$").order_by("-reference")
    last = used.values_list("reference", flat=True).first()
    return f"P{int(last[1:]) + 1 if last else 1:06}"


def register_partner(
    *, full_name: str, email: str, kind: str, by: User | None, at: datetime, reference: str = "",
    authority: Authority | None = None, permission: P = P.PARTNER_IMPORT, **details: Any,
) -> Partner:  # fmt: skip
    """Add a SIP to the register and return the SIP. A blank `reference` is made up; `authority` is who adds them, or
    nobody where national staff do.

    Raises `MoveRefused` where the reference or the e-mail address is another SIP's.
    """
    if authority is not None:
        require(by=by, permission=permission, record=authority, at=at)
    elif not is_national(by=by, permission=permission, at=at):
        raise PermissionDenied("National staff alone add a SIP for no authority")
    reference = reference.strip() or next_reference()
    email = email.strip().lower()
    try:
        with transaction.atomic():
            partner = Partner.objects.create(
                full_name=full_name.strip(), email=email, reference=reference, made_at=at,
                search_name=search_name_of(full_name, reference), **_known(details),
            )  # fmt: skip
            PartnerKind.objects.create(partner=partner, kind=Kind(kind), company=details.get("company", ""))
            audit.record(
                what="partner.register", subject=partner, by=by, at=at, for_authority=authority.code if authority else ""
            )
    except IntegrityError as error:
        raise MoveRefused([_whose(reference, email)]) from error
    return partner


def _known(details: dict[str, Any]) -> dict[str, Any]:
    if unknown := sorted(set(details) - DETAILS):
        raise TypeError(f"not a detail of a SIP: {', '.join(unknown)}")
    return details


def _whose(reference: str, email: str) -> str:
    found = Partner.everyone.filter(Q(reference=reference) | Q(email__iexact=email)).order_by("pk").first()
    if found is not None and found.reference != reference:
        return f"The email address is that of SIP {found.reference}."
    return f"The reference {reference} is that of another SIP."


def change_details(*, partner: Partner, by: User | None, at: datetime, **changes: Any) -> None:
    """Change a SIP's details. The audit names the fields that changed, not what they held."""
    require(by=by, permission=P.PARTNER_EDIT, record=partner, at=at)
    changes = {key: value for key, value in _known(changes).items() if getattr(partner, key) != value}
    if not changes:
        return
    if not OWN_DETAILS.issuperset(changes):
        refuse_own_work(by=by, partner=partner)
    if "full_name" in changes:
        changes["search_name"] = search_name_of(changes["full_name"], partner.reference)
    try:
        with transaction.atomic():
            Partner.objects.filter(pk=partner.pk).update(**changes)
            if "company" in changes:
                partner.kinds.filter(ends_on=None).update(company=changes["company"])
            audit.record(what="partner.change", subject=partner, by=by, at=at, fields=sorted(set(changes) - {"search_name"}))
    except IntegrityError as error:
        raise MoveRefused(["The email address is that of another SIP."]) from error
    for key, value in changes.items():
        setattr(partner, key, value)


def record_kind(
    *, partner: Partner, kind: str, by: User | None, at: datetime, starts_on: date | None = None,
    company: str | None = None,
) -> PartnerKind:  # fmt: skip
    """Say what kind of SIP this is from a day on, and through which company; without a day, always (D-3, REG-2).

    `company` left out stays what it was.
    """
    require(by=by, permission=P.PARTNER_EDIT, record=partner, at=at)
    refuse_own_work(by=by, partner=partner)
    company = partner.company if company is None else company.strip()
    with transaction.atomic():
        running = partner.kinds.filter(ends_on=None).first()
        if running is not None:
            if (running.kind, running.company or partner.company) == (kind, company):
                return running
            _close(running, starts_on)
        found = PartnerKind.objects.create(partner=partner, kind=Kind(kind), company=company, starts_on=starts_on)
        Partner.objects.filter(pk=partner.pk).update(company=company)
        partner.company = company
        audit.record(what="partner.kind", subject=partner, by=by, at=at, about_on=starts_on, kind=str(kind))
    return found


def _close(running: PartnerKind, starts_on: date | None) -> None:
    if starts_on is None or (running.starts_on is not None and starts_on <= running.starts_on):
        refuse("Enter the day from which this holds, after the day from which the present kind holds.")
    running.ends_on = starts_on - ONE_DAY
    running.save(update_fields=["ends_on"])


def record_headship(
    *, partner: Partner, sector: str, by: User | None, at: datetime, school: School | None = None,
    is_former: bool = False, starts_on: date | None = None, ends_on: date | None = None,
) -> Headship:  # fmt: skip
    """Record a headship held. `is_former` is for one that has ended on a day nobody knows (REG-3)."""
    require(by=by, permission=P.PARTNER_EDIT, record=partner, at=at)
    refuse_own_work(by=by, partner=partner)
    if starts_on is not None and ends_on is not None and ends_on < starts_on:
        refuse(f"The last day must be on or after the first, {day(starts_on)}.")
    with transaction.atomic():
        headship = Headship.objects.create(
            partner=partner, sector=sector, school=school, is_former=is_former, starts_on=starts_on, ends_on=ends_on
        )
        audit.record(what="partner.headship", subject=partner, by=by, at=at, about_on=starts_on, sector=sector)
    return headship


def end_headship(*, headship: Headship, on: date, by: User | None, at: datetime) -> None:
    """Set the last day of a headship."""
    _end(headship, on=on, what="partner.headship_end", by=by, at=at)


def award_accreditation(
    *, partner: Partner, sector: str, accredited_on: date, by: User | None, at: datetime, reference: str = ""
) -> Accreditation:  # fmt: skip
    """Record a national pass for a sector (ACC-4). National staff alone may."""
    require(by=by, permission=P.ACCREDITATION_EDIT, record=partner, at=at)
    refuse_own_work(by=by, partner=partner)
    if accredited_on > day_of(at):
        refuse("The day of the accreditation must be today or in the past.")
    if partner.accreditations.filter(sector=sector, accredited_on=accredited_on).exists():
        refuse(f"Accreditation for {sector} on {day(accredited_on)} is on record already.")
    with transaction.atomic():
        found = Accreditation.objects.create(
            partner=partner, sector=sector, accredited_on=accredited_on, reference=reference, recorded_at=at
        )
        audit.record(what="accreditation.award", subject=partner, by=by, at=at, about_on=accredited_on, sector=sector)
    return found


def add_willingness(
    *, partner: Partner, by: User | None, at: datetime, region: Region | None = None,
    authority: Authority | None = None, starts_on: date | None = None,
) -> Willingness:  # fmt: skip
    """Add a region or an authority where the SIP will work (REG-6)."""
    require(by=by, permission=P.PARTNER_EDIT, record=partner, at=at)
    refuse_own_work(by=by, partner=partner)
    if (region is None) == (authority is None):
        refuse("Choose either a region or an authority.")
    found = partner.willingness.filter(region=region, authority=authority, ends_on=None).first()
    if found is not None:
        return found
    with transaction.atomic():
        found = Willingness.objects.create(partner=partner, region=region, authority=authority, starts_on=starts_on)
        place = region.code if region else authority.code
        audit.record(what="partner.willing", subject=partner, by=by, at=at, about_on=starts_on, place=place)
    return found


def end_willingness(*, willingness: Willingness, on: date, by: User | None, at: datetime) -> None:
    """Set the last day on which the SIP will work there."""
    _end(willingness, on=on, what="partner.willing_end", by=by, at=at)


def record_practice(*, partner: Partner, last_practised_on: date, by: User | None, at: datetime) -> None:
    """State when the SIP last practised where no deployment shows it (ACC-11, D-16)."""
    require(by=by, permission=P.ACCREDITATION_EDIT, record=partner, at=at)
    refuse_own_work(by=by, partner=partner)
    if last_practised_on > day_of(at):
        refuse("The day must be today or in the past.")
    with transaction.atomic():
        Partner.objects.filter(pk=partner.pk).update(last_practised_on=last_practised_on)
        partner.last_practised_on = last_practised_on
        audit.record(what="partner.practised", subject=partner, by=by, at=at, about_on=last_practised_on)


def _end(row, *, on: date, what: str, by: User | None, at: datetime) -> None:
    """Close a dated fact of a SIP."""
    require(by=by, permission=P.PARTNER_EDIT, record=row.partner, at=at)
    refuse_own_work(by=by, partner=row.partner)
    if row.starts_on is not None and on < row.starts_on:
        refuse(f"The last day must be on or after the first, {day(row.starts_on)}.")
    with transaction.atomic():
        if not type(row).objects.filter(pk=row.pk, ends_on=row.ends_on).update(ends_on=on):
            raise OutOfDate(["Somebody changed this while you were reading it. Look at it again before you go on."])
        row.ends_on = on
        audit.record(what=what, subject=row.partner, by=by, at=at, about_on=on)
