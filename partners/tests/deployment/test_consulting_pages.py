"""The pages of a school's say: head and chair answer, the manager sees it and decides, the criteria are read."""

import pytest
from django.test import Client
from django.urls import reverse

from partners import actions
from partners.models import Consultation, Deployment, DeploymentStatus, Objection
from partners.tests import factories
from partners.tests.deployment.test_consulting import AT, NOV, WINDOW, Place
from partners.tests.factories import moment
from sipmanager.core.wording import day

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def noon(clock_at):
    clock_at(f"{NOV} 10:00")


@pytest.fixture
def client_of():
    def signed_in(user):
        found = Client()
        found.force_login(user)
        session = found.session
        session["has_second_factor"] = True
        session.save()
        return found

    return signed_in


def page_of(asked):
    return reverse("partners:consultation-answer", args=[asked.pk])


def test_gov_12_whoever_is_asked_reads_whom_to_ask_for_more_about_the_sip(client_of):
    here = Place("alpsit")
    for party, user in (("head", here.head), ("governors", here.chair)):
        page = client_of(user).get(page_of(here.asked(party))).content.decode()
        assert "To know more, ask" in page
        assert here.manager.full_name in page
        assert here.manager.email in page


def test_the_head_reads_who_is_proposed_and_why_and_answers_on_one_page(client_of):
    here = Place("national", why="She knows coastal schools.")
    factories.keep(here.partner, name="about-ann.txt")
    head, asked = client_of(here.head), here.asked()
    work = head.get("/").content.decode()
    assert page_of(asked) in work
    page = head.get(page_of(asked)).content.decode()
    for words in ("Ann Able", "Ran a school by the sea.", "She knows coastal schools.", "4 January 2010", "about-ann.txt",
                  "30 November 2009", "sympathy with the school"):  # fmt: skip
        assert words in page, words
    wrong = head.post(page_of(asked), {"answer": "concerns", "says": ""}).content.decode()
    assert "Enter what the authority should know" in wrong
    assert head.post(page_of(asked), {"says": "Hm"}).content.decode().count("Select an answer")
    assert Consultation.objects.get(pk=asked.pk).answer == ""
    done = head.post(page_of(asked), {"answer": "talk", "says": "Please ring."}, follow=True).content.decode()
    assert "The answer is on record" in done
    assert "Wishes to talk first" in done
    tab = head.get(reverse("schools:school-sip", args=[here.school.urn])).content.decode()
    assert page_of(asked) in tab


def test_the_portrait_opens_for_the_head_who_is_asked_and_no_other_paper(client_of):
    here, there = Place("national"), Place("national")
    portrait = factories.keep(here.partner, name="about-ann.txt")
    paper = factories.keep(here.partner, "national", name="inner.txt")
    url = reverse("partners:partner-file", args=[here.partner.reference, portrait.pk])
    assert client_of(here.head).get(url).status_code == 200
    assert client_of(there.head).get(url).status_code == 404
    inner = reverse("partners:partner-file", args=[here.partner.reference, paper.pk])
    assert client_of(here.head).get(inner).status_code in (403, 404)
    actions.withdraw_deployment(deployment=here.deployment, reason="Other plans", by=None, at=AT)
    assert client_of(here.head).get(url).status_code == 404


def test_nobody_else_opens_the_question(client_of):
    here, there = Place("learning_trust"), Place("learning_trust")
    for user in (here.chair, there.head, here.manager):
        assert client_of(user).get(page_of(here.asked())).status_code == 404
    assert client_of(here.head).get(reverse("partners:deployment-detail", args=[here.deployment.pk])).status_code == 404


def test_act_2_the_chair_is_refused_with_the_right_reason_and_then_objects_on_grounds(client_of):
    here = Place("learning_trust")
    chair, asked = client_of(here.chair), here.asked("governors")
    page = chair.get(page_of(asked)).content.decode()
    assert "once, before the SIP starts" in page
    assert "An objection counts until 30 November 2009" in page
    refused = chair.post(page_of(asked), {"answer": "other", "says": "We liked the last one."}, follow=True).content.decode()
    assert "Not admissible" in refused
    assert "the only ground" in refused
    here.deployment.refresh_from_db()
    assert here.deployment.status == DeploymentStatus.PROPOSED
    admitted = chair.post(page_of(asked), {"answer": "connectivity", "says": "Her brother."}, follow=True).content.decode()
    assert "The authority decides by 23 November 2009" in admitted
    assert "To be decided" in admitted
    manager = client_of(here.manager)
    detail = reverse("partners:deployment-detail", args=[here.deployment.pk])
    shown = manager.get(detail).content.decode()
    assert "Her brother." in shown
    assert "Uphold the objection" in shown
    move = reverse("partners:deployment-move", args=[here.deployment.pk, "reject"])
    assert "Enter" in manager.post(move, {"reason": ""}).content.decode()
    assert Objection.objects.get(is_admitted=True).outcome == ""
    done = manager.post(move, {"reason": "He left in 2001."}, follow=True).content.decode()
    assert "Objection rejected" in done
    after = chair.get(page_of(asked)).content.decode()
    assert "He left in 2001." in after
    assert 'name="says"' not in after
    again = chair.post(page_of(asked), {"answer": "connectivity", "says": "Once more."}, follow=True).content.decode()
    assert "once only" in again


def test_upheld_the_page_offers_to_propose_another(client_of):
    here = Place("learning_trust")
    here.object()
    manager = client_of(here.manager)
    move = reverse("partners:deployment-move", args=[here.deployment.pk, "uphold"])
    done = manager.post(move, {"reason": "They are related."}, follow=True).content.decode()
    assert "Propose another SIP for the school" in done
    detail = manager.get(reverse("partners:deployment-detail", args=[here.deployment.pk])).content.decode()
    assert reverse("partners:deploy-candidates", args=[here.school.urn]) in detail
    assert "They are related." in client_of(here.chair).get(page_of(here.asked("governors"))).content.decode()


def test_agreeing_waits_and_says_for_whom_and_asks_what_was_done(client_of):
    here = Place("alpsit")
    manager = client_of(here.manager)
    detail = reverse("partners:deployment-detail", args=[here.deployment.pk])
    assert "head and chair choose together" in manager.get(detail).content.decode()
    move = reverse("partners:deployment-move", args=[here.deployment.pk, "agree"])
    assert "DEP-4" in manager.get(move, follow=True).content.decode()
    here.answer("chosen")
    enter = reverse("partners:consultation-enter", args=[here.asked("governors").pk])
    assert "What the governing body answered" in manager.get(enter).content.decode()
    wrong = manager.post(enter, {"answer": "not_chosen"}).content.decode()
    assert "Enter what the authority should know" in wrong
    manager.post(enter, {"answer": "chosen", "says": "By telephone."})
    assert "entered by the authority" in client_of(here.chair).get(page_of(here.asked("governors"))).content.decode()
    typed = {"consulted_on_day": "16", "consulted_on_month": "11", "consulted_on_year": "2009"}
    manager.post(move, typed)
    here.deployment.refresh_from_db()
    assert here.deployment.status == DeploymentStatus.AGREED


def test_a_late_answer_tells_where_it_stands(client_of):
    here = Place("national")
    actions.withdraw_deployment(deployment=here.deployment, reason="Other plans", by=None, at=AT)
    page = client_of(here.head).post(page_of(here.asked()), {"answer": "content"}, follow=True).content.decode()
    assert "settled already" in page
    assert "The proposal was withdrawn" in page
    assert here.asked().answer == ""


def test_after_the_window_the_form_is_gone(client_of, clock_at):
    here = Place("learning_trust")
    clock_at(f"{WINDOW.replace(month=12, day=1)} 10:00")
    page = client_of(here.chair).get(page_of(here.asked("governors"))).content.decode()
    assert 'name="says"' not in page


def test_dep_5_an_answer_that_never_came_is_not_shown_as_waited_for(client_of, clock_at):
    here = Place("learning_trust")
    page = reverse("partners:deployment-detail", args=[here.deployment.pk])
    assert f"Asked, until {day(WINDOW)}" in client_of(here.manager).get(page).content.decode()
    clock_at(f"{WINDOW.replace(month=12, day=1)} 10:00")
    after = client_of(here.manager).get(page).content.decode()
    assert f"No answer by {day(WINDOW)}" in after
    assert "Asked, until" not in after


def test_deployments_that_the_school_has_answered_on_are_on_the_list_as_it_opens(client_of):
    """DEP-1: consulted, objected to and rejected are open, and wait for the manager."""
    here = Place("learning_trust")
    for status in ("consulted", "objected", "rejected"):
        Deployment.objects.filter(pk=here.deployment.pk).update(status=status)
        found = client_of(here.manager).get(reverse("partners:deployment-list")).content.decode()
        assert reverse("partners:deployment-detail", args=[here.deployment.pk]) in found, status


def test_dep_2_schools_read_the_criteria_that_the_manager_publishes(client_of):
    here, there = Place("national"), Place("national")
    url = reverse("partners:criteria", args=[here.authority.code])
    head, manager = client_of(here.head), client_of(here.manager)
    assert head.get(url).status_code == 404
    assert "Nothing is published yet" in manager.get(url).content.decode()
    edit = reverse("partners:criteria-edit", args=[here.authority.code])
    assert "Enter" in manager.post(edit, {"text": ""}).content.decode()
    assert head.post(edit, {"text": "Mine"}).status_code == 404
    manager.post(edit, {"text": "By fit with the school's context."})
    assert "By fit with the school" in head.get(url).content.decode()
    assert client_of(there.head).get(url).status_code == 404
    tab = head.get(reverse("schools:school-sip", args=[here.school.urn])).content.decode()
    assert url in tab


def test_a_page_of_a_question_costs_a_fixed_number_of_queries(client_of, django_assert_max_num_queries):
    here = Place("learning_trust")
    for _ in range(3):
        here.object("other", "We liked the last one.", at=moment(NOV))
    chair = client_of(here.chair)
    chair.get(page_of(here.asked("governors")))
    with django_assert_max_num_queries(30):
        chair.get(page_of(here.asked("governors")))


def test_the_manager_records_that_the_school_was_asked_by_letter(client_of):
    here = Place("national")
    manager = client_of(here.manager)
    move = reverse("partners:deployment-move", args=[here.deployment.pk, "consult"])
    typed = {"consulted_on_day": "13", "consulted_on_month": "11", "consulted_on_year": "2009"}
    assert "Consultation recorded" in manager.post(move, typed, follow=True).content.decode()
    here.deployment.refresh_from_db()
    assert here.deployment.status == DeploymentStatus.CONSULTED
