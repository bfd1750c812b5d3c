"""Visits held as planned, for the condition that SIPs work to the brief (COG-C)."""

from datetime import date

import pytest

from partners.selectors import conditions_of_grant
from schools.models import Specialism
from schools.selectors import fact_on
from visits.selectors import visits_done
from visits.states import NoteState as S
from visits.tests.factories import at, hold, make_note, make_people, make_visit

pytestmark = pytest.mark.django_db

DAY = date(2009, 11, 16)  # Monday


def evidence(people, on=DAY):
    return visits_done(authority=people.authority, programme="primary", on=on, school_ids={people.school.pk})


def test_cog_c_counts_planned_held_and_open_visits_with_the_page_of_each_open_one():
    people = make_people("kent")
    nothing = evidence(people)
    assert nothing.missing[0] == "No visit is planned for the school year so far."
    visit = make_visit(people, day=date(2009, 11, 2))
    found = evidence(people)
    assert found.figures == {"visits_planned": 1, "visits_held": 0, "visits_open": 1, "notes_issued": 0, "notes_to_cover": 1}
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


LAST = date(2010, 8, 31)


def test_cog_c_nov_8_what_a_years_notes_must_cover_is_owed_on_its_last_day():
    people = make_people("kent")
    note = make_note(S.DISTRIBUTED, people=people)
    found = evidence(people, on=date(2009, 12, 31))
    assert (found.figures["notes_issued"], found.figures["notes_to_cover"]) == (1, 0)
    lacking = note.sections.exclude(key="evidence")
    lacking.update(text="")
    assert evidence(people, on=date(2010, 8, 30)).figures["notes_to_cover"] == 1
    assert evidence(people, on=date(2010, 8, 30)).shortfalls == ()
    [short] = evidence(people, on=LAST).shortfalls
    assert short.subject == f"school:{people.school.urn}"
    assert short.because.endswith("do not cover self-evaluation, priorities, targets and progress and actions and support.")


def test_cog_c_nov_9_a_specialist_school_is_owed_words_on_its_specialism():
    people = make_people("kent")
    note = make_note(S.DISTRIBUTED, people=people)
    note.sections.filter(key="specialism").update(text="")
    assert evidence(people, on=LAST).shortfalls == ()
    Specialism.objects.create(school=people.school, specialism="Science", starts_on=date(2008, 9, 1), recorded_at=at())
    [short] = evidence(people, on=LAST).shortfalls
    assert short.because.endswith("do not cover specialism.")


def test_cog_c_a_note_withdrawn_is_no_note():
    people = make_people("kent")
    make_note(S.WITHDRAWN, people=people)
    assert evidence(people, on=LAST).figures["notes_issued"] == 0


def test_cog_c_is_never_met_while_advice_on_the_heads_performance_management_is_on_no_record():
    people = make_people("kent")
    hold(make_visit(people, day=date(2009, 11, 2)), people)
    assert "head's performance management (HTPM) is not recorded" in evidence(people).missing[0]
