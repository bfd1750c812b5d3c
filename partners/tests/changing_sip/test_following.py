"""Planning a change of SIP, and what must follow it by every way in (ACT-15, DEP-15, DEP-17, D-17)."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import call_command

from accounts.models import Membership
from accounts.permissions import Role
from accounts.tests import factories as people
from partners import actions
from partners.models import (
    Deployment,
    Familiarisation,
    Handover,
    LeavingFeedback,
    Letter,
    NationalNotification,
)
from partners.selectors import extra_days, followers_of
from partners.tests import factories
from partners.tests.factories import moment
from schools.tests import factories as schools
from sipmanager.core.models import OutgoingEmail
from sipmanager.core.workflow import MoveRefused

from .steps import AT, DEC, FIRST_DAY, LAST_DAY, LATER, NOV, SEP, confirm, plan

pytestmark = pytest.mark.django_db


def test_act_15_planning_a_change_proposes_the_new_sip_and_leaves_the_old_one_as_it_is(outgoing, partner, manager):
    handover = plan(outgoing, partner, manager)
    outgoing.refresh_from_db()
    assert (outgoing.ends_on, outgoing.status) == (None, "active")
    assert handover.incoming.status == "proposed"
    assert followers_of([outgoing]) == {outgoing.pk: handover.incoming}
    assert not LeavingFeedback.objects.exists()


def test_the_two_may_overlap_by_the_days_of_the_policy_and_no_longer(outgoing, partner, manager):
    with pytest.raises(actions.Refused) as refused:
        plan(outgoing, partner, manager, last_on=date(2010, 2, 3))
    assert [row.id for row in refused.value.findings] == ["DEP-9"]
    assert not Handover.objects.exists()
    assert Deployment.objects.count() == 1
    assert plan(outgoing, partner, manager, last_on=date(2010, 2, 2)).pk


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"reason": "."}, "Enter why the SIP changes"),
        ({"last_on": date(2008, 8, 31)}, "must be on or after the first"),
    ],
)
def test_what_a_change_needs(outgoing, partner, manager, more, says):
    with pytest.raises(MoveRefused, match=says):
        plan(outgoing, partner, manager, **more)
    assert not Handover.objects.exists()


def test_who_cannot_be_followed_and_who_cannot_follow(outgoing, partner, manager, authority):
    with pytest.raises(MoveRefused, match="the school's SIP already"):
        plan(outgoing, outgoing.partner, manager)
    first = plan(outgoing, partner, manager)
    with pytest.raises(MoveRefused, match="is proposed to follow already"):
        plan(outgoing, factories.make_partner(authorities=[authority]), manager)
    with pytest.raises(MoveRefused, match="Only a SIP who is confirmed"):
        plan(first.incoming, outgoing.partner, manager)
    actions.withdraw_deployment(deployment=first.incoming, reason="Fell ill", by=manager, at=AT)
    assert followers_of([outgoing]) == {}
    actions.end_deployment(deployment=outgoing, on=LAST_DAY, reason="Retires", by=manager, at=AT)
    with pytest.raises(MoveRefused, match="set already: 15 January 2010"):
        plan(outgoing, partner, manager, last_on=date(2010, 1, 8))
    assert plan(outgoing, partner, manager).pk


def test_a_sip_whom_another_is_confirmed_to_follow_is_followed_by_nobody_else(changed, outgoing, authority, manager):
    """DEP-9: a second would have the school at the same time; the one who follows is changed instead."""
    outgoing.refresh_from_db()
    other = factories.make_partner(authorities=[authority])
    with pytest.raises(MoveRefused, match="Nat New is confirmed to follow already, from 4 January 2010"):
        plan(outgoing, other, manager, starts_on=date(2010, 1, 18))
    assert Handover.objects.count() == 1
    assert followers_of([outgoing, changed.incoming]) == {outgoing.pk: changed.incoming}
    actions.void_deployment(deployment=changed.incoming, reason="Entered in error", by=manager, at=LATER)
    assert followers_of([outgoing]) == {}


def test_the_earliest_of_those_who_follow_is_named_and_another_school_is_none_of_it(authority, school, outgoing):
    end = date(2010, 1, 15)
    Deployment.objects.filter(pk=outgoing.pk).update(ends_on=end, lead_until=end)
    first, second = (
        factories.make_deployment(
            factories.make_partner(authorities=[authority]), school, authority, starts_on=on, ends_on=until
        )
        for on, until in ((date(2010, 2, 1), date(2010, 3, 31)), (date(2010, 4, 1), None))
    )
    elsewhere = factories.make_deployment(None, schools.make_school(authority=authority), authority, starts_on=SEP)
    assert followers_of([outgoing, first, elsewhere]) == {outgoing.pk: first, first.pk: second}


def test_only_the_manager_plans_a_change_and_never_their_own(outgoing, partner, authority):
    with pytest.raises(PermissionDenied):
        plan(outgoing, partner, people.member(Role.ADMINISTRATOR, at=authority))
    both = outgoing.partner.user
    Membership.objects.create(user=both, role=Role.MANAGER, authority=authority, starts_on=SEP)
    with pytest.raises(PermissionDenied):
        plan(outgoing, partner, both)
    assert not Handover.objects.exists()


# ------------------------------------------------------------------------------------------------- what must follow


def test_act_15_confirming_sets_everything_going(changed, outgoing, partner, head):
    outgoing.refresh_from_db()
    incoming = changed.incoming
    assert (outgoing.ends_on, outgoing.status) == (LAST_DAY, "ending")  # the end, with the words of the plan
    assert outgoing.end_reason == "A fresh eye is wanted"
    kinds = set(NationalNotification.objects.filter(sent_on=None).values_list("deployment_id", "kind"))
    assert {(incoming.pk, "replacement"), (outgoing.pk, "end")} <= kinds  # DEP-15
    letters = set(Letter.objects.values_list("deployment_id", "kind"))
    assert {
        (incoming.pk, "confirmation_school"), (incoming.pk, "confirmation_sip"), (incoming.pk, "feedback_school"),
        (outgoing.pk, "end_school"), (outgoing.pk, "end_sip"),
    } <= letters  # fmt: skip
    assert changed.confirmed_on == DEC
    assert changed.due_on == date(2009, 12, 16)  # HND-1: ten working days before the first day, over Christmas
    assert changed.feedback.due_on == date(2009, 12, 30)  # DEP-17
    row = Familiarisation.objects.get(deployment=incoming)
    assert (row.reason, row.days, row.due_on) == ("new_sip", 1, date(2010, 4, 4))  # DAY-3, DL-16
    assert extra_days(incoming, year=2009) == [row]
    asked = OutgoingEmail.objects.get(kind="leaving_feedback")
    assert asked.to == head.email
    assert f"/deployments/leaving-feedback/{changed.feedback.pk}/" in asked.body
    assert OutgoingEmail.objects.get(kind="handover_asked").to == outgoing.partner.email


def test_the_request_for_feedback_is_sent_again_with_the_way_to_answer(changed, head, manager):
    letter = Letter.objects.get(kind="feedback_school")
    actions.send_again(letter=letter, by=manager, at=LATER)
    mails = OutgoingEmail.objects.filter(kind="leaving_feedback", to=head.email)
    assert [f"/deployments/leaving-feedback/{changed.feedback.pk}/" in mail.body for mail in mails] == [True, True]


def test_act_15_a_change_without_a_plan_is_a_change_all_the_same(outgoing, partner, manager, school):
    actions.end_deployment(deployment=outgoing, on=date(2009, 12, 18), reason="Retires", by=manager, at=AT)
    incoming = actions.propose_deployment(school=school, partner=partner, starts_on=FIRST_DAY, by=manager, at=AT)
    confirm(incoming, manager)
    handover = Handover.objects.get(incoming=incoming)
    assert (handover.outgoing, handover.last_on) == (outgoing, date(2009, 12, 18))
    assert handover.feedback
    assert Familiarisation.objects.filter(deployment=incoming).exists()


def test_act_15_a_change_by_a_file_is_a_change_all_the_same(outgoing, partner, manager, school, tmp_path, clock_at, authority):
    clock_at("2009-12-14 10:00")
    actions.end_deployment(deployment=outgoing, on=date(2009, 12, 18), reason="Retires", by=manager, at=AT)
    path = tmp_path / "deployments.csv"
    header = "partner_reference,school_urn,start,end,days,contract_confirmed,consulted_on"
    path.write_text(f"{header}\n{partner.reference},{school.urn},2010-01-04,,5,yes,2009-11-16\n")
    call_command("import_deployments", str(path), "--authority", authority.code)
    incoming = Deployment.objects.get(partner=partner)
    assert incoming.confirmed_on
    assert Handover.objects.get(incoming=incoming).feedback
    assert Familiarisation.objects.filter(deployment=incoming).exists()
    assert NationalNotification.objects.filter(deployment=incoming, kind="replacement").exists()
    assert Letter.objects.filter(deployment=incoming, kind="confirmation_sip").exists()


def test_d_17_what_happened_long_ago_sets_nothing_going(outgoing, partner, school, manager):
    actions.end_deployment(deployment=outgoing, on=date(2009, 8, 31), reason="Retired", by=manager, at=AT)
    before = OutgoingEmail.objects.count(), Letter.objects.count()
    actions.record_historic(school=school, partner=partner, starts_on=date(2009, 9, 1), by=None, at=AT)
    assert not Handover.objects.exists()
    assert Familiarisation.objects.count() == 1  # that of the first SIP, who was confirmed here
    assert (OutgoingEmail.objects.count(), Letter.objects.count()) == before


def test_the_same_sip_who_goes_on_is_no_change(outgoing, school, manager):
    actions.end_deployment(deployment=outgoing, on=date(2009, 12, 18), reason="End of the contract", by=manager, at=AT)
    again = actions.propose_deployment(school=school, partner=outgoing.partner, starts_on=FIRST_DAY, by=manager, at=AT)
    confirm(again, manager)
    assert not Handover.objects.exists()
    assert not Familiarisation.objects.filter(deployment=again).exists()


def test_the_first_sip_of_a_school_gets_to_know_it_and_takes_over_from_nobody(outgoing):
    assert not Handover.objects.exists()
    assert Familiarisation.objects.get(deployment=outgoing).reason == "new_sip"


@pytest.mark.parametrize(
    ("last_on", "has_pack", "has_feedback"),
    [(date(2009, 1, 4), True, True), (date(2008, 12, 31), True, False), (date(2008, 1, 3), False, False)],
)
def test_hnd_7_who_left_long_ago_hands_nothing_over(authority, school, partner, manager, last_on, has_pack, has_feedback):
    earlier = factories.make_partner("Long Gone", authorities=[authority], sectors={"secondary": date(2005, 9, 1)})
    actions.record_historic(school=school, partner=earlier, starts_on=date(2006, 9, 1), ends_on=last_on, by=None, at=AT)
    incoming = actions.propose_deployment(school=school, partner=partner, starts_on=FIRST_DAY, by=manager, at=AT)
    confirm(incoming, manager)
    assert Handover.objects.exists() is has_pack
    assert LeavingFeedback.objects.exists() is has_feedback


def test_a_school_is_asked_of_one_sip_once(changed, manager, authority, school):
    actions.void_deployment(deployment=changed.incoming, reason="Wrong SIP", by=manager, at=LATER)
    other = factories.make_partner("Third One", authorities=[authority])
    factories.make_ready(other, school, authority)
    incoming = actions.propose_deployment(school=school, partner=other, starts_on=date(2010, 1, 18), by=manager, at=LATER)
    confirm(incoming, manager, at=moment(date(2010, 1, 18)))
    assert Handover.objects.filter(incoming=incoming).exists()
    assert LeavingFeedback.objects.count() == 1


def test_a_refused_confirmation_leaves_the_old_sip_as_they_are(outgoing, authority, manager, school):
    bare = factories.make_partner("No Papers", authorities=[authority])
    handover = plan(outgoing, bare, manager)
    actions.agree_deployment(deployment=handover.incoming, consulted_on=NOV, by=manager, at=LATER)
    with pytest.raises(MoveRefused):
        actions.confirm_deployment(deployment=handover.incoming, by=manager, at=LATER)
    outgoing.refresh_from_db()
    assert outgoing.ends_on is None
    assert not LeavingFeedback.objects.exists()
