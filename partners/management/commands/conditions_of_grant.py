"""The conditions of grant of one authority and programme on one day (section 12, D-19, D-20)."""

import json
from datetime import date

from django.core.management.base import BaseCommand, CommandParser

from accounts.models import Authority
from partners.conditions import PROGRAMMES
from partners.selectors import NoConditions, conditions_of_grant
from sipmanager.core import arguments


class Command(BaseCommand):
    help = "Compute the conditions of grant, and the grant of the financial year, for an authority on a day."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("authority", metavar="AUTHORITY", help="the authority's code")
        parser.add_argument("--phase", choices=PROGRAMMES, required=True)
        parser.add_argument("--on", type=arguments.day, required=True, metavar="DATE")
        parser.add_argument("--format", choices=["json"], default="json")

    def handle(self, *args, authority: str, phase: str, on: date, **options) -> None:
        found = Authority.objects.filter(code=authority).first()
        try:
            if found is None:
                raise NoConditions(f"There is no authority {authority}.")
            answer = conditions_of_grant(authority=found, programme=phase, on=on).as_json()
        except NoConditions as error:
            self.stdout.write(json.dumps({"error": str(error)}, ensure_ascii=False))
            raise SystemExit(1) from error
        self.stdout.write(json.dumps(answer, ensure_ascii=False))
