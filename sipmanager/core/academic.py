"""Years, terms and seasons of the school year (CAL-1, CAL-7, D-12). Pure."""

import calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum


class Season(StrEnum):
    AUTUMN = "autumn"
    SPRING = "spring"
    SUMMER = "summer"


@dataclass(frozen=True)
class Term:
    """One term of an authority's calendar; both days belong to it."""

    starts_on: date
    ends_on: date
    season: Season
    number: int = 0


def academic_year(day: date) -> int:
    """The calendar year in which the academic year of `day` began; it runs September to August (CAL-7)."""
    return day.year if day.month >= 9 else day.year - 1


def academic_label(year: int) -> str:
    """`2009/10` for the academic year that began in 2009 (D-40)."""
    return f"{year}/{(year + 1) % 100:02d}"


def financial_year(day: date) -> int:
    """The calendar year in which the financial year of `day` began; it runs April to March (CAL-7)."""
    return day.year if day.month >= 4 else day.year - 1


def financial_label(year: int) -> str:
    """`2006-07` for the financial year that began in 2006 (D-40)."""
    return f"{year}-{(year + 1) % 100:02d}"


def default_terms(year: int) -> tuple[Term, ...]:
    """Three seasons for an academic year with no calendar entered (D-12)."""
    return (
        Term(date(year, 9, 1), date(year, 12, 31), Season.AUTUMN, 1),
        Term(date(year + 1, 1, 1), date(year + 1, 3, 31), Season.SPRING, 2),
        Term(date(year + 1, 4, 1), date(year + 1, 8, 31), Season.SUMMER, 3),
    )


def season_of(day: date, terms: Sequence[Term] = ()) -> Season:
    """The season of `day`; a day in a holiday belongs to the season of the term that follows it."""
    for term in sorted(terms or default_terms(academic_year(day)), key=lambda term: term.starts_on):
        if day <= term.ends_on:
            return term.season
    return Season.SUMMER


def add_months(day: date, months: int) -> date:
    """`day` moved by calendar months, clamped to the end of the month (ACC-12, D-15)."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def anniversary(day: date, years: int) -> date:
    """The `years`-th anniversary; that of 29 February is 1 March in a common year (D-15)."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def day_before(day: date) -> date:
    return day - timedelta(days=1)
