"""The pages of SIPs and deployments: who sees what of them, and that a look changes nothing."""

from datetime import date

import pytest
from django.urls import reverse

from accounts.permissions import Role
from accounts.tests import factories as accounts
from partners.models import Deployment, Interest, Partner, SupportKind
from partners.tests.factories import AWARDED_ON, complete_checks, engage, make_deployment, make_partner, support
from schools.facts import Phase
from schools.tests.factories import make_chair, make_head, make_school

pytestmark = pytest.mark.django_db
MONDAY = date(2009, 11, 16)


@pytest.fixture(autouse=True)
def _today(clock_at):
    clock_at("2009-11-16 10:00")


@pytest.fixture
def place():
    """An authority with a school, and another elsewhere."""

    class Place:
        authority = accounts.authority("Westshire")
        elsewhere = accounts.authority("Eastshire")
        school = make_school(name="Hill Road Primary School", authority=authority)
        strange = make_school(name="Far Away School", authority=elsewhere)
        partner = make_partner(
            "Ann Able", sectors={"primary": date(2006, 12, 1)}, regions=[authority.region], phone="01234 5678"
        )
        stranger = make_partner("Zed Zeal", sectors={"primary": date(2006, 1, 10)}, regions=[elsewhere.region])

    engage(Place.partner, Place.authority)
    return Place


def url(name, *args):
    return reverse(f"partners:{name}", args=args)


TABS = ("partner-detail", "partner-accreditation", "partner-schools", "partner-checks", "partner-record")


def test_a_manager_reads_every_tab_of_an_engaged_sip(place, as_role):
    """REG-11 checks, REG-13 agreements, REG-15 deployments past and present: each on its tab."""
    make_deployment(place.partner, place.school, place.authority)
    client = as_role(Role.MANAGER, at=place.authority)
    for tab in TABS:
        page = client.get(url(tab, place.partner.reference))
        assert page.status_code == 200
        assert "Ann Able" in page.content.decode()
    assert "01234 5678" in client.get(url("partner-detail", place.partner.reference)).content.decode()
    assert "Hill Road Primary School" in client.get(url("partner-schools", place.partner.reference)).content.decode()
    papers = client.get(url("partner-checks", place.partner.reference)).content.decode()
    assert "Criminal record check" in papers
    assert "Agreements" in papers


def test_a_sip_of_another_region_does_not_exist_for_a_manager(place, as_role):
    client = as_role(Role.MANAGER, at=place.authority)
    for tab in TABS:
        assert client.get(url(tab, place.stranger.reference)).status_code == 404
    assert client.get(url("partner-detail", "P000000")).status_code == 404
    assert "Zed Zeal" not in client.get(url("partner-list")).content.decode()


def test_an_authority_sees_identity_of_a_willing_sip_and_nothing_private(place, as_role):
    near = make_partner("Near By", sectors={"primary": date(2006, 1, 10)}, regions=[place.authority.region], phone="0999 1111")
    Interest.objects.create(partner=near, school=place.school, says="Secret link", declared_at="2009-09-01T09:00Z")
    client = as_role(Role.MANAGER, at=place.authority)
    page = client.get(url("partner-detail", near.reference)).content.decode()
    assert "Near By" in page
    for private in ("0999 1111", near.email, "Secret link"):
        assert private not in page
    assert "Engage this SIP" in page
    assert client.get(url("partner-checks", near.reference)).status_code == 403
    assert client.get(url("partner-record", near.reference)).status_code == 403
    assert client.get(url("partner-details", near.reference)).status_code == 403


def test_a_sip_is_led_to_their_own_page_and_updates_their_own_details_alone(place, as_role):
    person = accounts.user("Ann Able")
    Partner.objects.filter(pk=place.partner.pk).update(user=person)
    client = as_role(user=person)
    assert client.get(url("partner-list")).url == url("partner-detail", place.partner.reference)
    page = client.get(url("partner-detail", place.partner.reference)).content.decode()
    assert "Update your details" in page
    for tab in TABS:
        assert client.get(url(tab, place.partner.reference)).status_code == 200
    address = url("partner-details", place.partner.reference)
    answer = client.post(
        address,
        {
            "phone": "020 7946 0000",
            "company": "",
            "days_available": "12",
            "pen_portrait": "I led.",
            "full_name": "X Y",
            "email": "x@example.org",
        },
    )
    assert answer.status_code == 302
    place.partner.refresh_from_db()
    assert (place.partner.phone, place.partner.full_name, place.partner.email != "x@example.org") == (
        "020 7946 0000",
        "Ann Able",
        True,
    )
    for name in ("stand-down-new", "accreditation-new", "partner-engage"):
        assert client.get(url(name, place.partner.reference)).status_code == 404
    assert client.get(url("partner-detail", place.stranger.reference)).status_code == 404


def test_a_head_sees_who_their_sip_is_and_no_more(place, as_role):
    make_deployment(place.partner, place.school, place.authority)
    head = make_head(place.school)
    client = as_role(user=head.user)
    page = client.get(url("partner-detail", place.partner.reference)).content.decode()
    assert "Ann Able" in page
    assert place.partner.email not in page
    assert "01234 5678" not in page
    for tab in ("partner-checks", "partner-record", "partner-accreditation"):
        assert client.get(url(tab, place.partner.reference)).status_code == 404
    for planning in ("Will work in", "Days available", "Warned", "accredited</strong>"):
        assert planning not in page
    assert client.get(url("partner-detail", place.stranger.reference)).status_code == 404


def test_a_chair_sees_sectors_and_not_the_state_of_the_accreditation(place, as_role):
    make_deployment(place.partner, place.school, place.authority)
    client = as_role(user=make_chair(place.school).user)
    page = client.get(url("partner-detail", place.partner.reference)).content.decode()
    assert "Primary" in page
    assert "accredited" not in page.lower()
    assert client.get(url("partner-accreditation", place.partner.reference)).status_code == 404


def test_a_line_manager_sees_the_sips_they_look_after(place, as_role):
    person = accounts.user("Lee Line")
    support(engage(place.partner, place.authority), person, SupportKind.LINE_MANAGER)
    client = as_role(user=person)
    assert client.get(url("partner-checks", place.partner.reference)).status_code == 200
    assert client.get(url("partner-detail", place.stranger.reference)).status_code == 404
    assert client.get(url("partner-new")).status_code == 404


def test_the_accreditation_tab_tells_the_clock_in_a_sentence(place, as_role):
    partner = make_partner(
        "Cleo Clock",
        sectors={"primary": date(2003, 1, 10)},
        regions=[place.authority.region],
        last_practised_on=date(2006, 11, 30),
    )
    page = as_role(Role.MANAGER, at=place.authority).get(url("partner-accreditation", partner.reference)).content.decode()
    assert "Last worked as a SIP on 30 November 2006. Warned on 30 May 2009." in page
    assert "Without new work the accreditation lapses on 30 November 2009." in page
    assert "Warned" in page


def test_the_checks_tab_names_what_is_missing_and_what_ran_out(place, as_role):
    engagement = engage(place.partner, place.authority)
    complete_checks(engagement, kinds=["PRE-2"])
    engagement.checks.create(
        kind="PRE-5", checked_on=date(2008, 1, 1), expires_on=date(2009, 8, 31), recorded_at="2008-01-01T09:00Z", evidence=""
    )
    page = as_role(Role.ADMINISTRATOR, at=place.authority).get(url("partner-checks", place.partner.reference)).content.decode()
    for word in ("Verified", "Expired", "Needed", "Not needed", "Good to 31 August 2009"):
        assert word in page


# ------------------------------------------------------------------------------------------------------- registers


def test_the_register_of_sips_filters_by_what_holds_today(place, as_role):
    region = place.authority.region
    make_partner("Lapsed Larry", sectors={"primary": date(2003, 1, 1)}, regions=[region])
    make_partner("Warned Wanda", sectors={"primary": date(2003, 1, 1)}, regions=[region], last_practised_on=date(2006, 12, 31))
    make_partner("Second Sam", sectors={"secondary": date(2008, 1, 1)}, regions=[region], days_available=3)
    make_deployment(place.partner, place.school, place.authority)
    client = as_role(Role.MANAGER, at=place.authority)

    def shown(**query):
        page = client.get(url("partner-list"), query).content.decode()
        return {name for name in ("Ann Able", "Lapsed Larry", "Warned Wanda", "Second Sam") if name in page}

    assert shown() == {"Ann Able", "Lapsed Larry", "Warned Wanda", "Second Sam"}
    assert shown(sector="primary") == {"Ann Able", "Warned Wanda"}
    assert shown(sector="secondary") == {"Second Sam"}
    assert shown(state="lapsed") == {"Lapsed Larry"}
    assert shown(state="warned") == {"Warned Wanda"}
    assert shown(engaged="yes") == {"Ann Able"}
    assert shown(engaged="no") == {"Lapsed Larry", "Warned Wanda", "Second Sam"}
    assert shown(placed="yes") == {"Ann Able"}
    assert shown(placed="no", kind="consultant", region=region.pk) == {"Lapsed Larry", "Warned Wanda", "Second Sam"}
    assert shown(free=2) == {"Second Sam"}
    assert shown(q="wan") == {"Warned Wanda"}


def test_the_register_agrees_with_the_rules_about_where_an_accreditation_stands(place):
    from partners.rows import with_standing
    from partners.selectors import standings_of

    for day in (
        date(2006, 11, 15),
        date(2006, 11, 16),
        date(2006, 11, 17),
        date(2007, 5, 16),
        date(2007, 5, 17),
        date(2009, 11, 1),
    ):
        make_partner(sectors={"primary": day}, regions=[place.authority.region])
    ended = make_partner(
        sectors={"primary": date(2003, 1, 1)}, authorities=[place.authority], last_practised_on=date(2005, 9, 1)
    )
    make_deployment(ended, place.school, place.authority, starts_on=date(2006, 9, 1), ends_on=date(2007, 8, 31))
    make_partner(sectors={}, regions=[place.authority.region])
    for on in (MONDAY, date(2010, 2, 28), date(2012, 2, 29), date(2010, 8, 31)):
        rows = {row.pk: row.standing for row in with_standing(Partner.objects.all(), on)}
        expected = {pk: standings[0].state.value for pk, standings in standings_of(Partner.objects.all(), on).items()}
        assert {pk: state for pk, state in rows.items() if state} == expected


def test_the_exports_hold_what_the_person_may_see(place, as_role):
    client = as_role(Role.MANAGER, at=place.authority)
    text = b"".join(client.get(url("partner-list"), {"format": "csv"}).streaming_content).decode("utf-8-sig")
    assert text.splitlines()[0] == "Name,Reference,Kind,Sectors,Schools,Days free,Accreditation"
    assert "Ann Able" in text
    assert "Zed Zeal" not in text


@pytest.mark.parametrize("name", ["partner-list", "deployment-list", "notification-list"])
def test_a_register_costs_the_same_queries_for_one_row_as_for_fifty(place, as_role, name):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def grow(many):
        for number in range(many):
            school = make_school(name=f"School {number}", authority=place.authority)
            partner = make_partner(sectors={"primary": date(2008, 1, 1)}, regions=[place.authority.region])
            make_deployment(partner, school, place.authority)

    client = as_role(Role.MANAGER, at=place.authority)
    grow(1)
    client.get(url(name))
    with CaptureQueriesContext(connection) as few:
        assert client.get(url(name)).status_code == 200
    grow(12)
    with CaptureQueriesContext(connection) as many:
        assert client.get(url(name)).status_code == 200
    assert len(many) == len(few)


def test_deployments_are_filtered_by_where_they_stand(place, as_role):
    make_deployment(place.partner, place.school, place.authority, starts_on=date(2007, 1, 1))
    other = make_school(name="Brook Lane Secondary School", authority=place.authority, phase=Phase.SECONDARY)
    second = make_partner("Ben Bold", sectors={"secondary": date(2008, 1, 1)}, regions=[place.authority.region])
    make_deployment(second, other, place.authority, starts_on=date(2009, 9, 1), ends_on=date(2009, 10, 1))
    client = as_role(Role.MANAGER, at=place.authority)

    def shown(**query):
        page = client.get(url("deployment-list"), {"applied": 1, **query}).content.decode()
        return {name for name in ("Hill Road", "Brook Lane") if name in page}

    assert shown() == {"Hill Road", "Brook Lane"}
    assert shown(status="active") == {"Hill Road"}
    assert shown(status="ended") == {"Brook Lane"}
    assert shown(phase="secondary") == {"Brook Lane"}
    assert shown(ending="6") == {"Hill Road"}
    assert shown(ending="past") == set()
    assert shown(q="brook") == {"Brook Lane"}
    assert shown(sip="able") == {"Hill Road"}
    assert "Brook Lane" not in client.get(url("deployment-list")).content.decode()


# ---------------------------------------------------------------------------------------------------- deployments


def test_a_deployment_page_shows_facts_three_years_and_the_log(place, as_role):
    deployment = make_deployment(place.partner, place.school, place.authority, starts_on=date(2007, 1, 8))
    page = as_role(Role.MANAGER, at=place.authority).get(url("deployment-detail", deployment.pk)).content.decode()
    assert "Started on 8 January 2007, so the last lawful day is 7 January 2010." in page
    assert "52 days left" in page
    assert "Not sent yet" in page
    assert "Deployment confirmed" in page


def test_a_deployment_is_shown_to_those_it_concerns_alone(place, as_role):
    deployment = make_deployment(place.partner, place.school, place.authority)
    address = url("deployment-detail", deployment.pk)
    head = make_head(place.school)
    stranger = make_head(place.strange)
    assert as_role(user=head.user).get(address).status_code == 200
    assert as_role(user=stranger.user).get(address).status_code == 404
    assert as_role(Role.MANAGER, at=place.elsewhere).get(address).status_code == 404
    assert as_role(Role.COORDINATOR, at=place.authority.region).get(address).status_code == 200
    page = as_role(user=head.user).get(address).content.decode()
    for hidden in ("National contractor", "Strike out", "End the deployment", "What happened"):
        assert hidden not in page


def test_only_a_manager_of_the_place_may_move_it(place, as_role):
    deployment = make_deployment(place.partner, place.school, place.authority)
    address = url("deployment-move", deployment.pk, "end")
    typed = {"on_day": "18", "on_month": "12", "on_year": "2009", "reason": "Retires"}
    for client in (
        as_role(Role.MANAGER, at=place.elsewhere), as_role(Role.ADMINISTRATOR, at=place.authority),
        as_role(user=make_head(place.school).user), as_role(Role.COORDINATOR, at=place.authority.region),
    ):  # fmt: skip
        assert client.post(address, typed).status_code in (302, 404)
        deployment.refresh_from_db()
        assert (deployment.status, deployment.ends_on) == ("active", None)
    manager = as_role(Role.MANAGER, at=place.authority)
    assert manager.get(address).status_code == 200
    assert manager.post(address, typed).url == url("deployment-done", deployment.pk)
    deployment.refresh_from_db()
    assert (deployment.status, deployment.ends_on) == ("ending", date(2009, 12, 18))
    page = manager.get(url("deployment-done", deployment.pk)).content.decode()
    assert "The deployment ends on 18 December 2009" in page
    assert "Deployment ended" not in page
    page = manager.get(url("deployment-detail", deployment.pk)).content.decode()
    assert "Why it ends" in page
    assert "Checklist" in page  # the SIP works on to the last day


def test_a_second_click_on_a_move_has_no_effect(place, as_role):
    deployment = make_deployment(place.partner, place.school, place.authority)
    manager = as_role(Role.MANAGER, at=place.authority)
    address = url("deployment-move", deployment.pk, "end")
    typed = {"on_day": "18", "on_month": "12", "on_year": "2009", "reason": "Retires"}
    manager.post(address, typed)
    ends = deployment.notifications.filter(kind="end").count()
    assert manager.post(address, typed).url == url("deployment-detail", deployment.pk)
    assert deployment.notifications.filter(kind="end").count() == ends == 1


def test_an_end_needs_a_day_and_a_reason(place, as_role):
    deployment = make_deployment(place.partner, place.school, place.authority)
    manager = as_role(Role.MANAGER, at=place.authority)
    page = manager.post(url("deployment-move", deployment.pk, "end"), {"reason": ""}).content.decode()
    assert "There is a problem" in page
    assert "Enter the last day" in page
    deployment.refresh_from_db()
    assert deployment.status == "active"


def test_a_deployment_entered_in_error_is_struck_out_and_stays_visible(place, as_role):
    deployment = make_deployment(place.partner, place.school, place.authority)
    manager = as_role(Role.MANAGER, at=place.authority)
    address = url("deployment-void", deployment.pk)
    assert "There is a problem" in manager.post(address, {"reason": ""}).content.decode()
    assert manager.post(address, {"reason": "Wrong school"}).status_code == 302
    deployment.refresh_from_db()
    assert deployment.is_void
    page = manager.get(url("deployment-detail", deployment.pk)).content.decode()
    assert "struck out" in page
    assert "Wrong school" in page


def test_a_notification_is_marked_as_sent_once(place, as_role):
    deployment = make_deployment(place.partner, place.school, place.authority)
    row = deployment.notifications.get()
    manager = as_role(Role.MANAGER, at=place.authority)
    address = url("notification-send", row.pk)
    typed = {"sent_on_day": "16", "sent_on_month": "11", "sent_on_year": "2009", "method": "Email"}
    assert as_role(Role.MANAGER, at=place.elsewhere).post(address, typed).status_code == 404
    assert manager.post(address, typed).url == url("notification-list")
    manager.post(address, {**typed, "method": "Phone"})
    row.refresh_from_db()
    assert (row.sent_on, row.method) == (MONDAY, "Email")
    manager.get(url("notification-list"))  # takes the banner with it
    assert "Hill Road" not in manager.get(url("notification-list")).content.decode()


def test_no_look_changes_a_row(place, as_role):
    from sipmanager.core.models import AuditEvent

    deployment = make_deployment(place.partner, place.school, place.authority)
    before = (Deployment.objects.count(), AuditEvent.objects.count(), Partner.objects.count())
    client = as_role(Role.MANAGER, at=place.authority)
    for address in (
        url("deploy-school"), url("deploy-candidates", place.school.urn),
        url("deploy-check", place.school.urn, place.partner.reference), url("deployment-move", deployment.pk, "end"),
        url("deployment-void", deployment.pk), url("partner-new"), url("partner-import"),
        url("deployment-import"), url("conditions"),
    ):  # fmt: skip
        assert client.get(address).status_code == 200, address
    assert (Deployment.objects.count(), AuditEvent.objects.count(), Partner.objects.count()) == before


def test_who_sees_one_authority_is_not_asked_which(place, as_role):
    """A filter of one choice is no filter; whoever sees several authorities keeps it."""
    make_deployment(place.partner, place.school, place.authority)
    there = make_school(authority=place.elsewhere)
    make_deployment(make_partner(sectors={"primary": AWARDED_ON}, authorities=[place.elsewhere]), there, place.elsewhere)
    addresses = [url("deployment-list"), url("accreditation-list"), url("agreement-list")]
    manager, national = as_role(Role.MANAGER, at=place.authority), as_role(Role.PROGRAMME)
    for address in addresses:
        assert 'name="authority"' not in manager.get(address).content.decode(), address
    for address in addresses[:2]:
        assert 'name="authority"' in national.get(address).content.decode(), address
    code = place.elsewhere.pk
    shown = national.get(f"{addresses[0]}?applied=1&authority={code}").content.decode()
    assert "1 deployment" in shown
