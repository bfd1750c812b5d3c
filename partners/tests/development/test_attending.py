"""Who came to what: the list of an event, answers, own entries, words of the manager, talks (REG-14, CPD-9 to CPD-16)."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied

from accounts.permissions import Role
from accounts.tests import factories as people
from partners import actions
from partners.actions import Said
from partners.models import Attendance, DevelopmentReview, PartnerFile
from sipmanager.core.models import AuditEvent, OutgoingEmail
from sipmanager.core.workflow import MoveRefused, OutOfDate

from ..factories import engage, make_partner, moment, support
from .factories import ENTERED_ON, came_to, invite, make_event, say

pytestmark = pytest.mark.django_db
AFTER = date(2009, 11, 13)  # Friday
HALF = Decimal("0.5")


@pytest.fixture
def authority():
    return people.authority("Middleshire")


@pytest.fixture
def partner(authority):
    return engage(make_partner(user=people.user()), authority).partner


@pytest.fixture
def row(authority, partner):
    return invite(make_event(authority), partner)


def enter(partner, **more) -> Attendance:
    values = {"title": "Online module", "kind": "online", "held_on": date(2009, 10, 8), "days": Decimal("0.25")}
    return actions.enter_development(partner=partner, by=partner.user, at=moment(AFTER), **(values | more))


# ------------------------------------------------------------------------------------------------ the list of an event


def test_cpd_9_the_whole_list_is_filled_in_at_once_and_a_second_click_changes_nothing(authority, manager, partner, row):
    other = invite(row.event, engage(make_partner(), authority).partner)
    said = [Said(row.pk, ("", ""), ("came", "")), Said(other.pk, ("", ""), ("absent", "Jury service"))]
    sent = {"event": row.event, "said": said, "by": manager, "at": moment(AFTER)}
    assert actions.record_attendance(**sent) == 2
    assert actions.record_attendance(**sent) == 0
    row.refresh_from_db()
    other.refresh_from_db()
    assert (row.attended, other.attended, other.absence_reason, other.is_accepted) == (True, False, "Jury service", None)
    assert other.due_on is not None
    assert AuditEvent.objects.filter(what="event.attendance").count() == 1


def test_two_who_fill_in_one_list_do_not_overwrite_each_other(authority, manager, partner, row):
    other = invite(row.event, engage(make_partner(), authority).partner)
    actions.record_attendance(event=row.event, said=[Said(row.pk, ("", ""), ("came", ""))], by=manager, at=moment(AFTER))
    theirs = [Said(row.pk, ("", ""), ("", "")), Said(other.pk, ("", ""), ("came", ""))]
    assert actions.record_attendance(event=row.event, said=theirs, by=manager, at=moment(AFTER)) == 1
    clash = [Said(other.pk, ("came", ""), ("", "")), Said(row.pk, ("", ""), ("absent", ""))]
    with pytest.raises(OutOfDate, match="Somebody else"):
        actions.record_attendance(event=row.event, said=clash, by=manager, at=moment(AFTER))
    assert set(row.event.attendances.values_list("attended", flat=True)) == {True}


def test_a_list_is_filled_in_from_the_day_on(row, manager):
    with pytest.raises(MoveRefused, match="from 12 November 2009 on"):
        say(row, "came", by=manager, on=date(2009, 11, 11))
    row.refresh_from_db()
    assert row.attended is None


def test_nobody_fills_in_their_own_line(authority, row, partner):
    """D-6: a manager who is a SIP too leaves it to a colleague."""
    both = people.membership(Role.MANAGER, at=authority, of=partner.user).user
    assert say(row, "came", by=both).attended is None


def test_who_arranges_says_who_came_and_the_manager_alone_accepts(authority, row):
    administrator = people.member(Role.ADMINISTRATOR, at=authority)
    with pytest.raises(PermissionDenied):
        say(row, "excused", "Jury service", by=administrator)
    row.refresh_from_db()
    assert row.attended is None
    assert say(row, "absent", by=administrator).attended is False


def test_an_accepted_absence_names_who_accepted_and_a_correction_takes_that_back(manager, row):
    said = say(row, "excused", "Jury service", by=manager)
    assert (said.is_accepted, said.decided_by, said.due_on) == (True, manager, None)
    said = say(row, "came", by=manager)
    assert (said.attended, said.is_accepted, said.decided_by, said.absence_reason) == (True, None, None, "")


def test_an_authority_says_of_national_events_who_of_its_own_came(authority, manager, partner):
    """COG-E: the national programme arranges the meeting; each authority knows its SIPs."""
    meeting = make_event(None, kind="termly", days=Decimal(1))
    own, foreign = invite(meeting, partner), invite(meeting, engage(make_partner(), people.authority("Othershire")).partner)
    with pytest.raises(PermissionDenied):
        say(own, "came", by=manager)
    programme = people.member(Role.PROGRAMME)
    assert say(foreign, "came", by=programme).attended is True


# ----------------------------------------------------------------------------------------------------- what a SIP says


def test_a_sip_answers_an_invitation_and_changes_the_answer(row, partner):
    tell = {"attendance": row, "by": partner.user, "at": moment(ENTERED_ON)}
    actions.answer_invitation(is_coming=True, **tell)
    row.refresh_from_db()
    assert (row.is_coming, row.due_on) == (True, None)
    actions.answer_invitation(is_coming=True, **tell)
    with pytest.raises(MoveRefused, match="Enter a reason"):
        actions.answer_invitation(is_coming=False, **tell)
    actions.answer_invitation(is_coming=False, reason="An inspection at my school", **tell)
    row.refresh_from_db()
    assert (row.is_coming, row.absence_reason) == (False, "An inspection at my school")
    assert row.due_on is not None


def test_an_optional_event_is_declined_without_a_reason(authority, partner):
    row = invite(make_event(authority, is_mandatory=False), partner)
    actions.answer_invitation(attendance=row, is_coming=False, by=partner.user, at=moment(ENTERED_ON))
    row.refresh_from_db()
    assert (row.is_coming, row.due_on) == (False, None)


def test_after_the_day_a_sip_says_why_they_did_not_come(row, partner):
    with pytest.raises(MoveRefused, match="The day has passed"):
        actions.answer_invitation(attendance=row, is_coming=True, by=partner.user, at=moment(AFTER))
    actions.answer_invitation(attendance=row, is_coming=False, reason="I was ill", by=partner.user, at=moment(AFTER))
    row.refresh_from_db()
    assert row.absence_reason == "I was ill"


def test_nobody_else_answers_for_a_sip_and_what_is_settled_is_not_answered(row, partner, manager):
    with pytest.raises(PermissionDenied):
        actions.answer_invitation(attendance=row, is_coming=True, by=manager, at=moment(ENTERED_ON))
    stale = Attendance.objects.select_related("event", "partner").get(pk=row.pk)
    say(row, "came", by=manager)
    with pytest.raises(OutOfDate):
        actions.answer_invitation(attendance=stale, is_coming=False, reason="I was ill", by=partner.user, at=moment(AFTER))
    with pytest.raises(MoveRefused, match="nothing to answer"):
        actions.answer_invitation(attendance=row, is_coming=True, by=partner.user, at=moment(AFTER))
    say(row, "excused", "Ill", by=manager)
    with pytest.raises(MoveRefused, match="decided on"):
        actions.answer_invitation(attendance=row, is_coming=False, reason="Ill", by=partner.user, at=moment(AFTER))


def test_cpd_14_one_date_of_several_is_chosen_while_there_are_places(authority, partner):
    first, second = (
        make_event(authority, alternatives="June", held_on=day, places=1) for day in (date(2009, 11, 19), date(2009, 11, 26))
    )
    mine, other = invite(first, partner), invite(second, partner)
    actions.answer_invitation(attendance=mine, is_coming=True, by=partner.user, at=moment(ENTERED_ON))
    other.refresh_from_db()
    assert other.is_coming is False
    late = engage(make_partner(user=people.user()), authority).partner
    row = invite(first, late)
    with pytest.raises(MoveRefused, match="Every place on 19 November 2009 is taken"):
        actions.answer_invitation(attendance=row, is_coming=True, by=late.user, at=moment(ENTERED_ON))
    row.refresh_from_db()
    assert row.is_coming is None


def test_cpd_16_a_sip_enters_an_online_module_with_its_own_value_and_evidence(partner):
    prepared = actions.prepare_file(name="certificate.txt", content=b"Done.", at=moment(AFTER))
    row = enter(partner, note="Useful", prepared=prepared)
    assert (row.attended, row.is_accepted, row.days) == (True, None, Decimal("0.25"))
    assert PartnerFile.objects.get(kind="development").about == f"attendance:{row.pk}"
    assert row.due_on is not None


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"title": " "}, "Enter what it was"),
        ({"days": Decimal("0.1")}, "in quarters"),
        ({"held_on": date(2009, 11, 14)}, "today or in the past"),
    ],
)
def test_an_entry_that_is_not_sound_is_refused(partner, wrong, says):
    with pytest.raises(MoveRefused, match=says):
        enter(partner, **wrong)
    assert not Attendance.objects.exists()


def test_one_enters_and_takes_back_ones_own_development_only_until_it_is_decided(partner, manager):
    with pytest.raises(PermissionDenied):
        actions.enter_development(
            partner=partner, title="Module", kind="online", held_on=AFTER, days=HALF, by=manager, at=moment(AFTER)
        )
    first, second = enter(partner), enter(partner, title="Another")
    actions.withdraw_entry(attendance=first, by=partner.user, at=moment(AFTER))
    actions.decide_attendance(attendance=second, is_accepted=True, by=manager, at=moment(AFTER))
    with pytest.raises(OutOfDate):
        actions.withdraw_entry(attendance=second, by=partner.user, at=moment(AFTER))
    assert list(Attendance.objects.standing()) == [second]
    assert Attendance.objects.count() == 2  # nothing is deleted


# ------------------------------------------------------------------------------------------------ what the manager says


def test_cpd_11_an_absence_is_accepted_or_not_with_a_word_that_the_sip_reads(row, partner, manager):
    actions.answer_invitation(attendance=row, is_coming=False, reason="A wedding", by=partner.user, at=moment(ENTERED_ON))
    tell = {"attendance": row, "by": manager, "at": moment(ENTERED_ON)}
    with pytest.raises(MoveRefused, match="why it is not accepted"):
        actions.decide_attendance(is_accepted=False, **tell)
    actions.decide_attendance(is_accepted=False, decision="It is not a reason to miss work", **tell)
    row.refresh_from_db()
    assert (row.attended, row.is_accepted, row.decided_by) == (False, False, manager)
    mail = OutgoingEmail.objects.get(kind="attendance_decided")
    assert mail.to == partner.email
    assert "reason to miss" not in mail.body
    with pytest.raises(OutOfDate):
        actions.decide_attendance(is_accepted=True, **tell)


def test_there_is_nothing_to_decide_where_nobody_was_absent(row, manager):
    with pytest.raises(MoveRefused, match="no absence"):
        actions.decide_attendance(attendance=row, is_accepted=True, by=manager, at=moment(ENTERED_ON))


def test_nobody_accepts_their_own_and_no_other_authority_decides(authority, row, partner):
    say(row, "absent", "Ill")
    both = people.membership(Role.MANAGER, at=authority, of=partner.user).user
    foreign = people.member(Role.MANAGER, at=people.authority("Othershire"))
    for by in (both, foreign, people.member(Role.ADMINISTRATOR, at=authority)):
        with pytest.raises(PermissionDenied):
            actions.decide_attendance(attendance=row, is_accepted=True, by=by, at=moment(AFTER))
    row.refresh_from_db()
    assert row.is_accepted is None


def test_cpd_10_a_line_manager_notes_what_went_well_barriers_and_needs(authority, partner, manager):
    line_manager = people.user()
    engagement = partner.engagements.get()
    support(engagement, line_manager)
    tell = {"engagement": engagement, "reviewed_on": AFTER, "at": moment(AFTER)}
    found = actions.record_development_review(went_well="Notes", barriers="Time", needs="Early years", by=line_manager, **tell)
    assert (found.reviewer, found.authority) == (line_manager, authority)
    with pytest.raises(MoveRefused, match="went well"):
        actions.record_development_review(went_well=" ", by=manager, **tell)
    with pytest.raises(MoveRefused, match="today or in the past"):
        actions.record_development_review(went_well="Notes", by=manager, **(tell | {"reviewed_on": date(2009, 11, 14)}))
    for by in (partner.user, people.membership(Role.MANAGER, at=authority, of=partner.user).user):
        with pytest.raises(PermissionDenied):
            actions.record_development_review(went_well="I am splendid", by=by, **tell)
    assert DevelopmentReview.objects.count() == 1


def test_what_a_record_was_merged_from_keeps_the_line_on_which_somebody_said_who_came(authority, partner):
    """REG-14: two records of one person were both invited; the one that came counts, nothing is lost."""
    gone = engage(make_partner(), authority).partner
    row = invite(make_event(authority), partner)
    theirs = say(invite(row.event, gone), "came")
    other = came_to(gone, authority)
    actions.merge_partners(
        kept=partner, gone=gone, taken=(), reason="One person", by=people.member(Role.PROGRAMME), at=moment(AFTER)
    )
    lines = Attendance.objects.standing().filter(partner=partner)
    assert set(lines) == {theirs, other}
    assert Attendance.objects.filter(partner=partner).count() == 3
