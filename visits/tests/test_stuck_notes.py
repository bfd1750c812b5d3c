"""A command lists the notes that stand still, and frees those whose issue was lost."""

import json
from datetime import date
from io import StringIO

import pytest
from django.core.management import call_command

from sipmanager.core.models import AuditEvent
from visits import actions, selectors
from visits.states import NoteState as S

from .factories import at, make_note

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def a_month_later(clock_at, monkeypatch):
    monkeypatch.setattr("visits.actions.issuing.render", lambda *_: b"%PDF-1.7 stands in")
    clock_at("2009-12-15 10:00")


def stuck_notes(**options) -> dict:
    out = StringIO()
    call_command("stuck_notes", stdout=out, **options)
    return json.loads(out.getvalue())


def test_notes_that_stand_still_are_listed_with_state_and_owner():
    note = make_note(S.HEAD_REVIEW)
    make_note(S.DISTRIBUTED)
    make_note(S.DRAFTING, day=date(2009, 12, 10))
    struck = make_note(S.DRAFTING)
    actions.void_visit(visit=struck.visit, reason="Wrong school.", viewer=struck.people.viewer("manager"), at=at())
    told = stuck_notes()
    assert told == {
        "notes": [
            {
                "subject": f"note:{note.pk}", "state": "head_review", "since": "2009-11-10",
                "owner": note.people.head.email, "is_being_issued": False,
            }
        ],
        "freed": 0, "failures": [],
    }  # fmt: skip
    assert stuck_notes(days=40)["notes"] == []
    assert stuck_notes(authority="ZZZ")["notes"] == []


def test_what_waits_to_be_issued_is_issued():
    note = make_note(S.FINAL)
    told = {"name": "distribute", "viewer": note.people.viewer("sip"), "at": at(), "version": note.content_version}
    actions.move_note(note=note, **told)
    assert stuck_notes()["notes"][0]["is_being_issued"]
    assert stuck_notes(free=True)["freed"] == 1
    note.refresh_from_db()
    assert note.status == S.DISTRIBUTED
    assert stuck_notes(free=True) == {"notes": [], "freed": 0, "failures": []}


def test_what_still_fails_is_closed_so_that_it_can_be_asked_anew(monkeypatch):
    note = make_note(S.FINAL)
    make_note(S.DRAFTING)
    told = {"name": "distribute", "viewer": note.people.viewer("sip"), "at": at(), "version": note.content_version}
    actions.move_note(note=note, **told)
    with monkeypatch.context() as patch:
        patch.setattr("visits.actions.issuing.render", lambda *_: 1 / 0)
        with pytest.raises(SystemExit):
            stuck_notes(free=True)
    note.refresh_from_db()
    assert (note.status, selectors.issue_pending(note)) == (S.FINAL, None)
    assert selectors.last_issue_refused(note).problem == "ZeroDivisionError: division by zero"
    assert AuditEvent.objects.filter(what="note.give_up_issue").count() == 1
    actions.move_note(note=note, **told)
    assert selectors.issue_pending(note) is not None
