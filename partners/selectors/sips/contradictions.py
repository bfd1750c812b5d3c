"""What contradicts itself in an authority's record of SIPs and deployments, each with its cure; a fixed number of queries."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date

from django.db.models import Exists, F, OuterRef, Q

from accounts.models import Authority
from partners.models import (
    Accreditation,
    Application,
    Contract,
    Deployment,
    Engagement,
    Headship,
    Kind,
    Partner,
    Willingness,
)
from schools.facts import Status
from schools.selectors import facts_on
from sipmanager.core import readings
from sipmanager.core.wording import day

from ..accreditation.standing import at_work_for, partners_at
from ..papers.agreements import agreements_at
from ..papers.checks import kinds_on

Problem = tuple[str, str, str]


def of_contradictions(authority: Authority, on: date) -> Iterator[Problem]:
    """What two records say against each other, as kind, subject and cure."""
    partners = {partner.pk: partner for partner in partners_at(authority.pk, on)}
    for find in (_applications, _awards, _headships, _kinds, _willingness):
        yield from find(partners, on)
    for find in (_engagements, _leads, _agreements, _own_schools):
        yield from find(authority, on)


Partners = dict[int, Partner]


def _applications(partners: Partners, on: date) -> Iterator[Problem]:
    """Accredited before applied."""
    rows = Application.objects.filter(partner__in=partners).select_related("partner", "award")
    early = rows.filter(Q(award__accredited_on__lt=F("applied_on")) | Q(residential_passed_on__lt=F("applied_on")))
    for row in early.order_by("partner__reference", "pk"):
        got = row.award.accredited_on if row.award else row.residential_passed_on
        cure = (
            f"{row.partner.full_name} was accredited ({row.sector}) on {day(got)} and applied on {day(row.applied_on)}:"
            " ask the national programme which day is right"
        )
        yield "accredited_before_applied", row.partner.audit_subject, cure


def _awards(partners: Partners, on: date) -> Iterator[Problem]:
    """Accredited on a day that is still to come, and practised before the first award."""
    awards = list(Accreditation.objects.filter(partner__in=partners).order_by("pk"))
    for award in awards:
        if award.accredited_on <= on:
            continue
        partner = partners[award.partner_id]
        says = f"{partner.full_name} has an award ({award.sector}) of {day(award.accredited_on)}, a day to come"
        yield "accredited_in_the_future", partner.audit_subject, f"{says}: ask the national programme to correct it"

    first: dict[int, date] = {}
    for award in awards:
        first[award.partner_id] = min(award.accredited_on, first.get(award.partner_id, award.accredited_on))
    for pk, partner in partners.items():
        if partner.last_practised_on and pk in first and partner.last_practised_on < first[pk]:
            says = f"{partner.full_name} last practised on {day(partner.last_practised_on)}, before the first award"
            yield "practised_before_accredited", partner.audit_subject, f"{says} of {day(first[pk])}: correct one of the days"


@readings.of_each
def headships_on(partner_ids: Iterable[int], on: date) -> dict[int, list[Headship]]:
    """The schools that each of some SIPs leads on a day, by partner id; one query."""
    found: dict[int, list[Headship]] = defaultdict(list)
    rows = Headship.objects.running(on).filter(partner__in=list(partner_ids), is_former=False)
    for row in rows.select_related("school").order_by("pk"):
        found[row.partner_id].append(row)
    return found


def _headships(partners: Partners, on: date) -> Iterator[Problem]:
    """A headship at a school that is closed, and two headships that overlap at different schools of one sector."""
    rows = sorted((row for found in headships_on(partners, on).values() for row in found), key=lambda row: row.pk)
    facts = facts_on({row.school_id for row in rows if row.school_id}, on)
    by_sector: dict[tuple[int, str], set[int]] = defaultdict(set)
    for row in rows:
        partner = partners[row.partner_id]
        if row.school_id and facts[row.school_id].status == Status.CLOSED:
            says = f"{partner.full_name} is headteacher of {row.school.name}, which is closed: end the headship"
            yield "headship_at_closed_school", partner.audit_subject, says
        if row.school_id:
            by_sector[row.partner_id, row.sector].add(row.school_id)
    for (partner_id, sector), school_ids in by_sector.items():
        if len(school_ids) > 1:
            partner = partners[partner_id]
            says = f"{partner.full_name} is headteacher of {len(school_ids)} schools ({sector}): end the headship that is over"
            yield "headships_overlap", partner.audit_subject, says


def _kinds(partners: Partners, on: date) -> Iterator[Problem]:
    """A serving headteacher of whom nobody knows the school: the rule against one's own school cannot be held (PRE-11)."""
    kinds, headships = kinds_on(partners, on), headships_on(partners, on)
    for pk, partner in partners.items():
        is_known = partner.own_school_id is not None or any(row.school_id for row in headships.get(pk, ()))
        if Kind.SERVING_HEAD in kinds.get(pk, ()) and not is_known:
            says = f"{partner.full_name} is a serving headteacher: enter the school, so that it is never theirs to visit"
            yield "serving_head_without_school", partner.audit_subject, says


def _willingness(partners: Partners, on: date) -> Iterator[Problem]:
    """Nobody can be deployed who will work nowhere (PRE-7)."""
    willing = set(Willingness.objects.running(on).filter(partner__in=partners).values_list("partner_id", flat=True))
    for pk, partner in partners.items():
        if pk not in willing:
            says = f"{partner.full_name} names no region and no authority: ask where they will work"
            yield "sip_will_work_nowhere", partner.audit_subject, says


def _engagements(authority: Authority, on: date) -> Iterator[Problem]:
    """At work with no engagement running, and contracts that end before they begin."""
    engaged = Engagement.objects.running(on).filter(partner=OuterRef("partner"), authority=OuterRef("authority"))
    rows = Deployment.objects.active(on).filter(~Exists(engaged), authority=authority).select_related("partner", "school")
    for row in rows.order_by("pk"):
        says = f"{row.partner.full_name} works at {row.school.name} and the engagement has ended"
        yield "deployed_without_engagement", f"deployment:{row.pk}", f"{says}: end the deployment, or engage the SIP again"
    contracts = Contract.objects.filter(engagement__authority=authority, ends_on__lt=F("confirmed_on"))
    for row in contracts.select_related("engagement__partner", "school").order_by("pk"):
        partner = row.engagement.partner
        says = f"The contract of {partner.full_name} for {row.school.name} ends on {day(row.ends_on)}, before it was confirmed"
        yield "contract_ends_before_it_starts", partner.audit_subject, f"{says} on {day(row.confirmed_on)}: correct a day"


def _leads(authority: Authority, on: date) -> Iterator[Problem]:
    """Two SIPs who lead one school on the same day (DEP-9, D-31)."""
    rows = Deployment.objects.standing().filter(lead_from__isnull=False)
    later = rows.filter(school=OuterRef("school"), pk__gt=OuterRef("pk"))
    shares = later.filter(Q(lead_until=None) | Q(lead_until__gte=OuterRef("lead_from")))
    open_ended = rows.filter(authority=authority, lead_until=None).filter(Exists(shares))
    closed = rows.filter(authority=authority, lead_until__isnull=False).filter(
        Exists(shares.filter(lead_from__lte=OuterRef("lead_until")))
    )
    for row in (open_ended | closed).select_related("school").order_by("pk"):
        says = f"Two SIPs lead {row.school.name} on the same days: end the deployment of the one who left, or strike it out"
        yield "two_leads", f"deployment:{row.pk}", says


def _agreements(authority: Authority, on: date) -> Iterator[Problem]:
    """An agreement that ends before it starts."""
    for row in sorted(agreements_at(authority.pk), key=lambda row: row.pk):
        if row.starts_on <= row.ends_on:
            continue
        partner = row.engagement.partner
        says = f"The agreement with {partner.full_name} starts on {day(row.starts_on)} and ends on {day(row.ends_on)}"
        yield "agreement_ends_before_it_starts", partner.audit_subject, f"{says}: correct one of the days"


def _own_schools(authority: Authority, on: date) -> Iterator[Problem]:
    """A SIP at work in the school that is their own (PRE-11)."""
    for row in sorted(at_work_for(authority.pk, on), key=lambda row: row.pk):
        if row.partner.own_school_id != row.school_id:
            continue
        says = f"{row.partner.full_name} is deployed at {row.school.name}, their own school: end the deployment"
        yield "sip_at_own_school", f"deployment:{row.pk}", says
