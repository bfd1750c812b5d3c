"""The nightly re-check: flags raised, told once, decided, cleared by themselves (DEP-10, DEP-12, PRE-1, PRE-11, PRE-13)."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import Authority
from accounts.permissions import Role
from accounts.tests import factories as people
from partners import actions, selectors
from partners.jobs import recheck_deployments
from partners.models import Check, Confirmation, Deployment, DeploymentFlag, Partner, StandDown
from partners.tests import factories
from partners.tests.factories import make_deployment, make_partner, moment
from schools.models import School, SchoolService
from schools.tests import factories as schools
from sipmanager.core import jobs
from sipmanager.core.models import AuditEvent
from sipmanager.core.workflow import MoveRefused, OutOfDate

pytestmark = pytest.mark.django_db

SEP, NOV = date(2009, 9, 1), date(2009, 11, 16)  # Tuesday, Monday
AT = moment(NOV)
REASON = "Talked over with the head"


@dataclass
class Place:
    authority: Authority
    school: School
    partner: Partner
    deployment: Deployment
    manager: object


@pytest.fixture
def place():
    authority = people.authority("Ashby")
    school = schools.make_school(authority=authority, name="Hill Road Primary School")
    partner = make_partner("Robin Ward", sectors={"primary": date(2008, 9, 1)}, authorities=[authority])
    manager = people.member(Role.MANAGER, at=authority)
    return Place(authority, school, partner, make_deployment(partner, school, starts_on=SEP), manager)


def night(place, on=NOV, **more):
    tally = recheck_deployments(partition=place.authority.code, on=on, at=moment(on), **more)
    assert tally.failures == []
    return tally.states_changed


def flags():
    return [(flag.rule, flag.outcome, flag.cleared_at is not None) for flag in DeploymentFlag.objects.order_by("pk")]


def expire(place, kind="PRE-5", on=date(2009, 10, 31)):
    checks = Check.objects.filter(engagement__partner=place.partner, kind=kind)
    checks.update(expires_on=on)
    return checks.get()


def test_a_sound_deployment_raises_nothing_and_the_step_is_one_of_the_night(place):
    assert night(place) == 0
    assert "recheck_deployments" in [name for _, name, _ in jobs._steps]
    assert recheck_deployments(partition="national", on=NOV, at=AT).states_changed == 0


def test_pre_13_what_runs_out_is_flagged_once_told_once_and_cleared_when_it_is_renewed(place):
    check = expire(place)
    assert night(place, dry_run=True) == 1
    assert flags() == []
    assert [night(place) for _ in range(3)] == [1, 0, 0]
    flag = DeploymentFlag.objects.get()
    assert (flag.rule, flag.says, flag.due_on) == (
        "PRE-5", "The professional indemnity of Robin Ward ran out on 31 October 2009.", date(2009, 11, 23),
    )  # fmt: skip
    (due,) = [row for row in selectors.owed_of_record(partition=place.authority.code, on=NOV) if row.rule == "DL-76"]
    assert (due.owner.email, due.stage, due.url) == (place.manager.email, "asked", f"/deployments/flags/{flag.pk}/")
    assert Deployment.objects.get().status == "active"  # it goes on
    Check.objects.filter(pk=check.pk).update(expires_on=date(2010, 10, 31))
    assert [night(place) for _ in range(2)] == [1, 0]
    assert flags() == [("PRE-5", "", True)]
    assert not [row for row in selectors.owed_of_record(partition=place.authority.code, on=NOV) if row.rule == "DL-76"]
    assert list(AuditEvent.objects.filter(what__startswith="recheck").order_by("pk").values_list("what", "school_id")) == [
        ("recheck.flag", None), ("recheck.clear", None),
    ]  # fmt: skip


def test_a_rule_broken_again_after_its_cure_is_flagged_again(place):
    check = expire(place)
    night(place)
    Check.objects.filter(pk=check.pk).update(expires_on=None)
    night(place)
    expire(place)
    night(place)
    assert flags() == [("PRE-5", "", True), ("PRE-5", "", False)]


def test_dep_12_a_change_of_phase_or_accreditation_after_the_start_is_flagged(place):
    schools.set_fact(place.school, "phase", "secondary", starts_on=date(2009, 11, 1))
    schools.set_fact(place.school, "deemed_phase", "secondary", starts_on=date(2009, 11, 1))
    night(place)
    assert flags() == [("PRE-1", "", False)]
    assert "needs secondary accreditation" in DeploymentFlag.objects.get().says


def test_pre_1_accreditation_removed_during_the_deployment_is_flagged(place):
    place.partner.accreditations.update(removed_on=date(2009, 11, 2))
    night(place)
    assert flags() == [("PRE-1", "", False)]


def test_act_8_an_active_deployment_keeps_its_accreditation_so_the_night_finds_nothing(place):
    """Accredited on 1 September 2008 and at work ever since: no lapse on 1 September 2011 (ACC-11)."""
    assert night(place, on=date(2011, 10, 3)) == 0


def test_dep_10_the_day_after_the_third_anniversary_is_flagged_and_not_the_day_before(place):
    assert night(place, on=date(2012, 8, 31)) == 0
    assert night(place, on=date(2012, 9, 1)) == 1
    assert flags() == [("DEP-10", "", False)]


def test_a_closed_school_and_one_that_another_authority_runs_are_flagged(place):
    schools.set_fact(place.school, "status", "closed", starts_on=date(2009, 11, 1))
    night(place)
    assert flags() == [("SCH-1", "", False)]


def test_reg_1_a_sip_who_has_withdrawn_and_own_school_are_flagged(place):
    StandDown.objects.create(partner=place.partner, kind="withdrawn", reason="Moved", starts_on=SEP, recorded_at=AT)
    Partner.objects.filter(pk=place.partner.pk).update(own_school=place.school)
    night(place)
    assert flags() == [("REG-1", "", False), ("PRE-11", "", False)]


def test_a_deployment_that_is_over_has_its_flags_cleared(place):
    expire(place)
    night(place)
    Deployment.objects.update(ends_on=date(2009, 11, 20), status="ending")
    assert night(place, on=date(2009, 11, 20)) == 0
    assert night(place, on=date(2009, 11, 21)) == 1
    assert flags() == [("PRE-5", "", True)]


def test_pre_11_an_interest_that_ended_clears_its_flag(place):
    interest = factories.Interest.objects.create(
        partner=place.partner, school=place.school, says="Governor there", declared_at=AT
    )
    night(place)
    assert flags() == [("PRE-11", "", False)]
    factories.Interest.objects.filter(pk=interest.pk).update(ends_on=date(2009, 11, 16))
    night(place, on=date(2009, 11, 17))
    assert flags() == [("PRE-11", "", True)]


# -------------------------------------------------------------------------------------------------------- decisions


@pytest.fixture
def must(place):
    expire(place)
    night(place)
    return DeploymentFlag.objects.get()


@pytest.fixture
def should(place):
    Deployment.objects.update(days=Decimal(3))
    night(place)
    return DeploymentFlag.objects.get()


def decide(flag, by, outcome="kept", reason=REASON, **more):
    actions.decide_flag(flag=flag, outcome=outcome, reason=reason, by=by, at=AT, **more)


def unchanged(flag):
    return (flags(), AuditEvent.objects.count(), Deployment.objects.get().reasons, Deployment.objects.get().ends_on)


@pytest.mark.parametrize("reason", ["", ".", "  - ", "ok"])
def test_an_override_without_a_reason_of_substance_is_refused(place, should, reason):
    before = unchanged(should)
    with pytest.raises(MoveRefused):
        decide(should, place.manager, reason=reason)
    assert unchanged(should) == before


def test_a_must_is_kept_by_nobody(place, must):
    before = unchanged(must)
    with pytest.raises(MoveRefused) as refused:
        decide(must, place.manager)
    assert "cannot be set aside" in str(refused.value)
    assert unchanged(must) == before


def test_d_6_only_the_manager_decides_and_never_on_their_own_work(place, should):
    before = unchanged(should)
    for role, at in ((Role.ADMINISTRATOR, place.authority), (Role.COORDINATOR, place.authority.region)):
        with pytest.raises(PermissionDenied):
            decide(should, people.member(role, at=at))
    Partner.objects.filter(pk=place.partner.pk).update(user=place.manager)
    with pytest.raises(PermissionDenied):
        decide(DeploymentFlag.objects.get(), place.manager)
    assert unchanged(should) == before


def test_a_should_kept_with_a_reason_is_an_override_in_force_and_not_flagged_again(place, should):
    decide(should, place.manager)
    assert Deployment.objects.get().reasons == {"DAY-1": REASON}
    line = AuditEvent.objects.get(what="recheck.kept")
    assert (line.by_name, line.details["rule"]) == (place.manager.full_name, "DAY-1")
    assert night(place) == 1  # set aside, so nothing is wrong any more
    assert night(place) == 0
    assert flags() == [("DAY-1", "kept", True)]
    with pytest.raises(OutOfDate):
        decide(DeploymentFlag.objects.get(), place.manager)


def test_a_must_ends_the_deployment_on_a_day_and_the_flag_stays_decided(place, must):
    decide(must, place.manager, "ended", on=date(2009, 12, 18))
    assert Deployment.objects.get().ends_on == date(2009, 12, 18)
    assert [night(place) for _ in range(2)] == [0, 0]
    assert flags() == [("PRE-5", "ended", False)]


def test_a_must_promised_to_be_cured_stays_open_and_is_due_on_that_day(place, must):
    actions.promise_cure(flag=must, by_on=date(2009, 12, 18), reason=REASON, by=place.manager, at=AT)
    (due,) = [row for row in selectors.owed_of_record(partition=place.authority.code, on=NOV) if row.rule == "DL-76"]
    assert due.due_on == date(2009, 12, 18)
    assert night(place) == 0
    (late,) = [
        row for row in selectors.owed_of_record(partition=place.authority.code, on=date(2009, 12, 21)) if row.rule == "DL-76"
    ]
    assert late.state == "overdue"


@pytest.mark.parametrize("by_on", [date(2009, 11, 15), date(2010, 2, 17)])
def test_a_promise_is_no_way_round_a_rule(place, must, by_on):
    before = unchanged(must)
    with pytest.raises(MoveRefused):
        actions.promise_cure(flag=must, by_on=by_on, reason=REASON, by=place.manager, at=AT)
    assert unchanged(must) == before


def test_a_proposal_is_not_promised_to_be_cured(place, must):
    Deployment.objects.update(status="agreed", confirmed_on=None)
    with pytest.raises(MoveRefused):
        actions.promise_cure(
            flag=DeploymentFlag.objects.select_related("deployment").get(), by_on=NOV, reason=REASON, by=place.manager, at=AT
        )


def test_a_flag_that_is_cleared_is_not_decided(place, must):
    DeploymentFlag.objects.update(cleared_at=AT)
    with pytest.raises(OutOfDate):
        decide(must, place.manager, "ended", on=NOV)
    assert Deployment.objects.get().ends_on is None


def test_a_change_of_sip_decides_what_is_flagged(place, must):
    actions.settle_by_replacement(deployment=place.deployment, by=place.manager, at=AT)
    assert flags() == [("PRE-5", "replaced", False)]
    assert AuditEvent.objects.filter(what="recheck.replaced").count() == 1


def test_reg_10_a_register_of_interests_asked_for_and_overdue_is_flagged_and_may_be_kept(place):
    Confirmation.objects.create(
        partner=place.partner, authority=place.authority, kind="interests", for_on=SEP, asked_on=SEP, due_on=date(2009, 9, 15)
    )
    night(place)
    flag = DeploymentFlag.objects.get()
    assert (flag.rule, actions.may_keep(flag)) == ("REG-10", True)
    decide(flag, place.manager)
    assert list(Deployment.objects.get().reasons) == ["REG-10"]


# --------------------------------------------------------------------------------------------------------- its cost


def test_forty_deployments_cost_the_queries_of_one(place):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as one:
        night(place)
    for number in range(12):
        school = schools.make_school(authority=place.authority, name=f"School {number}")
        partner = make_partner(sectors={"primary": date(2008, 9, 1)}, authorities=[place.authority])
        factories.Interest.objects.create(partner=partner, named="Elsewhere Ltd", says="Owner", declared_at=AT)
        make_deployment(partner, school, starts_on=SEP)
    with CaptureQueriesContext(connection) as many:
        night(place)
    # Five more: what interests are compared with is read where there are any.
    assert len(many) <= len(one) + 5
    assert len(many) < 40


# ---------------------------------------------------------------------------------------------- asked of the actions


def test_a_flag_cleared_by_another_night_is_cleared_once(place, must):
    Check.objects.filter(kind="PRE-5").update(expires_on=None)
    (looked,) = selectors.looked_at(place.authority, NOV)
    changed = actions.compare(looked)
    for _ in range(2):
        actions.settle_flags(changed=changed, due_on=NOV, at=AT)
    assert AuditEvent.objects.filter(what="recheck.clear").count() == 1


def test_an_end_without_its_day_is_refused(place, must):
    before = unchanged(must)
    with pytest.raises(MoveRefused):
        decide(must, place.manager, "ended")
    assert unchanged(must) == before


def plan(place, **more):
    given = {"state": "looking", "settle_by": date(2010, 1, 29), "by": place.manager, "at": AT} | more
    return actions.plan_succession(deployment=place.deployment, **given)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"settle_by": date(2009, 11, 15)}, "today or in the future"),
        ({"state": "agreed"}, "Enter the SIP who follows"),
    ],
)
def test_rep_4_a_plan_that_says_too_little_is_refused(place, more, said):
    before = AuditEvent.objects.count()
    with pytest.raises(MoveRefused, match=said):
        plan(place, **more)
    assert AuditEvent.objects.count() == before


def test_rep_4_a_plan_is_made_for_a_confirmed_deployment_and_nobody_plans_themself(place):
    assert str(plan(place)) == f"looking after {place.deployment.pk}"
    mine = make_partner("Ada Holt", user=place.manager)
    with pytest.raises(PermissionDenied):
        plan(place, follower=mine)
    place.deployment.confirmed_on = None
    with pytest.raises(MoveRefused, match="confirmed deployment"):
        plan(place)


def test_another_authoritys_school_is_flagged_and_an_unknown_partition_is_nothing(place):
    other = people.authority("Barton")
    SchoolService.objects.filter(school=place.school).update(authority=other)
    night(place)
    assert flags() == [("SCH-21", "", False)]
    assert "Barton runs the SIP of Hill Road Primary School now" in DeploymentFlag.objects.get().says
    assert recheck_deployments(partition="none", on=NOV, at=AT).states_changed == 0
