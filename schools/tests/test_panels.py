"""What the floors above hang on a school's page, register and record."""

from datetime import date

import pytest
from django.db.models import Value
from django.urls import reverse

from accounts.permissions import Role
from accounts.tests import factories as people
from schools import panels, registers, timeline
from schools.tests.factories import make_head, make_school
from sipmanager.core import audit
from sipmanager.core.models import AuditEvent

pytestmark = pytest.mark.django_db

TODAY = date(2009, 11, 16)  # Monday


@pytest.fixture(autouse=True)
def _alone(monkeypatch, clock_at):
    """Without what other floors have registered."""
    clock_at(TODAY)
    monkeypatch.setattr(panels, "_panels", {tab: [] for tab in panels.TABS})
    monkeypatch.setattr(panels, "_essentials", [])
    monkeypatch.setattr(registers, "_annotations", {})
    monkeypatch.setattr(timeline, "_words", dict(timeline._words))
    monkeypatch.setattr(timeline, "_left_out", set())


@pytest.fixture
def manager(as_role):
    return as_role(Role.MANAGER, at=people.authority())


@pytest.fixture
def school(manager):
    return make_school(authority=manager.user.memberships.get().authority)


def get(client, name, school):
    return client.get(reverse(f"schools:{name}", args=[school.urn]))


def panel(viewer, school, on):
    return {"template": "_parts/inset_text.html", "context": {}}


def test_panels_stand_in_their_order_and_a_source_stands_once(manager, school):
    def nothing(viewer, school, on):
        return None

    def later(viewer, school, on):
        return {"template": "_parts/empty.html", "context": {}}

    for order, source in ((20, later), (10, panel), (5, nothing), (15, panel)):
        panels.register(panels.OVERVIEW, order, source)
    found = panels.panels_of(panels.OVERVIEW, None, school, TODAY)
    assert [one["template"] for one in found] == ["_parts/inset_text.html", "_parts/empty.html"]


def test_a_tab_is_offered_once_a_floor_has_something_for_it(manager, school):
    words = get(manager, "school-detail", school).content.decode()
    assert "SIP and history" not in words
    assert "The school has had no SIP yet" in get(manager, "school-sip", school).content.decode()
    panels.register(panels.SIP, 10, lambda viewer, school, on: None)
    panels.register(panels.VISITS, 10, lambda viewer, school, on: None)
    words = get(manager, "school-detail", school).content.decode()
    assert "SIP and history" in words
    assert "Visits and notes" in words
    assert "There are no visits to show yet" in get(manager, "school-visits", school).content.decode()


def test_essentials_are_words_or_links(manager, school):
    panels.register_essential(10, lambda viewer, school, on: ("SIP", "Pat Partner", "/partners/P1/"))
    panels.register_essential(20, lambda viewer, school, on: ("Inspected", "2 June 2009"))
    panels.register_essential(30, lambda viewer, school, on: None)
    words = get(manager, "school-detail", school).content.decode()
    assert 'href="/partners/P1/">Pat Partner' in words
    assert "2 June 2009" in words


def test_visits_are_no_tab_for_those_who_see_none(as_role):
    school = make_school()
    officer = as_role(Role.TRUST_CHAIR, at=school.local_authority)
    assert get(officer, "school-detail", school).status_code == 200
    assert get(officer, "school-visits", school).status_code == 404


def test_a_head_sees_the_tabs_of_a_school_and_not_its_record(as_role):
    head = make_head()
    client = as_role(user=head.user)
    panels.register(panels.SIP, 10, lambda viewer, school, on: None)
    panels.register(panels.VISITS, 10, lambda viewer, school, on: None)
    tabs = [link.label for link in get(client, "school-detail", head.school).context["tabs"]]
    assert tabs == ["Overview", "SIP and history", "Visits and notes", "Inspections", "Visit pack", "People"]


def test_the_floor_of_sips_fills_its_column(manager, school):
    assert manager.get(reverse("schools:school-list")).status_code == 200
    registers.register_annotation(
        "sip",
        lambda schools, viewer, on: schools.annotate(
            sip_name=Value("Pat Partner"), sip_reference=Value("P1"), deploy_at=Value("")
        ),
    )
    assert "Pat Partner" in manager.get(reverse("schools:school-list")).content.decode()


def test_every_event_of_schools_has_words_and_a_stranger_is_named_by_its_kind(school):
    for what, details in (
        ("school.status", {"was": "open", "now": "closed"}),
        ("school.transfer", {"was": "", "now": school.local_authority.code}),
        ("school.deemed_phase", {"was": "", "now": "primary"}),
        ("sharingoptout.add", {"thing": "diocese"}),
        ("specialism.end", {"thing": ""}),
        ("school.change", {"columns": ["town", "phone"], "source": "school"}),
        ("school.change", {"columns": []}),
        ("post.end", {"post": "head"}),
        ("visit.plan_again", {}),
    ):
        audit.record(what=what, subject=school, by=None, at=people.clock.now(), about_on=date(2009, 11, 2), **details)
    events = timeline.events_of(AuditEvent.objects.filter(school_id=school.pk))
    assert [event.title for event in reversed(events)] == [
        "Status: Closed, before that open",
        f"Moved from nobody to {school.local_authority.name}",
        "Deemed phase: Primary",
        "Opt-out recorded: the diocese",
        "Specialism ended",
        "Changed: town and telephone, as the school suggested",
        "Changed",
        "Headteacher left the post",
        "Visit: plan again",
    ]
    assert {(event.by, event.text) for event in events} == {("The service", "As of 2 November 2009")}
    timeline.register_words({"visit.plan_again": "Visit planned again"})
    assert timeline.events_of(AuditEvent.objects.filter(school_id=school.pk))[0].title == "Visit planned again"


def test_the_same_event_over_and_over_on_one_day_stands_once(school):
    for _ in range(3):
        audit.record(what="note.write", subject=school, by=None, at=people.clock.now())
    events = AuditEvent.objects.filter(school_id=school.pk)
    titles = [event.title for event in timeline.events_of(events)]
    assert len(titles) == 1
    assert titles[0].endswith("(3 times)")
    timeline.leave_out(["note.write"])
    assert timeline.events_of(events) == []
