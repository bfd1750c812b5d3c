"""The Celery application: one queue, tasks in each app's `tasks.py`, the schedule in settings."""

import os

from celery import Celery
from celery.signals import beat_init, worker_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sipmanager.settings")

app = Celery("sipmanager")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_init.connect
@beat_init.connect
def refuse_an_unsafe_start(**_) -> None:
    """A worker or beat refuses what the web server refuses. Celery swallows any exception here but SystemExit."""
    from sipmanager.production import unsafe_settings

    if problems := unsafe_settings():
        raise SystemExit("SIP Manager does not start like this: " + " ".join(problems))
