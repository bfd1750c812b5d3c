"""A SIP is proposed, head and chair have their say on line, the authority decides, and the SIP begins (DEP-1, DEP-4 to DEP-6)."""

from datetime import date

import pytest
from django.urls import reverse

from accounts.tests import factories as people
from partners.jobs import begin_deployments
from partners.models import Consultation, Deployment, Objection
from partners.tests.factories import make_partner, make_ready, moment
from schools.models import PostKind
from schools.tests.factories import make_post, make_school

from . import steps

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SIP = "Ann Able"


@pytest.fixture
def begin(open_page, live_server, as_role, tmp_path, clock_at):
    def started(preset):
        clock_at(f"{steps.TODAY} 10:00", ticking=True)
        walk = steps.begin(
            preset, folder=tmp_path, address=live_server.url, open_page=open_page, as_role=as_role, javascript=True
        )
        school = make_school(authority=walk.authority, urn=steps.URN, name=steps.SCHOOL)
        school.posts.all().delete()
        for kind, name in ((PostKind.HEAD, "Hed Teacher"), (PostKind.CHAIR, "Cher Chair")):
            walk.users[kind.value] = people.user(name)
            make_post(school, kind, user=walk.users[kind.value])
        partner = make_partner(
            SIP, reference=steps.REFERENCE, authorities=[walk.authority], sectors={"primary": date(2008, 9, 1)},
            pen_portrait="Led a school by the sea for eight years.",
        )  # fmt: skip
        make_ready(partner, school, walk.authority)
        return walk

    return started


def propose(walk):
    """The manager proposes from December, and says why."""
    page = walk.as_("manager")
    page.goto(f"{reverse('partners:deploy-check', args=[steps.URN, steps.REFERENCE])}?starts_on=2009-12-01")
    page.get_by_label("Why this SIP (optional)").fill("She knows coastal schools.")
    walk.look(page)
    page.get_by_role("button", name="Propose this deployment").click()
    page.get_by_role("heading", name="Deployment proposed").wait_for()
    return Deployment.objects.get()


def open_question(walk, who, says):
    """Head or chair comes by My work."""
    page = walk.as_(who)
    page.goto("/")
    walk.look(page)
    page.get_by_role("link", name=says).click()
    page.get_by_text("Led a school by the sea").wait_for()
    page.get_by_text("She knows coastal schools.").wait_for()
    walk.look(page)
    return page


def reply(walk, page, answer, says=""):
    page.get_by_label(answer).check()
    page.get_by_label("What the authority should know").fill(says)
    page.get_by_role("button", name="Send the answer").click()
    page.get_by_role("alert").or_(page.get_by_role("region", name="Important")).first.wait_for()
    walk.look(page)


def agree_and_confirm(walk, deployment):
    page = walk.as_("manager")
    page.goto(reverse("partners:deployment-detail", args=[deployment.pk]))
    walk.look(page)
    page.get_by_role("button", name="Agree with the school").click()
    steps.fill_date(page, "Day on which the school was asked", 16, 11, 2009)
    walk.look(page)
    page.get_by_role("button", name="Agree with the school").click()
    page.get_by_role("heading", name="Deployment agreed").wait_for()
    page.get_by_role("link", name="Go to the deployment").click()
    page.get_by_role("button", name="Confirm the deployment").click()
    page.get_by_role("button", name="Confirm the deployment").click()
    page.get_by_role("heading", name="Deployment confirmed").wait_for()
    assert Deployment.objects.get().status == "confirmed"


def test_the_chair_is_refused_objects_on_grounds_is_heard_and_the_sip_begins(begin):
    walk = begin("learning_trust")
    deployment = propose(walk)
    head = open_question(walk, "head", f"Say what the school thinks of {SIP}")
    reply(walk, head, "We are content with this SIP")
    chair = open_question(walk, "chair", "Say whether the governing body objects")
    reply(walk, chair, "The governing body objects for another reason", "We liked the last one.")
    chair.get_by_text("the only ground on which a governing body may object").wait_for()
    assert Deployment.objects.get().status == "proposed"
    reply(walk, chair, "The governing body objects on connectivity", "Her brother is our bursar.")
    assert Deployment.objects.get().status == "objected"
    manager = walk.as_("manager")
    manager.goto("/")
    manager.get_by_role("link", name=f"Decide on the objection to {SIP}").click()
    walk.look(manager)
    manager.get_by_role("button", name="Reject the objection").click()
    manager.get_by_label("Reason for the decision").fill("He left the school in the summer.")
    walk.look(manager)
    manager.get_by_role("button", name="Reject the objection").click()
    manager.get_by_role("heading", name="Objection rejected").wait_for()
    chair.reload()
    chair.get_by_text("He left the school in the summer.").wait_for()
    walk.look(chair)
    assert list(Objection.objects.order_by("pk").values_list("is_admitted", "outcome")) == [(False, ""), (True, "rejected")]
    agree_and_confirm(walk, deployment)
    begin_by_night(walk)


def begin_by_night(walk):
    """The night of the first day makes it active, and the head sees the SIP on the school's page."""
    first = date(2009, 12, 1)
    begin_deployments(partition=walk.authority.code, on=first, at=moment(first))
    assert Deployment.objects.get().status == "active"
    head = walk.as_("head")
    head.goto(reverse("schools:school-sip", args=[steps.URN]))
    head.get_by_text("Active").wait_for()
    walk.look(head)


def test_head_and_chair_choose_together_before_it_is_agreed(begin):
    walk = begin("alpsit")
    deployment = propose(walk)
    manager = walk.as_("manager")
    manager.goto(reverse("partners:deployment-detail", args=[deployment.pk]))
    manager.get_by_text("head and chair choose together").first.wait_for()
    walk.look(manager)
    reply(walk, open_question(walk, "head", "Say whether the school chooses"), "We choose this SIP")
    reply(walk, open_question(walk, "chair", "Say whether the school chooses"), "We choose this SIP")
    assert set(Consultation.objects.values_list("answer", flat=True)) == {"chosen"}
    assert Deployment.objects.get().status == "consulted"
    agree_and_confirm(walk, deployment)
