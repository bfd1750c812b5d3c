"""The pytest plug-in of this project, loaded by `pytest.ini` before the settings are.

`--database sqlite` (the default) or `--database postgresql` chooses where the suite runs: a fresh file, or the server of
DATABASE_URL, or, without that variable, a fresh PostgreSQL of its own. Nothing of the caller's settings reaches the tests.
"""

import hashlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack, contextmanager
from datetime import date, datetime
from datetime import time as time_of_day
from functools import wraps
from pathlib import Path
from unittest import mock
from urllib.parse import quote, urlsplit
from zoneinfo import ZoneInfo

import pytest

ROOT = Path(__file__).resolve().parent.parent
SHARED_DATA = ROOT.parent / "shared" / "data"
SUITE_FOLDER = "SIPMANAGER_SUITE_FOLDER"
GIVEN_REDIS = "SIPMANAGER_SUITE_REDIS"
LONDON = ZoneInfo("Europe/London")
LOOPBACK = {"127.0.0.1", "::1", "localhost", None, ""}
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
CHROMIUM_FLAGS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1 , EXCLUDE localhost",
]

_to_stop = ExitStack()
_not_run: dict[str, int] = {}


# The surroundings of a run.


def pytest_addoption(parser):
    group = parser.getgroup("sipmanager")
    group.addoption("--database", choices=("sqlite", "postgresql"), default="sqlite", help="where the suite runs")


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(early_config):
    if "PYTEST_XDIST_WORKER" not in os.environ:
        _prepare_environment(early_config.known_args_namespace.database)
    result = yield
    _adjust_settings(Path(os.environ[SUITE_FOLDER]))
    return result


def pytest_configure(config):
    _block_sockets(_to_stop)


def pytest_unconfigure(config):
    _to_stop.close()


def pytest_collection_modifyitems(config, items):
    """What says something of PostgreSQL alone is left out elsewhere: left out by plan, so not counted as skipped."""
    if config.getoption("database") == "postgresql":
        return
    left_out = [item for item in items if item.get_closest_marker("postgres")]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if not item.get_closest_marker("postgres")]


def pytest_runtest_logreport(report):
    if report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        reason = reason.removeprefix("Skipped: ")
        _not_run[reason] = _not_run.get(reason, 0) + 1


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session, exitstatus):
    if _not_run and os.environ.get("CI") == "true" and exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter):
    if not _not_run:
        return
    reasons = "; ".join(f"{count} tests: {reason}" for reason, count in sorted(_not_run.items()))
    verdict = " (CI must run everything: failed)" if os.environ.get("CI") == "true" else ""
    terminalreporter.write_line(f"could not run: {reasons}{verdict}")


def _prepare_environment(database: str) -> None:
    folder = Path(tempfile.mkdtemp(prefix="sipmanager-suite-"))
    _to_stop.callback(shutil.rmtree, folder, ignore_errors=True)
    given = {name: os.environ.pop(name, "") for name in _variables_of_settings()}
    os.environ |= {
        SUITE_FOLDER: str(folder),
        GIVEN_REDIS: given.get("REDIS_URL", ""),
        "SECRET_KEY": "only-for-tests-" + "abcdefghij" * 5,
        "VAR_DIR": str(folder / "var"),
        "DATABASE_URL": _database_url(database, given.get("DATABASE_URL", ""), folder),
        "MEDIA_ROOT": str(folder / "media"),
        "MAIL_SENDING": "on",
        "EMAIL_URL": f"filemail:///{folder / 'mail'}",
    }


def _database_url(database: str, given: str, folder: Path) -> str:
    if database == "sqlite":
        return f"sqlite:///{folder / 'suite.sqlite3'}"
    if given.startswith(("postgres", "psql", "pgsql")):
        return given
    from sipmanager.dev import services

    server = services.start_postgresql()
    _to_stop.callback(server.stop)
    return server.url


def _variables_of_settings() -> list[str]:
    lines = (ROOT / ".env.example").read_text(encoding="utf-8").splitlines()
    return [line.lstrip("# ").split("=")[0] for line in lines if "=" in line]


def _adjust_settings(folder: Path) -> None:
    from django.conf import settings

    from sipmanager.celery import app

    app.conf.task_always_eager = True
    settings.STATIC_ROOT = str(folder / "static")
    Path(settings.STATIC_ROOT).mkdir(exist_ok=True)
    settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher", *settings.PASSWORD_HASHERS]
    database = settings.DATABASES["default"]
    if database["ENGINE"] == "django.db.backends.sqlite3":
        # A file, because a live server and a worker look at it beside the test.
        database.setdefault("TEST", {})["NAME"] = str(folder / "test.sqlite3")
        _start_from_template(ROOT / ".pytest_cache" / "databases" / f"{_digest_of_schema()}.sqlite3")


def _digest_of_schema() -> str:
    """Changes with anything that makes or seeds an empty database."""
    sources = [*sorted(ROOT.glob("*/migrations/*.py")), *sorted(ROOT.glob("sipmanager/*/migrations/*.py"))]
    sources += [ROOT / "accounts" / "authorities.py", ROOT / "accounts" / "seeds.py", ROOT / "requirements.txt"]
    digest = hashlib.sha256()
    for source in sources:
        digest.update(f"{source.relative_to(ROOT)}\n".encode() + source.read_bytes())
    return digest.hexdigest()[:16]


def _start_from_template(template: Path) -> None:
    """Keep the migrated and seeded database of a run, and let the next run begin with a copy: migrating takes half a minute.

    Django still looks whether anything is left to migrate, as it does for a database that is kept.
    """
    from django.db.backends.sqlite3.creation import DatabaseCreation

    make = DatabaseCreation.create_test_db

    def make_or_copy(self, verbosity=1, autoclobber=False, serialize=True, keepdb=False):
        if template.is_file():
            shutil.copyfile(template, self._get_test_db_name())
            return make(self, verbosity, autoclobber, serialize, keepdb=True)
        name = make(self, verbosity, autoclobber, serialize, keepdb)
        template.parent.mkdir(parents=True, exist_ok=True)
        unfinished = template.with_suffix(f".{os.getpid()}")
        unfinished.unlink(missing_ok=True)
        # SQLite makes the copy: whoever else opened and closed the file would take this process's locks off it, and the first
        # worker to end would then sweep away the log of changes under the connections still open.
        with self.connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [str(unfinished)])
        unfinished.replace(template)
        return name

    DatabaseCreation.create_test_db = make_or_copy


def _block_sockets(stack: ExitStack) -> None:
    """No test reaches another machine: connecting and looking up names stop at loopback."""
    connect, connect_ex, look_up = socket.socket.connect, socket.socket.connect_ex, socket.getaddrinfo

    def guarded(original):
        def call(self, address):
            if self.family in (socket.AF_INET, socket.AF_INET6):
                _refuse_strangers(address[0])
            return original(self, address)

        return call

    def guarded_look_up(host, *args, **kwargs):
        _refuse_strangers(host)
        return look_up(host, *args, **kwargs)

    patch = stack.enter_context(pytest.MonkeyPatch.context())
    patch.setattr(socket.socket, "connect", guarded(connect))
    patch.setattr(socket.socket, "connect_ex", guarded(connect_ex))
    patch.setattr(socket, "getaddrinfo", guarded_look_up)


def _refuse_strangers(host) -> None:
    name = host.decode() if isinstance(host, bytes) else host
    if name not in LOOPBACK and not str(name).startswith("127."):
        raise RuntimeError(f"A test tried to reach {name}; tests reach this machine only.")


# Time and data.


@pytest.fixture
def clock_at():
    """`clock_at("2009-11-16 16:00")` sets the clock of the test, in London's time (09:00 where only a day is given), and stops it.

    `ticking=True` lets it run on. May be called again to move on.
    """
    import time_machine

    with ExitStack() as travels:

        def travel(moment: str | date | datetime, *, ticking: bool = False) -> datetime:
            destination = _london(moment)
            travels.enter_context(time_machine.travel(destination, tick=ticking))
            return destination

        yield travel


def _london(moment: str | date | datetime) -> datetime:
    if isinstance(moment, str):
        moment = datetime.fromisoformat(moment) if len(moment) > 10 else date.fromisoformat(moment)
    if not isinstance(moment, datetime):
        moment = datetime.combine(moment, time_of_day(9))
    return moment if moment.tzinfo else moment.replace(tzinfo=LONDON)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real public data beside the clone; a test that needs it is skipped where it is not."""
    if not SHARED_DATA.is_dir():
        pytest.skip("the folder shared/data is not beside this clone")
    return SHARED_DATA


# A real broker and a real worker.


@pytest.fixture(scope="session")
def redis_url() -> str:
    """The server of REDIS_URL, else a fresh Valkey."""
    if given := os.environ.get(GIVEN_REDIS):
        yield given
        return
    from sipmanager.dev import services

    server = services.start_valkey()
    yield server.url
    server.stop()


@pytest.fixture
def broker(redis_url, transactional_db, tmp_path):
    """Tasks of this test go through a real Redis or Valkey to a real worker on the test's own database.

    `broker.mail` is the folder into which the worker delivers mail; `broker.wait_for(question)` waits until it answers yes.
    """
    import redis

    from sipmanager.celery import app

    redis.Redis.from_url(redis_url).flushdb()
    before = {name: app.conf[name] for name in ("broker_url", "broker_transport_options", "task_always_eager")}
    app.conf.update(broker_url=redis_url, broker_transport_options={}, task_always_eager=False)
    _forget_connections(app)
    worker = RealWorker(redis_url, tmp_path)
    try:
        worker.wait_until_ready(app)
        yield worker
    finally:
        worker.stop()
        app.conf.update(before)
        _forget_connections(app)


class RealWorker:
    """A Celery worker in a process of its own."""

    def __init__(self, redis_url: str, folder: Path):
        self.mail = folder / "mail"
        self.log = folder / "worker.log"
        environment = os.environ | {
            "DATABASE_URL": _url_of_test_database(),
            "REDIS_URL": redis_url,
            "EMAIL_URL": f"filemail:///{self.mail}",
            "LOG_LEVEL": "INFO",
        }
        command = [sys.executable, "-m", "celery", "-A", "sipmanager", "worker", "--pool=solo", "--loglevel=INFO"]
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT)

    def wait_until_ready(self, app) -> None:
        self.wait_for(lambda: app.control.ping(timeout=0.3), seconds=60)

    def wait_for(self, question, seconds: float = 20) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until and self.process.poll() is None:
            if question():
                return
            time.sleep(0.05)
        log = self.log.read_text(encoding="utf-8", errors="replace")
        pytest.fail(f"The worker did not do it in {seconds} seconds:\n{log[-3000:]}")

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def _forget_connections(app) -> None:
    """The app keeps pools of connections to the broker it met first."""
    from kombu import pools

    pools.reset()
    app._pool = None
    app.amqp._producer_pool = None
    app.__dict__.pop("control", None)


def _url_of_test_database() -> str:
    from django.db import connection

    database = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{database['NAME']}"
    who = f"{quote(database['USER'])}:{quote(database['PASSWORD'])}"
    where = urlsplit(f"//{database['HOST'] or 'localhost'}:{database['PORT'] or 5432}").netloc
    return f"postgres://{who}@{where}/{database['NAME']}"


# A real browser.


@pytest.fixture(scope="session")
def chromium():
    """The machine's Chromium, for the whole session."""
    executable = next((found for name in CHROMIUM_NAMES if (found := shutil.which(name))), None)
    if executable is None:
        pytest.skip("no Chromium on this machine (on Debian: apt-get install chromium)")
    from playwright.sync_api import sync_playwright

    # Playwright keeps an event loop in this thread from here on; Django would take every query for an asynchronous one.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    flags = CHROMIUM_FLAGS + (["--no-sandbox"] if os.geteuid() == 0 else [])
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=flags)
        with _loading_what_they_lead_to("click", "press"):
            yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@contextmanager
def _loading_what_they_lead_to(*actions: str):
    """These actions on an element are over only when the page they lead to, if to any, has loaded.

    Playwright itself waits until that page has begun: on a busy machine it has no title and no body yet.
    """
    from playwright.sync_api import Locator

    def loading(action):
        @wraps(action)
        def act(element, *args, **options):
            action(element, *args, **options)
            element.page.wait_for_load_state()

        return act

    with ExitStack() as patches:
        for name in actions:
            patches.enter_context(mock.patch.object(Locator, name, loading(getattr(Locator, name))))
        yield


@pytest.fixture
def open_page(chromium, live_server):
    """`open_page(width=1280, javascript=True)` is a page of a new person, with cookies of its own.

    The test fails if any page wrote an error to the console, broke the content security policy or threw in a script.
    """
    faults: list[str] = []
    with ExitStack() as contexts:

        def new_page(*, width: int = 1280, height: int = 900, javascript: bool = True, **options):
            context = chromium.new_context(
                base_url=live_server.url,
                viewport={"width": width, "height": height},
                java_script_enabled=javascript,
                locale="en-GB",
                timezone_id="Europe/London",
                **options,
            )
            contexts.callback(context.close)
            context.set_default_timeout(15_000)
            page = context.new_page()
            page.on("console", lambda message: _note_console(message, faults))
            page.on("pageerror", lambda error: faults.append(f"script error: {error}"))
            return page

        yield new_page
    assert not faults, "\n".join(faults)


@pytest.fixture
def page(open_page):
    """One page at 1280 pixels."""
    return open_page()


def _note_console(message, faults: list[str]) -> None:
    refused_on_purpose = "Failed to load resource" in message.text
    if message.type == "error" and not refused_on_purpose:
        faults.append(f"console: {message.text} ({message.location.get('url', '')})")


def accessibility_faults(page) -> list[str]:
    """What axe finds on the page under the five WCAG tags, one line a fault."""
    from axe_playwright_python.sync_playwright import Axe

    results = Axe().run(page, options={"runOnly": {"type": "tag", "values": WCAG}})
    return [
        f"{violation['id']}: {node['html'][:120]} ({violation['help']})"
        for violation in results.response["violations"]
        for node in violation["nodes"]
    ]


# People.


@pytest.fixture
def viewer():
    """`viewer(user)` is who that person is today, or `on=` a day; `viewer(role=Role.MANAGER, at=authority)` makes the person."""
    from accounts.access import viewer_for
    from accounts.tests import factories
    from sipmanager.core import clock

    def build(user=None, *, role=None, at=None, on: date | None = None):
        person = user or factories.member(role, at=at)
        return viewer_for(person, on=on or clock.today())

    return build


@pytest.fixture
def as_role():
    """`as_role(Role.MANAGER, at=authority)` is a Django test client signed in as a new person of that role.

    `as_role(user=somebody)` signs in somebody who is there already. `client.user` is the person. The second factor is taken
    for given.
    """
    from django.test import Client

    from accounts.tests import factories

    def sign_in(role=None, *, at=None, user=None, **options) -> Client:
        client = Client(**options)
        client.user = user or factories.member(role, at=at)
        client.force_login(client.user)
        session = client.session
        session["has_second_factor"] = True
        session.save()
        return client

    return sign_in
