"""Whether one SIP could be deployed to one school, and all that stands in the way (D-13, D-14)."""

import json
from dataclasses import replace
from datetime import date

from django.core.management.base import BaseCommand, CommandError, CommandParser

from partners.deployment_rules import findings, is_allowed, may_propose
from partners.selectors import deployment_case, partner_called
from schools.models import School
from sipmanager.core import arguments, clock


class Command(BaseCommand):
    help = "Say whether a SIP could be deployed to a school, and every rule that stands in the way."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("partner_ref", metavar="PARTNER_REF")
        parser.add_argument("school_urn", metavar="SCHOOL_URN")
        parser.add_argument("--start", type=arguments.day, required=True, metavar="DATE", help="the first day")
        parser.add_argument("--end", type=arguments.day, metavar="DATE", help="default: the last lawful day")
        parser.add_argument("--format", choices=["json"], default="json")

    def handle(self, *args, partner_ref: str, school_urn: str, start: date, end: date | None, **options) -> None:
        if end is not None and end < start:
            raise CommandError("--end must be on or after --start", returncode=2)
        partner = partner_called(partner_ref)
        school = School.objects.filter(urn=school_urn).first()
        if partner is None or school is None:
            unknown = f"partner {partner_ref}" if partner is None else f"school {school_urn}"
            self.stdout.write(json.dumps({"error": f"There is no {unknown}."}))
            raise SystemExit(1)
        case = deployment_case(partner=partner, school=school, starts_on=start, on=clock.today(), ends_on=end)
        if end is None and case.last_lawful_on >= start:
            case = replace(case, ends_on=case.last_lawful_on)
        found = findings(case)
        answer = {
            "allowed": is_allowed(found),
            "may_propose": may_propose(found),
            "findings": [finding.as_json() for finding in found],
        }
        self.stdout.write(json.dumps(answer, ensure_ascii=False))
