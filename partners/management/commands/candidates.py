"""Who could take a school, best first and why, and who could not and why (REG-20, DEP-3, D-7)."""

import json
from argparse import ArgumentTypeError
from datetime import date

from django.core.management.base import BaseCommand, CommandParser

from partners.matching import Weights, sentences
from partners.selectors import (
    asked_of,
    best_first,
    could_not_take,
    could_take,
    matches_of,
    place_of,
    with_reasons,
)
from schools.models import School
from sipmanager.core import arguments, clock


def whole(text: str) -> int:
    """A number of SIPs, one at least."""
    if not (text.isascii() and text.isdigit() and 0 < len(text) < 7 and int(text)):
        raise ArgumentTypeError(f"{text!r} is not a whole number of 1 or more")
    return int(text)


class Command(BaseCommand):
    help = "List the SIPs who could take a school, best first with reasons, and those who could not and why."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("school_urn", metavar="SCHOOL_URN")
        parser.add_argument("--start", type=arguments.day, required=True, metavar="DATE", help="the first day")
        parser.add_argument("--limit", type=whole, metavar="N", help="so many of the best; default: all")
        parser.add_argument("--format", choices=["json"], default="json")

    def handle(self, *args, school_urn: str, start: date, limit: int | None, **options) -> None:
        school = School.objects.filter(urn=school_urn).select_related("diocese").first()
        if school is None:
            self.stdout.write(json.dumps({"error": f"There is no school {school_urn}."}))
            raise SystemExit(1)
        answer = self.answer(school, start, clock.today(), limit)
        self.stdout.write(json.dumps(answer, ensure_ascii=False))

    def answer(self, school: School, starts_on: date, on: date, limit: int | None) -> dict:
        place = place_of(school, starts_on=starts_on, on=on)
        weights = Weights.of(place.policy)
        asked = asked_of({school.pk: place}, starts_on=starts_on)[school.pk]
        could = best_first(
            could_take(place, starts_on=starts_on, on=on), place, asked, weights, starts_on=starts_on
        )  # fmt: skip
        found = list(could[:limit])
        matches = matches_of(found, place, weights, starts_on=starts_on)
        rest = with_reasons(could_not_take(place, starts_on=starts_on, on=on), place, starts_on=starts_on, on=on)
        return {
            "ranked": [
                {
                    "partner": partner.reference,
                    "score": matches[partner.pk].score,
                    "because": sentences(matches[partner.pk].parts),
                }
                for partner in found
            ],
            "excluded": [
                {
                    "partner": row.partner.reference,
                    "because": [finding.because for finding in row.refusals],
                }
                for row in rest
            ],
        }  # fmt: skip
