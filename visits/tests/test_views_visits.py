"""The pages of visits: planning, recording, striking out, preparing (D-18, D-23, VIS-2, VIS-3, VIS-8)."""

import uuid
from datetime import date

import pytest
from django.urls import reverse

from visits.models import Visit
from visits.states import NoteState as S
from visits.tests.factories import HELD_ON, make_note, make_people, make_visit

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _day(clock_at):
    clock_at("2009-11-11 10:00")  # Wednesday, the day after HELD_ON


def dated(name: str, day: date) -> dict:
    return {f"{name}_day": day.day, f"{name}_month": day.month, f"{name}_year": day.year}


def page(name: str, *args) -> str:
    return reverse(f"visits:{name}", args=args)


def plan_form(people, day=date(2010, 1, 20), **fields) -> dict:
    return {
        "deployment": people.deployment.pk, "season": "spring", "focus": "Reading", "form_key": str(uuid.uuid4()),
        **dated("planned_on", day), **fields,
    }  # fmt: skip


def test_a_sip_plans_a_visit_and_a_second_click_plans_no_second_one(as_role):
    people = make_people()
    client, form = as_role(user=people.sip), plan_form(people)

    first = client.post(page("visit-plan"), form)
    second = client.post(page("visit-plan"), form)

    visit = Visit.objects.get()
    assert first.url == second.url == page("visit-detail", visit.pk)
    assert (visit.planned_on, visit.season, visit.focus) == (date(2010, 1, 20), "spring", "Reading")
    assert visit.partner.user == people.sip


def test_a_visit_outside_the_deployment_is_refused_with_the_day_it_began(as_role):
    people = make_people()

    answer = as_role(user=people.sip).post(page("visit-plan"), plan_form(people, date(2008, 8, 31)))

    assert not Visit.objects.exists()
    content = answer.content.decode()
    assert "Date of visit must be the same as or after 1 September 2008 when the deployment started" in content
    assert "<title>Error: Plan a visit" in content


def test_another_sips_deployment_is_not_to_be_planned_for(as_role):
    people, others = make_people(), make_people()

    answer = as_role(user=people.sip).post(page("visit-plan"), plan_form(others))

    assert not Visit.objects.exists()
    assert "Select a school from the list" in answer.content.decode()


def test_the_link_of_a_school_chooses_it(as_role):
    people = make_people()
    answer = as_role(user=people.sip).get(f"{page('visit-plan')}?school={people.school.urn}")
    assert f'<option value="{people.deployment.pk}" selected>' in answer.content.decode()


def test_a_sip_without_a_school_is_told_what_comes_first(as_role, viewer):
    people = make_people()
    people.deployment.__class__.objects.filter(pk=people.deployment.pk).update(ends_on=date(2009, 1, 1))

    answer = as_role(user=people.sip).get(page("visit-plan"))

    assert "You have no school to visit" in answer.content.decode()


def test_the_way_of_a_visit_from_planned_to_its_note(as_role, mailoutbox):
    people = make_people()
    visit = make_visit(people)
    client = as_role(user=people.sip)
    assert "Cannot start yet" in client.get(page("visit-detail", visit.pk)).content.decode()

    client.post(page("visit-move", visit.pk, "confirm"), {**dated("planned_on", HELD_ON), "focus": "Writing"})
    visit.refresh_from_db()
    assert (visit.status, visit.focus, visit.confirmed_on) == ("confirmed", "Writing", date(2009, 11, 11))

    answer = client.post(
        page("visit-move", visit.pk, "hold"),
        {
            **dated("held_on", HELD_ON), "hours_in_school": "3.5", "people_present": "Headteacher", "focus": "Writing",
            **dated("governor_invited_on", date(2009, 10, 20)), "was_governor_present": "on", "status": "cancelled",
        },
    )  # fmt: skip

    visit.refresh_from_db()
    assert visit.status == "held"
    assert visit.was_governor_present
    assert answer.url == page("note-draft", visit.note.pk)


def test_an_autumn_visit_needs_the_invitation_of_a_governor_or_a_reason(as_role):
    """VIS-3."""
    people = make_people()
    visit = make_visit(people, is_confirmed=True)
    form = {**dated("held_on", HELD_ON), "hours_in_school": "3", "people_present": "Headteacher", "focus": "Reading"}

    answer = as_role(user=people.sip).post(page("visit-move", visit.pk, "hold"), form)

    visit.refresh_from_db()
    assert visit.status == "confirmed"
    assert "Enter the date a governor was invited to the autumn visit, or why none was" in answer.content.decode()


def test_a_visit_that_nobody_confirmed_needs_a_reason_and_a_full_stop_is_none(as_role):
    people = make_people()
    visit = make_visit(people)
    form = {
        **dated("held_on", HELD_ON), "hours_in_school": "3", "people_present": "Headteacher", "focus": "Reading",
        "governor_reason": "The post is vacant", "confirmation_waived": ".",
    }  # fmt: skip

    answer = as_role(user=people.sip).post(page("visit-move", visit.pk, "hold"), form)

    visit.refresh_from_db()
    assert visit.status == "planned"
    assert "Enter why the visit was not confirmed by email" in answer.content.decode()


@pytest.mark.parametrize(("name", "status"), [("miss", "missed"), ("cancel", "cancelled")])
def test_a_visit_that_did_not_take_place_keeps_its_reason(as_role, name, status):
    people = make_people()
    visit = make_visit(people)
    client = as_role(user=people.sip)

    client.post(page("visit-move", visit.pk, name), {"reason": "."})
    visit.refresh_from_db()
    assert visit.status == "planned"

    client.post(page("visit-move", visit.pk, name), {"reason": "The school was closed by snow"}, follow=True)
    again = client.post(page("visit-move", visit.pk, name), {"reason": "The school was closed by snow"}, follow=True)

    visit.refresh_from_db()
    assert (visit.status, visit.status_reason) == (status, "The school was closed by snow")
    assert "already moved on" in again.content.decode()


def test_a_new_date_makes_one_new_visit_however_often_it_is_sent(as_role):
    people = make_people()
    visit = make_visit(people)
    client = as_role(user=people.sip)
    form = {**dated("planned_on", date(2009, 12, 1)), "reason": "The head is ill", "form_key": str(uuid.uuid4())}

    client.post(page("visit-move", visit.pk, "reschedule"), form)
    client.post(page("visit-move", visit.pk, "reschedule"), form)

    visit.refresh_from_db()
    assert visit.status == "rescheduled"
    assert visit.rescheduled_to.planned_on == date(2009, 12, 1)
    assert Visit.objects.count() == 2


def test_a_manager_strikes_out_a_visit_and_the_sip_does_not(as_role):
    people = make_people()
    visit = make_visit(people)

    refused = as_role(user=people.sip).post(page("visit-void", visit.pk), {"reason": "Wrong school"})
    visit.refresh_from_db()
    assert refused.status_code == 404
    assert visit.voided_on is None

    manager = as_role(user=people.manager)
    manager.post(page("visit-void", visit.pk), {"reason": "Entered for the wrong school"})
    visit.refresh_from_db()
    assert visit.voided_on == date(2009, 11, 11)
    assert "Struck out" in manager.get(page("visit-detail", visit.pk)).content.decode()


PAGES = ("visit-detail", "visit-preparation", "visit-void")


@pytest.mark.parametrize("who", ["sip", "manager", "line_manager", "senior_adviser", "mentor", "head", "chair"])
def test_nobody_meets_another_authoritys_visit(as_role, who):
    """ACT-17: also for a SIP who asks for another SIP's school."""
    own, foreign = make_people(), make_visit(make_people())
    client = as_role(user=getattr(own, who))

    for name in PAGES:
        assert client.get(page(name, foreign.pk)).status_code == 404
    for name in ("confirm", "hold", "miss", "reschedule", "cancel"):
        assert client.post(page("visit-move", foreign.pk, name), {"reason": "Because"}).status_code == 404
    foreign.refresh_from_db()
    assert foreign.status == "planned"


def test_looking_changes_nothing(as_role):
    people = make_people()
    visit = make_visit(people)
    client = as_role(user=people.sip)

    for name in ("confirm", "hold", "miss", "reschedule", "cancel"):
        assert client.get(page("visit-move", visit.pk, name)).status_code == 200

    visit.refresh_from_db()
    assert visit.status == "planned"


def test_preparation_brings_last_recommendations_notes_and_prompts_together(as_role):
    people = make_people()
    note = make_note(S.DISTRIBUTED, people=people, day=date(2009, 3, 10), recommendations=2)  # Tuesday
    visit = make_visit(people, day=date(2009, 11, 20))

    content = as_role(user=people.sip).get(page("visit-preparation", visit.pk)).content.decode()

    assert "Do the thing number 2." in content
    assert "Not reviewed yet" in content
    assert page("note-detail", note.pk) in content
    assert "What was seen of evidence." in content
    assert "How do results differ between groups" in content


def test_a_head_sees_the_visit_and_no_task_and_no_note_before_it_is_released(as_role):
    """D-25."""
    people = make_people()
    note = make_note(people=people)

    content = as_role(user=people.head).get(page("visit-detail", note.visit_id)).content.decode()

    assert "What comes next" not in content
    assert page("note-detail", note.pk) not in content
    assert "Being drafted" not in content
