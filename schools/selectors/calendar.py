"""An authority's school year and its working days (D-12, CAL-1, CAL-9)."""

from datetime import date, timedelta

from accounts.models import Authority
from accounts.presets import Policy
from sipmanager.core import academic, readings
from sipmanager.core.academic import Season, Term
from sipmanager.core.models import BankHoliday
from sipmanager.core.workdays import WorkingCalendar

from ..models import AcademicYear, Closure, TermDates

Spans = list[tuple[date, date]]


def entered_terms(authority: Authority | int, year: int) -> tuple[Term, ...]:
    """The terms an authority has entered for the academic year that began in `year`; empty where it has not."""
    rows = TermDates.objects.filter(academic_year__authority_id=getattr(authority, "pk", authority), academic_year__year=year)
    return tuple(
        Term(row.starts_on, row.ends_on, Season(row.season), row.number) for row in rows.order_by("starts_on", "number")
    )


def terms(authority: Authority | int, year: int) -> tuple[Term, ...]:
    """The terms of an academic year, or the three seasons of D-12 where none are entered."""
    return entered_terms(authority, year) or academic.default_terms(year)


def calendar_for(authority: Authority | int, day: date) -> tuple[Term, ...]:
    """The terms of the academic year in which a day lies."""
    return terms(authority, academic.academic_year(day))


def season_of(authority: Authority | int, day: date) -> Season:
    """The season of a day at an authority; a day in a holiday belongs to the term that follows."""
    return academic.season_of(day, calendar_for(authority, day))


def working_calendar(authority: Authority | int, on: date, policy: Policy) -> WorkingCalendar:
    """How an authority counts short periods about a day: bank holidays, and its closures if the policy says so (POL-22).

    `policy` is the one in force on the day from which is counted. Closures are the ones entered and the holidays
    between entered terms, of the years around `on`.
    """
    if policy.day_counting == "calendar":
        return WorkingCalendar(counts_every_day=True)
    days = _bank_holidays()
    closures = _closures(getattr(authority, "pk", authority), on) if policy.day_counting == "working_less_closures" else []
    return WorkingCalendar(frozenset(days), tuple(closures), max(days, default=date.max))


@readings.kept
def _bank_holidays() -> tuple[date, ...]:
    return tuple(BankHoliday.objects.values_list("day", flat=True))


@readings.kept
def _closures(authority_id: int, on: date) -> Spans:
    year = academic.academic_year(on)
    years = AcademicYear.objects.filter(authority_id=authority_id, year__range=(year - 1, year + 1))
    entered = Closure.objects.filter(academic_year__in=years).order_by("starts_on", "pk")
    found = [(closure.starts_on, closure.ends_on) for closure in entered]
    term_days: dict[int, Spans] = {}
    rows = TermDates.objects.filter(academic_year__in=years).order_by("starts_on", "pk")
    for of_year, first, last in rows.values_list("academic_year__year", "starts_on", "ends_on"):
        term_days.setdefault(of_year, []).append((first, last))
    for of_year, spans in term_days.items():
        found += holidays_between(of_year, spans)
    return sorted(found)


def holidays_between(year: int, spans: Spans) -> Spans:
    """The days of the academic year that began in `year` outside its terms, as first and last days."""
    found, day = [], date(year, 9, 1)
    for first, last in sorted(spans):
        if first > day:
            found.append((day, first - timedelta(days=1)))
        day = max(day, last + timedelta(days=1))
    end = date(year + 1, 8, 31)
    return [*found, (day, end)] if day <= end else found
