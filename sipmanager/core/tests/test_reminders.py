"""The night: one digest a person and day, each notice once, a failing step alone (DL-0, D-30)."""

from datetime import UTC, date, datetime

import pytest

from sipmanager.core import deadlines, jobs, reminders, tasks
from sipmanager.core.deadlines import Due, DueState, Person
from sipmanager.core.models import Digest, NightlyRun, Notice, OutgoingEmail

AT = datetime(2009, 11, 20, 1, 30, tzinfo=UTC)
ON = date(2009, 11, 20)
SIP, MANAGER = Person("sip@kent.example", "Pat Reed"), Person("manager@kent.example", "Jo Marsh")

pytestmark = pytest.mark.django_db


def due(subject, *, state=DueState.UPCOMING, stage="day-3", due_on=ON, authority=None):
    return Due(
        "DL-1", subject, "Share the draft", "Because", f"/{subject}/", SIP, due_on, state, stage, (MANAGER,), authority
    )  # fmt: skip


def send(on=ON, *, partitions=("886",), dry_run=False) -> jobs.Tally:
    """One night's digests; the tallies of all partitions together."""
    total = jobs.Tally()
    for tally in reminders.send(partitions=partitions, on=on, at=AT, dry_run=dry_run).values():
        total.add(tally)
    return total


@pytest.fixture
def owed(monkeypatch):
    rows = []
    monkeypatch.setattr(deadlines, "_sources", {"test": lambda *, partition, on: rows})
    return rows


def test_a_person_gets_one_digest_with_everything(owed):
    owed += [due("note:1"), due("note:2")]
    tally = send()
    assert (tally.reminders_queued, tally.escalations_queued) == (2, 0)
    email = OutgoingEmail.objects.get()
    assert email.to == SIP.email
    assert "/note:1/" in email.body
    assert "/note:2/" in email.body


def test_the_night_run_twice_sends_nothing_twice(owed):  # ACT-18
    owed += [due("note:1", state=DueState.OVERDUE, stage="day-5")]
    first = send()
    second = send()
    assert (first.reminders_queued, first.escalations_queued) == (1, 1)
    assert (second.reminders_queued, second.escalations_queued) == (0, 0)
    assert Notice.objects.count() == 2
    assert sorted(OutgoingEmail.objects.values_list("to", flat=True)) == [MANAGER.email, SIP.email]


@pytest.fixture
def owed_in(monkeypatch):
    """What is owed in each of two authorities."""
    rows = {"886": [], "990": []}
    monkeypatch.setattr(deadlines, "_sources", {"test": lambda *, partition, on: rows[partition]})
    return rows


def test_dl_0_a_person_in_two_authorities_gets_one_message_a_day(owed_in):
    owed_in["886"] += [due("note:1", authority=1)]
    owed_in["990"] += [due("note:2", authority=2), due("note:3", state=DueState.OVERDUE, stage="", authority=2)]
    tallies = reminders.send(partitions=["886", "990"], on=ON, at=AT)
    assert [(tally.reminders_queued, tally.escalations_queued) for tally in tallies.values()] == [(1, 0), (1, 1)]
    email = OutgoingEmail.objects.get(to=SIP.email)
    assert "/note:1/" in email.body
    assert "/note:2/" in email.body
    assert email.authority_id is None, "what speaks of two authorities is in the outbox of neither"
    assert OutgoingEmail.objects.get(to=MANAGER.email).authority_id == 2


def test_dl_0_what_comes_after_the_days_message_waits_for_the_next_day(owed):
    owed += [due("note:1")]
    send()
    owed += [due("note:2")]
    assert send().reminders_queued == 0
    assert Notice.objects.count() == 1
    assert send(on=date(2009, 11, 21)).reminders_queued == 1
    assert "/note:2/" in OutgoingEmail.objects.latest("pk").body
    assert Digest.objects.filter(recipient=SIP.email).count() == 2


def test_two_hosts_that_end_the_night_at_once_send_one_message(owed, monkeypatch):
    owed += [due("note:1")]
    real = reminders._digest

    def overtaken(person, lines, **when):
        real(person, lines, **when)  # the other host, between this one's question and its answer
        real(person, lines, **when)

    monkeypatch.setattr(reminders, "_digest", overtaken)
    assert send().reminders_queued == 0
    assert OutgoingEmail.objects.count() == 1
    assert Notice.objects.count() == 1


def test_one_authority_that_cannot_say_what_is_owed_leaves_the_others(owed_in, monkeypatch):
    def source(*, partition, on):
        if partition == "886":
            raise ValueError("broken")
        return [due("note:2")]

    monkeypatch.setattr(deadlines, "_sources", {"test": source})
    tallies = reminders.send(partitions=["886", "990"], on=ON, at=AT)
    assert [row["subject"] for row in tallies["886"].failures] == ["886"]
    assert tallies["990"].reminders_queued == 1


def test_what_is_met_and_what_has_reached_no_stage_is_silent(owed):
    owed += [due("note:1", state=DueState.MET), due("note:2", stage="")]
    assert send().reminders_queued == 0
    assert not OutgoingEmail.objects.exists()


def test_a_role_that_nobody_holds_is_sent_nothing(owed):  # D-40
    nobody = Person("manager@886", "SIP manager")
    owed += [Due("DL-1", "note:1", "Share", "Why", "/n/", nobody, ON, DueState.OVERDUE, "day-5", (nobody, MANAGER))]
    tally = send()
    assert (tally.reminders_queued, tally.escalations_queued) == (0, 1)
    assert OutgoingEmail.objects.get().to == MANAGER.email


def test_a_dry_run_counts_and_writes_nothing(owed):
    owed += [due("note:1")]
    assert send(dry_run=True).reminders_queued == 1
    assert not Notice.objects.exists()
    assert not OutgoingEmail.objects.exists()


def test_one_digest_that_fails_leaves_the_others_and_is_reported(owed, monkeypatch):
    other = Person("other@kent.example", "Lee Ward")
    owed += [due("note:1"), Due("DL-4", "note:2", "Answer", "Why", "/n/", other, ON, DueState.DUE, "day-5")]
    real = reminders._digest

    def broken(person, *args, **kwargs):
        if person == other:
            raise ValueError("no such mailbox")
        return real(person, *args, **kwargs)

    monkeypatch.setattr(reminders, "_digest", broken)
    tally = send()
    assert tally.reminders_queued == 1
    assert [row["subject"] for row in tally.failures] == [other.email]


def test_a_step_that_fails_does_not_take_the_night_with_it(monkeypatch):
    done = []

    def breaks(**_):
        raise RuntimeError("broken step")

    def works(**_):
        done.append(1)
        return jobs.Tally(states_changed=1)

    monkeypatch.setattr(jobs, "_steps", [(1, "breaks", breaks), (2, "works", works)])
    tally = jobs.run_partition(partition="886", on=ON, at=AT)
    assert done == [1]
    assert tally.states_changed == 1
    assert tally.failures[0]["step"] == "breaks"
    run = NightlyRun.objects.get()
    assert run.ended_at is not None
    assert run.failures == tally.failures


def test_the_night_visits_every_partition(monkeypatch):
    seen = []
    monkeypatch.setattr(jobs, "_partitions", [lambda: ["national", "886"]])
    monkeypatch.setattr(jobs, "_steps", [(1, "see", lambda *, partition, **_: seen.append(partition) or jobs.Tally())])
    jobs.run_night(on=ON, at=AT, dry_run=True)
    assert seen == ["national", "886"]
    assert not NightlyRun.objects.exists()


@pytest.fixture
def two_authorities(monkeypatch):
    """Two partitions without steps, and a last thing that counts two reminders in one of them."""
    monkeypatch.setattr(jobs, "_partitions", [lambda: ["886", "990"]])
    monkeypatch.setattr(jobs, "_steps", [])
    ended = []

    def last(*, partitions, on, at, dry_run):
        ended.append((on, dry_run))
        return {"886": jobs.Tally(), "990": jobs.Tally(reminders_queued=2)}

    monkeypatch.setattr(jobs, "_lasts", {"last": last})
    return ended


def test_the_last_partition_ends_the_night_once(two_authorities, clock_at):
    clock_at("2009-11-20 04:15")
    tasks.nightly_partition("886", ON.isoformat(), AT.isoformat())
    assert two_authorities == []
    tasks.nightly_partition("990", ON.isoformat(), AT.isoformat())
    assert two_authorities == [(ON, False)]
    assert list(NightlyRun.objects.order_by("partition").values_list("partition", "reminders_queued")) == [
        ("886", 0),
        ("990", 2),
    ]


def test_a_run_of_an_earlier_night_does_not_end_this_one(two_authorities, clock_at):
    NightlyRun.objects.create(partition="990", on=ON, started_at=AT, ended_at=AT)
    clock_at("2009-11-20 04:15")
    tasks.nightly_partition("886", ON.isoformat(), "2009-11-20T04:15:00+00:00")
    assert two_authorities == []


def test_the_schedule_ends_a_night_that_lost_a_partition(two_authorities, clock_at):
    clock_at("2009-11-20 06:15")
    tasks.end_of_night()
    assert two_authorities == [(ON, False)]
    assert NightlyRun.objects.get().partition == "990"


def test_the_whole_night_in_one_process_ends_once(two_authorities):
    assert jobs.run_night(on=ON, at=AT, dry_run=True).reminders_queued == 2
    assert two_authorities == [(ON, True)]
    assert not NightlyRun.objects.exists()


def test_what_fails_last_is_reported_where_national_staff_see_it(two_authorities, monkeypatch):
    def breaks(**_):
        raise RuntimeError("broken")

    monkeypatch.setattr(jobs, "_lasts", {"breaks": breaks})
    tally = jobs.run_night(on=ON, at=AT)
    assert [row["step"] for row in tally.failures] == ["breaks"]
    assert NightlyRun.objects.get(partition="national").failures == tally.failures
