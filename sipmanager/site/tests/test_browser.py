"""The service's own pages and those of quality assurance in a real browser, wide and narrow, checked by axe."""

from datetime import date

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from accounts.permissions import Role
from accounts.tests import factories as accounts_factories
from qa.models import ShadowStatus
from qa.tests.factories import make_place, make_shadow_visit
from schools.tests.factories import make_school
from sipmanager.core.models import NightlyRun, OutgoingEmail
from sipmanager.testing import accessibility_faults
from visits.states import NoteState
from visits.tests.factories import make_note, make_people

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LONG = "Saint Bartholomew-in-the-Meadows Church of England Voluntary Aided Primary School"


@pytest.fixture
def signed_in(open_page, live_server, as_role):
    """A page on which somebody is signed in."""

    def sign_in(user, **options):
        client = as_role(user=user)
        page = open_page(**options)
        cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
        page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}])
        return page

    return sign_in


@pytest.fixture
def busy(clock_at, settings):
    """An authority with something late, something odd and something long."""
    clock_at("2009-11-16 10:00", ticking=True)
    settings.DEMONSTRATION = True
    note = make_note(NoteState.DRAFTING, day=date(2009, 10, 13))  # Tuesday, long late
    people = note.people
    make_school(authority=people.authority, name=LONG)
    at = timezone.now()
    NightlyRun.objects.create(partition=people.authority.code, on=date(2009, 11, 15), started_at=at, ended_at=at)
    OutgoingEmail.objects.create(
        to="a.rather.long.address.indeed@a-school-of-long-names.example.org", subject=f"A note waits for {LONG}",
        body="https://example.org/notes/1/", kind="digest", queued_at=at, authority_id=people.authority.pk,
    )  # fmt: skip
    accounts_factories.membership(Role.ADMINISTRATOR, at=people.authority)
    return people


def sound(page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    assert accessibility_faults(page) == [], page.url
    spare = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert spare <= 0, f"{page.url} is {spare} pixels too wide at {width}"


def test_the_services_own_pages_are_sound(busy, signed_in):
    page = signed_in(busy.manager)
    email = OutgoingEmail.objects.order_by("pk").last()
    for address in (
        "/", "/deadlines/", "/deadlines/?late=1&about=notes", "/reports/", "/reports/problems/", "/reports/nights/",
        "/reports/outbox/", "/search/", "/search/?q=saint+bartholomew", "/search/?q=nothing+like+it", "/outbox/",
        f"/outbox/{email.pk}/",
    ):  # fmt: skip
        assert page.goto(address).status == 200, address
        for width in (1280, 320):
            sound(page, width)


def test_an_empty_my_work_is_sound(signed_in, clock_at):
    clock_at("2009-11-16 10:00", ticking=True)
    page = signed_in(make_people("national").sip)
    page.goto("/")
    page.get_by_text("Nothing is waiting for you.").wait_for()
    for width in (1280, 320):
        sound(page, width)


def test_the_pages_of_quality_assurance_are_sound(signed_in, clock_at):
    clock_at("2009-11-16 10:00", ticking=True)
    place = make_place(began_on=date(2007, 9, 3))
    planned = make_shadow_visit(place, on=date(2009, 11, 24))
    held = make_shadow_visit(place, ShadowStatus.HELD, on=date(2009, 11, 10))
    sent = make_shadow_visit(place, ShadowStatus.FEEDBACK_SENT, on=date(2009, 10, 20))
    page = signed_in(place.line_manager)
    for name, shadow in (
        ("due-list", None), ("shadow-list", None), ("shadow-plan", None), ("shadow-detail", planned), ("shadow-hold", planned),
        ("shadow-cancel", planned), ("shadow-feedback", held), ("shadow-detail", sent),
    ):  # fmt: skip
        assert page.goto(reverse(f"qa:{name}", args=[shadow.pk] if shadow else [])).status == 200
        for width in (1280, 320):
            sound(page, width)
    page.goto(reverse("qa:shadow-feedback", args=[held.pk]))
    page.get_by_role("button", name="Send the feedback").click()
    page.get_by_text("There is a problem").wait_for()
    sound(page, 1280)
    mine = signed_in(place.sip)
    mine.goto(reverse("qa:shadow-comment", args=[sent.pk]))
    sound(mine, 320)
