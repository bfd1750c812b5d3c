"""Write the generated pages of `docs/`."""

import json

from django.core.management.base import BaseCommand, CommandParser

from sipmanager.core import docs


class Command(BaseCommand):
    help = "Write the pages of docs/ that come from tables in code; with --check, only say which are not fresh."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if a page is not fresh")
        parser.add_argument("--format", choices=["text", "json"], default="text")

    def handle(self, *args, check: bool, **options) -> None:
        names = docs.stale() if check else docs.write()
        if options["format"] == "json":
            self.stdout.write(json.dumps({"stale" if check else "written": names}))
        else:
            for name in names:
                self.stdout.write(f"docs/{name} is not fresh: run `make docs`" if check else f"docs/{name}")
        if check and names:
            raise SystemExit(1)
