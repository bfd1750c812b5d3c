"""The head answers the draft: nobody's words are lost, nobody's are overwritten (D-26, D-27)."""

from datetime import timedelta

import pytest

from sipmanager.core.models import AuditEvent
from sipmanager.core.workflow import MoveRefused
from visits import actions, selectors
from visits.models import HeadAnswer
from visits.states import NoteState as S

from .factories import HELD_ON, at, make_note, move

pytestmark = pytest.mark.django_db


def answer(note, key="evidence", verdict="accurate", version=0, **fields):
    return actions.answer_section(
        note=note, section_key=key, verdict=verdict, version=version, by=note.people.head, at=at(), **fields
    )


def test_answers_are_saved_as_the_head_goes():
    note = make_note(S.HEAD_REVIEW)
    answer(note)
    changed = answer(note, verdict="comment", text="Nearly.", version=1)
    answer(note, key="", verdict="comment", text="Fair on the whole.")
    assert (changed.version, changed.text) == (2, "Nearly.")
    assert {key: row.verdict for key, row in selectors.answers_of(note=note).items()} == {"evidence": "comment", "": "comment"}
    note.refresh_from_db()
    assert note.status == S.HEAD_REVIEW
    assert [row["title"] for row in selectors.answers_given(note)] == ["Evidence", "The whole note"]


def test_two_tabs_of_the_head_do_not_overwrite_each_other():
    note = make_note(S.HEAD_REVIEW)
    answer(note, verdict="comment", text="From the first tab.")
    with pytest.raises(actions.AnswerConflict) as conflict:
        answer(note, verdict="dispute", text="From the second tab.")
    assert conflict.value.stored.text == "From the first tab."
    assert HeadAnswer.objects.get().verdict == "comment"
    assert answer(note, verdict="comment", text="From the first tab.").version == 1


@pytest.mark.parametrize(
    ("verdict", "text"), [("comment", " "), ("correction", " "), ("correction", "-"), ("dispute", " "), ("dispute", ".")]
)
def test_an_answer_other_than_accurate_needs_words(verdict, text):
    note = make_note(S.HEAD_REVIEW)
    with pytest.raises(MoveRefused):
        answer(note, verdict=verdict, text=text)
    assert not HeadAnswer.objects.exists()


@pytest.mark.parametrize(("key", "verdict"), [("nothing", "accurate"), ("evidence", "perhaps")])
def test_an_answer_to_nothing_or_of_no_kind_is_refused(key, verdict):
    note = make_note(S.HEAD_REVIEW)
    with pytest.raises(MoveRefused):
        answer(note, key=key, verdict=verdict)


@pytest.mark.parametrize("state", [S.DRAFTING, S.AGREED, S.DISTRIBUTED])
def test_only_a_note_that_is_with_the_head_is_answered(state):
    note = make_note(state)
    with pytest.raises(MoveRefused):
        answer(note)
    assert not HeadAnswer.objects.exists()


def test_answers_belong_to_the_version_they_were_given_to():
    note = make_note(S.HEAD_REVIEW)
    answer(note, verdict="correction", text="212 pupils.")
    move(note, "ask_correction", "head")
    actions.save_section(note=note, key="evidence", text="There are 212 pupils.", version=2, by=note.people.sip, at=at())
    note.refresh_from_db()
    assert selectors.answers_of(note=note)["evidence"].text == "212 pupils."
    move(note, "send_to_head", "sip")
    assert selectors.answers_of(note=note) == {}
    assert [row.text for row in selectors.earlier_answers(note=note)] == ["212 pupils."]


def test_opening_a_note_is_kept_once_a_day():
    """ROL-32, NOV-38."""
    note = make_note(S.DISTRIBUTED)
    head, tomorrow = note.people.viewer("head"), HELD_ON + timedelta(days=1)
    for moment in (at(hour=13), at(hour=14), at(tomorrow)):
        actions.open_note(note=note, viewer=head, at=moment)
    assert AuditEvent.objects.filter(what="note.open", by_id=note.people.head.pk).count() == 2
    assert note.distributions.get(recipient="head").opened_at == at(hour=13)
    assert note.distributions.exclude(recipient="head").filter(opened_at=None).count() == 4


def test_the_first_answers_of_two_tabs_meet_in_the_database(monkeypatch):
    """Both found no answer yet; the second to write is told of the first."""
    note = make_note(S.HEAD_REVIEW)
    answer(note, verdict="comment", text="From the first tab.")
    monkeypatch.setattr(HeadAnswer.objects.filter().__class__, "first", lambda self: None)
    with pytest.raises(actions.AnswerConflict):
        answer(note, verdict="comment", text="From the second tab.")
    assert HeadAnswer.objects.get().text == "From the first tab."
