"""Reads over SIPs, engagements and deployments."""

from .people import own_schools, partner_capacities, people_by_partner, people_by_support

__all__ = ["own_schools", "partner_capacities", "people_by_partner", "people_by_support"]
