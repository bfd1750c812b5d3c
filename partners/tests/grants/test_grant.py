"""What the grant comes to (GRA-1 to GRA-7, D-22)."""

from datetime import date
from decimal import Decimal

import pytest

from partners.grant import AgreedDays, Led, committed, grant, lines, month_ends, rate_of, total_of


def led(number=1, *, since=date(2005, 9, 1), until=None):
    return [Led(f"9{n:05}", f"School {n}", since, until) for n in range(number)]


def amount(programme, year, spans, **more):
    return grant(programme=programme, year=year, led=spans, **more).as_json()["amount"]


@pytest.mark.parametrize(
    ("since", "year", "pounds"),
    [(date(2007, 9, 1), 2007, "449.17"), (date(2007, 4, 1), 2007, "770.00"), (date(2007, 1, 1), 2006, "192.50")],
)
def test_gra_2_gra_5_primary_is_reduced_for_part_of_a_year(since, year, pounds):
    assert amount("primary", year, led(since=since)) == pounds


@pytest.mark.parametrize(
    ("schools", "year", "pounds"),
    [(63, 2006, "126000.00"), (63, 2005, "97650.00"), (15, 2007, "30000.00"), (15, 2005, "23250.00")],
)
def test_gra_1_gra_5_secondary_is_paid_in_full_for_each_school(schools, year, pounds):
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


# GRA-4, GRA-7, GRA-8: line by line, and beside what agreements come to.


def test_gra_4_each_line_says_its_months_days_and_sum():
    spans = [*led(2, since=date(2007, 9, 1)), Led("900009", "Late School", date(2008, 3, 31), None)]
    found = lines(programme="primary", year=2007, led=spans)
    assert [(row.urn, row.months, row.days, row.amount) for row in found] == [
        ("900000", 7, 213, Decimal("449.17")), ("900001", 7, 213, Decimal("449.17")), ("900009", 1, 1, Decimal("64.17")),
    ]  # fmt: skip
    assert total_of(found) == Decimal("962.51")
    assert found[0].because == "7 months of 12 with a SIP: £770 × 7 / 12."


def test_gra_4_a_school_without_a_whole_month_stands_there_with_nothing():
    [row] = lines(programme="primary", year=2007, led=led(since=date(2007, 9, 1), until=date(2007, 9, 29)))
    assert (row.months, row.days, row.amount) == (0, 29, Decimal("0.00"))


def test_gra_7_an_unknown_year_lists_its_schools_without_amounts():
    found = lines(programme="secondary", year=2008, led=led(2))
    assert [(row.months, row.amount) for row in found] == [(12, None), (12, None)]
    assert total_of(found) is None
    assert found[0].because == "No rate is known for 2008-09."
    assert total_of([]) == 0


def test_gra_8_an_agreement_comes_to_its_days_by_its_rate_for_the_part_in_the_year():
    agreed = AgreedDays("P1", "Ann Lee", Decimal(20), Decimal("400.00"), date(2007, 9, 1), date(2008, 8, 31))
    found = committed(agreed, 2007)
    assert found.amount == Decimal("4655.74")
    assert found.because == "20 days × £400.00 × 213 / 366 days of the agreement in the year"
    assert committed(agreed, 2008).amount == Decimal("3344.26")
    assert found.amount + committed(agreed, 2008).amount == 20 * 400
    assert committed(agreed, 2009) is None


def test_gra_8_a_salaried_sip_has_no_sum():
    agreed = AgreedDays("P1", "Ann Lee", Decimal("12.5"), None, date(2007, 9, 1), date(2008, 8, 31))
    assert (committed(agreed, 2007).amount, committed(agreed, 2007).because) == (None, "12.5 days, paid as a salary")
