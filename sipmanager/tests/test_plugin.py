"""What the pytest plug-in promises to every test."""

import os
import socket
import subprocess
import sys
import urllib.request
from datetime import UTC, date, datetime

import pytest
from django.utils import timezone

from sipmanager.core import clock
from sipmanager.testing import ROOT, accessibility_faults


@pytest.mark.parametrize("host", ["192.0.2.1", "example.org"])
def test_no_test_reaches_another_machine(host):
    with pytest.raises(RuntimeError, match="tests reach this machine only"):
        socket.create_connection((host, 80), timeout=1)


def test_a_test_reaches_its_own_machine():
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        with socket.create_connection(server.getsockname(), timeout=1) as client:
            assert client.getpeername() == server.getsockname()


def test_the_clock_stands_where_a_test_puts_it(clock_at):
    clock_at("2009-11-16 16:00")  # Monday
    assert timezone.now() == datetime(2009, 11, 16, 16, tzinfo=UTC)
    clock_at("2009-07-01")  # Wednesday, in summer time
    assert timezone.now() == datetime(2009, 7, 1, 8, tzinfo=UTC)
    assert clock.today() == date(2009, 7, 1)


def test_the_clock_is_let_go_after_a_test():
    assert timezone.now().year > 2020


@pytest.mark.postgres
@pytest.mark.django_db
def test_the_postgresql_run_is_on_postgresql():
    from django.db import connection

    assert connection.vendor == "postgresql"


@pytest.mark.browser
def test_a_real_browser_reads_the_live_server(page, live_server):
    response = page.goto("/health/")
    assert response.status == 200
    assert "ok" in page.content()
    with urllib.request.urlopen(f"{live_server.url}/health/") as answer:
        assert answer.status == 200


@pytest.mark.browser
def test_the_browser_finds_faults_of_accessibility(page):
    page.goto("/health/")
    page.set_content("<html lang=en><title>t</title><body><img src='data:,'></body></html>")
    assert any(fault.startswith("image-alt") for fault in accessibility_faults(page))


def suite_of(tmp_path, text: str, **environment) -> subprocess.CompletedProcess:
    """A suite of one file, run as `make test` runs the real one."""
    file = tmp_path / "test_one.py"
    file.write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-c", str(ROOT / "pytest.ini"), "-p", "no:cacheprovider", str(file)]
    surroundings = {"PATH": os.environ["PATH"], **environment}
    return subprocess.run(command, cwd=ROOT, env=surroundings, capture_output=True, text=True, check=False)


SKIPS = """
import pytest

def test_that_runs():
    pass

def test_that_needs_something():
    pytest.skip("there is no such thing here")
"""


def test_what_could_not_run_is_said_in_one_line(tmp_path):
    done = suite_of(tmp_path, SKIPS)
    assert done.returncode == 0
    assert "could not run: 1 tests: there is no such thing here\n" in done.stdout


def test_ci_fails_where_a_part_was_skipped(tmp_path):
    done = suite_of(tmp_path, SKIPS, CI="true")
    assert done.returncode == 1
    assert "could not run: 1 tests: there is no such thing here (CI must run everything: failed)" in done.stdout


def test_a_warning_fails_a_test(tmp_path):
    done = suite_of(tmp_path, "import warnings\n\ndef test_it():\n    warnings.warn('old')\n")
    assert done.returncode == 1
    assert "UserWarning: old" in done.stdout


def test_an_undefined_variable_in_a_template_fails_a_test(tmp_path):
    text = "from django.template import engines\n\ndef test_it():\n    engines['django'].from_string('{{ who }}').render({})\n"
    done = suite_of(tmp_path, text)
    assert done.returncode == 1
    assert "Undefined template variable 'who'" in done.stdout


def test_the_callers_settings_do_not_reach_the_tests(tmp_path):
    text = "from django.conf import settings\n\ndef test_it():\n    assert not settings.DEBUG and not settings.REDIS_URL\n"
    done = suite_of(tmp_path, text, DEBUG="on", REDIS_URL="redis://elsewhere:6379", DATABASE_URL="sqlite:////nowhere/x")
    assert done.returncode == 0, done.stdout
