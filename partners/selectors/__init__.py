"""Reads over SIPs, engagements and deployments."""

from .accrediting import (
    application_case,
    claim_case,
    live_deployments,
    national_people,
    removal_facts,
    sittings_of,
    term_of,
    three_years_before,
    touched_by,
    unasked,
    under_review,
)
from .agreements import (
    UNDER_WAY,
    agreement_case,
    agreement_on,
    agreements_running_out,
    could_be_scheduled,
    first_start,
    followed,
)
from .awards import awards_of, open_requests
from .candidates import (
    Candidate,
    could_not_take,
    could_take,
    has_no_link,
    school_case,
    school_findings,
    with_doubt,
    with_load,
    with_reasons,
)
from .case_facts import PartnerFacts
from .cases import case_from, case_of, deployment_case, deployment_cases, policy_of
from .checks import CheckItem, checklists, checks_run_out, is_needed, name_of, serving_heads, verified_checks
from .clock import awards_on, holding, is_per_sector
from .comparing import Side, side_by_side
from .confirmations import Asking, term_start, to_ask
from .development import (
    at_work_for,
    development_of,
    lines_of,
    meetings_attended,
    non_school_days,
    part_of,
    target_for,
    year_days,
    years_of,
)
from .duplicates import Pair, keys_of, merged_away, pair_of, partner_called, suspected_pairs
from .files import files_about
from .grants import (
    NoConditions,
    Report,
    conditions_of_grant,
    grant_case,
    notifications_that_count,
    register_evidence,
)
from .in_use import in_use_first
from .interests import interests_by_partner, interests_confirmed_on, linked_partners, matches_at, parties_of
from .owed import managers, owed, partner_person, programme_staff
from .owed_accreditation import lapsing, owed_of_accreditation
from .owed_of_record import owed_of_record
from .papers_owed import owed_papers, papers_in_hand
from .people import (
    SIP_STANDING,
    SUPPORT_STANDING,
    own_schools,
    partner_capacities,
    people_by_partner,
    people_by_support,
)
from .places import Place, place_of, places_of, school_facts
from .problems import problems
from .standing import PartnerStanding, accreditations, current_sips, partners_of, policies_on, standings_of, tenure_of
from .status import statuses_of
from .stood_down import stood_down_on
from .touched import deployments_touched

__all__ = [
    "SIP_STANDING",
    "SUPPORT_STANDING",
    "UNDER_WAY",
    "Asking",
    "Candidate",
    "CheckItem",
    "NoConditions",
    "Pair",
    "PartnerFacts",
    "PartnerStanding",
    "Place",
    "Report",
    "Side",
    "accreditations",
    "agreement_case",
    "agreement_on",
    "agreements_running_out",
    "application_case",
    "at_work_for",
    "awards_of",
    "awards_on",
    "case_from",
    "case_of",
    "checklists",
    "checks_run_out",
    "claim_case",
    "conditions_of_grant",
    "could_be_scheduled",
    "could_not_take",
    "could_take",
    "current_sips",
    "deployment_case",
    "deployment_cases",
    "deployments_touched",
    "development_of",
    "files_about",
    "first_start",
    "followed",
    "grant_case",
    "has_no_link",
    "holding",
    "in_use_first",
    "interests_by_partner",
    "interests_confirmed_on",
    "is_needed",
    "is_per_sector",
    "keys_of",
    "lapsing",
    "lines_of",
    "linked_partners",
    "live_deployments",
    "managers",
    "matches_at",
    "meetings_attended",
    "merged_away",
    "name_of",
    "national_people",
    "non_school_days",
    "notifications_that_count",
    "open_requests",
    "owed",
    "owed_of_accreditation",
    "owed_of_record",
    "owed_papers",
    "own_schools",
    "pair_of",
    "papers_in_hand",
    "part_of",
    "parties_of",
    "partner_called",
    "partner_capacities",
    "partner_person",
    "partners_of",
    "people_by_partner",
    "people_by_support",
    "place_of",
    "places_of",
    "policies_on",
    "policy_of",
    "problems",
    "programme_staff",
    "register_evidence",
    "removal_facts",
    "school_case",
    "school_facts",
    "school_findings",
    "serving_heads",
    "side_by_side",
    "sittings_of",
    "standings_of",
    "statuses_of",
    "stood_down_on",
    "suspected_pairs",
    "target_for",
    "tenure_of",
    "term_of",
    "term_start",
    "three_years_before",
    "to_ask",
    "touched_by",
    "unasked",
    "under_review",
    "verified_checks",
    "with_doubt",
    "with_load",
    "with_reasons",
    "year_days",
    "years_of",
]
