"""The registers of visits and notes, and what they add to a school's page: within who may see, and at a fixed cost."""

import csv
import io
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.permissions import Role
from visits import panels
from visits.models import Note
from visits.states import NoteState as S
from visits.tests.factories import HELD_ON, bring_to, make_note, make_people, make_visit

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _day(clock_at):
    clock_at("2009-11-30 10:00")  # Monday


def page(name: str, query: str = "") -> str:
    return reverse(f"visits:{name}") + query


def listed(client, name, query="") -> list[dict]:
    answer = client.get(page(name, f"?format=csv&{query}"))
    return list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))


def test_visits_are_filtered_by_school_season_status_sip_and_day(as_role):
    people = make_people()
    make_visit(people, day=date(2010, 1, 20))  # Wednesday
    make_note(people=people)
    client = as_role(user=people.manager)

    assert len(listed(client, "visit-list")) == 2
    assert [row["Visit"] for row in listed(client, "visit-list", "season=autumn")] == ["Autumn 2009/10"]
    assert [row["Status"] for row in listed(client, "visit-list", "status=planned")] == ["Planned"]
    assert listed(client, "visit-list", "q=no such school") == []
    assert len(listed(client, "visit-list", f"q={people.school.urn}")) == 2
    assert [row["Date"] for row in listed(client, "visit-list", "since=2010-01-01")] == ["2010-01-20"]
    assert [row["Note"] for row in listed(client, "visit-list", "season=autumn")] == ["Being drafted"]


def test_late_notes_are_found_and_marked(as_role):
    people = make_people()
    late, sent = make_note(people=people), make_note(S.DISTRIBUTED, people=people, season="spring")
    client = as_role(user=people.manager)

    rows = listed(client, "note-list", "late=late")
    content = client.get(page("note-list")).content.decode()

    assert [row["Status"] for row in rows] == ["Being drafted"]
    assert content.count("Overdue") == 1
    assert late.status != sent.status


def test_filters_are_shown_and_can_be_taken_away(as_role):
    people = make_people()
    make_note(people=people)

    content = as_role(user=people.manager).get(page("note-list", "?status=drafting")).content.decode()

    assert "Remove the filter </span>Status: Being drafted" in content


@pytest.mark.parametrize("name", ["visit-list", "note-list"])
@pytest.mark.parametrize("who", ["sip", "manager", "line_manager", "senior_adviser", "head", "chair"])
def test_a_list_has_ones_own_and_never_another_authoritys(as_role, name, who):
    own, foreign = make_note(S.DISTRIBUTED), make_note(S.DISTRIBUTED)

    rows = listed(as_role(user=getattr(own.people, who)), name)

    assert [row["URN"] for row in rows] == [own.school.urn]
    assert foreign.school.urn not in str(rows)


def test_a_school_reads_no_inner_step_and_cannot_ask_for_one(as_role):
    """D-25: the words of the list, of its export and of its filters."""
    people = make_people("national")
    note = make_note(S.HEAD_REVIEW, preset="national", people=people)
    Note.objects.filter(pk=note.pk).update(status=S.LA_REVIEW)  # it came back and went to the authority again
    client = as_role(user=people.head)

    for name in ("visit-list", "note-list"):
        content = client.get(page(name)).content.decode()
        assert "With the authority" not in content
    assert [row["Status"] for row in listed(client, "note-list", "status=la_review")] == ["Being corrected"]
    assert [row["Note"] for row in listed(client, "visit-list")] == ["Being corrected"]


def test_a_reader_of_issued_notes_is_not_offered_the_steps_before(as_role):
    """D-25: who may not read a draft cannot ask for one by its step either."""
    people = make_people()
    labels = {state: f'value="{state.value}"' for state in (S.LA_REVIEW, S.DISTRIBUTED)}
    reader = as_role(Role.READER, at=people.authority).get(page("note-list")).content.decode()
    assert labels[S.LA_REVIEW] not in reader
    assert labels[S.DISTRIBUTED] in reader
    assert labels[S.LA_REVIEW] in as_role(user=people.manager).get(page("note-list")).content.decode()


def test_national_staff_have_no_list_of_visits_or_notes(as_role):
    for role in (Role.NATIONAL_DIRECTOR, Role.PROGRAMME):
        client = as_role(role)
        assert client.get(page("visit-list")).status_code == 404
        assert client.get(page("note-list")).status_code == 404


def queries_of(client, address) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


@pytest.mark.parametrize(("name", "cost"), [("visit-list", 12), ("note-list", 12)])
def test_a_list_costs_the_same_for_one_row_as_for_many(as_role, name, cost):
    people = make_people()
    make_note(people=people)
    client = as_role(user=people.manager)
    queries_of(client, page(name))  # writes the session's clock
    for_one = queries_of(client, page(name))

    for number in range(1, 12):
        make_note(people=people, day=HELD_ON - timedelta(days=number), is_written=False)
    for_many = queries_of(client, page(name))

    assert for_one == for_many
    assert for_many <= cost


def test_the_queue_costs_no_more_than_its_rows_ask(as_role):
    people = make_people("learning_trust")
    make_note(S.LA_REVIEW, people=people)
    client = as_role(user=people.line_manager)
    queries_of(client, page("note-queue"))
    assert queries_of(client, page("note-queue")) <= 25


# On a school's page.


def test_a_schools_page_shows_the_next_visit_and_open_recommendations(viewer):
    people = make_people()
    note = make_note(S.DISTRIBUTED, people=people, recommendations=2)
    visit = make_visit(people, day=date(2010, 1, 20))
    manager = viewer(people.manager)

    found = panels.next_visit(manager, people.school, manager.on)["context"]
    recommended = panels.open_recommendations(manager, people.school, manager.on)["context"]["recommendations"]

    assert found == {"visit": visit, "plan_url": ""}
    assert [one["text"] for one in recommended] == ["Do the thing number 1.", "Do the thing number 2."]
    assert recommended[0]["made_in"].url == reverse("visits:note-detail", args=[note.pk])


def test_a_sip_plans_from_their_own_schools_page_alone(viewer):
    people, others = make_people(), make_people()
    sip = viewer(people.sip)

    assert panels.plan_url(sip, people.school, sip.on).endswith(f"?school={people.school.urn}")
    assert panels.plan_url(sip, others.school, sip.on) == ""


def test_a_schools_page_tells_a_head_of_no_note_before_it_is_released(viewer):
    """D-25."""
    people = make_people("learning_trust")
    note = make_note(S.FINAL, people=people, recommendations=1)
    head, manager = viewer(people.head), viewer(people.manager)

    row = panels.visits_and_notes(head, people.school, head.on)["context"]["rows"][0]
    seen = panels.visits_and_notes(manager, people.school, manager.on)["context"]["rows"][0]

    assert (row["note_url"], row["note_status"]) == ("", None)
    assert panels.open_recommendations(head, people.school, head.on) is None
    assert seen["note_url"] == reverse("visits:note-detail", args=[note.pk])
    assert panels.open_recommendations(manager, people.school, manager.on) is not None


def test_the_tab_of_a_school_is_drawn_for_each_who_may_open_it(as_role):
    people = make_people()
    make_note(S.DISTRIBUTED, people=people)
    for who in ("sip", "manager", "head", "chair", "senior_adviser"):
        answer = as_role(user=getattr(people, who)).get(reverse("schools:school-visits", args=[people.school.urn]))
        assert answer.status_code == 200
        assert "Autumn 2009/10" in answer.content.decode()


def test_a_mentor_is_led_to_drafts_alone(as_role):
    """A mentor reads no issued note, so no link leads to one (ROL-30)."""
    people = make_people("learning_trust")
    draft, issued = make_note(S.LA_REVIEW, people=people), make_note(S.DISTRIBUTED, people=people, season="spring")
    client = as_role(user=people.mentor)

    content = client.get(page("visit-list")).content.decode()
    visit = client.get(reverse("visits:visit-detail", args=[draft.visit_id])).content.decode()

    address = reverse("visits:note-draft", args=[draft.pk])
    assert address in content
    assert address in visit
    assert f"/notes/{issued.pk}/" not in content
    assert client.get(address, follow=True).status_code == 200


def test_d_25_a_draft_that_looks_back_closes_no_recommendation_before_it_is_issued(viewer):
    """What its writer does is not to be told from the page of the school."""
    people = make_people("kent")
    issued = make_note(S.DISTRIBUTED, people=people, day=date(2009, 6, 16), season="summer")  # Tuesday
    draft = make_note(people=people)
    assert draft.reviews.exclude(outcome="").count() == 1

    for who in (people.head, people.manager):
        reader = viewer(who)
        shown = panels.open_recommendations(reader, people.school, reader.on)["context"]["recommendations"]
        assert [one["text"] for one in shown] == [row.text for row in issued.recommendations.all()]

    bring_to(draft, S.DISTRIBUTED)
    for who in (people.head, people.manager):
        reader = viewer(who)
        shown = panels.open_recommendations(reader, people.school, reader.on)["context"]["recommendations"]
        assert [one["text"] for one in shown] == [row.text for row in draft.recommendations.all()]
