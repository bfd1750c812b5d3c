"""What this floor gives to a handover: issued notes of the window and nothing else, the visits of the deployment (HND-1, HND-7)."""

from datetime import date

import pytest

from partners.handover_sources import notes_of, visits_of
from visits import selectors
from visits.models import Note, Visit
from visits.states import NoteState, VisitState
from visits.tests import factories

pytestmark = pytest.mark.django_db

SINCE, UNTIL = date(2007, 11, 16), date(2009, 11, 16)


@pytest.fixture
def people():
    return factories.make_people("kent")


def test_hnd_7_only_final_notes_of_the_window_are_handed_over(people):
    issued = factories.make_note(NoteState.DISTRIBUTED, people=people, day=date(2009, 10, 6))
    for state, day in ((NoteState.DRAFTING, date(2009, 10, 13)), (NoteState.HEAD_REVIEW, date(2009, 10, 20))):
        factories.make_note(state, people=people, day=day)
    pieces = list(selectors.issued_notes([people.school.pk], SINCE, UNTIL))
    assert [(piece.on, piece.title) for piece in pieces] == [(date(2009, 10, 6), "Note of visit, autumn 2009/10")]
    assert pieces[0].document == issued.issues.get().document
    assert pieces[0].name == f"note-2009-10-06-{issued.pk}.pdf"
    assert list(selectors.issued_notes([people.school.pk], date(2009, 10, 7), UNTIL)) == []
    assert list(selectors.issued_notes([people.school.pk], SINCE, date(2009, 10, 5))) == []
    assert pieces[0] in notes_of([people.school.pk], SINCE, UNTIL)


def test_a_withdrawn_or_struck_out_note_and_one_never_issued_are_left_out(people):
    note = factories.make_note(NoteState.DISTRIBUTED, people=people, day=date(2009, 10, 6))
    Visit.objects.filter(pk=note.visit_id).update(voided_on=UNTIL)
    assert not list(selectors.issued_notes([people.school.pk], SINCE, UNTIL))
    Visit.objects.filter(pk=note.visit_id).update(voided_on=None)
    Note.objects.filter(pk=note.pk).update(status=NoteState.WITHDRAWN)
    assert not list(selectors.issued_notes([people.school.pk], SINCE, UNTIL))
    never = factories.make_note(NoteState.DRAFTING, people=people, day=date(2009, 10, 13))
    Note.objects.filter(pk=never.pk).update(status=NoteState.FINAL)  # its PDF is still to be made
    assert not list(selectors.issued_notes([people.school.pk], SINCE, UNTIL))


def test_hnd_10_the_visits_of_a_deployment_held_and_planned(people):
    factories.make_note(NoteState.DRAFTING, people=people, day=date(2009, 10, 6))
    factories.make_visit(people, day=date(2009, 11, 24))
    gone = factories.make_visit(people, day=date(2009, 12, 1))
    Visit.objects.filter(pk=gone.pk).update(status=VisitState.CANCELLED)
    found = visits_of(people.deployment, date(2009, 9, 1))
    assert [(one.on, one.says, one.is_held) for one in found] == [
        (date(2009, 10, 6), "Autumn visit, held", True), (date(2009, 11, 24), "Autumn visit, planned", False),
    ]  # fmt: skip
    assert all(one.url for one in found)
    assert visits_of(people.deployment, date(2009, 11, 25)) == []
