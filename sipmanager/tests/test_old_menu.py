"""Everybody who used the old SIPmanager finds what it had (SPM-1 to SPM-17)."""

from datetime import UTC, date, datetime

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Authority
from accounts.navigation import is_a_page
from accounts.permissions import Role
from accounts.tests import factories as people
from partners.jobs import ask_for_records
from partners.tests.factories import engage, make_deployment, make_partner
from schools.facts import Phase
from schools.tests.factories import make_head, make_school
from sipmanager.core.models import AuditEvent
from sipmanager.site.menu import ENTRIES

pytestmark = pytest.mark.django_db

OLD_MENU = {
    "Home page", "Find a school", "Find a SIP", "Allocate a SIP", "Deallocate a SIP", "Allocation summary",
    "Update your details", "Manage users", "Frequently asked questions", "User guide", "Contact us", "Logout",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _today(clock_at):
    clock_at("2009-11-16 10:00")  # Monday


def test_every_item_of_the_old_menu_has_its_page_under_its_old_name(as_role):
    """SPM-2: the groups of the home page and their items; SPM-11: questions, guide, contact, logout."""
    assert {entry.formerly for entry in ENTRIES if entry.formerly} == OLD_MENU
    for entry in ENTRIES:
        assert is_a_page(entry.url.partition("?")[0].partition("#")[0]), entry.url
    page = as_role(Role.MANAGER).get("/menu/").content.decode()
    for name in OLD_MENU - {"Home page", "Logout"}:
        assert name in page
    assert 'id="questions"' in as_role(Role.MANAGER).get("/help/").content.decode()


def test_the_menu_offers_only_what_a_person_may_open(as_role):
    """SPM-15: national staff enter and edit, an authority keeps its own, a SIP only the own record."""
    sip, head = people.user(), people.user()
    engage(make_partner(user=sip), people.authority("Middleshire"))
    make_head(make_school(authority=people.authority("Othershire")), user=head)
    clients = [(role, as_role(role)) for role in (Role.MANAGER, Role.ADMINISTRATOR, Role.PROGRAMME, Role.COORDINATOR)]
    for role, client in [*clients, (Role.SIP, as_role(user=sip)), (Role.HEAD, as_role(user=head))]:
        for _group, entries in client.get("/menu/").context["groups"]:
            for entry in entries:
                if entry.formerly != "Logout":
                    assert client.get(entry.url).status_code in (200, 302), (role, entry.url)
    assert "Manage users" not in as_role(user=sip).get("/menu/").content.decode()


def test_the_allocation_summary_counts_what_the_registers_list(as_role):
    """SPM-8, SPM-1: schools with and without a SIP, each number the length of the list behind it."""
    here, other = people.authority("Middleshire"), people.authority("Othershire")
    led, without = make_school(authority=here), make_school(authority=here, phase=Phase.SECONDARY)
    make_school(authority=other)
    make_deployment(school=led, authority=here)
    manager = as_role(Role.MANAGER, at=here)
    row = manager.get("/reports/allocation/").context["listing"].records
    assert [(one.name, one.schools, one.with_sip, one.without_sip, one.sips) for one in row] == [("Middleshire", 2, 1, 1, 1)]
    narrowed = manager.get("/reports/allocation/", {"phase": "secondary"}).context["listing"].records[0]
    assert (narrowed.schools, narrowed.with_sip) == (1, 0)
    listed = manager.get("/schools/", {"applied": 1, "status": "open", "sip": "without"}).context["listing"].records
    assert [school.pk for school in listed] == [without.pk]
    member = as_role(Role.ELECTED_MEMBER, at=here).get("/reports/allocation/").content.decode()
    assert "/schools/?applied" not in member  # aggregates only (ROL-28)


def test_the_allocation_summary_costs_the_same_for_one_authority_and_for_forty(as_role):
    national = as_role(Role.PROGRAMME)
    national.get("/reports/allocation/")
    gone = Authority.objects.filter(starts_on=None, ends_on=None).exclude(code="886")
    gone = list(gone.values_list("pk", flat=True))
    Authority.objects.filter(pk__in=gone).update(ends_on="2000-01-01")
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            assert national.get("/reports/allocation/").status_code == 200
        counts.append(len(queries))
        Authority.objects.filter(pk__in=gone).update(ends_on=None)
    assert counts[0] == counts[1]


def test_the_authoritys_telephone_stands_in_the_header(as_role):
    """SPM-14: authority with phone, person and authority, logout; SPM-11: on the contact page too."""
    here = people.authority("Middleshire")
    manager = as_role(Role.MANAGER, at=here)
    assert (
        manager.post(f"/accounts/authorities/{here.code}/contact/", {"phone": "01632 960001", "mailbox": ""}).status_code
        == 302
    )
    assert AuditEvent.objects.filter(what="authority.contact").count() == 1
    for address in ("/", "/contact/"):
        page = manager.get(address).content.decode()
        assert "01632 960001" in page
        assert "Middleshire" in page
        assert "Sign out" in page
    manager.post(f"/accounts/authorities/{here.code}/contact/", {"phone": "01632 960001", "mailbox": ""})
    assert AuditEvent.objects.filter(what="authority.contact").count() == 1
    stranger = as_role(Role.MANAGER)
    assert stranger.get(f"/accounts/authorities/{here.code}/contact/").status_code == 404


def test_the_sign_in_page_tells_of_privacy_and_of_the_time_out(client, settings):
    """SPM-12, SPM-13; SPM-17: thirty minutes unless the deployment says otherwise."""
    page = client.get("/accounts/sign-in/").content.decode()
    assert "asked to sign in again" in page
    assert "/privacy/" in page
    assert "I have forgotten my password" in page
    assert settings.SESSION_IDLE_MINUTES == 30


def test_a_manager_has_a_new_password_sent_and_never_sees_the_link(as_role, django_capture_on_commit_callbacks):
    """SPM-10: create, disable, reset, roles, for the people of one's own authority."""
    here = people.authority("Middleshire")
    officer = people.member(Role.ADMINISTRATOR, at=here)
    manager = as_role(Role.MANAGER, at=here)
    with django_capture_on_commit_callbacks(execute=True):
        answer = manager.post(f"/accounts/people/{officer.pk}/password/", follow=True)
    assert "on its way" in answer.content.decode()
    assert "/accounts/password/new/" not in answer.content.decode()
    assert [message.to for message in mail.outbox] == [[officer.email]]
    assert AuditEvent.objects.filter(what="user.reset").count() == 1

    stranger = as_role(Role.MANAGER)
    assert stranger.post(f"/accounts/people/{officer.pk}/password/").status_code == 404
    assert AuditEvent.objects.filter(what="user.reset").count() == 1


def test_a_person_updates_their_own_details(as_role):
    """SPM-9: name by oneself, nobody else's."""
    officer = as_role(Role.ADMINISTRATOR)
    assert "/accounts/you/name/" in officer.get("/accounts/you/").content.decode()
    assert officer.post("/accounts/you/name/", {"full_name": "Ada Example"}).status_code == 302
    officer.user.refresh_from_db()
    assert officer.user.full_name == "Ada Example"


def test_a_record_that_may_be_stale_is_told_of(as_role):
    """SPM-16: an authority is asked each term whether its record is right, because accreditations hang on it."""
    here = people.authority("Middleshire")
    make_deployment(school=make_school(authority=here), authority=here)
    on = date(2009, 11, 16)  # Monday
    ask_for_records(partition=here.code, on=on, at=datetime(2009, 11, 16, 1, 30, tzinfo=UTC))
    assert "Confirm that your record of deployments is right" in as_role(Role.MANAGER, at=here).get("/").content.decode()
