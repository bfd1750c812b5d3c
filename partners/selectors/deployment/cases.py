"""What the deployment rules look at, read in a fixed number of queries for one SIP or for many (D-7, D-13)."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from accounts.presets import Policy
from accounts.selectors import NATIONAL_POLICY
from partners.deployment_rules import DeploymentCase
from partners.models import Deployment, Partner
from schools.models import School

from .case_facts import PartnerFacts
from .places import Place, place_of, school_facts


def deployment_case(
    *, partner: Partner, school: School, starts_on: date, on: date, ends_on: date | None = None,
    days: Decimal | None = None, deployment: Deployment | None = None, policy: Policy | None = None,
) -> DeploymentCase:  # fmt: skip
    """What the rules need to know of one SIP and one school. `deployment` is left out of what is on record already.

    `policy` is the one that a deployment holds; without it the one in force on `on`.
    """
    place = place_of(school, starts_on=starts_on, on=on)
    cases = deployment_cases(
        partner_ids=[partner.pk], place=place, starts_on=starts_on, on=on, ends_on=ends_on, days=days,
        without=deployment, policy=policy,
    )  # fmt: skip
    return cases[partner.pk]


def deployment_cases(
    *, partner_ids: Iterable[int], place: Place, starts_on: date, on: date, ends_on: date | None = None,
    days: Decimal | None = None, without: Deployment | None = None, policy: Policy | None = None,
) -> dict[int, DeploymentCase]:  # fmt: skip
    """The cases of many SIPs at one school, by partner id; the number of queries does not grow with them."""
    people = PartnerFacts(partner_ids, {place.school.pk: place}, starts_on=starts_on, on=on, without=without)
    return {
        partner.pk: case_from(people, partner, place, ends_on=ends_on, days=days, policy=policy) for partner in people.partners
    }


def case_from(
    people: PartnerFacts, partner: Partner, place: Place, *, ends_on: date | None = None, days: Decimal | None = None,
    policy: Policy | None = None,
) -> DeploymentCase:  # fmt: skip
    """The case of one SIP at one school, from facts that were read for many."""
    policy = policy or place.policy
    return DeploymentCase(
        partner=partner.reference, partner_name=partner.full_name, school=school_facts(place), starts_on=people.starts_on,
        on=people.on, ends_on=ends_on, days=days, checks_needed=tuple(policy.checks), check_name=policy.check_name,
        check_age_months=policy.check_age_months, gap_months=policy.gap_months, handover_days=policy.handover_days,
        days_expected=policy.days_per_school, **people.of(partner, place),
    )  # fmt: skip


def case_of(deployment: Deployment, *, on: date) -> DeploymentCase:
    """The case of a deployment already on record, under the policy that it holds (D-39)."""
    return deployment_case(
        partner=deployment.partner, school=deployment.school, starts_on=deployment.starts_on, on=on,
        ends_on=deployment.ends_on, days=deployment.days, deployment=deployment,
        policy=policy_of(deployment),
    )  # fmt: skip


def policy_of(deployment: Deployment) -> Policy:
    """The local policy under which the deployment was proposed (D-39)."""
    return deployment.policy.policy if deployment.policy else NATIONAL_POLICY
