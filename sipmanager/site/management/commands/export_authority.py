"""Everything an authority holds, as CSV and PDF with a manifest."""

import json
from pathlib import Path

from django.core.management.base import BaseCommand, CommandParser

from accounts.models import Authority
from sipmanager.core import audit, clock
from sipmanager.site.exporting import NotEmpty, export_authority


class Command(BaseCommand):
    help = "Write everything an authority holds into an empty folder, with a manifest of rows and digests."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("authority", metavar="AUTHORITY", help="the code of the authority or trust")
        parser.add_argument("folder", metavar="DIR", type=Path, help="an empty folder, or one to be made")
        parser.add_argument("--format", choices=["json"], default="json")

    def handle(self, *args, authority: str, folder: Path, **options) -> None:
        found = Authority.objects.filter(code=authority).first()
        if found is None:
            self.refuse(f"There is no authority with the code {authority}.")
        try:
            manifest = export_authority(authority=found, folder=folder, on=clock.today(), by=audit.SYSTEM, at=clock.now())
        except NotEmpty:
            self.refuse(f"The folder {folder} is not empty. Choose another, so that no export is mixed with anything.")
        except OSError as error:
            self.refuse(f"The folder {folder} cannot be written: {error.strerror or error}")
        self.stdout.write(json.dumps(manifest, ensure_ascii=False))

    def refuse(self, why: str) -> None:
        self.stdout.write(json.dumps({"error": why}, ensure_ascii=False))
        raise SystemExit(1)
