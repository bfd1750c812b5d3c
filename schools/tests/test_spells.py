"""How a change of a fact becomes dated rows (D-3)."""

from datetime import date

import pytest

from schools.facts import Status
from schools.models import FactKind, SchoolFact
from schools.spells import FactBook, next_status
from schools.tests.factories import AT, make_school

pytestmark = pytest.mark.django_db

FIRST, LATER = date(2009, 9, 1), date(2009, 12, 1)


def book_of(school):
    return FactBook(SchoolFact.objects.filter(school=school), at=AT)


def statuses(school):
    rows = SchoolFact.objects.filter(school=school, kind=FactKind.STATUS)
    return sorted(rows.values_list("value", "starts_on", "ends_on"), key=lambda row: row[1] or date.min)


def say(school, status, opened_on=None, closed_on=None, as_at=LATER):
    book = book_of(school)
    day = next_status(book, school.pk, status, opened_on, closed_on, as_at)
    book.save()
    return day


def test_a_second_change_of_one_day_corrects_the_first():
    school = make_school()
    for phase in ("secondary", "all_age"):
        book = book_of(school)
        book.change(school.pk, FactKind.PHASE, phase, LATER)
        book.save()
    rows = SchoolFact.objects.filter(school=school, kind=FactKind.PHASE).order_by("pk")
    assert [(row.value, row.starts_on) for row in rows] == [("primary", None), ("all_age", LATER)]


def test_a_fact_that_ended_begins_again_on_its_day():
    school = make_school()
    book = book_of(school)
    book.change(school.pk, FactKind.CATEGORY, "general", FIRST)
    book.end(school.pk, FactKind.CATEGORY, date(2009, 10, 1))
    book.end(school.pk, FactKind.CATEGORY, date(2009, 10, 5))
    book.change(school.pk, FactKind.CATEGORY, "intensive", LATER)
    book.save()
    rows = SchoolFact.objects.filter(school=school, kind=FactKind.CATEGORY).order_by("pk")
    assert [(row.value, row.starts_on, row.ends_on) for row in rows] == [
        ("general", None, date(2009, 10, 1)),
        ("intensive", LATER, None),
    ]


def test_an_opening_day_that_comes_later_moves_the_first_spell():
    school = make_school()
    assert say(school, Status.OPEN, opened_on=date(1990, 9, 1)) == date(1990, 9, 1)
    assert statuses(school) == [("open", date(1990, 9, 1), None)]


def test_a_school_that_opens_again_is_open_from_the_extract_or_its_new_opening():
    school = make_school(status=Status.CLOSED, closed_on=date(2009, 8, 31))
    assert say(school, Status.OPEN) == LATER
    assert statuses(school)[-1] == ("open", LATER, None)
    other = make_school(status=Status.CLOSED, closed_on=date(2009, 8, 31))
    assert say(other, Status.OPEN, opened_on=date(2009, 10, 1)) == date(2009, 10, 1)


def test_a_boundary_never_passes_the_spell_before_it():
    school = make_school(opened_on=FIRST)
    say(school, Status.CLOSED, as_at=LATER)
    say(school, Status.CLOSED, closed_on=date(2009, 1, 1), as_at=LATER)
    assert statuses(school) == [("open", FIRST, date(2009, 11, 30)), ("closed", LATER, None)]


def test_a_closing_before_the_opening_corrects_the_spell_in_place():
    school = make_school(opened_on=FIRST)
    say(school, Status.CLOSED, closed_on=date(2009, 1, 1))
    assert statuses(school) == [("closed", FIRST, None)]
