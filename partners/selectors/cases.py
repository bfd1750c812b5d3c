"""What the deployment rules look at, read in a fixed number of queries for one SIP or for many (D-7, D-13)."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Q

from accounts.models import Authority
from accounts.presets import Policy
from accounts.selectors import NATIONAL_POLICY, policy_on
from partners.accreditation import LAPSE_MONTHS, Asked, Award, Practice, standings
from partners.deployment_rules import CheckFacts, DeploymentCase, Other, SchoolFacts
from partners.interests import interests_gap
from partners.models import (
    Accreditation,
    Check,
    CheckStatus,
    Contract,
    Deployment,
    DeploymentStatus,
    Engagement,
    Headship,
    Partner,
    PartnerKind,
    RecordsRequest,
    Willingness,
)
from partners.tenure import Spell
from schools.facts import NOT_DEPLOYABLE, PHASE_NAMES, Governance, Phase
from schools.models import School
from schools.selectors import SchoolOnDay, fact_on, lineage
from sipmanager.core.academic import add_months
from sipmanager.core.wording import in_sentence

from .clock import is_per_sector, proven, with_sector
from .interests import interests_by_partner, interests_confirmed_on, matches_at, parties_of
from .stood_down import stood_down_on

NO_CONTRACT = (None, None)
OPEN = (DeploymentStatus.PROPOSED, DeploymentStatus.AGREED)


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
    facts = fact_on(school, starts_on)
    ids = {facts.authority_id, facts.local_authority_id} - {None}
    rows = {row.pk: row for row in Authority.objects.filter(pk__in=ids).select_related("region")}
    authority = rows.get(facts.authority_id)
    local = rows.get(facts.local_authority_id)
    region = local.region if local else None
    return Place(
        school=school,
        facts=facts,
        authority=authority,
        region_id=region.pk if region else None,
        region_name=region.name if region else "",
        policy=policy_on(authority=authority.pk if authority else 0, on=on),
        family=lineage([school.pk])[school.pk],
    )


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
    ids = sorted(set(partner_ids))
    people = PartnerFacts(ids, place, starts_on, on, without)
    school, policy = school_facts(place), policy or place.policy
    return {
        partner.pk: DeploymentCase(
            partner=partner.reference, partner_name=partner.full_name, school=school, starts_on=starts_on, on=on,
            ends_on=ends_on, days=days, checks_needed=tuple(policy.checks), check_name=policy.check_name,
            check_age_months=policy.check_age_months, gap_months=policy.gap_months,
            handover_days=policy.handover_days, days_expected=policy.days_per_school, **people.of(partner),
        )
        for partner in people.partners
    }  # fmt: skip


class PartnerFacts:
    """The dated facts of some SIPs about one place, read once and handed out SIP by SIP."""

    def __init__(self, ids: list[int], place: Place, starts_on: date, on: date, without: Deployment | None):
        self.ids, self.place, self.starts_on, self.on = ids, place, starts_on, on
        self.without = without.pk if without else None
        self.authority_id = place.authority.pk if place.authority else None
        self.partners = list(Partner.objects.filter(pk__in=ids).order_by("pk"))
        self._read_register()
        self._read_engagements()
        self._read_deployments()
        self._read_requests()

    def _read_register(self) -> None:
        day, school_id = self.starts_on, self.place.school.pk
        kinds = PartnerKind.objects.running(day).filter(partner__in=self.ids)
        self.kinds = dict(kinds.order_by("pk").values_list("partner_id", "kind"))
        heads = Headship.objects.running(day).filter(partner__in=self.ids, school_id=school_id, is_former=False)
        self.heads_here = set(heads.values_list("partner_id", flat=True))
        self.awards, self.proven = awards_of(self.ids), proven(self.ids)
        self.is_per_sector = is_per_sector(day)
        self.places, self.willing = self._read_willingness(day)
        self.parties = parties_of(self.place.school, self.place.family, day)
        self.interests = interests_by_partner(self.partners)
        self.registers = interests_confirmed_on(self.ids, self.on)
        self.stood_down = stood_down_on(self.ids, day)

    def _read_willingness(self, day: date):
        places, willing = defaultdict(list), set()
        local = set(self.place.local_ids())
        rows = Willingness.objects.running(day).filter(partner__in=self.ids)
        columns = ("partner_id", "region_id", "region__name", "authority_id", "authority__name")
        for partner_id, region_id, region, authority_id, authority in rows.order_by("pk").values_list(*columns):
            places[partner_id].append(region or authority)
            if (region_id is not None and region_id == self.place.region_id) or authority_id in local:
                willing.add(partner_id)
        return places, willing

    def _read_engagements(self) -> None:
        here = Engagement.objects.running(self.starts_on).filter(partner__in=self.ids, authority_id=self.authority_id)
        self.engaged = dict(here.order_by("pk").values_list("partner_id", "pk"))
        self.checks = defaultdict(dict)
        checks = Check.objects.filter(engagement__in=self.engaged.values(), voided_on=None, status=CheckStatus.VERIFIED)
        columns = ("engagement__partner_id", "kind", "checked_on", "expires_on", "is_not_applicable")
        for partner_id, kind, *rest in checks.order_by("checked_on", "pk").values_list(*columns):
            self.checks[partner_id][kind] = CheckFacts(*rest)
        contracts = Contract.objects.filter(engagement__in=self.engaged.values(), school=self.place.school)
        columns = ("engagement__partner_id", "confirmed_on", "ends_on")
        self.contracts = {partner_id: tuple(days) for partner_id, *days in contracts.values_list(*columns)}

    def _read_deployments(self) -> None:
        self.practice, self.spells, self.worked_for = defaultdict(list), defaultdict(list), defaultdict(set)
        since = add_months(self.starts_on, -LAPSE_MONTHS)
        rows = Deployment.objects.standing().filter(partner__in=self.ids).exclude(pk=self.without)
        rows = with_sector(rows, per_sector=self.is_per_sector)
        columns = ("partner_id", "school_id", "authority_id", "starts_on", "ends_on", "sector")
        for partner_id, school_id, authority_id, starts_on, ends_on, sector in rows.order_by("pk").values_list(*columns):
            self.practice[partner_id].append(Practice(starts_on, ends_on, sector))
            if school_id in self.place.family:
                self.spells[partner_id].append(Spell(starts_on, ends_on))
            if ends_on is None or ends_on >= since:
                self.worked_for[partner_id].add(authority_id)
        open_here = Q(status__in=OPEN, partner__in=self.ids)
        standing = Q(confirmed_on__isnull=False)
        here = Deployment.objects.filter(standing | open_here, school=self.place.school, voided_on=None)
        columns = ("partner_id", "partner__full_name", "starts_on", "ends_on", "confirmed_on")
        self.here = list(here.exclude(pk=self.without).order_by("starts_on", "pk").values_list(*columns))

    def _read_requests(self) -> None:
        self.requests = open_requests(self.starts_on)
        asked = {authority_id for authority_id, _ in self.requests}
        self.engaged_by = defaultdict(set)
        since = add_months(self.starts_on, -LAPSE_MONTHS)
        rows = Engagement.objects.filter(Q(ends_on=None) | Q(ends_on__gte=since), partner__in=self.ids)
        rows = rows.filter(authority_id__in=asked)
        for partner_id, authority_id in rows.values_list("partner_id", "authority_id"):
            self.engaged_by[partner_id].add(authority_id)

    def of(self, partner: Partner) -> dict:
        """What the case holds of one SIP."""
        pk = partner.pk
        awards = self.awards.get(pk, [])
        own = self.worked_for[pk] | self.engaged_by[pk]
        asked = [question for authority_id, question in self.requests if authority_id in own]
        name = self.place.facts.name
        found = matches_at(self.place, self.interests.get(pk, ()), self.parties, self.starts_on)
        return {
            "kind": self.kinds.get(pk, ""),
            "standings": tuple(
                standings(
                    awards=awards, stated_on=partner.last_practised_on, asked=asked, on=self.starts_on,
                    practice=[*self.practice[pk], *self.proven.get(pk, ())], is_per_sector=self.is_per_sector,
                )
            ),
            "first_award_on": min((award.accredited_on for award in awards), default=None),
            "is_willing": pk in self.willing,
            "willing_places": tuple(self.places[pk]),
            "is_own_school": pk in self.heads_here or partner.own_school_id == self.place.school.pk,
            "conflicts": tuple(row.sentence(name) for row in found if row.is_exact),
            "possible_conflicts": tuple(row.sentence(name) for row in found if not row.is_exact),
            "interests_gap": interests_gap(*self.registers.get(pk, (None, None)), self.on),
            "stood_down": self.stood_down.get(pk, ""),
            "is_engaged": pk in self.engaged,
            "checks": dict(self.checks[pk]),
            "contract_on": self.contracts.get(pk, NO_CONTRACT)[0],
            "contract_until": self.contracts.get(pk, NO_CONTRACT)[1],
            "spells": tuple(self.spells[pk]),
            "others": tuple(
                Other(name, starts_on, ends_on, is_same_partner=other == pk, is_confirmed=confirmed_on is not None)
                for other, name, starts_on, ends_on, confirmed_on in self.here
                if confirmed_on is not None or other == pk
            ),
        }  # fmt: skip


def awards_of(partner_ids: Iterable[int]) -> dict[int, list[Award]]:
    """The awards of some SIPs, oldest first; one query."""
    found: dict[int, list[Award]] = defaultdict(list)
    rows = Accreditation.objects.filter(partner__in=partner_ids).order_by("accredited_on", "pk")
    for partner_id, *award in rows.values_list("partner_id", "sector", "accredited_on", "removed_on", "reference"):
        found[partner_id].append(Award(*award))
    return found


def open_requests(on: date) -> list[tuple[int, Asked]]:
    """The authorities that were asked by `on` whether their record of deployments is right and have not said (D-16)."""
    rows = RecordsRequest.objects.filter(Q(answered_on=None) | Q(answered_on__gt=on), asked_on__lte=on)
    columns = ("authority_id", "authority__name", "asked_on", "answered_on")
    return [(pk, Asked(*rest)) for pk, *rest in rows.order_by("pk").values_list(*columns)]


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
