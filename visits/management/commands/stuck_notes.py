"""Notes that nothing has happened to for a while, with where they lie and with whom; frees those that could not be issued."""

import json

from django.core.management.base import BaseCommand, CommandParser

from sipmanager.core import clock
from visits import jobs, selectors


class Command(BaseCommand):
    help = "List the notes of visit that have stood still for some days; --free carries out what waits to be issued."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--days", type=int, default=30, help="how long nothing has happened (30)")
        parser.add_argument("--authority", metavar="CODE", default="", help="one authority's; default everybody's")
        parser.add_argument("--free", action="store_true", help="issue what waits; close what still fails")
        parser.add_argument("--format", choices=["json"], default="json")

    def handle(self, *args, days: int, authority: str, free: bool, **options) -> None:
        told = {"on": clock.today(), "days": days, "authority_code": authority}
        rows = [one.as_json() for one in selectors.stuck(**told)]
        tally = jobs.free_notes(at=clock.now(), **told) if free else None
        failures = tally.failures if tally else []
        self.stdout.write(json.dumps({"notes": rows, "freed": tally.states_changed if tally else 0, "failures": failures}))
        if failures:
            raise SystemExit(1)
