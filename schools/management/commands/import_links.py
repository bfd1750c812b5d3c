"""Load the national file of links between establishments (D-15)."""

import json
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import Authority
from schools.imports import FileRefused, import_links
from schools.management.commands.import_schools import in_words
from sipmanager.core import audit, clock


class Command(BaseCommand):
    help = "Load a file of links between establishments: who followed whom. The same file twice changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "file", metavar="FILE", type=Path, help="URN, LinkURN, LinkType and, if wanted, LinkEstablishedDate"
        )
        parser.add_argument("--authority", default="", metavar="CODE", help="keep links of this authority's schools only")
        parser.add_argument("--dry-run", action="store_true", help="count, and write nothing")
        parser.add_argument("--format", choices=["text", "json"], default="text")

    def handle(self, *args, file: Path, authority: str, dry_run: bool, **options) -> None:
        as_json = options["format"] == "json"
        try:
            report = import_links(
                content=content_of(file), file_name=file.name, authority=self.authority(authority), dry_run=dry_run,
                by=audit.SYSTEM, at=clock.now(), on=clock.today(),
            )  # fmt: skip
        except FileRefused as refusal:
            if not as_json:
                raise CommandError(str(refusal)) from refusal
            self.stdout.write(json.dumps({"error": str(refusal)}))
            raise SystemExit(1) from refusal
        self.stdout.write(json.dumps(report.as_dict()) if as_json else in_words(report, dry_run=dry_run))
        if report.rejected:
            raise SystemExit(1)

    def authority(self, code: str) -> Authority | None:
        """The authority of a code; a stranger's is refused like a file."""
        found = Authority.objects.filter(code=code).first() if code else None
        if code and found is None:
            raise FileRefused(f"There is no authority {code}")
        return found


def content_of(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise FileRefused(f"The file cannot be read: {error.strerror or error}") from error
