"""What a school says of the SIP who leaves: the head answers, the manager evaluates, the SIP reads it if it is shared (DEP-17)."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.urls import reverse

from accounts.access import can, viewer_for
from accounts.models import Membership
from accounts.permissions import P, Role
from accounts.tests import factories as people
from partners import actions
from partners.familiarisation import QUESTIONS
from partners.models import Deployment, Handover, LeavingFeedback
from partners.selectors import owed_of_changes
from partners.tests import factories
from partners.tests.factories import moment
from schools.models import Post
from schools.tests import factories as schools
from sipmanager.core.deadlines import DueState
from sipmanager.core.models import AuditEvent, OutgoingEmail
from sipmanager.core.workflow import MoveRefused, OutOfDate

pytestmark = pytest.mark.django_db

NOV = date(2009, 11, 16)  # Monday
AT = moment(NOV)
ANSWERS = dict.fromkeys(QUESTIONS, 3)


@pytest.fixture
def head(school):
    user = people.user("Pat Head", email="pat@school.example")
    schools.make_head(school, user=user, starts_on=date(2005, 9, 1))
    return user


@pytest.fixture
def sip():
    return people.user("Ola Old", email="ola@sip.example")


@pytest.fixture
def feedback(authority, school, head, manager, sip):
    """Asked of the head, by a change that is confirmed."""
    leaves = factories.make_partner("Ola Old", authorities=[authority], user=sip)
    deployment = factories.make_deployment(leaves, school, authority, starts_on=date(2008, 9, 1))
    actions.end_deployment(deployment=deployment, on=date(2009, 11, 20), reason="Retires", by=manager, at=AT)
    comes = factories.make_partner("Nat New", authorities=[authority])
    factories.make_deployment(comes, school, authority, starts_on=date(2009, 11, 23), by=None, on=NOV)
    return LeavingFeedback.objects.get()


def give(feedback, by, **more):
    actions.give_leaving_feedback(feedback=feedback, **{"answers": ANSWERS, "comment": "Fair", "by": by, "at": AT, **more})


def evaluate(feedback, by, **more):
    given = {"evaluation": "A sound year", "seen_at": feedback.answered_at, "by": by, "at": AT, **more}
    actions.evaluate_leaving_feedback(feedback=feedback, **given)


def test_dep_17_from_the_question_to_the_sip(feedback, head, manager, sip, authority):
    due = {one.rule: one for one in owed_of_changes(partition=authority.code, on=date(2009, 12, 1))}
    assert (due["DL-80"].owner.email, due["DL-80"].due_on, due["DL-80"].state) == (
        "pat@school.example", date(2009, 11, 30), DueState.OVERDUE,
    )  # fmt: skip
    assert due["DL-80"].escalate_to[0].email == manager.email
    give(feedback, head, fuller="At more length.")
    give(feedback, head, comment="On second thoughts, good")
    due = {one.rule: one for one in owed_of_changes(partition=authority.code, on=NOV)}
    assert "DL-80" not in due
    assert due["DL-81"].owner.email == manager.email
    evaluate(feedback, manager)
    assert not {one.rule for one in owed_of_changes(partition=authority.code, on=NOV)} & {"DL-80", "DL-81"}
    assert not can(viewer_for(sip, on=NOV), P.LEAVING_FEEDBACK_VIEW, feedback)
    actions.release_leaving_feedback(feedback=feedback, by=manager, at=AT)
    assert can(viewer_for(sip, on=NOV), P.LEAVING_FEEDBACK_VIEW, feedback)
    assert OutgoingEmail.objects.get(kind="feedback_released").to == feedback.handover.outgoing.partner.email
    assert "good" not in OutgoingEmail.objects.get(kind="feedback_released").body


def test_what_is_said_is_in_no_audit_line(feedback, head, manager):
    give(feedback, head, comment="Zyzzy", fuller="Zyzzy")
    evaluate(feedback, manager, evaluation="Zyzzy indeed")
    lines = AuditEvent.objects.filter(what__startswith="leavingfeedback.")
    assert lines.count() == 3
    assert not lines.filter(Q(details__icontains="zyzzy")).exists()


def test_each_line_is_answered(feedback, head):
    for answers in ({}, {**ANSWERS, "timing": 5}, {**ANSWERS, "tea": 1}):
        with pytest.raises(MoveRefused, match="Answer each"):
            give(feedback, head, answers=answers)
    feedback.refresh_from_db()
    assert feedback.answered_at is None


def test_order_and_races(feedback, head, manager):
    with pytest.raises(MoveRefused, match="not answered yet"):
        evaluate(feedback, manager)
    with pytest.raises(MoveRefused, match="Evaluate the feedback before"):
        actions.release_leaving_feedback(feedback=feedback, by=manager, at=AT)
    give(feedback, head)
    with pytest.raises(MoveRefused, match="what you make of"):
        evaluate(feedback, manager, evaluation=".")
    with pytest.raises(OutOfDate):
        evaluate(feedback, manager, seen_at=moment(date(2009, 11, 1)))
    evaluate(feedback, manager)
    with pytest.raises(OutOfDate):
        give(feedback, head, comment="Too late")
    feedback.refresh_from_db()
    assert feedback.comment == "Fair"
    actions.release_leaving_feedback(feedback=feedback, by=manager, at=AT)
    with pytest.raises(OutOfDate):
        actions.release_leaving_feedback(feedback=feedback, by=manager, at=AT)


def test_who_may_do_what(feedback, head, manager, sip, authority):
    for nobody in (manager, sip):
        with pytest.raises(PermissionDenied):
            give(feedback, nobody)
    give(feedback, head)
    Membership.objects.create(user=sip, role=Role.MANAGER, authority=authority, starts_on=date(2008, 9, 1))
    for nobody in (head, sip, people.member(Role.ADMINISTRATOR, at=authority)):
        with pytest.raises(PermissionDenied):
            evaluate(feedback, nobody)
    feedback.refresh_from_db()
    assert feedback.evaluated_at is None


def test_a_school_without_a_head_owes_it_as_a_role(feedback, authority, school):
    Post.objects.filter(school=school).update(ends_on=date(2009, 11, 1))
    due = next(one for one in owed_of_changes(partition=authority.code, on=NOV) if one.rule == "DL-80")
    assert due.owner.email == f"head@{school.urn}"
    Post.objects.filter(school=school).update(ends_on=None, user=None, email="office@school.example")
    due = next(one for one in owed_of_changes(partition=authority.code, on=NOV) if one.rule == "DL-80")
    assert due.owner.email == "office@school.example"


def test_the_sip_who_is_also_the_manager_is_not_asked_to_evaluate_it(feedback, head, manager, sip, authority):
    Membership.objects.create(user=sip, role=Role.MANAGER, authority=authority, starts_on=date(2008, 9, 1))
    give(feedback, head)
    owners = [one.owner.email for one in owed_of_changes(partition=authority.code, on=NOV) if one.rule == "DL-81"]
    assert owners == [manager.email]


def test_the_pages_of_head_manager_and_sip(feedback, head, manager, sip, as_role, clock_at):
    clock_at("2009-11-17 10:00")
    url = reverse("partners:leaving-feedback-detail", args=[feedback.pk])
    school_side, office = as_role(user=head), as_role(user=manager)
    assert "Give feedback" in school_side.get(url).content.decode()
    assert "The school has not answered yet" in office.get(url).content.decode()
    give_url = reverse("partners:leaving-feedback-give", args=[feedback.pk])
    wrong = school_side.post(give_url, {"comment": "x"}).content.decode()
    assert "Select how far you agree" in wrong
    typed = {**dict.fromkeys(QUESTIONS, "4"), "comment": "<script>1</script> Good", "fuller": ""}
    assert school_side.post(give_url, typed).status_code == 302
    assert "Change your answer" in school_side.get(url).content.decode()
    shown = office.get(url).content.decode()
    assert "&lt;script&gt;" in shown
    assert "Strongly agree" in shown
    evaluate_url = reverse("partners:leaving-feedback-evaluate", args=[feedback.pk])
    stamp = office.get(evaluate_url).context["form"]["seen"].value()
    late = office.post(evaluate_url, {"evaluation": "Fine", "seen": "another"})
    assert "changed or evaluated while you were reading" in late.content.decode()
    assert office.post(evaluate_url, {"evaluation": "Between us", "seen": stamp}).status_code == 302
    assert office.get(evaluate_url).status_code == 302
    assert "Between us" in office.get(url).content.decode()
    assert "Between us" not in school_side.get(url).content.decode()
    assert as_role(user=sip).get(url).status_code == 404
    for _ in range(2):
        office.post(reverse("partners:leaving-feedback-release", args=[feedback.pk]))
    assert "Between us" in as_role(user=sip).get(url).content.decode()
    listed = office.get(reverse("partners:leaving-feedback-list"), {"done": "yes"}).content.decode()
    assert "Shared with the SIP" in listed


def test_a_handover_without_an_incoming_sip_that_stands_is_owed_by_nobody(feedback, manager, authority):
    incoming = Handover.objects.get().incoming
    actions.void_deployment(deployment=Deployment.objects.get(pk=incoming.pk), reason="Wrong SIP", by=manager, at=AT)
    rules = {one.rule for one in owed_of_changes(partition=authority.code, on=date(2009, 12, 1))}
    assert not rules & {"DL-24", "DL-80"}
