"""Whether every issued note is still what was issued: its frozen text, PDF and attached documents, by digest."""

import json

from django.core.management.base import BaseCommand, CommandParser

from visits import jobs


class Command(BaseCommand):
    help = "Check text, PDF and attached documents of every issued note against the digests kept when they were issued."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--authority", metavar="CODE", default="", help="one authority's; default everybody's")
        parser.add_argument("--format", choices=["json"], default="json")

    def handle(self, *args, authority: str, **options) -> None:
        checked, damaged = jobs.verify_issues(authority_code=authority)
        self.stdout.write(json.dumps({"checked": checked, "damaged": damaged}))
        if damaged:
            raise SystemExit(1)
