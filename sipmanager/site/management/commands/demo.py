"""The demonstration: invented authorities with something to do for every role."""

import json

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import Authority
from sipmanager.core import clock
from sipmanager.site.demonstration import make, people


class Command(BaseCommand):
    help = "Make an invented authority for each preset, with people, schools, SIPs and notes in every state."

    def add_arguments(self, parser: CommandParser) -> None:
        presets = [one.preset for one in people.AUTHORITIES]
        parser.add_argument("--preset", choices=[*presets, "all"], default="all")
        parser.add_argument("--scale", choices=["small", "national"], default="small")
        parser.add_argument("--format", choices=["json", "text"], default="json")

    def handle(self, *args, preset: str, scale: str, format: str, **options) -> None:
        if not settings.DEMONSTRATION:
            raise CommandError("Demonstration accounts exist only while DEMONSTRATION is on.")
        if clock.today() != people.DEMONSTRATION_DAY:
            self.stderr.write(
                f"The demonstration's day is {people.DEMONSTRATION_DAY}: set PRETEND_IT_IS to it, or all of it looks long past."
            )
        wanted = [one for one in people.AUTHORITIES if preset in (one.preset, "all")]
        there = Authority.objects.filter(code__in=[one.code for one in wanted]).values_list("code", flat=True)
        if there:
            raise CommandError(
                f"The demonstration is there already: {', '.join(sorted(there))}. Start from an empty database."
            )
        result = make.make_demonstration(wanted, is_national=scale == "national", write=self.stderr.write)
        if format == "json":
            self.stdout.write(json.dumps(result))
            return
        self.stdout.write(f"Password for every demonstration account: {result['password']}")
        for row in result["sign_ins"]:
            self.stdout.write(f"  {row['email']:44} {row['name']}")
