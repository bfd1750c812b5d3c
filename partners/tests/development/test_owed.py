"""What is owed about development, by whom, and when it is settled (DL-43 to DL-46, CPD-9, CPD-11, CPD-16)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from accounts.permissions import Role
from accounts.tests import factories as people
from partners import actions
from partners.selectors import development_of, meetings_attended, non_school_days, owed_of_development, target_for
from partners.tests.accreditation.accrediting import make_discussion
from sipmanager.core.jobs import NATIONAL

from ..factories import engage, make_partner, moment, support
from .factories import BRIEFED_ON, ENTERED_ON, came_to, invite, make_event, say

pytestmark = pytest.mark.django_db
TODAY = date(2009, 11, 16)  # Monday


@pytest.fixture
def authority():
    return people.authority("Middleshire")


@pytest.fixture
def partner(authority):
    return engage(make_partner("Ann Field", user=people.user()), authority).partner


def owed(authority, rule: str, on: date = TODAY) -> list:
    found = owed_of_development(partition=authority.code if authority else NATIONAL, on=on)
    return [due for due in found if due.rule == rule]


def test_dl_43_a_sip_short_of_days_is_told_in_term_4_and_term_6(authority, partner, manager):
    line_manager = people.user()
    support(partner.engagements.get(), line_manager)
    came_to(partner, authority, days=Decimal(2))
    assert owed(authority, "DL-43", date(2010, 2, 27)) == []
    assert owed(authority, "DL-43", date(2010, 3, 15)) == []  # half of them are on record
    (due,) = owed(authority, "DL-43", date(2010, 6, 1))
    assert "2 of 4" in due.says
    assert due.owner.user_id == partner.user_id
    assert (due.due_on, due.stage) == (date(2010, 8, 31), "3m")
    assert [person.user_id for person in due.escalate_to] == [line_manager.pk]


def test_dl_44_to_46_come_to_what_is_mandatory_or_say_why_not(authority, partner, manager):
    """DL-45, DL-46: the termly national meeting and the meetings of a team are told alike."""
    on = BRIEFED_ON - timedelta(days=3)
    briefing = invite(make_event(authority), partner)
    invite(make_event(authority, kind="meeting"), partner)
    invite(make_event(None, kind="termly", days=Decimal(1), is_mandatory=False), partner)
    invite(make_event(authority, kind="workshop", is_mandatory=False), partner)
    found = [due for rule in ("DL-44", "DL-45", "DL-46") for due in owed(authority, rule, on)]
    assert [(due.rule, due.stage) for due in found] == [("DL-44", "3d"), ("DL-45", "3d"), ("DL-46", "3d")]
    assert owed(authority, "DL-44", BRIEFED_ON - timedelta(days=15)) == []
    actions.answer_invitation(attendance=briefing, is_coming=False, reason="Ill", by=partner.user, at=moment(ENTERED_ON))
    assert owed(authority, "DL-44", on) == []


def test_cpd_9_who_came_is_to_be_said_within_a_week(authority, partner, manager):
    row = invite(make_event(authority), partner)
    meeting = invite(make_event(None, kind="termly", days=Decimal(1)), partner)
    programme = people.member(Role.PROGRAMME)
    (due,) = owed(authority, "CPD-9")
    assert (due.owner.user_id, due.due_on, due.stage) == (manager.pk, date(2009, 11, 19), "")
    assert owed(authority, "CPD-9", date(2009, 11, 19))[0].stage == "0d"
    assert [due.owner.user_id for due in owed(None, "CPD-9")] == [programme.pk]
    say(row, "came")
    say(meeting, "came")
    assert owed(authority, "CPD-9") == owed(None, "CPD-9") == []


def test_cpd_9_of_several_dates_only_those_who_chose_one_are_waited_for(authority, partner, manager):
    row = invite(make_event(authority, alternatives="June"), partner)
    assert owed(authority, "CPD-9") == []
    actions.answer_invitation(attendance=row, is_coming=True, by=partner.user, at=moment(ENTERED_ON))
    assert len(owed(authority, "CPD-9")) == 1


def test_cpd_16_entries_and_reasons_wait_for_the_manager_who_is_not_the_sip(authority, partner, manager):
    people.membership(Role.MANAGER, at=authority, of=partner.user)
    row = invite(make_event(authority), partner)
    actions.answer_invitation(attendance=row, is_coming=False, reason="Ill", by=partner.user, at=moment(ENTERED_ON))
    entry = actions.enter_development(
        partner=partner, title="Module", kind="online", held_on=TODAY, days=Decimal("0.5"), by=partner.user, at=moment(TODAY)
    )
    found = owed(authority, "CPD-16")
    assert [(due.owner.user_id, due.subject) for due in found] == [
        (manager.pk, f"attendance:{row.pk}"), (manager.pk, f"attendance:{entry.pk}")
    ]  # fmt: skip
    assert {person.user_id for due in found for person in due.waiting} == {partner.user_id}
    actions.decide_attendance(attendance=entry, is_accepted=True, by=manager, at=moment(TODAY))
    actions.decide_attendance(attendance=row, is_accepted=True, by=manager, at=moment(TODAY))
    assert owed(authority, "CPD-16") == []


def test_cpd_11_two_absences_in_a_row_alert_the_manager_until_they_are_talked_over(authority, partner, manager):
    came_to(partner, authority, "absent", held_on=date(2009, 10, 1))
    assert owed(authority, "CPD-11") == []
    came_to(partner, authority, "absent")
    (due,) = owed(authority, "CPD-11")
    assert "Ann Field, who missed 2 mandatory events in a row, the last on 12 November 2009" in due.says
    assert (due.owner.user_id, due.due_on) == (manager.pk, BRIEFED_ON)
    make_discussion(engagement=partner.engagements.get(), on=TODAY)
    assert owed(authority, "CPD-11") == []


def test_cpd_11_an_accepted_absence_or_coming_again_ends_the_row(authority, partner, manager):
    came_to(partner, authority, "absent", held_on=date(2009, 10, 1))
    row = came_to(partner, authority, "absent")
    say(row, "excused", "Ill", by=manager)
    assert owed(authority, "CPD-11") == []
    say(row, "absent", by=manager)
    assert len(owed(authority, "CPD-11")) == 1
    came_to(partner, authority, held_on=date(2009, 11, 13))
    assert owed(authority, "CPD-11") == []


def test_the_dues_cost_the_same_for_one_sip_and_for_many(authority, partner, manager, django_assert_num_queries):
    def many(count):
        for number in range(count):
            other = engage(make_partner(user=people.user()), authority).partner
            came_to(other, authority, "absent", held_on=date(2009, 10, 1))
            came_to(other, authority, "absent")
            invite(make_event(authority, held_on=TODAY + timedelta(days=number)), other)

    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    many(1)
    with CaptureQueriesContext(connection) as first:
        owed_of_development(partition=authority.code, on=TODAY)
    many(5)
    with django_assert_num_queries(len(first)):
        owed_of_development(partition=authority.code, on=TODAY)


def test_an_unknown_partition_owes_nothing():
    assert owed_of_development(partition="999", on=TODAY) == []


def test_cog_e_days_for_no_school_and_termly_meetings_by_sip_and_year(authority, partner):
    """ACT-16: every SIP of the year is in it, also without a line; another authority's are not."""
    came_to(partner, authority)
    came_to(partner, authority, is_school_day=True, days=Decimal(2))
    came_to(partner, None, kind="termly", days=Decimal(1))
    blank = engage(make_partner(), authority).partner
    gone = engage(make_partner(), authority, ends_on=date(2009, 8, 31)).partner
    assert non_school_days(authority, 2009) == {partner.pk: Decimal("1.5"), blank.pk: Decimal(0)}
    assert meetings_attended(authority, 2009) == {partner.pk: 1, blank.pk: 0}
    assert meetings_attended(authority, 2010)[partner.pk] == 0
    assert gone.pk in development_of(authority, 2008)
    assert target_for(partner, TODAY) == target_for(make_partner(), TODAY) == 4
