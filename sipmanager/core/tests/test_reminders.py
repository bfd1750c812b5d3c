"""The night: one digest a person, each notice once, a failing step alone (DL-0, D-30)."""

from datetime import UTC, date, datetime

import pytest

from sipmanager.core import deadlines, jobs, reminders
from sipmanager.core.deadlines import Due, DueState, Person
from sipmanager.core.models import NightlyRun, Notice, OutgoingEmail

AT = datetime(2009, 11, 20, 1, 30, tzinfo=UTC)
ON = date(2009, 11, 20)
SIP, MANAGER = Person("sip@kent.example", "Pat Reed"), Person("manager@kent.example", "Jo Marsh")

pytestmark = pytest.mark.django_db


def due(subject, *, state=DueState.UPCOMING, stage="day-3", due_on=ON):
    return Due("DL-1", subject, "Share the draft", "Because", f"/{subject}/", SIP, due_on, state, stage, (MANAGER,))


@pytest.fixture
def owed(monkeypatch):
    rows = []
    monkeypatch.setattr(deadlines, "_sources", {"test": lambda *, partition, on: rows})
    return rows


def test_a_person_gets_one_digest_with_everything(owed):
    owed += [due("note:1"), due("note:2")]
    tally = reminders.send(partition="886", on=ON, at=AT)
    assert (tally.reminders_queued, tally.escalations_queued) == (2, 0)
    email = OutgoingEmail.objects.get()
    assert email.to == SIP.email
    assert "/note:1/" in email.body
    assert "/note:2/" in email.body


def test_the_night_run_twice_sends_nothing_twice(owed):  # ACT-18
    owed += [due("note:1", state=DueState.OVERDUE, stage="day-5")]
    first = reminders.send(partition="886", on=ON, at=AT)
    second = reminders.send(partition="886", on=ON, at=AT)
    assert (first.reminders_queued, first.escalations_queued) == (1, 1)
    assert (second.reminders_queued, second.escalations_queued) == (0, 0)
    assert Notice.objects.count() == 2
    assert sorted(OutgoingEmail.objects.values_list("to", flat=True)) == [MANAGER.email, SIP.email]


def test_what_is_met_and_what_has_reached_no_stage_is_silent(owed):
    owed += [due("note:1", state=DueState.MET), due("note:2", stage="")]
    assert reminders.send(partition="886", on=ON, at=AT).reminders_queued == 0
    assert not OutgoingEmail.objects.exists()


def test_a_role_that_nobody_holds_is_sent_nothing(owed):  # D-40
    nobody = Person("manager@886", "SIP manager")
    owed += [Due("DL-1", "note:1", "Share", "Why", "/n/", nobody, ON, DueState.OVERDUE, "day-5", (nobody, MANAGER))]
    tally = reminders.send(partition="886", on=ON, at=AT)
    assert (tally.reminders_queued, tally.escalations_queued) == (0, 1)
    assert OutgoingEmail.objects.get().to == MANAGER.email


def test_a_dry_run_counts_and_writes_nothing(owed):
    owed += [due("note:1")]
    assert reminders.send(partition="886", on=ON, at=AT, dry_run=True).reminders_queued == 1
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
    tally = reminders.send(partition="886", on=ON, at=AT)
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
