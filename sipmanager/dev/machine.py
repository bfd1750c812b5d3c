"""What the machine itself must bring: a Python, Pango for PDFs, a Chromium for the journeys.

`python sipmanager/dev/machine.py run|test|python`, with the plain Python of the machine: nothing is installed yet. What is missing
is installed where that needs no question (root on a Debian), else named in one line. Only a missing Python stops the caller.
"""

import ctypes
import importlib.util
import os
import shutil
import subprocess
import sys

PANGO_LIBRARIES = (
    ("libpango-1.0.so.0", "libpango-1.0.dylib"),
    ("libpangoft2-1.0.so.0", "libpangoft2-1.0.dylib"),
    ("libharfbuzz-subset.so.0", "libharfbuzz-subset.dylib"),
)
PANGO_PACKAGES = ["libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0"]
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def has_pango():
    return all(any(_loads(name) for name in names) for names in PANGO_LIBRARIES)


def has_chromium():
    return any(shutil.which(name) for name in CHROMIUM_NAMES)


def has_venv():
    return importlib.util.find_spec("venv") is not None and importlib.util.find_spec("ensurepip") is not None


def _loads(library):
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


NEEDS = {
    "pango": (has_pango, PANGO_PACKAGES, "Pango is missing, so no PDF can be made"),
    "chromium": (has_chromium, ["chromium"], "Chromium is missing, so the browser journeys cannot run"),
    "venv": (has_venv, ["python3-venv"], "Python cannot make a virtual environment"),
}
FOR = {"run": ["venv", "pango"], "test": ["venv", "pango", "chromium"], "python": ["venv"]}


def can_install():
    return hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get") is not None


def install(packages):
    """Whether apt has installed them; its output is shown only where it has not."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    command = ["apt-get", "install", "--yes", "--quiet", "--no-install-recommends", *packages]
    for step in (command, ["apt-get", "update", "--quiet"], command):
        done = subprocess.run(step, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
        if step is command and done.returncode == 0:
            return True
    print(done.stderr.strip()[-1000:], file=sys.stderr)
    return False


def main(purpose):
    if sys.version_info < (3, 11):
        sys.exit("SIP Manager needs Python 3.11 or newer; name one with `make PYTHON=python3.12 …`.")
    missing = [NEEDS[name] for name in FOR[purpose] if not NEEDS[name][0]()]
    packages = [package for _, names, _ in missing for package in names]
    if missing and can_install():
        print(f"Installing {', '.join(packages)} …", flush=True)
        install(packages)
        missing = [need for need in missing if not need[0]()]
    for _, names, what in missing:
        print(f"{what}. On Debian or Ubuntu: sudo apt-get install {' '.join(names)}", file=sys.stderr)
    if any(need is NEEDS["venv"] for need in missing):
        sys.exit(1)


if __name__ == "__main__":
    main(sys.argv[1])
