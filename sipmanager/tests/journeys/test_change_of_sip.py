"""A school changes its SIP, from the manager's plan to the list that the new SIP ticks off (ACT-15, DEP-17, HND-7, HND-11)."""

from datetime import date

import pytest
from django.urls import reverse

from accounts.tests import factories as accounts_factories
from partners.models import Consultation, Deployment, Familiarisation, Handover, LeavingFeedback
from partners.tests import factories as partner_factories
from sipmanager.core.models import AuditEvent
from visits.states import NoteState
from visits.tests import factories as visit_factories

from . import steps

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def journey(open_page, live_server, as_role, tmp_path, clock_at):
    clock_at(f"{steps.TODAY} 10:00", ticking=True)

    def begin(*, javascript: bool = True) -> steps.Journey:
        walk = steps.begin(
            "kent", folder=tmp_path, address=live_server.url, open_page=open_page, as_role=as_role, javascript=javascript
        )  # fmt: skip
        people = visit_factories.make_people("kent", authority=walk.authority)
        visit_factories.make_note(NoteState.DISTRIBUTED, people=people, day=date(2009, 10, 6))
        new = accounts_factories.user("Nat New", email="nat@sip.example")
        partner = partner_factories.make_partner(
            "Nat New", reference="P990077", sectors={"primary": date(2007, 9, 1)}, authorities=[walk.authority], user=new
        )
        partner_factories.make_ready(partner, people.school, walk.authority, checked_on=date(2009, 9, 1))
        walk.users |= {"head": people.head, "sip": new, "outgoing": people.sip}
        walk.deployment, walk.school = people.deployment, people.school
        return walk

    return begin


@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "no-scripts"])
def test_act_15_a_manager_changes_the_sip_and_all_of_it_follows(journey, javascript):
    walk = journey(javascript=javascript)
    propose(walk)
    answer(walk)
    confirm(walk)
    give_feedback(walk)
    evaluate(walk)
    hand_over(walk)
    get_started(walk)


def propose(walk) -> None:
    """The manager plans the change from the school's page."""
    page = walk.as_("manager")
    page.goto(reverse("schools:school-sip", args=[walk.school.urn]))
    page.get_by_role("link", name="Change the SIP").click()
    page.get_by_role("heading", name="Change the SIP of").wait_for()
    walk.look(page)
    steps.fill_date(page, "First day of the new SIP", 16, 11, 2009)
    steps.fill_date(page, "Last day of the SIP now", 27, 11, 2009)
    page.get_by_role("button", name="Find SIPs for these days").click()
    page.get_by_role("radio", name="Nat New").check()
    page.get_by_label("Why the SIP changes").fill("A fresh eye is wanted")
    walk.look(page)
    page.get_by_role("button", name="Propose the new SIP").click()
    page.get_by_role("heading", name="Deployment proposed").wait_for()
    assert Deployment.objects.get(pk=walk.deployment.pk).ends_on is None


def answer(walk) -> None:
    """The head answers on line what the school thinks of the new SIP."""
    page = walk.as_("head")
    page.goto(
        reverse(
            "partners:consultation-answer",
            args=[Consultation.objects.get(party="head", deployment__partner__full_name="Nat New").pk],
        )
    )
    page.get_by_role("radio", name="Content with this SIP").check()
    page.get_by_role("button", name="Send the answer").click()
    page.get_by_role("alert").wait_for()


def confirm(walk) -> None:
    """The manager agrees and confirms; the old SIP's end comes with it."""
    page, incoming = walk.as_("manager"), Handover.objects.get().incoming
    for name, button, heading in (
        ("agree", "Agree with the school", "Deployment agreed"), ("confirm", "Confirm the deployment", "Deployment confirmed")
    ):  # fmt: skip
        page.goto(reverse("partners:deployment-move", args=[incoming.pk, name]))
        page.get_by_role("button", name=button).click()
        page.get_by_role("heading", name=heading).wait_for()
    page.get_by_role("link", name="Go to the deployment").click()
    page.get_by_role("link", name="Confirmation to the school").click()
    page.get_by_role("heading", name="Your School Improvement Partner is confirmed").wait_for()
    walk.look(page)
    assert Deployment.objects.get(pk=walk.deployment.pk).ends_on == date(2009, 11, 27)


def give_feedback(walk) -> None:
    """The head finds the request in My work and says what the school thought."""
    page = walk.as_("head")
    page.goto("/")
    page.get_by_role("link", name="Say how the school found the work of").click()
    page.get_by_role("button", name="Give feedback").click()
    walk.look(page)
    for group in page.get_by_role("group").all():
        group.get_by_role("radio", name="Agree", exact=True).check()
    page.get_by_label("In a sentence or two").fill("Sound, and always on time")
    page.get_by_role("button", name="Send to the SIP manager").click()
    page.get_by_text("Your feedback is with the SIP manager").wait_for()
    walk.look(page)


def evaluate(walk) -> None:
    """The manager evaluates it; the SIP who leaves does not see it."""
    page, feedback = walk.as_("manager"), LeavingFeedback.objects.get()
    page.goto("/")
    page.get_by_role("link", name="Evaluate what").first.click()
    page.get_by_role("button", name="Evaluate it").click()
    page.get_by_label("Your evaluation").fill("As I saw it myself")
    walk.look(page)
    page.get_by_role("button", name="Save the evaluation").click()
    page.get_by_text("The evaluation is saved").wait_for()
    walk.look(page)
    stranger = walk.as_("outgoing")
    assert stranger.goto(reverse("partners:leaving-feedback-detail", args=[feedback.pk])).status == 404


def hand_over(walk) -> None:
    """The outgoing SIP records the briefing and says that everything is handed over."""
    page = walk.as_("outgoing")
    page.goto("/")
    page.get_by_role("link", name="Hand ").first.click()
    page.get_by_role("heading", name="What has been done").wait_for()
    walk.look(page)
    page.get_by_role("link", name="Change what has been done").click()
    page.get_by_role("radio", name="By phone").check()
    steps.fill_date(page, "Date of the briefing", 16, 11, 2009)
    page.get_by_label("Key issues for the new SIP").fill("Reading in the middle years")
    walk.look(page)
    page.get_by_role("button", name="Save").click()
    page.get_by_role("button", name="Everything is handed over").click()
    page.get_by_text("is handed over").first.wait_for()
    assert Handover.objects.get().met_on == date(2009, 11, 16)


def get_started(walk) -> None:
    """The new SIP finds the list in My work, opens the pack with the issued note, and ticks an item off."""
    page, row = (
        walk.as_("sip"),
        Familiarisation.objects.get(reason="new_sip", met_on=None, deployment__partner__full_name="Nat New"),
    )
    page.goto("/")
    page.get_by_role("link", name="Get to know").first.click()
    walk.look(page)
    page.get_by_role("button", name="Open the handover pack").click()
    page.get_by_role("heading", name="Handover pack").wait_for()
    page.get_by_text("Reading in the middle years").wait_for()
    walk.look(page)
    address = page.get_by_role("link", name="(PDF)").first.get_attribute("href")
    assert page.request.get(address).body().startswith(b"%PDF")
    assert AuditEvent.objects.filter(what="handover.open", by_name="Nat New").exists()
    page.goto(reverse("partners:familiarisation-detail", args=[row.pk]))
    page.locator("#website").get_by_role("link").click()
    page.get_by_label("Note (optional)").fill("The prospectus is there too")
    walk.look(page)
    page.get_by_role("button", name="Tick off").click()
    page.get_by_text("1 of 17 items done").wait_for()
    walk.look(page)
