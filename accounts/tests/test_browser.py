"""Signing in and accounts in a real browser, at both widths, with and without JavaScript."""

import re

import pytest

from accounts.models import Invitation
from accounts.permissions import Role
from accounts.tests.factories import PASSWORD, authority, member
from sipmanager.core.models import OutgoingEmail
from sipmanager.testing import accessibility_faults

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

NARROW, WIDE = 320, 1280


@pytest.fixture(autouse=True)
def without_second_factor(settings):
    settings.SECOND_FACTOR_REQUIRED = False


def look(page):
    """No fault of accessibility and nothing beyond the edge, at both widths."""
    for width in (WIDE, NARROW):
        page.set_viewport_size({"width": width, "height": 900})
        assert not accessibility_faults(page), page.url
        beyond = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert beyond <= 0, f"{page.url} is {beyond} pixels too wide at {width}"
    page.set_viewport_size({"width": WIDE, "height": 900})


def sign_in(page, email):
    page.goto("/accounts/sign-in/")
    page.get_by_label("Email address").fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def test_inviting_accepting_and_closing_an_account(open_page):
    kent = authority("Invented County")
    member(Role.MANAGER, at=kent, email="maria@example.org", full_name="Maria Example", password=PASSWORD)
    page = open_page()
    page.goto("/accounts/sign-in/")
    page.get_by_role("button", name="Sign in").click()
    summary = page.get_by_role("alert")
    assert "Enter your email address" in summary.inner_text()
    summary.get_by_role("link", name="Enter your password").click()
    assert page.evaluate("document.activeElement.name") == "password"
    look(page)
    sign_in(page, "maria@example.org")
    page.goto("/accounts/you/")
    look(page)

    page.get_by_role("link", name="People and invitations").click()
    look(page)
    page.get_by_role("button", name="Invite somebody").click()
    look(page)
    page.get_by_label("Email address").fill("olive@example.org")
    page.get_by_label("Authority officer").check()
    page.get_by_role("button", name="Send the invitation").click()
    page.get_by_text("You have invited olive@example.org").wait_for()
    look(page)

    newcomer = open_page(width=NARROW, javascript=False)
    body = OutgoingEmail.objects.get(kind="account.invitation").body
    newcomer.goto(re.search(r"https?://[^/]+(/accounts/invitation/\S+)", body)[1])
    newcomer.get_by_label("Full name").fill("Olive Officer")
    newcomer.get_by_label("Password", exact=True).fill(PASSWORD)
    newcomer.get_by_role("button", name="Set up your account").click()
    newcomer.goto("/accounts/you/")
    assert "Authority officer, Invented County" in newcomer.inner_text("main")
    assert Invitation.objects.get().accepted_by.full_name == "Olive Officer"

    page.goto("/accounts/people/")
    page.get_by_role("link", name="Olive Officer").click()
    look(page)
    page.get_by_role("button", name="Close the account").click()
    look(page)
    page.get_by_role("button", name="Close the account").click()
    page.get_by_text("You have closed the account").wait_for()
    newcomer.reload()
    assert "/accounts/sign-in/" in newcomer.url


def test_local_policy_is_looked_at_before_it_is_changed(open_page):
    kent = authority("Invented County", code="K01")
    member(Role.MANAGER, at=kent, email="maria@example.org", password=PASSWORD)
    page = open_page()
    sign_in(page, "maria@example.org")
    page.goto("/accounts/policy/")
    look(page)
    page.get_by_role("button", name="Change the policy").click()
    page.get_by_label("County: the head reads first").check()
    look(page)
    page.get_by_role("button", name="Continue").click()
    look(page)
    page.get_by_role("button", name="Look at the changes").click()
    assert "Enter" in page.get_by_role("alert").inner_text()
    for box, value in (("Day", "1"), ("Month", "sep"), ("Year", "2040")):
        page.get_by_label(box, exact=True).fill(value)
    page.get_by_label("Days to share a draft").fill("7")
    page.get_by_role("button", name="Look at the changes").click()
    page.get_by_role("heading", name="What would change on 1 September 2040").wait_for()
    look(page)
    page.get_by_role("button", name="Make this the policy").click()
    page.get_by_text("The new policy starts on 1 September 2040").wait_for()
    look(page)


def test_the_warning_before_the_session_ends_offers_more_time(open_page, settings):
    settings.SESSION_IDLE_MINUTES = 0.15
    member(Role.OFFICER, email="olive@example.org", password=PASSWORD)
    page = open_page()
    sign_in(page, "olive@example.org")
    page.goto("/accounts/you/name/")
    dialog = page.get_by_role("dialog")
    dialog.wait_for()
    assert not accessibility_faults(page)
    page.get_by_role("button", name="Stay signed in").click()
    dialog.wait_for(state="hidden")
    assert page.get_by_label("Full name").is_visible()
