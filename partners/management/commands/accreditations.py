"""Where every accreditation stands on one day (ACC-10 to ACC-12, D-16)."""

import json
from datetime import date

from django.core.management.base import BaseCommand, CommandParser

from accounts.models import Authority
from partners.selectors import accreditations, partners_of
from sipmanager.core import arguments


class Command(BaseCommand):
    help = "List every accreditation with its state, last practice, warning and lapse on a day."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--on", type=arguments.day, required=True, metavar="DATE")
        parser.add_argument("--authority", metavar="CODE", help="only the SIPs whom this authority engages or has at work")
        parser.add_argument("--format", choices=["json"], default="json")

    def handle(self, *args, on: date, authority: str | None, **options) -> None:
        partners = None
        if authority is not None:
            found = Authority.objects.filter(code=authority).first()
            if found is None:
                self.stdout.write(json.dumps({"error": f"There is no authority {authority}."}))
                raise SystemExit(1)
            partners = partners_of(found, on)
        rows = accreditations(on=on, partners=partners)
        self.stdout.write(json.dumps([row.as_json() for row in rows], ensure_ascii=False))
