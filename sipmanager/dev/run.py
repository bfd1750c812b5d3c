"""`make run`: the demonstration service on this machine, a web server and a worker with beat, until Ctrl-C.

Nothing to install and nothing to answer. If one of the two processes ends, the other is ended too.
"""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from sipmanager.dev.services import end_with_parent

ROOT = Path(__file__).resolve().parent.parent.parent
PATIENCE_SECONDS = 60


def main() -> int:
    port = int(os.environ.get("PORT") or 8000)
    if _is_taken(port):
        print(f"Port {port} is in use. Choose another: make run PORT={port + 1}", file=sys.stderr)
        return 1
    address = f"http://127.0.0.1:{port}"
    if not os.environ.get("SITE_URL"):
        os.environ["SITE_URL"] = address
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sipmanager.settings")
    _prepare_database()
    for asked_to_stop in (signal.SIGINT, signal.SIGTERM):
        signal.signal(asked_to_stop, signal.default_int_handler)
    processes: list[subprocess.Popen] = []
    try:
        processes.append(_begin("manage.py", "runserver", "--skip-checks", f"127.0.0.1:{port}"))
        processes.append(_begin("-W", "ignore", "-m", "celery", "-A", "sipmanager", "--quiet", *_WORKER))
        _wait_for(f"{address}/health/", processes)
        _queue_tonight()
        print(_welcome(address), flush=True)
        return _wait_for_an_end(processes)
    except KeyboardInterrupt:
        print("\nStopped.")
        return 0
    finally:
        _stop(processes)


_QUIETLY = ["--loglevel=WARNING", "--without-gossip", "--without-mingle", "--without-heartbeat"]
_WORKER = ["worker", "--beat", "--concurrency=1", *_QUIETLY]


def _prepare_database() -> None:
    import django

    django.setup()
    from django.contrib.auth import get_user_model
    from django.core.management import call_command, get_commands
    from django.db import transaction

    call_command("migrate", verbosity=0)
    if get_user_model().objects.exists() or "demo" not in get_commands():
        return
    print("Making the demonstration authorities ...", flush=True)
    with transaction.atomic(), _sign_ins().open("w", encoding="utf-8") as out:
        call_command("demo", preset="all", format="text", stdout=out)


def _welcome(address: str) -> str:
    sign_ins = _sign_ins().read_text(encoding="utf-8").strip() if _sign_ins().is_file() else ""
    today = os.environ.get("PRETEND_IT_IS", "")
    pretence = f"  (it takes today for {today})" if today else ""
    return f"\n{sign_ins}\n\nSIP Manager is at {address}/{pretence}\nCtrl-C stops it."


def _sign_ins() -> Path:
    """What `demo` said when it made the accounts, to be said again at every start."""
    from django.conf import settings

    return settings.VAR_DIR / "demonstration.txt"


def _is_taken(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _begin(*command: str) -> subprocess.Popen:
    """Its banner is not shown; what goes wrong is written to stderr and is."""
    return subprocess.Popen(
        [sys.executable, *command],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=end_with_parent,
    )


def _wait_for(url: str, processes: list[subprocess.Popen]) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until and all(process.poll() is None for process in processes):
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    sys.exit(f"{url} did not answer.")


def _queue_tonight() -> None:
    """Tonight's jobs once at the start, so that nobody waits until the night to see them (D-32)."""
    from sipmanager.celery import app

    app.send_task("sipmanager.core.tasks.nightly")


def _wait_for_an_end(processes: list[subprocess.Popen]) -> int:
    while True:
        for process, what in zip(processes, ("web server", "worker"), strict=True):
            if process.poll() is not None:
                print(f"The {what} has ended by itself, so the service stops.", file=sys.stderr)
                return 1
        time.sleep(0.3)


def _stop(processes: list[subprocess.Popen]) -> None:
    """Each is asked to end; what is left of it after ten seconds, children included, is ended."""
    for process in processes:
        process.terminate()
    until = time.monotonic() + 10
    for process in processes:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=max(0.1, until - time.monotonic()))
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


if __name__ == "__main__":
    sys.exit(main())
