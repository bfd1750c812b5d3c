"""Reads over SIPs, engagements and deployments."""

from .cases import Place, case_of, deployment_case, deployment_cases, open_requests, place_of, school_facts
from .people import own_schools, partner_capacities, people_by_partner, people_by_support

__all__ = [
    "Place", "case_of", "deployment_case", "deployment_cases", "open_requests", "own_schools", "partner_capacities",
    "people_by_partner", "people_by_support", "place_of", "school_facts",
]  # fmt: skip
