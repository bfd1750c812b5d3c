"""What the pytest plug-in promises to every test."""

import socket
import urllib.request
from datetime import UTC, date, datetime

import pytest
from django.utils import timezone

from sipmanager.core import clock
from sipmanager.testing import accessibility_faults


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
