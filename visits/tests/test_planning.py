"""Visits from plan to record (D-18, D-23, VIS-1 to VIS-8, NOV-48)."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from accounts.models import LocalPolicy
from accounts.tests import factories as accounts_factories
from partners.models import Deployment
from schools.models import Post
from schools.tests.factories import make_calendar
from sipmanager.core.models import AuditEvent, OutgoingEmail
from sipmanager.core.workflow import MoveRefused, OutOfDate
from visits import actions
from visits.cases import VisitCase
from visits.models import Note, Visit
from visits.states import NoteState as S
from visits.states import VisitState as V
from visits.workflow import visit_moves_for
from visits.workflow.visits import record_is_whole

from .factories import HELD_ON, at, hold, make_note, make_people, make_visit

pytestmark = pytest.mark.django_db
PLANNED = HELD_ON - timedelta(days=21)


@pytest.fixture
def people():
    return make_people("kent")


@pytest.fixture(autouse=True)
def quick_pdf(monkeypatch):
    monkeypatch.setattr("visits.actions.issuing.render", lambda *_: b"%PDF-1.7 stands in")


def visit_facts() -> tuple:
    return (
        list(Visit.objects.order_by("pk").values()),
        Note.objects.count(),
        AuditEvent.objects.count(),
        OutgoingEmail.objects.count(),
    )


def test_a_visit_is_planned_under_its_deployment_and_freezes_its_authority(people):
    """D-2."""
    visit = make_visit(people)
    assert (visit.status, visit.season, visit.academic_year) == (V.PLANNED, "autumn", 2009)
    assert (visit.school, visit.authority, visit.partner.user) == (people.school, people.authority, people.sip)
    line = AuditEvent.objects.get(what="visit.plan")
    assert (line.subject, line.by_id, line.about_on) == (f"visit:{visit.pk}", people.sip.pk, HELD_ON)


def test_the_season_is_that_of_the_authoritys_calendar_unless_one_is_given(people):
    assert make_visit(people, day=date(2010, 4, 8)).season == "summer"
    make_calendar(people.authority)
    assert make_visit(people, day=date(2010, 4, 1)).season == "spring"
    assert make_visit(people, day=date(2010, 4, 1), season="summer").season == "summer"


@pytest.mark.parametrize(
    ("day", "season", "reason"),
    [
        (date(2008, 8, 31), "", "Date of visit must be the same as or after 1 September 2008 when the deployment started"),
        (date(2011, 9, 1), "", "Date of visit must be the same as or before 31 August 2011 when the deployment ends"),
        (HELD_ON, "winter", "Choose autumn, spring or summer"),
    ],
)
def test_a_visit_lies_inside_its_deployment(people, day, season, reason):
    Deployment.objects.filter(pk=people.deployment.pk).update(ends_on=date(2011, 8, 31))
    people.deployment.refresh_from_db()
    before = visit_facts()
    with pytest.raises(MoveRefused) as refused:
        actions.plan_visit(deployment=people.deployment, day=day, season=season, by=people.sip, at=at(PLANNED))
    assert (refused.value.reasons, visit_facts()) == ([reason], before)


@pytest.mark.parametrize("fault", [{"voided_on": HELD_ON}, {"confirmed_on": None, "status": "agreed", "lead_from": None}])
def test_no_visit_is_planned_without_a_confirmed_deployment(people, fault):
    Deployment.objects.filter(pk=people.deployment.pk).update(**fault)
    people.deployment.refresh_from_db()
    with pytest.raises(MoveRefused):
        actions.plan_visit(deployment=people.deployment, day=HELD_ON, by=people.sip, at=at(PLANNED))
    assert not Visit.objects.exists()


# Confirming.


def confirm(visit, **fields):
    told = {
        "day": visit.planned_on,
        "focus": visit.focus,
        "viewer": visit.people.viewer("sip", PLANNED),
        "at": at(PLANNED),
        **fields,
    }
    return actions.confirm_visit(visit=visit, **told)


def test_date_and_focus_are_confirmed_to_the_head_by_e_mail(people):
    """VIS-2."""
    visit = confirm(make_visit(people), day=date(2009, 11, 12), focus="Reading in year 4")
    assert (visit.status, visit.planned_on, visit.focus, visit.confirmed_on) == (
        V.CONFIRMED, date(2009, 11, 12), "Reading in year 4", PLANNED,
    )  # fmt: skip
    email = OutgoingEmail.objects.get(kind="visit_confirmed")
    assert (email.to, email.about) == (people.head.email, f"visit:{visit.pk}")
    assert "12 November 2009" in email.subject
    assert f"/visits/{visit.pk}/" in email.body


def test_a_head_without_an_account_is_written_to_at_the_address_on_record(people):
    Post.objects.filter(user=people.head).update(user=None, email="head@school.example")
    confirm(make_visit(people))
    assert OutgoingEmail.objects.get(kind="visit_confirmed").to == "head@school.example"


@pytest.mark.parametrize("missing", ["head", "address"])
def test_a_visit_is_confirmed_also_where_nobody_can_be_written_to(people, missing):
    posts = Post.objects.filter(user=people.head)
    posts.delete() if missing == "head" else posts.update(user=None, email="")
    assert confirm(make_visit(people)).status == V.CONFIRMED
    assert not OutgoingEmail.objects.filter(kind="visit_confirmed").exists()


def test_a_visit_without_a_focus_or_outside_the_deployment_is_not_confirmed(people):
    visit = make_visit(people)
    before = visit_facts()
    with pytest.raises(MoveRefused) as refused:
        confirm(visit, focus=" ", day=date(2008, 1, 1))
    assert len(refused.value.reasons) == 2
    assert visit_facts() == before


def test_a_second_confirmation_has_no_effect(people):
    visit = make_visit(people)
    second = Visit.objects.get(pk=visit.pk)
    second.people = people
    confirm(visit)
    with pytest.raises(OutOfDate):
        confirm(second)
    assert OutgoingEmail.objects.filter(kind="visit_confirmed").count() == 1


@pytest.mark.parametrize("who", ["manager", "line_manager", "head", "mentor"])
def test_only_the_sip_plans_and_records(people, who):
    visit = make_visit(people)
    before = visit_facts()
    with pytest.raises(PermissionDenied):
        confirm(visit, viewer=people.viewer(who))
    assert visit_facts() == before
    assert visit_moves_for(visit=visit, viewer=people.viewer(who), on=HELD_ON) == []


def test_another_sip_moves_nothing(people, viewer):
    visit = make_visit(people)
    stranger = make_people("kent")
    with pytest.raises(PermissionDenied):
        confirm(visit, viewer=stranger.viewer("sip"))


# Recording.


def test_a_visit_that_was_held_begins_its_note(people):
    """NOV-48: the season's template, the policy frozen, the deadlines worked out once."""
    visit = make_visit(people, is_confirmed=True)
    note = hold(visit, people)
    assert (visit.status, visit.held_on, visit.people_present) == (V.HELD, HELD_ON, "Headteacher, deputy headteacher")
    assert (note.status, note.template_key, note.content_version) == (S.DRAFTING, "kent-autumn", 1)
    assert note.policy_row == people.authority.policies.get()
    assert [row.key for row in note.sections.order_by("position")][:3] == ["evidence", "progress", "targets_now"]
    assert (note.share_due_on, note.distribute_due_on) == (date(2009, 11, 17), date(2009, 11, 24))
    assert AuditEvent.objects.get(what="note.begin").details["template"] == "kent-autumn"


def test_a_note_keeps_the_policy_under_which_it_began(people):
    """POL-34."""
    note = hold(make_visit(people), people)
    accounts_factories.policy(people.authority, "learning_trust", starts_on=date(2009, 11, 11))
    later = hold(make_visit(people, day=date(2009, 11, 12)), people)
    assert Note.objects.get(pk=note.pk).policy.preset == "kent"
    assert later.policy.preset == "learning_trust"


def test_where_no_policy_is_in_force_the_national_one_holds(people):
    """D-39."""
    LocalPolicy.objects.filter(pk__in=people.authority.policies.values("pk")).update(starts_on=date(2015, 1, 1))
    note = hold(make_visit(people), people)
    assert (note.policy_row, note.policy.preset, note.template_key) == (None, "national", "national-autumn")


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"people_present": " "}, "Enter who was present, by role"),
        ({"confirmation_waived": ""}, "Confirm the visit by email, or say why that was not needed"),
        ({"governor_invited_on": None}, "Enter when a governor was invited, or say why none was"),
        ({"governor_invited_on": None, "governor_reason": "."}, "Enter when a governor was invited, or say why none was"),
    ],
)
def test_a_record_that_is_not_whole_is_refused(people, fields, reason):
    """VIS-2, VIS-3."""
    visit = make_visit(people)
    before = visit_facts()
    with pytest.raises(MoveRefused) as refused:
        hold(visit, people, **fields)
    assert (refused.value.reasons, visit_facts()) == ([reason], before)


def test_a_visit_cannot_have_been_held_tomorrow_or_before_the_deployment(people):
    visit = make_visit(people)
    told = {
        "people_present": "Head", "governor_invited_on": PLANNED, "confirmation_waived": "By phone",
        "viewer": people.viewer("sip"), "at": at(),
    }  # fmt: skip
    for day in (HELD_ON + timedelta(days=1), date(2008, 8, 1)):
        with pytest.raises(MoveRefused):
            actions.hold_visit(visit=visit, day=day, **told)
    assert not Note.objects.exists()


def test_a_governor_is_asked_about_in_the_autumn_and_a_reason_will_do(people):
    """VIS-3."""
    assert hold(make_visit(people), people, governor_invited_on=None, governor_reason="None could come that week.").pk
    spring = make_visit(people, day=date(2010, 2, 2))
    assert hold(spring, people, governor_invited_on=None).pk


def test_a_visit_without_any_focus_is_not_recorded(people):
    visit = make_visit(people)
    Visit.objects.filter(pk=visit.pk).update(focus="")
    visit.refresh_from_db()
    with pytest.raises(MoveRefused) as refused:
        hold(visit, people)
    assert refused.value.reasons == ["Enter the focus agreed for the visit"]
    assert hold(visit, people, focus="Governance").visit.focus == "Governance"


def test_the_record_sent_twice_begins_one_note(people):
    visit = make_visit(people)
    second = Visit.objects.get(pk=visit.pk)
    hold(visit, people)
    with pytest.raises(OutOfDate):
        hold(second, people)
    assert Note.objects.count() == 1


# What did not take place.


@pytest.mark.parametrize(("action", "state"), [(actions.miss_visit, V.MISSED), (actions.cancel_visit, V.CANCELLED)])
def test_a_visit_that_did_not_take_place_says_why(people, action, state):
    visit = make_visit(people)
    told = {"visit": visit, "viewer": people.viewer("sip"), "at": at()}
    with pytest.raises(MoveRefused):
        action(reason=" ", **told)
    assert Visit.objects.get().status == V.PLANNED
    action(reason="The school was closed by snow.", **told)
    assert (visit.status, Visit.objects.get().status_reason) == (state, "The school was closed by snow.")


def test_a_missed_visit_is_planned_anew_and_points_to_the_new_one(people):
    visit = make_visit(people)
    actions.miss_visit(visit=visit, reason="The head was ill.", viewer=people.viewer("sip"), at=at())
    anew = actions.reschedule_visit(visit=visit, day=date(2009, 12, 1), viewer=people.viewer("sip"), at=at())
    old = Visit.objects.get(pk=visit.pk)
    assert (old.status, old.rescheduled_to, anew.planned_on, anew.focus) == (
        V.RESCHEDULED, anew, date(2009, 12, 1), visit.focus,
    )  # fmt: skip
    before = visit_facts()
    with pytest.raises(MoveRefused):
        actions.reschedule_visit(visit=anew, day=date(2008, 1, 1), viewer=people.viewer("sip"), at=at())
    assert visit_facts() == before


@pytest.mark.parametrize(
    ("status", "names"),
    [
        (V.PLANNED, ["confirm", "hold", "miss", "reschedule", "cancel"]),
        (V.CONFIRMED, ["hold", "miss", "reschedule", "cancel"]),
        (V.MISSED, ["reschedule"]),
        (V.HELD, []), (V.RESCHEDULED, []), (V.CANCELLED, []),
    ],
)  # fmt: skip
def test_each_state_has_its_moves(people, status, names):
    """D-23."""
    visit = make_visit(people)
    Visit.objects.filter(pk=visit.pk).update(status=status, held_on=HELD_ON)
    visit.refresh_from_db()
    moves = visit_moves_for(visit=visit, viewer=people.viewer("sip"), on=HELD_ON)
    assert [move.name for move in moves] == names
    assert all(move.is_open for move in moves)


# Striking out.


def test_a_visit_entered_in_error_is_struck_out_with_its_draft_and_stays_visible(people):
    """D-18."""
    visit = make_visit(people)
    note = hold(visit, people)
    manager = people.viewer("manager")
    actions.void_visit(visit=visit, reason="Entered for the wrong school.", viewer=manager, at=at())
    stored = Visit.objects.get(pk=visit.pk)
    assert (stored.status, stored.voided_on, stored.void_reason) == (V.HELD, HELD_ON, "Entered for the wrong school.")
    assert stored.belongs_to(people.viewer("sip"))
    assert Note.objects.filter(pk=note.pk).exists()
    assert visit_moves_for(visit=stored, viewer=people.viewer("sip"), on=HELD_ON) == []
    with pytest.raises(OutOfDate):
        actions.void_visit(visit=visit, reason="Once more.", viewer=manager, at=at())
    with pytest.raises(MoveRefused):
        actions.cancel_visit(visit=make_void(people), reason="A reason.", viewer=people.viewer("sip"), at=at())
    assert AuditEvent.objects.filter(what="visit.void", subject=f"visit:{visit.pk}").count() == 1


def make_void(people) -> Visit:
    visit = make_visit(people)
    return actions.void_visit(visit=visit, reason="Entered twice.", viewer=people.viewer("manager"), at=at())


def test_striking_out_needs_a_reason_and_the_manager(people):
    visit = make_visit(people)
    with pytest.raises(MoveRefused):
        actions.void_visit(visit=visit, reason=".", viewer=people.viewer("manager"), at=at())
    with pytest.raises(PermissionDenied):
        actions.void_visit(visit=visit, reason="A good reason.", viewer=people.viewer("sip"), at=at())
    assert Visit.objects.get(pk=visit.pk).voided_on is None


def test_a_visit_with_an_issued_note_is_not_struck_out_until_the_note_is_withdrawn(people):
    note = make_note(S.DISTRIBUTED, people=people)
    told = {"reason": "Entered for the wrong school.", "viewer": people.viewer("manager"), "at": at()}
    with pytest.raises(MoveRefused):
        actions.void_visit(visit=note.visit, **told)
    withdrawn = make_note(S.WITHDRAWN, people=people)
    actions.void_visit(visit=withdrawn.visit, **told)
    assert list(Visit.objects.order_by("pk").values_list("voided_on", flat=True)) == [None, HELD_ON]


def test_the_database_refuses_a_held_visit_without_a_day(people):
    visit = make_visit(people)
    with pytest.raises(IntegrityError), transaction.atomic():
        Visit.objects.filter(pk=visit.pk).update(status=V.HELD)


def test_a_day_that_was_not_given_is_asked_for():
    case = VisitCase(is_filled_in=True, people_present="Head", focus="Reading", confirmed_on=HELD_ON, season="spring")
    assert record_is_whole(case) == ["Enter the date of visit"]


def test_nothing_is_recorded_as_missed_before_its_day(people):
    """VIS-7: until then the visit is moved or cancelled."""
    visit = make_visit(people)
    the_day_before = visit.planned_on - timedelta(days=1)
    with pytest.raises(MoveRefused) as refusal:
        actions.miss_visit(visit=visit, reason="Snow.", viewer=people.viewer("sip", the_day_before), at=at(the_day_before))
    assert refusal.value.reasons == ["The visit is planned for 10 November 2009. Until then change its date or cancel it"]
    assert Visit.objects.get().status == V.PLANNED
