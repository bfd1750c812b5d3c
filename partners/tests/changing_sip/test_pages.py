"""The pages on which a manager changes the SIP of a school (ACT-15)."""

from datetime import date

import pytest
from django.urls import reverse

from partners import actions
from partners.models import (
    Handover,
)
from partners.tests import factories
from sipmanager.core.wording import day

from .steps import AT, FIRST_DAY, LAST_DAY, LATER, NOV, confirm, plan

pytestmark = pytest.mark.django_db


def test_a_manager_changes_the_sip_of_a_school_on_one_page(outgoing, partner, manager, as_role, clock_at):
    clock_at("2009-11-16 10:00")
    client, url = as_role(user=manager), reverse("partners:sip-change", args=[outgoing.pk])
    assert f'href="{url}"' in client.get(reverse("partners:deployment-detail", args=[outgoing.pk])).content.decode()
    assert f'href="{url}"' in client.get(reverse("schools:school-sip", args=[outgoing.school.urn])).content.decode()
    assert client.get(url).context["form"] is None
    asked = f"{url}?starts_on=2010-01-04&last_on=2010-01-15&q="
    page = client.get(asked)
    assert [reference for reference, _words in page.context["candidates"]] == [partner.reference]
    assert client.get(f"{asked}nobody").context["candidates"] == []
    typed = {
        "partner": partner.reference, "reason": "A fresh eye is wanted", "starts_on": "2010-01-04", "last_on": "2010-01-15",
        "form_key": str(page.context["form"]["form_key"].value()),
    }  # fmt: skip
    assert "Select the new SIP" in client.post(url, {**typed, "partner": ""}).content.decode()
    refused = client.post(url, {**typed, "last_on": "2010-03-15"}).content.decode()
    assert "a handover may last 30 days" in refused
    assert not Handover.objects.exists()
    for _ in range(2):
        assert client.post(url, typed).status_code == 302
        typed["starts_on"] = "2010-01-04"
    assert Handover.objects.count() == 1
    assert "is proposed to follow already" in client.get(url).content.decode()


@pytest.mark.parametrize(
    ("starts_on", "last_on", "says"),
    [
        ("", "", "Enter the first day of the new SIP"),
        ("2010-02-31", "2010-01-15", "First day of the new SIP must be a real date"),
        ("2010-01-04", "9999-01-01", "Last day of the SIP now must have a year from 1900 to 2999"),
        ("2010-01-04", "1999-01-01", "when the SIP now started"),
        ("2010-01-04", "2010-02-03", "Last day of the SIP now must be 2 February 2010 or before: a handover may last 30 days"),
    ],
)
def test_days_on_which_a_sip_cannot_change_are_said_at_the_head_of_the_page(
    outgoing, partner, manager, as_role, clock_at, starts_on, last_on, says
):
    clock_at("2009-11-16 10:00")
    url = reverse("partners:sip-change", args=[outgoing.pk])
    page = as_role(user=manager).get(url, {"starts_on": starts_on, "last_on": last_on})
    said = page.content.decode().split("<h1", 1)[0]
    assert "There is a problem" in said
    assert says in said
    assert page.context["form"] is None
    assert not Handover.objects.exists()


def test_a_last_day_that_is_set_already_is_kept(outgoing, partner, manager, as_role, clock_at):
    clock_at("2009-11-16 10:00")
    actions.end_deployment(deployment=outgoing, on=date(2010, 1, 15), reason="Retires", by=manager, at=AT)
    client, url = as_role(user=manager), reverse("partners:sip-change", args=[outgoing.pk])
    wrong = client.get(url, {"starts_on": "2010-01-04", "last_on": "2010-01-10"}).content.decode()
    assert "Last day of the SIP now must be 15 January 2010, which is set already" in wrong
    assert client.get(url, {"starts_on": "2010-01-04", "last_on": "2010-01-15"}).context["form"] is not None


def test_a_deployment_that_is_over_has_nobody_to_follow(outgoing, manager, as_role, clock_at):
    clock_at("2009-11-16 10:00")
    actions.end_deployment(deployment=outgoing, on=date(2009, 11, 13), reason="Retired", by=manager, at=AT)
    page = as_role(user=manager).get(reverse("partners:sip-change", args=[outgoing.pk])).content.decode()
    assert "so there is nobody to follow" in page


def test_changing_the_sip_is_offered_only_where_nobody_follows_yet(outgoing, partner, manager, school, as_role, clock_at):
    """The page of the deployment, the school's tab and the page of the change itself say why, and where to go on."""
    clock_at("2009-12-15 10:00")
    client = as_role(user=manager)
    pages = [
        reverse("partners:deployment-detail", args=[outgoing.pk]), reverse("schools:school-sip", args=[school.urn]),
    ]  # fmt: skip
    way = reverse("partners:sip-change", args=[outgoing.pk])
    for url in pages:
        assert way in client.get(url).content.decode()
    incoming = plan(outgoing, partner, manager).incoming
    for says in ("Nat New is proposed to follow already", "Nat New is confirmed to follow already"):
        for url in [*pages, way]:
            page = client.get(url).content.decode()
            assert says in page
            assert reverse("partners:deployment-detail", args=[incoming.pk]) in page
            assert url == way or f'"{way}"' not in page
        incoming.refresh_from_db()
        if incoming.status == "proposed":
            confirm(incoming, manager)
    answer = client.post(way, {})
    assert answer.url == reverse("partners:deployment-detail", args=[incoming.pk])
    assert reverse("partners:sip-change", args=[incoming.pk]) in client.get(answer.url).content.decode()


def test_act_15_the_deployment_page_leads_to_all_of_it(changed, outgoing, manager, as_role, clock_at):
    clock_at("2009-12-15 10:00")
    client = as_role(user=manager)
    old = client.get(reverse("partners:deployment-detail", args=[outgoing.pk])).content.decode()
    new = client.get(reverse("partners:deployment-detail", args=[changed.incoming_id])).content.decode()
    assert "Handover to Nat New" in old
    assert "What the school said of the SIP" in old
    assert "Handover from Ola Old" in new
    assert "Getting to know the school" in new
    assert "Request for feedback on the outgoing SIP" in new


def test_act_15_before_and_after_confirming_the_page_says_what_becomes_of_the_sip_before(
    outgoing, partner, manager, as_role, clock_at
):
    clock_at("2009-12-15 10:00")
    incoming = plan(outgoing, partner, manager).incoming
    actions.agree_deployment(deployment=incoming, consulted_on=NOV, by=manager, at=LATER)
    client, page = as_role(user=manager), reverse("partners:deployment-move", args=[incoming.pk, "confirm"])
    asked = client.get(page).content.decode()
    assert f"It also sets {day(LAST_DAY)} as the last day of Ola Old" in asked
    done = client.post(page, follow=True).content.decode()
    assert "Deployment confirmed" in done
    assert f"The last day of Ola Old is {day(LAST_DAY)}. They are asked to hand over by" in done
    assert "The head is asked how the school found their work." in done


def test_a_deployment_that_follows_nobody_says_nothing_of_a_sip_before(partner, manager, school, as_role, clock_at):
    clock_at("2009-12-15 10:00")
    alone = actions.propose_deployment(school=school, partner=partner, starts_on=FIRST_DAY, by=manager, at=AT)
    actions.agree_deployment(deployment=alone, consulted_on=NOV, by=manager, at=LATER)
    client, page = as_role(user=manager), reverse("partners:deployment-move", args=[alone.pk, "confirm"])
    assert "It also sets" not in client.get(page).content.decode()
    assert "hand over by" not in client.post(page, follow=True).content.decode()


def test_a_planned_end_is_seen_by_whoever_looks_for_a_sip(outgoing, partner, manager, school, as_role, clock_at, authority):
    clock_at("2009-11-16 10:00")
    plan(outgoing, partner, manager)
    another = factories.make_partner("Ann Other", authorities=[authority])
    url = reverse("partners:deploy-candidates", args=[school.urn])
    page = as_role(user=manager).get(f"{url}?starts_on=2010-01-18").content.decode()
    assert another.full_name in page.split("Those who could not")[0]
