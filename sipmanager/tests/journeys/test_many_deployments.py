"""A SIP leaves: the manager tries it for next September, moves the schools, and decides what the night has flagged
(ACT-15, COG-A, COG-D, DEP-18, PRE-13, REP-4)."""

from datetime import date

import pytest
from django.urls import reverse

from partners.jobs import recheck_deployments
from partners.models import Check, Deployment, DeploymentFlag, SuccessionPlan
from partners.tests import factories
from partners.tests.factories import moment
from schools.tests.factories import make_school

from . import steps

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NOV = date(2009, 11, 16)  # Monday
LEAVING, TAKING, UNINSURED = "Robin Ward", "Ada Holt", "Ben Lee"
HELD = {LEAVING: date(2006, 9, 1), TAKING: date(2008, 9, 1), UNINSURED: date(2006, 9, 1)}


def url(name, *args):
    return reverse(f"partners:{name}", args=args)


@pytest.fixture(params=[True, False], ids=["script", "no-script"])
def walk(request, clock_at, live_server, open_page, as_role, tmp_path):
    clock_at("2009-11-16 10:00")
    journey = steps.begin(
        "national", folder=tmp_path, address=live_server.url, open_page=open_page, as_role=as_role, javascript=request.param
    )
    arrange(journey)
    return journey


def arrange(journey) -> None:
    """Robin has two schools, Ada could take them; Ben's insurance has run out."""
    authority = journey.authority
    sips = {
        name: factories.make_partner(name, sectors={"primary": day}, authorities=[authority]) for name, day in HELD.items()
    }
    for number in (1, 2):
        school = make_school(authority=authority, name=f"School {number}")
        factories.make_deployment(sips[LEAVING], school, starts_on=date(2008, 9, 1))
        factories.make_ready(sips[TAKING], school, authority)
    factories.make_deployment(sips[UNINSURED], make_school(authority=authority, name="School 3"), starts_on=date(2007, 3, 1))
    Check.objects.filter(engagement__partner=sips[UNINSURED], kind="PRE-5").update(expires_on=date(2009, 10, 31))
    assert recheck_deployments(partition=authority.code, on=NOV, at=moment(NOV)).failures == []


def test_a_sip_leaves_and_the_night_has_found_something(walk):
    page = walk.as_("manager")
    try_it(walk, page)
    move_the_schools(walk, page)
    decide_the_flag(walk, page)
    plan_who_follows(walk, page)


def try_it(walk, page) -> None:
    """What if Robin left all schools next September?"""
    page.goto(url("deployment-list"))
    page.locator("summary", has_text="More").click()
    page.get_by_role("link", name="What if?").click()
    walk.look(page)
    steps.fill_date(page, "From which day", 1, 9, 2010)
    page.get_by_label("A SIP leaves all schools").check()
    page.get_by_label("Reference of the SIP").fill(Deployment.objects.filter(partner__full_name=LEAVING)[0].partner.reference)
    page.get_by_role("button", name="See what would happen").click()
    page.get_by_text("After this, 1 of 3 schools in scope (33%) has an accredited SIP").wait_for()
    walk.look(page)
    assert not Deployment.objects.exclude(ends_on=None).exists()


def move_the_schools(walk, page) -> None:
    """Robin leaves sooner: both schools go to Ada in January."""
    page.goto(url("deployment-list"))
    for number in (1, 2):
        page.get_by_role("checkbox", name=f"School {number}").check()
    page.get_by_role("button", name="Move them to another SIP").click()
    page.get_by_role("heading", name="Move 2 schools").wait_for()
    walk.look(page)
    page.get_by_label("Reference of the SIP who takes them").fill(factories.Partner.objects.get(full_name=TAKING).reference)
    steps.fill_date(page, "First day of the new SIP", 4, 1, 2010)
    page.get_by_label("Why the schools move").fill("Robin retires at Christmas")
    steps.fill_date(page, "Day on which the schools were asked (optional)", 9, 11, 2009)
    page.get_by_role("button", name="See what would happen").click()
    page.get_by_role("heading", name="Check before you go on").wait_for()
    walk.look(page)
    page.get_by_role("button", name="Move 2 schools").click()
    page.get_by_role("heading", name="2 schools moved").wait_for()
    walk.look(page)
    assert Deployment.objects.filter(partner__full_name=TAKING, status="confirmed").count() == 2
    assert Deployment.objects.filter(partner__full_name=LEAVING, ends_on=date(2010, 1, 3)).count() == 2


def decide_the_flag(walk, page) -> None:
    """The night has found that Ben is insured no more; the manager says by when that is mended."""
    page.goto("/")
    page.get_by_role("link", name=f"Decide whether {UNINSURED} stays at School 3").click()
    page.get_by_text("ran out on 31 October 2009").wait_for()
    walk.look(page)
    page.get_by_label("It will be mended by a day, and goes on until then").check()
    steps.fill_date(page, "Mended by, if it will be (optional)", 30, 11, 2009)
    page.get_by_label("Why").fill("The new policy is on its way")
    page.get_by_role("button", name="Record the decision").click()
    page.get_by_text("Your decision is on record.").wait_for()
    page.goto(url("flag-list"))
    page.get_by_text("To be mended", exact=True).first.wait_for()
    walk.look(page)
    assert DeploymentFlag.objects.get().promised_on == date(2009, 11, 30)


def plan_who_follows(walk, page) -> None:
    """Ben's three years end in February."""
    page.goto(url("limit-list"))
    walk.look(page)
    page.get_by_role("link", name="Plan who follows at School 3").click()
    walk.look(page)
    page.get_by_label("Somebody is asked").check()
    page.get_by_role("button", name="Save the plan").click()
    page.get_by_text("The plan is saved.").wait_for()
    walk.look(page)
    assert SuccessionPlan.objects.get().state == "asked"
