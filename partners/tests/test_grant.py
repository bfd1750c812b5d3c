"""What the grant comes to (GRA-1 to GRA-7, D-22)."""

from datetime import date
from decimal import Decimal

import pytest

from partners.grant import Led, grant, month_ends, rate_of


def led(number=1, *, since=date(2005, 9, 1), until=None):
    return [Led(f"9{n:05}", f"School {n}", since, until) for n in range(number)]


def amount(programme, year, spans, **more):
    return grant(programme=programme, year=year, led=spans, **more).as_json()["amount"]


@pytest.mark.parametrize(
    ("since", "year", "pounds"),
    [(date(2007, 9, 1), 2007, "449.17"), (date(2007, 4, 1), 2007, "770.00"), (date(2007, 1, 1), 2006, "192.50")],
)
def test_gra_5_primary_is_reduced_for_part_of_a_year(since, year, pounds):
    assert amount("primary", year, led(since=since)) == pounds


@pytest.mark.parametrize(
    ("schools", "year", "pounds"),
    [(63, 2006, "126000.00"), (63, 2005, "97650.00"), (15, 2007, "30000.00"), (15, 2005, "23250.00")],
)
def test_gra_5_secondary_is_paid_in_full_for_each_school(schools, year, pounds):
    assert amount("secondary", year, led(schools)) == pounds


def test_gra_7_an_unknown_year_has_no_rate():
    assert rate_of("secondary", 2008) is None
    assert rate_of("primary", 2005) is None
    assert rate_of("primary", 2009) == 770
    found = grant(programme="secondary", year=2008, led=led())
    assert found.as_json() == {"financial_year": "2008-09", "amount": None, "basis": []}


def test_one_day_of_the_year_brings_the_full_secondary_rate():
    assert amount("secondary", 2006, led(since=date(2007, 3, 31))) == "2000.00"
    assert amount("secondary", 2006, led(since=date(2005, 9, 1), until=date(2006, 4, 1))) == "2000.00"
    assert amount("secondary", 2006, led(until=date(2006, 3, 31))) == "0.00"
    assert amount("secondary", 2006, led(since=date(2007, 4, 1))) == "0.00"


def test_a_month_counts_if_a_sip_leads_on_its_last_day():
    assert amount("primary", 2007, led(since=date(2007, 9, 30), until=date(2007, 10, 30))) == "64.17"
    assert amount("primary", 2007, led(since=date(2007, 9, 1), until=date(2007, 9, 29))) == "0.00"


def test_a_school_whose_sip_changes_is_paid_once():
    spans = [*led(until=date(2007, 9, 15)), *led(since=date(2007, 9, 16))]
    assert amount("primary", 2007, spans) == "770.00"
    assert amount("secondary", 2007, spans) == "2000.00"
    assert amount("primary", 2007, spans, basis="days") == "770.00"


def test_the_policy_may_count_days():
    found = grant(programme="primary", year=2007, led=led(since=date(2008, 3, 31)), basis="days")
    assert found.amount == Decimal("2.10")
    assert found.basis[0].as_json() == {
        "subject": "school:900000", "amount": "2.10", "because": "1 day of 366 with a SIP: £770 × 1 / 366.",
    }  # fmt: skip


def test_a_year_has_twelve_month_ends():
    ends = month_ends(2007)
    assert (len(ends), ends[0], ends[-2], ends[-1]) == (12, date(2007, 4, 30), date(2008, 2, 29), date(2008, 3, 31))
