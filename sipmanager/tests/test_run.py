"""`make run` needs no server, asks nothing and ends cleanly."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager

import pytest

from sipmanager.dev import machine
from sipmanager.dev.services import ServiceDidNotStart, start_postgresql, start_valkey
from sipmanager.testing import ROOT

from .files import text_of


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def running(tmp_path, port: int):
    environment = {
        "PATH": os.environ["PATH"],
        "DEBUG": "on",
        "PORT": str(port),
        "PRETEND_IT_IS": "2009-11-16",
        "VAR_DIR": str(tmp_path / "var"),
    }
    command = [sys.executable, "-m", "sipmanager.dev.run"]
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        yield process
    finally:
        process.kill()
        process.wait(timeout=30)
        process.stdout.close()  # what it started may hold the other end a little longer


def wait_until_it_answers(port: int, process) -> None:
    until = time.monotonic() + 240
    while time.monotonic() < until and process.poll() is None:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/health/ready/", timeout=5) as answer:
                assert answer.status == 200
                return
        except OSError:
            time.sleep(0.2)
    pytest.fail("it did not answer")


def lines_until_welcome(process) -> list[str]:
    lines = []
    for line in process.stdout:
        lines.append(line)
        if line.startswith("Ctrl-C stops it"):
            return lines
    pytest.fail(f"it ended by itself: {''.join(lines)[-3000:]}")


@pytest.mark.broker
def test_it_starts_web_and_worker_says_where_it_is_and_stops_both(tmp_path):
    port = free_port()
    with running(tmp_path, port) as process:
        lines = lines_until_welcome(process)
        wait_until_it_answers(port, process)
        assert f"SIP Manager is at http://127.0.0.1:{port}/  (it takes today for 2009-11-16)\n" in lines
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=30) == 0
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0


def test_a_port_in_use_is_said_in_one_line(tmp_path):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with running(tmp_path, port) as process:
            output, _ = process.communicate(timeout=60)
    assert process.returncode == 1
    assert output == f"Port {port} is in use. Choose another: make run PORT={port + 1}\n"


# What the machine must bring.


@pytest.fixture
def bare_machine(monkeypatch):
    """A machine without Pango and Chromium on which nothing can be installed."""
    monkeypatch.setitem(machine.NEEDS, "pango", (lambda: False, *machine.NEEDS["pango"][1:]))
    monkeypatch.setitem(machine.NEEDS, "chromium", (lambda: False, *machine.NEEDS["chromium"][1:]))
    monkeypatch.setattr(machine, "can_install", lambda: False)


def test_what_is_missing_is_named_in_one_line_each_and_the_rest_goes_on(bare_machine, capsys):
    machine.main("test")
    pango, chromium = capsys.readouterr().err.splitlines()
    assert pango.startswith(
        "Pango is missing, so no PDF can be made. On Debian or Ubuntu: sudo apt-get install libpango-1.0-0 "
    )
    assert chromium.startswith("Chromium is missing, so the browser journeys cannot run. On Debian or Ubuntu: ")
    assert chromium.endswith("sudo apt-get install chromium")


def test_running_the_service_needs_no_browser(bare_machine, capsys):
    machine.main("run")
    assert "Chromium" not in capsys.readouterr().err


def test_what_is_missing_is_installed_where_the_machine_allows_it(bare_machine, monkeypatch, capsys):
    installed = []
    monkeypatch.setattr(machine, "can_install", lambda: True)
    monkeypatch.setattr(machine, "install", installed.extend)
    machine.main("test")
    assert installed == [*machine.PANGO_PACKAGES, "chromium"]


# Real services for the tests.


def test_a_fresh_postgresql_answers_and_leaves_nothing_behind():
    import psycopg2

    server = start_postgresql()
    connection = psycopg2.connect(server.url)
    with connection.cursor() as cursor:
        cursor.execute("CREATE EXTENSION btree_gist")
        cursor.execute("CREATE EXTENSION pg_trgm")
        cursor.execute("SHOW server_encoding")
        assert cursor.fetchone() == ("UTF8",)
    connection.close()
    server.stop()
    assert server.process.poll() is not None
    assert not server.folder.exists()


def test_postgresql_opens_no_existing_folder_to_others(tmp_path):
    before = {folder: folder.stat().st_mode for folder in ROOT.parents}
    server = start_postgresql()
    server.stop()
    assert {folder: folder.stat().st_mode for folder in ROOT.parents} == before


def test_postgresql_starts_from_a_private_folder_too(monkeypatch):
    monkeypatch.setattr("sipmanager.dev.services._is_open_to_all", lambda path: False)
    server = start_postgresql()
    assert server.process.poll() is None
    server.stop()
    assert not server.folder.exists()


def test_a_fresh_valkey_answers_and_leaves_nothing_behind():
    import redis

    server = start_valkey()
    with redis.Redis.from_url(server.url) as client:
        assert client.ping()
    server.stop()
    assert server.process.poll() is not None
    assert not server.folder.exists()


def test_a_service_that_does_not_start_says_why(monkeypatch):
    monkeypatch.setattr("sipmanager.dev.services.POSTGRESQL_OPTIONS", ["no_such_option=1"])
    with pytest.raises(ServiceDidNotStart, match="no_such_option"):
        start_postgresql()


# The commands.


@pytest.mark.parametrize("name", ["run", "setup", "test", "check", "fix", "bench", "docs", "nightly"])
def test_make_alone_lists_the_commands(name):
    listed = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert f"make {name} " in listed


def test_ci_runs_the_checks_and_the_suite_and_skips_nothing():
    script = text_of(".ci/run")
    assert "set -euo pipefail" in script
    assert "export CI=true" in script
    assert "\nmake check" in script
    assert "\nmake test" in script
    assert os.access(ROOT / ".ci/run", os.X_OK)
