"""Development events: arranged, changed, cancelled; who is invited (CPD-2, CPD-12, CPD-14)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import Membership
from accounts.permissions import Role
from accounts.tests import factories as people
from partners import actions, emails, jobs
from partners.actions.development import events
from partners.jobs import invite_newly_deployed
from partners.models import Attendance, DevelopmentEvent
from schools.facts import Phase
from schools.tests.factories import make_school
from sipmanager.core.jobs import NATIONAL
from sipmanager.core.models import AuditEvent, OutgoingEmail
from sipmanager.core.workflow import MoveRefused, OutOfDate

from ..factories import engage, make_deployment, make_partner, moment
from ..racing import run_at_once
from .factories import BRIEFED_ON, ENTERED_ON, came_to, invite, make_event, say

pytestmark = pytest.mark.django_db


@pytest.fixture
def authority():
    return people.authority("Middleshire")


def deployed(authority, phase=Phase.PRIMARY, **more):
    school = make_school(authority=authority, phase=phase)
    return make_deployment(school=school, authority=authority, **more).partner


def test_an_event_is_entered_with_what_cpd_14_asks_for(authority, manager):
    """CPD-2: briefings, workshops, performance meetings, modules and theme days are kinds of one thing."""
    event = make_event(
        authority, by=manager, phase="primary", alternatives="June briefing", host="other", venue="Town hall", places=20
    )
    assert (event.season, event.days, event.is_mandatory, event.is_national) == ("autumn", Decimal("0.5"), True, False)
    assert str(event) == "Briefing"
    assert AuditEvent.objects.get(what="event.arrange").authority_id == authority.pk
    assert not Attendance.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"title": " "}, "Enter a title"),
        ({"days": Decimal("0.3")}, "in halves"),
        ({"kind": "termly"}, "arranged by national staff"),
    ],
)
def test_an_event_that_is_not_sound_is_refused_and_nothing_is_entered(authority, manager, wrong, says):
    with pytest.raises(MoveRefused, match=says):
        make_event(authority, by=manager, **wrong)
    assert not DevelopmentEvent.objects.exists()


def test_national_events_are_national_staffs_and_an_authoritys_are_its_own(authority, manager):
    programme, other = people.member(Role.PROGRAMME), people.authority("Othershire")
    assert make_event(None, by=programme, kind="termly", days=Decimal(1)).is_national
    for at, by in ((None, manager), (other, manager), (authority, people.member(Role.COORDINATOR, at=authority.region))):
        with pytest.raises(PermissionDenied):
            make_event(at, by=by)
    own = make_event(authority, by=manager)
    with pytest.raises(PermissionDenied):
        actions.cancel_event(event=own, reason="Not ours", by=programme, at=moment(ENTERED_ON))
    assert DevelopmentEvent.objects.count() == 2


def test_cpd_12_those_at_work_on_the_day_are_invited_by_phase_and_told(authority, manager):
    primary, secondary = deployed(authority), deployed(authority, Phase.SECONDARY)
    deployed(authority, ends_on=date(2009, 10, 30))  # not at work any more on the day
    deployed(people.authority("Othershire"))
    event = make_event(authority, by=manager, phase="primary", venue="Town hall")
    assert actions.invite_to_event(event=event, by=manager, at=moment(ENTERED_ON)) == 1
    assert [row.partner for row in event.attendances.all()] == [primary]
    assert OutgoingEmail.objects.get(kind="event_invited").to == primary.email
    everybody = make_event(authority, by=manager)
    assert actions.invite_to_event(event=everybody, by=manager, at=moment(ENTERED_ON)) == 2
    assert {row.partner for row in everybody.attendances.all()} == {primary, secondary}
    assert actions.invite_to_event(event=everybody, by=manager, at=moment(ENTERED_ON)) == 0


def test_cpd_12_the_night_invites_those_deployed_since(authority, manager):
    deployed(authority)
    event, unsent = make_event(authority, by=manager), make_event(authority, by=manager)
    national = make_event(None, kind="termly", days=Decimal(1))
    for one in (event, national):
        actions.invite_to_event(event=one, by=None, at=moment(ENTERED_ON))
    late = deployed(authority, starts_on=date(2009, 10, 1))
    on = date(2009, 10, 2)
    invite_newly_deployed(partition=authority.code, on=on, at=moment(on), dry_run=True)
    assert event.attendances.count() == 1
    invite_newly_deployed(partition=authority.code, on=on, at=moment(on))
    assert event.attendances.filter(partner=late).exists()
    assert not unsent.attendances.exists()
    assert not national.attendances.filter(partner=late).exists()
    invite_newly_deployed(partition=NATIONAL, on=on, at=moment(on))
    assert national.attendances.filter(partner=late).exists()


def test_cpd_12_a_worker_that_is_killed_half_way_goes_on_where_it_left_off(authority, manager, monkeypatch):
    """Few at a time: what was begun is kept whole, the rest follows, and nobody is written to twice."""
    monkeypatch.setattr(events, "INVITED_AT_ONCE", 2)
    people_at_work = {deployed(authority).pk for _ in range(5)}
    event, real, calls = make_event(authority, by=manager), emails.event_invited, []

    def dies(**more):
        calls.append(more)
        real(**more)
        if len(calls) == 2:
            raise SystemExit

    monkeypatch.setattr(emails, "event_invited", dies)
    with pytest.raises(SystemExit):
        jobs.invite(event_id=event.pk, by_id=manager.pk, at=moment(ENTERED_ON))
    assert event.attendances.count() == OutgoingEmail.objects.filter(kind="event_invited").count() == 2
    for _ in range(2):  # the queue delivers it again, and again
        jobs.invite(event_id=event.pk, by_id=manager.pk, at=moment(ENTERED_ON))
    assert {row.partner_id for row in event.attendances.all()} == people_at_work
    assert OutgoingEmail.objects.filter(kind="event_invited").count() == 5
    assert AuditEvent.objects.filter(what="event.begin_inviting").count() == 1


def test_cpd_12_a_right_that_ended_sends_nothing_and_the_night_does(authority, manager):
    partner, event = deployed(authority), make_event(authority, by=manager)
    actions.begin_inviting(event=event, by=manager, at=moment(ENTERED_ON))
    Membership.objects.filter(user=manager).update(ends_on=ENTERED_ON - timedelta(days=1))
    jobs.invite(event_id=event.pk, by_id=manager.pk, at=moment(ENTERED_ON))
    assert not event.attendances.exists()
    on = date(2009, 10, 2)
    invite_newly_deployed(partition=authority.code, on=on, at=moment(on))
    assert event.attendances.get().partner == partner


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_cpd_12_two_who_invite_at_once_write_to_each_sip_once(authority, manager):
    for _ in range(4):
        deployed(authority)
    event = make_event(authority, by=manager)
    calls = [lambda: jobs.invite(event_id=event.pk, by_id=manager.pk, at=moment(ENTERED_ON))] * 3
    assert run_at_once(calls) == ["won"] * 3
    assert event.attendances.count() == OutgoingEmail.objects.filter(kind="event_invited").count() == 4


def test_a_failing_event_does_not_stop_the_others_of_the_night(authority, manager, monkeypatch):
    partner = deployed(authority)
    first, second = make_event(authority, by=manager), make_event(authority, by=manager)
    for one in (first, second):
        actions.invite_to_event(event=one, by=None, at=moment(ENTERED_ON))
    late, on = deployed(authority), date(2009, 10, 2)
    from partners.jobs import development

    real = development.invite_to_event
    monkeypatch.setattr(
        development, "invite_to_event", lambda event, **more: 1 / 0 if event.pk == first.pk else real(event=event, **more)
    )
    tally = invite_newly_deployed(partition=authority.code, on=on, at=moment(on))
    assert len(tally.failures) == 1
    assert {row.partner for row in second.attendances.all()} == {partner, late}


def test_a_change_tells_those_invited_of_another_day_and_only_of_that(authority, manager):
    event = make_event(authority, by=manager)
    row = invite(event, engage(make_partner(), authority).partner, by=manager)
    at = moment(date(2009, 10, 1))
    assert actions.change_event(event=event, version=1, title="Autumn briefing", by=manager, at=at) == ["title"]
    assert not OutgoingEmail.objects.filter(kind="event_changed").exists()
    assert actions.change_event(event=event, version=2, title="Autumn briefing", by=manager, at=at) == []
    moved_to = date(2010, 1, 14)
    assert actions.change_event(event=event, version=2, held_on=moved_to, by=manager, at=at) == ["held_on", "season"]
    assert OutgoingEmail.objects.get(kind="event_changed").to == row.partner.email
    assert (event.version, event.season) == (3, "spring")


def test_two_who_change_one_event_are_not_lost_and_the_day_stays_once_it_is_said_who_came(authority, manager):
    event = make_event(authority, by=manager)
    at = moment(BRIEFED_ON)
    actions.change_event(event=event, version=1, venue="Town hall", by=manager, at=at)
    with pytest.raises(OutOfDate):
        actions.change_event(event=event, version=1, venue="School hall", by=manager, at=at)
    say(invite(event, engage(make_partner(), authority).partner), "came")
    with pytest.raises(MoveRefused, match="on record who came"):
        actions.change_event(event=event, version=2, days=Decimal(1), by=manager, at=at)
    event.refresh_from_db()
    assert (event.venue, event.days) == ("Town hall", Decimal("0.5"))


def test_a_cancelled_event_says_why_and_nothing_more_happens_to_it(authority, manager):
    event, partner = make_event(authority, by=manager), engage(make_partner(), authority).partner
    row = invite(event, partner)
    at = moment(ENTERED_ON)
    with pytest.raises(MoveRefused, match="Enter a reason"):
        actions.cancel_event(event=event, reason=".", by=manager, at=at)
    stale = DevelopmentEvent.objects.get(pk=event.pk)
    actions.cancel_event(event=event, reason="The hall is flooded", by=manager, at=at)
    assert OutgoingEmail.objects.get(kind="event_cancelled").to == partner.email
    with pytest.raises(OutOfDate):
        actions.cancel_event(event=stale, reason="The hall is flooded", by=manager, at=at)
    for act in (
        lambda: actions.change_event(event=event, version=2, title="Again", by=manager, at=at),
        lambda: actions.invite_to_event(event=event, by=manager, at=at),
        lambda: actions.add_to_event(event=event, partner=make_partner(), by=manager, at=at),
        lambda: say(row, "came"),
    ):
        with pytest.raises(MoveRefused, match="cancelled"):
            act()
    event.refresh_from_db()
    row.refresh_from_db()
    assert (event.cancel_reason, event.version, row.attended) == ("The hall is flooded", 2, None)


def test_an_event_that_somebody_came_to_is_not_cancelled(authority, manager):
    row = came_to(engage(make_partner(), authority).partner, authority)
    with pytest.raises(MoveRefused, match="took place"):
        actions.cancel_event(event=row.event, reason="Never mind", by=manager, at=moment(BRIEFED_ON))
    row.event.refresh_from_db()
    assert row.event.cancelled_on is None


def test_what_is_changed_or_cancelled_afterwards_is_nobodys_news(authority, manager):
    event, later = make_event(authority, by=manager), moment(date(2009, 12, 1))
    invite(event, engage(make_partner(), authority).partner, on=date(2009, 12, 1))
    actions.change_event(event=event, version=1, venue="Town hall", by=manager, at=later)
    actions.cancel_event(event=event, reason="It never took place", by=manager, at=later)
    assert not OutgoingEmail.objects.filter(kind__startswith="event_").exists()


def test_one_more_sip_is_invited_by_name_once_and_taken_off_until_it_is_said_who_came(authority, manager):
    event, partner = make_event(authority, by=manager), engage(make_partner(), authority).partner
    row, at = invite(event, partner, by=manager), moment(ENTERED_ON)
    with pytest.raises(MoveRefused, match="invited already"):
        actions.add_to_event(event=event, partner=partner, by=manager, at=at)
    actions.take_off_event(attendance=row, by=manager, at=at)
    assert not event.attendances.standing().exists()
    again = say(invite(event, partner, by=manager), "came")
    with pytest.raises(OutOfDate):
        actions.take_off_event(attendance=again, by=manager, at=at)
    assert event.attendances.count() == 2
