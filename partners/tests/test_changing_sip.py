"""A change of SIP and everything that follows, by every way in (ACT-15, DEP-15, DEP-17, DEP-20, HND-1 to HND-12, DAY-3)."""

import io
import zipfile
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.urls import reverse

from accounts.access import can, viewer_for
from accounts.models import Membership
from accounts.permissions import P, Role
from accounts.tests import factories as people
from partners import actions, handover_sources, jobs
from partners.familiarisation import ITEM_NAMES, QUESTIONS, due_on, items_for
from partners.handover_sources import Piece, VisitDay
from partners.models import (
    Deployment,
    Familiarisation,
    FamiliarisationTick,
    Handover,
    LeavingFeedback,
    Letter,
    NationalNotification,
)
from partners.selectors import extra_days, familiarisation_due_on, owed_of_changes, pack_due_on, planned_from
from partners.tests import factories
from partners.tests.factories import moment
from schools.facts import Phase
from schools.models import HeldPaper, Inspection, Post
from schools.tests import factories as schools
from sipmanager.core import documents
from sipmanager.core.academic import default_terms
from sipmanager.core.deadlines import DueState
from sipmanager.core.models import AuditEvent, OutgoingEmail
from sipmanager.core.wording import day
from sipmanager.core.workflow import MoveRefused, OutOfDate

pytestmark = pytest.mark.django_db

SEP = date(2008, 9, 1)  # Monday
NOV = date(2009, 11, 16)  # Monday
AT = moment(NOV)
DEC = date(2009, 12, 14)  # Monday, the question to the school is answered or its days are over
LATER = moment(DEC)
FIRST_DAY, LAST_DAY = date(2010, 1, 4), date(2010, 1, 15)  # Monday, Friday
ANSWERS = dict.fromkeys(QUESTIONS, 3)


@pytest.fixture
def authority():
    return people.authority("Ashby")


@pytest.fixture
def manager(authority):
    return people.member(Role.MANAGER, at=authority, full_name="Mo Manager")


@pytest.fixture
def school(authority):
    return schools.make_school(authority=authority, name="Hill Road School", phase=Phase.SECONDARY)


@pytest.fixture
def head(school):
    user = people.user("Pat Head", email="pat@school.example")
    schools.make_head(school, user=user, starts_on=date(2005, 9, 1))
    return user


@pytest.fixture
def outgoing(authority, school, head):
    partner = factories.make_partner("Ola Old", authorities=[authority], user=people.user("Ola Old", email="ola@sip.example"))
    return factories.make_deployment(partner, school, authority, starts_on=SEP)


@pytest.fixture
def partner(authority, school):
    made = factories.make_partner("Nat New", authorities=[authority], user=people.user("Nat New", email="nat@sip.example"))
    factories.make_ready(made, school, authority)
    return made


def plan(outgoing, partner, by, **more):
    given = {"starts_on": FIRST_DAY, "last_on": LAST_DAY, "reason": "A fresh eye is wanted", "at": AT, **more}
    return actions.plan_change(outgoing=outgoing, partner=partner, by=by, **given)


def confirm(deployment, by, at=LATER):
    actions.agree_deployment(deployment=deployment, consulted_on=NOV, by=by, at=at)
    actions.confirm_deployment(deployment=deployment, by=by, at=at)


@pytest.fixture
def changed(outgoing, partner, manager):
    """A change that was planned and is confirmed."""
    handover = plan(outgoing, partner, manager)
    confirm(handover.incoming, manager)
    handover.refresh_from_db()
    return handover


# ------------------------------------------------------------------------------------------------------------ planning


def test_act_15_planning_a_change_proposes_the_new_sip_and_leaves_the_old_one_as_it_is(outgoing, partner, manager):
    handover = plan(outgoing, partner, manager)
    outgoing.refresh_from_db()
    assert (outgoing.ends_on, outgoing.status) == (None, "active")
    assert handover.incoming.status == "proposed"
    assert planned_from(outgoing) == handover
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
    assert planned_from(outgoing) is None
    actions.end_deployment(deployment=outgoing, on=LAST_DAY, reason="Retires", by=manager, at=AT)
    with pytest.raises(MoveRefused, match="set already: 15 January 2010"):
        plan(outgoing, partner, manager, last_on=date(2010, 1, 8))
    assert plan(outgoing, partner, manager).pk


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


# ------------------------------------------------------------------------------------------------------- handing over


def test_dl_24_is_owed_by_the_outgoing_sip_until_it_is_handed_over(changed, authority, manager):
    """So that the head need not brief the new SIP (HND-4)."""
    due = next(one for one in owed_of_changes(partition=authority.code, on=date(2010, 1, 5)) if one.rule == "DL-24")
    assert (due.owner.email, due.state, due.escalate_to[0].email) == ("ola@sip.example", DueState.OVERDUE, manager.email)
    assert due.waiting[0].email == "nat@sip.example"
    actions.record_handing_over(handover=changed, remarks="Reading", by=manager, at=LATER)
    actions.finish_handing_over(handover=changed, by=manager, at=LATER)
    assert not [one for one in owed_of_changes(partition=authority.code, on=date(2010, 1, 5)) if one.rule == "DL-24"]
    with pytest.raises(OutOfDate):
        actions.finish_handing_over(handover=changed, by=manager, at=LATER)


def test_dl_24_falls_ten_working_days_before_the_first_day(authority):
    schools.make_calendar(authority)
    assert pack_due_on(authority, starts_on=date(2010, 3, 1), on=NOV) == date(2010, 2, 15)
    assert pack_due_on(authority, starts_on=date(2009, 11, 20), on=NOV) == date(2009, 11, 30)


def test_hnd_3_briefing_hard_copy_and_a_joint_visit_are_recorded(changed, outgoing):
    ola = outgoing.partner.user
    actions.record_handing_over(
        handover=changed, hard_copy_on=DEC, briefed_on=DEC, briefing="meeting", joint_visit_on=date(2010, 1, 12),
        remarks="Reading first", by=ola, at=LATER,
    )  # fmt: skip
    changed.refresh_from_db()
    assert (changed.hard_copy_on, changed.briefing, changed.joint_visit_on) == (DEC, "meeting", date(2010, 1, 12))
    many = AuditEvent.objects.filter(what="handover.record").count()
    actions.record_handing_over(
        handover=changed, hard_copy_on=DEC, briefed_on=DEC, briefing="meeting", joint_visit_on=date(2010, 1, 12),
        remarks="Reading first", by=ola, at=LATER,
    )  # fmt: skip
    assert AuditEvent.objects.filter(what="handover.record").count() == many
    actions.finish_handing_over(handover=changed, by=ola, at=LATER)
    assert changed.met_on == DEC


def test_what_cannot_be_recorded_of_a_handover(changed, outgoing):
    tomorrow = date(2009, 12, 15)
    with pytest.raises(MoveRefused) as refused:
        actions.record_handing_over(
            handover=changed, hard_copy_on=tomorrow, briefed_on=tomorrow, by=outgoing.partner.user, at=LATER
        )
    assert len(refused.value.reasons) == 3
    changed.refresh_from_db()
    assert changed.hard_copy_on is None
    with pytest.raises(MoveRefused, match="Brief the new SIP"):
        actions.finish_handing_over(handover=changed, by=outgoing.partner.user, at=LATER)


def test_hnd_3_the_incoming_sip_reads_what_was_recorded_and_writes_nothing_over_it(
    changed, outgoing, partner, as_role, clock_at
):
    actions.record_handing_over(
        handover=changed, remarks="Reading is the work of this year.", by=outgoing.partner.user, at=LATER
    )
    with pytest.raises(MoveRefused, match="The SIP who leaves says what has been handed over"):
        actions.record_handing_over(handover=changed, remarks="", by=partner.user, at=moment(FIRST_DAY))
    clock_at(f"{FIRST_DAY} 10:00")
    client, record = as_role(user=partner.user), reverse("partners:handover-record", args=[changed.pk])
    page = client.get(reverse("partners:handover-detail", args=[changed.pk])).content.decode()
    assert "Reading is the work of this year." in page
    assert record not in page
    for answer in (client.get(record, follow=True), client.post(record, {"remarks": ""}, follow=True)):
        assert "The SIP who leaves says what has been handed over" in answer.content.decode()
    changed.refresh_from_db()
    assert changed.remarks == "Reading is the work of this year."


def test_the_incoming_sip_does_not_say_that_everything_is_handed_over(changed, partner):
    with pytest.raises(MoveRefused, match="The SIP who leaves says"):
        actions.finish_handing_over(handover=changed, by=partner.user, at=moment(FIRST_DAY))


def test_hnd_7_the_incoming_sip_opens_the_pack_from_the_first_day_and_it_is_recorded(changed, partner, outgoing):
    def may(user, on):
        return can(viewer_for(user, on=on), P.HANDOVER_VIEW, changed)

    assert not may(partner.user, date(2010, 1, 3))
    with pytest.raises(PermissionDenied):
        actions.open_pack(handover=changed, by=partner.user, at=LATER)
    assert may(partner.user, FIRST_DAY)
    actions.open_pack(handover=changed, by=partner.user, at=moment(FIRST_DAY))
    line = AuditEvent.objects.get(what="handover.open")
    assert (line.by_name, line.subject) == ("Nat New", f"handover:{changed.pk}")
    assert may(outgoing.partner.user, date(2010, 2, 14))
    assert not may(outgoing.partner.user, date(2010, 2, 15))


@pytest.fixture
def known(monkeypatch):
    """What the floor above says: a note of the window with its PDF, one from before it, and two visits."""
    asked = []

    def notes(schools, since, until):
        asked.append((since, until))
        document = documents.store(content=b"%PDF-1.7 a note", content_type="application/pdf", at=AT)
        yield Piece("Note of visit, autumn 2009/10", date(2009, 10, 6), says="By Ola Old", document=document, name="note.pdf")
        yield Piece("Note of visit, summer 2008/09", date(2009, 6, 2))

    def visits(deployment, since):
        yield VisitDay(date(2010, 1, 19), "Spring visit, planned", is_held=False, url="/visits/1/")
        yield VisitDay(date(2010, 9, 19), "Visit of the year after", is_held=False)

    monkeypatch.setattr(handover_sources, "_notes", [])
    monkeypatch.setattr(handover_sources, "_visits", [])
    for _ in range(2):  # registered twice counts once
        handover_sources.register_notes(notes)
        handover_sources.register_visits(visits)
    return asked


def test_hnd_1_the_pack_holds_notes_of_two_years_papers_and_inspections(changed, known, partner, school, as_role, clock_at):
    clock_at("2010-01-05 10:00")
    held = {"school": school, "supplied_by": "school", "recorded_at": AT}
    HeldPaper.objects.create(paper="sef", starts_on=date(2009, 9, 7), **held)  # HND-2
    HeldPaper.objects.create(paper="officers", starts_on=date(2009, 3, 2), **held)
    HeldPaper.objects.create(paper="officers", starts_on=date(2007, 3, 2), **held)
    Inspection.objects.create(
        school=school, inspection_type="section_5", starts_on=date(2008, 5, 7), ends_on=date(2008, 5, 8), recorded_at=AT
    )
    client = as_role(user=partner.user)
    page = client.get(reverse("partners:handover-pack", args=[changed.pk]))
    pack = page.context["pack"]
    assert known == [(date(2008, 1, 4), FIRST_DAY)]
    assert [piece.on for piece in pack.notes] == [date(2009, 10, 6), date(2009, 6, 2)]
    assert [piece.title for piece in pack.plans] == ["Self-evaluation form (SEF)"]
    assert [piece.on for piece in pack.reports] == [date(2009, 3, 2)]
    assert len(pack.inspections) == 1
    assert len(pack.eleven) == 11  # HND-12
    assert "3 of 11 are held" in page.content.decode()
    assert AuditEvent.objects.filter(what="handover.open", by_name="Nat New").count() == 1
    note = client.get(reverse("partners:handover-note", args=[changed.pk, 1]))
    assert note.content == b"%PDF-1.7 a note"
    for number in (0, 2, 3):
        assert client.get(reverse("partners:handover-note", args=[changed.pk, number])).status_code == 404
    archive = zipfile.ZipFile(io.BytesIO(client.get(reverse("partners:handover-zip", args=[changed.pk])).content))
    assert archive.namelist() == ["contents.txt", "notes/01-note.pdf"]
    assert "Self-evaluation form (SEF), 7 September 2009" in archive.read("contents.txt").decode()


def test_the_pages_of_a_handover(changed, outgoing, manager, as_role, clock_at):
    clock_at("2009-12-15 10:00")
    client, url = as_role(user=outgoing.partner.user), reverse("partners:handover-detail", args=[changed.pk])
    assert "Nobody has opened it yet" in client.get(url).content.decode()
    record = reverse("partners:handover-record", args=[changed.pk])
    wrong = client.post(record, {"briefing": "phone", "remarks": ""})
    assert "Enter both how the new SIP was briefed and when" in wrong.content.decode()
    typed = {
        "briefing": "phone", "briefed_on_day": "15", "briefed_on_month": "12", "briefed_on_year": "2009", "remarks": "Reading",
    }  # fmt: skip
    assert client.post(record, typed).status_code == 302
    finish = reverse("partners:handover-finish", args=[changed.pk])
    client.post(finish)
    assert "You" not in client.post(finish, follow=True).content.decode().split("<h1")[0]
    changed.refresh_from_db()
    assert changed.met_on == date(2009, 12, 15)
    listed = as_role(user=manager).get(reverse("partners:handover-list"), {"done": "yes"}).content.decode()
    assert "Handed over" in listed
    assert "Hill Road School" in listed


# ----------------------------------------------------------------------------------------------- getting to know it


@pytest.fixture
def getting_started(changed):
    return Familiarisation.objects.get(deployment=changed.incoming)


def test_hnd_8_hnd_9_hnd_10_the_list_of_a_new_sip_and_of_a_new_head():
    sources = {item.source for item in items_for("new_sip")}
    assert {"HND-6", "HND-8", "HND-9", "HND-10"} <= sources
    assert set(items_for("new_head")) < set(items_for("new_sip"))
    assert len(ITEM_NAMES) == len(items_for("new_sip"))


@pytest.mark.parametrize(
    ("starts_on", "expected"),
    [
        (date(2009, 8, 20), date(2009, 12, 31)),  # Term 1 is still to come
        (date(2009, 9, 14), date(2010, 1, 14)),  # one term after the start is later than Term 1
        (date(2009, 12, 31), date(2010, 3, 31)),  # and never beyond the next term
        (date(2010, 1, 1), date(2010, 3, 31)),
        (date(2010, 1, 4), date(2010, 4, 4)),
        (date(2010, 4, 2), date(2010, 9, 2)),
    ],
)
def test_dl_16_the_end_of_term_1_or_one_term_after_the_start(starts_on, expected):
    assert due_on(starts_on, [*default_terms(2009), *default_terms(2010)]) == expected


def test_dl_16_needs_a_term_that_follows():
    with pytest.raises(ValueError, match="No term follows"):
        due_on(date(2010, 5, 1), default_terms(2009))


def test_dl_16_reads_the_terms_of_the_authority(authority):
    assert familiarisation_due_on(authority, date(2009, 8, 20)) == date(2009, 12, 31)
    schools.make_calendar(authority)
    assert familiarisation_due_on(authority, date(2009, 8, 20)) != date(2009, 12, 31)


def test_hnd_11_the_list_is_ticked_off_and_complete_with_its_last_item(getting_started, partner, authority):
    at, keys = moment(FIRST_DAY), [item.key for item in items_for("new_sip")]

    def tick(key):
        actions.tick_item(familiarisation=getting_started, item=key, done_on=FIRST_DAY, note="So", by=partner.user, at=at)

    for key in keys[:-1]:
        tick(key)
    due = next(one for one in owed_of_changes(partition=authority.code, on=date(2010, 4, 5)) if one.rule == "DL-16")
    assert (due.owner.email, due.state) == ("nat@sip.example", DueState.OVERDUE)
    assert "16 of 17 items done" in due.why
    tick(keys[-1])
    assert getting_started.met_on == FIRST_DAY
    assert not [one for one in owed_of_changes(partition=authority.code, on=date(2010, 4, 5)) if one.rule == "DL-16"]
    with pytest.raises(OutOfDate):
        tick(keys[0])
    actions.take_tick_back(familiarisation=getting_started, item=keys[0], by=partner.user, at=at)
    assert getting_started.met_on is None
    with pytest.raises(OutOfDate):
        actions.take_tick_back(familiarisation=getting_started, item=keys[0], by=partner.user, at=at)
    assert FamiliarisationTick.objects.count() == 17


def test_dl_16_goes_up_to_the_line_manager(getting_started, authority, partner):
    line = people.user("Lin Line", email="line@ashby.example")
    factories.support(factories.engage(partner, authority), line)
    due = next(one for one in owed_of_changes(partition=authority.code, on=date(2010, 4, 5)) if one.rule == "DL-16")
    assert [person.email for person in due.escalate_to] == ["line@ashby.example"]


def test_what_cannot_be_ticked(getting_started, partner, outgoing):
    given = {"familiarisation": getting_started, "at": moment(FIRST_DAY)}
    with pytest.raises(MoveRefused, match="not on the list"):
        actions.tick_item(item="tea", done_on=FIRST_DAY, by=partner.user, **given)
    with pytest.raises(MoveRefused, match="still to come"):
        actions.tick_item(item="website", done_on=date(2010, 1, 5), by=partner.user, **given)
    with pytest.raises(PermissionDenied):
        actions.tick_item(item="website", done_on=FIRST_DAY, by=outgoing.partner.user, **given)
    assert not FamiliarisationTick.objects.exists()


def test_dep_20_a_new_head_brings_time_to_get_to_know_them_once(outgoing, school, authority):
    new = schools.make_head(school, full_name="Val New", starts_on=date(2009, 11, 9))
    Post.objects.filter(school=school).exclude(pk=new.pk).update(ends_on=date(2009, 11, 8))
    told = {"partition": authority.code, "on": NOV, "at": AT}
    assert jobs.begin_for_new_heads(dry_run=True, **told).states_changed == 1
    assert not Familiarisation.objects.filter(reason="new_head").exists()
    assert jobs.begin_for_new_heads(**told).states_changed == 1
    row = Familiarisation.objects.get(reason="new_head")
    assert (row.post, row.deployment, row.days) == (new, outgoing, 1)
    assert OutgoingEmail.objects.get(kind="familiarisation_begins").to == outgoing.partner.email
    assert jobs.begin_for_new_heads(**told).states_changed == 0
    assert jobs.begin_for_new_heads(partition="national", on=NOV, at=AT).states_changed == 0


def test_dep_20_the_first_head_on_record_and_one_who_was_there_first_are_not_new(authority, manager):
    school = schools.make_school(authority=authority, phase=Phase.SECONDARY)
    schools.make_head(school, starts_on=date(2009, 11, 9))
    factories.make_deployment(None, school, authority, starts_on=date(2009, 11, 2), by=manager)
    late = schools.make_school(authority=authority, phase=Phase.SECONDARY, head="Known Longer")
    schools.make_head(late, starts_on=date(2009, 10, 5))
    factories.make_deployment(None, late, authority, starts_on=date(2009, 11, 2), by=manager)
    assert jobs.begin_for_new_heads(partition=authority.code, on=NOV, at=AT).states_changed == 0


def test_a_fault_at_one_school_does_not_stop_the_night(outgoing, school, authority, monkeypatch):
    new = schools.make_head(school, starts_on=date(2009, 11, 9))
    Post.objects.filter(school=school).exclude(pk=new.pk).update(ends_on=date(2009, 11, 8))

    def broken(**_):
        raise RuntimeError("no")

    monkeypatch.setattr(jobs.handovers, "begin_for_new_head", broken)
    assert len(jobs.begin_for_new_heads(partition=authority.code, on=NOV, at=AT).failures) == 1


def test_the_page_of_getting_started_with_the_schools_year(getting_started, known, partner, as_role, clock_at, manager):
    clock_at("2010-01-05 10:00")
    client, url = as_role(user=partner.user), reverse("partners:familiarisation-detail", args=[getting_started.pk])
    page = client.get(url)
    assert [one.says for one in page.context["year"] if one.url] == ["Spring visit, planned"]
    assert "Term 1 begins" in page.content.decode()
    assert "0 of 17 items done" in page.content.decode()
    assert "1 day more this year" in page.content.decode()
    tick = reverse("partners:familiarisation-tick", args=[getting_started.pk, "website"])
    assert client.get(tick).status_code == 200
    typed = {"done_on_day": "5", "done_on_month": "1", "done_on_year": "2010", "note": "A <b>good</b> site"}
    assert client.post(tick, typed).status_code == 302
    assert client.post(tick, typed).status_code == 302
    shown = client.get(url).content.decode()
    assert "A &lt;b&gt;good&lt;/b&gt; site" in shown
    assert client.get(reverse("partners:familiarisation-tick", args=[getting_started.pk, "tea"])).status_code == 302
    client.post(reverse("partners:familiarisation-untick", args=[getting_started.pk, "website"]))
    client.post(reverse("partners:familiarisation-untick", args=[getting_started.pk, "website"]))
    assert "0 of 17 items done" in client.get(url).content.decode()
    listed = as_role(user=manager).get(reverse("partners:familiarisation-list")).content.decode()
    assert "0 of 17 items" in listed


# ------------------------------------------------------------------------------------------------------ the pages


def test_a_manager_changes_the_sip_of_a_school_on_one_page(outgoing, partner, manager, as_role, clock_at):
    clock_at("2009-11-16 10:00")
    client, url = as_role(user=manager), reverse("partners:sip-change", args=[outgoing.pk])
    assert f'href="{url}"' in client.get(reverse("partners:deployment-detail", args=[outgoing.pk])).content.decode()
    assert f'href="{url}"' in client.get(reverse("schools:school-sip", args=[outgoing.school.urn])).content.decode()
    assert client.get(url).context["form"] is None
    asked = f"{url}?starts_on=2010-01-04&last_on=2010-01-15&q="
    page = client.get(asked)
    assert [reference for reference, _words in page.context["candidates"]] == [partner.reference]
    assert client.get(f"{asked}nobody").context["candidates"] == []
    typed = {
        "partner": partner.reference, "reason": "A fresh eye is wanted", "starts_on": "2010-01-04", "last_on": "2010-01-15",
        "form_key": str(page.context["form"]["form_key"].value()),
    }  # fmt: skip
    assert "Select the new SIP" in client.post(url, {**typed, "partner": ""}).content.decode()
    refused = client.post(url, {**typed, "last_on": "2010-03-15"}).content.decode()
    assert "a handover may last 30 days" in refused
    assert not Handover.objects.exists()
    for _ in range(2):
        assert client.post(url, typed).status_code == 302
        typed["starts_on"] = "2010-01-04"
    assert Handover.objects.count() == 1
    assert "is proposed to follow already" in client.get(url).content.decode()


@pytest.mark.parametrize(
    ("starts_on", "last_on", "says"),
    [
        ("", "", "Enter the first day of the new SIP"),
        ("2010-02-31", "2010-01-15", "First day of the new SIP must be a real date"),
        ("2010-01-04", "9999-01-01", "Last day of the SIP now must have a year from 1900 to 2999"),
        ("2010-01-04", "1999-01-01", "when the SIP now started"),
        ("2010-01-04", "2010-02-03", "Last day of the SIP now must be 2 February 2010 or before: a handover may last 30 days"),
    ],
)
def test_days_on_which_a_sip_cannot_change_are_said_at_the_head_of_the_page(
    outgoing, partner, manager, as_role, clock_at, starts_on, last_on, says
):
    clock_at("2009-11-16 10:00")
    url = reverse("partners:sip-change", args=[outgoing.pk])
    page = as_role(user=manager).get(url, {"starts_on": starts_on, "last_on": last_on})
    said = page.content.decode().split("<h1", 1)[0]
    assert "There is a problem" in said
    assert says in said
    assert page.context["form"] is None
    assert not Handover.objects.exists()


def test_a_last_day_that_is_set_already_is_kept(outgoing, partner, manager, as_role, clock_at):
    clock_at("2009-11-16 10:00")
    actions.end_deployment(deployment=outgoing, on=date(2010, 1, 15), reason="Retires", by=manager, at=AT)
    client, url = as_role(user=manager), reverse("partners:sip-change", args=[outgoing.pk])
    wrong = client.get(url, {"starts_on": "2010-01-04", "last_on": "2010-01-10"}).content.decode()
    assert "Last day of the SIP now must be 15 January 2010, which is set already" in wrong
    assert client.get(url, {"starts_on": "2010-01-04", "last_on": "2010-01-15"}).context["form"] is not None


def test_a_deployment_that_is_over_has_nobody_to_follow(outgoing, manager, as_role, clock_at):
    clock_at("2009-11-16 10:00")
    actions.end_deployment(deployment=outgoing, on=date(2009, 11, 13), reason="Retired", by=manager, at=AT)
    page = as_role(user=manager).get(reverse("partners:sip-change", args=[outgoing.pk])).content.decode()
    assert "so there is nobody to follow" in page


def test_act_15_the_deployment_page_leads_to_all_of_it(changed, outgoing, manager, as_role, clock_at):
    clock_at("2009-12-15 10:00")
    client = as_role(user=manager)
    old = client.get(reverse("partners:deployment-detail", args=[outgoing.pk])).content.decode()
    new = client.get(reverse("partners:deployment-detail", args=[changed.incoming_id])).content.decode()
    assert "Handover to Nat New" in old
    assert "What the school said of the SIP" in old
    assert "Handover from Ola Old" in new
    assert "Getting to know the school" in new
    assert "Request for feedback on the outgoing SIP" in new


def test_act_15_before_and_after_confirming_the_page_says_what_becomes_of_the_sip_before(
    outgoing, partner, manager, as_role, clock_at
):
    clock_at("2009-12-15 10:00")
    incoming = plan(outgoing, partner, manager).incoming
    actions.agree_deployment(deployment=incoming, consulted_on=NOV, by=manager, at=LATER)
    client, page = as_role(user=manager), reverse("partners:deployment-move", args=[incoming.pk, "confirm"])
    asked = client.get(page).content.decode()
    assert f"It also sets {day(LAST_DAY)} as the last day of Ola Old" in asked
    done = client.post(page, follow=True).content.decode()
    assert "Deployment confirmed" in done
    assert f"The last day of Ola Old is {day(LAST_DAY)}. They are asked to hand over by" in done
    assert "The head is asked how the school found their work." in done


def test_a_deployment_that_follows_nobody_says_nothing_of_a_sip_before(partner, manager, school, as_role, clock_at):
    clock_at("2009-12-15 10:00")
    alone = actions.propose_deployment(school=school, partner=partner, starts_on=FIRST_DAY, by=manager, at=AT)
    actions.agree_deployment(deployment=alone, consulted_on=NOV, by=manager, at=LATER)
    client, page = as_role(user=manager), reverse("partners:deployment-move", args=[alone.pk, "confirm"])
    assert "It also sets" not in client.get(page).content.decode()
    assert "hand over by" not in client.post(page, follow=True).content.decode()


def test_a_planned_end_is_seen_by_whoever_looks_for_a_sip(outgoing, partner, manager, school, as_role, clock_at, authority):
    clock_at("2009-11-16 10:00")
    plan(outgoing, partner, manager)
    another = factories.make_partner("Ann Other", authorities=[authority])
    url = reverse("partners:deploy-candidates", args=[school.urn])
    page = as_role(user=manager).get(f"{url}?starts_on=2010-01-18").content.decode()
    assert another.full_name in page.split("Those who could not")[0]
