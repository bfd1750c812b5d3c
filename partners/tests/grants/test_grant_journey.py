"""A manager mends and shows evidence, a coordinator reads across authorities: in a real browser, wide and narrow, with axe."""

from datetime import date

import pytest
from django.conf import settings

from accounts.permissions import Role
from accounts.tests import factories as people
from partners import actions
from partners.models import Endeavour, EvidencePack
from partners.tests.factories import make_deployment, moment
from schools.facts import Phase
from schools.tests.factories import make_school
from sipmanager.testing import accessibility_faults

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def signed_in(open_page, live_server, as_role):
    def sign_in(user, **options):
        client = as_role(user=user)
        page = open_page(**options)
        cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
        page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}])
        return page

    return sign_in


@pytest.fixture
def kent(clock_at):
    clock_at("2009-11-16 10:00", ticking=True)
    authority = people.authority("Kent")
    make_deployment(None, make_school(authority=authority, phase=Phase.PRIMARY, name="Hill Road"), authority)
    make_school(authority=authority, phase=Phase.PRIMARY, name="Brook Lane")
    for on in (date(2009, 10, 31), date(2009, 11, 15)):
        actions.take_snapshot(authority=authority, programme="primary", on=on, at=moment(on))
    return authority


def sound(page):
    """No fault by axe, and nothing wider than the window."""
    page.evaluate("document.querySelectorAll('main details').forEach(one => { one.open = true })")
    assert accessibility_faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0, page.url


@pytest.mark.parametrize("width", [1280, 320])
def test_cog_d_a_manager_logs_an_endeavour_and_makes_the_pack(kent, signed_in, width):
    page = signed_in(people.member(Role.MANAGER, at=kent, full_name="Mary Manager"), width=width)
    page.goto("/conditions-of-grant/")
    sound(page)
    page.locator("#cog-d").get_by_role("link", name="Log what was done about it").click()
    sound(page)
    page.get_by_label("What was done").fill("Asked two serving primary heads; one begins in January.")
    page.get_by_role("button", name="Log what was done").click()
    page.get_by_text("It is logged, and shown with the condition.").wait_for()
    assert Endeavour.objects.get().who == "Mary Manager"
    sound(page)
    page.get_by_role("link", name="Conditions of grant of Kent").click()
    page.get_by_role("link", name="Evidence packs").click()
    sound(page)
    page.get_by_role("button", name="Make the pack").click()
    page.get_by_role("link", name="Open the PDF").wait_for()
    sound(page)
    assert EvidencePack.objects.get().status == "made"


@pytest.mark.parametrize("width", [1280, 320])
def test_cog_m_a_coordinator_reads_the_region_and_an_authority_s_history(kent, signed_in, width):
    page = signed_in(people.member(Role.COORDINATOR, at=kent.region, full_name="Carl Coordinator"), width=width)
    page.goto("/conditions-of-grant/authorities/")
    sound(page)
    page.get_by_role("link", name="Kent").click()
    page.get_by_text("As at 15 November 2009").wait_for()
    sound(page)
    page.get_by_role("link", name="History").click()
    page.get_by_role("img").wait_for()
    sound(page)
    page.get_by_role("link", name="31 October 2009").click()
    page.get_by_text("What is known now is what was known then.").wait_for()
    sound(page)
    page.get_by_role("link", name="Conditions of grant of Kent").click()
    page.get_by_role("link", name="Concerns of the coordinator").click()
    page.get_by_role("button", name="Note a concern").click()
    page.get_by_label("What the concern is").fill("Brook Lane has had no SIP since September.")
    page.get_by_role("button", name="Note the concern").click()
    sound(page)
    page.get_by_role("button", name="Share it with the SIP manager").click()
    page.get_by_role("button", name="Pass it to the senior regional director").wait_for()
    sound(page)
