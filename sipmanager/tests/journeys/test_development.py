"""A manager holds a briefing, the SIP enters a module and shows the record of the year (REG-14, CPD-9, CPD-12, CPD-16)."""

import re
from datetime import date

import pytest

from accounts.tests import factories as accounts_factories
from partners.models import Attendance
from partners.tests import factories as partner_factories
from schools.tests.factories import make_school

from . import steps

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def walk(open_page, live_server, as_role, tmp_path, clock_at):
    clock_at(f"{steps.TODAY} 10:00", ticking=True)
    walk = steps.begin("kent", folder=tmp_path, address=live_server.url, open_page=open_page, as_role=as_role, javascript=True)
    sip = accounts_factories.user(steps.SIP, email="ann.able@example.org")
    school = make_school(authority=walk.authority, name=steps.SCHOOL)
    partner = partner_factories.make_partner(
        steps.SIP, reference=steps.REFERENCE, email=sip.email, user=sip, sectors={"primary": date(2008, 9, 1)},
        regions=[walk.authority.region],
    )  # fmt: skip
    partner_factories.make_deployment(partner, school, walk.authority)
    walk.users["sip"] = sip
    return walk


def test_a_briefing_is_held_and_the_year_is_shown(walk):
    hold_a_briefing(walk, walk.as_("manager"))
    enter_a_module(walk, walk.as_("sip"))
    accept_it(walk, walk.as_("manager"))
    page = walk.as_("sip")
    page.goto(f"/partners/{steps.REFERENCE}/development/")
    page.get_by_text("1 of 4").wait_for()
    page.get_by_role("link", name="One page to print").click()
    page.get_by_text("3 days still to come").wait_for()
    walk.look(page)


def hold_a_briefing(walk, page) -> None:
    page.goto("/partners/")
    page.get_by_role("link", name="Development events").click()
    walk.look(page)
    page.get_by_role("button", name="Add an event").click()
    walk.look(page)
    page.get_by_label("Title").fill("Autumn briefing")
    page.get_by_label("Kind").select_option("briefing")
    steps.fill_date(page, "Date", 16, 11, 2009)
    page.get_by_label("Days", exact=True).fill("0.5")
    page.get_by_label("Mandatory").check()
    page.get_by_role("button", name="Save the event").click()
    page.get_by_role("button", name="Invite SIPs at work that day").click()
    asked_again = page.get_by_role("link", name="See how far it is")
    for _ in range(30):  # the worker invites
        if asked_again.count():
            walk.look(page)
            asked_again.click()
    page.get_by_role("heading", name="Invited: 1").wait_for()
    walk.look(page)
    page.get_by_label(f"What of {steps.SIP}").select_option("came")
    page.get_by_role("button", name="Save the list").dblclick()
    page.get_by_label(f"What of {steps.SIP}").wait_for()
    assert Attendance.objects.get().attended is True
    walk.look(page)


def enter_a_module(walk, page) -> None:
    page.goto("/")
    page.goto(f"/partners/{steps.REFERENCE}/development/")
    walk.look(page)
    page.get_by_role("button", name="Enter development").click()
    walk.look(page)
    page.get_by_label("What it was").fill("Online module: challenge and support")
    steps.fill_date(page, "Date", 9, 11, 2009)
    page.get_by_label("Days", exact=True).fill("0.5")
    page.get_by_role("button", name="Save the entry").click()
    page.get_by_text("It counts once it is accepted").wait_for()
    walk.look(page)


def accept_it(walk, page) -> None:
    page.goto("/")
    page.get_by_role("link", name=re.compile(f"Decide on an entry of {steps.SIP}")).click()
    walk.look(page)
    page.get_by_label("Yes, it is accepted").check()
    page.get_by_role("button", name="Record the decision").click()
    page.get_by_text("Your decision is on record").wait_for()
    walk.look(page)
