"""Plans by the pages: asked for, worked out, pinned and forbidden, worked out again, compared, accepted (DEP-3, D-31)."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from accounts.permissions import Role
from accounts.tests import factories as accounts
from partners import actions, jobs
from partners.matching import Weights
from partners.models import Deployment, DeploymentPlan, DeploymentStatus, Headship, Partner, PlanRow, PlanStatus
from partners.tests.factories import make_partner, moment
from schools.tests.factories import make_school
from sipmanager.core.models import AuditEvent, OutgoingEmail
from sipmanager.core.workflow import MoveRefused, OutOfDate

pytestmark = pytest.mark.django_db

TODAY = date(2009, 11, 16)
SEP = date(2010, 9, 1)
AT = moment(TODAY)
WEIGHTS = vars(Weights())


@pytest.fixture(autouse=True)
def _today(clock_at):
    clock_at("2009-11-16 10:00")


@pytest.fixture
def authority():
    return accounts.authority("Westshire")


@pytest.fixture
def manager(authority, as_role):
    return as_role(Role.MANAGER, at=authority)


def a_sip(authority, name, *, days=20, serving=True):
    found = make_partner(name, sectors={"primary": date(2008, 9, 1)}, regions=[authority.region], days_available=days)
    if serving:
        Headship.objects.create(partner=found, sector="primary")
    return found


@pytest.fixture
def crowd(authority):
    schools = [make_school(name=f"{name} Primary School", authority=authority) for name in ("Ash", "Beech", "Cedar")]
    return schools, [a_sip(authority, "Ann Able", days=10), a_sip(authority, "Ben Best", days=40)]


def make_plan(authority, **more) -> DeploymentPlan:
    plan = actions.ask_for_plan(
        authority=authority, programme="primary", starts_on=SEP, weights=WEIGHTS, by=None, at=AT, time_limit=10, **more
    )
    jobs.solve_plan(plan_id=plan.pk, on=TODAY, at=AT)
    plan.refresh_from_db()
    return plan


def url(name, *args):
    return reverse(f"partners:{name}", args=args)


def form(client, **more) -> dict:
    page = client.get(url("plan-new"))
    form = page.context["form"]
    values = {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}
    values.pop("starts_on")
    return values | {
        "programme": "primary", "starts_on_day": "1", "starts_on_month": "9", "starts_on_year": "2010", "time_limit": "10",
    } | more  # fmt: skip


def test_a_plan_is_asked_for_worked_out_by_the_worker_and_shown(manager, crowd, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        answer = manager.post(url("plan-new"), form(manager))
    plan = DeploymentPlan.objects.get()
    assert answer.url == url("plan-detail", plan.pk)
    page = manager.get(answer.url).content.decode()
    assert plan.status == PlanStatus.OPTIMAL
    assert plan.rows.count() == 3
    for text in (
        "Ash Primary School",
        "Best possible",
        "No plan that gives as many schools a SIP loses fewer",
        "all of them planned",
    ):
        assert text in page
    assert set(AuditEvent.objects.values_list("what", flat=True)) >= {"plan.ask", "plan.solve"}


def test_a_plan_asked_for_twice_by_one_form_is_one_plan(manager, crowd):
    """D-31."""
    values = form(manager)
    manager.post(url("plan-new"), values)
    manager.post(url("plan-new"), values)
    assert DeploymentPlan.objects.count() == 1


def test_while_a_plan_is_worked_out_its_page_says_so_and_can_be_left(manager, authority, crowd):
    plan = actions.ask_for_plan(authority=authority, programme="primary", starts_on=SEP, weights=WEIGHTS, by=None, at=AT)
    page = manager.get(url("plan-detail", plan.pk)).content.decode()
    assert "You can leave this page and come back" in page
    assert "Work it out again" in page


def test_a_wrong_number_is_told_at_its_box_and_nothing_is_asked(manager, crowd):
    page = manager.post(url("plan-new"), form(manager, weight_keep="99")).content.decode()
    assert 'href="#id_weight_keep"' in page
    assert not DeploymentPlan.objects.exists()


def test_a_plan_that_cannot_be_whole_says_what_stands_in_the_way(manager, authority, crowd):
    plan = make_plan(authority, pinned=[(crowd[0][n].urn, crowd[1][0].reference) for n in range(3)])
    page = manager.get(url("plan-detail", plan.pk)).content.decode()
    assert plan.status == PlanStatus.INFEASIBLE
    assert "What cannot be kept together" in page
    assert "cannot be pinned together: the days are not enough" in page
    assert "3 schools left over, and why" in page


def test_the_conditions_of_grant_with_the_plan_are_told(manager, authority, crowd):
    page = manager.get(url("plan-detail", make_plan(authority).pk)).content.decode()
    assert "The conditions of grant with this plan" in page
    assert "COG-A: After this, 3 of 3 schools in scope (100%) have an accredited SIP" in page


# ------------------------------------------------------------------------------------------------- pins and forbidden


def test_a_forbidden_pair_is_kept_apart_when_the_plan_is_worked_out_again(
    manager, authority, crowd, django_capture_on_commit_callbacks
):  # fmt: skip
    first = make_plan(authority)
    row = first.rows.order_by("pk").first()
    manager.post(url("plan-detail", first.pk), {"action": "forbid", "chosen": [row.pk]})
    page = manager.get(url("plan-detail", first.pk)).content.decode()
    assert f"{row.partner.full_name} does not take {row.school.name}" in page
    assert "The pins have changed since this plan was worked out" in page
    assert first.rows.filter(pk=row.pk).exists(), "a plan stays as it was found"
    again = manager.get(url("plan-detail", first.pk)).context["again_form"]
    key = again.get_initial_for_field(again.fields["form_key"], "form_key")
    with django_capture_on_commit_callbacks(execute=True):
        manager.post(url("plan-again", first.pk), {"form_key": key})
        manager.post(url("plan-again", first.pk), {"form_key": key})
    second = DeploymentPlan.objects.exclude(pk=first.pk).get()
    assert second.follows == first
    assert not second.rows.filter(school=row.school, partner=row.partner).exists()
    page = manager.get(url("plan-compare", second.pk)).content.decode()
    assert row.school.name in page
    assert "Forbidden pairs" in page


def test_a_pin_takes_a_ban_back_and_can_be_taken_off(manager, authority, crowd):
    plan = make_plan(authority)
    row = plan.rows.first()
    key = [row.school.urn, row.partner.reference]
    manager.post(url("plan-detail", plan.pk), {"action": "forbid", "chosen": [row.pk]})
    manager.post(url("plan-detail", plan.pk), {"action": "pin", "chosen": [row.pk]})
    plan.refresh_from_db()
    assert (plan.next_pinned, plan.next_forbidden) == ([key], [])
    manager.post(url("plan-forget", plan.pk), {"urn": key[0], "reference": key[1]})
    plan.refresh_from_db()
    assert plan.next_pinned == []


def test_two_who_change_the_pins_at_once_do_not_undo_each_other(authority, crowd):
    """D-31."""
    plan = make_plan(authority)
    one, other = plan.rows.select_related("school", "partner")[:2]
    stale = DeploymentPlan.objects.get(pk=plan.pk)
    actions.pin_rows(plan=plan, rows=[one], by=None, at=AT)
    with pytest.raises(OutOfDate):
        actions.forbid_rows(plan=stale, rows=[other], by=None, at=AT)
    plan.refresh_from_db()
    assert plan.next_forbidden == []


# ------------------------------------------------------------------------------------------------------------ accepting


def test_accepted_rows_are_proposed_and_the_others_stay(manager, authority, crowd):
    plan = make_plan(authority)
    rows = list(plan.rows.order_by("pk")[:2])
    page = manager.post(url("plan-detail", plan.pk), {"action": "accept", "chosen": [row.pk for row in rows]}, follow=True)
    assert "2 deployments proposed" in page.content.decode()
    made = Deployment.objects.filter(status=DeploymentStatus.PROPOSED)
    assert {(one.school_id, one.partner_id) for one in made} == {(row.school_id, row.partner_id) for row in rows}
    assert {one.starts_on for one in made} == {SEP}
    states = {row.pk: row.state for row in page.context["listing"].records}
    assert [states[row.pk] for row in rows] == ["accepted", "accepted"]
    assert list(states.values()).count("open") == 1


def test_a_row_that_has_become_stale_says_why_and_changes_nothing(manager, authority, crowd):
    """D-14: each acceptance is a proposal under the rules of that moment."""
    plan = make_plan(authority)
    row = plan.rows.order_by("pk").first()
    row.partner.willingness.update(ends_on=TODAY)
    page = manager.post(url("plan-detail", plan.pk), {"action": "accept", "chosen": [row.pk]}).content.decode()
    assert "PRE-7" in page
    assert not Deployment.objects.exists()


def test_d_7_a_row_whose_sip_has_given_the_days_away_meanwhile_is_refused(manager, authority, crowd):
    """Each row is checked again: the rules of a pair know nothing of days, the plan does."""
    plan = make_plan(authority)
    row = plan.rows.select_related("partner").order_by("pk").first()
    Partner.objects.filter(pk=row.partner_id).update(days_available=4)
    page = manager.post(url("plan-detail", plan.pk), {"action": "accept", "chosen": [row.pk]}).content.decode()
    assert f"{row.partner.full_name} has 4 days left by now, and" in page
    Partner.objects.filter(pk=row.partner_id).update(days_available=None)
    page = manager.post(url("plan-detail", plan.pk), {"action": "accept", "chosen": [row.pk]}).content.decode()
    assert "has no days planned any more" in page
    assert not Deployment.objects.exists()
    assert not OutgoingEmail.objects.exists()


def test_a_plan_for_a_day_that_has_passed_is_refused_on_the_page_and_when_it_is_worked_out_again(manager, authority, crowd):
    page = manager.post(url("plan-new"), form(manager, starts_on_day="15", starts_on_month="11", starts_on_year="2009"))
    assert "15 November 2009 has passed. A plan begins today or on a later day." in page.content.decode()
    assert not DeploymentPlan.objects.exists()
    plan = make_plan(authority)
    key = manager.get(url("plan-detail", plan.pk)).context["again_form"]["form_key"].value()
    DeploymentPlan.objects.filter(pk=plan.pk).update(starts_on=date(2009, 11, 13))
    page = manager.post(url("plan-again", plan.pk), {"form_key": key})
    assert "13 November 2009 has passed." in page.content.decode()
    assert DeploymentPlan.objects.count() == 1


def test_a_plan_of_no_schools_says_that_there_is_nothing_to_plan(manager, authority):
    plan = make_plan(authority)
    page = manager.get(url("plan-detail", plan.pk)).content.decode()
    assert (plan.status, plan.schools) == ("optimal", 0)
    assert "there is nothing to plan" in page


def test_a_pin_of_a_row_that_was_accepted_does_not_stand_in_the_way_of_the_rest(authority, crowd):
    plan = make_plan(authority)
    row = plan.rows.select_related("school", "partner").order_by("school__name").first()
    actions.pin_rows(plan=plan, rows=[row], by=None, at=AT)
    actions.accept_rows(plan=plan, rows=[row], by=None, at=AT)
    again = actions.plan_again(plan=plan, by=None, at=AT)
    jobs.solve_plan(plan_id=again.pk, on=TODAY, at=AT)
    again.refresh_from_db()
    assert (again.status, again.rows.count(), again.result["conflicts"]) == ("optimal", 2, [])


def test_a_form_sent_while_the_plan_is_still_worked_out_leads_to_its_progress(manager, authority, crowd):
    plan = actions.ask_for_plan(
        authority=authority, programme="primary", starts_on=SEP, weights=WEIGHTS, by=None, at=AT, time_limit=10
    )
    answer = manager.post(url("plan-detail", plan.pk), {"action": "accept", "chosen": "1"})
    assert (answer.status_code, answer.url) == (302, url("plan-detail", plan.pk))


def test_a_row_whose_school_has_another_sip_by_now_is_marked(manager, authority, crowd):
    plan = make_plan(authority)
    row = plan.rows.order_by("pk").first()
    other = next(partner for partner in crowd[1] if partner != row.partner)
    actions.propose_deployment(school=row.school, partner=other, starts_on=SEP, by=None, at=AT)
    page = manager.get(url("plan-detail", plan.pk)).content.decode()
    assert "Another SIP by now" in page


def test_the_rows_are_exported_as_they_are_shown(manager, authority, crowd):
    plan = make_plan(authority)
    answer = manager.get(url("plan-detail", plan.pk), {"format": "csv"})
    text = b"".join(answer.streaming_content).decode()
    assert "SIP reference" in text
    assert crowd[0][0].urn in text


def test_the_list_of_plans_costs_the_same_however_many(manager, authority, crowd, django_assert_max_num_queries):
    make_plan(authority)
    manager.get(url("plan-list"))
    for _ in range(3):
        make_plan(authority)
    with django_assert_max_num_queries(30):
        page = manager.get(url("plan-list")).content.decode()
    assert "4 plans" in page


# --------------------------------------------------------------------------------------------------- actions and jobs


def test_only_whoever_may_propose_asks_for_a_plan(authority, crowd):
    stranger = accounts.member(Role.MANAGER, at=accounts.authority("Eastshire"))
    with pytest.raises(PermissionDenied):
        actions.ask_for_plan(authority=authority, programme="primary", starts_on=SEP, weights=WEIGHTS, by=stranger, at=AT)
    assert not DeploymentPlan.objects.exists()


@pytest.mark.parametrize("wrong", [{"programme": "special"}, {"time_limit": 4}, {"time_limit": 301}])
def test_what_cannot_be_planned_is_refused(authority, wrong):
    asked = {"programme": "primary", "time_limit": 30} | wrong
    with pytest.raises(MoveRefused):
        actions.ask_for_plan(authority=authority, starts_on=SEP, weights=WEIGHTS, by=None, at=AT, **asked)
    assert not DeploymentPlan.objects.exists()


def test_a_second_worker_keeps_nothing(authority, crowd):
    """D-31."""
    plan = make_plan(authority)
    rows = set(PlanRow.objects.values_list("pk", flat=True))
    jobs.solve_plan(plan_id=plan.pk, on=TODAY, at=AT)
    assert set(PlanRow.objects.values_list("pk", flat=True)) == rows
    with pytest.raises(OutOfDate):
        actions.fail_plan(plan=plan, because="x", at=AT)


def test_a_plan_that_breaks_says_so_and_can_be_asked_for_again(manager, authority, crowd):
    plan = actions.ask_for_plan(authority=authority, programme="primary", starts_on=SEP, weights={"none": 1}, by=None, at=AT)
    jobs.solve_plan(plan_id=plan.pk, on=TODAY, at=AT)
    plan.refresh_from_db()
    assert plan.status == PlanStatus.FAILED
    page = manager.get(url("plan-detail", plan.pk)).content.decode()
    assert "Something went wrong while the plan was worked out" in page
