"""Two people at once (D-31): of two allocations that race exactly one wins."""

import threading
from datetime import date

import pytest
from django.db import IntegrityError, connection

from accounts.permissions import Role
from accounts.tests import factories as people
from partners import actions
from partners.actions.deployment import deploying
from partners.jobs import carry_out_run
from partners.models import BulkRow, BulkRun, Deployment
from partners.selectors import Terms
from partners.tests import factories
from partners.tests.deployment.many import confirmed, looked_at
from partners.tests.factories import moment
from partners.tests.racing import run_at_once
from schools.facts import Phase
from schools.models import School
from schools.tests import factories as schools
from sipmanager.core.models import AuditEvent

START = date(2010, 1, 4)  # Monday
AT = moment(date(2009, 11, 16))


@pytest.fixture
def authority(transactional_db):
    return people.authority("Ashby")


def make_agreed(partner, school, authority):
    factories.make_ready(partner, school, authority)
    deployment = actions.propose_deployment(school=school, partner=partner, starts_on=START, by=None, at=AT, tell_school=False)
    actions.agree_deployment(deployment=deployment, by=None, at=AT)
    return deployment


def partner_of(authority):
    return factories.make_partner(sectors={"secondary": date(2008, 9, 1)}, authorities=[authority])


def race(monkeypatch, *calls):
    """Run the calls at once, each having read the sequence numbers before any has moved them on; the answers, sorted."""
    gate, read = threading.Barrier(len(calls)), deploying.sequences

    def together(*ids):
        seen = read(*ids)
        gate.wait(timeout=10)
        return seen

    monkeypatch.setattr(deploying, "sequences", together)
    return run_at_once(calls)


@pytest.mark.postgres
def test_two_sips_confirmed_at_one_school_at_once_leave_one(authority, monkeypatch):
    manager = people.member(Role.MANAGER, at=authority)
    school = schools.make_school(authority=authority, phase=Phase.SECONDARY)
    agreed = [make_agreed(partner_of(authority), school, authority) for _ in range(2)]
    answers = race(
        monkeypatch,
        *[lambda row=row: actions.confirm_deployment(deployment=row, by=manager, at=AT) for row in agreed],
    )
    assert answers == ["OutOfDate", "won"]
    assert Deployment.objects.standing().count() == 1
    assert Deployment.objects.filter(status="agreed", lead_from=None).count() == 1


@pytest.mark.postgres
def test_one_sip_confirmed_at_two_schools_at_once_is_confirmed_at_one(authority, monkeypatch):
    partner = partner_of(authority)
    agreed = [
        make_agreed(partner, schools.make_school(authority=authority, phase=Phase.SECONDARY), authority) for _ in range(2)
    ]
    answers = race(
        monkeypatch, *[lambda row=row: actions.confirm_deployment(deployment=row, by=None, at=AT) for row in agreed]
    )
    assert answers == ["OutOfDate", "won"]
    assert Deployment.objects.standing().count() == 1
    assert sorted(School.objects.values_list("sequence", flat=True)) == [1, 2]


@pytest.mark.postgres
def test_the_same_proposal_made_twice_at_once_is_made_once(authority, monkeypatch):
    school, partner = schools.make_school(authority=authority, phase=Phase.SECONDARY), partner_of(authority)

    def propose():
        actions.propose_deployment(school=school, partner=partner, starts_on=START, by=None, at=AT)

    assert race(monkeypatch, propose, propose) == ["OutOfDate", "won"]
    assert Deployment.objects.count() == 1


@pytest.mark.postgres
def test_whoever_comes_a_moment_later_reads_what_the_first_left_and_is_refused_by_the_rules(authority):
    school = schools.make_school(authority=authority, phase=Phase.SECONDARY)
    first, second = [make_agreed(partner_of(authority), school, authority) for _ in range(2)]
    go_on, answers = threading.Event(), []

    def later():
        go_on.wait(timeout=10)
        try:
            actions.confirm_deployment(deployment=second, by=None, at=AT)
        except actions.Refused as refused:
            answers.extend(finding.id for finding in refused.findings)
        finally:
            connection.close()

    thread = threading.Thread(target=later)
    thread.start()
    actions.confirm_deployment(deployment=first, by=None, at=AT)
    go_on.set()
    thread.join(timeout=30)
    assert answers == ["DEP-9"]


def test_a_sequence_number_moves_on_with_each_effect_and_not_with_a_refusal(authority):
    school, partner = schools.make_school(authority=authority, phase=Phase.SECONDARY), partner_of(authority)
    deployment = make_agreed(partner, school, authority)
    school.refresh_from_db()
    partner.refresh_from_db()
    assert (school.sequence, partner.sequence) == (1, 1)
    partner.willingness.all().delete()
    with pytest.raises(actions.Refused):
        actions.confirm_deployment(deployment=deployment, by=None, at=AT)
    school.refresh_from_db()
    assert school.sequence == 1


@pytest.mark.postgres
def test_dep_9_two_who_deploy_many_at_once_leave_one_lead_a_school_and_never_block_each_other(authority):
    """Each run passes alone; the schools come in opposite orders, so that a lock on each in turn would hang both."""
    managers = [people.member(Role.MANAGER, at=authority) for _ in range(2)]
    sips = [partner_of(authority) for _ in range(2)]
    places = [schools.make_school(authority=authority, phase=Phase.SECONDARY) for _ in range(4)]
    for sip in sips:
        for school in places:
            factories.make_ready(sip, school, authority)
    terms = Terms(START, consulted_on=date(2009, 11, 9))
    orders = [(sips[0], places), (sips[1], places[::-1])]
    runs = [
        confirmed("deploy", [(sip, school) for school in order], terms, by=manager, at=AT)
        for manager, (sip, order) in zip(managers, orders, strict=True)
    ]
    assert run_at_once([lambda run=run: carry_out_run(run_id=run.pk, at=AT) for run in runs]) == ["won", "won"]
    assert Deployment.objects.standing().count() == len(places)
    rows = BulkRow.objects.filter(run__in=runs)
    assert rows.filter(outcome="made").count() == rows.filter(outcome="stays").count() == len(places)
    assert all(row.because[0].startswith("DEP-9") for row in rows.filter(outcome="stays"))
    assert set(BulkRun.objects.values_list("state", flat=True)) == {"done"}


@pytest.mark.postgres
def test_dep_9_two_moves_that_each_pass_alone_leave_one_successor_at_each_school(authority):
    manager = people.member(Role.MANAGER, at=authority)
    leaving, first, second = (partner_of(authority) for _ in range(3))
    places = [schools.make_school(authority=authority, phase=Phase.SECONDARY) for _ in range(3)]
    rows = [factories.make_deployment(leaving, school, authority, starts_on=date(2009, 9, 1)) for school in places]
    for sip in (first, second):
        for school in places:
            factories.make_ready(sip, school, authority)
    terms = Terms(START, consulted_on=date(2009, 11, 9), why="Leaves the service")
    runs = [
        confirmed("move", [(row, sip) for row in order], terms, by=manager, at=AT)
        for sip, order in ((first, rows), (second, rows[::-1]))
    ]
    assert run_at_once([lambda run=run: carry_out_run(run_id=run.pk, at=AT) for run in runs]) == ["won", "won"]
    led = Deployment.objects.standing().filter(starts_on=START)
    assert sorted(led.values_list("school_id", flat=True)) == sorted(school.pk for school in places)
    assert BulkRow.objects.filter(outcome="made").count() == BulkRow.objects.filter(outcome="stays").count() == len(places)
    assert not Deployment.objects.filter(partner=leaving, ends_on=None).exists()


@pytest.mark.postgres
def test_d_31_two_workers_with_one_run_carry_out_each_row_once(authority):
    """The queue delivers a task twice at the same instant; rows are taken one by one, none twice and none left."""
    manager, sip = people.member(Role.MANAGER, at=authority), partner_of(authority)
    places = [schools.make_school(authority=authority, phase=Phase.SECONDARY) for _ in range(6)]
    run = confirmed("deploy", [(sip, school) for school in places], Terms(START), by=manager, at=AT)
    assert run_at_once([lambda: carry_out_run(run_id=run.pk, at=AT)] * 3) == ["won"] * 3
    assert Deployment.objects.count() == len(places)
    assert set(run.rows.values_list("outcome", flat=True)) == {"made"}
    assert AuditEvent.objects.filter(what="deployment.propose").count() == len(places)
    assert AuditEvent.objects.filter(what="bulkrun.finish").count() == 1


@pytest.mark.postgres
def test_d_31_a_run_confirmed_twice_at_once_is_confirmed_once(authority):
    manager, sip = people.member(Role.MANAGER, at=authority), partner_of(authority)
    school = schools.make_school(authority=authority, phase=Phase.SECONDARY)
    run = looked_at("deploy", [(sip, school)], Terms(START), by=manager, at=AT)
    answers = []

    def confirm():
        mine = BulkRun.objects.select_related("authority").get(pk=run.pk)
        answers.append(actions.confirm_run(run=mine, by=manager, at=AT))

    assert run_at_once([confirm, confirm]) == ["won", "won"]
    assert sorted(answers) == [False, True]
    assert AuditEvent.objects.filter(what="bulkrun.confirm").count() == 1


@pytest.mark.postgres
def test_dep_9_the_database_itself_refuses_a_second_lead_whatever_gets_past_the_rules(authority):
    school = schools.make_school(authority=authority, phase=Phase.SECONDARY)
    row = factories.make_deployment(partner_of(authority), school, authority, starts_on=date(2009, 9, 1))
    elsewhere = schools.make_school(authority=authority, phase=Phase.SECONDARY)
    other = factories.make_deployment(partner_of(authority), elsewhere, authority, starts_on=date(2009, 9, 1))
    with pytest.raises(IntegrityError, match="one_lead_a_school"):
        Deployment.objects.filter(pk=other.pk).update(school=row.school)
