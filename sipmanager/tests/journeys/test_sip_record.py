"""A SIP keeps their record and declares an interest late; the manager decides (REG-8, REG-10, REG-18, REG-19, PRE-11)."""

from datetime import date

import pytest
from django.urls import reverse

from accounts.permissions import Role
from accounts.tests import factories as accounts_factories
from partners.jobs import record as record_jobs
from partners.models import Confirmation, DeploymentFlag, FactChange, Partner, SelfDeclaration
from partners.tests import factories as partner_factories
from partners.tests.factories import moment
from schools.tests.factories import make_school

from . import steps

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NOV = date(2009, 11, 16)  # Monday


@pytest.fixture
def walk(open_page, live_server, as_role, tmp_path, clock_at):
    clock_at(f"{steps.TODAY} 10:00", ticking=True)
    walk = steps.begin(
        "alpsit", folder=tmp_path, address=live_server.url, open_page=open_page, as_role=as_role, javascript=True
    )
    sip = accounts_factories.user(steps.SIP, email="ann.able@example.org")
    school = make_school(authority=walk.authority, name=steps.SCHOOL)
    partner = partner_factories.make_partner(
        steps.SIP, reference=steps.REFERENCE, email=sip.email, user=sip, sectors={"primary": date(2008, 9, 1)},
        regions=[walk.authority.region], headship_years=4,
    )  # fmt: skip
    partner_factories.make_deployment(partner, school, walk.authority)
    walk.users |= {"sip": sip, "programme": accounts_factories.member(Role.PROGRAMME, full_name="Rex Ballantyne")}
    record_jobs.ask_for_confirmations(partition=walk.authority.code, on=NOV, at=moment(NOV))
    return walk


def url(name: str, *args) -> str:
    return reverse(f"partners:{name}", args=args)


def test_a_sip_keeps_their_record_and_the_manager_decides(walk):
    page = walk.as_("sip")
    page.goto("/")
    walk.look(page)
    confirm_the_details(walk, page)
    ask_for_a_change(walk, page)
    declare_an_interest(walk, page)
    audit_the_skills(walk, page)
    declare_in_private(walk, page)
    page.goto("/")
    for met in ("Confirm your details", "Confirm your register", "Make your skills audit"):
        assert page.get_by_role("link", name=met).count() == 0
    walk.look(page)
    decide(walk)
    answer(walk)


def confirm_the_details(walk, page) -> None:
    page.get_by_role("link", name="Confirm your details for this term").click()
    page.get_by_role("heading", name="Are these details all right?").wait_for()
    walk.look(page)
    page.get_by_role("link", name="Change the expertise").click()
    page.get_by_label("Rural").check()
    page.get_by_label("Extra services offered").fill("Training for governors")
    walk.look(page)
    page.get_by_role("button", name="Save the expertise").click()
    page.get_by_role("alert").wait_for()
    walk.look(page)
    page.goto(url("partner-confirm", steps.REFERENCE))
    page.get_by_role("button", name="The details are all right").click()
    page.get_by_text("The details are confirmed for this term.").wait_for()
    assert Confirmation.objects.get(kind="details").met_on == NOV


def ask_for_a_change(walk, page) -> None:
    page.goto(url("partner-facts", steps.REFERENCE))
    walk.look(page)
    page.get_by_label("Years of headship").fill("lots")
    page.get_by_role("button", name="Ask for these changes").click()
    page.get_by_role("heading", name="There is a problem").wait_for()
    walk.look(page)
    page.get_by_label("Years of headship").fill("6")
    page.get_by_role("button", name="Ask for these changes").click()
    page.get_by_text("Your authority is asked to confirm what you changed.").wait_for()
    walk.look(page)
    assert Partner.objects.get(reference=steps.REFERENCE).headship_years == 4


def declare_an_interest(walk, page) -> None:
    page.goto(url("partner-interests", steps.REFERENCE))
    walk.look(page)
    page.get_by_role("link", name="Declare an interest").click()
    walk.look(page)
    page.get_by_label("Family or a close friend").check()
    page.get_by_label("Or the name of the trust").fill(steps.SCHOOL.upper())
    page.get_by_label("What the interest is").fill("My husband has joined the staff")
    page.get_by_role("button", name="Declare the interest").click()
    page.get_by_text("The interest is declared.").wait_for()
    page.get_by_role("button", name="Confirm your register").click()
    walk.look(page)
    page.get_by_label("The list is complete and right").check()
    page.get_by_role("button", name="Confirm for this school year").click()
    page.get_by_text("The register of interests is confirmed for this school year.").wait_for()
    walk.look(page)
    assert Confirmation.objects.get(kind="interests").met_on == NOV


def audit_the_skills(walk, page) -> None:
    page.goto(url("partner-development", steps.REFERENCE))
    walk.look(page)
    page.get_by_role("button", name="Make a skills audit").click()
    walk.look(page)
    page.get_by_label("Strengths").fill("Mathematics")
    page.get_by_label("Gaps").fill("Early years")
    page.get_by_role("button", name="Save the skills audit").click()
    page.get_by_text("The skills audit is saved.").wait_for()
    walk.look(page)


def declare_in_private(walk, page) -> None:
    page.goto(url("declaration-list"))
    walk.look(page)
    page.get_by_role("button", name="Make a private declaration").click()
    walk.look(page)
    page.get_by_label("Bad publicity, now or likely").check()
    page.get_by_label("What you want to declare").fill("A newspaper is to write about me.")
    page.get_by_role("button", name="Send in private").click()
    page.get_by_text("Your declaration is sent.").wait_for()
    walk.look(page)


def decide(walk) -> None:
    """The manager decides on the deployment that the interest touches, and on the change."""
    page = walk.as_("manager")
    page.goto("/")
    walk.look(page)
    page.get_by_role("link", name=f"Decide whether {steps.SIP} stays at {steps.SCHOOL}").click()
    walk.look(page)
    page.get_by_label("It will be mended by a day").check()
    page.get_by_label("Day", exact=True).first.fill("18")
    page.get_by_label("Month", exact=True).first.fill("12")
    page.get_by_label("Year", exact=True).first.fill("2009")
    page.get_by_label("Why").fill("He teaches there until Christmas only")
    page.get_by_role("button", name="Record the decision").click()
    page.get_by_text("Your decision is on record.").wait_for()
    assert DeploymentFlag.objects.get().promised_on == date(2009, 12, 18)
    page.goto(url("fact-list"))
    walk.look(page)
    page.get_by_role("link", name=steps.SIP).click()
    walk.look(page)
    page.get_by_label("Yes, write it into the record").check()
    page.get_by_role("button", name="Record the decision").click()
    page.get_by_text("The decision is on record, and the SIP is told.").wait_for()
    assert FactChange.objects.get().outcome == "confirmed"
    assert Partner.objects.get(reference=steps.REFERENCE).headship_years == 6
    page.goto(f"{url('confirmation-list')}?applied=1")
    walk.look(page)


def answer(walk) -> None:
    """National staff read the declaration and answer it; the SIP sees both."""
    declaration = SelfDeclaration.objects.get()
    page = walk.as_("programme")
    page.goto(url("declaration-detail", declaration.pk))
    walk.look(page)
    page.get_by_label("Your answer").fill("Thank you. Nothing follows from it.")
    page.get_by_role("button", name="Answer and close").click()
    page.get_by_text("The declaration is answered and closed.").wait_for()
    for who in ("administrator", "line_manager"):
        assert walk.as_(who).goto(url("declaration-detail", declaration.pk)).status == 404
    page = walk.as_("sip")
    page.goto(url("declaration-detail", declaration.pk))
    page.get_by_text("Thank you. Nothing follows from it.").wait_for()
    page.get_by_text("by Rex Ballantyne").first.wait_for()
    walk.look(page)
