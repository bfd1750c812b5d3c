"""A whole deployment for the schools of one programme without a SIP, or which rules cannot be kept together (DEP-3, COG-D)."""

import json
from argparse import ArgumentTypeError
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from accounts.models import Authority
from partners.conditions import PROGRAMMES
from partners.selectors import Plan, Wanted, plan_of
from sipmanager.core import arguments, clock
from sipmanager.core.wording import day

TIME_LIMIT = 30  # seconds
LONGEST = 3600


def seconds(text: str) -> float:
    """How long to look for the best plan: more than nothing and at most an hour."""
    try:
        found = float(text)
    except ValueError:
        found = 0
    if not 0 < found <= LONGEST:
        raise ArgumentTypeError(f"{text!r} is not a number of seconds, more than 0 and at most {LONGEST}")
    return found


class Command(BaseCommand):
    help = "Propose who takes which school, so that every rule and the mix of COG-D are kept, or say what stands in the way."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("authority", metavar="AUTHORITY")
        parser.add_argument("--phase", choices=PROGRAMMES, required=True)
        parser.add_argument("--start", type=arguments.day, required=True, metavar="DATE", help="the first day")
        parser.add_argument("--time-limit", type=seconds, default=TIME_LIMIT, metavar="SECONDS", help="default: 30")
        parser.add_argument("--format", choices=["json"], default="json")

    def handle(self, *args, authority: str, phase: str, start: date, time_limit: float, **options) -> None:
        found = Authority.objects.filter(code=authority).first()
        if found is None:
            self.stdout.write(json.dumps({"error": f"There is no authority {authority}."}))
            raise SystemExit(1)
        if start < clock.today():
            self.stderr.write(f"{day(start)} has passed: this is what would have been planned, on the records of today.")
        plan = plan_of(Wanted(found, phase, start), on=clock.today(), time_limit=time_limit)
        self.stdout.write(json.dumps(as_json(plan), ensure_ascii=False))


def as_json(plan: Plan) -> dict[str, Any]:
    """The plan in the shape that others rely on."""
    return {
        "status": plan.status.value,
        "objective": plan.objective,
        "bound": plan.bound,
        "assignments": [
            {"school_urn": row.urn, "partner": row.reference, "because": row.because} for row in plan.assignments
        ],
        "unassigned": [{"school_urn": row["school_urn"], "because": row["because"]} for row in plan.unassigned],
        "cannot_meet_together": list(plan.conflicts),
    }  # fmt: skip
