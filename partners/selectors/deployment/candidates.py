"""Who could take a school, who could not, and why (REG-20, DEP-3, D-7).

The whole register is sorted by the database in a fixed number of queries; the rules give their reasons for a page of it.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from django.db.models import Case, Count, DecimalField, Exists, Min, OuterRef, Q, QuerySet, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce

from partners.accreditation import WARN_MONTHS, lapse_day
from partners.deployment_rules import (
    DEPLOYMENT_RULES,
    DeploymentCase,
    Other,
    findings,
    is_the_only_sip,
    refusing,
    stays_within_three_years,
)
from partners.models import OPEN_STATES, Accreditation, Deployment, Engagement, Headship, Partner, StandDown, Willingness
from partners.tenure import Spell
from sipmanager.core.academic import add_months
from sipmanager.core.rules import Finding, Stage, assess

from ..accreditation.clock import awards_on, first_day_for, holding, is_per_sector, practised_since
from ..sips.interests import linked_partners
from .case_facts import PLANNED, earliest
from .cases import deployment_cases
from .places import Place, school_facts

# The rules that ask nothing of the SIP.
OF_THE_SCHOOL = tuple(rule for rule in DEPLOYMENT_RULES if rule.id in {"SCH-1", "SCH-2", "SCH-21", "SCH-4", "DEP-9"})


@dataclass(frozen=True)
class Candidate:
    """One SIP for one school: what refuses now, what paperwork is missing, and what merely warns."""

    partner: Partner
    case: DeploymentCase
    findings: tuple[Finding, ...]

    @property
    def refusals(self) -> list[Finding]:
        return refusing(list(self.findings), stage=Stage.PROPOSE)

    @property
    def outstanding(self) -> list[Finding]:
        """What is still to be put on record before it can be confirmed."""
        return [row for row in self.findings if row.refuses and row.stage is Stage.CONFIRM]

    @property
    def warnings(self) -> list[Finding]:
        return [row for row in self.findings if not row.refuses]

    @property
    def could(self) -> bool:
        return not self.refusals


def school_case(
    place: Place, *, starts_on: date, on: date, ends_on: date | None = None, without: Deployment | None = None
) -> DeploymentCase:
    """The case of a school without a SIP in mind. `without` is left out of who is there: the one who is to be followed.

    A last day that is planned with a change of SIP counts, as in the case of a SIP (ACT-15).
    """
    here = Deployment.objects.standing().filter(school=place.school).exclude(pk=without.pk if without else None)
    rows = here.annotate(planned=Min("handed_to__last_on", filter=PLANNED)).order_by("starts_on", "pk")
    columns = rows.values_list("partner__full_name", "starts_on", "ends_on", "planned")
    others = [(name, first, earliest(last, planned)) for name, first, last, planned in columns]
    return DeploymentCase(
        partner="", partner_name="The SIP", school=school_facts(place), starts_on=starts_on, on=on, ends_on=ends_on,
        others=tuple(Other(*row) for row in others), handover_days=place.policy.handover_days,
        gap_months=place.policy.gap_months,
    )  # fmt: skip


def school_findings(
    place: Place, *, starts_on: date, on: date, ends_on: date | None = None, without: Deployment | None = None
) -> list[Finding]:
    """What stands in the way of any SIP at all: while there is anything, nobody could take the school."""
    return assess(OF_THE_SCHOOL, school_case(place, starts_on=starts_on, on=on, ends_on=ends_on, without=without))


def could_take(
    place: Place, *, starts_on: date, on: date, ends_on: date | None = None, within: QuerySet | None = None,
    without: Deployment | None = None,
) -> QuerySet:  # fmt: skip
    """The SIPs of `within` who pass every rule of stage `propose`: those engaged here first, then by name.

    `without` is the deployment that is to be followed: that its SIP is there is no hindrance.
    Each has `is_engaged`, `schools_now` (how many schools they have on the first day) and `days_given` there.
    """
    within = Partner.objects.all() if within is None else within
    if school_findings(place, starts_on=starts_on, on=on, ends_on=ends_on, without=without):
        return with_load(within.none(), place, starts_on)
    rows = within.filter(
        holding([place.facts.sector_needed], starts_on),
        _is_willing(place, starts_on),
        has_no_link(place, starts_on),
    ).exclude(pk__in=_stayed_too_long(place, starts_on, on, ends_on))
    rows = rows.exclude(pk__in=StandDown.objects.running(starts_on).values("partner_id"))
    return with_load(rows, place, starts_on).order_by("-is_engaged", "full_name", "pk")


def could_not_take(
    place: Place, *, starts_on: date, on: date, ends_on: date | None = None, within: QuerySet | None = None
) -> QuerySet:
    """The rest of `within`, in the same order; `with_reasons` says why."""
    within = Partner.objects.all() if within is None else within
    could = could_take(place, starts_on=starts_on, on=on, ends_on=ends_on, within=within)
    rest = within.exclude(pk__in=could.order_by().values("pk"))
    return with_load(rest, place, starts_on).order_by("-is_engaged", "full_name", "pk")


def with_doubt(partners: QuerySet, place: Place, *, starts_on: date, ends_on: date | None = None) -> QuerySet:
    """`partners` with `is_in_doubt`: whether the accreditation for the school lapses or is removed within the deployment.

    It looks as far ahead as the warning does: this very deployment keeps the accreditation from its first day on, so a
    lapse further off says nothing of the SIP (ACC-12, D-16). Where each sector has a clock of its own, that of the school's
    sector is asked (ACC-9).
    """
    horizon = add_months(starts_on, WARN_MONTHS)
    if ends_on is not None:
        horizon = min(horizon, ends_on)
    since = first_day_for(lapse_day, horizon)
    lasts = practised_since(since, starts_on)
    if is_per_sector(starts_on):
        held = awards_on(starts_on, per_sector=True).filter(partner=OuterRef("pk"), sector=place.facts.sector_needed)
        lasts = Q(Exists(held.filter(practised_on__gte=since)))
    awards = Accreditation.objects.filter(partner=OuterRef("pk"), sector=place.facts.sector_needed)
    within = {"removed_on__gt": starts_on} | ({"removed_on__lte": ends_on} if ends_on else {})
    return partners.annotate(
        is_in_doubt=Case(When(lasts & ~Q(Exists(awards.filter(**within))), then=Value(False)), default=Value(True))
    )


def with_reasons(
    partners: Iterable[Partner], place: Place, *, starts_on: date, on: date, ends_on: date | None = None,
    days: Decimal | None = None,
) -> list[Candidate]:  # fmt: skip
    """The findings of every rule for a page of SIPs; the number of queries does not grow with the page."""
    partners = list(partners)
    cases = deployment_cases(
        partner_ids=[partner.pk for partner in partners], place=place, starts_on=starts_on, on=on, ends_on=ends_on,
        days=days,
    )  # fmt: skip
    return [Candidate(partner, cases[partner.pk], tuple(findings(cases[partner.pk]))) for partner in partners]


def with_load(partners: QuerySet, place: Place, on: date) -> QuerySet:
    """`partners` with whether this authority engages them, and their schools and days on a day."""
    authority_id = place.authority.pk if place.authority else None
    engaged = Engagement.objects.running(on).filter(partner=OuterRef("pk"), authority_id=authority_id)
    at_work = Deployment.objects.active(on).filter(partner=OuterRef("pk")).order_by().values("partner")
    return partners.annotate(
        is_engaged=Exists(engaged),
        schools_now=Coalesce(Subquery(at_work.annotate(n=Count("pk")).values("n")), 0),
        days_given=Coalesce(
            Subquery(at_work.annotate(n=Sum("days")).values("n"), output_field=DecimalField()), Value(Decimal(0)),
            output_field=DecimalField(),
        ),
    )  # fmt: skip


# ----------------------------------------------------------- the rules of stage `propose`, as the database asks them


def _is_willing(place: Place, on: date) -> Q:
    rows = Willingness.objects.running(on).filter(
        Q(region_id=place.region_id, region_id__isnull=False) | Q(authority_id__in=place.local_ids()),
        partner=OuterRef("pk"),
    )
    return Q(Exists(rows))


def has_no_link(place: Place, on: date) -> Q:
    """SIPs whom nothing declared, no own school and no headship of today ties to a place (PRE-11)."""
    headships = Headship.objects.running(on).filter(partner=OuterRef("pk"), school=place.school, is_former=False)
    linked = ~Q(pk__in=linked_partners(place, on))
    return linked & ~Q(Exists(headships)) & (Q(own_school=None) | ~Q(own_school=place.school))


def _stayed_too_long(place: Place, starts_on: date, on: date, ends_on: date | None) -> list[int]:
    """The SIPs whose earlier stays here, or whose open proposal, stand in the way; few have any."""
    stays, placed = defaultdict(list), defaultdict(list)
    rows = Deployment.objects.filter(school_id__in=place.family, voided_on=None)
    rows = rows.filter(Q(confirmed_on__isnull=False) | Q(status__in=OPEN_STATES)).order_by("pk")
    columns = ("partner_id", "school_id", "starts_on", "ends_on", "confirmed_on")
    for partner_id, school_id, first, last, confirmed_on in rows.values_list(*columns):
        if confirmed_on is not None:
            stays[partner_id].append(Spell(first, last))
        if school_id == place.school.pk:
            placed[partner_id].append(Other("", first, last, is_same_partner=True, is_confirmed=confirmed_on is not None))
    bare = school_case(place, starts_on=starts_on, on=on, ends_on=ends_on)
    refused = []
    for partner_id in sorted({*stays, *placed}):
        case = replace(bare, spells=tuple(stays[partner_id]), others=tuple(placed[partner_id]))
        if stays_within_three_years(case) or is_the_only_sip(case):
            refused.append(partner_id)
    return refused
