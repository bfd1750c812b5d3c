from datetime import date

import pytest

from sipmanager.core import deadlines
from sipmanager.core.deadlines import Due, DueState, Person, state_on

HEAD = Person("head@school.example", "Ada Holt")


@pytest.mark.parametrize(
    ("on", "met_on", "state"),
    [
        (date(2009, 11, 18), None, DueState.UPCOMING),
        (date(2009, 11, 19), None, DueState.DUE),
        (date(2009, 11, 20), None, DueState.OVERDUE),
        (date(2009, 11, 20), date(2009, 11, 20), DueState.MET),
        (date(2009, 11, 18), date(2009, 11, 20), DueState.UPCOMING),
    ],
)
def test_where_a_deadline_stands(on, met_on, state):
    assert state_on(on, date(2009, 11, 19), met_on) == state


def due(rule, due_on):
    return Due(rule, "note:17", "Answer the draft", "why", "/notes/17/", HEAD, due_on, DueState.DUE)


def test_a_notice_has_one_key_for_each_stage():  # D-30
    assert due("DL-4", date(2009, 11, 19)).key("day-5") == "DL-4:note:17:2009-11-19:day-5"


def test_what_every_floor_owes_comes_as_one_list_earliest_first(monkeypatch):
    monkeypatch.setattr(deadlines, "_sources", {})
    deadlines.register("b", lambda *, partition, on: [due("DL-5", on)])
    deadlines.register("a", lambda *, partition, on: [due("DL-4", date(2010, 1, 1)), due("DL-1", on)])
    found = deadlines.owed(partition="886", on=date(2009, 11, 19))
    assert [row.rule for row in found] == ["DL-1", "DL-5", "DL-4"]
