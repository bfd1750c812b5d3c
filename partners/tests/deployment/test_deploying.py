"""Deploying a SIP: what is refused and why, what a move leaves behind, and who may make it."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction

from accounts.permissions import Role
from accounts.tests import factories as people
from partners import actions
from partners.models import Deployment, DeploymentStatus, NationalNotification
from partners.tests import factories
from partners.tests.factories import moment
from schools.facts import Governance, Phase
from schools.models import AllAgeAgreement
from schools.tests import factories as schools
from sipmanager.core.models import AuditEvent, OutgoingEmail
from sipmanager.core.workflow import MoveRefused, OutOfDate

pytestmark = pytest.mark.django_db

SEP = date(2009, 9, 1)  # Tuesday
NOV = date(2009, 11, 16)  # Monday
AT = moment(NOV)


@pytest.fixture
def school(authority):
    return schools.make_school(authority=authority, name="Hill Road School", phase=Phase.SECONDARY, head="Pat Head")


@pytest.fixture
def partner(authority):
    return factories.make_partner("Robin Ward", sectors={"secondary": date(2008, 9, 1)}, regions=[authority.region])


def propose(school, partner, by, **more):
    return actions.propose_deployment(
        school=school, partner=partner, by=by, at=AT, **{"starts_on": date(2010, 1, 4), "days": Decimal(5), **more}
    )


def ids(refused):
    return [finding.id for finding in refused.value.findings]


# What is refused, and that nothing changes then.


def nothing_happened():
    return not (
        Deployment.objects.exists() or AuditEvent.objects.filter(what__startswith="deployment").exists()
        or OutgoingEmail.objects.exists() or NationalNotification.objects.exists()
    )  # fmt: skip


def test_act_3_all_that_stands_in_the_way_is_said_at_once_and_nothing_changes(authority, school, manager):
    elsewhere = people.region("Far Away")
    partner = factories.make_partner("Robin Ward", sectors={"primary": date(2008, 9, 1)}, regions=[elsewhere])
    with pytest.raises(actions.Refused) as refused:
        propose(school, partner, manager)
    assert ids(refused) == ["PRE-1", "PRE-7"]
    assert refused.value.reasons == [
        (
            "PRE-1: Hill Road School needs secondary accreditation; Robin Ward is accredited for primary only on "
            "4 January 2010."
        ),
        f"PRE-7: Robin Ward will work in Far Away, not in {authority.region} or Ashby.",
    ]
    assert nothing_happened()
    school.refresh_from_db()
    assert school.sequence == 0


def test_act_3_without_a_confirmed_contract_it_is_not_confirmed(school, partner, manager, authority):
    factories.complete_checks(factories.engage(partner, authority))
    deployment = propose(school, partner, manager)
    actions.agree_deployment(deployment=deployment, by=manager, at=AT)
    with pytest.raises(actions.Refused) as refused:
        actions.confirm_deployment(deployment=deployment, by=manager, at=AT)
    assert ids(refused) == ["PRE-6"]
    deployment.refresh_from_db()
    assert (deployment.status, deployment.confirmed_on, deployment.lead_from) == ("agreed", None, None)
    assert not NationalNotification.objects.exists()


def test_act_3_an_end_beyond_three_years_is_refused(school, partner, manager):
    with pytest.raises(actions.Refused) as refused:
        propose(school, partner, manager, starts_on=date(2009, 12, 1), ends_on=date(2012, 12, 1))
    assert refused.value.reasons == [
        (
            "DEP-10: Started on 1 December 2009, so the last lawful day is 30 November 2012; the end asked for is "
            "1 December 2012."
        )
    ]
    assert propose(school, partner, manager, starts_on=date(2009, 12, 1), ends_on=date(2012, 11, 30)).pk


def test_act_4_a_middle_school_deemed_secondary_refuses_a_primary_sip(authority, manager):
    school = schools.make_school(authority=authority, name="Mill End School", phase=Phase.MIDDLE_DEEMED_SECONDARY)
    partner = factories.make_partner("Robin Ward", sectors={"primary": date(2008, 9, 1)}, authorities=[authority])
    with pytest.raises(actions.Refused) as refused:
        propose(school, partner, manager)
    assert refused.value.reasons == [
        (
            "PRE-1: Mill End School needs secondary accreditation (a middle school deemed secondary); Robin Ward is "
            "accredited for primary only on 4 January 2010."
        )
    ]


def test_act_5_an_all_age_school_is_refused_until_the_talk_is_recorded(authority, manager, partner):
    school = schools.make_school(authority=authority, phase=Phase.ALL_AGE)
    with pytest.raises(actions.Refused) as refused:
        propose(school, partner, manager)
    assert ids(refused) == ["SCH-4"]
    AllAgeAgreement.objects.create(
        school=school, discussed_on=date(2009, 10, 1), coordinator="C", sector="secondary", recorded_at=AT
    )
    assert propose(school, partner, manager).status == DeploymentStatus.PROPOSED


def test_a_closed_school_takes_no_sip(authority, manager, partner):
    school = schools.make_school(authority=authority, phase=Phase.SECONDARY, status="closed", closed_on=date(2009, 8, 31))
    with pytest.raises(actions.Refused) as refused:
        propose(school, partner, manager)
    assert ids(refused) == ["SCH-1"]


def test_a_nursery_is_outside_the_programme(authority, manager, partner):
    school = schools.make_school(authority=authority, phase=Phase.NURSERY, name="Brook Lane Nursery")
    with pytest.raises(actions.Refused) as refused:
        propose(school, partner, manager)
    assert refused.value.reasons == ["SCH-2: Brook Lane Nursery is of phase nursery, which SIPs do not serve."]


def test_an_academy_takes_the_sector_of_its_own_phase(authority, manager):
    school = schools.make_school(authority=authority, phase=Phase.PRIMARY, governance=Governance.ACADEMY)
    wrong = factories.make_partner(sectors={"secondary": date(2008, 9, 1)}, authorities=[authority])
    right = factories.make_partner(sectors={"primary": date(2008, 9, 1)}, authorities=[authority])
    with pytest.raises(actions.Refused) as refused:
        propose(school, wrong, manager)
    assert ids(refused) == ["PRE-1"]
    assert propose(school, right, manager).pk


def test_a_lapsed_partner_cannot_be_deployed(school, manager, authority):
    partner = factories.make_partner("Robin Ward", sectors={"secondary": date(2006, 7, 31)}, authorities=[authority])
    with pytest.raises(actions.Refused) as refused:
        propose(school, partner, manager)
    assert refused.value.reasons == [
        "PRE-1: Accredited on 31 July 2006 with no practice since, so the accreditation lapsed three years later, on 31 July 2009."
    ]


def test_a_deployment_does_not_start_before_the_accreditation(school, manager, authority):
    partner = factories.make_partner("Robin Ward", sectors={"secondary": date(2010, 2, 1)}, authorities=[authority])
    with pytest.raises(actions.Refused) as refused:
        propose(school, partner, manager)
    assert refused.value.reasons == [
        (
            "PRE-1: Robin Ward was first accredited on 1 February 2010; the deployment would start before that, on "
            "4 January 2010."
        )
    ]


def test_own_school_and_declared_conflicts_are_refused(school, manager, authority):
    partner = factories.make_partner(
        "Robin Ward", sectors={"secondary": SEP}, authorities=[authority], own_school=school, conflicts=[school]
    )
    with pytest.raises(actions.Refused) as refused:
        propose(school, partner, manager)
    assert refused.value.reasons == [
        "PRE-11: Hill Road School is Robin Ward's own school. A conflict with Hill Road School is declared: Governor there."
    ]


def test_few_days_warn_and_very_few_need_a_reason(school, partner, manager):
    with pytest.raises(actions.Refused) as refused:
        propose(school, partner, manager, days=Decimal(3))
    assert ids(refused) == ["DAY-1"]
    with pytest.raises(actions.Refused):
        propose(school, partner, manager, days=Decimal(3), reasons={"DAY-1": " . "})
    assert nothing_happened()
    deployment = propose(school, partner, manager, days=Decimal(3), reasons={"DAY-1": "The school is very small"})
    assert deployment.reasons == {"DAY-1": "The school is very small"}
    assert AuditEvent.objects.get(what="deployment.propose").details["set_aside"] == ["DAY-1"]


def test_four_days_warn_only(school, partner, manager):
    assert propose(school, partner, manager, days=Decimal(4)).reasons == {}


def test_the_policys_days_are_given_where_none_are_named(school, partner, manager):
    assert propose(school, partner, manager, days=None).days == 5


def test_the_last_day_is_not_before_the_first(school, partner, manager):
    with pytest.raises(MoveRefused, match="must be on or after the first"):
        propose(school, partner, manager, ends_on=date(2010, 1, 3))


def test_the_same_proposal_is_not_made_twice(school, partner, manager):
    propose(school, partner, manager)
    with pytest.raises(actions.Refused) as refused:
        propose(school, partner, manager)
    assert ids(refused) == ["DEP-9"]
    assert Deployment.objects.count() == 1


# What a deployment leaves behind.


def test_a_deployment_is_proposed_agreed_and_confirmed(school, partner, manager, authority):
    deployment = propose(school, partner, manager)
    actions.record_consultation(deployment=deployment, on=NOV, by=manager, at=AT)
    actions.agree_deployment(deployment=deployment, by=manager, at=AT)
    factories.make_ready(partner, school, authority)
    actions.confirm_deployment(deployment=deployment, by=manager, at=AT)
    deployment.refresh_from_db()
    assert (deployment.status, deployment.consulted_on, deployment.agreed_on, deployment.confirmed_on) == (
        "confirmed", NOV, NOV, NOV,
    )  # fmt: skip
    assert (deployment.confirmed_by, deployment.lead_from, deployment.lead_until) == (manager, date(2010, 1, 4), None)
    assert [(n.kind, n.effective_on, n.sent_on) for n in deployment.notifications.all()] == [("start", date(2010, 1, 4), None)]
    moves = ["deployment.propose", "deployment.consult", "deployment.agree", "deployment.confirm"]
    lines = AuditEvent.objects.filter(subject=f"deployment:{deployment.pk}").order_by("pk")
    assert [line.what for line in lines] == moves
    assert {(line.authority_id, line.school_id, line.partner_id) for line in lines} == {(authority.pk, school.pk, partner.pk)}
    assert sorted(OutgoingEmail.objects.values_list("kind", "to")) == sorted(
        [
            ("deployment_proposed", school.posts.get().email),
            ("deployment_confirmed", school.posts.get().email),
            ("deployment_confirmed_sip", partner.email),
        ]
    )


def test_a_handover_overlaps_and_the_lead_does_not(school, partner, manager, authority):
    first = factories.make_deployment(partner, school, authority, starts_on=SEP, ends_on=date(2010, 1, 15))
    second = factories.make_partner(sectors={"secondary": SEP}, authorities=[authority])
    later = factories.make_deployment(second, school, authority, starts_on=date(2010, 1, 4), on=NOV)
    first.refresh_from_db()
    assert (first.lead_from, first.lead_until) == (SEP, date(2010, 1, 15))
    assert (later.lead_from, later.lead_until) == (date(2010, 1, 16), None)
    assert later.notifications.get().kind == "replacement"
    actions.void_deployment(deployment=first, reason="Wrong school", by=manager, at=AT)
    later.refresh_from_db()
    assert later.lead_from == date(2010, 1, 4)


def test_a_second_sip_is_refused_while_the_first_has_no_end(school, partner, manager, authority):
    factories.make_deployment(partner, school, authority, starts_on=SEP)
    second = factories.make_partner("Second", sectors={"secondary": SEP}, authorities=[authority])
    with pytest.raises(actions.Refused) as refused:
        propose(school, second, manager)
    assert refused.value.reasons == ["DEP-9: Robin Ward is the school's SIP from 1 September 2009, with no end recorded."]


def test_ending_keeps_the_record_and_tells_the_contractor(school, partner, manager, authority):
    deployment = factories.make_deployment(partner, school, authority, starts_on=SEP)
    with pytest.raises(MoveRefused, match="Enter a reason"):
        actions.end_deployment(deployment=deployment, on=date(2009, 12, 18), reason="", by=manager, at=AT)
    deployment.refresh_from_db()
    assert (deployment.status, deployment.ends_on) == ("active", None)
    actions.end_deployment(deployment=deployment, on=date(2009, 12, 18), reason="New post", by=manager, at=AT)
    deployment.refresh_from_db()
    assert (deployment.status, deployment.ends_on, deployment.lead_until) == ("ending", date(2009, 12, 18), date(2009, 12, 18))
    assert list(deployment.notifications.order_by("pk").values_list("kind", flat=True)) == ["start", "end"]


def test_what_is_confirmed_late_has_begun_and_is_over_at_once(school, partner, manager, authority):
    """DEP-1: the state follows the dates, whoever comes first, the person or the night."""
    deployment = factories.make_deployment(partner, school, authority, starts_on=SEP, ends_on=date(2009, 10, 30), on=NOV)
    deployment.refresh_from_db()
    assert (deployment.status, deployment.ends_on) == ("ended", date(2009, 10, 30))
    assert list(deployment.notifications.order_by("pk").values_list("kind", flat=True)) == ["start", "end"]
    lines = AuditEvent.objects.filter(subject=f"deployment:{deployment.pk}").order_by("pk")
    assert [line.what for line in lines][-4:] == [
        "deployment.confirm", "deployment.begin", "deployment.end", "deployment.finish",
    ]  # fmt: skip


def test_an_end_to_come_keeps_to_three_years_and_one_that_has_passed_is_recorded(school, partner, manager, authority):
    deployment = factories.make_deployment(partner, school, authority, starts_on=SEP)
    with pytest.raises(actions.Refused) as refused:
        actions.end_deployment(deployment=deployment, on=date(2012, 9, 1), reason="As planned", by=manager, at=AT)
    assert ids(refused) == ["DEP-10"]
    late = moment(date(2012, 10, 1))
    actions.end_deployment(deployment=deployment, on=date(2012, 9, 20), reason="Overlooked", by=manager, at=late)
    assert deployment.ends_on == date(2012, 9, 20)


def test_the_last_day_set_is_not_before_the_first(school, partner, manager, authority):
    deployment = factories.make_deployment(partner, school, authority, starts_on=SEP)
    with pytest.raises(MoveRefused, match="strike the deployment out instead"):
        actions.end_deployment(deployment=deployment, on=date(2009, 8, 31), reason="Error", by=manager, at=AT)


def test_d_18_a_deployment_struck_out_counts_for_nothing_and_is_corrected_where_it_was_notified(
    school, partner, manager, authority
):
    deployment = factories.make_deployment(partner, school, authority, starts_on=SEP)
    actions.mark_notified(notification=deployment.notifications.get(), sent_on=SEP, method="Email", by=manager, at=AT)
    with pytest.raises(MoveRefused):
        actions.void_deployment(deployment=deployment, reason=" ", by=manager, at=AT)
    stale = Deployment.objects.get(pk=deployment.pk)
    actions.void_deployment(deployment=deployment, reason="Wrong school", by=manager, at=AT)
    with pytest.raises(OutOfDate, match="struck out already"):
        actions.void_deployment(deployment=stale, reason="Wrong school", by=manager, at=AT)
    assert not Deployment.objects.standing().exists()
    assert list(deployment.notifications.order_by("pk").values_list("kind", flat=True)) == ["start", "correction"]
    with pytest.raises(OutOfDate):
        actions.void_deployment(deployment=deployment, reason="Wrong school", by=manager, at=AT)
    with pytest.raises(OutOfDate):
        actions.end_deployment(deployment=deployment, on=NOV, reason="Over", by=manager, at=AT)


def test_a_proposal_is_withdrawn_not_struck_out(school, partner, manager):
    deployment = propose(school, partner, manager)
    with pytest.raises(MoveRefused, match="withdraw the proposal"):
        actions.void_deployment(deployment=deployment, reason="Wrong school", by=manager, at=AT)
    actions.withdraw_deployment(deployment=deployment, reason="The head objects", by=manager, at=AT)
    assert Deployment.objects.get().status == DeploymentStatus.WITHDRAWN
    assert propose(school, partner, manager).pk


def test_a_move_from_a_stale_page_changes_nothing(school, partner, manager):
    deployment = propose(school, partner, manager)
    stale = Deployment.objects.get(pk=deployment.pk)
    actions.withdraw_deployment(deployment=deployment, reason="The head objects", by=manager, at=AT)
    with pytest.raises(OutOfDate):
        actions.agree_deployment(deployment=stale, by=manager, at=AT)
    assert Deployment.objects.get().status == DeploymentStatus.WITHDRAWN


def test_the_day_on_which_the_school_was_asked_is_not_to_come(school, partner, manager):
    deployment = propose(school, partner, manager)
    with pytest.raises(MoveRefused, match="today or in the past"):
        actions.record_consultation(deployment=deployment, on=date(2009, 11, 17), by=manager, at=AT)
    deployment.refresh_from_db()
    assert deployment.consulted_on is None


def test_a_stay_is_not_lengthened_into_the_next_sips(school, partner, manager, authority):
    first = factories.make_deployment(partner, school, authority, starts_on=SEP, ends_on=date(2009, 12, 18))
    second = factories.make_partner(authorities=[authority])
    factories.make_deployment(second, school, authority, starts_on=date(2010, 1, 4), on=NOV)
    end = {"deployment": first, "reason": "Longer", "by": manager, "at": AT}
    with pytest.raises(actions.Refused) as refused:
        actions.end_deployment(on=date(2010, 2, 28), **end)
    assert ids(refused) == ["DEP-9"]
    actions.end_deployment(on=date(2010, 1, 15), **end)
    assert [(row.lead_from, row.lead_until) for row in Deployment.objects.order_by("pk")] == [
        (SEP, date(2010, 1, 15)), (date(2010, 1, 16), None),
    ]  # fmt: skip


def test_a_deployment_keeps_the_policy_under_which_it_was_proposed(school, partner, manager, authority):
    factories.contract(factories.engage(partner, authority), school)
    people.policy(authority, POL_44=[])
    deployment = propose(school, partner, manager)
    actions.agree_deployment(deployment=deployment, by=manager, at=AT)
    people.policy(authority, starts_on=date(2009, 11, 17))
    actions.confirm_deployment(deployment=deployment, by=manager, at=moment(date(2009, 11, 18)))
    assert deployment.status == DeploymentStatus.CONFIRMED


def test_whoever_serves_the_school_on_the_first_day_proposes(school, partner, manager, authority):
    from datetime import timedelta

    from schools.models import SchoolService

    other, moves_on = people.authority("Barford"), date(2010, 1, 1)
    SchoolService.objects.filter(school=school).update(ends_on=moves_on - timedelta(days=1))
    SchoolService.objects.create(school=school, authority=other, starts_on=moves_on)
    with pytest.raises(MoveRefused, match="Barford runs the SIP of Hill Road School on 4 January 2010"):
        propose(school, partner, manager)
    assert nothing_happened()


def test_no_letter_goes_to_a_head_without_an_address(school, partner, manager):
    school.posts.update(email="")
    propose(school, partner, manager)
    assert not OutgoingEmail.objects.exists()


def test_whoever_gave_way_and_ends_before_leading_never_leads(school, partner, manager, authority):
    factories.make_deployment(partner, school, authority, starts_on=SEP, ends_on=date(2010, 1, 15))
    second = factories.make_partner(authorities=[authority])
    later = factories.make_deployment(second, school, authority, starts_on=date(2010, 1, 4), on=NOV)
    actions.end_deployment(deployment=later, on=date(2010, 1, 8), reason="Ill", by=manager, at=moment(date(2010, 1, 11)))
    later.refresh_from_db()
    assert (later.lead_from, later.lead_until) == (None, None)


# Who may.


def test_nobody_deploys_themself(school, authority, manager):
    partner = factories.make_partner(user=manager, sectors={"secondary": SEP}, authorities=[authority])
    with pytest.raises(PermissionDenied):
        propose(school, partner, manager)
    assert nothing_happened()


@pytest.mark.parametrize("role", [Role.SENIOR_ADVISER, Role.OFFICER, Role.PROGRAMME])
def test_only_the_manager_and_administrators_propose(school, partner, authority, role):
    person = people.member(role, at=None if role is Role.PROGRAMME else authority)
    with pytest.raises(PermissionDenied):
        propose(school, partner, person)
    assert nothing_happened()


def test_a_manager_elsewhere_proposes_nothing_here(school, partner):
    with pytest.raises(PermissionDenied):
        propose(school, partner, people.member(Role.MANAGER))


def test_an_administrator_proposes_and_does_not_confirm(school, partner, authority):
    administrator = people.member(Role.ADMINISTRATOR, at=authority)
    deployment = propose(school, partner, administrator)
    actions.agree_deployment(deployment=deployment, by=administrator, at=AT)
    factories.make_ready(partner, school, authority)
    with pytest.raises(PermissionDenied):
        actions.confirm_deployment(deployment=deployment, by=administrator, at=AT)
    deployment.refresh_from_db()
    assert deployment.status == DeploymentStatus.AGREED


# One effect (D-31).


def test_whoever_read_the_school_before_another_moved_it_changes_nothing(school, partner, manager, monkeypatch):
    from partners.actions.deployment import deploying

    monkeypatch.setattr(deploying, "sequences", lambda *_: (7, 0))
    with pytest.raises(OutOfDate):
        propose(school, partner, manager)
    monkeypatch.setattr(deploying, "sequences", lambda *_: (0, 7))
    with pytest.raises(OutOfDate):
        propose(school, partner, manager)
    school.refresh_from_db()
    assert (school.sequence, nothing_happened()) == (0, True)


@pytest.mark.parametrize(
    ("says", "raised"), [('violates exclusion constraint "one_lead_a_school"', actions.Refused), ("other", IntegrityError)]
)
def test_the_guard_of_the_database_is_a_sentence_and_other_faults_stay_faults(school, partner, says, raised):
    from partners.actions.deployment import deploying

    with pytest.raises(raised), deploying.held(school.pk, partner.pk):
        raise IntegrityError(says)
    school.refresh_from_db()
    assert school.sequence == 0


@pytest.mark.postgres
def test_the_database_refuses_two_leads_on_one_day(school, partner, authority):
    first = factories.make_deployment(partner, school, authority, starts_on=SEP)
    first.pk = None
    with pytest.raises(IntegrityError, match="one_lead_a_school"), transaction.atomic():
        first.save(force_insert=True)


@pytest.mark.postgres
def test_the_databases_refusal_is_a_sentence(school, partner, authority, manager, monkeypatch):
    from partners.actions.deployment import deploying

    first = factories.make_deployment(partner, school, authority, starts_on=SEP)
    assert connection.vendor == "postgresql"
    first.pk = None
    with pytest.raises(actions.Refused, match="Another SIP leads"), deploying.held(school.pk, partner.pk):
        first.save(force_insert=True)
