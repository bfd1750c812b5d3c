"""The night from beat to the letter box: each reminder once, whatever was missed or repeated (ACT-18, DL-0, D-30)."""

from datetime import date

import pytest
from django.utils import timezone

from sipmanager.core import jobs
from sipmanager.core.models import EmailState, NightlyRun, Notice, OutgoingEmail
from visits.states import NoteState
from visits.tests.factories import make_note

from .test_broker import beat_fires

VISITED = date(2009, 11, 10)  # Tuesday: the draft is due on Tuesday 17 November
MONDAY = date(2009, 11, 16)


def digests(person) -> list[OutgoingEmail]:
    return list(OutgoingEmail.objects.filter(kind="digest", to=person.email).order_by("pk"))


def night(note, on: date) -> jobs.Tally:
    at = timezone.make_aware(timezone.datetime(on.year, on.month, on.day, 1, 30))
    tally = jobs.run_partition(partition=note.people.authority.code, on=on, at=at)
    tally.add(jobs.end_night(on=on, at=at))
    return tally


@pytest.mark.django_db
def test_act_18_a_night_run_twice_sends_each_reminder_once():
    note = make_note(NoteState.DRAFTING, day=VISITED)
    first = night(note, MONDAY)
    assert first.failures == []
    asked = set(Notice.objects.filter(recipient=note.people.sip.email).values_list("key", flat=True))
    assert [key for key in asked if key.startswith("DL-1:")] == [f"DL-1:note:{note.pk}:2009-11-17:day-3"]
    assert first.reminders_queued + first.escalations_queued == Notice.objects.count()
    second = night(note, MONDAY)
    assert (second.reminders_queued, second.escalations_queued) == (0, 0)
    assert len(digests(note.people.sip)) == 1


@pytest.mark.django_db
def test_act_18_three_missed_nights_are_made_good_with_one_message():
    note = make_note(NoteState.DRAFTING, day=VISITED)
    night(note, date(2009, 11, 19))  # Thursday; nothing ran on the days of the first and the last reminder
    (digest,) = digests(note.people.sip)
    of_the_note = digest.notices.filter(key__startswith="DL-1:")
    assert of_the_note.count() <= 2  # the last reminder, and that the day has passed
    assert not Notice.objects.filter(key__endswith=":day-3").exists()
    assert len(digests(note.people.line_manager)) == 1
    before = Notice.objects.filter(key__startswith="DL-1:").count()
    night(note, date(2009, 11, 20))
    assert Notice.objects.filter(key__startswith="DL-1:").count() == before


@pytest.mark.django_db
def test_a_night_that_ran_every_day_sends_each_stage_once():
    note = make_note(NoteState.DRAFTING, day=VISITED)
    for day in range(10, 24):
        night(note, date(2009, 11, day))
    keys = list(Notice.objects.filter(recipient=note.people.sip.email).values_list("key", flat=True))
    stages = [key.rsplit(":", 1)[1] for key in keys if key.startswith("DL-1:")]
    assert sorted(stages) == ["day-3", "day-5", "overdue"]


@pytest.mark.django_db
def test_what_was_done_in_time_is_never_mentioned():
    note = make_note(NoteState.DISTRIBUTED, preset="learning_trust", day=VISITED)
    night(note, date(2009, 11, 19))
    assert not Notice.objects.filter(key__contains=f":note:{note.pk}:").exists()
    assert not OutgoingEmail.objects.filter(kind="digest", body__contains=f"/notes/{note.pk}/").exists()


@pytest.fixture
def that_monday(monkeypatch, settings):
    """The worker's clock and the test's stand on the Monday (D-34)."""
    monkeypatch.setenv("PRETEND_IT_IS", MONDAY.isoformat())
    monkeypatch.setenv("DEMONSTRATION", "on")
    settings.PRETEND_IT_IS = MONDAY


@pytest.mark.broker
def test_act_18_beat_queues_the_night_the_worker_sends_it_and_neither_repeats(that_monday, broker):
    note = make_note(NoteState.DRAFTING, day=VISITED)
    partitions = len(jobs.partitions())

    def nights() -> int:
        return NightlyRun.objects.filter(on=MONDAY, ended_at__isnull=False).count()

    beat_fires("nightly")
    broker.wait_for(lambda: nights() == partitions, seconds=90)
    assert NightlyRun.objects.exclude(failures=[]).count() == 0
    broker.wait_for(lambda: len(digests(note.people.sip)) == 1, seconds=90)  # it looks at every authority in one go

    beat_fires("nightly")
    broker.wait_for(lambda: nights() == 2 * partitions, seconds=90)
    beat_fires("end-of-night")
    (digest,) = digests(note.people.sip)

    OutgoingEmail.objects.update(not_before=None)  # it was queued at night, and waits for the morning
    beat_fires("deliver-mail")
    broker.wait_for(lambda: OutgoingEmail.objects.get(pk=digest.pk).state == EmailState.SENT)
    beat_fires("deliver-mail")
    beat_fires("deliver-mail")
    broker.wait_for(lambda: not OutgoingEmail.objects.filter(state=EmailState.QUEUED).exists())
    sent = "".join(path.read_text(encoding="utf-8") for path in broker.mail.iterdir())
    assert sent.count(f"Message-ID: <{digest.pk}.digest@") == 1
    assert f"/notes/{note.pk}/" in sent
    assert "What was seen of" not in sent
