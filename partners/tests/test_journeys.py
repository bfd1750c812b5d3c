"""SIPs and deployments in a real browser, wide and narrow, with and without scripts; every page is checked by axe."""

import os
import re
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse

from accounts.permissions import Role
from accounts.tests import factories as accounts
from partners.models import Deployment, Partner
from partners.tests.factories import complete_checks, engage, make_deployment, make_partner, support
from schools.tests.factories import make_head, make_school
from sipmanager.testing import accessibility_faults

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _today(clock_at):
    clock_at("2009-11-16 10:00", ticking=True)


@pytest.fixture
def place():
    class Place:
        authority = accounts.authority("Westshire")
        manager = accounts.member(Role.MANAGER, at=authority, full_name="Mary Manager")
        school = make_school(name="Hill Road Primary School", authority=authority, town="Westford")
        taken = make_school(name="Saint Bartholomew's Church of England Voluntary Aided Primary School", authority=authority)
        partner = make_partner(
            "Ann Able", sectors={"primary": date(2008, 1, 10)}, regions=[authority.region], days_available=20,
            headships={"primary": "former"}, pen_portrait="Led two primary schools.", has_outside_experience=True,
        )  # fmt: skip
        both = {"primary": date(2006, 12, 20), "secondary": date(2006, 12, 20)}
        other = make_partner("Ben Bold", sectors=both, regions=[authority.region])
        wrong = make_partner("Sid Secondary", sectors={"secondary": date(2008, 1, 1)}, regions=[authority.region])

    make_head(Place.taken)
    engagement = engage(Place.partner, Place.authority)
    complete_checks(engagement, kinds=["PRE-2", "PRE-3", "PRE-4", "PRE-8", "PRE-9"])
    support(engagement, Place.manager)
    make_deployment(Place.other, Place.taken, Place.authority, starts_on=date(2007, 1, 8))
    return Place


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


def sound(page, name=""):
    """No fault by axe, and nothing wider than the window."""
    assert accessibility_faults(page) == []
    width = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert width <= 0, f"{page.url} is {width} pixels too wide"
    folder = os.environ.get("PICTURES")
    if folder:
        size = page.viewport_size["width"]
        page.screenshot(path=str(Path(folder) / f"{name or re.sub(r'[^a-z]+', '-', page.url)}-{size}.png"), full_page=True)


def pages_of(place):
    deployment = Deployment.objects.get()
    reference, check = place.partner.reference, "?starts_on=2009-12-01&days=2"
    return [
        ("partners", reverse("partners:partner-list")),
        ("partners-none", reverse("partners:partner-list") + "?q=nobody"),
        ("partner", reverse("partners:partner-detail", args=[reference])),
        ("accreditation", reverse("partners:partner-accreditation", args=[place.other.reference])),
        ("partner-schools", reverse("partners:partner-schools", args=[place.other.reference])),
        ("checks", reverse("partners:partner-checks", args=[reference])),
        ("record", reverse("partners:partner-record", args=[place.other.reference])),
        ("new", reverse("partners:partner-new")),
        ("check-form", reverse("partners:check-record", args=[reference, place.partner.engagements.get().pk])),
        ("engage", reverse("partners:partner-engage", args=[place.wrong.reference])),
        ("deployments", reverse("partners:deployment-list")),
        ("deployment", reverse("partners:deployment-detail", args=[deployment.pk])),
        ("end", reverse("partners:deployment-move", args=[deployment.pk, "end"])),
        ("done", reverse("partners:deployment-done", args=[deployment.pk])),
        ("notifications", reverse("partners:notification-list")),
        ("sent", reverse("partners:notification-send", args=[deployment.notifications.get().pk])),
        ("deploy-school", reverse("partners:deploy-school")),
        ("candidates", reverse("partners:deploy-candidates", args=[place.school.urn])),
        ("candidates-none", reverse("partners:deploy-candidates", args=[place.taken.urn])),
        ("deploy-check", reverse("partners:deploy-check", args=[place.school.urn, reference]) + check),
        ("deploy-refusal", reverse("partners:deploy-check", args=[place.school.urn, place.wrong.reference])),
        ("conditions", reverse("partners:conditions")),
        ("import", reverse("partners:deployment-import")),
        ("school-sip", reverse("schools:school-sip", args=[place.taken.urn])),
    ]


@pytest.mark.parametrize("width", [1280, 320])
def test_every_page_is_sound(place, signed_in, width):
    page = signed_in(place.manager, width=width)
    for name, address in pages_of(place):
        answer = page.goto(address)
        assert answer.status == 200, address
        assert page.url.endswith(address), page.url
        page.evaluate("document.querySelectorAll('main details').forEach(one => { one.open = true })")
        sound(page, name)


def test_a_sip_and_a_head_see_sound_pages_on_a_phone(place, signed_in):
    head = place.taken.posts.get().user
    person = accounts.user("Ben Bold")
    Partner.objects.filter(pk=place.other.pk).update(user=person)
    deployment = Deployment.objects.get()
    seen = (
        (head, ("partner-list",), ("partner-detail", place.other.reference), ("deployment-detail", deployment.pk)),
        (person, ("partner-detail", place.other.reference), ("partner-details", place.other.reference),
         ("partner-checks", place.other.reference), ("deployment-list",)),
    )  # fmt: skip
    for user, *addresses in seen:
        page = signed_in(user, width=320)
        for name, *args in addresses:
            page.goto(reverse(f"partners:{name}", args=args))
            sound(page, f"{user.full_name.split()[0]}-{name}")


@pytest.mark.parametrize("javascript", [True, False])
def test_a_manager_deploys_a_sip_from_the_school_to_the_confirmation(place, signed_in, javascript):
    page = signed_in(place.manager, javascript=javascript)
    page.goto(reverse("partners:deploy-school"))
    page.get_by_role("link", name="Hill Road Primary School").click()
    page.get_by_role("link", name="Ann Able", exact=True).click()
    page.get_by_role("button", name="Propose this deployment").click()
    page.get_by_role("heading", name="Deployment proposed").wait_for()
    page.get_by_role("link", name="Go to the deployment").click()
    page.get_by_role("button", name="Agree with the school").click()
    page.get_by_role("button", name="Agree with the school").click()
    page.get_by_text("There is a problem").wait_for()
    page.get_by_label("Day", exact=True).fill("13")
    page.get_by_label("Month").fill("nov")
    page.get_by_label("Year").fill("2009")
    page.get_by_role("button", name="Agree with the school").click()
    page.get_by_role("heading", name="Deployment agreed").wait_for()
    page.get_by_role("link", name="Go to the deployment").click()
    page.get_by_role("link", name="See what is missing before it can be confirmed").click()
    page.get_by_role("heading", name="This deployment cannot be confirmed yet").wait_for()
    page.get_by_role("button", name="Go to the SIP's checks and contract").click()
    tab = page.url
    page.get_by_role("link", name="See the professional indemnity").click()
    page.get_by_role("button", name="Record the check").click()
    page.get_by_role("group", name="Date of the check").get_by_label("Day").fill("2")
    page.get_by_role("group", name="Date of the check").get_by_label("Month").fill("11")
    page.get_by_role("group", name="Date of the check").get_by_label("Year").fill("2009")
    page.get_by_label("The SIP's own policy").check()
    page.get_by_role("button", name="Record the check").click()
    page.get_by_role("alert").wait_for()
    page.goto(tab)
    page.get_by_role("link", name="Confirm a contract for a school").click()
    page.get_by_label("URN of the school").fill(place.school.urn)
    page.get_by_role("button", name="Confirm the contract").click()
    deployment = Deployment.objects.get(school=place.school)
    page.goto(reverse("partners:deployment-detail", args=[deployment.pk]))
    page.get_by_role("button", name="Confirm the deployment").click()
    page.get_by_role("button", name="Confirm the deployment").click()
    page.get_by_role("heading", name="Deployment confirmed").wait_for()
    deployment.refresh_from_db()
    assert deployment.status == "active"


def test_a_file_is_looked_at_and_loaded(place, signed_in, tmp_path):
    page = signed_in(place.manager)
    file = tmp_path / "sips.csv"
    file.write_text(
        "first_name,last_name,email,kind,regions\n"
        f"Cas,Calm,cas@example.org,consultant,{place.authority.region.name}\nDee,Dull,dee at home,consultant,\n"
    )
    page.goto(reverse("partners:partner-import"))
    page.get_by_role("button", name="Look at what it would do").click()
    page.get_by_text("There is a problem").wait_for()
    sound(page, "import-error")
    page.get_by_label("File").set_input_files(file)
    page.get_by_role("button", name="Look at what it would do").click()
    page.get_by_role("heading", name="What the file would do").wait_for()
    sound(page, "import-preview")
    assert not Partner.objects.filter(full_name="Cas Calm").exists()
    page.get_by_role("button", name="Load 1 line").click()
    page.get_by_role("heading", name="The file is loaded").wait_for()
    sound(page, "import-done")
    assert Partner.objects.filter(full_name="Cas Calm").exists()
