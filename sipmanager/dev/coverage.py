"""The floors of coverage, judged after the SQLite run: nothing uncovered where the service decides, and a ratchet elsewhere."""

import subprocess
import sys
import tempfile
from fnmatch import fnmatch
from json import loads
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
# Raise it when the suite covers more; it never goes down.
RATCHET_PERCENT = 90
WHOLLY_COVERED = (
    "sipmanager/core/rules.py",
    "sipmanager/core/workflow.py",
    "sipmanager/core/workdays.py",
    "sipmanager/core/academic.py",
    "accounts/permissions.py",
    "accounts/presets.py",
    "partners/agreement_rules.py",
    "partners/checks.py",
    "partners/deployment_rules.py",
    "partners/conditions/*.py",
    "partners/grant.py",
    "partners/tenure.py",
    "partners/accreditation.py",
    "partners/removal.py",
    "partners/restoring.py",
    "partners/stages.py",
    "partners/deadlines/papers.py",
    "partners/deadlines/standing.py",
    "partners/workflow/*.py",
    "visits/workflow/*.py",
    "visits/note_checks.py",
    "*/actions.py",
    "*/actions/*.py",
)


def shortfalls(report: dict, wholly=WHOLLY_COVERED, ratchet: float = RATCHET_PERCENT) -> list[str]:
    """What the report of `coverage json` lacks, one sentence each."""
    found = []
    for name, file in sorted(report["files"].items()):
        must = any(fnmatch(name, pattern) for pattern in wholly)
        if must and file["summary"]["percent_covered"] < 100:
            lines = ", ".join(str(line) for line in file["missing_lines"]) or "branches " + str(
                file.get("missing_branches", "")
            )
            found.append(f"{name} must be covered wholly; missing: {lines}")
    total = report["totals"]["percent_covered"]
    if total < ratchet:
        found.append(f"The whole is covered to {total:.1f} %, the ratchet stands at {ratchet} %.")
    return found


def main() -> int:
    if not (ROOT / ".coverage").exists():
        print("No coverage was measured.", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "coverage.json"
        command = [sys.executable, "-m", "coverage", "json", "--quiet", "-o", str(report)]
        subprocess.run(command, cwd=ROOT, check=True)
        found = shortfalls(loads(report.read_text(encoding="utf-8")))
    print("\n".join(found) or "Coverage: every floor is held.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
