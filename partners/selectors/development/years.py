"""Who is invited to an event, what a SIP's record of a school year comes to, and the figures behind COG-E (REG-14)."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from django.db.models import Q, QuerySet

from accounts.models import Authority
from accounts.selectors import NATIONAL_POLICY, policy_on
from partners.development import Part, Year, year_of
from partners.models import Attendance, Deployment, DevelopmentEvent, Engagement, EventKind, Partner
from schools.selectors import facts_on


def year_days(year: int) -> tuple[date, date]:
    """The first and the last day of the school year that began in `year` (CAL-7)."""
    return date(year, 9, 1), date(year + 1, 8, 31)


def at_work_for(event: DevelopmentEvent) -> set[int]:
    """The SIPs at work on the day of an event in the schools it is for: those who are invited (CPD-12)."""
    rows = Deployment.objects.active(event.held_on)
    if event.authority_id is not None:
        rows = rows.filter(authority_id=event.authority_id)
    pairs = list(rows.values_list("partner_id", "school_id"))
    if not event.phase:
        return {partner_id for partner_id, _ in pairs}
    schools = facts_on({school_id for _, school_id in pairs}, event.held_on)
    return {partner_id for partner_id, school_id in pairs if schools[school_id].sector_needed == event.phase}


def not_invited_to(event: DevelopmentEvent) -> set[int]:
    """Of the SIPs at work on the day of an event, those who are not on its list."""
    return at_work_for(event) - set(event.attendances.standing().values_list("partner_id", flat=True))


def lines_of(rows: QuerySet) -> QuerySet:
    """Lines of records with everything a list shows of them, newest first."""
    return rows.dated().select_related("event__authority", "partner", "decided_by").order_by("-day", "-pk")


def part_of(row: Attendance) -> Part:
    """One line as the rules look at it."""
    event = row.event
    if event is None:
        return Part(
            key=row.pk, held_on=row.held_on, days=row.days, is_own=True, is_school_day=row.is_school_day, attended=True,
            is_accepted=row.is_accepted,
        )  # fmt: skip
    group = f"{event.authority_id}:{event.alternatives}" if event.alternatives else ""
    return Part(
        key=row.pk, held_on=event.held_on, days=event.days, season=event.season, is_school_day=event.is_school_day,
        is_mandatory=event.is_mandatory, is_termly=event.kind == EventKind.TERMLY,
        is_cancelled=event.cancelled_on is not None, group=group, attended=row.attended,
        has_reason=bool(row.absence_reason), is_accepted=row.is_accepted,
    )  # fmt: skip


def years_of(partner_ids: Iterable[int] | QuerySet, *, year: int, target: Decimal) -> dict[int, Year]:
    """What the records of some SIPs come to in one school year, whoever arranged the events. One query.

    Those of whom nothing is on record are left out.
    """
    rows = Attendance.objects.within(*year_days(year)).filter(partner__in=partner_ids).select_related("event")
    parts: dict[int, list[Part]] = defaultdict(list)
    for row in rows.order_by("pk"):
        parts[row.partner_id].append(part_of(row))
    return {partner_id: year_of(lines, target=target) for partner_id, lines in parts.items()}


def target_for(partner: Partner, on: date) -> Decimal:
    """The days of development a year that the SIP's authorities ask for; the most where there are several (POL-20)."""
    engaged = Engagement.objects.running(on).filter(partner=partner).order_by("pk")
    asked = [policy_on(authority=pk, on=on).cpd_days for pk in engaged.values_list("authority_id", flat=True)]
    return Decimal(max(asked, default=NATIONAL_POLICY.cpd_days))


def development_of(authority: Authority, year: int) -> dict[int, Year]:
    """The records of everybody whom an authority engaged on a day of a school year; blank ones included (COG-E, ACT-16)."""
    first, last = year_days(year)
    engaged = Engagement.objects.filter(authority=authority).filter(
        Q(starts_on=None) | Q(starts_on__lte=last), Q(ends_on=None) | Q(ends_on__gte=first)
    )
    ids = set(engaged.values_list("partner_id", flat=True))
    target = Decimal(policy_on(authority=authority, on=last).cpd_days)
    blank = year_of((), target=target)
    return dict.fromkeys(ids, blank) | years_of(ids, year=year, target=target)


def non_school_days(authority: Authority, year: int) -> dict[int, Decimal]:
    """Days of development for no school, by SIP, in the school year that began in `year` (COG-E, CPD-16)."""
    return {partner_id: found.counted for partner_id, found in development_of(authority, year).items()}


def meetings_attended(authority: Authority, year: int) -> dict[int, int]:
    """How many of the three termly national meetings each SIP of an authority came to, 0 to 3 (COG-E, CPD-3)."""
    return {partner_id: found.meetings for partner_id, found in development_of(authority, year).items()}
