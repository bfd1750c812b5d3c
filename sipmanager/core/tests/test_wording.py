from datetime import UTC, date, datetime

import pytest

from sipmanager.core import wording


@pytest.mark.parametrize(
    ("value", "says"),
    [
        (datetime(2026, 6, 4, 8, 32, tzinfo=UTC), "4 June 2026 at 9:32am"),
        (datetime(2026, 1, 4, 10, 0, tzinfo=UTC), "4 January 2026 at 10am"),
        (datetime(2026, 1, 4, 12, 0, tzinfo=UTC), "4 January 2026 at midday"),
        (datetime(2026, 1, 4, 0, 0, tzinfo=UTC), "4 January 2026 at midnight"),
        (datetime(2026, 1, 4, 15, 5), "4 January 2026 at 3:05pm"),
        (date(2026, 6, 4), "4 June 2026"),
        (None, ""),
    ],
)
def test_a_moment_reads_in_londons_time_and_a_plain_day_never_shows_midnight(value, says):
    assert wording.moment(value) == says


def test_a_moment_late_in_the_utc_evening_of_summer_is_the_next_day_in_london():
    late = datetime(2026, 6, 3, 23, 30, tzinfo=UTC)
    assert wording.day(late) == "4 June 2026"
    assert wording.short_day(late) == "4 Jun 2026"


@pytest.mark.parametrize(
    ("first", "last", "says"),
    [
        (date(2026, 6, 4), date(2026, 6, 10), "4 to 10 June 2026"),
        (date(2026, 5, 28), date(2026, 6, 4), "28 May to 4 June 2026"),
        (date(2025, 9, 1), date(2026, 8, 31), "1 September 2025 to 31 August 2026"),
        (date(2026, 6, 4), date(2026, 6, 4), "4 June 2026"),
        (date(2026, 6, 4), None, "from 4 June 2026"),
        (None, date(2026, 6, 4), "until 4 June 2026"),
        (None, None, ""),
    ],
)
def test_a_span_is_written_with_to(first, last, says):
    assert wording.span(first, last) == says


@pytest.mark.parametrize(("number", "says"), [(0, "no schools"), (1, "1 school"), (2, "2 schools"), (1204, "1,204 schools")])
def test_things_are_counted_in_words(number, says):
    assert wording.counted(number, "school") == says


def test_an_irregular_plural_is_given():
    assert wording.counted(3, "authority", "authorities") == "3 authorities"


@pytest.mark.parametrize(
    ("label", "says"),
    [
        ("Date of visit", "date of visit"), ("URN", "URN"), ("SIPs", "SIPs"), ("", ""), ("A word", "a word"),
        ("Ofsted category", "Ofsted category"), ("National Challenge school", "National Challenge school"),
        ("National register", "national register"),
    ],
)  # fmt: skip
def test_a_label_inside_a_sentence_keeps_its_abbreviations_and_names(label, says):
    assert wording.in_sentence(label) == says


@pytest.mark.parametrize(
    "typed", ["St. Mary & All Saints' School", "st mary and all saints school", "  ST MARY  AND  ALL SAINTS\u2019 SCHOOL"]
)
def test_a_search_ignores_case_punctuation_and_ampersands(typed):
    assert wording.searchable(typed) == "st mary and all saints school"


def test_a_search_ignores_accents():
    assert wording.searchable("École Zoë") == "ecole zoe"


def test_words_are_listed_with_commas_and_and():
    assert wording.listed(["day"]) == "day"
    assert wording.listed(["day", "month", "year"]) == "day, month and year"
    assert wording.listed(["CSV", "XLSX"], last="or") == "CSV or XLSX"
