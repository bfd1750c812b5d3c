"""What a record of development comes to (CPD-11, CPD-14, CPD-16). Pure."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from partners.development import Part, absent_in_a_row, counts, duties, in_steps, waits, year_of

HALF = Decimal("0.5")
CAME = Part(key=1, held_on=date(2009, 9, 17), days=HALF, season="autumn", attended=True)
ENTERED = replace(CAME, is_own=True, is_accepted=True)
BRIEFING = replace(CAME, is_mandatory=True)


def missed(key: int, day: int, **more) -> Part:
    return replace(BRIEFING, **{"key": key, "held_on": date(2009, 10, day), "attended": False, **more})


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        (CAME, True),
        (replace(CAME, attended=None), False),
        (replace(CAME, attended=False), False),
        (replace(CAME, is_school_day=True), False),
        (replace(CAME, is_cancelled=True), False),
        (ENTERED, True),
        (replace(ENTERED, is_accepted=None), False),
        (replace(ENTERED, is_accepted=False), False),
    ],
)
def test_cpd_16_days_count_where_the_sip_came_for_no_school_and_own_entries_once_accepted(part, expected):
    assert counts(part) is expected


def test_cpd_16_a_year_adds_half_days_up_against_the_target_and_shows_what_waits_and_was_missed_apart():
    parts = [CAME, replace(CAME, key=2), replace(ENTERED, key=3, is_accepted=None, days=Decimal("0.25")), missed(4, 8)]
    year = year_of(parts, target=Decimal(4))
    assert (year.counted, year.waiting, year.short) == (Decimal(1), Decimal("0.25"), Decimal(3))
    assert [duty.parts[0].key for duty in year.missed] == [4]
    assert year_of([replace(CAME, days=Decimal(5))], target=Decimal(4)).short == 0
    assert waits(parts[2])
    assert not waits(CAME)


def test_cog_e_termly_meetings_are_counted_once_a_season_and_three_at_most():
    """CPD-3: the national meeting of each term."""
    meeting = replace(CAME, is_termly=True)
    parts = [replace(meeting, key=key, season=season) for key, season in enumerate(["autumn", "autumn", "spring", "summer"])]
    assert year_of(parts, target=Decimal(4)).meetings == 3
    assert year_of([replace(meeting, attended=False), replace(meeting, is_cancelled=True)], target=Decimal(4)).meetings == 0


def test_cpd_14_one_of_several_dates_is_enough():
    first, second = missed(1, 8, group="7:June"), missed(2, 15, group="7:June")
    assert [duty.is_missed for duty in duties([first, second])] == [True]
    assert [duty.is_missed for duty in duties([first, replace(second, attended=True)])] == [False]
    assert [duty.is_missed for duty in duties([first, replace(second, attended=None)])] == [False]
    assert duties([replace(first, is_mandatory=False), replace(second, is_cancelled=True)]) == []
    assert duties([second, first])[0].last_on == date(2009, 10, 15)


@pytest.mark.parametrize(
    ("parts", "many"),
    [
        ([missed(1, 8), missed(2, 15)], 2),
        ([missed(1, 8), missed(2, 15), missed(3, 22)], 3),
        ([missed(1, 8)], 0),
        ([missed(1, 8), missed(2, 15, attended=True)], 0),
        ([missed(1, 8), missed(2, 15, is_accepted=True)], 0),
        ([missed(1, 8, is_accepted=False, has_reason=True), missed(2, 15)], 2),
        ([missed(1, 8), missed(2, 15, has_reason=True)], 0),  # it waits for a word
        ([missed(1, 8), missed(2, 15), missed(3, 22, attended=None)], 2),  # nobody has said yet
        ([missed(1, 8, is_mandatory=False), missed(2, 15)], 0),
    ],
)
def test_cpd_11_two_absences_in_a_row_without_an_accepted_reason_are_told(parts, many):
    assert len(absent_in_a_row(parts)) == many


@pytest.mark.parametrize(
    ("days", "fits"),
    [("0.5", True), ("5", True), ("0.25", False), ("0", False), ("-0.5", False), ("5.5", False)],
)
def test_cpd_16_days_are_entered_in_halves(days, fits):
    assert in_steps(Decimal(days), HALF) is fits
