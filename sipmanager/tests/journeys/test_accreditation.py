"""A lapse is claimed back and restored; a concern ends in a hearing; somebody new is accredited (ACC-1 to ACC-28)."""

from datetime import date

import pytest
from django.urls import reverse

from accounts.permissions import Role
from accounts.tests import factories as accounts_factories
from partners.models import Accreditation, Application, Claim, Discussion, RemovalCase
from partners.selectors import standings_of
from partners.tests import factories as partner_factories
from partners.tests.accreditation.accrediting import make_lapsed

from . import steps

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NOV = date(2009, 11, 16)  # Monday


@pytest.fixture
def walk(open_page, live_server, as_role, tmp_path, clock_at):
    clock_at(f"{steps.TODAY} 10:00", ticking=True)
    walk = steps.begin(
        "national", folder=tmp_path, address=live_server.url, open_page=open_page, as_role=as_role, javascript=True
    )
    walk.users |= {
        "sip": accounts_factories.user(steps.SIP, email="ann.able@example.org"),
        "director": accounts_factories.member(Role.NATIONAL_DIRECTOR, full_name="Constance Aird"),
        "programme": accounts_factories.member(Role.PROGRAMME, full_name="Rex Ballantyne"),
        "coordinator": accounts_factories.member(Role.COORDINATOR, at=walk.authority.region, full_name="Elspeth Munro"),
    }
    return walk


def url(name: str, *args) -> str:
    return reverse(f"partners:{name}", args=args)


def test_a_lapsed_sip_claims_and_the_director_restores(walk):
    partner = make_lapsed(authority=walk.authority, user=walk.users["sip"], full_name=steps.SIP)
    page = walk.as_("sip")
    page.goto(url("partner-accreditation", partner.reference))
    page.get_by_text("The accreditation lapsed on 31 July 2009").first.wait_for()
    walk.look(page)
    page.get_by_role("link", name="Claim that the record of practice is wrong").click()
    page.get_by_role("button", name="Make the claim").click()
    page.get_by_role("heading", name="There is a problem").wait_for()
    walk.look(page)
    page.get_by_label("What is wrong in the record").fill("A year at Mill Lane is missing")
    page.get_by_role("button", name="Make the claim").click()
    page.get_by_role("link", name="Add a period of practice").click()
    walk.look(page)
    page.get_by_label("School or authority").fill("Mill Lane Primary School")
    page.get_by_role("radio", name="Primary").check()
    steps.fill_date(page, "First day", 3, 9, 2007)
    steps.fill_date(page, "Last day", 18, 7, 2008)
    page.get_by_label("What proves it").fill("The contract of that year")
    page.get_by_role("button", name="Add the period").click()
    page.get_by_role("link", name="Add a file of evidence").click()
    file = walk.folder / "contract.txt"
    file.write_text("A contract for 2007/08")
    page.get_by_label("File").set_input_files(file)
    walk.look(page)
    page.get_by_role("button", name="Add the file").click()
    page.get_by_role("link", name="contract.txt").wait_for()
    walk.look(page)

    chief = walk.as_("director")
    chief.goto("/")
    chief.get_by_role("link", name=f"Decide the claim about the accreditation of {steps.SIP}").click()
    walk.look(chief)
    chief.get_by_role("button", name="Restore the accreditation").click()
    walk.look(chief)
    chief.get_by_label("Reasons").fill("The contract shows practice in that time")
    chief.get_by_role("button", name="Restore the accreditation").click()
    chief.get_by_role("alert").wait_for()
    assert Claim.objects.get().status == "restored"
    assert standings_of([partner.pk], NOV)[partner.pk][0].state == "accredited"
    chief.goto(url("accreditation-list"))
    chief.get_by_role("link", name=steps.SIP).wait_for()
    walk.look(chief)
    for name in ("claim-list", "case-list", "accreditation-clock", "records-ask"):
        chief.goto(url(name))
        walk.look(chief)
    page.goto(url("partner-accreditation", partner.reference))
    page.get_by_text("Mill Lane Primary School, shown by a claim").wait_for()
    walk.look(page)


def test_a_concern_is_discussed_answered_and_heard(walk):
    partner = partner_factories.make_partner(steps.SIP, authorities=[walk.authority], user=walk.users["sip"])
    partner_factories.engage(partner, walk.authority)
    manager = walk.as_("manager")
    manager.goto(url("partner-accreditation", partner.reference))
    manager.get_by_role("link", name="Record a discussion of a concern").click()
    walk.look(manager)
    steps.fill_date(manager, "Date of the discussion", 2, 11, 2009)
    manager.get_by_role("radio", name="Competence").check()
    manager.get_by_label("What was said").fill("Notes of visit were late.")
    manager.get_by_role("button", name="Record it and send the SIP a copy").click()
    manager.get_by_text("Notes of visit were late.").wait_for()
    walk.look(manager)

    talk, page = Discussion.objects.get(), walk.as_("sip")
    page.goto(url("discussion-detail", talk.pk))
    page.get_by_role("button", name="I have received this copy").click()
    page.get_by_role("link", name="Answer the record").click()
    walk.look(page)
    page.get_by_label("Your answer").fill("I was ill in October.")
    page.get_by_role("button", name="Send your answer").click()
    page.get_by_text("I was ill in October.").wait_for()
    walk.look(page)

    officer = walk.as_("coordinator")
    officer.goto(url("case-new", partner.reference))
    walk.look(officer)
    officer.get_by_role("radio", name="Competence").check()
    officer.get_by_label("Circumstances", exact=True).fill("Notes were late at two schools.")
    officer.get_by_label("For competence: what was done").fill("A mentor since spring")
    officer.get_by_role("button", name="Open the case").click()
    for label in ("Tell the SIP that removal is possible", "Tell the national director"):
        officer.get_by_role("button", name=label).click()
        walk.look(officer)
        officer.get_by_role("button", name=label).click()
        officer.get_by_role("alert").wait_for()
    case, chief = RemovalCase.objects.get(), walk.as_("director")
    page.goto(url("case-detail", case.pk))
    walk.look(page)
    chief.goto("/")
    chief.get_by_role("link", name=f"Call the hearing of the case about {steps.SIP}").click()
    chief.get_by_role("button", name="Call the hearing").click()
    steps.fill_date(chief, "Day of the hearing", 16, 11, 2009)
    walk.look(chief)
    chief.get_by_role("button", name="Call the hearing").click()
    chief.get_by_role("button", name="Record the hearing").click()
    steps.fill_date(chief, "Date of the hearing", 16, 11, 2009)
    for body in ("NCSL", "NS", "DfES"):
        chief.get_by_label(f"Who sat for {body}").fill(f"Member of {body}")
    chief.get_by_label("Mitigating circumstances that were weighed").fill("An illness in October")
    walk.look(chief)
    chief.get_by_role("button", name="Record the hearing").click()
    walk.look(chief)
    chief.get_by_role("button", name="Keep the accreditation").click()
    chief.get_by_label("Reasons").fill("It has improved")
    chief.get_by_role("button", name="Keep the accreditation").click()
    chief.get_by_role("heading", name="The decision as it was kept").wait_for()
    walk.look(chief)
    case.refresh_from_db()
    assert case.status == "retained"
    assert Accreditation.objects.get().removed_on is None


def test_national_staff_accredit_somebody_new(walk):
    partner = partner_factories.make_partner(steps.SIP, sectors={})
    page = walk.as_("programme")
    page.goto(url("application-new", partner.reference))
    walk.look(page)
    page.get_by_role("radio", name="Primary").check()
    steps.fill_date(page, "Date of the application", 1, 9, 2009)
    page.get_by_role("button", name="Record the application").click()
    page.get_by_role("link", name="Add a reference").or_(page.get_by_role("button", name="Add a reference")).first.click()
    page.get_by_label("Name of the referee").fill("Una Referee")
    steps.fill_date(page, "Date asked for", 2, 9, 2009)
    page.get_by_role("button", name="Add the reference").click()
    page.get_by_role("link", name="Record that it came").click()
    steps.fill_date(page, "Date received", 9, 9, 2009)
    page.get_by_role("button", name="Record the reference").click()
    page.get_by_role("button", name="Accept the application").click()
    steps.fill_date(page, "Date accepted", 10, 9, 2009)
    walk.look(page)
    page.get_by_role("button", name="Accept the application").click()
    for day in (6, 20):
        page.get_by_role("button", name="Record a result").click()
        page.get_by_role("radio", name="Passed").check()
        steps.fill_date(page, "First day of the assessment", day, 10, 2009)
        steps.fill_date(page, "Date of the result", day, 10, 2009)
        walk.look(page)
        page.get_by_role("button", name="Record the result").click()
        page.get_by_role("alert").wait_for()
    walk.look(page)
    assert Application.objects.get().status == "residential_passed"
    assert Accreditation.objects.get(partner=partner).accredited_on == date(2009, 10, 20)
    page.goto(url("application-list") + "?applied=1")
    page.get_by_role("link", name=steps.SIP).wait_for()
    walk.look(page)
