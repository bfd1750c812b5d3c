"""The question to the planner as the records put it, and its answer as people read it (DEP-3, D-7, D-20, COG-D).

The rules that refuse a proposal decide the pairs, the local policy the points, and the deployments that run on what the mix
brings along already.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Q

from accounts.models import Authority, AuthorityKind
from accounts.presets import Policy
from accounts.selectors import policy_on
from partners.conditions import AMENDED_ON, PRIMARY, mix_of
from partners.matching import A_SCHOOL, Part, Weights, weightiest
from partners.models import Deployment, Engagement, Partner
from partners.planning import (
    HEAD,
    WITHIN,
    AtLeast,
    Instance,
    Key,
    Need,
    Pair,
    Ratio,
    Sip,
    Solution,
    Status,
    explained,
    solve,
    why_left,
)
from partners.planning.mending import mend_of
from schools.models import School
from schools.selectors import SchoolOnDay, facts_on, served_on
from sipmanager.core.rules import Finding
from sipmanager.core.wording import counted, listed

from .accreditation.standing import tenure_of
from .deployment.places import Place, places_of
from .deployment.pool import Pool, committed_from, within_reach
from .grants import grant_case, sips_on

# What is weighed of a pair; days are a limit and the load a cost of its own.
PLANNED = ("expertise", "distance", "engaged", "lapse", "tenure", "faith", "keep")
SERVING = "serving"
FOR_STAFF = "; "  # what comes after it in a reason is no business of the school


@dataclass(frozen=True)
class Wanted:
    """What is to be planned: whose schools of which programme, from which day, with which weights, pins and forbidden pairs."""

    authority: Authority
    programme: str
    starts_on: date
    weights: Weights | None = None
    pinned: Collection[Key] = ()
    forbidden: Collection[Key] = ()


@dataclass
class Question:
    """The planner's question with the records behind it.

    `elsewhere` counts the schools of the programme that lie in the authority, but whose SIP another runs (D-2).
    """

    wanted: Wanted
    policy: Policy
    weights: Weights
    places: dict[str, Place]
    partners: dict[str, Partner]
    pool: Pool
    instance: Instance
    underway: int
    not_planned: int
    elsewhere: int = 0

    def findings(self, key: Key) -> list[Finding]:
        """Everything that the rules find of one pair."""
        urn, reference = key
        return self.pool.findings(self.partners[reference], self.places[urn])

    def parts(self, key: Key) -> list[Part]:
        """What the pairing gains and loses, without the days and the load."""
        urn, reference = key
        found = self.pool.parts(self.partners[reference], self.places[urn], self.weights)
        return [part for part in found if part.name in PLANNED]


def question_of(wanted: Wanted, *, on: date) -> Question:
    """The planner's question as the records stand; the number of queries grows neither with schools nor with SIPs."""
    policy = policy_on(authority=wanted.authority, on=on)
    weights = wanted.weights or Weights.of(policy)
    places, underway = _schools_to_serve(wanted, on)
    by_id = {place.school.pk: place for place in places.values()}
    reach = within_reach(by_id, wanted.starts_on).filter(days_available__isnull=False)
    pool = Pool(reach, by_id, starts_on=wanted.starts_on, on=on)
    partners = {partner.reference: partner for partner in pool.partners}
    engaged = Engagement.objects.running(wanted.starts_on).filter(authority=wanted.authority)
    blank = Partner.objects.filter(pk__in=engaged.values("partner_id"), days_available=None).count()
    question = Question(
        wanted, policy, weights, places, partners, pool, Instance((), (), ()), underway=underway, not_planned=blank
    )  # fmt: skip
    question.instance = _instance(question)
    return question


def _schools_to_serve(wanted: Wanted, on: date) -> tuple[dict[str, Place], int]:
    """The schools of the programme that have no SIP on the first day, by URN, and how many have one proposed already.

    A school for which somebody is proposed, from whichever day, is not planned again: its row could not be accepted.
    A school whose SIP's three years are over by then is among them; the rules say that the deployment is to be ended first.
    """
    starts_on = wanted.starts_on
    facts = facts_on(served_on(wanted.authority.pk, starts_on), starts_on)
    wanted_ids = {pk for pk, school in facts.items() if _belongs(school, wanted)}
    rows = list(
        Deployment.objects.filter(committed_from(starts_on), school__in=wanted_ids)
        .filter(Q(starts_on__lte=starts_on) | Q(confirmed_on=None))
        .select_related("partner")
        .order_by("pk")
    )
    standing = [row for row in rows if row.confirmed_on is not None]
    tenure = tenure_of(standing, starts_on)
    served = {row.school_id for row in standing if tenure[row.pk].last_lawful_on >= starts_on}
    underway = {row.school_id for row in rows if row.confirmed_on is None} - served
    schools = School.objects.filter(pk__in=wanted_ids - served - underway).select_related("diocese").order_by("urn")
    places = places_of(schools, starts_on=starts_on, on=on)
    return {place.facts.urn: place for place in sorted(places.values(), key=lambda place: place.facts.urn)}, len(underway)


def _belongs(school: SchoolOnDay, wanted: Wanted) -> bool:
    """Whether the programme counts the school; a trust has no programme, and serves its academies too (D-2, D-20)."""
    if not school.is_open or not school.is_in_sip_scope or school.sector_needed != wanted.programme:
        return False
    return school.programme == wanted.programme or wanted.authority.kind != AuthorityKind.LOCAL_AUTHORITY


def _instance(question: Question) -> Instance:
    wanted, pool = question.wanted, question.pool
    properties = sips_on(pool.partners, wanted.starts_on)
    ratio, at_least, at_work, in_scope = _mix(wanted)
    own = School.objects.filter(pk__in=served_on(wanted.authority.pk, wanted.starts_on).values("pk"), urn__in=in_scope)
    question.elsewhere = len(in_scope) - own.count() if in_scope else 0
    days = Decimal(question.policy.days_per_school)
    return Instance(
        needs=tuple(Need(urn, days, place.facts.name) for urn, place in question.places.items()),
        sips=tuple(
            Sip(
                partner.reference, partner.days_left, partner.full_name, held=partner.schools_now,
                counts_now=partner.reference in at_work, groups=_groups(properties[partner.reference]),
            )
            for partner in pool.partners
        ),
        pairs=tuple(
            Pair(urn, partner.reference, sum(part.loss for part in question.parts((urn, partner.reference))))
            for urn, place in question.places.items()
            for partner in pool.candidates(place)
        ),
        ratio=ratio, at_least=at_least, even=question.weights.load * A_SCHOOL,
        # A pin says nothing of a school that has a SIP, or one proposed, by now: often the very one it was pinned to.
        pinned=tuple(key for key in wanted.pinned if key[0] in question.places), forbidden=tuple(wanted.forbidden),
    )  # fmt: skip


def _groups(sip) -> frozenset[str]:
    held = ((HEAD, sip.was_secondary_head), (SERVING, sip.is_primary_head))
    return frozenset(group for group, holds in held if holds)


def _mix(wanted: Wanted) -> tuple[Ratio | None, tuple[AtLeast, ...], frozenset[str], frozenset[str]]:
    """What COG-D asks of the whole on the first day, less what the deployments that run on bring; nothing of a trust.

    With it the SIPs at work by then, and the schools that the programme counts.
    Experience outside the authority, its other half for secondary SIPs, is shown with the plan and binds nobody.
    """
    if wanted.authority.kind != AuthorityKind.LOCAL_AUTHORITY:
        return None, (), frozenset(), frozenset()
    case = grant_case(authority=wanted.authority, programme=wanted.programme, on=wanted.starts_on)
    mix = mix_of(case)
    in_scope = frozenset(school.urn for school in case.in_scope)
    at_work = frozenset(placed.partner for placed in case.placed if placed.urn in case.in_mix)
    if wanted.programme == PRIMARY:
        return None, (AtLeast(SERVING, case.mix_minimum - mix.serving_primary_heads),), at_work, in_scope
    ratio = Ratio(
        mix.sips, mix.sips_heads, mix.schools, mix.schools_with_heads, by_schools=wanted.starts_on >= AMENDED_ON
    )  # fmt: skip
    return ratio, (), at_work, in_scope


def for_the_school(because: str) -> str:
    """The part of a plan's reason that the school may read."""
    return because.partition(FOR_STAFF)[0].rstrip(".") + "."


# ----------------------------------------------------------------------------------------------------------- the answer


@dataclass(frozen=True)
class Assignment:
    """One school and its SIP in a plan. `warnings` are findings that refuse nothing and may want a reason."""

    urn: str
    school: str
    reference: str
    partner: str
    because: str
    points: int
    is_pinned: bool = False
    is_kept: bool = False
    warnings: tuple[str, ...] = ()
    outstanding: int = 0

    def as_json(self) -> dict[str, Any]:
        return vars(self) | {"warnings": list(self.warnings)}


@dataclass(frozen=True)
class Plan:
    """The planner's answer with the words for it."""

    status: Status
    objective: int
    bound: float
    seconds: float
    assignments: tuple[Assignment, ...]
    unassigned: tuple[dict[str, Any], ...]
    conflicts: tuple[dict[str, Any], ...]
    schools: int
    sips: int
    underway: int
    not_planned: int
    elsewhere: int = 0

    @property
    def gap(self) -> float:
        """How far the plan may be from the best, as a share of its points."""
        return (self.objective - self.bound) / self.objective if self.objective else 0

    @property
    def is_near_enough(self) -> bool:
        return self.gap <= WITHIN


def plan_of(wanted: Wanted, *, on: date, time_limit: float = 30) -> Plan:
    """Find the deployment that gives most schools a SIP and suits best, within rules, days and mix (DEP-3, COG-D).

    Each pair of it has passed the whole rule table once more; one that has not would be left out and the rest found anew.
    """
    question = question_of(wanted, on=on)
    instance, refused = question.instance, True
    while refused:
        solution = solve(instance, time_limit=time_limit)
        refused = [key for key in solution.assigned if question.pool.refusals(*_pair(question, key))]
        pairs = tuple(pair for pair in instance.pairs if pair.key not in set(refused))
        instance = replace(instance, pairs=pairs)
    return _in_words(question, instance, solution)


def _pair(question: Question, key: Key) -> tuple[Partner, Place]:
    urn, reference = key
    return question.partners[reference], question.places[urn]


def _in_words(question: Question, instance: Instance, solution: Solution) -> Plan:
    conflicts = [conflict.as_json() for conflict in explained(instance, solution)] if _is_short(solution) else []
    nobody = _nobody(question, instance, solution)
    reasons = why_left(instance, solution)
    unassigned = [
        nobody.get(urn) or {"school_urn": urn, "school": instance.by_urn[urn].name, "because": reasons.get(urn, "")}
        for urn in solution.left
    ]
    # First the schools that nobody may take: where no SIP can be placed the mix lacks its SIPs for that reason alone.
    conflicts = _of_nobody(nobody) + conflicts
    return Plan(
        solution.status, solution.objective, solution.bound, solution.seconds,
        tuple(_assignments(question, instance, solution)), tuple(unassigned), tuple(conflicts),
        schools=len(instance.needs), sips=len(instance.sips), underway=question.underway, not_planned=question.not_planned,
        elsewhere=question.elsewhere,
    )  # fmt: skip


def _of_nobody(nobody: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    """What stands against the schools that nobody may take; what is the same for several is said once."""
    found: dict[str, dict[str, Any]] = {}
    for urn, row in nobody.items():
        said = {"rules": row["rules"], "says": row["because"], "schools": [], "partners": row["partners"], "mend": row["mend"]}
        found.setdefault(row["because"], said)["schools"].append(urn)
    return list(found.values())


def _is_short(solution: Solution) -> bool:
    return bool(solution.left or solution.lacking)


def _assignments(question: Question, instance: Instance, solution: Solution) -> Iterable[Assignment]:
    many: dict[str, int] = {}
    for _urn, reference in solution.assigned:
        many[reference] = many.get(reference, 0) + 1
    pinned = set(instance.pinned)
    for key in sorted(solution.assigned, key=lambda key: (question.places[key[0]].facts.name, key)):
        urn, reference = key
        partner, found, rows = question.partners[reference], question.parts(key), question.findings(key)
        yield Assignment(
            urn, question.places[urn].facts.name, reference, partner.full_name,
            because=_because(partner, found, many[reference], is_pinned=key in pinned),
            points=sum(part.loss for part in found),
            is_pinned=key in pinned,
            is_kept=any(part.name == "keep" and part.points for part in found),
            warnings=tuple(row.because for row in rows if not row.refuses),
            outstanding=sum(row.refuses for row in rows),
        )  # fmt: skip


def _because(partner: Partner, found: list[Part], many: int, *, is_pinned: bool) -> str:
    """Why this SIP for this school, in one sentence."""
    given = f"{counted(many, 'school')} in this plan, {partner.days_left.normalize():f} days left before it"
    reasons = listed(["pinned by hand", *weightiest(found)] if is_pinned else weightiest(found)) or "nobody suits better"
    return f"{partner.full_name}: {reasons}{FOR_STAFF}{given}."


def _nobody(question: Question, instance: Instance, solution: Solution) -> dict[str, dict[str, Any]]:
    """For each school left over that the rules let nobody take: what they say of the SIP who comes nearest, and the cure."""
    # A pin that the rules refuse says nothing of the others who could take its school.
    served = {pair.urn for pair in replace(instance, pinned=()).allowed}
    found = {}
    for urn in solution.left:
        if urn in served:
            continue
        place = question.places[urn]
        row = {"school_urn": urn, "school": place.facts.name, "rules": ["COG-A"], "partners": [], "mend": []}
        nearest = question.pool.nearest(place)
        if nearest is None:
            because = f"No SIP with days planned is engaged by {question.wanted.authority.name} or will work there."
            mend = ["A SIP who will work there, with days entered on their record, would do."]
            found[urn] = row | {"because": because, "mend": mend}
            continue
        partner, findings = nearest
        forbidden = [ref for school, ref in instance.forbidden if school == urn]
        if not findings and forbidden:
            names = listed([question.partners[ref].full_name for ref in forbidden if ref in question.partners])
            row |= {"rules": ["COG-A", "forbidden"], "partners": forbidden, "mend": [f"{names} could be allowed there again."]}
            found[urn] = row | {"because": f"Every SIP who could take {place.facts.name} is forbidden there: {names}."}
            continue
        row |= {
            "rules": ["COG-A", *(finding.id for finding in findings)],
            "partners": [partner.reference],
            "mend": [
                mend_of(finding.id, partner.full_name, place.facts.name, question.wanted.programme) for finding in findings
            ],
        }
        said = " ".join(finding.because for finding in findings)
        found[urn] = row | {"because": f"The rules let nobody take {place.facts.name}. Nearest is {partner.full_name}: {said}"}
    return found
