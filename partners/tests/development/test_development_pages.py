"""The pages of development: events, the list of one, a SIP's record, what the year comes to (REG-14, CPD-9, REP-15)."""

import re
from datetime import date
from decimal import Decimal
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.permissions import Role
from accounts.tests import factories as people
from partners import actions, jobs, selectors
from partners.models import Attendance, DevelopmentEvent, DevelopmentReview, Partner
from partners.registers.development import with_year
from schools.tests.factories import make_head, make_school
from sipmanager.core import clock

from ..factories import engage, make_deployment, make_partner, moment, support
from .factories import BRIEFED_ON, came_to, invite, make_event, say

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today(clock_at):
    clock_at("2009-11-16 10:00")  # Monday


@pytest.fixture
def authority():
    return people.authority("Middleshire")


@pytest.fixture
def manager(authority, as_role):
    return as_role(Role.MANAGER, at=authority)


@pytest.fixture
def partner(authority):
    return engage(make_partner("Ann Field", user=people.user("Ann Field")), authority).partner


@pytest.fixture
def sip(partner, as_role):
    return as_role(user=partner.user)


def url(name: str, *args) -> str:
    return reverse(f"partners:{name}", args=args)


def text(client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def hidden(client, page: str) -> dict:
    return dict(re.findall(r'<input type="hidden" name="(form_key|authority)" value="([^"]*)"', text(client, page)))


def queries_of(client, address: str) -> int:
    with CaptureQueriesContext(connection) as found:
        text(client, address)
    return len(found)


EVENT = {
    "title": "Autumn briefing", "kind": "briefing", "held_on_day": "26", "held_on_month": "11", "held_on_year": "2009",
    "days": "0.5", "host": "authority", "phase": "", "is_mandatory": "on",
}  # fmt: skip


def sent_list(event, **codes) -> dict:
    """What the page of an event posts: `a1="came"` for the attendance 1."""
    rows = event.attendances.standing()
    data = {"line": [str(row.pk) for row in rows]}
    for row in rows:
        code = actions.code_of(row)
        data |= {f"was_{row.pk}": code, f"was_reason_{row.pk}": row.absence_reason}
        data |= {f"now_{row.pk}": codes.get(f"a{row.pk}", code), f"reason_{row.pk}": row.absence_reason}
    return data


def test_an_event_is_entered_once_and_those_at_work_are_invited(authority, manager):
    """CPD-14, CPD-12."""
    at_work = make_deployment(school=make_school(authority=authority), authority=authority).partner
    data = EVENT | hidden(manager, url("event-new"))
    first, second = (manager.post(url("event-new"), data) for _ in range(2))
    event = DevelopmentEvent.objects.get()
    assert first["Location"] == second["Location"] == url("event-detail", event.pk)
    assert (event.authority, event.season, event.is_mandatory) == (authority, "autumn", True)
    assert "Nobody is on the list yet" in text(manager, url("event-detail", event.pk))
    manager.post(url("event-invite", event.pk))
    assert event.attendances.get().partner == at_work
    page = text(manager, url("event-detail", event.pk))
    assert at_work.full_name in page
    assert "Invite those deployed since" in page


def test_cpd_12_invitations_are_sent_by_the_worker_and_the_page_says_how_many_are(authority, manager, monkeypatch):
    asked = []
    monkeypatch.setattr("partners.tasks.invite_to_event.delay", lambda *keys: asked.append(keys))
    at_work = [make_deployment(school=make_school(authority=authority), authority=authority).partner for _ in range(3)]
    event = make_event(authority, held_on=date(2009, 11, 26))
    said = manager.post(url("event-invite", event.pk), follow=True).content.decode()
    assert "3 SIPs are being invited." in said
    assert not event.attendances.exists()
    assert [event_id for event_id, _by in asked] == [event.pk]
    invite(event, at_work[0])
    assert "1 SIP invited, 2 still to be." in text(manager, url("event-detail", event.pk))
    jobs.invite(event_id=event.pk, by_id=asked[0][1], at=clock.now())
    page = text(manager, url("event-detail", event.pk))
    assert "still to be" not in page
    assert event.attendances.count() == 3
    assert "is invited already" in manager.post(url("event-invite", event.pk), follow=True).content.decode()
    assert len(asked) == 1


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"days": "0.3"}, "Days must be in halves"),
        ({"kind": "termly"}, "Termly national meetings are entered by national staff"),
        ({"title": ""}, "Enter the title"),
    ],
)
def test_what_is_wrong_with_an_event_is_said_on_the_form(manager, wrong, says):
    answer = manager.post(url("event-new"), EVENT | wrong | hidden(manager, url("event-new")))
    assert says in answer.content.decode()
    assert not DevelopmentEvent.objects.exists()


def test_national_staff_enter_national_events(as_role):
    programme = as_role(Role.PROGRAMME)
    data = EVENT | {"kind": "termly", "days": "1", "host": "national"}
    programme.post(url("event-new"), data | hidden(programme, url("event-new")))
    assert DevelopmentEvent.objects.get().authority is None


def test_cpd_9_the_whole_list_is_saved_in_one_go_and_twice_does_no_harm(authority, manager, partner):
    event = make_event(authority)
    first, second = invite(event, partner), invite(event, engage(make_partner(), authority).partner)
    data = sent_list(event, **{f"a{first.pk}": "came", f"a{second.pk}": "unexcused"}) | {f"reason_{second.pk}": "A wedding"}
    assert "2 lines changed" in manager.post(url("event-attendance", event.pk), data, follow=True).content.decode()
    assert "as it was" in manager.post(url("event-attendance", event.pk), data, follow=True).content.decode()
    assert list(event.attendances.order_by("pk").values_list("attended", "is_accepted", "absence_reason")) == [
        (True, None, ""), (False, False, "A wedding")
    ]  # fmt: skip


def test_a_list_that_somebody_else_changed_meanwhile_is_shown_again(authority, manager, partner):
    row = invite(make_event(authority), partner)
    data = sent_list(row.event, **{f"a{row.pk}": "absent"})
    say(row, "came")
    page = manager.post(url("event-attendance", row.event.pk), data).content.decode()
    assert "Somebody else has meanwhile entered something about Ann Field" in page
    row.refresh_from_db()
    assert row.attended is True


def test_a_reason_without_a_word_on_who_came_is_asked_about(authority, manager, partner):
    row = invite(make_event(authority), partner)
    data = sent_list(row.event) | {f"reason_{row.pk}": "Ill"}
    assert "Say whether Ann Field came" in manager.post(url("event-attendance", row.event.pk), data).content.decode()
    row.refresh_from_db()
    assert row.absence_reason == ""


@pytest.mark.parametrize("broken", [{"line": "x"}, {"now": "perhaps"}])
def test_a_list_that_no_page_sends_is_refused(authority, manager, partner, broken):
    row = invite(make_event(authority), partner)
    data = sent_list(row.event)
    data |= {"line": [broken["line"]]} if "line" in broken else {f"now_{row.pk}": broken["now"]}
    assert manager.post(url("event-attendance", row.event.pk), data).status_code == 400


def test_an_event_is_changed_and_cancelled_on_its_page(authority, manager, partner):
    event = make_event(authority)
    data = EVENT | {"version": "1"}
    assert "The event is changed" in manager.post(url("event-change", event.pk), data, follow=True).content.decode()
    assert "Somebody has changed this event" in manager.post(
        url("event-change", event.pk), data | {"title": "Another"}
    ).content.decode()  # fmt: skip
    manager.post(url("event-add", event.pk), {"reference": partner.reference.lower()})
    assert "There is no SIP" in manager.post(url("event-add", event.pk), {"reference": "P0"}).content.decode()
    row = event.attendances.get()
    manager.post(url("attendance-off", row.pk))
    assert not event.attendances.standing().exists()
    assert manager.post(url("attendance-off", row.pk)).status_code == 404
    page = manager.post(url("event-cancel", event.pk), {"reason": "The hall is flooded"}, follow=True).content.decode()
    assert "The hall is flooded" in page
    assert "Change the event" not in page
    assert "This event is cancelled" in manager.post(url("event-invite", event.pk), follow=True).content.decode()


def test_a_sip_answers_and_the_manager_decides(authority, manager, partner, sip):
    """CPD-11: each absence has a reason, accepted or not."""
    row = invite(make_event(authority, held_on=date(2009, 11, 26)), partner)
    assert "Answer the invitation" in text(sip, url("event-detail", row.event.pk))
    assert "Enter a reason" in sip.post(url("attendance-answer", row.pk), {"is_coming": "no"}).content.decode()
    sip.post(url("attendance-answer", row.pk), {"is_coming": "no", "reason": "A wedding"})
    assert "A wedding" in text(manager, url("attendance-decide", row.pk))
    assert "why it is not accepted" in manager.post(url("attendance-decide", row.pk), {"is_accepted": "no"}).content.decode()
    manager.post(url("attendance-decide", row.pk), {"is_accepted": "no", "decision": "No cause to miss work"}, follow=True)
    page = text(sip, url("partner-development", partner.reference))
    assert "Absence not accepted" in page
    assert "No cause to miss work" in page
    assert "decided already" in manager.get(url("attendance-decide", row.pk), follow=True).content.decode()
    assert manager.get(url("attendance-answer", row.pk)).status_code == 404


def test_after_the_day_a_sip_is_asked_why_alone(authority, partner, sip):
    row = invite(make_event(authority), partner)
    assert "Will you come?" not in text(sip, url("attendance-answer", row.pk))
    sip.post(url("attendance-answer", row.pk), {"reason": "I was ill"})
    row.refresh_from_db()
    assert row.absence_reason == "I was ill"


def test_a_sip_enters_a_module_once_takes_one_back_and_the_manager_accepts_the_other(authority, manager, partner, sip):
    """CPD-16: an own entry counts once it is accepted."""
    new = url("development-new", partner.reference)
    data = {
        "title": "Online module", "kind": "online", "held_on_day": "8", "held_on_month": "10", "held_on_year": "2009",
        "days": "0.75", **hidden(sip, new),
    }  # fmt: skip
    for _ in range(2):
        sip.post(new, data)
    row = Attendance.objects.get()
    record = url("partner-development", partner.reference)
    assert "Waiting for the manager's word" in text(sip, record)
    assert "0 of 4" in text(sip, record)
    manager.post(url("attendance-decide", row.pk), {"is_accepted": "yes"})
    assert "0.75 of 4" in text(sip, record)
    assert "decided on, or taken back" in sip.post(url("entry-withdraw", row.pk), follow=True).content.decode()
    sip.post(new, data | {"title": "By mistake", **hidden(sip, new)})
    mistake = Attendance.objects.get(title="By mistake")
    assert "Take back" in text(sip, url("entry-withdraw", mistake.pk))
    sip.post(url("entry-withdraw", mistake.pk))
    assert "By mistake" not in text(sip, record)


def test_an_address_of_another_kind_of_line_leads_to_the_record(authority, partner, sip, manager):
    row = invite(make_event(authority), partner)
    entry = actions.enter_development(
        partner=partner, title="Module", kind="online", held_on=BRIEFED_ON, days=Decimal(1), by=partner.user,
        at=moment(BRIEFED_ON),
    )  # fmt: skip
    record = url("partner-development", partner.reference)
    assert sip.get(url("attendance-answer", entry.pk))["Location"] == record
    assert sip.get(url("entry-withdraw", row.pk))["Location"] == record


def test_act_16_planned_and_attended_days_and_what_was_missed_stand_on_the_record_and_its_sheet(
    authority, partner, sip, as_role
):
    """REG-14, CPD-1, CPD-9: the SIP's own record, to show at the review; CPD-10: the notes of it."""
    came_to(partner, authority, title="Briefing of autumn")
    came_to(partner, authority, "absent", title="Second briefing", held_on=date(2009, 10, 1))
    came_to(partner, None, kind="termly", days=Decimal(1), title="National meeting")
    line_manager = people.user("Howard Lyle")
    engagement = partner.engagements.get()
    support(engagement, line_manager)
    new = url("development-review", partner.reference, engagement.pk)
    howard = as_role(user=line_manager)
    data = {
        "reviewed_on_day": "16", "reviewed_on_month": "11", "reviewed_on_year": "2009", "went_well": "Clear notes",
        "needs": "Early years", **hidden(howard, new),
    }  # fmt: skip
    howard.post(new, data)
    assert DevelopmentReview.objects.get().reviewer == line_manager
    for page in (
        text(sip, url("partner-development", partner.reference)), text(howard, url("development-sheet", partner.reference))
    ):  # fmt: skip
        for words in ("1.5 of 4", "2.5 days still to come", "No agreement is in force", "Second briefing, 1 October 2009",
                      "1 of 3", "Clear notes", "Early years"):  # fmt: skip
            assert words in page
    last_year = text(sip, url("partner-development", partner.reference) + "?year=2008")
    assert "Nothing is on record for this school year yet" in last_year
    assert text(sip, url("partner-development", partner.reference) + "?year=zz").count("1.5 of 4") == 1


def test_the_record_is_exported(authority, partner, sip):
    came_to(partner, authority, title="=Briefing")
    record = url("partner-development", partner.reference)
    lines = b"".join(sip.get(record + "?format=csv").streaming_content).decode("utf-8-sig").splitlines()
    assert lines[0].startswith("Date,What,Kind,Arranged by,Days,Result,Counts")
    assert lines[1].startswith("2009-11-12,'=Briefing,Briefing,Middleshire,0.50,Came,Yes")
    assert b"".join(sip.get(record + "?format=xlsx").streaming_content)[:2] == b"PK"


def test_rep_15_the_manager_sees_what_the_year_of_every_sip_comes_to(authority, manager, partner):
    """CPD-19: attendance by SIP and year, and the training they need, as a list and a file."""
    came_to(partner, authority)
    came_to(partner, authority, "absent", held_on=date(2009, 10, 1))
    page = text(manager, url("development-list"))
    assert "Ann Field" in page
    assert "4 days are asked for" in page
    for look, many in (("short", 1), ("missed", 1), ("waiting", 0)):
        assert text(manager, url("development-list") + f"?applied=1&look={look}").count("Ann Field") == many
    assert "2008/09" in text(manager, url("development-list") + "?applied=1&year=2008")
    line = b"".join(manager.get(url("development-list") + "?format=csv").streaming_content).decode("utf-8-sig").splitlines()[1]
    assert line.startswith(f"Ann Field,{partner.reference},{partner.email},2009/10,0.5,0,2,1,1,0")


def test_a_record_is_a_link_for_those_who_may_open_it(authority, manager, partner, as_role):
    came_to(partner, authority)
    address = url("partner-development", partner.reference)
    assert address in text(manager, url("development-list"))
    reader = as_role(Role.COORDINATOR, at=authority.region)
    page = text(reader, url("development-list"))
    assert "Ann Field" in page
    assert address not in page
    assert reader.get(address).status_code in {403, 404}


def test_cpd_16_the_list_counts_as_the_rules_do(authority, manager, partner):
    """One truth: what SQL adds up for the list and what `partners.development` makes of the lines."""
    came_to(partner, authority)
    came_to(partner, authority, is_school_day=True)
    came_to(partner, None, kind="termly", days=Decimal(1), is_mandatory=False)
    came_to(partner, None, "absent", kind="termly", days=Decimal(1), held_on=date(2010, 1, 14))
    for day in (date(2009, 10, 1), date(2009, 10, 8)):
        came_to(partner, authority, "absent", alternatives="Both missed", held_on=day)
    came_to(partner, authority, "absent", alternatives="One is enough", held_on=date(2009, 10, 15))
    came_to(partner, authority, alternatives="One is enough", held_on=date(2009, 10, 22))
    off = invite(make_event(authority), partner)
    actions.cancel_event(event=off.event, reason="The hall is flooded", by=None, at=moment(BRIEFED_ON))
    for accepted in (True, False, None):
        entry = actions.enter_development(
            partner=partner, title="Module", kind="online", held_on=BRIEFED_ON, days=Decimal("0.25"), by=partner.user,
            at=moment(BRIEFED_ON),
        )  # fmt: skip
        if accepted is not None:
            actions.decide_attendance(attendance=entry, is_accepted=accepted, decision="So", by=None, at=moment(BRIEFED_ON))
    row = with_year(Partner.objects.filter(pk=partner.pk), 2009).get()
    year = selectors.development_of(authority, 2009)[partner.pk]
    assert (row.days_counted, row.days_waiting) == (year.counted, year.waiting) == (Decimal("2.25"), Decimal("0.25"))
    assert (row.missed, row.meetings) == (len(year.missed), year.meetings) == (2, 1)


def test_the_lists_cost_the_same_for_one_row_and_for_forty(authority, manager, partner):
    def more(many):
        for _ in range(many):
            row = came_to(engage(make_partner(), authority).partner, authority)
            invite(row.event, partner)

    more(1)
    event = DevelopmentEvent.objects.get()
    addresses = [url("event-list"), url("development-list"), url("partner-development", partner.reference),
                 url("event-detail", event.pk)]  # fmt: skip
    text(manager, addresses[0])  # the session's first look
    before = [queries_of(manager, address) for address in addresses]
    more(39)
    for _ in range(39):
        invite(event, engage(make_partner(), authority).partner)
    assert [queries_of(manager, address) for address in addresses] == before


def test_events_are_filtered(authority, manager):
    make_event(authority, title="Past event")
    make_event(authority, title="Coming event", held_on=date(2009, 11, 26), kind="workshop")
    off = make_event(authority, title="Cancelled event")
    actions.cancel_event(event=off, reason="The hall is flooded", by=None, at=moment(BRIEFED_ON))
    make_event(people.authority("Othershire"), title="Foreign event")

    def shown(query: str) -> set[str]:
        page = text(manager, url("event-list") + f"?applied=1&{query}")
        return {name for name in ("Past", "Coming", "Cancelled", "Foreign") if f"{name} event" in page}

    assert shown("") == {"Past", "Coming", "Cancelled"}
    assert shown("when=coming") == {"Coming"}
    assert shown("when=past") == {"Past"}
    assert shown("when=cancelled") == {"Cancelled"}
    assert shown("year=2008") == set()
    assert shown("kind=workshop") == {"Coming"}


def test_another_sip_and_a_school_see_nothing_of_it(authority, partner, as_role):
    row = invite(make_event(authority), partner)
    other = as_role(user=engage(make_partner(user=people.user()), people.authority("Othershire")).partner.user)
    for name, key in (("event-detail", row.event.pk), ("attendance-answer", row.pk), ("development-sheet", partner.reference)):
        assert other.get(url(name, key)).status_code == 404
    head = as_role(user=make_head(make_school(authority=authority), user=people.user()).user)
    assert head.get(url("event-list")).status_code == 404


def test_a_coordinator_reads_who_came_without_links_to_pages_they_may_not_open(authority, manager, partner, as_role):
    """ROL-21: the contacts on a SIP's page are the authority's; each link of a list opens for whoever sees it."""
    row = came_to(partner, authority)
    coordinator = as_role(Role.COORDINATOR, at=authority.region)
    record = url("partner-development", partner.reference)
    assert coordinator.get(record).status_code == 404
    for page in (url("event-detail", row.event_id), url("development-list")):
        assert "Ann Field" in text(coordinator, page)
        assert record not in text(coordinator, page)
        assert record in text(manager, page)
