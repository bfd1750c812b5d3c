"""What is wrong in the records, with owner and cure, as one JSON document."""

import json

from django.core.management.base import BaseCommand, CommandParser

from accounts.models import Authority
from sipmanager.core import clock
from sipmanager.site.problems import problems_of


class Command(BaseCommand):
    help = "List records that contradict each other or lack something."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--authority", metavar="CODE", help="one authority's; default everybody's")
        parser.add_argument("--format", choices=["json"], default="json")

    def handle(self, *args, authority: str | None, **options) -> None:
        authorities = Authority.objects.order_by("code")
        if authority is not None:
            authorities = authorities.filter(code=authority)
            if not authorities:
                self.stdout.write(json.dumps({"error": f"There is no authority with the code {authority}."}))
                raise SystemExit(1)
        on = clock.today()
        rows = [problem.as_json() for one in authorities for problem in problems_of(one, on)]
        self.stdout.write(json.dumps(rows))
