from datetime import date

import pytest

from sipmanager.core import academic
from sipmanager.core.academic import Season, Term


@pytest.mark.parametrize(
    ("day", "year", "label"),
    [(date(2009, 8, 31), 2008, "2008/09"), (date(2009, 9, 1), 2009, "2009/10"), (date(1999, 12, 1), 1999, "1999/00")],
)
def test_the_academic_year_runs_from_september(day, year, label):  # CAL-7
    assert academic.academic_year(day) == year
    assert academic.academic_label(year) == label


@pytest.mark.parametrize(("day", "year", "label"), [(date(2006, 3, 31), 2005, "2005-06"), (date(2006, 4, 1), 2006, "2006-07")])
def test_the_financial_year_runs_from_april(day, year, label):  # CAL-7
    assert academic.financial_year(day) == year
    assert academic.financial_label(year) == label


@pytest.mark.parametrize(
    ("day", "season"),
    [
        (date(2009, 9, 1), Season.AUTUMN),
        (date(2009, 12, 31), Season.AUTUMN),
        (date(2010, 1, 1), Season.SPRING),
        (date(2010, 4, 1), Season.SUMMER),
        (date(2010, 8, 31), Season.SUMMER),
    ],
)
def test_without_a_calendar_the_seasons_are_those_of_d_12(day, season):
    assert academic.season_of(day) == season


def test_a_holiday_belongs_to_the_season_that_follows():
    terms = (
        Term(date(2009, 9, 3), date(2009, 12, 18), Season.AUTUMN),
        Term(date(2010, 1, 4), date(2010, 4, 1), Season.SPRING),
    )
    assert academic.season_of(date(2009, 12, 28), terms) == Season.SPRING
    assert academic.season_of(date(2010, 6, 1), terms) == Season.SUMMER


@pytest.mark.parametrize(
    ("day", "months", "moved"),
    [
        (date(2009, 7, 31), -6, date(2009, 1, 31)),  # ACC-12
        (date(2009, 8, 31), -6, date(2009, 2, 28)),  # ACC-12, clamped
        (date(2006, 7, 31), 36, date(2009, 7, 31)),
        (date(2008, 12, 15), 1, date(2009, 1, 15)),
    ],
)
def test_months_are_clamped_to_the_end_of_the_month(day, months, moved):
    assert academic.add_months(day, months) == moved


def test_the_anniversary_of_29_february_is_1_march():  # D-15
    assert academic.anniversary(date(2008, 2, 29), 3) == date(2011, 3, 1)
    assert academic.anniversary(date(2008, 2, 29), 4) == date(2012, 2, 29)
    assert academic.day_before(academic.anniversary(date(2006, 9, 1), 3)) == date(2009, 8, 31)
