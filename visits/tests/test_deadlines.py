"""What is owed on notes and visits, when, by whom, and who is told (DL-0 to DL-7, D-30, ACT-18)."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from accounts.models import Membership
from accounts.permissions import Role
from accounts.presets import PRESETS, Policy
from accounts.tests import factories as accounts_factories
from partners.models import Deployment, Support
from schools.models import Post
from schools.selectors import working_calendar
from schools.tests.factories import make_head
from sipmanager.core import reminders
from sipmanager.core.deadlines import DueState
from sipmanager.core.deadlines import owed as everything_owed
from sipmanager.core.models import Notice, OutgoingEmail
from sipmanager.core.workdays import WorkingCalendar
from visits import actions, selectors
from visits.deadlines import (
    BY_RULE,
    NOTE_DEADLINES,
    UNRECORDED,
    days_of,
    due_days,
    stage_on,
    standing,
)
from visits.models import Note
from visits.states import NoteState as S

from .factories import HELD_ON, at, make_note, make_people, make_visit, move

MONDAY = date(2009, 11, 9)
PLAIN = WorkingCalendar()


@pytest.fixture(autouse=True)
def quick_pdf(monkeypatch):
    monkeypatch.setattr("visits.actions.issuing.render", lambda *_: b"%PDF-1.7 stands in")


# The table, without a database.


@pytest.mark.parametrize("preset", PRESETS)
def test_every_deadline_a_preset_wants_is_in_the_table(preset):
    """POL-42."""
    assert set(Policy(preset).note_deadlines) <= set(BY_RULE)
    for rule in Policy(preset).note_deadlines:
        assert days_of(BY_RULE[rule], Policy(preset)) is not None


def test_the_columns_of_the_table_are_columns_of_the_note():
    columns = {field.name for field in Note._meta.get_fields()}
    assert {name for row in NOTE_DEADLINES for name in (row.due, row.met)} <= columns


def test_a_clock_starts_only_the_deadlines_the_policy_wants():
    due = due_days(("DL-1", "DL-2", "DL-5"), policy=Policy("kent"), start=MONDAY, calendar=PLAIN)
    assert due == {"share_due_on": date(2009, 11, 16), "submit_due_on": None, "distribute_due_on": date(2009, 11, 23)}
    none = due_days(("DL-1",), policy=Policy("kent", {"POL-2": None}), start=MONDAY, calendar=PLAIN)
    assert none == {"share_due_on": None}


@pytest.mark.parametrize(
    ("on", "stage"),
    [
        (date(2009, 11, 11), ""), (date(2009, 11, 12), "day-3"), (date(2009, 11, 13), "day-3"),
        (date(2009, 11, 16), "day-5"), (date(2009, 11, 18), "day-5"),
    ],
)  # fmt: skip
def test_reminders_of_five_days_fall_on_the_third_and_the_fifth(on, stage):
    assert stage_on(BY_RULE["DL-1"], on=on, due_on=date(2009, 11, 16), days=5, calendar=PLAIN) == stage


def test_a_longer_or_shorter_period_keeps_the_reminders_at_their_distance_from_the_end():
    row = BY_RULE["DL-1"]
    assert stage_on(row, on=date(2009, 11, 19), due_on=date(2009, 11, 23), days=10, calendar=PLAIN) == "day-8"
    assert stage_on(row, on=date(2009, 11, 10), due_on=date(2009, 11, 10), days=1, calendar=PLAIN) == "day-1"


def test_a_deadline_of_months_has_no_day_stages():
    assert stage_on(replace(BY_RULE["DL-1"], remind=("-6m",)), on=MONDAY, due_on=MONDAY, days=5, calendar=PLAIN) == ""


@pytest.mark.parametrize(
    ("on", "met_on", "state"),
    [
        (MONDAY, None, DueState.DUE), (date(2009, 11, 8), None, DueState.UPCOMING), (date(2009, 11, 10), None, DueState.OVERDUE),
        (MONDAY, date(2009, 11, 6), DueState.MET), (date(2009, 11, 10), date(2009, 11, 6), None),
        (date(2009, 11, 5), date(2009, 11, 6), DueState.UPCOMING),
    ],
)  # fmt: skip
def test_a_deadline_met_is_forgotten_once_its_day_has_passed(on, met_on, state):
    assert standing(on=on, due_on=MONDAY, met_on=met_on) is state


# With notes.

pytestmark = pytest.mark.django_db


def owed(note_or_visit, on) -> dict:
    return {due.rule: due for due in selectors.owed(partition=note_or_visit.authority.code, on=on)}


def test_ten_working_days_and_ten_days_of_the_calendar_across_christmas():
    """DL-5, POL-22."""
    note = make_note(S.DRAFTING, day=date(2009, 12, 17), is_written=False)  # Thursday
    assert note.distribute_due_on == date(2010, 1, 5)
    calendar = make_note(S.DRAFTING, day=date(2009, 12, 17), is_written=False, people=make_people("kent", POL_22="calendar"))
    assert calendar.distribute_due_on == date(2009, 12, 27)


@pytest.mark.parametrize(
    ("start", "due_on"),
    [
        (date(2009, 12, 17), date(2010, 1, 5)),  # Thursday; Christmas, Boxing Day kept on the Monday, New Year
        (date(2010, 3, 26), date(2010, 4, 13)),  # Friday; Good Friday and Easter Monday
        (date(2010, 8, 20), date(2010, 9, 6)),  # Friday; the August bank holiday, and no holiday else
        (date(2011, 4, 18), date(2011, 5, 6)),  # Monday; Easter, the one day of 29 April, and May Day
    ],
)
def test_ten_working_days_over_the_bank_holidays_on_record(start, due_on):
    authority = accounts_factories.authority()
    calendar = working_calendar(authority, start, Policy("kent"))
    assert due_days(("DL-5",), policy=Policy("kent"), start=start, calendar=calendar) == {"distribute_due_on": due_on}


def test_kent_owes_the_draft_in_five_days_and_the_note_in_ten():
    """DL-1 and DL-5 (NOV-32)."""
    note = make_note(S.DRAFTING)
    people = note.people
    dues = owed(note, HELD_ON)
    assert {rule: due.due_on for rule, due in dues.items()} == {"DL-1": date(2009, 11, 17), "DL-5": date(2009, 11, 24)}
    first = dues["DL-1"]
    assert (first.owner.user_id, first.state, first.stage, first.escalate_to) == (people.sip.pk, DueState.UPCOMING, "", ())
    assert (first.subject, first.url) == (f"note:{note.pk}", f"/notes/{note.pk}/draft/")
    assert first.says == f"Send the draft to the head for {people.school.name}"
    assert first.why == "5 working days after the visit"
    assert owed(note, date(2009, 11, 13))["DL-1"].stage == "day-3"
    late = owed(note, date(2009, 11, 18))["DL-1"]
    assert (late.state, [person.user_id for person in late.escalate_to]) == (
        DueState.OVERDUE, [people.sip.pk, people.line_manager.pk],
    )  # fmt: skip
    very_late = owed(note, date(2009, 11, 25))["DL-5"]
    assert [person.user_id for person in very_late.escalate_to] == [people.manager.pk]


def test_a_learning_trust_owes_the_submission_and_the_decision():
    """DL-2 and DL-3 (NOV-31)."""
    note = make_note(S.DRAFTING, preset="learning_trust")
    people = note.people
    assert set(owed(note, HELD_ON)) == {"DL-2"}
    late = owed(note, date(2009, 11, 18))["DL-2"]
    assert [person.user_id for person in late.escalate_to] == [people.line_manager.pk]
    move(note, "submit", "sip")
    dues = owed(note, HELD_ON)
    assert dues["DL-2"].state is DueState.MET
    assert (dues["DL-3"].owner.user_id, dues["DL-3"].due_on) == (people.line_manager.pk, date(2009, 11, 13))
    late = owed(note, date(2009, 11, 16))["DL-3"]
    assert [person.user_id for person in late.escalate_to] == [people.manager.pk]
    assert late.url == f"/notes/{note.pk}/"


def test_the_head_owes_the_answer_and_is_reminded_on_the_third_and_fifth_day():
    """DL-4."""
    note = make_note(S.HEAD_REVIEW)
    people = note.people
    due = owed(note, HELD_ON)["DL-4"]
    assert (due.owner.user_id, due.due_on, due.for_school) == (people.head.pk, date(2009, 11, 17), True)
    late = owed(note, date(2009, 11, 18))["DL-4"]
    assert [person.user_id for person in late.escalate_to] == [people.sip.pk, people.line_manager.pk]
    move(note, "recall", "sip")
    assert "DL-4" not in owed(note, HELD_ON)


def test_where_silence_is_pressed_the_manager_hears_of_it_too():
    """POL-35."""
    note = make_note(S.HEAD_REVIEW, people=make_people("kent", POL_35="escalate"))
    late = owed(note, date(2009, 11, 18))["DL-4"]
    assert note.people.manager.pk in [person.user_id for person in late.escalate_to]


def test_a_head_without_an_account_owes_nothing_but_the_manager_does():
    """D-28, DL-0: nothing goes to a school that cannot open it."""
    note = make_note(S.HEAD_REVIEW)
    Post.objects.filter(user=note.people.head).update(user=None)
    due = owed(note, HELD_ON)["DL-4"]
    assert (due.owner.user_id, due.for_school) == (note.people.manager.pk, False)


def test_a_senior_adviser_owes_the_decision_on_a_dispute():
    """DL-6."""
    note = make_note(S.DISPUTED)
    due = owed(note, HELD_ON)["DL-6"]
    assert (due.owner.user_id, due.due_on) == (note.people.senior_adviser.pk, date(2009, 11, 17))
    late = owed(note, date(2009, 11, 18))["DL-6"]
    assert [person.user_id for person in late.escalate_to] == [note.people.manager.pk]


def test_a_trusts_head_has_ten_days_to_approve_and_no_other_deadline():
    """DL-7 in place of DL-4 (POL-42)."""
    note = make_note(S.HEAD_REVIEW, preset="alpsit")
    dues = owed(note, HELD_ON)
    assert set(dues) == {"DL-7"}
    assert dues["DL-7"].due_on == date(2009, 11, 24)
    assert owed(note, date(2009, 11, 20))["DL-7"].stage == "day-8"


def test_what_was_answered_in_time_is_met_and_then_forgotten():
    note = make_note(S.AGREED)
    assert owed(note, HELD_ON)["DL-4"].state is DueState.MET
    assert "DL-4" not in owed(note, date(2009, 11, 18))


@pytest.mark.parametrize("state", [S.DRAFTING, S.LA_REVIEW])
@pytest.mark.parametrize("preset", ["national", "learning_trust"])
def test_no_school_is_told_of_an_unreleased_draft(preset, state):
    """DL-0: not as owner, not as somebody told, not as somebody who waits, not by the night."""
    note = make_note(state, preset=preset)
    school = {note.people.head.email, note.people.chair.email}
    for days in range(0, 40, 3):
        on = HELD_ON + timedelta(days=days)
        for due in selectors.owed(partition=note.authority.code, on=on):
            assert not school & {person.email for person in (due.owner, *due.escalate_to, *due.waiting)}
        reminders.send(partitions=[note.authority.code], on=on, at=at(on, 1))
    assert not OutgoingEmail.objects.filter(to__in=school, body__contains="/notes/").exists()
    assert not OutgoingEmail.objects.filter(to__in=school, kind="digest").exists()


def test_act_18_a_night_run_twice_sends_each_reminder_once():
    """DL-0, D-30."""
    note = make_note(S.HEAD_REVIEW)
    on = date(2009, 11, 13)  # Friday, day 3
    here = note.authority.code
    first = reminders.send(partitions=[here], on=on, at=at(on, 1))[here]
    assert first.reminders_queued >= 1
    again = reminders.send(partitions=[here], on=on, at=at(on, 1))[here]
    assert (again.reminders_queued, again.escalations_queued) == (0, 0)
    digest = OutgoingEmail.objects.get(to=note.people.head.email, kind="digest")
    assert f"/notes/{note.pk}/" in digest.body
    assert Notice.objects.filter(key=f"DL-4:note:{note.pk}:2009-11-17:day-3").count() == 1


def test_three_missed_nights_are_made_good_with_one_message():
    note = make_note(S.HEAD_REVIEW)
    on = date(2009, 11, 18)
    reminders.send(partitions=[note.authority.code], on=on, at=at(on, 1))
    assert OutgoingEmail.objects.filter(to=note.people.head.email, kind="digest").count() == 1
    keys = set(Notice.objects.filter(recipient=note.people.head.email).values_list("key", flat=True))
    assert keys == {f"DL-4:note:{note.pk}:2009-11-17:day-5"}


def test_a_visit_whose_day_passed_without_a_word_is_owed_the_next_working_day():
    """D-23."""
    visit = make_visit(day=date(2009, 11, 13))  # Friday
    people = visit.people
    assert owed(visit, date(2009, 11, 13)) == {}
    due = owed(visit, date(2009, 11, 16))[UNRECORDED.rule]
    assert (due.due_on, due.state, due.stage, due.owner.user_id) == (date(2009, 11, 16), DueState.DUE, "day-1", people.sip.pk)
    assert (due.subject, due.url) == (f"visit:{visit.pk}", f"/visits/{visit.pk}/")
    late = owed(visit, date(2009, 11, 17))[UNRECORDED.rule]
    assert [person.user_id for person in late.escalate_to] == [people.line_manager.pk]
    saturday = owed(visit, date(2009, 11, 14))[UNRECORDED.rule]
    assert saturday.state is DueState.UPCOMING


def test_a_visit_struck_out_held_or_cancelled_is_not_owed():
    people = make_people("kent")
    viewer = people.viewer("sip")
    actions.cancel_visit(visit=make_visit(people), reason="Snow.", viewer=viewer, at=at())
    actions.void_visit(visit=make_visit(people), reason="Twice.", viewer=people.viewer("manager"), at=at())
    assert selectors.owed(partition=people.authority.code, on=date(2009, 11, 20)) == []


def test_the_note_of_a_struck_out_visit_is_not_owed():
    note = make_note(S.DRAFTING)
    actions.void_visit(visit=note.visit, reason="Wrong school.", viewer=note.people.viewer("manager"), at=at())
    assert owed(note, date(2009, 11, 30)) == {}


@pytest.mark.parametrize("partition", ["national", "ZZZ"])
def test_nothing_is_owed_nationally_or_by_nobody(partition):
    make_note(S.DRAFTING)
    assert selectors.owed(partition=partition, on=date(2009, 11, 30)) == []


def test_what_is_owed_is_registered_with_the_one_list():
    note = make_note(S.DRAFTING)
    assert "DL-1" in {due.rule for due in everything_owed(partition=note.authority.code, on=HELD_ON)}


def test_everything_lies_with_somebody_when_all_have_gone():
    """D-28: no head, no line manager, no adviser, no manager, the SIP gone: an owner still, and no mail into the void."""
    note = make_note(S.HEAD_REVIEW)
    authority = note.authority
    Membership.objects.filter(authority=authority).delete()
    Support.objects.filter(engagement__authority=authority).delete()
    Post.objects.filter(school=note.school).delete()
    Deployment.objects.filter(pk=note.people.deployment.pk).update(ends_on=HELD_ON)
    on = date(2010, 1, 20)
    dues = selectors.owed(partition=authority.code, on=on)
    assert dues
    for due in dues:
        assert due.owner.email == f"manager@{authority.code}"
        assert due.owner.name == f"SIP manager, {authority.name}"


def test_what_is_owed_costs_the_same_for_one_note_as_for_ten(django_assert_max_num_queries):
    people = make_people("kent")
    make_note(S.HEAD_REVIEW, people=people)
    for number in range(6):
        make_note(S.DRAFTING, people=people, day=HELD_ON + timedelta(days=number), is_written=False)
    make_head(people.school, user=accounts_factories.user())
    accounts_factories.member(Role.MANAGER, at=people.authority)
    with django_assert_max_num_queries(8):
        # The answer and the issue of the first, the draft and the issue of six more.
        assert len(selectors.owed(partition=people.authority.code, on=date(2009, 11, 20))) == 2 + 6 * 2
