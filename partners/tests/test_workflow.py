"""The deployment's table: what is open to whom, and what the night ends by itself."""

from datetime import date, timedelta

import pytest

from accounts.access import viewer_for
from accounts.permissions import Role
from accounts.tests import factories as people
from partners import actions, jobs
from partners.models import Deployment
from partners.tests import factories
from partners.tests.factories import moment
from partners.workflow import DEPLOYMENT_WORKFLOW, moves_for
from schools.facts import Phase
from schools.tests import factories as schools

pytestmark = pytest.mark.django_db

SEP = date(2009, 9, 1)  # Tuesday
NOV = date(2009, 11, 16)  # Monday
AT = moment(NOV)
COMING = date(2009, 12, 1)  # Tuesday
STATES = (
    "proposed", "consulted", "objected", "upheld", "rejected", "agreed", "confirmed", "active", "ending", "ended", "withdrawn",
)  # fmt: skip


def make(state, authority):
    school = schools.make_school(authority=authority, phase=Phase.SECONDARY)
    partner = factories.make_partner(authorities=[authority])
    if state in ("confirmed", "active", "ending", "ended"):
        starts_on, on = (COMING, NOV) if state == "confirmed" else (SEP, None)
        deployment = factories.make_deployment(partner, school, authority, starts_on=starts_on, on=on)
    else:
        deployment = actions.propose_deployment(school=school, partner=partner, starts_on=SEP, by=None, at=AT)
    if state == "consulted":
        actions.record_consultation(deployment=deployment, on=NOV, by=None, at=AT)
    if state in ("objected", "upheld", "rejected"):
        Deployment.objects.filter(pk=deployment.pk).update(status=state)
        deployment.refresh_from_db()
    if state == "agreed":
        actions.agree_deployment(deployment=deployment, by=None, at=AT)
    if state in ("ending", "ended"):
        last_day = NOV if state == "ending" else NOV - timedelta(days=1)
        actions.end_deployment(deployment=deployment, on=last_day, reason="New post", by=None, at=AT)
    if state == "withdrawn":
        actions.withdraw_deployment(deployment=deployment, reason="The head objects", by=None, at=AT)
    return deployment


OPEN = {
    "proposed": ["consult", "agree", "withdraw"], "consulted": ["agree", "withdraw"],
    "objected": ["uphold", "reject", "withdraw"], "upheld": [], "rejected": ["agree", "withdraw"],
    "agreed": ["confirm", "withdraw"], "confirmed": ["end"], "active": ["end"], "ending": [], "ended": [], "withdrawn": [],
}  # fmt: skip
ADMINISTRATORS = {"consult", "agree", "withdraw"}


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("role", list(Role))
def test_what_is_open_to_whom_in_every_state(state, role, authority):
    deployment = make(state, authority)
    assert deployment.status == state
    place = {
        Role.NATIONAL_DIRECTOR: None, Role.PROGRAMME: None, Role.COORDINATOR: authority.region,
        Role.DIOCESE: people.diocese(),
    }.get(role, authority)  # fmt: skip
    if role in (Role.SIP, Role.LINE_MANAGER, Role.MENTOR, Role.HEAD, Role.CHAIR, Role.GOVERNOR):
        user = people.user()
    else:
        user = people.member(role, at=place)
    names = [move.name for move in moves_for(deployment=deployment, viewer=viewer_for(user, on=NOV), on=NOV)]
    wanted = OPEN[state] if role is Role.MANAGER else []
    if role is Role.ADMINISTRATOR:
        wanted = [name for name in OPEN[state] if name in ADMINISTRATORS]
    assert names == wanted


def test_a_move_that_is_not_open_says_what_is_missing(authority):
    deployment = make("agreed", authority)
    viewer = viewer_for(people.member(Role.MANAGER, at=authority), on=NOV)
    confirm = moves_for(deployment=deployment, viewer=viewer, on=NOV)[0]
    assert not confirm.is_open
    assert confirm.refusals[0].startswith("PRE-6: No confirmed contract")
    factories.make_ready(deployment.partner, deployment.school, authority)
    confirm, withdraw = moves_for(deployment=deployment, viewer=viewer, on=NOV)
    assert confirm.is_open
    assert withdraw.comment == "required"


def test_nothing_is_open_on_ones_own_deployment_or_one_struck_out(authority):
    deployment = make("confirmed", authority)
    manager = people.member(Role.MANAGER, at=authority)
    deployment.partner.user = manager
    deployment.partner.save()
    assert moves_for(deployment=deployment, viewer=viewer_for(manager, on=NOV), on=NOV) == []
    actions.void_deployment(deployment=deployment, reason="Wrong school", by=None, at=AT)
    other = people.member(Role.MANAGER, at=authority)
    assert moves_for(deployment=deployment, viewer=viewer_for(other, on=NOV), on=NOV) == []


def test_every_row_names_a_right_and_a_source():
    assert all(row.permission and row.source and row.says for row in DEPLOYMENT_WORKFLOW)
    assert {state for row in DEPLOYMENT_WORKFLOW for state in (*row.from_, row.to)} == set(STATES)


# The night.


def test_the_night_ends_what_has_passed_once(authority):
    school = schools.make_school(authority=authority, phase=Phase.SECONDARY)
    deployment = factories.make_deployment(None, school, authority, starts_on=SEP, ends_on=NOV)
    run = {"partition": authority.code, "at": AT}
    assert jobs.end_past_deployments(on=NOV, **run).states_changed == 0
    tomorrow = NOV + timedelta(days=1)
    assert jobs.end_past_deployments(on=tomorrow, dry_run=True, **run).states_changed == 1
    assert Deployment.objects.get().status == "active"
    assert jobs.end_past_deployments(on=tomorrow, **run).states_changed == 1
    assert jobs.end_past_deployments(on=tomorrow, **run).states_changed == 0
    deployment.refresh_from_db()
    assert (deployment.status, deployment.ends_on) == ("ended", NOV)
    assert list(deployment.notifications.order_by("pk").values_list("kind", flat=True)) == ["start", "end"]


def test_the_night_begins_what_has_reached_its_first_day_once(authority):
    """DEP-1: confirmed until the first day, active from it on, whoever confirmed it and when."""
    deployment = make("confirmed", authority)
    run = {"partition": authority.code, "at": AT}
    assert jobs.begin_deployments(on=COMING - timedelta(days=1), **run).states_changed == 0
    assert jobs.begin_deployments(on=COMING, dry_run=True, **run).states_changed == 1
    assert Deployment.objects.get().status == "confirmed"
    assert jobs.begin_deployments(on=COMING + timedelta(days=3), **run).states_changed == 1
    assert jobs.begin_deployments(on=COMING + timedelta(days=3), **run).states_changed == 0
    deployment.refresh_from_db()
    assert deployment.status == "active"
    assert list(deployment.notifications.values_list("kind", flat=True)) == ["start"]


def test_one_that_cannot_begin_does_not_stop_the_others(authority, monkeypatch):
    first, _ = make("confirmed", authority), make("confirmed", authority)
    begin = actions.begin_deployment

    def fragile(*, deployment, **more):
        if deployment == first:
            raise ValueError("broken")
        begin(deployment=deployment, **more)

    monkeypatch.setattr("partners.jobs.deployments.begin_deployment", fragile)
    tally = jobs.begin_deployments(partition=authority.code, on=COMING, at=AT)
    assert tally.states_changed == 1
    assert [failure["subject"] for failure in tally.failures] == [f"deployment:{first.pk}"]


def test_a_last_day_that_was_set_passes_without_a_second_notice(authority):
    """DEP-1, DEP-15: everybody was told when the day was set."""
    deployment = make("ending", authority)
    run = {"partition": authority.code, "at": AT}
    assert jobs.end_past_deployments(on=NOV, **run).states_changed == 0
    assert jobs.end_past_deployments(on=NOV + timedelta(days=1), **run).states_changed == 1
    deployment.refresh_from_db()
    assert (deployment.status, deployment.ends_on) == ("ended", NOV)
    assert list(deployment.notifications.order_by("pk").values_list("kind", flat=True)) == ["start", "end"]


def test_one_deployment_that_fails_does_not_stop_the_others(authority, monkeypatch):
    for _ in range(2):
        school = schools.make_school(authority=authority, phase=Phase.SECONDARY)
        factories.make_deployment(None, school, authority, starts_on=SEP, ends_on=NOV)
    first = Deployment.objects.order_by("pk").first()
    end = actions.end_deployment

    def fragile(*, deployment, **more):
        if deployment == first:
            raise ValueError("broken")
        end(deployment=deployment, **more)

    monkeypatch.setattr("partners.jobs.deployments.end_deployment", fragile)
    tally = jobs.end_past_deployments(partition=authority.code, on=NOV + timedelta(days=1), at=AT)
    assert tally.states_changed == 1
    assert [failure["subject"] for failure in tally.failures] == [f"deployment:{first.pk}"]
