"""An authority's school year as its administrator enters it (D-12, CAL-1)."""

from datetime import date, datetime

from django.db import IntegrityError, transaction

from accounts.actions.refusals import Refused
from accounts.models import Authority, User
from sipmanager.core import audit
from sipmanager.core.academic import academic_label
from sipmanager.core.wording import span

from ..models import AcademicYear, Closure, TermDates

# Terms may begin in the last days of August.
EARLIEST, LATEST = (8, 15), (8, 31)


@transaction.atomic
def open_year(*, authority: Authority, year: int, by: User, at: datetime) -> AcademicYear:
    """Begin the calendar of an academic year. Raises `Refused` where there is one."""
    try:
        with transaction.atomic():
            calendar = AcademicYear.objects.create(authority=authority, year=year)
    except IntegrityError as error:
        raise Refused(f"The calendar of {academic_label(year)} is there already") from error
    audit.record(what="calendar.open", subject=calendar, by=by, at=at, year=year)
    return calendar


@transaction.atomic
def put_term(
    *, calendar: AcademicYear, number: int, season: str, starts_on: date, ends_on: date, by: User, at: datetime
) -> None:  # fmt: skip
    """Enter a term, or change the one of that number. Stored due dates stay as they are (D-12). Raises `Refused`."""
    _refuse_days(calendar, starts_on, ends_on)
    for other in calendar.terms.exclude(number=number).order_by("number"):
        if other.starts_on <= ends_on and starts_on <= other.ends_on:
            raise Refused(f"These days overlap with term {other.number}, {span(other.starts_on, other.ends_on)}")
    TermDates.objects.update_or_create(
        academic_year=calendar, number=number,
        defaults={"season": season, "starts_on": starts_on, "ends_on": ends_on},
    )  # fmt: skip
    _record("calendar.term", calendar, by, at, number=number, starts_on=starts_on, ends_on=ends_on)


@transaction.atomic
def remove_term(*, calendar: AcademicYear, number: int, by: User, at: datetime) -> None:
    """Take out a term that was entered in error."""
    calendar.terms.filter(number=number).delete()
    _record("calendar.term_removed", calendar, by, at, number=number)


@transaction.atomic
def add_closure(
    *, calendar: AcademicYear, name: str, starts_on: date, ends_on: date, by: User, at: datetime
) -> Closure:  # fmt: skip
    """Enter days on which schools are closed inside a term. Raises `Refused`."""
    _refuse_days(calendar, starts_on, ends_on)
    closure = Closure.objects.create(academic_year=calendar, name=name, starts_on=starts_on, ends_on=ends_on)
    _record("calendar.closure", calendar, by, at, starts_on=starts_on, ends_on=ends_on)
    return closure


@transaction.atomic
def remove_closure(*, closure: Closure, by: User, at: datetime) -> None:
    """Take out a closure that was entered in error."""
    _record("calendar.closure_removed", closure.academic_year, by, at, starts_on=closure.starts_on, ends_on=closure.ends_on)
    closure.delete()


def _refuse_days(calendar: AcademicYear, starts_on: date, ends_on: date) -> None:
    first, last = date(calendar.year, *EARLIEST), date(calendar.year + 1, *LATEST)
    if ends_on < starts_on:
        raise Refused("The last day is before the first")
    if starts_on < first or ends_on > last:
        raise Refused(f"The days must lie in the academic year {academic_label(calendar.year)}")


def _record(what: str, calendar: AcademicYear, by: User, at: datetime, **details) -> None:
    audit.record(what=what, subject=calendar, by=by, at=at, year=calendar.year, **details)
