"""Visits held as planned, for the condition that SIPs work to the brief (COG-C)."""

from datetime import date

import pytest

from partners.selectors import conditions_of_grant
from schools.selectors import fact_on
from visits.selectors import visits_done
from visits.tests.factories import hold, make_people, make_visit

pytestmark = pytest.mark.django_db

DAY = date(2009, 11, 16)  # Monday


def evidence(people, on=DAY):
    return visits_done(authority=people.authority, programme="primary", on=on, school_ids={people.school.pk})


def test_cog_c_counts_planned_held_and_open_visits_with_the_page_of_each_open_one():
    people = make_people("kent")
    nothing = evidence(people)
    assert nothing.missing == ("No visit is planned for the school year so far.",)
    visit = make_visit(people, day=date(2009, 11, 2))
    found = evidence(people)
    assert found.figures == {"visits_planned": 1, "visits_held": 0, "visits_open": 1, "notes_issued": 0}
    [short] = found.shortfalls
    assert (short.subject, short.url) == (f"visit:{visit.pk}", f"/visits/{visit.pk}/")
    assert "planned for 2 November 2009, has not been held." in short.because
    assert evidence(people, on=date(2009, 11, 2)).shortfalls == (), "the day itself is not over"
    hold(visit, people)
    assert evidence(people).figures["visits_held"] == 1
    assert evidence(people).shortfalls == ()


def test_cog_c_the_condition_asks_the_visits():
    people = make_people("kent")
    make_visit(people, day=date(2009, 11, 2))
    programme = fact_on(people.school, DAY).programme
    report = conditions_of_grant(authority=people.authority, programme=programme, on=DAY)
    row = next(answer for answer in report.answers if answer.id == "COG-C")
    assert row.verdict.figures["visits_open"] == 1
    assert row.as_json()["result"] == "no_data", "no edition of the brief is recorded"
