"""SIPs, engagements and deployments for tests. Everything is invented."""

import itertools
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.utils import timezone

from accounts.models import Authority, User
from partners.actions import (
    agree_deployment,
    answer_consultation,
    confirm_deployment,
    keep_file,
    prepare_file,
    propose_deployment,
)
from partners.models import (
    Accreditation,
    Check,
    CheckKind,
    Contract,
    Deployment,
    Engagement,
    FileKind,
    Headship,
    Interest,
    Kind,
    Partner,
    PartnerFile,
    PartnerKind,
    Support,
    SupportKind,
    Willingness,
)
from schools.models import School
from sipmanager.core.wording import searchable

_numbers = itertools.count(1)
LONG_AGO = date(2005, 9, 1)  # Thursday
AWARDED_ON = date(2008, 9, 1)  # Monday
A_YEAR = timedelta(days=365)


def moment(day: date) -> datetime:
    """Nine in the morning of a day."""
    return timezone.make_aware(datetime.combine(day, time(9)))


def make_partner(
    full_name: str = "",
    *,
    sectors: dict[str, date] | None = None,
    kind: str = Kind.CONSULTANT,
    headships: dict[str, str] | None = None,
    regions=(),
    authorities=(),
    conflicts=(),
    user: User | None = None,
    **fields,
) -> Partner:
    """A SIP.

    `sectors` are sectors with the day of the award (secondary since 1 September 2008 if left out), `headships` sectors
    with `"serving"` or `"former"`, `regions` and `authorities` where they will work, `conflicts` schools.
    """
    number = next(_numbers)
    full_name = full_name or f"Partner {number}"
    reference = fields.pop("reference", f"P9{number:05}")
    partner = Partner.objects.create(
        full_name=full_name,
        reference=reference,
        search_name=searchable(f"{full_name} {reference}"),
        email=fields.pop("email", f"sip{number}@example.org"),
        user=user,
        made_at=fields.pop("made_at", moment(LONG_AGO)),
        **fields,
    )
    PartnerKind.objects.create(partner=partner, kind=kind)
    for sector, day in ({"secondary": AWARDED_ON} if sectors is None else sectors).items():
        Accreditation.objects.create(partner=partner, sector=sector, accredited_on=day, recorded_at=moment(day))
    for sector, held in (headships or {}).items():
        Headship.objects.create(partner=partner, sector=sector, is_former=held == "former")
    for region in regions:
        Willingness.objects.create(partner=partner, region=region)
    for authority in authorities:
        Willingness.objects.create(partner=partner, authority=authority)
    for school in conflicts:
        Interest.objects.create(partner=partner, school=school, says="Governor there", declared_at=moment(LONG_AGO))
    return partner


def engage(partner: Partner, authority: Authority, *, starts_on: date | None = None, **fields) -> Engagement:
    """The SIP's standing with an authority; the running one if there is one."""
    found = Engagement.objects.filter(partner=partner, authority=authority, ends_on=None).first()
    return found or Engagement.objects.create(partner=partner, authority=authority, starts_on=starts_on, **fields)


def complete_checks(engagement: Engagement, *, on: date = LONG_AGO, kinds=None) -> list[Check]:
    """Every check of every policy on record."""
    return [
        Check.objects.create(engagement=engagement, kind=kind, checked_on=on, evidence="Seen", recorded_at=moment(on))
        for kind in kinds or CheckKind.values
    ]


def contract(engagement: Engagement, school: School, *, on: date = LONG_AGO) -> Contract:
    """A confirmed contract for one school."""
    return Contract.objects.get_or_create(
        engagement=engagement, school=school, defaults={"confirmed_on": on, "recorded_at": moment(on)}
    )[0]


def keep(
    partner: Partner, kind: str = FileKind.PORTRAIT, *, name: str = "about.txt", content: bytes = b"In her own words.",
    on: date = LONG_AGO, by: User | None = None, **fields,
) -> PartnerFile:  # fmt: skip
    """A file kept for the SIP, looked at and stored as a page would."""
    prepared = prepare_file(name=name, content=content, at=moment(on))
    return keep_file(partner=partner, kind=kind, prepared=prepared, by=by, at=moment(on), **fields)


def support(
    engagement: Engagement, user: User, kind: str = SupportKind.LINE_MANAGER, *, starts_on: date = LONG_AGO, ends_on=None
) -> Support:
    """Somebody who looks after the SIP there."""
    return Support.objects.create(engagement=engagement, user=user, kind=kind, starts_on=starts_on, ends_on=ends_on)


def make_ready(partner: Partner, school: School, authority: Authority, *, checked_on: date = LONG_AGO) -> Engagement:
    """All the paperwork that a deployment of `partner` to `school` by `authority` needs."""
    engagement = engage(partner, authority)
    if not engagement.checks.exists():
        complete_checks(engagement, on=checked_on)
    contract(engagement, school)
    return engagement


def answer_for_school(deployment: Deployment, *, at: datetime) -> None:
    """Head and chair are content, as far as the policy asks them."""
    good = {"views": "content", "objection": "no_objection", "choice": "chosen"}
    for asked in deployment.consultations.order_by("pk"):
        answer_consultation(consultation=asked, answer=good[asked.question], by=None, at=at)


def make_deployment(
    partner: Partner | None = None,
    school: School | None = None,
    authority: Authority | None = None,
    *,
    starts_on: date = date(2009, 9, 1),
    ends_on: date | None = None,
    days: Decimal | int = 5,
    by: User | None = None,
    on: date | None = None,
) -> Deployment:
    """A confirmed deployment, with its paperwork, confirmed on its first day unless `on` says another."""
    from schools.selectors import fact_on
    from schools.tests.factories import make_school

    school = school or make_school()
    facts = fact_on(school, starts_on)
    authority = authority or Authority.objects.get(pk=facts.authority_id)
    sector = facts.sector_needed or "secondary"
    partner = partner or make_partner(sectors={sector: starts_on - A_YEAR}, authorities=[authority])
    make_ready(partner, school, authority, checked_on=starts_on - A_YEAR)
    at = moment(on or starts_on)
    deployment = propose_deployment(
        school=school, partner=partner, starts_on=starts_on, ends_on=ends_on, days=days, by=by, at=at
    )
    answer_for_school(deployment, at=at)
    agree_deployment(deployment=deployment, by=by, at=at)
    confirm_deployment(deployment=deployment, by=by, at=at)
    return deployment
