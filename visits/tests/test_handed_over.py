"""What this floor gives to a handover: issued notes of the window and nothing else, the visits of the deployment (HND-1, HND-7)."""

from datetime import date

import pytest

from partners.handover_sources import notes_of, visits_of
from partners.models import Handover
from partners.selectors import first_visit_on
from sipmanager.core.models import AuditEvent
from visits import actions, selectors
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


def test_dl_24_the_handover_is_due_by_the_first_visit_whatever_becomes_of_it(people):
    """HND-1: planned, put on another day, planned anew, called off, struck out: the day follows at once."""
    on, sip = date(2009, 10, 5), people.viewer("sip", date(2009, 10, 5))  # Monday
    handover = Handover.objects.create(
        authority=people.authority, school=people.school, outgoing=people.deployment, incoming=people.deployment,
        starts_on=people.deployment.starts_on, planned_at=factories.at(on), confirmed_on=date(2009, 9, 1), due_on=on,
    )  # fmt: skip

    def due_on():
        handover.refresh_from_db()
        return handover.due_on

    told = {"viewer": sip, "at": factories.at(on)}
    visit = factories.make_visit(people, day=date(2009, 11, 24))
    assert (first_visit_on(people.deployment), due_on()) == (date(2009, 11, 24), date(2009, 11, 10))
    actions.confirm_visit(visit=visit, day=date(2009, 12, 1), focus="Reading", **told)
    assert due_on() == date(2009, 11, 17)
    anew = actions.reschedule_visit(visit=visit, day=date(2009, 11, 24), reason="Snow was forecast", **told)
    assert due_on() == date(2009, 11, 10)
    actions.cancel_visit(visit=anew, reason="The head asked for it", **told)
    assert first_visit_on(people.deployment) is None
    without = due_on()
    assert without == date(2009, 9, 15)  # as many days after the confirmation
    wrong = factories.make_visit(people, day=date(2009, 11, 24))
    assert due_on() == date(2009, 11, 10)
    actions.void_visit(visit=wrong, reason="Entered for the wrong school", viewer=people.viewer("manager"), at=factories.at())
    assert due_on() == without
    assert AuditEvent.objects.filter(what="handover.due").count() == 6
