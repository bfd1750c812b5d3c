"""Handing a school over: what is recorded, the pack and who opens it (HND-1 to HND-7, DL-24)."""

import io
import zipfile
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from accounts.access import can, viewer_for
from accounts.permissions import P
from partners import actions, handover_sources
from partners.handover_sources import VisitDay
from partners.selectors import owed_of_changes, pack_due_on
from partners.tests.factories import moment
from schools.models import HeldPaper, Inspection
from schools.tests import factories as schools
from sipmanager.core.deadlines import DueState
from sipmanager.core.models import AuditEvent
from sipmanager.core.workflow import MoveRefused, OutOfDate

from .steps import AT, DEC, FIRST_DAY, LATER, NOV

pytestmark = pytest.mark.django_db


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


@pytest.mark.parametrize(
    ("visit_on", "due_on"),
    [
        (date(2010, 3, 15), date(2010, 3, 1)),  # Mondays, ten working days apart
        (date(2009, 12, 1), date(2009, 11, 17)),  # Tuesdays: the earliest day that ten days still reach
        (date(2009, 11, 30), date(2009, 11, 27)),  # ten days before is the day of the confirmation: the eve of the visit
        (date(2009, 11, 17), date(2009, 11, 30)),  # the eve is past too
    ],
)
def test_dl_24_falls_ten_working_days_before_the_first_visit_where_one_is_planned(authority, visit_on, due_on):
    """HND-1, POL-70: the new SIP has read the pack before they first come."""
    schools.make_calendar(authority)
    assert pack_due_on(authority, starts_on=NOV, on=NOV, visit_on=visit_on) == due_on


def test_dl_24_is_counted_anew_when_the_first_visit_is_planned_moved_or_called_off(changed, partner, manager, monkeypatch):
    planned = []
    monkeypatch.setattr(handover_sources, "_visits", [lambda deployment, since: list(planned)])
    first = changed.due_on
    known = changed.incoming
    for days, due_on in (
        ([], first), ([date(2010, 3, 15)], date(2010, 3, 1)), ([date(2010, 3, 15), date(2010, 3, 22)], date(2010, 3, 1)),
        ([date(2010, 3, 22)], date(2010, 3, 8)), ([], first),
    ):  # fmt: skip
        planned[:] = [VisitDay(day, "Spring visit, planned", is_held=False) for day in days]
        actions.visits_changed(deployment=known, by=partner.user, at=LATER)
        changed.refresh_from_db()
        assert changed.due_on == due_on
    assert AuditEvent.objects.filter(what="handover.due").count() == 3
    actions.record_handing_over(handover=changed, remarks="Reading", by=manager, at=LATER)
    actions.finish_handing_over(handover=changed, by=manager, at=LATER)
    planned[:] = [VisitDay(date(2010, 3, 15), "Spring visit, planned", is_held=False)]
    actions.visits_changed(deployment=known, by=partner.user, at=LATER)
    changed.refresh_from_db()
    assert changed.due_on == first


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
