"""Reads over SIPs, engagements and deployments."""

from .candidates import (
    Candidate,
    could_not_take,
    could_take,
    school_case,
    school_findings,
    with_doubt,
    with_load,
    with_reasons,
)
from .cases import (
    Place,
    awards_of,
    case_of,
    deployment_case,
    deployment_cases,
    open_requests,
    place_of,
    policy_of,
    school_facts,
)
from .files import files_about
from .grants import (
    NoConditions,
    Report,
    conditions_of_grant,
    grant_case,
    notifications_that_count,
    register_evidence,
)
from .interests import interests_by_partner, linked_partners, matches_at, parties_of, register_confirmed_on, register_overdue
from .owed import lapsing, owed
from .people import own_schools, partner_capacities, people_by_partner, people_by_support
from .problems import problems
from .standing import PartnerStanding, accreditations, current_sips, partners_of, policies_on, standings_of, tenure_of
from .status import statuses_of
from .stood_down import stood_down_on
from .touched import deployments_touched

__all__ = [
    "Candidate",
    "NoConditions",
    "PartnerStanding",
    "Place",
    "Report",
    "accreditations",
    "awards_of",
    "case_of",
    "conditions_of_grant",
    "could_not_take",
    "could_take",
    "current_sips",
    "deployment_case",
    "deployment_cases",
    "deployments_touched",
    "files_about",
    "grant_case",
    "interests_by_partner",
    "lapsing",
    "linked_partners",
    "matches_at",
    "notifications_that_count",
    "open_requests",
    "owed",
    "own_schools",
    "parties_of",
    "partner_capacities",
    "partners_of",
    "people_by_partner",
    "people_by_support",
    "place_of",
    "policies_on",
    "policy_of",
    "problems",
    "register_confirmed_on",
    "register_evidence",
    "register_overdue",
    "school_case",
    "school_facts",
    "school_findings",
    "standings_of",
    "statuses_of",
    "stood_down_on",
    "tenure_of",
    "with_doubt",
    "with_load",
    "with_reasons",
]
