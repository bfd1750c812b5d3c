"""What the grant comes to (GRA-1 to GRA-8, D-22). Pure: the rates are data."""

import calendar
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from sipmanager.core.academic import financial_label
from sipmanager.core.wording import counted

from .conditions import PRIMARY, SECONDARY

PENNY = Decimal("0.01")
MONTHS = "months"


@dataclass(frozen=True)
class Rate:
    """What a year pays for one school, from one financial year to another; `None`: no end is given."""

    programme: str
    from_year: int
    until_year: int | None
    amount: Decimal
    source: str


# The primary letter names a yearly amount without a last year; the secondary one names its three years.
RATES: tuple[Rate, ...] = (
    Rate(SECONDARY, 2005, 2005, Decimal(1550), "001 app. E"),
    Rate(SECONDARY, 2006, 2007, Decimal(2000), "001 app. E, FAQ 11"),
    Rate(PRIMARY, 2006, None, Decimal(770), "001 app. E, FAQ 11"),
)


@dataclass(frozen=True)
class Led:
    """A span in which a school in scope had a lead SIP; both days belong to it, `None`: no end yet."""

    urn: str
    school_name: str
    lead_from: date
    lead_until: date | None


@dataclass(frozen=True)
class SchoolGrant:
    """What one school brings in, and how."""

    urn: str
    school_name: str
    amount: Decimal
    because: str

    def as_json(self) -> dict[str, str]:
        return {"subject": f"school:{self.urn}", "amount": money(self.amount), "because": self.because}


@dataclass(frozen=True)
class Line:
    """One school in the grant of a year: the part of the year with a SIP, and what it comes to; `None` without a rate.

    `because` says from what the amount is worked out: months or days, or the whole rate.
    """

    urn: str
    school_name: str
    months: int
    days: int
    amount: Decimal | None
    because: str


@dataclass(frozen=True)
class Grant:
    """The grant of one authority and programme in one financial year; `amount` is `None` where no rate is known."""

    financial_year: int
    amount: Decimal | None
    basis: tuple[SchoolGrant, ...] = ()

    def as_json(self) -> dict[str, Any]:
        return {
            "financial_year": financial_label(self.financial_year),
            "amount": None if self.amount is None else money(self.amount),
            "basis": [row.as_json() for row in self.basis],
        }


def money(amount: Decimal) -> str:
    """Pounds and pence as JSON holds them: `449.17`."""
    return str(amount.quantize(PENNY, ROUND_HALF_UP))


def rate_of(programme: str, year: int) -> Decimal | None:
    """What one school brings in a financial year; `None` where the letters name no rate (GRA-7)."""
    for rate in RATES:
        if rate.programme == programme and rate.from_year <= year <= (rate.until_year or year):
            return rate.amount
    return None


def first_day(year: int) -> date:
    return date(year, 4, 1)


def last_day(year: int) -> date:
    return date(year + 1, 3, 31)


def month_ends(year: int) -> list[date]:
    """The last days of the twelve months of a financial year."""
    months = [(year, month) for month in range(4, 13)] + [(year + 1, month) for month in range(1, 4)]
    return [date(year, month, calendar.monthrange(year, month)[1]) for year, month in months]


def months_led(spans: Iterable[Led], year: int) -> int:
    """The months on whose last day a lead SIP is at work."""
    spans = list(spans)
    return sum(any(_covers(span, end) for span in spans) for end in month_ends(year))


def days_led(spans: Iterable[Led], year: int) -> int:
    """The days of the year on which a lead SIP is at work; leads never overlap (D-31)."""
    return sum(max((_end(span, year) - max(span.lead_from, first_day(year))).days + 1, 0) for span in spans)


def _covers(span: Led, day: date) -> bool:
    return span.lead_from <= day and (span.lead_until is None or day <= span.lead_until)


def _end(span: Led, year: int) -> date:
    return last_day(year) if span.lead_until is None else min(span.lead_until, last_day(year))


def lines(*, programme: str, year: int, led: Iterable[Led], basis: str = MONTHS) -> list[Line]:
    """Each school that had a lead SIP on a day of the year, in order of URN, also where its part comes to nothing.

    A year without a rate has lines without amounts (GRA-7).
    """
    rate = rate_of(programme, year)
    by_school: dict[str, list[Led]] = {}
    for span in led:
        if days_led([span], year):
            by_school.setdefault(span.urn, []).append(span)
    return [_line(programme, rate, year, spans, basis) for _urn, spans in sorted(by_school.items())]


def _line(programme: str, rate: Decimal | None, year: int, spans: list[Led], basis: str) -> Line:
    months, days = months_led(spans, year), days_led(spans, year)
    amount, because = _amount(programme, rate, year, months, days, basis)
    return Line(spans[0].urn, spans[0].school_name, months, days, amount, because)


def _amount(programme: str, rate: Decimal | None, year: int, months: int, days: int, basis: str) -> tuple[Decimal | None, str]:
    """Each school is rounded half up to the penny (GRA-4)."""
    if rate is None:
        return None, f"No rate is known for {financial_label(year)}."
    if programme == SECONDARY:
        return rate.quantize(PENNY), f"A SIP in {financial_label(year)}: the full {_pounds(rate)}."
    whole_days = (last_day(year) - first_day(year)).days + 1
    part, whole, unit = (months, 12, "month") if basis == MONTHS else (days, whole_days, "day")
    amount = (rate * part / whole).quantize(PENNY, ROUND_HALF_UP)
    return amount, f"{counted(part, unit)} of {whole} with a SIP: {_pounds(rate)} × {part} / {whole}."


def total_of(rows: Iterable[Line]) -> Decimal | None:
    """The sum of the schools, each rounded before; `None` where no rate is known."""
    amounts = [row.amount for row in rows]
    return None if None in amounts else sum((amount for amount in amounts if amount is not None), Decimal("0.00"))


def grant(*, programme: str, year: int, led: Iterable[Led], basis: str = MONTHS) -> Grant:
    """The grant of a financial year. Secondary is paid in full, primary by months or by days (POL-39).

    Each school is rounded half up to the penny and the schools are summed.
    """
    if rate_of(programme, year) is None:
        return Grant(year, None)
    rows = lines(programme=programme, year=year, led=led, basis=basis)
    paid = tuple(SchoolGrant(row.urn, row.school_name, row.amount, row.because) for row in rows if row.amount)
    return Grant(year, sum((row.amount for row in paid), Decimal("0.00")), paid)


def _pounds(amount: Decimal) -> str:
    return f"£{amount:,.0f}"


# ------------------------------------------------------------------------------------------------------ the commitment


@dataclass(frozen=True)
class AgreedDays:
    """The days that an agreement commits the authority to, over its period, at a daily rate; `None`: paid as a salary.

    `days` are those of the schools of the programme, with their share of the days that are for no school.
    """

    partner: str
    partner_name: str
    days: Decimal
    rate: Decimal | None
    starts_on: date
    ends_on: date


@dataclass(frozen=True)
class Committed:
    """What one agreement comes to in a financial year, and how."""

    partner: str
    partner_name: str
    amount: Decimal | None
    because: str


def committed(agreed: AgreedDays, year: int) -> Committed | None:
    """An agreement's days by its rate, by the part of its period that lies in a financial year (GRA-8).

    `None` where no day of it does. Without a daily rate there is no amount.
    """
    whole = (agreed.ends_on - agreed.starts_on).days + 1
    part = (min(agreed.ends_on, last_day(year)) - max(agreed.starts_on, first_day(year))).days + 1
    if part < 1:
        return None
    days = f"{agreed.days.quantize(PENNY).normalize():f} days"
    if agreed.rate is None:
        return Committed(agreed.partner, agreed.partner_name, None, f"{days}, paid as a salary")
    amount = (agreed.days * agreed.rate * part / whole).quantize(PENNY, ROUND_HALF_UP)
    because = f"{days} × £{agreed.rate:,.2f} × {part} / {whole} days of the agreement in the year"
    return Committed(agreed.partner, agreed.partner_name, amount, because)
