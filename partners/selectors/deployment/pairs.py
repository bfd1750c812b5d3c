"""The cases of several SIPs at several schools, also as they would be once other deployments have ended (D-7, DEP-9)."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal

from partners.consulting import AGREED_ONE_BY_ONE
from partners.deployment_rules import DeploymentCase, Other
from partners.models import Deployment, Partner
from schools.models import School

from .case_facts import PartnerFacts
from .cases import case_from
from .places import places_of

Pair = tuple[int, int]


def cases_of_pairs(
    pairs: Iterable[tuple[Partner, School]], *, starts_on: date, on: date, ends_on: date | None = None,
    days: Decimal | None = None, leaving: Mapping[int, Deployment] | None = None, last_on: date | None = None,
) -> dict[Pair, DeploymentCase]:  # fmt: skip
    """The case of each pair, by SIP's and school's id; the number of queries grows with neither.

    `leaving` are deployments, by school id, that would end on `last_on`.
    """
    pairs = list(pairs)
    places = places_of({school for _, school in pairs}, starts_on=starts_on, on=on)
    facts = PartnerFacts({partner.pk for partner, _ in pairs}, places, starts_on=starts_on, on=on)
    people = {partner.pk: partner for partner in facts.partners}
    found = {}
    for partner, school in pairs:
        case = case_from(facts, people[partner.pk], places[school.pk], ends_on=ends_on, days=days)
        gone = (leaving or {}).get(school.pk)
        found[partner.pk, school.pk] = _without(case, gone, last_on) if gone is not None else case
    return found


def having_their_say(schools: Iterable[School], *, starts_on: date, on: date) -> frozenset[int]:
    """The schools, by id, whose authority agrees a proposal only after they have had their say (POL-10)."""
    places = places_of(schools, starts_on=starts_on, on=on)
    return frozenset(pk for pk, place in places.items() if place.policy.schools_say in AGREED_ONE_BY_ONE)


def _without(case: DeploymentCase, gone: Deployment, last_on: date | None) -> DeploymentCase:
    """The case as it would be once `gone` had ended on `last_on`; a stay that begins after that day would not be."""
    others: list[Other] = []
    for other in case.others:
        is_gone = (other.partner_name, other.starts_on) == (gone.partner.full_name, gone.starts_on)
        if not is_gone:
            others.append(other)
        elif last_on is not None and other.starts_on <= last_on:
            others.append(replace(other, ends_on=last_on))
    return replace(case, others=tuple(others))
