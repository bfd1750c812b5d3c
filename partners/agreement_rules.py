"""What an agreement must hold before it is sent or signed, and the text that is signed (section 11). Pure."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sipmanager.core.academic import add_months
from sipmanager.core.rules import Finding, Rule, assess
from sipmanager.core.wording import counted, day, has_substance, listed, span

from .agreement_terms import ACCREDITATION, BREACH, EXTRA_WORK, SUPPORT, TERMS, Clause

ONE_DAY = timedelta(days=1)
LEAST_RESERVED = Decimal(4)  # AGR-9

BASIS_TEXT = {
    "employee": "The SIP works as an employee of the authority.",
    "contractor": "The SIP works as an independent contractor.",
    "company": "The SIP works as staff of {company}, with which the authority contracts.",
}
PAID_TEXT = {"separate": "paid separately, on claim", "in_rate": "within the daily rate"}


@dataclass(frozen=True)
class Line:
    """A school on the schedule."""

    urn: str
    school: str
    days: Decimal
    is_in_category: bool = False


@dataclass(frozen=True)
class AgreementCase:
    """Everything that the rules and the text need of one agreement.

    `first_starts_on` is where the run of renewals began; `others` are the days of other agreements of the same two
    sides, the one that this replaces left out. `is_accredited` is asked of the first day, or of today if that is later.
    """

    authority: str
    partner: str
    reference: str
    basis: str
    starts_on: date
    ends_on: date
    first_starts_on: date
    company: str = ""
    sip_rate: Decimal | None = None
    nca_rate: Decimal | None = None
    travel: str = "separate"
    development: str = "separate"
    reserved_days: Decimal = LEAST_RESERVED
    other_days: Decimal = Decimal(0)
    other_days_for: str = ""
    schedule: tuple[Line, ...] = ()
    extra_responsibilities: str = ""
    needs_accreditation: bool = True
    is_accredited: bool = True
    override_reason: str = ""
    # The edition of the national brief in force on its first day; blank where none is recorded.
    brief: str = ""
    others: tuple[tuple[date, date], ...] = ()
    years: int = 3
    notice_months: int = 2
    terms: str = "programme"
    extra_work: str = "controlled"
    broker_after_agreement: bool = False

    @property
    def school_days(self) -> Decimal:
        return sum((line.days for line in self.schedule), Decimal(0))

    @property
    def total_days(self) -> Decimal:
        """Days of the schedule, reserved days and other days together (AGR-15)."""
        return self.school_days + self.reserved_days + self.other_days

    @property
    def last_renewable_on(self) -> date:
        """The last day to which renewals run without a reason (AGR-2)."""
        return add_months(self.first_starts_on, 12 * self.years) - ONE_DAY


# ------------------------------------------------------------------------------------------------------------- checks


def does_not_end_before_it_starts(case: AgreementCase) -> str | None:
    if case.ends_on >= case.starts_on:
        return None
    return f"The agreement ends on {day(case.ends_on)}, before it starts on {day(case.starts_on)}."


def is_of_a_year(case: AgreementCase) -> str | None:
    latest = add_months(case.starts_on, 12) - ONE_DAY
    if case.ends_on <= latest:
        return None
    return f"An agreement is for a year at most: this one can end on {day(latest)} at the latest."


def is_within_its_years(case: AgreementCase) -> str | None:
    limit = case.last_renewable_on
    if case.ends_on <= limit or has_substance(case.override_reason):
        return None
    return (
        f"Agreed first from {day(case.first_starts_on)}, it can be renewed to {day(limit)}, {counted(case.years, 'year')} in "
        f"all. Enter the reason for going on to {day(case.ends_on)}."
    )


def overlaps_no_other(case: AgreementCase) -> str | None:
    found = [span(first, last) for first, last in case.others if first <= case.ends_on and case.starts_on <= last]
    if not found:
        return None
    return f"Another agreement with {case.partner} holds on some of these days: {listed(found)}."


def names_the_company(case: AgreementCase) -> str | None:
    return "Enter the company whose staff the SIP is." if case.basis == "company" and not case.company.strip() else None


def has_its_rates(case: AgreementCase) -> str | None:
    if case.sip_rate is None:
        return None if case.basis == "employee" else "Enter the SIP rate for a day."
    return None if case.sip_rate > 0 else "The SIP rate must be more than £0."


def has_a_sound_nca_rate(case: AgreementCase) -> str | None:
    return "The NCA rate must be more than £0." if case.nca_rate is not None and case.nca_rate <= 0 else None


def reserves_its_days(case: AgreementCase) -> str | None:
    if case.reserved_days >= LEAST_RESERVED:
        return None
    return f"At least {plain_days(LEAST_RESERVED)} days for no school must be reserved; {plain_days(case.reserved_days)} are."


def has_a_schedule(case: AgreementCase) -> str | None:
    return None if case.schedule else "Add the schools and the days of each."


def says_what_other_days_are_for(case: AgreementCase) -> str | None:
    return "Say what the other days are for." if case.other_days > 0 and not case.other_days_for.strip() else None


def says_more_for_schools_in_category(case: AgreementCase) -> str | None:
    names = [line.school for line in case.schedule if line.is_in_category]
    if not names or has_substance(case.extra_responsibilities):
        return None
    return f"Write down the extra responsibilities at {listed(names)}, which is in an Ofsted category."


def is_accredited_where_asked(case: AgreementCase) -> str | None:
    if not case.needs_accreditation or case.is_accredited:
        return None
    return f"{case.partner} holds no accreditation on these days, which is a condition of the agreement."


# fmt: off
AGREEMENT_RULES: tuple[Rule, ...] = (
    Rule("AGR-1",  "The SIP is employee, contractor or a company's staff",                   "001 s.4",          names_the_company),
    Rule("AGR-15", "An agreement does not end before it starts",                             "000; 004 s.3",     does_not_end_before_it_starts),
    Rule("AGR-2",  "An agreement is for a year",                                             "000",              is_of_a_year),
    Rule("AGR-2",  "Renewals run to three years, and beyond only with a reason",             "000",              is_within_its_years),
    Rule("AGR-15", "The two sides have one agreement at a time",                             "000",              overlaps_no_other),
    Rule("AGR-4",  "A daily rate is agreed",                                                 "000; 001 FAQ 2",   has_its_rates),
    Rule("AGR-5",  "The NCA rate, where there is one, is a rate",                            "004 s.3",          has_a_sound_nca_rate),
    Rule("AGR-9",  "Four days for no school are reserved",                                   "001 app. E e",     reserves_its_days),
    Rule("AGR-15", "Schools and days are on the schedule",                                   "000; 004 s.3",     has_a_schedule),
    Rule("AGR-15", "Other days say what they are for",                                       "004 s.3",          says_what_other_days_are_for),
    Rule("AGR-13", "Extra responsibilities at a school in an Ofsted category are written down", "001 s.4",       says_more_for_schools_in_category),
    Rule("AGR-14", "The SIP is accredited where that is a condition",                        "000",              is_accredited_where_asked),
)
# fmt: on


def findings(case: AgreementCase) -> list[Finding]:
    """Everything that is missing or wrong."""
    return assess(AGREEMENT_RULES, case)


def faults(case: AgreementCase) -> list[str]:
    """The same as sentences."""
    return [finding.because for finding in findings(case)]


# --------------------------------------------------------------------------------------------------------- the notice


def earliest_end(notice_on: date, months: int) -> date:
    """The first day on which an agreement can end after notice: so many months on, clamped to the month's end (AGR-3)."""
    return add_months(notice_on, months)


# ----------------------------------------------------------------------------------------------------------- the text


def plain_days(days: Decimal) -> str:
    """`5`, `2.5`: days without idle noughts."""
    return f"{days.normalize():f}"


def counted_days(days: Decimal) -> str:
    """`1 day`, `2.5 days`."""
    return f"{plain_days(days)} {'day' if days == 1 else 'days'}"


def pounds(amount: Decimal) -> str:
    return f"£{amount:,.2f}"


def text_of(case: AgreementCase, *, number: int) -> dict[str, Any]:
    """The text that both sides sign, as plain values that can be frozen: money and days are text in it."""
    terms = TERMS[case.terms]
    general = _general(case)
    return {
        "title": f"Agreement between {case.authority} and {case.partner}",
        "number": number,
        "authority": case.authority,
        "partner": case.partner,
        "reference": case.reference,
        "starts_on": case.starts_on.isoformat(),
        "ends_on": case.ends_on.isoformat(),
        "period": span(case.starts_on, case.ends_on),
        "standing": BASIS_TEXT[case.basis].format(company=case.company),
        "schedule": [{"urn": line.urn, "school": line.school, "days": plain_days(line.days)} for line in case.schedule],
        "days": _days(case),
        "total_days": plain_days(case.total_days),
        "pay": _pay(case),
        "rates": {
            "sip": None if case.sip_rate is None else f"{case.sip_rate:.2f}",
            "nca": None if case.nca_rate is None else f"{case.nca_rate:.2f}",
        },
        "extra_responsibilities": case.extra_responsibilities.strip(),
        "partner_duties": [_clause(one) for one in terms.partner],
        "authority_duties": [_clause(one) for one in terms.authority],
        "general": [_clause(one) for one in general],
        "override_reason": case.override_reason.strip(),
    }


def _clause(clause: Clause) -> dict[str, str]:
    return {"number": clause.number, "says": clause.says}


def _days(case: AgreementCase) -> list[dict[str, str]]:
    rows = [
        {"for": "The schools above", "days": plain_days(case.school_days)},
        {"for": "Reserved for development and SIP meetings, for no school", "days": plain_days(case.reserved_days)},
    ]
    if case.other_days > 0:
        rows.append({"for": case.other_days_for.strip(), "days": plain_days(case.other_days)})
    return rows


def _pay(case: AgreementCase) -> list[str]:
    found = []
    if case.sip_rate is not None:
        found.append(f"{pounds(case.sip_rate)} for a day of SIP work, for days worked in line with the schedule.")
    else:
        found.append("The work is part of the SIP's employment and is not paid by the day.")
    if case.nca_rate is not None:
        found.append(f"{pounds(case.nca_rate)} for a day of NCA work, which has no days apart for preparing and writing up.")
    found.append(f"Travel is {PAID_TEXT[case.travel]}; the reserved development days are {PAID_TEXT[case.development]}.")
    return found


def _general(case: AgreementCase) -> tuple[Clause, ...]:
    says = [EXTRA_WORK[case.extra_work]]
    if case.broker_after_agreement:
        says.append(SUPPORT)
    if case.brief:
        says.append(f"The SIP works to the national brief in its edition “{case.brief}”.")
    if case.needs_accreditation:
        says.append(ACCREDITATION)
    notice = counted(case.notice_months, "month")
    says.append(
        f"The SIP may withdraw in writing; the agreement then ends no earlier than {notice} after the day of the notice."
    )
    says.append(
        f"The agreement can be renewed each year, to {counted(case.years, 'year')} from {day(case.first_starts_on)} at first."
    )
    says.append(BREACH)
    return tuple(Clause(f"G{number}", words) for number, words in enumerate(says, start=1))


def clauses_of(content: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The numbered clauses of a frozen text, for a record of a breach (AGR-12)."""
    lists = (content["partner_duties"], content["general"])
    return [(one["number"], one["says"]) for rows in lists for one in rows]


def digest_of(content: Mapping[str, Any]) -> str:
    """The digest of a text: of its values in one fixed order, so that the same text has the same digest everywhere."""
    written = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(written.encode()).hexdigest()
