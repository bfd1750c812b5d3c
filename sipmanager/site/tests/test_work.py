"""My work: whose it is, in which order, and what one waits for (DL-0, D-28, D-29)."""

from dataclasses import replace
from datetime import date

import pytest

from accounts.access import viewer_for
from accounts.permissions import COLUMNS, Role
from accounts.tests import factories as accounts_factories
from partners.models import NationalNotification
from qa.models import ShadowStatus
from qa.tests.factories import make_shadow_visit
from sipmanager.core.deadlines import Due, DueState, Person, state_on
from sipmanager.site import health, work
from visits.states import NoteState
from visits.tests.factories import make_note, make_people

pytestmark = pytest.mark.django_db
NOV = date(2009, 11, 16)  # Monday


@pytest.fixture(autouse=True)
def mid_november(clock_at):
    clock_at("2009-11-16 16:00")


def says(viewer, on=NOV):
    found = work.work_of(viewer_for(viewer, on=on))
    return [task.label for _title, tasks in found.groups for task in tasks]


def due(days: int, **more) -> Due:
    day = date(2009, 11, 16 + days)
    return Due(
        rule="DL-1", subject="note:1", says="Do it", why="", url="/", owner=Person("a@example.org", "A"),
        due_on=day, **{"state": state_on(NOV, day, None), **more},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("days", "words"),
    [(-2, "2 days late"), (-1, "1 day late"), (0, "Due today"), (1, "Due tomorrow"), (3, "Due 19 Nov 2009")],
)
def test_lateness_is_said_in_words(days, words):
    assert work.lateness(due(days), NOV).label == words


def test_a_warning_that_stands_has_a_heading_of_its_own():
    groups = {"overdue": [], "this_week": [due(3)], "warned": [due(-2, state=DueState.DUE)], "later": []}
    found = work.Work(on=NOV, undated=[], waiting=[], **groups)
    assert [title for title, _tasks in found.groups] == ["Due this week", "Warnings that stand"]


def test_a_warning_is_not_late():
    assert work.lateness(due(-2, state=DueState.DUE), NOV).label == "Warned 14 Nov 2009"


def test_somebody_without_an_account_is_known_by_the_address(viewer):
    person = viewer(accounts_factories.user(email="mailbox@example.org"))
    assert work.is_person(Person("Mailbox@example.org", "SIP manager"), person)
    assert not work.is_person(Person("mailbox@example.org", "Somebody else", user_id=0), person)
    assert not work.is_person(Person("", "Nobody"), person)


def test_a_late_draft_is_the_sips_and_its_line_manager_waits(viewer):
    note = make_note(NoteState.DRAFTING, day=date(2009, 11, 3))  # Tuesday; due by 10 November
    people = note.people
    mine = work.work_of(viewer_for(people.sip, on=NOV))
    assert [due.rule for due in mine.overdue] == ["DL-1"]
    waits = work.work_of(viewer_for(people.line_manager, on=NOV))
    assert [due.rule for due in waits.waiting] == ["DL-1"]
    assert waits.is_empty


def test_a_head_learns_of_no_draft_before_it_is_sent_to_them():
    note = make_note(NoteState.DRAFTING, day=date(2009, 11, 3))
    found = work.work_of(viewer_for(note.people.head, on=NOV))
    assert found.is_empty
    assert found.waiting == []


def test_a_draft_that_was_sent_is_the_heads():
    note = make_note(NoteState.HEAD_REVIEW, day=date(2009, 11, 10))
    assert says(note.people.head) == [f"Answer the draft note for {note.school.name}"]
    waiting = work.work_of(viewer_for(note.people.sip, on=NOV)).waiting
    assert [due.rule for due in waiting] == ["DL-4"]


@pytest.mark.parametrize(
    ("preset", "state", "who", "label"),
    [
        ("alpsit", NoteState.DRAFTING, "sip", "Write the note for {}"),
        ("alpsit", NoteState.DISPUTED, "sip", "Settle the dispute over the note for {}"),
        ("alpsit", NoteState.AGREED, "sip", "Make the note final for {}"),
        ("alpsit", NoteState.POST_APPROVAL_REVIEW, "manager", "Release the report for {}"),
        ("learning_trust", NoteState.FINAL, "sip", "Issue the note for {}"),
        ("national", NoteState.FINAL, "sip", "Issue the note for {}"),
        ("kent", NoteState.DISPUTED, "senior_adviser", "Decide the dispute for {}"),
        ("national", NoteState.LA_REVIEW, "line_manager", "Agree or return the draft for {}"),
    ],
)
def test_every_next_step_is_on_somebodys_list(preset, state, who, label):
    note = make_note(state, preset=preset)
    assert label.format(note.school.name) in says(getattr(note.people, who))


def test_what_has_a_date_is_not_said_twice():
    note = make_note(NoteState.FINAL, preset="kent")
    assert says(note.people.sip).count(f"Issue the note for {note.school.name}") == 1


def tell_the_contractor() -> None:
    """What was to be told of the deployments has been told: it is no part of what is tried here."""
    NationalNotification.objects.update(sent_on=date(2008, 9, 1), method="by email")


def test_an_issued_or_voided_note_lies_with_nobody():
    note = make_note(NoteState.DISTRIBUTED, preset="learning_trust")
    tell_the_contractor()
    for who in ("sip", "manager", "line_manager", "head"):
        assert says(getattr(note.people, who)) == []


def test_feedback_without_a_day_is_the_observers():
    shadow = make_shadow_visit(status=ShadowStatus.HELD, preset="national")
    assert says(shadow.observer) == [f"Write to {shadow.partner.full_name} about the shadow visit"]
    dated = make_shadow_visit(status=ShadowStatus.HELD)
    assert says(dated.observer) == [f"Write to {dated.partner.full_name} about the shadow visit to {dated.school.name}"]


def test_a_strangers_work_is_not_mine():
    make_note(NoteState.DRAFTING, day=date(2009, 11, 3))
    other = make_people("kent")
    tell_the_contractor()
    for who in ("sip", "manager", "line_manager", "head", "senior_adviser"):
        found = work.work_of(viewer_for(getattr(other, who), on=NOV))
        assert (found.is_empty, found.waiting) == (True, [])


@pytest.mark.parametrize("role", [role for role in COLUMNS if role not in {Role.LINE_MANAGER, Role.SIP, Role.MENTOR}])
def test_my_work_opens_empty_and_says_what_comes_next(as_role, role):
    if role in {Role.HEAD, Role.CHAIR, Role.GOVERNOR}:
        from schools.tests.factories import make_post

        client = as_role(user=make_post(kind=role.value, user=accounts_factories.user()).user)
    else:
        client = as_role(role)
    page = client.get("/").content.decode()
    assert "Nothing is waiting for you." in page
    assert "Nobody is late with anything you wait for." in page


def test_my_work_tells_a_newcomer_how_to_begin(as_role):
    """From an empty authority to a complete register by three files (issue 3)."""
    from schools.tests.factories import make_school

    authority = accounts_factories.authority("Middleshire")
    administrator, manager = as_role(Role.ADMINISTRATOR, at=authority), as_role(Role.MANAGER, at=authority)
    assert "To begin, load your schools" in administrator.get("/").content.decode()
    assert "Your administrator loads them" in manager.get("/").content.decode()
    make_school(authority=authority)
    assert "To begin, load your schools" not in administrator.get("/").content.decode()


def test_the_page_shows_each_thing_once_with_its_link(as_role):
    note = make_note(NoteState.HEAD_REVIEW, day=date(2009, 11, 10))
    page = as_role(user=note.people.head).get("/").content.decode()
    assert page.count(f"Answer the draft note for {note.school.name}") == 1
    assert f'href="/notes/{note.pk}/"' in page


def test_shortcuts_lead_to_pages_that_open(as_role):
    people = make_people("kent")
    for who in ("manager", "sip", "line_manager", "senior_adviser"):
        client = as_role(user=getattr(people, who))
        for link in client.get("/").context["shortcuts"]:
            assert client.get(link.url).status_code == 200, (who, link.url)


def test_every_shortcut_has_its_page():
    from accounts.navigation import is_a_page

    assert [row[3] for row in work.SHORTCUTS if not is_a_page(row[3])] == []


# ------------------------------------------------------------------------------------------------------------- numbers


def numbers(user) -> dict[str, int]:
    return {number.label: number.value for number in health.numbers(viewer_for(user, on=NOV))}


def test_the_six_numbers_are_true():
    late = make_note(NoteState.DRAFTING, day=date(2009, 10, 13))  # Tuesday: late for DL-1 and DL-5
    people = late.people
    from schools.tests.factories import make_school

    make_school(authority=people.authority, name="Without a SIP")
    make_school(authority=people.authority, status="closed", closed_on=date(2009, 8, 31))
    make_school()
    found = numbers(people.manager)
    assert found["schools without a SIP"] == 1
    assert found["late notes"] == 1
    assert found["shadow visits due"] == 0
    assert found["accreditations warned"] == 0
    assert found["conditions at risk or not met"] >= 1  # COG-A: a school without a SIP
    assert found["problems in the records"] >= 1
    assert len(found) == 6


def test_one_is_not_many():
    assert [health.Number("late notes", count, "/", "late note").words for count in (0, 1, 2)] == [
        "late notes",
        "late note",
        "late notes",
    ]


def test_only_managers_and_administrators_get_numbers():
    people = make_people("kent")
    administrator = accounts_factories.member(Role.ADMINISTRATOR, at=people.authority)
    assert len(numbers(administrator)) == 6
    for who in ("sip", "line_manager", "head", "senior_adviser"):
        assert numbers(getattr(people, who)) == {}


def test_a_trust_has_no_number_of_conditions():
    people = make_people("alpsit")
    assert "conditions at risk or not met" not in numbers(people.manager)


def test_each_number_leads_to_its_rows(as_role):
    note = make_note(NoteState.DRAFTING, day=date(2009, 10, 13))
    client = as_role(user=note.people.manager)
    from schools.tests.factories import make_school

    make_school(authority=note.people.authority, name="Without a SIP")
    found = {number.label: number for number in client.get("/").context["numbers"]}
    late = client.get(found["late notes"].url)
    assert {due.subject for due, _tag in late.context["rows"]} == {f"note:{note.pk}"}
    problems = client.get(found["problems in the records"].url)
    assert problems.context["count"] == found["problems in the records"].value
    without = client.get(found["schools without a SIP"].url)
    assert without.context["listing"].count == found["schools without a SIP"].value == 1


def test_the_numbers_cost_the_same_however_many_schools(django_assert_max_num_queries):
    people = make_people("kent")
    viewer = viewer_for(people.manager, on=NOV)
    from schools.tests.factories import make_school

    make_school(authority=people.authority)
    with django_assert_max_num_queries(100) as one:
        health.numbers(viewer)
    for _ in range(10):
        make_school(authority=people.authority)
    with django_assert_max_num_queries(100) as many:
        health.numbers(viewer)
    assert len(many) == len(one)


def test_what_several_people_may_decide_is_waited_for_once_with_all_of_them_named():
    ann, ben = Person("a@example.org", "Ann Field"), Person("b@example.org", "Ben Stone")
    found = work.one_each([replace(due(days), owner=who) for days, who in ((1, ann), (2, ann), (1, ben))])
    assert [(one.due_on.day, one.owner.name) for one in found] == [(17, "Ann Field or Ben Stone"), (18, "Ann Field")]
