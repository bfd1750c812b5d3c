"""Schools as the deployment rules ask of them: who runs the SIP, where the school lies, under which policy (D-2, D-3, D-39)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from accounts.models import Authority
from accounts.presets import Policy
from accounts.selectors import NATIONAL_POLICY
from partners.deployment_rules import SchoolFacts
from schools.facts import NOT_DEPLOYABLE, PHASE_NAMES, Governance, Phase
from schools.models import School
from schools.selectors import SchoolOnDay, facts_on, lineage
from sipmanager.core.wording import in_sentence

from ..accreditation.standing import policies_on


@dataclass(frozen=True)
class Place:
    """A school on a first day, with the authority that runs its SIP, its region and the policy that holds."""

    school: School
    facts: SchoolOnDay
    authority: Authority | None
    region_id: int | None
    region_name: str
    policy: Policy
    family: frozenset[int]

    def local_ids(self) -> list[int]:
        """The authorities whose name, on a SIP's list, means this school."""
        found = {self.facts.local_authority_id, self.authority.pk if self.authority else None}
        return sorted(pk for pk in found if pk is not None)


def place_of(school: School, *, starts_on: date, on: date) -> Place:
    """The school as the rules ask of it; the policy is the one in force on the day of the question (D-39)."""
    return places_of([school], starts_on=starts_on, on=on)[school.pk]


def places_of(schools: Iterable[School], *, starts_on: date, on: date) -> dict[int, Place]:
    """Many schools as the rules ask of them, by id; the number of queries does not grow with them."""
    schools = {school.pk: school for school in schools}
    facts = facts_on(list(schools), starts_on)
    ids = {pk for found in facts.values() for pk in (found.authority_id, found.local_authority_id)} - {None}
    rows = {row.pk: row for row in Authority.objects.filter(pk__in=ids).select_related("region")}
    policies = policies_on({found.authority_id for found in facts.values()} - {None}, on)
    families = lineage(schools)
    return {pk: _place(schools[pk], found, rows, policies, families[pk]) for pk, found in facts.items()}


def _place(school: School, facts: SchoolOnDay, rows, policies, family: frozenset[int]) -> Place:
    authority, local = rows.get(facts.authority_id), rows.get(facts.local_authority_id)
    region = local.region if local else None
    return Place(
        school=school,
        facts=facts,
        authority=authority,
        region_id=region.pk if region else None,
        region_name=region.name if region else "",
        policy=policies[authority.pk] if authority else NATIONAL_POLICY,
        family=family,
    )


def schools_choose(policy: Policy) -> bool:
    """Whether schools may have a SIP of their own choice, from another body (DEP-29, POL-11)."""
    return policy.sip_source == "trust_or_school"


def school_facts(place: Place) -> SchoolFacts:
    """The part of the case that is the same for every SIP."""
    facts = place.facts
    return SchoolFacts(
        urn=facts.urn,
        name=facts.name,
        status=facts.status,
        phase_name=PHASE_NAMES.get(facts.phase, ""),
        sector_needed=facts.sector_needed,
        sector_because=_why_that_sector(facts),
        outside=_why_outside(facts),
        is_all_age=facts.phase == Phase.ALL_AGE,
        all_age_discussed_on=facts.all_age_discussed_on,
        authority_name=place.authority.name if place.authority else "",
        region_name=place.region_name,
    )


def _why_that_sector(facts: SchoolOnDay) -> str:
    sector = facts.sector_needed
    if facts.phase == Phase.ALL_AGE and facts.all_age_sector:
        return "agreed with the regional coordinator"
    if facts.phase == Phase.PRU:
        return (
            f"a pupil referral unit deemed {sector}" if facts.deemed_phase else "a pupil referral unit not yet deemed either"
        )
    if facts.is_academy:
        return (
            "an academy takes the sector of its own phase" if facts.deemed_phase else "an academy without a phase of its own"
        )
    if facts.phase in {Phase.MIDDLE_DEEMED_PRIMARY, Phase.MIDDLE_DEEMED_SECONDARY}:
        return f"a middle school deemed {sector}"
    return ""


def _why_outside(facts: SchoolOnDay) -> str:
    if facts.phase in NOT_DEPLOYABLE:
        kind = in_sentence(PHASE_NAMES[facts.phase])
        return f"{facts.name} is of phase {kind}, which SIPs do not serve."
    if not facts.is_in_sip_scope:
        return f"{facts.name} is marked as outside the programme."
    if not facts.sector_needed and facts.phase != Phase.ALL_AGE:
        return f"{facts.name} has no phase on record that names a sector, so no SIP can be matched to it."
    if facts.governance == Governance.OTHER:
        return f"{facts.name} is not maintained by an authority and is no academy."
    return ""
