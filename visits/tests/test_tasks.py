"""Issuing through a real broker and a real worker (D-32, D-38)."""

import pytest

from sipmanager.core import documents
from visits import actions, selectors
from visits.states import NoteState as S

from .factories import at, make_note

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.broker]


def test_a_worker_in_a_process_of_its_own_issues_the_note(broker):
    note = make_note(S.FINAL)
    people = note.people
    actions.move_note(note=note, name="distribute", viewer=people.viewer("sip"), at=at(), version=note.content_version)

    def is_issued() -> bool:
        note.refresh_from_db()
        return note.status == S.DISTRIBUTED

    broker.wait_for(is_issued, seconds=40)
    issue = note.issues.select_related("document").get()
    assert documents.read(issue.document).startswith(b"%PDF")
    assert issue.issued_by == people.sip
    assert selectors.issue_pending(note) is None
    assert note.distributions.count() == 5
