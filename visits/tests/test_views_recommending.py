"""Recommendations written on their pages, in one window and in two (D-26)."""

import uuid
from datetime import date

import pytest
from django.urls import reverse

from visits import actions
from visits.models import NoteSection
from visits.states import NoteState as S
from visits.tests.factories import make_note, make_people

pytestmark = pytest.mark.django_db
AUTOSAVE = {"X-Autosave": "1"}


@pytest.fixture(autouse=True)
def _day(clock_at):
    clock_at("2009-11-11 15:42")  # Wednesday


def page(name: str, *args) -> str:
    return reverse(f"visits:{name}", args=args)


@pytest.fixture
def draft():
    return make_note(is_written=False)


def section(note, key="evidence") -> NoteSection:
    return note.sections.get(key=key)


# Recommendations.


def recommendation(number, **fields) -> dict:
    return {"text": f"Change number {number}.", "form_key": str(uuid.uuid4()), **fields}


def test_a_fifth_recommendation_warns_and_is_kept(as_role, draft):
    """ACT-10, NOV-27."""
    client, address = as_role(user=draft.people.sip), page("note-recommendations", draft.pk)

    for number in range(4):
        client.post(address, recommendation(number))
    assert "There are 4 recommendations" not in client.get(address).content.decode()
    client.post(address, recommendation(5))

    assert draft.recommendations.count() == 5
    assert "There are 5 recommendations. A school can manage about 4 at a time." in client.get(address).content.decode()
    assert "There are 5 recommendations." in client.get(page("note-whole", draft.pk)).content.decode()


def test_a_recommendation_sent_twice_is_there_once_and_can_be_changed_and_taken_out(as_role, draft):
    client, address, form = as_role(user=draft.people.sip), page("note-recommendations", draft.pk), recommendation(1)
    client.post(address, form)
    client.post(address, form)
    one = draft.recommendations.get()

    change = {
        "text": "Changed.",
        "form_key": str(uuid.uuid4()),
        "due_on_day": "1",
        "due_on_month": "March",
        "due_on_year": "2010",
    }
    client.post(page("note-recommendation", draft.pk, one.pk), {**change, "seen": actions.seen_as(one)})
    one.refresh_from_db()
    assert (one.text, one.due_on) == ("Changed.", date(2010, 3, 1))

    client.post(page("note-recommendation-remove", draft.pk, one.pk))
    client.post(page("note-recommendation-remove", draft.pk, one.pk))
    one.refresh_from_db()
    assert one.withdrawn_at is not None
    assert "Changed." not in client.get(address).content.decode()


def test_another_notes_recommendation_is_not_to_be_changed_through_ones_own(as_role, draft):
    other = make_note()
    foreign = other.recommendations.get()
    client = as_role(user=draft.people.sip)

    answers = [
        client.post(page("note-recommendation", draft.pk, foreign.pk), {"text": "Mine now."}),
        client.post(page("note-recommendation-remove", draft.pk, foreign.pk)),
    ]

    foreign.refresh_from_db()
    assert [answer.status_code for answer in answers] == [404, 404]
    assert (foreign.text, foreign.withdrawn_at) == ("Do the thing number 1.", None)


def test_last_notes_recommendations_are_reviewed_one_by_one(as_role):
    """ACT-10, NOV-28."""
    people = make_people()
    make_note(S.DISTRIBUTED, people=people, day=date(2009, 3, 10), recommendations=2)
    note = make_note(people=people, is_written=False)
    client, first = as_role(user=people.sip), note.reviews.order_by("pk").first()

    missing = client.post(page("note-reviews", note.pk), {"review": first.pk, "impact": "Good."})
    assert "Select what became of the recommendation" in missing.content.decode()
    answer = client.post(
        page("note-reviews", note.pk),
        {"review": first.pk, "outcome": "part_met", "impact": "Good.", "version": actions.seen_as(first)},
        headers=AUTOSAVE,
    )

    first.refresh_from_db()
    assert answer.json() == {"saved_at": "3:42pm", "version": actions.seen_as(first)}
    assert (first.outcome, first.impact) == ("part_met", "Good.")
    assert "Started" in client.get(page("note-draft", note.pk)).content.decode()


# The same recommendation, or the same earlier one, in two windows (D-26).


def test_d_26_a_recommendation_changed_in_two_windows_shows_both_texts(as_role):
    note = make_note()
    one, client = note.recommendations.get(), as_role(user=note.people.sip)
    address, seen = page("note-recommendation", note.pk, one.pk), actions.seen_as(one)
    form = {"owner_role": "Head", "seen": seen, "form_key": str(uuid.uuid4())}
    assert f'name="seen" value="{seen}"' in client.get(address).content.decode()
    client.post(address, {**form, "text": "From the first window."})

    clash = client.post(address, {**form, "text": "From the second window."})

    content = clash.content.decode()
    assert clash.status_code == 409
    assert "From the first window." in content
    assert "From the second window." in content
    assert "Who will see to it: the other text" not in content, "only what differs"
    one.refresh_from_db()
    assert one.text == "From the first window."

    client.post(address, {**form, "text": "From the second window.", "seen": actions.seen_as(one)})
    one.refresh_from_db()
    assert one.text == "From the second window."


def test_d_26_what_became_of_a_recommendation_in_two_windows_shows_both(as_role):
    people = make_people()
    make_note(S.DISTRIBUTED, people=people, day=date(2009, 6, 16), season="summer")  # Tuesday
    note = make_note(people=people, is_written=False)
    first, client, address = note.reviews.first(), as_role(user=people.sip), page("note-reviews", note.pk)
    seen = {"review": first.pk, "version": actions.seen_as(first)}
    client.post(address, {**seen, "outcome": "met", "impact": "In the first window."})
    same = client.post(address, {**seen, "outcome": "met", "impact": "In the first window."}, headers=AUTOSAVE)
    assert same.status_code == 200, "the same words are no clash"

    typed = {**seen, "outcome": "not_met", "impact": "In the second window."}
    for headers in (AUTOSAVE, {}):
        clash = client.post(address, typed, headers=headers)
        assert clash.status_code == 409
        assert "Met. In the first window." in clash.content.decode()
        assert "In the second window." in clash.content.decode()
    first.refresh_from_db()
    assert (first.outcome, first.impact) == ("met", "In the first window.")

    client.post(address, {**typed, "resolve": actions.seen_as(first)})
    first.refresh_from_db()
    assert (first.outcome, first.impact) == ("not_met", "In the second window.")
