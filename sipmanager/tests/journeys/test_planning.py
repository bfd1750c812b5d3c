"""Next September's deployment: a plan, a pair forbidden, the plan again, two rows accepted (DEP-3, COG-D)."""

from datetime import date

import pytest

from partners.models import Deployment, DeploymentPlan, Headship, PlanStatus
from partners.tests.factories import make_partner
from schools.facts import Phase
from schools.tests.factories import make_school

from . import steps

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
AWARDED = {"primary": date(2009, 1, 12)}  # Monday


@pytest.fixture
def journey(open_page, live_server, as_role, tmp_path, clock_at):
    clock_at(f"{steps.TODAY} 10:00", ticking=True)

    def begin(*, javascript: bool = True) -> steps.Journey:
        walk = steps.begin(
            "kent", folder=tmp_path, address=live_server.url, open_page=open_page, as_role=as_role, javascript=javascript
        )  # fmt: skip
        for number, name in enumerate((steps.SCHOOL, steps.OTHER, "Ash Tree Primary School")):
            make_school(f"90000{number + 1}", name=name, authority=walk.authority, phase=Phase.PRIMARY)
        for number, name in enumerate(("Ann Able", "Bea Brook")):
            partner = make_partner(
                name, reference=f"P99000{number}", sectors=AWARDED, authorities=[walk.authority], days_available=20
            )
            Headship.objects.create(partner=partner, sector="primary")
        return walk

    return begin


@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "no-scripts"])
def test_a_manager_plans_next_september_forbids_a_pair_and_accepts_two_rows(journey, javascript):
    walk = journey(javascript=javascript)
    page = walk.as_("manager")
    page.goto("/deployments/plans/")
    walk.look(page)
    page.get_by_role("button", name="Make a plan").click()
    walk.look(page)
    page.get_by_label("Primary").check()
    for box, text in (("Day", "1"), ("Month", "9"), ("Year", "2010")):
        page.get_by_label(box, exact=True).fill(text)
    page.get_by_role("button", name="Work out a plan").click()
    first = wait_for_plan(page)
    assert first.status == PlanStatus.OPTIMAL
    walk.look(page)
    row = first.rows.select_related("school", "partner").order_by("school__name").first()
    page.get_by_label(f"Choose {row}").check()
    page.get_by_role("button", name="Forbid for the next time").click()
    page.get_by_text(f"{row.partner.full_name} does not take {row.school.name}").first.wait_for()
    walk.look(page)
    page.get_by_role("button", name="Work it out again").click()
    second = wait_for_plan(page, after=first)
    assert not second.rows.filter(school=row.school, partner=row.partner).exists()
    page.get_by_role("link", name="Compare with another plan").click()
    page.get_by_role("heading", name="Compare two plans").wait_for()
    walk.look(page)
    page.get_by_role("link", name="Back to the plan").click()
    chosen = list(second.rows.select_related("school", "partner").order_by("school__name")[:2])
    for one in chosen:
        page.get_by_label(f"Choose {one}").check()
    page.get_by_role("button", name="Accept: propose them").click()
    page.get_by_text("2 deployments proposed").wait_for()
    walk.look(page)
    made = Deployment.objects.filter(starts_on=date(2010, 9, 1))
    assert {(one.school_id, one.partner_id) for one in made} == {(one.school_id, one.partner_id) for one in chosen}


def wait_for_plan(page, after: DeploymentPlan | None = None) -> DeploymentPlan:
    """The newest plan, once the worker is done with it and the page shows it."""
    page.get_by_role("heading", name="Primary schools from 1 September 2010").wait_for()
    newest = DeploymentPlan.objects.order_by("-pk").first()
    assert after is None or newest.follows == after
    if page.get_by_role("link", name="See whether it is ready").count():
        page.get_by_role("link", name="See whether it is ready").click()
    page.get_by_text("Best possible").wait_for()
    newest.refresh_from_db()
    return newest
