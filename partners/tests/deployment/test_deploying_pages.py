"""Deploy a SIP by the pages: school, candidates, check, proposal, confirmation; and every refusal with its cure."""

import re
from datetime import date

import pytest
from django.urls import reverse

from accounts.permissions import Role
from accounts.tests import factories as accounts
from partners.actions import propose_deployment
from partners.models import Deployment
from partners.tests.factories import engage, make_deployment, make_partner, make_ready, moment
from schools.facts import Phase
from schools.models import School
from schools.tests.factories import make_school
from sipmanager.core.models import AuditEvent

pytestmark = pytest.mark.django_db
START = {"starts_on_day": "1", "starts_on_month": "12", "starts_on_year": "2009"}


@pytest.fixture(autouse=True)
def _today(clock_at):
    clock_at("2009-11-16 10:00")


@pytest.fixture
def place():
    class Place:
        authority = accounts.authority("Westshire")
        elsewhere = accounts.authority("Eastshire")
        school = make_school(name="Hill Road Primary School", authority=authority)
        strange = make_school(name="Far Away School", authority=elsewhere)
        partner = make_partner(
            "Ann Able", sectors={"primary": date(2008, 1, 10)}, regions=[authority.region], days_available=20
        )

    return Place


@pytest.fixture
def manager(place, as_role):
    return as_role(Role.MANAGER, at=place.authority)


def url(name, *args):
    return reverse(f"partners:{name}", args=args)


def check(place, partner=None, school=None):
    return url("deploy-check", (school or place.school).urn, (partner or place.partner).reference) + "?starts_on=2009-12-01"


def hidden(page) -> dict:
    """What the page's form would send."""
    found = re.findall(r'<input type="hidden" name="(\w+)"(?: value="([^"]*)")?', page)
    return {name: value for name, value in found if name != "csrfmiddlewaretoken"}


def test_the_first_page_lists_schools_without_a_sip_and_finds_others(place, manager):
    other = make_school(name="Brook Lane Primary School", authority=place.authority)
    make_deployment(place.partner, place.school, place.authority)
    page = manager.get(url("deploy-school")).content.decode()
    assert "Brook Lane Primary School" in page
    assert "Hill Road" not in page
    assert "Far Away" not in page
    found = manager.get(url("deploy-school"), {"q": "hill"}).content.decode()
    assert "Its SIP today: Ann Able" in found
    assert other.name not in found


def test_candidates_are_ranked_with_reasons_and_the_others_are_told_why(place, manager):
    engage(place.partner, place.authority)
    make_partner("Nora New", sectors={"primary": date(2008, 1, 1)}, regions=[place.authority.region], days_available=20)
    make_partner("Fiona Full", sectors={"primary": date(2008, 1, 1)}, regions=[place.authority.region], days_available=2)
    make_partner("Sid Secondary", sectors={"secondary": date(2008, 1, 1)}, regions=[place.authority.region])
    page = manager.get(url("deploy-candidates", place.school.urn), START).content.decode()
    assert "3 SIPs could take it" in page
    assert page.index("Ann Able") < page.index("Nora New") < page.index("Fiona Full")
    assert "20 days left" in page
    assert "engaged here" in page
    assert "1 SIP could not, and why" in page
    assert "Sid Secondary is accredited for secondary only on 1 December 2009." in page


def test_back_to_a_move_that_is_made_leads_to_where_the_deployment_stands(place, manager):
    """D-31: an old page is no stranger's guess; a move that was never made stays unknown."""
    deployment = make_deployment(place.partner, place.school, place.authority)
    answer = manager.get(url("deployment-move", deployment.pk, "confirm"), follow=True)
    assert answer.redirect_chain[-1][0] == url("deployment-detail", deployment.pk)
    assert "This has already moved on" in answer.content.decode()
    assert manager.get(url("deployment-move", deployment.pk, "withdraw")).status_code == 404
    assert manager.get(url("deployment-move", deployment.pk, "bend")).status_code == 404


def test_a_reason_that_says_nothing_is_refused_at_its_box(place, manager):
    deployment = make_deployment(place.partner, place.school, place.authority)
    page = manager.post(url("deployment-void", deployment.pk), {"reason": "."}).content.decode()
    assert 'href="#id_reason"' in page
    deployment.refresh_from_db()
    assert not deployment.is_void
    page = manager.post(url("deployment-void", deployment.pk), {"reason": ""}).content.decode()
    assert "Say what was wrong" in page


def test_what_was_never_sent_of_a_deployment_struck_out_is_not_offered_to_be_sent(place, manager):
    deployment = make_deployment(place.partner, place.school, place.authority)
    assert "Mark as sent" in manager.get(url("deployment-detail", deployment.pk)).content.decode()
    manager.post(url("deployment-void", deployment.pk), {"reason": "Entered for another school"})
    page = manager.get(url("deployment-detail", deployment.pk)).content.decode()
    assert "Not to be sent: the deployment is struck out" in page
    assert "Mark as sent" not in page


def test_an_empty_search_says_so_above_the_schools_without_a_sip(place, manager):
    free = make_school(name="Brook Lane Primary School", authority=place.authority)
    make_deployment(place.partner, place.school, place.authority)
    page = manager.get(url("deploy-school"), {"q": " "}).content.decode()
    assert "Enter the name or URN of the school" in page
    assert "Schools found" not in page
    assert "Schools without a SIP today" in page
    assert free.name in page
    assert place.school.name not in page


def test_an_accreditation_about_to_lapse_or_to_be_removed_comes_later_and_says_so(place, manager):
    """ACC-12, DEP-3: engaged here counts for less than an accreditation that is sure."""
    engage(place.partner, place.authority)
    place.partner.accreditations.update(accredited_on=date(2007, 1, 20))
    gone = make_partner(
        "Gail Gone", sectors={"primary": date(2008, 1, 1)}, regions=[place.authority.region], days_available=20
    )
    gone.accreditations.update(removed_on=date(2010, 2, 1))
    make_partner("Nora New", sectors={"primary": date(2008, 1, 1)}, regions=[place.authority.region], days_available=20)
    page = manager.get(url("deploy-candidates", place.school.urn), START).content.decode()
    assert page.index("Nora New") < page.index("Ann Able") < page.index("Gail Gone")
    assert "placed lower: accreditation lapses on 20 January 2010 without practice before then" in page
    assert "placed lower: accreditation is removed on 1 February 2010" in page
    short = START | {"ends_on_day": "15", "ends_on_month": "1", "ends_on_year": "2010"}
    page = manager.get(url("deploy-candidates", place.school.urn), short).content.decode()
    assert page.index("Ann Able") < page.index("Gail Gone") < page.index("Nora New"), "both last for a deployment so short"
    assert "placed lower" not in page


def test_candidates_cost_the_same_queries_for_two_as_for_twenty(place, manager):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def count():
        with CaptureQueriesContext(connection) as queries:
            assert manager.get(url("deploy-candidates", place.school.urn), START).status_code == 200
        return len(queries)

    make_partner("Sid Secondary", sectors={"secondary": date(2008, 1, 1)}, regions=[place.authority.region])
    count()
    few = count()
    for _ in range(18):
        make_partner(sectors={"primary": date(2008, 1, 1)}, regions=[place.authority.region])
        make_partner(sectors={"secondary": date(2008, 1, 1)}, regions=[place.authority.region])
    assert count() == few


def test_a_school_that_nobody_could_take_says_why(place, manager):
    make_deployment(place.partner, place.school, place.authority)
    page = manager.get(url("deploy-candidates", place.school.urn), START).content.decode()
    assert "No SIP could take this school in that period." in page
    assert "with no end recorded" in page
    assert "The SIP manager sets an earlier end to the other deployment first" in page


def test_from_a_sips_page_the_way_leads_straight_to_the_check(place, manager):
    answer = manager.get(url("deploy-candidates", place.school.urn), {"partner": place.partner.reference})
    assert answer.url.startswith(url("deploy-check", place.school.urn, place.partner.reference))


def test_the_check_shows_every_rule_with_its_working(place, manager):
    from partners.deployment_rules import DEPLOYMENT_RULES

    page = manager.get(check(place)).content.decode()
    for rule in DEPLOYMENT_RULES:
        assert f">{rule.id}<" in page
    assert "Started on 1 December 2009, so the last lawful day is 30 November 2012" in page
    assert "Propose this deployment" in page
    assert "No confirmed contract with Ann Able for Hill Road Primary School is on record" in page


def test_a_proposal_is_made_once_however_often_it_is_sent(place, manager):
    page = manager.get(check(place)).content.decode()
    typed = hidden(page)
    first = manager.post(check(place), typed)
    deployment = Deployment.objects.get()
    assert first.url == url("deployment-done", deployment.pk)
    assert (deployment.starts_on, deployment.status, deployment.days) == (date(2009, 12, 1), "proposed", 5)
    again = manager.post(check(place), typed)
    assert again.url == first.url
    assert Deployment.objects.count() == 1
    done = manager.get(first.url).content.decode()
    assert "Deployment proposed" in done
    assert f"D{deployment.pk:06d}" in done


def test_hidden_fields_of_others_are_ignored(place, manager):
    typed = hidden(manager.get(check(place)).content.decode())
    manager.post(check(place), {**typed, "status": "confirmed", "confirmed_on": "2009-11-16", "authority": place.elsewhere.pk})
    deployment = Deployment.objects.get()
    assert (deployment.status, deployment.confirmed_on, deployment.authority) == ("proposed", None, place.authority)


def refused(place, manager, partner=None, school=None, query="?starts_on=2009-12-01"):
    """The refusal page of a POST that goes straight at the address; nothing may be written."""
    school, partner = school or place.school, partner or place.partner
    address = url("deploy-check", school.urn, partner.reference) + query
    before = (Deployment.objects.count(), AuditEvent.objects.count(), School.objects.get(pk=school.pk).sequence)
    typed = {"form_key": "7f0f1e1e-8a55-4a0b-9a64-2f2e0f3a6f11", **dict(part.split("=") for part in query[1:].split("&"))}
    page = manager.post(address, typed).content.decode()
    assert (Deployment.objects.count(), AuditEvent.objects.count(), School.objects.get(pk=school.pk).sequence) == before
    assert manager.get(address).content.decode().count("cannot be proposed for") >= 1
    return page


def test_act_3_a_refused_allocation_is_a_page_with_all_findings_and_changes_nothing(place, manager):
    """ACT-3: region not wanted, sector wrong, end past three years; the missing contract stops the confirmation."""
    wrong = make_partner("Wes Wrong", sectors={"secondary": date(2008, 1, 1)}, regions=[place.elsewhere.region])
    engage(wrong, place.authority)
    page = refused(place, manager, wrong, query="?starts_on=2009-12-01&ends_on=2012-12-01")
    assert "Wes Wrong cannot be proposed for Hill Road Primary School" in page
    for rule in ("PRE-1", "PRE-7", "DEP-10", "PRE-6"):
        assert f">{rule}<" in page
    assert "the last lawful day is 30 November 2012; the end asked for is 1 December 2012" in page
    assert "What to do:" in page


def test_act_5_an_all_age_school_waits_for_its_talk(place, manager):
    school = make_school(name="All Through School", authority=place.authority, phase=Phase.ALL_AGE)
    page = refused(place, manager, school=school)
    assert "no talk with the regional coordinator" in page
    assert "The SIP manager talks to the regional SIP coordinator" in page


def test_few_days_need_a_reason(place, manager):
    address = url("deploy-check", place.school.urn, place.partner.reference) + "?starts_on=2009-12-01&days=2"
    page = manager.get(address).content.decode()
    assert "Reason for going on" in page
    typed = hidden(page)
    assert "Enter a reason" in manager.post(address, {**typed, "reason_DAY-1": ""}).content.decode()
    assert "Enter a reason" in manager.post(address, {**typed, "reason_DAY-1": "."}).content.decode()
    assert not Deployment.objects.exists()
    manager.post(address, {**typed, "reason_DAY-1": "A very small school"})
    assert Deployment.objects.get().reasons == {"DAY-1": "A very small school"}


def test_from_proposal_to_confirmation(place, manager):
    make_ready(place.partner, place.school, place.authority)
    manager.post(check(place), hidden(manager.get(check(place)).content.decode()))
    deployment = Deployment.objects.get()
    agree = url("deployment-move", deployment.pk, "agree")
    typed = {"consulted_on_day": "13", "consulted_on_month": "nov", "consulted_on_year": "2009", "comment": "Content"}
    assert manager.post(agree, typed).url == url("deployment-done", deployment.pk)
    confirm = url("deployment-move", deployment.pk, "confirm")
    assert "Confirming makes the SIP" in manager.get(confirm).content.decode()
    assert manager.post(confirm).url == url("deployment-done", deployment.pk)
    deployment.refresh_from_db()
    assert (deployment.status, deployment.consulted_on) == ("confirmed", date(2009, 11, 13))
    assert deployment.notifications.get().kind == "start"
    manager.post(confirm)
    assert deployment.notifications.count() == 1


def test_a_confirmation_without_papers_is_a_page_that_names_the_cure(place, manager):
    manager.post(check(place), hidden(manager.get(check(place)).content.decode()))
    deployment = Deployment.objects.get()
    typed = {"consulted_on_day": "13", "consulted_on_month": "11", "consulted_on_year": "2009"}
    manager.post(url("deployment-move", deployment.pk, "agree"), typed)
    page = manager.post(url("deployment-move", deployment.pk, "confirm")).content.decode()
    assert "This deployment cannot be confirmed yet" in page
    assert "No CRB check of Ann Able is on record with Westshire." in page
    assert "An administrator records the check on the SIP" in page
    deployment.refresh_from_db()
    assert deployment.status == "agreed"
    assert not deployment.notifications.exists()


def test_nobody_deploys_from_elsewhere_or_themself(place, manager, as_role):
    assert manager.get(url("deploy-candidates", place.strange.urn)).status_code == 404
    assert manager.get(url("deploy-check", place.strange.urn, place.partner.reference)).status_code == 404
    for client in (as_role(Role.SENIOR_ADVISER, at=place.authority), as_role(Role.COORDINATOR, at=place.authority.region)):
        assert client.get(url("deploy-school")).status_code == 404
        assert client.post(check(place), {}).status_code == 404
    person = accounts.member(Role.MANAGER, at=place.authority)
    own = make_partner("Own Self", sectors={"primary": date(2008, 1, 1)}, regions=[place.authority.region], user=person)
    client = as_role(user=person)
    assert client.get(url("deploy-check", place.school.urn, own.reference)).status_code == 404
    assert "Own Self" not in client.get(url("deploy-candidates", place.school.urn)).content.decode()
    assert not Deployment.objects.exists()


def test_an_impossible_period_is_said_and_changes_nothing(place, manager):
    page = manager.get(url("deploy-candidates", place.school.urn), {**START, "starts_on_day": "31", "starts_on_month": "2"})
    assert "First day must be a real date" in page.content.decode()


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("starts_on=0001-01-01", "First day must have a year from 1900 to 2999"),
        ("starts_on=2009-12-01&ends_on=2009-11-01", "Last day must be the same as or after the first day"),
        ("starts_on=2009-12-01&ends_on=9999-12-31", "Last day must have a year from 1900 to 2999"),
        ("starts_on=2009-12-01&days=-1", "Days a year must be 0 or more"),
    ],
)
def test_the_check_of_an_impossible_period_leads_back_to_the_boxes_and_says_why(place, manager, query, says):
    answer = manager.get(check(place).partition("?")[0] + f"?{query}", follow=True)
    assert answer.redirect_chain[0][0].startswith(url("deploy-candidates", place.school.urn))
    assert says in answer.content.decode()


def test_what_is_proposed_for_the_school_already_is_told_before_another_is(place, manager):
    other = make_partner(
        "Bea Busy", sectors={"primary": date(2008, 1, 10)}, regions=[place.authority.region], days_available=20
    )
    propose_deployment(
        school=place.school, partner=other, starts_on=date(2010, 1, 4), days=5, by=manager.user, at=moment(date(2009, 11, 10))
    )
    for address in (url("deploy-candidates", place.school.urn), check(place)):
        page = manager.get(address).content.decode()
        assert "For this school there is already, not confirmed yet:" in page
        assert "Bea Busy from 4 January 2010, proposed" in page
    strange = manager.get(url("deploy-candidates", make_school(authority=place.authority).urn)).content.decode()
    assert "not confirmed yet" not in strange
