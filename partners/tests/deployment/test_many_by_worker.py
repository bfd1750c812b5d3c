"""A whole authority at once: looked at and carried out by the worker, row by row, each once (DEP-18, DEP-19, D-31, D-32)."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Membership
from accounts.permissions import Role
from accounts.tests import factories as people
from partners import actions, jobs
from partners.actions.deployment import bulk
from partners.consulting import SAY_FIRST
from partners.models import BulkRow, BulkRun, Deployment
from partners.selectors import Terms
from partners.tests.deployment.many import confirmed, day, in_words, looked_at, prepared, press, run_many, run_page, see, words
from partners.tests.factories import make_deployment, make_partner, make_ready, moment
from schools.models import SchoolService
from schools.tests.factories import make_school
from sipmanager.core.models import AuditEvent, OutgoingEmail
from sipmanager.core.workflow import MoveRefused, OutOfDate

pytestmark = pytest.mark.django_db
SEP, NOV, JAN = date(2009, 9, 1), date(2009, 11, 16), date(2010, 1, 4)  # Tuesday, Monday, Monday
AT = moment(NOV)
MANY = 30  # more than somebody waits for
HELD = {"primary": date(2008, 9, 1)}


@pytest.fixture
def authority(clock_at, db):
    clock_at("2009-11-16 10:00")
    return people.authority("Ashby")


@pytest.fixture
def manager(authority):
    return people.member(Role.MANAGER, at=authority, full_name="Mo Manager")


@pytest.fixture
def client(as_role, manager):
    return as_role(user=manager)


@pytest.fixture
def sip(authority):
    return make_partner("Ada Holt", sectors=HELD, authorities=[authority])


def places(authority, many):
    return [make_school(authority=authority, name=f"School {number:03}") for number in range(many)]


def deploy(client, sip, schools):
    page = reverse("partners:deployments-deploy")
    key = client.get(page).context["form"]["form_key"].value()
    rows = "\n".join(school.urn for school in schools)
    return page, {"rows": rows, "sip": sip.reference, **day("starts_on", JAN), "form_key": key}


def outcomes(run) -> list[str]:
    return list(run.rows.order_by("position").values_list("outcome", flat=True))


# ---------------------------------------------------------------------------------------------------- by the worker


@pytest.fixture
def pretended(monkeypatch, settings):
    """The day of the test, for the worker's own process too."""
    monkeypatch.setenv("PRETEND_IT_IS", NOV.isoformat())
    monkeypatch.setenv("DEMONSTRATION", "1")
    settings.PRETEND_IT_IS = NOV


@pytest.mark.broker
def test_dep_19_a_whole_authority_is_looked_at_and_proposed_by_a_real_worker(pretended, broker, as_role):
    """One preview, one confirmation; the pages say how far it is, and the outcomes stay to be read."""
    authority = people.authority("Ashby")
    client = as_role(user=people.member(Role.MANAGER, at=authority))
    sip, robin = (make_partner(name, sectors=HELD, authorities=[authority]) for name in ("Ada Holt", "Robin Ward"))
    schools = places(authority, MANY)
    make_deployment(robin, schools[0], starts_on=SEP)
    page, given = deploy(client, sip, schools)
    address = client.post(page, given)["Location"]
    broker.wait_for(lambda: BulkRun.objects.get().state == "ready", seconds=60)
    assert f"Deploy {MANY - 1} schools" in words(client.get(address))
    for _ in range(2):  # a double click
        client.post(f"{address}confirm/")
    broker.wait_for(lambda: BulkRun.objects.get().state == "done", seconds=120)
    assert Deployment.objects.filter(partner=sip, status="proposed").count() == MANY - 1
    done = words(client.get(address))
    assert f"{MANY - 1} schools proposed" in done
    assert "Robin Ward is the school's SIP from 1 September 2009" in done
    client.post(f"{address}again/")
    assert AuditEvent.objects.filter(what="bulkrun.finish").count() == 1
    assert AuditEvent.objects.filter(what="deployment.propose", subject__isnull=False).count() == MANY


# --------------------------------------------------------------------------------------------- what the pages show


def test_dep_19_a_long_run_is_handed_to_the_worker_and_its_page_says_how_far_it_is(
    client, authority, sip, monkeypatch
):  # fmt: skip
    """Without a script: each step is a page that is loaded again."""
    asked = []
    monkeypatch.setattr("partners.tasks.look_at_run.delay", lambda key: asked.append(("look", key)))
    monkeypatch.setattr("partners.tasks.carry_out_run.delay", lambda key: asked.append(("carry out", key)))
    schools = places(authority, MANY)
    page, given = deploy(client, sip, schools)
    address = client.post(page, given)["Location"]
    run = BulkRun.objects.get()
    assert asked == [("look", run.pk)]
    assert "Nothing has been changed yet. You can leave this page and come back." in words(client.get(address))
    assert client.post(page, given)["Location"] == address, "the form sent twice is one run"
    assert BulkRun.objects.count() == 1
    jobs.look_at_run(run_id=run.pk, on=NOV, at=AT)
    shown = words(client.get(address))
    assert "Check before you go on" in shown
    assert f"Deploy {MANY} schools" in shown
    assert not Deployment.objects.exists()
    for _ in range(2):
        client.post(f"{address}confirm/")
    assert asked[1:] == [("carry out", run.pk)]
    for row in run.rows.order_by("position")[:7]:
        actions.carry_out_row(row=row, at=AT)
    shown = words(client.get(address))
    assert f"7 of {MANY} schools dealt with." in shown
    assert "Waits its turn" in shown
    client.post(f"{address}again/")
    assert asked[2:] == [("carry out", run.pk)]
    jobs.carry_out_run(run_id=run.pk, at=AT)
    assert f"{MANY} schools proposed" in words(client.get(address))
    client.post(f"{address}again/")
    assert len(asked) == 3, "what is done is not taken up again"
    listed = words(client.get(reverse("partners:bulk-list")))
    assert f"Deploy {MANY} schools" in listed
    assert "Carried out" in listed


def test_a_run_that_waits_to_be_looked_at_can_be_taken_up_again(client, authority, sip, manager, monkeypatch):
    asked = []
    monkeypatch.setattr("partners.tasks.look_at_run.delay", asked.append)
    run = prepared("deploy", [(sip, school) for school in places(authority, 1)], Terms(JAN), by=manager, at=AT)
    client.post(f"{run_page(run)}again/")
    assert asked == [run.pk]
    assert client.post(run_page(run)).status_code == 400


def test_a_run_is_of_its_authority_and_stays_to_be_read_and_exported(client, authority, sip, manager, as_role):
    rows = run_many("deploy", [(sip, school) for school in places(authority, 2)], Terms(JAN), by=manager, at=AT)
    address = run_page(rows[0].run)
    assert "2 schools proposed" in words(client.get(address))
    file = b"".join(client.get(address, {"format": "csv"}).streaming_content).decode()
    assert "School 000" in file
    assert "Gone through" in file
    assert "School 001" in words(client.get(address, {"q": "school 001", "outcome": "made"}))
    stranger = as_role(Role.MANAGER, at=people.authority("Barton"))
    assert stranger.get(address).status_code == 404
    assert stranger.post(f"{address}confirm/").status_code == 404
    assert "Deploy 2 schools" not in words(stranger.get(reverse("partners:bulk-list")))
    assert stranger.get(reverse("partners:bulk-list")).status_code == 200


def test_the_page_of_a_run_costs_the_same_for_one_row_as_for_forty(client, authority, sip, manager):
    def cost(many):
        run = looked_at("deploy", [(sip, school) for school in places(authority, many)], Terms(JAN), by=manager, at=AT)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(run_page(run)).status_code == 200
        return len(queries)

    cost(1)
    assert cost(1) == cost(40)


def test_schools_of_two_authorities_are_taken_one_authority_at_a_time(as_role, authority, sip, manager):
    other = people.authority("Barton")
    people.membership(Role.MANAGER, at=other, of=manager)
    here, there = places(authority, 1)[0], make_school(authority=other, name="Other School")
    client = as_role(user=manager)
    page, given = deploy(client, sip, [here, there])
    assert "Take the schools of one authority at a time: Ashby and Barton." in see(client, page, given)
    assert not BulkRun.objects.exists()


def test_a_school_that_another_authority_will_run_by_then_says_so(client, authority, sip, manager):
    (school,) = places(authority, 1)
    other = people.authority("Barton")
    SchoolService.objects.filter(school=school).update(ends_on=JAN - timedelta(days=1))
    SchoolService.objects.create(school=school, authority=other, starts_on=JAN)
    run = looked_at("deploy", [(sip, school)], Terms(JAN), by=manager, at=AT, authority=authority)
    (row,) = run.rows.all()
    assert row.because == ["Barton runs the SIP of School 000 on 4 January 2010. Its SIP manager proposes."]


def test_move_schools_may_go_to_different_sips(client, authority, sip):
    robin, ben = (make_partner(name, sectors=HELD, authorities=[authority]) for name in ("Robin Ward", "Ben Lee"))
    rows = [make_deployment(robin, school, starts_on=SEP) for school in places(authority, 3)]
    page = reverse("partners:deployments-move")
    chosen = [row.pk for row in rows]
    key = client.get(page, {"chosen": chosen}).context["form"]["form_key"].value()
    given = {"chosen": chosen, "why": "Robin retires", **day("starts_on", JAN), "form_key": key}
    assert "Enter the reference of the SIP who takes the schools" in see(client, page, given)
    assert "Line 1: enter the SIP after the URN" in see(client, page, given | {"rows": rows[0].school.urn})
    lines = f"{rows[0].school.urn} {ben.reference}"
    press(client, page, given | {"rows": lines, "sip": sip.reference})
    found = Deployment.objects.filter(starts_on=JAN).order_by("school__name").values_list("partner__full_name", flat=True)
    assert list(found) == ["Ben Lee", "Ada Holt", "Ada Holt"]


def test_spm_6_all_that_the_filters_leave_are_chosen_by_the_filters(client, authority, sip, manager, monkeypatch):
    monkeypatch.setattr("partners.actions.MOST_AT_ONCE", 1)
    rows = [make_deployment(sip, school, starts_on=SEP) for school in places(authority, 22)]
    asked = client.post(f"{reverse('partners:deployment-list')}?status=active&applied=1", {"action": "end", "all": "1"})
    assert asked["Location"].startswith(reverse("partners:deployments-end"))
    assert "all=1" in asked["Location"]
    page = client.get(asked["Location"])
    assert "End 22 deployments" in words(page)
    assert "Show the 22 chosen" in words(page)
    assert [key for key, _words in page.context["chosen"]] == [row.pk for row in rows]
    wrong = client.get(reverse("partners:deployments-end"), {"all": "1", "status": "nonsense"})
    assert wrong["Location"] == reverse("partners:deployment-list")


# ------------------------------------------------------------------------------------- nothing twice, nothing lost


@pytest.fixture
def run(authority, sip, manager):
    """Five schools confirmed to be proposed; no worker has come yet."""
    return confirmed("deploy", [(sip, school) for school in places(authority, 5)], Terms(JAN), by=manager, at=AT)


def test_d_31_a_worker_that_is_killed_half_way_repeats_nothing_and_loses_nothing(run, monkeypatch):
    """It ends in the middle of the third row, after the deployment was written and before its transaction ended."""
    real, calls = bulk.propose_deployment, []

    def dies(**more):
        calls.append(more["school"])
        made = real(**more)
        if len(calls) == 3:
            raise SystemExit
        return made

    monkeypatch.setattr(bulk, "propose_deployment", dies)
    with pytest.raises(SystemExit):
        jobs.carry_out_run(run_id=run.pk, at=AT)
    assert outcomes(run) == ["made", "made", "goes", "goes", "goes"]
    assert Deployment.objects.count() == 2, "of the third nothing is left"
    monkeypatch.undo()
    jobs.carry_out_run(run_id=run.pk, at=AT)  # the queue delivers it again
    jobs.carry_out_run(run_id=run.pk, at=AT)  # and again
    run.refresh_from_db()
    assert (run.state, outcomes(run)) == ("done", ["made"] * 5)
    assert Deployment.objects.count() == AuditEvent.objects.filter(what="deployment.propose").count() == 5
    assert AuditEvent.objects.filter(what="bulkrun.finish").count() == 1


def test_d_31_a_row_that_was_taken_is_left_as_it_is(run):
    """Two workers hold the same row: the second finds it taken."""
    first, second = (run.rows.select_related("run__authority", "run__confirmed_by").get(position=0) for _ in range(2))
    assert actions.carry_out_row(row=first, at=AT) == "made"
    before = (Deployment.objects.count(), OutgoingEmail.objects.count(), AuditEvent.objects.count())
    assert actions.carry_out_row(row=second, at=AT) == "made"
    assert (Deployment.objects.count(), OutgoingEmail.objects.count(), AuditEvent.objects.count()) == before


def test_dep_5_a_policy_that_gives_the_school_its_say_since_is_kept_to(authority, sip, manager):
    (school,) = places(authority, 1)
    make_ready(sip, school, authority)
    terms = Terms(JAN, consulted_on=date(2009, 11, 9))
    run = confirmed("deploy", [(sip, school)], terms, by=manager, at=AT)
    people.policy(authority, "learning_trust", starts_on=date(2009, 11, 1))
    jobs.carry_out_run(run_id=run.pk, at=AT)
    assert [row.because for row in run.rows.all()] == [[SAY_FIRST]]
    assert not Deployment.objects.exists()


def test_d_32_what_a_lost_message_left_lying_is_carried_out_at_night(run, authority):
    assert jobs.go_on_with_runs(partition=authority.code, on=NOV, at=AT, dry_run=True).states_changed == 0
    assert jobs.go_on_with_runs(partition="national", on=NOV, at=AT).states_changed == 0
    assert not Deployment.objects.exists()
    assert jobs.go_on_with_runs(partition=authority.code, on=NOV, at=AT).states_changed == 1
    assert Deployment.objects.count() == 5
    assert jobs.go_on_with_runs(partition=authority.code, on=NOV, at=AT).states_changed == 0


def test_one_run_that_fails_at_night_does_not_stop_the_others(run, authority, monkeypatch):
    def breaks(**more):
        raise RuntimeError("no")

    monkeypatch.setattr("partners.jobs.bulk.carry_out_run", breaks)
    tally = jobs.go_on_with_runs(partition=authority.code, on=NOV, at=AT)
    assert [failure["step"] for failure in tally.failures] == ["go_on_with_runs"]


def test_d_6_a_right_that_ended_between_confirmation_and_work_refuses_each_row(run, manager):
    Membership.objects.filter(user=manager).update(ends_on=NOV - timedelta(days=1))
    jobs.carry_out_run(run_id=run.pk, at=AT)
    assert not Deployment.objects.exists()
    assert [row.because for row in run.rows.all()] == [[actions.RIGHT_ENDED]] * 5
    assert not OutgoingEmail.objects.exists()


def test_a_closed_account_does_nothing_more(run, manager):
    type(manager).objects.filter(pk=manager.pk).update(is_active=False)
    jobs.carry_out_run(run_id=run.pk, at=AT)
    assert not Deployment.objects.exists()


def test_d_6_a_right_that_ends_half_way_stops_the_rows_that_follow(run, manager):
    for row in run.rows.order_by("position")[:2]:
        actions.carry_out_row(row=row, at=AT)
    Membership.objects.filter(user=manager).update(ends_on=NOV - timedelta(days=1))
    jobs.carry_out_run(run_id=run.pk, at=AT)
    assert outcomes(run) == ["made", "made", "stays", "stays", "stays"]


def test_two_people_who_do_the_same_find_it_done(run, authority, sip):
    """The second run was looked at before the first was carried out: its rows are passed over."""
    other = people.member(Role.MANAGER, at=authority)
    pairs = [(sip, row.school) for row in run.rows.order_by("position")]
    second = confirmed("deploy", pairs, Terms(JAN), by=other, at=AT)
    jobs.carry_out_run(run_id=run.pk, at=AT)
    before = OutgoingEmail.objects.count()
    jobs.carry_out_run(run_id=second.pk, at=AT)
    assert outcomes(second) == ["passed"] * 5
    assert [row.because for row in second.rows.all()] == [[actions.DONE_ALREADY]] * 5
    assert set(second.rows.values_list("made", flat=True)) == set(run.rows.values_list("made", flat=True))
    assert (Deployment.objects.count(), OutgoingEmail.objects.count()) == (5, before)


@pytest.mark.parametrize("kind", ["move", "renew", "end"])
def test_the_same_done_twice_is_passed_over_for_every_kind(authority, manager, sip, kind):
    robin = make_partner("Robin Ward", sectors=HELD, authorities=[authority])
    (school,) = places(authority, 1)
    row = make_deployment(robin, school, starts_on=SEP, ends_on=date(2010, 8, 31))
    make_ready(sip, school, authority)
    terms = {
        "move": Terms(JAN, consulted_on=date(2009, 11, 9), why="Robin retires"), "renew": Terms(),
        "end": Terms(last_on=date(2009, 12, 18), why="Robin retires"),
    }[kind]  # fmt: skip
    runs = [confirmed(kind, [(row, sip if kind == "move" else robin)], terms, by=manager, at=AT) for _ in range(2)]
    jobs.carry_out_run(run_id=runs[0].pk, at=AT)
    before = list(Deployment.objects.order_by("pk").values_list("pk", "status", "ends_on")), OutgoingEmail.objects.count()
    jobs.carry_out_run(run_id=runs[1].pk, at=AT)
    assert [outcomes(one) for one in runs] == [["made"], ["passed"]]
    after = list(Deployment.objects.order_by("pk").values_list("pk", "status", "ends_on")), OutgoingEmail.objects.count()
    assert after == before


@pytest.mark.parametrize(("last_on", "says"), [(date(2010, 6, 30), "to 30 June 2010"), (None, "without a last day")])
def test_dep_10_a_renewal_is_of_what_was_looked_at(authority, manager, sip, last_on, says):
    (school,) = places(authority, 1)
    row = make_deployment(sip, school, starts_on=SEP, ends_on=date(2010, 8, 31))
    run = confirmed("renew", [(row, sip)], Terms(), by=manager, at=AT)
    Deployment.objects.filter(pk=row.pk).update(ends_on=last_on)
    jobs.carry_out_run(run_id=run.pk, at=AT)
    (kept,) = run.rows.all()
    assert kept.because == [f"It runs {says} since you looked at it. Look at it again before you go on."]
    assert Deployment.objects.get(pk=row.pk).ends_on == last_on


def test_a_row_that_the_database_breaks_off_waits_and_one_that_is_broken_says_so(run, monkeypatch):
    real, faults = bulk.propose_deployment, [OperationalError("deadlock detected"), RuntimeError("a fault"), None, None, None]

    def faulty(**more):
        if fault := faults.pop(0):
            raise fault
        return real(**more)

    monkeypatch.setattr(bulk, "propose_deployment", faulty)
    jobs.carry_out_run(run_id=run.pk, at=AT)
    run.refresh_from_db()
    assert (run.state, outcomes(run)) == ("working", ["goes", "stays", "made", "made", "made"])
    assert run.rows.get(position=1).because == [jobs.bulk.BROKEN]
    monkeypatch.undo()
    jobs.carry_out_run(run_id=run.pk, at=AT)
    run.refresh_from_db()
    assert (run.state, outcomes(run)) == ("done", ["made", "stays", "made", "made", "made"])


def test_a_run_looked_at_by_two_workers_is_looked_at_once(authority, sip, manager):
    run = prepared("deploy", [(sip, places(authority, 1)[0])], Terms(JAN), by=manager, at=AT)
    other = BulkRun.objects.select_related("authority", "made_by").get(pk=run.pk)
    jobs.look_at_run(run_id=run.pk, on=NOV, at=AT)
    jobs.look_at_run(run_id=run.pk, on=NOV, at=AT)
    with pytest.raises(OutOfDate):
        actions.look_at_run(run=other, on=NOV, at=AT)


def test_the_second_of_two_workers_who_look_at_once_does_nothing(authority, sip, manager, monkeypatch):
    run = prepared("deploy", [(sip, places(authority, 1)[0])], Terms(JAN), by=manager, at=AT)

    def other_was_first(**more):
        raise OutOfDate(["first"])

    monkeypatch.setattr("partners.jobs.bulk.look", other_was_first)
    jobs.look_at_run(run_id=run.pk, on=NOV, at=AT)
    run.refresh_from_db()
    assert run.state == "looking"


# ------------------------------------------------------------------------------------------------------ the actions


def test_a_run_needs_the_right_and_one_to_six_hundred_schools(authority, sip, manager):
    school = places(authority, 1)[0]
    officer = people.member(Role.OFFICER, at=authority)
    with pytest.raises(PermissionDenied):
        prepared("deploy", [(sip, school)], Terms(JAN), by=officer, at=AT)
    for rows in ([], [(sip, school)] * 601):
        with pytest.raises(MoveRefused, match="at most 600 schools"):
            prepared("deploy", rows, Terms(JAN), by=manager, at=AT)
    assert not BulkRun.objects.exists()


def test_confirming_needs_the_right_of_the_kind(authority, sip, manager, as_role):
    row = make_deployment(sip, places(authority, 1)[0], starts_on=SEP)
    run = looked_at("end", [(row, sip)], Terms(last_on=date(2009, 12, 18), why="Retires"), by=manager, at=AT)
    administrator = people.member(Role.ADMINISTRATOR, at=authority)
    with pytest.raises(PermissionDenied):
        actions.confirm_run(run=run, by=administrator, at=AT)
    client = as_role(user=administrator)
    assert "End 1 deployment</button>" not in words(client.get(run_page(run)))
    assert client.post(f"{run_page(run)}confirm/").status_code == 403
    run.refresh_from_db()
    assert run.state == "ready"


def test_the_loser_of_a_race_to_confirm_is_told_so(authority, sip, manager):
    run = looked_at("deploy", [(sip, places(authority, 1)[0])], Terms(JAN), by=manager, at=AT)
    stale = BulkRun.objects.select_related("authority").get(pk=run.pk)
    assert actions.confirm_run(run=run, by=manager, at=AT)
    assert not actions.confirm_run(run=run, by=manager, at=AT)
    assert not actions.confirm_run(run=stale, by=manager, at=AT)


def test_a_run_is_closed_once_and_not_while_a_row_waits(run):
    assert not actions.finish_run(run=run, at=AT)
    jobs.carry_out_run(run_id=run.pk, at=AT)
    stale = BulkRun.objects.get(pk=run.pk)
    assert not actions.finish_run(run=stale, at=AT)


def test_what_nobody_confirmed_is_given_up_at_night_and_its_rows_are_gone(client, authority, sip, manager, run):
    pair = (sip, make_school(authority=authority))
    old = looked_at("deploy", [pair], Terms(JAN), by=manager, at=AT - timedelta(hours=5))
    young = looked_at("deploy", [pair], Terms(JAN), by=manager, at=AT)
    jobs.go_on_with_runs(partition=authority.code, on=NOV, at=AT)
    assert [BulkRun.objects.get(pk=one.pk).state for one in (old, young, run)] == ["lapsed", "ready", "done"]
    assert not BulkRow.objects.filter(run=old).exists()
    assert "Nobody went on with this in time" in words(client.get(run_page(old)))


def test_a_run_says_whom_it_is_of_and_in_words_what_it_is(run):
    row = run.rows.first()
    assert str(run) == "Deploy 5"
    assert str(row) == "Ada Holt at School 000"
    assert run.audit_scope() == {"authority_id": run.authority_id}
    assert row.audit_scope()["school_id"] == row.school_id
    assert in_words(JAN) == "4 January 2010"
