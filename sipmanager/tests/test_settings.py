"""Settings come from named variables, and a server does not start with unsafe ones."""

import json
import os
import re
import subprocess
import sys

import pytest
from django.core.exceptions import ImproperlyConfigured

from sipmanager import production
from sipmanager.dev.check import production_environment
from sipmanager.testing import ROOT

from .files import text_of, variables_in_example, variables_in_settings

ASK = """
import json, sys
from sipmanager import settings
print(json.dumps({name: getattr(settings, name) for name in sys.argv[1:]}, default=str))
"""


def settings_under(variables: dict, *names: str) -> dict:
    """The named settings as a fresh process reads them from `variables` alone."""
    environment = {"PATH": os.environ["PATH"], **variables}
    command = [sys.executable, "-c", ASK, *names]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def test_the_example_lists_exactly_the_variables_that_settings_read():
    example = variables_in_example()
    assert len(example) == len(set(example))
    assert set(example) == variables_in_settings()


def test_no_other_module_of_the_service_reads_the_environment():
    doors = {"settings.py", "wsgi.py", "asgi.py", "celery.py", "testing.py"}
    readers = []
    for app in ("sipmanager", "accounts", "schools", "partners", "visits", "qa"):
        for path in (ROOT / app).rglob("*.py"):
            inside = path.relative_to(ROOT).as_posix()
            if path.name in doors or "/dev/" in inside or "/tests/" in inside:
                continue
            if re.search(r"\bos\.(environ|getenv)\b", path.read_text(encoding="utf-8")):
                readers.append(inside)
    assert readers == []


def test_a_blank_variable_counts_as_absent():
    names = [
        "DEBUG",
        "PRETEND_IT_IS",
        "REDIS_URL",
        "SITE_URL",
        "EMAIL_BACKEND",
        "DATABASES",
        "SESSION_IDLE_MINUTES",
        "ALLOWED_HOSTS",
    ]
    assert settings_under(dict.fromkeys(variables_in_settings(), ""), *names) == settings_under({}, *names)


def test_without_a_database_address_it_keeps_sqlite_with_a_journal_that_lets_readers_and_a_writer_meet():
    database = settings_under({}, "DATABASES")["DATABASES"]["default"]
    assert database["ENGINE"] == "django.db.backends.sqlite3"
    assert database["NAME"].endswith("var/sipmanager.sqlite3")
    assert database["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert "journal_mode = WAL" in database["OPTIONS"]["init_command"]
    assert database["OPTIONS"]["timeout"] >= 20


def test_postgresql_connections_are_kept_open():
    database = settings_under({"DATABASE_URL": "postgres://u:p@db:5432/sip"}, "DATABASES")["DATABASES"]["default"]
    assert database["ENGINE"] == "django.db.backends.postgresql"
    assert database["CONN_MAX_AGE"] > 0
    assert database["CONN_HEALTH_CHECKS"] is True


def test_redis_is_broker_and_cache_where_there_is_one():
    found = settings_under({"REDIS_URL": "redis://redis:6379/0"}, "CACHES", "CELERY_BROKER_URL")
    assert found["CELERY_BROKER_URL"] == "redis://redis:6379/0"
    assert found["CACHES"]["default"]["LOCATION"] == "redis://redis:6379/0"
    assert "RedisCache" in found["CACHES"]["default"]["BACKEND"]


def test_without_redis_the_queue_is_a_folder():
    found = settings_under({}, "CELERY_BROKER_URL", "CELERY_BROKER_TRANSPORT_OPTIONS")
    assert found["CELERY_BROKER_URL"] == "filesystem://"
    options = found["CELERY_BROKER_TRANSPORT_OPTIONS"]
    assert options["data_folder_in"] == options["data_folder_out"]


def test_nothing_is_mailed_until_sending_is_switched_on():
    assert settings_under({}, "MAIL_SENDING")["MAIL_SENDING"] is False
    assert settings_under({"MAIL_SENDING": "on"}, "MAIL_SENDING")["MAIL_SENDING"] is True


def test_the_night_and_the_delivery_of_mail_are_scheduled():
    schedule = settings_under({}, "CELERY_BEAT_SCHEDULE")["CELERY_BEAT_SCHEDULE"]
    assert {entry["task"] for entry in schedule.values()} == {
        "sipmanager.core.tasks.nightly",
        "sipmanager.core.tasks.end_of_night",
        "sipmanager.core.tasks.deliver_mail",
    }


def test_every_scheduled_task_exists():
    from sipmanager.celery import app

    app.loader.import_default_modules()
    assert {entry["task"] for entry in app.conf.beat_schedule.values()} <= set(app.tasks)


def test_production_cookies_and_headers_are_strict():
    names = [
        "SESSION_COOKIE_SECURE",
        "CSRF_COOKIE_SECURE",
        "SECURE_SSL_REDIRECT",
        "SECURE_HSTS_SECONDS",
        "DJANGO_ADMIN",
        "DEMONSTRATION",
    ]
    found = settings_under(production_environment(), *names)
    assert found.pop("SECURE_HSTS_SECONDS") > 0
    assert found.pop("DJANGO_ADMIN") is False
    assert found.pop("DEMONSTRATION") is False
    assert set(found.values()) == {True}


def test_scripts_run_only_with_a_nonce_or_from_here(client):
    policy = client.get("/health/").headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe-inline" not in policy
    assert "unsafe-eval" not in policy


def test_a_session_ends_after_thirty_idle_minutes_unless_set_otherwise():
    """SPM-17."""
    assert settings_under({}, "SESSION_IDLE_MINUTES")["SESSION_IDLE_MINUTES"] == 30
    assert settings_under({"SESSION_IDLE_MINUTES": "45"}, "SESSION_IDLE_MINUTES")["SESSION_IDLE_MINUTES"] == 45


# What a server refuses.


@pytest.fixture
def production_settings(settings):
    settings.DEBUG = False
    settings.DEMONSTRATION = False
    settings.PRETEND_IT_IS = None
    settings.SECRET_KEY = "0123456789abcdef" * 4
    settings.SITE_URL = "https://sip.example.org"
    settings.ALLOWED_HOSTS = ["sip.example.org"]
    settings.MAIL_SENDING = True
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    return settings


def test_sound_settings_start(production_settings):
    assert production.unsafe_settings() == []


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("SECRET_KEY", "insecure-only-for-commands-and-for-make-run-on-127.0.0.1", "SECRET_KEY is not set"),
        ("SECRET_KEY", "short", "SECRET_KEY is too short"),
        ("SECRET_KEY", "a" * 80, "SECRET_KEY is too short"),
        ("ALLOWED_HOSTS", [], "ALLOWED_HOSTS names no host"),
        ("ALLOWED_HOSTS", ["*"], "ALLOWED_HOSTS lets in every host"),
        ("SITE_URL", "http://sip.example.org", "SITE_URL is not an https address"),
        ("EMAIL_BACKEND", "django.core.mail.backends.dummy.EmailBackend", "EMAIL_URL names no mail server"),
        ("PRETEND_IT_IS", "2009-11-16", "PRETEND_IT_IS is for demonstrations only"),
        ("DEBUG", True, "DEBUG is on although the server answers to sip.example.org"),
    ],
)
def test_a_server_refuses_to_start(production_settings, name, value, says):
    setattr(production_settings, name, value)
    with pytest.raises(ImproperlyConfigured, match=re.escape(says)):
        production.refuse_unsafe_start()


def test_everything_wrong_is_said_at_once(production_settings):
    production_settings.SECRET_KEY = "short"
    production_settings.ALLOWED_HOSTS = []
    assert len(production.unsafe_settings()) == 2


def test_debug_starts_on_this_machine_alone(production_settings):
    production_settings.DEBUG = True
    production_settings.ALLOWED_HOSTS = ["127.0.0.1", "localhost"]
    assert production.unsafe_settings() == []


@pytest.mark.parametrize("door", ["sipmanager.wsgi", "sipmanager.asgi"])
def test_the_web_doors_refuse_a_default_key(door):
    environment = {"PATH": os.environ["PATH"], "SITE_URL": "https://sip.example.org", "ALLOWED_HOSTS": "sip.example.org"}
    done = subprocess.run(
        [sys.executable, "-c", f"import {door}"], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode != 0
    assert "SECRET_KEY is not set" in done.stderr


@pytest.mark.parametrize("kind", ["worker", "beat"])
def test_worker_and_beat_refuse_a_default_key(kind):
    environment = {"PATH": os.environ["PATH"], "SITE_URL": "https://sip.example.org", "ALLOWED_HOSTS": "sip.example.org"}
    command = [sys.executable, "-m", "celery", "-A", "sipmanager", kind]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode != 0
    assert "SECRET_KEY is not set" in done.stdout + done.stderr


def test_commands_need_no_setting_at_all():
    done = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_the_licence_is_mit():
    assert text_of("LICENSE").startswith("MIT License")
