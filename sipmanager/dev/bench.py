"""`make bench`: how fast the service is on PostgreSQL with the whole register of schools and 6,000 SIPs.

Prints a table; exits 1 where a promise of the design is broken (D-37): the second import of the same file at least five times as
fast as the first, as many queries for a page of 50 rows as for a page of one, a page at most twice the hand loop and at most half
of Django's admin list of the same rows.
"""

import csv
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from sipmanager.dev.services import start_postgresql

ROOT = Path(__file__).resolve().parent.parent.parent
REGISTER = ROOT.parent / "shared/data/gias/whole_register_2023-11-16.csv.zip"
SIPS = 6000
ROUNDS = 15
REGIONS = ["London 1", "London 2", "South East", "West Midlands"]


def main() -> int:
    if not REGISTER.is_file():
        print(f"There is no {REGISTER.name} beside this clone (shared/data/gias): nothing to measure.", file=sys.stderr)
        return 1
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        server = start_postgresql()
        stack.callback(server.stop)
        _set_environment(server.url, folder)
        broken = _measure(folder)
    print("\n".join(f"BROKEN: {promise}" for promise in broken) or "\nEvery promise is kept.")
    return 1 if broken else 0


def _set_environment(url: str, folder: Path) -> None:
    os.environ |= {
        "DATABASE_URL": url,
        "VAR_DIR": str(folder),
        "DJANGO_ADMIN": "on",
        "DEBUG": "off",
        "LOG_LEVEL": "ERROR",
        "SITE_URL": "http://testserver",
        "ALLOWED_HOSTS": "testserver",
        "DJANGO_SETTINGS_MODULE": "sipmanager.settings",
    }


def _measure(folder: Path) -> list[str]:
    _manage("migrate", "--verbosity", "0")
    broken = _measure_imports(folder)
    return broken + _measure_pages()


# Imports.


def _measure_imports(folder: Path) -> list[str]:
    print(f"{'import':<34}{'seconds':>10}{'MB at most':>12}  outcome")
    first = _imported("the whole register", "import_schools", str(REGISTER))
    second = _imported("the same file again", "import_schools", str(REGISTER))
    sips = folder / "partners.csv"
    _invent_partners(sips)
    _imported(f"{SIPS:,} invented SIPs", "import_partners", str(sips))
    ratio = first / second
    print(f"the second import is {ratio:.1f} times as fast as the first\n")
    return [] if ratio >= 5 else [f"the second import is only {ratio:.1f} times as fast, not five"]


def _imported(what: str, *command: str) -> float:
    before = time.monotonic()
    done = _manage(*command, "--format", "json", may_reject=True)
    seconds = time.monotonic() - before
    outcome = json.loads(done.stdout)
    counts = {key: value for key, value in outcome.items() if isinstance(value, int) and value}
    counts["rejected"] = len(outcome.get("rejected", []))
    megabytes = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"{what:<34}{seconds:>10.1f}{megabytes:>12.0f}  {counts}", flush=True)
    return seconds


def _manage(*command: str, may_reject: bool = False) -> subprocess.CompletedProcess:
    done = subprocess.run([sys.executable, "manage.py", *command], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode and not (may_reject and done.stdout.startswith("{")):
        sys.exit(f"manage.py {' '.join(command)}: {done.stderr[-2000:]}")
    return done


def _invent_partners(target: Path) -> None:
    with target.open("w", encoding="utf-8", newline="") as out:
        rows = csv.writer(out)
        rows.writerow(
            ["reference", "first_name", "last_name", "email", "kind", "regions", "accredited_primary_on", "days_available"]
        )
        for number in range(SIPS):
            name = f"Invented{number:04}"
            email = f"sip{number}@invented.example"
            region = REGIONS[number % len(REGIONS)]
            rows.writerow([f"B{number:05}", "Sam", name, email, "consultant", region, "2008-09-01", 40])


# Pages.


def _measure_pages() -> list[str]:
    import django

    django.setup()
    from django.conf import settings

    settings.ROOT_URLCONF = "sipmanager.dev.bench_pages"
    settings.STATIC_ROOT = settings.VAR_DIR
    settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    client = _signed_in()
    pages = {
        "register of schools, 50 rows": "/schools/?applied=1",
        "… page 100": "/schools/?applied=1&page=100",
        "… searched": "/schools/?applied=1&q=st+mary",
        "register of SIPs, 50 rows": "/partners/?applied=1",
        "hand loop of the same schools": "/bench/hand-loop/",
        "Django admin's list of them": "/bench/admin/schools/school/",
    }
    print(f"{'page':<34}{'ms':>10}{'queries':>12}")
    figures = {what: _timed(client, what, address) for what, address in pages.items()}
    of_one = _timed(client, "register of schools, one row", f"/schools/?applied=1&q={_one_urn()}")
    ours, hand, admin = (figures[what] for what in list(pages)[:1] + list(pages)[-2:])
    print(f"the register costs {ours[0] / hand[0]:.2f} hand loops and {ours[0] / admin[0]:.2f} of admin's list")
    broken = []
    if ours[1] != of_one[1]:
        broken.append(f"a page of 50 rows takes {ours[1]} queries, a page of one {of_one[1]}")
    if ours[0] > 2 * hand[0]:
        broken.append("a page of the register costs more than two hand loops")
    if ours[0] > admin[0] / 2:
        broken.append("a page of the register costs more than half of admin's list")
    return broken


def _signed_in():
    from django.test import Client

    from accounts.middleware import HAS_SECOND_FACTOR
    from accounts.models import Membership, User
    from accounts.permissions import Role
    from sipmanager.core import clock

    user = User.objects.create_user(email="bench@national.example", full_name="Bench")
    Membership.objects.create(user=user, role=Role.PROGRAMME, starts_on=clock.today())
    client = Client()
    client.force_login(user)
    session = client.session
    session[HAS_SECOND_FACTOR] = True
    session.save()
    return client


def _one_urn() -> int:
    from schools.models import School

    return School.objects.order_by("pk").values_list("urn", flat=True)[0]


def _timed(client, what: str, address: str) -> tuple[float, int]:
    """Milliseconds (the median) and queries of a page, after it was called once."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    response = client.get(address)
    if response.status_code != 200:
        sys.exit(f"{address} answered {response.status_code}")
    with CaptureQueriesContext(connection) as queries:
        client.get(address)
    taken = []
    for _ in range(ROUNDS):
        before = time.perf_counter()
        client.get(address)
        taken.append((time.perf_counter() - before) * 1000)
    milliseconds = statistics.median(taken)
    print(f"{what:<34}{milliseconds:>10.1f}{len(queries):>12}", flush=True)
    return milliseconds, len(queries)


if __name__ == "__main__":
    sys.exit(main())
