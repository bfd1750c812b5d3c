"""A real broker and a real worker: what beat queues is done, once."""

from datetime import timedelta

import pytest
from celery.beat import Scheduler
from django.utils import timezone

from sipmanager.celery import app
from sipmanager.core.models import EmailState, OutgoingEmail

pytestmark = pytest.mark.broker


@pytest.fixture
def queued(broker):
    """A message that is due."""
    return OutgoingEmail.objects.create(
        to="head@school.example",
        kind="test",
        subject="A note waits for you",
        body="https://sip.example.org/notes/1/",
        queued_at=timezone.now() - timedelta(minutes=1),
    )


def beat_fires(name: str) -> None:
    """The scheduler that beat runs queues the entry as it does when its time has come."""
    scheduler = Scheduler(app=app, lazy=True)
    scheduler.setup_schedule()
    scheduler.apply_entry(scheduler.schedule[name])


def state_of(email: OutgoingEmail) -> str:
    return OutgoingEmail.objects.get(pk=email.pk).state


def test_beat_queues_the_delivery_and_the_worker_delivers_once(broker, queued):
    beat_fires("deliver-mail")
    broker.wait_for(lambda: state_of(queued) == EmailState.SENT)
    assert len(list(broker.mail.iterdir())) == 1

    beat_fires("deliver-mail")
    beat_fires("deliver-mail")
    later = OutgoingEmail.objects.create(
        to="chair@school.example", kind="test", subject="Another", body="", queued_at=timezone.now() - timedelta(minutes=1)
    )
    beat_fires("deliver-mail")
    broker.wait_for(lambda: state_of(later) == EmailState.SENT)
    sent = "".join(path.read_text(encoding="utf-8") for path in broker.mail.iterdir())
    assert sent.count("To: head@school.example") == 1
    assert sent.count("To: chair@school.example") == 1


def test_beat_queues_the_night_and_the_worker_runs_every_partition(broker):
    beat_fires("nightly")
    broker.wait_for(lambda: "sipmanager.core.tasks.nightly" in broker.log.read_text(encoding="utf-8", errors="replace"))
    broker.wait_for(lambda: "succeeded" in broker.log.read_text(encoding="utf-8", errors="replace"))
