"""`make check`: everything CI does besides tests. Changes nothing, runs every step, then says which failed."""

import json
import os
import secrets
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
MANAGE = [sys.executable, "manage.py"]
OK, FAILED, UNKNOWN = "ok", "FAILED", "could not be audited"


def main() -> int:
    steps = {
        "lint of Python": lambda: _run(_module("ruff", "check", "--quiet", ".")),
        "format of Python": lambda: _run(_module("ruff", "format", "--check", "--quiet", ".")),
        "lint of templates": lambda: _run(_module("djlint", "--lint", "--quiet", "templates")),
        "import contracts": lambda: _run([_script("lint-imports"), "--no-cache"]),
        "types of pure modules": lambda: _run(_module("mypy")),
        "settings for production": lambda: _run([*MANAGE, "check", "--deploy", "--fail-level", "WARNING"], _production()),
        "migrations": lambda: _run([*MANAGE, "makemigrations", "--check", "--dry-run"]),
        "generated pages": _docs,
        "dependencies": _audit,
    }
    verdicts = {}
    for name, step in steps.items():
        verdict, output = step()
        verdicts[name] = verdict
        print(f"{name:.<30} {verdict}", flush=True)
        if output and verdict != OK:
            print(output, flush=True)
    faults = {FAILED, UNKNOWN} if os.environ.get("AUDIT") == "required" else {FAILED}
    failed = [name for name, verdict in verdicts.items() if verdict in faults]
    print(f"{len(steps) - len(failed)} of {len(steps)} checks passed" + (f"; failed: {', '.join(failed)}" if failed else ""))
    return 1 if failed else 0


def production_environment() -> dict[str, str]:
    """The settings of `.env.example` with a key, as a production server would have them."""
    lines = (ROOT / ".env.example").read_text(encoding="utf-8").splitlines()
    example = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    return example | {"SECRET_KEY": secrets.token_urlsafe(50)}


def _production() -> dict[str, str]:
    return {**os.environ, **production_environment()}


def _module(*command: str) -> list[str]:
    return [sys.executable, "-m", *command]


def _script(name: str) -> str:
    return str(Path(sys.executable).parent / name)


def _run(command: list[str], environment: dict[str, str] | None = None) -> tuple[str, str]:
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    return (OK if done.returncode == 0 else FAILED), (done.stdout + done.stderr).strip()


def _docs() -> tuple[str, str]:
    known = subprocess.run([*MANAGE, "help", "--commands"], cwd=ROOT, capture_output=True, text=True, check=False).stdout
    if "docs" not in known.split():
        return FAILED, "There is no command that writes the generated pages."
    return _run([*MANAGE, "docs", "--check"])


def _audit() -> tuple[str, str]:
    """Fails on a known vulnerability. Where the advisories cannot be reached it says so, and fails only with AUDIT=required."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        options = ["--requirement", "requirements-dev.txt", "--disable-pip", "--require-hashes", "--progress-spinner", "off"]
        command = _module("pip_audit", *options, "--timeout", "20", "--format", "json", "--output", str(report))
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        if not report.is_file():
            return UNKNOWN, _last_line(done.stderr)
        return judged(json.loads(report.read_text(encoding="utf-8")))


def judged(report: dict) -> tuple[str, str]:
    """The verdict on a report of pip-audit; it leaves out, without failing, what it could not look up."""
    found = [
        f"{package['name']} {package.get('version', '')}: {fault['id']}, mended in {', '.join(fault['fix_versions']) or 'none'}"
        for package in report["dependencies"]
        for fault in package.get("vulns", [])
    ]
    if found:
        return FAILED, "\n".join(found)
    every = report["dependencies"]
    unknown = [package for package in every if "skip_reason" in package]
    if unknown or not every:
        return UNKNOWN, f"No advisories to be had for {len(unknown)} of {len(every)} packages."
    return OK, ""


def _last_line(text: str) -> str:
    lines = text.strip().splitlines()
    return lines[-1] if lines else ""


if __name__ == "__main__":
    sys.exit(main())
