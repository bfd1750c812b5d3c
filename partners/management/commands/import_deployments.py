"""A file of deployments into the register (D-11, D-17)."""

from pathlib import Path

from django.core.management.base import CommandParser

from partners.imports import import_deployments
from partners.management.loading import LoadingCommand


class Command(LoadingCommand):
    help = "Load a file of deployments (deployments.csv). Exits 1 if the file or any of its lines is refused."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--authority", required=True, metavar="CODE", help="whose deployments they are")
        parser.add_argument("--historic", action="store_true", help="record what happened, breaches of the rules included")

    def handle(self, *args, file: Path, authority: str, historic: bool, dry_run: bool, **options) -> None:
        loading = self.authority(authority)
        self.load(import_deployments, file=file, authority=loading, is_historic=historic, dry_run=dry_run)
