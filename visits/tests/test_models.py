"""Every row says what it is, for logs and the developer's admin."""

import pytest

from visits import actions
from visits.states import NoteState as S

from .factories import at, make_note, make_people, move

pytestmark = pytest.mark.django_db


def test_every_row_says_what_it_is(monkeypatch):
    monkeypatch.setattr("visits.actions.issuing.render", lambda *_: b"%PDF-1.7 stands in")
    people = make_people("national")
    make_note(S.DISTRIBUTED, people=people)
    note = make_note(S.HEAD_REVIEW, people=people)
    actions.answer_section(note=note, section_key="evidence", verdict="accurate", by=people.head, at=at())
    move(note, "dispute", "head")
    move(note, "finalise_disputed", "sip")
    move(note, "distribute", "sip")
    assert str(note) == f"Note of Autumn visit to {people.school.name}"
    rows = (
        "sections",
        "releases",
        "recommendations",
        "reviews",
        "answers",
        "comments",
        "issues",
        "issue_requests",
        "distributions",
    )
    for name in rows:
        assert str(getattr(note, name).first()).startswith(str(note.pk)), name
