from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from sipmanager.core.workdays import WorkingCalendar, calendar_from

CHRISTMAS_2009 = calendar_from([date(2009, 12, 25), date(2009, 12, 28), date(2010, 1, 1)])


def test_a_weekend_is_no_working_day():
    assert CHRISTMAS_2009.is_working(date(2009, 11, 20))  # Friday
    assert not CHRISTMAS_2009.is_working(date(2009, 11, 21))  # Saturday
    assert not CHRISTMAS_2009.is_working(date(2009, 11, 22))  # Sunday


def test_five_working_days_after_a_thursday_is_the_next_thursday():
    assert CHRISTMAS_2009.add(date(2009, 11, 12), 5) == date(2009, 11, 19)


def test_ten_working_days_across_christmas_skip_the_bank_holidays():
    # From Friday 18 December: 21 to 24 (4), 29 to 31 (7), 4 to 6 January (10).
    assert CHRISTMAS_2009.add(date(2009, 12, 18), 10) == date(2010, 1, 6)


def test_a_negative_number_counts_back():
    assert CHRISTMAS_2009.add(date(2009, 12, 29), -1) == date(2009, 12, 24)


def test_closures_count_as_days_off_where_the_calendar_holds_them():
    closed = calendar_from([], [(date(2009, 10, 26), date(2009, 10, 30))])
    assert closed.add(date(2009, 10, 23), 1) == date(2009, 11, 2)  # the Friday before half-term


def test_the_next_working_day_of_a_working_day_is_itself():
    assert CHRISTMAS_2009.on_or_after(date(2009, 12, 24)) == date(2009, 12, 24)
    assert CHRISTMAS_2009.on_or_after(date(2009, 12, 25)) == date(2009, 12, 29)


def test_a_calendar_knows_how_far_it_reaches():
    assert CHRISTMAS_2009.known_until == date(2010, 1, 1)
    assert WorkingCalendar().known_until == date.max


@given(st.dates(date(2004, 1, 1), date(2030, 1, 1)), st.integers(1, 60))
def test_between_undoes_add(start, days):
    end = CHRISTMAS_2009.add(start, days)
    assert CHRISTMAS_2009.between(start, end) == days
    assert CHRISTMAS_2009.between(end, start) == -days
    assert CHRISTMAS_2009.is_working(end)
    assert end - start >= timedelta(days=days)
