"""Three years at a school: anniversaries, breaks, and schools that follow schools (DEP-10, DEP-11, D-15)."""

import itertools
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partners.tenure import Run, Spell, free_again_on, last_lawful_day, run_on, run_with, runs

DAYS = st.dates(date(2004, 1, 1), date(2012, 12, 31))


@pytest.mark.parametrize(
    ("start", "last"),
    [
        (date(2006, 9, 1), date(2009, 8, 31)),
        (date(2008, 2, 29), date(2011, 2, 28)),
        (date(2009, 3, 1), date(2012, 2, 29)),
        (date(2007, 1, 31), date(2010, 1, 30)),
    ],
)
def test_dep_10_the_last_lawful_day_is_three_years_on_less_a_day(start, last):
    assert last_lawful_day([], starts_on=start, gap_months=12) == last


def test_a_leap_day_four_years_on_would_be_a_leap_day_again():
    assert Run(date(2008, 2, 29), None).last_lawful_on == date(2011, 2, 28)


def test_a_break_of_one_day_adds_one_day():
    spells = [Spell(date(2006, 9, 1), date(2007, 7, 31))]
    assert last_lawful_day(spells, starts_on=date(2007, 8, 2), gap_months=12) == date(2009, 9, 1)


def test_stays_that_touch_have_no_break():
    spells = [Spell(date(2006, 9, 1), date(2007, 7, 31))]
    assert last_lawful_day(spells, starts_on=date(2007, 8, 1), gap_months=12) == date(2009, 8, 31)


def test_a_break_of_a_day_under_twelve_months_adds_up_and_one_of_twelve_starts_anew():
    spells = [Spell(date(2006, 9, 1), date(2007, 8, 31))]
    assert free_again_on(date(2007, 8, 31), 12) == date(2008, 9, 1)
    short = run_with(spells, starts_on=date(2008, 8, 31), ends_on=None, gap_months=12)
    assert (short.began_on, short.gap_days, short.last_lawful_on) == (date(2006, 9, 1), 365, date(2010, 8, 31))
    anew = run_with(spells, starts_on=date(2008, 9, 1), ends_on=None, gap_months=12)
    assert (anew.began_on, anew.gap_days) == (date(2008, 9, 1), 0)


def test_a_break_that_begins_on_a_leap_day_lasts_to_the_first_of_march():
    assert free_again_on(date(2008, 2, 28), 12) == date(2009, 3, 1)


def test_the_policy_says_how_long_a_break_starts_anew():
    spells = [Spell(date(2006, 9, 1), date(2007, 8, 31))]
    assert last_lawful_day(spells, starts_on=date(2008, 3, 1), gap_months=6) == date(2011, 2, 28)


def test_stays_at_two_schools_that_merged_count_once():
    spells = [Spell(date(2006, 9, 1), date(2008, 8, 31)), Spell(date(2007, 9, 1), date(2008, 3, 31))]
    (run,) = runs(spells, gap_months=12)
    assert (run.began_on, run.ends_on, run.gap_days) == (date(2006, 9, 1), date(2008, 8, 31), 0)


def test_a_stay_without_an_end_takes_in_all_that_follows():
    (run,) = runs([Spell(date(2006, 9, 1)), Spell(date(2011, 9, 1))], gap_months=12)
    assert run.ends_on is None


def test_a_later_stay_without_an_end_leaves_the_run_open():
    (run,) = runs([Spell(date(2006, 9, 1), date(2007, 8, 31)), Spell(date(2007, 9, 1))], gap_months=12)
    assert run.ends_on is None
    assert not run.passes_limit


def test_a_stay_put_before_another_uses_up_its_days_too():
    later = [Spell(date(2008, 9, 1), date(2011, 8, 31))]
    run = run_with(later, starts_on=date(2007, 9, 1), ends_on=date(2008, 8, 31), gap_months=12)
    assert (run.last_lawful_on, run.passes_limit) == (date(2010, 8, 31), True)
    assert not run_with(later, starts_on=date(2007, 9, 1), ends_on=None, gap_months=12).passes_limit


def test_an_earlier_run_is_not_the_one_asked_for():
    spells = [Spell(date(2004, 9, 1), date(2005, 8, 31)), Spell(date(2012, 9, 1), date(2012, 12, 31))]
    run = run_with(spells, starts_on=date(2008, 9, 1), ends_on=date(2009, 8, 31), gap_months=12)
    assert run == Run(date(2008, 9, 1), date(2009, 8, 31))


def test_the_run_of_a_day():
    spells = [Spell(date(2006, 9, 1), date(2007, 8, 31)), Spell(date(2009, 9, 1))]
    assert run_on([], on=date(2007, 1, 1), gap_months=12) is None
    assert run_on(spells, on=date(2006, 8, 31), gap_months=12) is None
    assert run_on(spells, on=date(2008, 8, 31), gap_months=12).began_on == date(2006, 9, 1)
    assert run_on(spells, on=date(2008, 9, 1), gap_months=12) is None
    assert run_on(spells, on=date(2009, 9, 1), gap_months=12).began_on == date(2009, 9, 1)


def test_the_arithmetic_is_said():
    assert Run(date(2006, 9, 1), None).arithmetic() == "Started on 1 September 2006, so the last lawful day is 31 August 2009"
    assert Run(date(2006, 9, 1), None, 1).arithmetic() == (
        "First started on 1 September 2006; 1 day of breaks is added, so the last lawful day is 1 September 2009"
    )
    assert "30 days of breaks are added" in Run(date(2006, 9, 1), None, 30).arithmetic()


def test_the_limit_is_near_six_months_before():
    assert Run(date(2006, 9, 1), None).at_risk_from() == date(2009, 2, 28)
    assert Run(date(2006, 9, 1), None).at_risk_from(12) == date(2008, 8, 31)


@given(DAYS)
def test_the_limit_is_the_day_before_an_anniversary_and_never_a_leap_year_short(start):
    last = last_lawful_day([], starts_on=start, gap_months=12)
    assert (last + timedelta(days=1)).year == start.year + 3
    assert 1094 <= (last - start).days <= 1095


@given(st.lists(st.tuples(DAYS, st.integers(0, 900)), max_size=6), st.integers(1, 24))
def test_runs_are_apart_by_a_whole_break_and_never_count_a_day_twice(stays, months):
    spells = [Spell(start, start + timedelta(days=length)) for start, length in stays]
    found = runs(spells, gap_months=months)
    assert {spell.starts_on for spell in spells} >= {run.began_on for run in found}
    for earlier, later in itertools.pairwise(found):
        assert later.began_on >= free_again_on(earlier.ends_on, months)
    days = {spell.starts_on + timedelta(days=n) for spell in spells for n in range((spell.ends_on - spell.starts_on).days + 1)}
    assert len(days) == sum((run.ends_on - run.began_on).days + 1 - run.gap_days for run in found)


@given(st.lists(st.tuples(DAYS, st.integers(0, 400)), min_size=1, max_size=5), DAYS)
def test_what_is_served_by_the_last_lawful_day_is_never_more_than_three_years(stays, start):
    spells = [Spell(first, first + timedelta(days=length)) for first, length in stays if first < start]
    run = run_with(spells, starts_on=start, ends_on=None, gap_months=12)
    served = (run.last_lawful_on - run.began_on).days + 1 - run.gap_days
    assert served in (1095, 1096)
