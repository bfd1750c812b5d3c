"""What is owed on a day, as one JSON document (section 34, D-30, D-40)."""

import json
from datetime import date

from django.core.management.base import BaseCommand, CommandParser

from accounts.models import Authority
from sipmanager.core import arguments, deadlines, jobs


class Command(BaseCommand):
    help = "List what is owed on a day, by whom, and who is told when it is late."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--on", type=arguments.day, required=True, metavar="DATE")
        parser.add_argument("--authority", metavar="CODE", help="one authority's; default everybody's")
        parser.add_argument("--format", choices=["json"], default="json")

    def handle(self, *args, on: date, authority: str | None, **options) -> None:
        if authority is not None and not Authority.objects.filter(code=authority).exists():
            self.stdout.write(json.dumps({"error": f"There is no authority with the code {authority}."}))
            raise SystemExit(1)
        partitions = [authority] if authority else jobs.partitions()
        rows = [row(due) for partition in partitions for due in deadlines.owed(partition=partition, on=on)]
        self.stdout.write(json.dumps(rows))


def row(due: deadlines.Due) -> dict:
    """One deadline in the shape of the stable interface."""
    return {
        "rule": due.rule,
        "subject": due.subject,
        "owner": due.owner.email,
        "due_on": due.due_on.isoformat(),
        "state": due.state.value,
        "escalate_to": [person.email for person in due.escalate_to],
    }
