"""Tonight's jobs, in this process (D-29)."""

import json
from datetime import date

from django.core.management.base import BaseCommand, CommandParser

from sipmanager.core import arguments, clock, jobs


class Command(BaseCommand):
    help = "Remind, escalate and change states for one night. Running it again sends nothing twice."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--on", type=arguments.day, default=None, metavar="DATE", help="the day; default today")
        parser.add_argument("--dry-run", action="store_true", help="count, and write nothing")
        parser.add_argument("--format", choices=["json"], default="json")

    def handle(self, *args, on: date | None, dry_run: bool, **options) -> None:
        day = on or clock.today()
        tally = jobs.run_night(on=day, at=clock.now(), dry_run=dry_run)
        self.stdout.write(
            json.dumps(
                {
                    "on": day.isoformat(),
                    "states_changed": tally.states_changed,
                    "reminders_queued": tally.reminders_queued,
                    "escalations_queued": tally.escalations_queued,
                    "failures": tally.failures,
                }
            )
        )
        if tally.failures:
            raise SystemExit(1)
