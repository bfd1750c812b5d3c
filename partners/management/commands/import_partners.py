"""A file of SIPs into the register (D-7, D-11, D-17)."""

import json
from pathlib import Path

from django.core.management.base import BaseCommand, CommandParser

from accounts.selectors import authority_called
from partners.imports import import_partners
from sipmanager.core import clock
from sipmanager.core.csvfiles import FileRefused


class Command(BaseCommand):
    help = "Load a file of SIPs (partners.csv). Exits 1 if the file or any of its lines is refused."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--authority", default="", metavar="CODE", help="load that authority's SIPs alone, and engage them"
        )
        parser.add_argument("--dry-run", action="store_true", help="say what would be done, and write nothing")
        parser.add_argument("--format", choices=["json"], default="json")

    def handle(self, *args, file: Path, authority: str, dry_run: bool, **options) -> None:
        at = clock.now()
        loading = authority_called(authority) if authority else None
        if authority and loading is None:
            self._refuse(f"There is no authority {authority}.")
        try:
            outcome = import_partners(
                content=file.read_bytes(), file_name=file.name, authority=loading, by=None, on=clock.today(), at=at,
                dry_run=dry_run,
            )  # fmt: skip
        except FileNotFoundError:
            self._refuse(f"There is no file {file}.")
        except FileRefused as refusal:
            self._refuse(str(refusal))
        self.stdout.write(json.dumps(outcome.as_json(), ensure_ascii=False))
        if outcome.rejected:
            raise SystemExit(1)

    def _refuse(self, why: str) -> None:
        self.stdout.write(json.dumps({"error": why}, ensure_ascii=False))
        raise SystemExit(1)
