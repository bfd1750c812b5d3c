"""A file of SIPs into the register (D-7, D-11, D-17)."""

from pathlib import Path

from django.core.management.base import CommandParser

from partners.imports import import_partners
from partners.management.loading import LoadingCommand


class Command(LoadingCommand):
    help = "Load a file of SIPs (partners.csv). Exits 1 if the file or any of its lines is refused."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--authority", default="", metavar="CODE", help="load that authority's SIPs alone, and engage them"
        )

    def handle(self, *args, file: Path, authority: str, dry_run: bool, **options) -> None:
        loading = self.authority(authority) if authority else None
        self.load(import_partners, file=file, authority=loading, dry_run=dry_run)
