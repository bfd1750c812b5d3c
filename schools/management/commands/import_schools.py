"""Load a GIAS establishment extract (D-10, D-11)."""

import json
from datetime import date
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import Authority
from schools.imports import FileRefused, Report, import_schools
from sipmanager.core import arguments, audit, clock
from sipmanager.core.wording import counted

SHOWN = 20


class Command(BaseCommand):
    help = "Load a GIAS establishment extract into the school register. The same file twice changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE", type=Path, help="the extract: CSV, or a zip that holds one")
        parser.add_argument("--authority", default="", metavar="CODE", help="keep this authority's rows only")
        parser.add_argument("--as-at", type=arguments.day, metavar="DATE", help="the day the extract speaks of")
        parser.add_argument("--dry-run", action="store_true", help="count, and write nothing")
        parser.add_argument("--confirm", action="store_true", help="go ahead where many schools would close or move")
        parser.add_argument("--format", choices=["text", "json"], default="text")

    def handle(self, *args, file: Path, as_at: date | None, dry_run: bool, confirm: bool, **options) -> None:
        as_json = options["format"] == "json"
        try:
            report = import_schools(
                source=file, authority=self.authority(options["authority"]), as_at=as_at, dry_run=dry_run,
                confirm=confirm, by=audit.SYSTEM, at=clock.now(), on=clock.today(),
            )  # fmt: skip
        except FileRefused as refusal:
            if not as_json:
                raise CommandError(str(refusal)) from refusal
            self.stdout.write(json.dumps({"error": str(refusal)}))
            raise SystemExit(1) from refusal
        self.stdout.write(json.dumps(report.as_dict()) if as_json else in_words(report, dry_run=dry_run))
        if report.held or report.rejected:
            raise SystemExit(1)

    def authority(self, code: str) -> Authority | None:
        """The authority of a code; a stranger's is refused like a file."""
        if not code:
            return None
        found = Authority.objects.filter(code=code).first()
        if found is None:
            raise FileRefused(f"There is no authority {code}")
        return found


def in_words(report: Report, *, dry_run: bool) -> str:
    """The report for a person at a terminal."""
    figures = report.as_dict()
    lines = [f"{key:>10} {figures[key]:>7,}" for key in ("read", "created", "updated", "unchanged", "skipped")]
    lines += [f"{'':>10} {number:>7,} {reason}" for reason, number in figures["skipped_because"].items()]
    lines += [f"{'rejected':>10} {len(report.rejected):>7,}", f"{'closed':>10} {report.closed:>7,} (part of these)"]
    for title, rows in (("Rejected", report.rejected), ("Warnings", report.warnings)):
        if rows:
            lines.append(f"{title}:")
            lines += [f"  line {row['line'] or '-'}, URN {row['urn'] or '-'}: {row['reason']}" for row in rows[:SHOWN]]
        if len(rows) > SHOWN:
            lines.append(f"  and {counted(len(rows) - SHOWN, 'more', 'more')}")
    if report.held:
        lines.append(f"Held, nothing was written: {report.held}. Look at the file, then use --confirm.")
    elif dry_run:
        lines.append("This was a trial: nothing was written.")
    return "\n".join(lines)
