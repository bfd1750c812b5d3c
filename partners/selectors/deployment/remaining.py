"""What the night looks at: every deployment at work of one authority, with today's facts (DEP-10, DEP-12, PRE-11, PRE-13).

The number of queries does not grow with deployments, schools or SIPs.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Q

from accounts.models import Authority, AuthorityKind
from accounts.selectors import policy_on
from partners.deployment_rules import CheckFacts, DeploymentCase, Other
from partners.interests import Declared, Match, Party, interests_gap, matches
from partners.models import (
    OPEN_STATES,
    RUNNING_STATES,
    Check,
    CheckStatus,
    Contract,
    Deployment,
    DeploymentFlag,
    DeploymentStatus,
    Engagement,
    Headship,
    Interest,
    PartnerKind,
)
from partners.remaining import Stay
from partners.tenure import Spell
from schools.models import School, SchoolService
from schools.selectors import facts_on, lineage, working_calendar

from ..accreditation.standing import policies_on, standings_of
from ..sips.interests import interests_confirmed_on
from ..sips.stood_down import stood_down_on
from .cases import Place, policy_of, school_facts

# What an interest may touch: proposed, agreed or confirmed, and not over.
LIVE = (*OPEN_STATES, *RUNNING_STATES, DeploymentStatus.ENDED)


@dataclass(frozen=True)
class Looked:
    """One deployment as the night finds it.

    `stay` is there while the SIP is at work; `touching` are the declared interests that touch it, by their id, and
    `flags` those of it that are not cleared.
    """

    deployment: Deployment
    stay: Stay | None = None
    touching: Mapping[int, Match] = field(default_factory=dict)
    flags: tuple[DeploymentFlag, ...] = ()


def looked_at(authority: Authority, on: date) -> list[Looked]:
    """Every deployment of an authority that is live on a day or has a flag that is not cleared, oldest first."""
    flags = defaultdict(list)
    rows = DeploymentFlag.objects.filter(deployment__authority=authority, cleared_at=None).order_by("pk")
    for flag in rows:
        flags[flag.deployment_id].append(flag)
    live = Q(voided_on=None, status__in=LIVE) & (Q(ends_on=None) | Q(ends_on__gte=on))
    deployments = list(
        Deployment.objects.filter(live | Q(pk__in=list(flags)), authority=authority)
        .select_related("school__diocese", "partner__user", "authority", "policy")
        .order_by("pk")
    )
    at_work = [row for row in deployments if is_at_work(row, on)]
    stays = stays_of(at_work, on)
    touching = touching_interests([row for row in deployments if is_live(row, on)], on)
    return [Looked(row, stays.get(row.pk), touching.get(row.pk, {}), tuple(flags[row.pk])) for row in deployments]


def is_live(deployment: Deployment, on: date) -> bool:
    """Proposed, agreed or confirmed, and not over on a day."""
    is_over = deployment.ends_on is not None and deployment.ends_on < on
    return not deployment.is_void and not is_over and deployment.status in LIVE


def is_at_work(deployment: Deployment, on: date) -> bool:
    """Confirmed, begun and not over on a day."""
    return deployment.confirmed_on is not None and deployment.starts_on <= on and is_live(deployment, on)


def decide_by(authority: Authority, on: date) -> date:
    """By which day the manager decides on what is flagged on a day (POL-54)."""
    policy = policy_on(authority=authority, on=on)
    return working_calendar(authority, on, policy).add(on, policy.days_to_decide)


# ------------------------------------------------------------------------------------------------------- the rules


def stays_of(deployments: Iterable[Deployment], on: date) -> dict[int, Stay]:
    """What the rules ask of deployments at work on a day, by id, each under the policy that it holds (D-39)."""
    deployments = list(deployments)
    if not deployments:
        return {}
    facts = Facts(deployments, on)
    return {row.pk: facts.stay(row) for row in deployments}


class Facts:
    """Today's facts about some deployments, read once and handed out one by one."""

    def __init__(self, deployments: list[Deployment], on: date):
        self.on = on
        self.partner_ids = sorted({row.partner_id for row in deployments})
        self.school_ids = sorted({row.school_id for row in deployments})
        self.schools = facts_on(self.school_ids, on)
        self.authorities = {row.pk: row for row in Authority.objects.select_related("region")}
        self.families = lineage(self.school_ids)
        self.standings = standings_of(self.partner_ids, on)
        self.stood_down = stood_down_on(self.partner_ids, on)
        self.registers = interests_confirmed_on(self.partner_ids, on)
        self._read_people()
        self._read_papers()
        self._read_stays()

    def _read_people(self) -> None:
        kinds = PartnerKind.objects.running(self.on).filter(partner__in=self.partner_ids).order_by("pk")
        self.kinds = dict(kinds.values_list("partner_id", "kind"))
        heads = Headship.objects.running(self.on).filter(partner__in=self.partner_ids, is_former=False)
        self.heads = set(heads.filter(school__in=self.school_ids).values_list("partner_id", "school_id"))

    def _read_papers(self) -> None:
        here = Engagement.objects.running(self.on).filter(partner__in=self.partner_ids).order_by("pk")
        self.engaged = {pk: place for pk, *place in here.values_list("pk", "partner_id", "authority_id")}
        self.checks, self.contracts = defaultdict(dict), {}
        checks = Check.objects.filter(engagement__in=self.engaged, voided_on=None, status=CheckStatus.VERIFIED)
        columns = ("engagement_id", "kind", "checked_on", "expires_on", "is_not_applicable")
        for pk, kind, *rest in checks.order_by("checked_on", "pk").values_list(*columns):
            self.checks[tuple(self.engaged[pk])][kind] = CheckFacts(*rest)
        contracts = Contract.objects.filter(engagement__in=self.engaged, school__in=self.school_ids).order_by("pk")
        for pk, school_id, *days in contracts.values_list("engagement_id", "school_id", "confirmed_on", "ends_on"):
            self.contracts[(*self.engaged[pk], school_id)] = tuple(days)

    def _read_stays(self) -> None:
        self.spells, self.here = defaultdict(list), defaultdict(list)
        family = {school_id for ids in self.families.values() for school_id in ids}
        rows = Deployment.objects.standing().filter(partner__in=self.partner_ids, school__in=family).order_by("pk")
        for pk, partner_id, *stay in rows.values_list("pk", "partner_id", "school_id", "starts_on", "ends_on"):
            self.spells[partner_id].append((pk, *stay))
        rows = Deployment.objects.standing().filter(school__in=self.school_ids).order_by("starts_on", "pk")
        columns = ("pk", "school_id", "partner_id", "partner__full_name", "starts_on", "ends_on")
        for pk, school_id, *other in rows.values_list(*columns):
            self.here[school_id].append((pk, *other))

    def stay(self, row: Deployment) -> Stay:
        partner, policy, on = row.partner, policy_of(row), self.on
        confirmed, overdue = self.registers.get(partner.pk, (None, None))
        contract_on, contract_until = self.contracts.get((partner.pk, row.authority_id, row.school_id), (None, None))
        case = DeploymentCase(
            partner=partner.reference, partner_name=partner.full_name, school=school_facts(self._place(row)),
            starts_on=on, on=on, ends_on=row.ends_on, days=row.days, kind=self.kinds.get(partner.pk, ""),
            standings=tuple(self.standings.get(partner.pk, ())), is_willing=True,
            is_own_school=(partner.pk, row.school_id) in self.heads or partner.own_school_id == row.school_id,
            # Whoever was never asked, or has still time to answer, owes nothing.
            interests_gap=interests_gap(confirmed, overdue, on) if overdue else "",
            stood_down=self.stood_down.get(partner.pk, ""), checks_needed=tuple(policy.checks),
            checks=dict(self.checks[partner.pk, row.authority_id]), contract_on=contract_on, contract_until=contract_until,
            check_name=policy.check_name, check_age_months=policy.check_age_months, others=self._others(row),
            spells=self._spells(row), gap_months=policy.gap_months, handover_days=policy.handover_days,
            days_expected=policy.days_per_school,
        )  # fmt: skip
        return Stay(case, row.starts_on, row.ends_on, runs_it=row.authority.name, reasons=frozenset(row.reasons))

    def _place(self, row: Deployment) -> Place:
        facts = self.schools[row.school_id]
        local = self.authorities.get(facts.local_authority_id)
        region = local.region if local else None
        return Place(
            school=row.school, facts=facts, authority=self.authorities.get(facts.authority_id),
            region_id=region.pk if region else None, region_name=region.name if region else "", policy=policy_of(row),
            family=self.families[row.school_id],
        )  # fmt: skip

    def _spells(self, row: Deployment) -> tuple[Spell, ...]:
        family = self.families[row.school_id]
        return tuple(
            Spell(*days) for pk, school_id, *days in self.spells[row.partner_id] if school_id in family and pk != row.pk
        )

    def _others(self, row: Deployment) -> tuple[Other, ...]:
        return tuple(
            Other(name, *days, is_same_partner=partner_id == row.partner_id)
            for pk, partner_id, name, *days in self.here[row.school_id]
            if pk != row.pk
        )


# ---------------------------------------------------------------------------------------------- declared interests


def touching_interests(deployments: Iterable[Deployment], on: date) -> dict[int, dict[int, Match]]:
    """The declared interests that touch each deployment on a day when both run, by deployment and interest id (PRE-11)."""
    declared = defaultdict(list)
    deployments = list(deployments)
    partner_ids = {row.partner_id for row in deployments}
    for interest in Interest.objects.filter(partner__in=partner_ids).order_by("pk"):
        declared[interest.partner_id].append(interest)
    asked = [row for row in deployments if row.partner_id in declared]
    if not asked:
        return {}
    parties = Parties({row.school_id: row.school for row in asked}, {row.authority_id for row in asked}, on)
    return {row.pk: parties.touching(row, declared[row.partner_id]) for row in asked}


class Parties:
    """What some schools are and belong to, read once: themselves and those they followed, trusts, dioceses."""

    def __init__(self, schools: Mapping[int, School], authority_ids: Iterable[int], on: date):
        self.on = on
        families = lineage(schools)
        family_ids = {school_id for family in families.values() for school_id in family}
        names = dict(School.objects.filter(pk__in=family_ids).values_list("pk", "name"))
        self.policies = policies_on(authority_ids, on)
        self.trusts = defaultdict(list)
        services = SchoolService.objects.filter(school__in=schools, authority__kind=AuthorityKind.TRUST)
        columns = ("school_id", "authority__name", "starts_on", "ends_on")
        for school_id, *rest in services.order_by("pk").values_list(*columns):
            self.trusts[school_id].append(rest)
        self.always = {
            pk: [Party("school", names[one], frozenset({one})) for one in sorted(families[pk], key=lambda one: one != pk)]
            + _parties_of_register(school)
            for pk, school in schools.items()
        }

    def touching(self, row: Deployment, interests: Iterable[Interest]) -> dict[int, Match]:
        found = {}
        for one in interests:
            on = max(self.on, row.starts_on, one.starts_on or self.on)
            if row.ends_on is not None and on > row.ends_on:
                continue
            declared = Declared(one.kind, one.says, one.named, one.school_id, one.starts_on, one.ends_on)
            months = self.policies[row.authority_id].former_link_months
            parties = [*self.always[row.school_id], *self._trusts_on(row.school_id, on)]
            for match in matches([declared], parties, on=on, former_months=months, runs_the_sip=row.authority.name):
                found[one.pk] = match
        return found

    def _trusts_on(self, school_id: int, on: date) -> list[Party]:
        return [
            Party("trust", name)
            for name, starts_on, ends_on in self.trusts[school_id]
            if (starts_on is None or starts_on <= on) and (ends_on is None or on <= ends_on)
        ]


def _parties_of_register(school: School) -> list[Party]:
    named = (("trust", school.trust_name), ("federation", school.federation_name))
    found = [Party(what, name) for what, name in named if name]
    return [*found, Party("diocese", school.diocese.name)] if school.diocese_id is not None else found
