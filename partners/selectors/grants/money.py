"""The grant of a financial year, school by school, and what agreements commit the authority to beside it (GRA-1 to GRA-8)."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Q

from accounts.models import Authority
from accounts.presets import Policy
from accounts.selectors import policy_on
from partners.grant import (
    AgreedDays,
    Committed,
    Grant,
    Led,
    Line,
    committed,
    first_day,
    grant,
    last_day,
    lines,
    rate_of,
    total_of,
)
from partners.models import Agreement, AgreementSchool, Deployment
from schools.selectors import facts_on, in_programme_within
from sipmanager.core.academic import financial_year


@dataclass(frozen=True)
class GrantLines:
    """The grant of one authority, programme and financial year, line by line."""

    year: int
    rate: Decimal | None
    basis: str
    lines: tuple[Line, ...]
    total: Decimal | None


@dataclass(frozen=True)
class Commitment:
    """What agreements come to in a financial year; `salaried` are those without a daily rate, which are not in the sum."""

    rows: tuple[Committed, ...]
    total: Decimal
    salaried: int


def grant_of(authority: Authority, programme: str, on: date, policy: Policy) -> Grant:
    """The grant of the financial year of a day (D-22)."""
    year = financial_year(on)
    return grant(programme=programme, year=year, led=_led(authority, programme, year), basis=policy.grant_basis)


def grant_lines(*, authority: Authority, programme: str, year: int, on: date) -> GrantLines:
    """The grant of a financial year under the local policy of a day of it: a day after its end counts as its last."""
    day = min(max(on, first_day(year)), last_day(year))
    basis = policy_on(authority=authority, on=day).grant_basis
    rows = lines(programme=programme, year=year, led=_led(authority, programme, year), basis=basis)
    rate = rate_of(programme, year)
    total = total_of(rows) if rate is not None else None
    return GrantLines(year, rate, basis, tuple(rows), total)


def _led(authority: Authority, programme: str, year: int) -> list[Led]:
    """The days on which a school had a lead while the programme counted it at the authority (GRA-6, D-22)."""
    counted = in_programme_within(
        authority_code=authority.code, programme=programme, since=first_day(year), until=last_day(year)
    )
    rows = Deployment.objects.standing().filter(
        Q(lead_until=None) | Q(lead_until__gte=first_day(year)), school__in=counted, lead_from__lte=last_day(year)
    )
    found = []
    for school_id, lead_from, lead_until in rows.order_by("lead_from", "pk").values_list(
        "school_id", "lead_from", "lead_until"
    ):
        school = counted[school_id]
        for first, last in school.spells:
            since, until = max(lead_from, first), min(lead_until or last, last)
            if since <= until:
                found.append(Led(school.urn, school.name, since, until))
    return found


def commitment_of(*, authority: Authority, programme: str, year: int) -> Commitment:
    """The days of agreements at the schools of a programme, by their rates (GRA-8).

    Days that are for no school are shared out as the schedule's are. A school counts by what it is on the year's last day.
    """
    agreements = list(
        Agreement.objects.concluded()
        .filter(engagement__authority=authority, starts_on__lte=last_day(year), last_on__gte=first_day(year))
        .select_related("engagement__partner")
        .order_by("engagement__partner__full_name", "starts_on", "pk")
    )
    scheduled = defaultdict(list)
    for row in AgreementSchool.objects.filter(agreement__in=agreements).order_by("pk"):
        scheduled[row.agreement_id].append((row.school_id, row.days))
    schools = {pk for rows in scheduled.values() for pk, _ in rows}
    facts = facts_on(schools, last_day(year))
    of_programme = {pk for pk, school in facts.items() if programme in {school.programme, school.sector_needed}}
    rows = [_agreed_days(one, scheduled[one.pk], of_programme) for one in agreements]
    found = [line for row in rows if row is not None and (line := committed(row, year)) is not None]
    amounts = [line.amount for line in found if line.amount is not None]
    return Commitment(tuple(found), sum(amounts, Decimal("0.00")), len(found) - len(amounts))


def _agreed_days(agreement: Agreement, schedule: list[tuple[int, Decimal]], of_programme: set[int]) -> AgreedDays | None:
    all_days = sum((days for _, days in schedule), Decimal(0))
    here = sum((days for pk, days in schedule if pk in of_programme), Decimal(0))
    if not here:
        return None
    shared = (agreement.reserved_days + agreement.other_days) * here / all_days
    partner = agreement.engagement.partner
    # What ended early is committed up to its last day alone: its days shrink as its period does.
    last_on = min(agreement.last_on, agreement.ends_on)
    days = (here + shared) * ((last_on - agreement.starts_on).days + 1) / ((agreement.ends_on - agreement.starts_on).days + 1)
    return AgreedDays(partner.reference, partner.full_name, days, agreement.sip_rate, agreement.starts_on, last_on)
