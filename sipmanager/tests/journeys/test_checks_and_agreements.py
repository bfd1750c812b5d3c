"""A SIP hands in evidence and signs an agreement, an authority verifies and signs, and the PDF is opened (PRE-5, AGR-15)."""

import io
from datetime import date

import pikepdf
import pytest

from accounts.tests import factories as people
from partners.models import Agreement, Check, Contract
from partners.tests.factories import engage, make_partner
from schools.tests.factories import make_school

from . import steps

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SIP = "Ann Able"


@pytest.fixture
def walk(open_page, live_server, as_role, tmp_path, clock_at, settings):
    clock_at(f"{steps.TODAY} 10:00", ticking=True)
    shelf = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path / "documents"}}
    settings.STORAGES = {**settings.STORAGES, "documents": shelf}
    walk = steps.begin("kent", folder=tmp_path, address=live_server.url, open_page=open_page, as_role=as_role, javascript=True)
    walk.users["sip"] = people.user(SIP)
    partner = make_partner(
        SIP,
        user=walk.users["sip"],
        reference=steps.REFERENCE,
        authorities=[walk.authority],
        sectors={"primary": date(2008, 9, 1)},
    )
    engage(partner, walk.authority)
    make_school(authority=walk.authority, urn=steps.URN, name=steps.SCHOOL)
    return walk


def paper() -> bytes:
    made, written = pikepdf.new(), io.BytesIO()
    made.add_blank_page()
    made.save(written)
    return written.getvalue()


def test_evidence_is_handed_in_and_verified_and_an_agreement_is_signed_by_both(walk):
    hand_in(walk)
    verify(walk)
    draw_up(walk)
    sign(walk, "sip", "Read and sign your agreement", "Sign the agreement", SIP)
    sign(walk, "manager", "for the authority", "Sign for the authority", walk.users["manager"].full_name)
    page = walk.pages["manager"]
    page.goto("/partners/agreements/")
    page.get_by_role("link", name=SIP).wait_for()
    walk.look(page)
    page.get_by_role("link", name=SIP).click()
    page.reload()
    with page.expect_download() as taken:
        page.get_by_role("link", name="Signed agreement (PDF)").click()
    with pikepdf.open(taken.value.path()) as printed:
        assert "/StructTreeRoot" in printed.Root
    assert Contract.objects.get().agreement == Agreement.objects.get()
    # What the SIP may still do under it, and the tab as they see it.
    mine = walk.pages["sip"]
    mine.goto(f"/partners/{steps.REFERENCE}/checks/")
    mine.get_by_text("In force").first.wait_for()
    walk.look(mine)
    for label in ("Give notice", "Ask for extra work at a school"):
        mine.goto(f"/partners/{steps.REFERENCE}/agreements/{Agreement.objects.get().pk}/")
        mine.get_by_role("link", name=label).click()
        mine.get_by_role("heading", level=1).wait_for()
        walk.look(mine)


def hand_in(walk):
    """The SIP finds what is needed, is told what is wrong with a file, and hands in a sound one."""
    page = walk.as_("sip")
    page.goto(f"/partners/{steps.REFERENCE}/checks/")
    walk.look(page)
    page.get_by_role("link", name="See the professional indemnity").click()
    walk.look(page)
    page.get_by_role("button", name="Hand in evidence").click()
    walk.look(page)
    page.get_by_role("button", name="Hand it in").click()
    page.get_by_role("heading", name="There is a problem").wait_for()
    walk.look(page)
    steps.fill_date(page, "Date on the paper", 1, 9, 2009)
    steps.fill_date(page, "Runs out on (optional)", 31, 8, 2010)
    page.get_by_label("The SIP's own policy").check()
    page.get_by_label("Insurer (optional)").fill("Invented Mutual")
    page.get_by_label("File", exact=True).set_input_files(
        {"name": "certificate.pdf", "mimeType": "application/pdf", "buffer": b"<html><script>alert(1)</script></html>"}
    )
    page.get_by_role("button", name="Hand it in").click()
    page.get_by_text("does not match the ending of its name").first.wait_for()
    assert not Check.objects.exists()
    page.get_by_label("File", exact=True).set_input_files(
        {"name": "certificate.pdf", "mimeType": "application/pdf", "buffer": paper()}
    )
    page.get_by_role("button", name="Hand it in").click()
    page.get_by_role("alert").wait_for()
    walk.look(page)


def verify(walk):
    """The manager finds it on My work, opens the evidence and verifies it."""
    page = walk.as_("manager")
    page.goto("/")
    page.get_by_role("link", name=f"Verify the professional indemnity of {SIP}").click()
    walk.look(page)
    with page.expect_download() as taken:
        page.get_by_role("link", name="certificate.pdf").click()
    assert taken.value.suggested_filename == "certificate.pdf"
    page.get_by_role("button", name="Verify it").click()
    walk.look(page)
    page.get_by_role("button", name="Verify the check").click()
    page.get_by_role("alert").wait_for()
    assert Check.objects.get().status == "verified"


def draw_up(walk):
    """The administrator draws the agreement up, puts a school on its schedule and sends it."""
    page = walk.as_("administrator")
    page.goto(f"/partners/{steps.REFERENCE}/checks/")
    page.get_by_role("link", name="Draw up an agreement").click()
    walk.look(page)
    page.get_by_role("button", name="Draw up the agreement").click()
    page.get_by_role("link", name="Change the terms").wait_for()
    walk.look(page)
    page.get_by_role("link", name="see what is missing").click()
    page.get_by_text("Add the schools and the days of each").wait_for()
    walk.look(page)
    page.get_by_role("link", name="Go back to the agreement").click()
    page.get_by_role("link", name="Change the terms").click()
    page.get_by_label("SIP rate for a day (optional)").fill("400")
    walk.look(page)
    page.get_by_role("button", name="Save the terms").click()
    page.get_by_role("link", name="Change the schedule").click()
    page.get_by_label("URN of the school").fill(steps.URN)
    page.get_by_label("Days for the school").fill("5")
    page.get_by_role("button", name="Add the school").click()
    page.get_by_role("rowheader", name=steps.SCHOOL).wait_for()
    walk.look(page)
    page.get_by_role("link", name="Go back to the agreement").click()
    page.get_by_role("button", name="Send to the SIP to sign").click()
    walk.look(page)
    page.get_by_role("button", name="Send to the SIP to sign").click()
    page.get_by_role("alert").wait_for()
    walk.look(page)


def sign(walk, who: str, task: str, label: str, name: str):
    """Somebody reads the text from My work, is told what is missing, and signs it."""
    page = walk.as_(who)
    page.goto("/")
    page.get_by_role("link", name=task).click()
    page.get_by_role("button", name=label).click()
    walk.look(page)
    page.get_by_role("button", name=label).click()
    page.get_by_role("heading", name="There is a problem").wait_for()
    walk.look(page)
    page.get_by_label("Your full name").fill(name)
    page.get_by_label("I have read the agreement and agree to it").check()
    page.get_by_role("button", name=label).click()
    page.get_by_role("alert").wait_for()
    walk.look(page)
