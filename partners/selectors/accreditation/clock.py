"""The lapse clock as the database asks it: the same answers as `accreditation.standings` (ACC-9 to ACC-12, ACC-28, D-16)."""

from collections import defaultdict
from datetime import date, timedelta
from typing import Any

from django.db.models import Case, CharField, DateField, Exists, F, Max, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce, Greatest, Least

from partners.accreditation import LAPSE_MONTHS, Practice, State, lapse_day, warn_day
from partners.models import (
    Accreditation,
    Claim,
    ClaimedPractice,
    ClaimStatus,
    Deployment,
    Engagement,
    LapseClock,
    RecordsRequest,
)
from schools.facts import Governance, Phase, Sector, deemed_phase
from schools.models import AllAgeAgreement, FactKind, SchoolFact
from sipmanager.core import readings
from sipmanager.core.academic import academic_year, add_months, default_terms

NEVER = date(1900, 1, 1)
ONE_DAY = timedelta(days=1)
MANY_YEARS = timedelta(days=365 * 10)
# In these a SIP can be placed; in all others something stands in the way.
PLACEABLE = (State.ACCREDITED.value, State.WARNED.value)
DAY = DateField()
NO_DAY = Value(NEVER, output_field=DAY)


@readings.kept
def is_per_sector(on: date) -> bool:
    """Whether each sector has a clock of its own on a day; one query (ACC-9)."""
    found = LapseClock.objects.filter(starts_on__lte=on).order_by("-starts_on").values_list("is_per_sector", flat=True)
    return bool(found.first())


def first_day_for(comes_to, on: date) -> date:
    """The earliest last day of practice for which what it leads to (the lapse, the warning) still lies after `on`."""
    too_early, late_enough = on - MANY_YEARS, on
    while late_enough - too_early > ONE_DAY:
        middle = too_early + (late_enough - too_early) // 2
        if comes_to(middle) > on:
            late_enough = middle
        else:
            too_early = middle
    return late_enough


def _warning(last: date) -> date:
    return warn_day(lapse_day(last))


# --------------------------------------------------------------------------------------------- what counts as practice


def proven(partners: Any) -> dict[int, list[Practice]]:
    """The practice that claims have shown, by partner id; one query (ACC-14)."""
    found: dict[int, list[Practice]] = defaultdict(list)
    rows = granted().filter(claim__partner__in=partners).order_by("pk")
    for partner_id, *stay in rows.values_list("claim__partner_id", "starts_on", "ends_on", "sector"):
        found[partner_id].append(Practice(*stay))
    return found


def granted() -> QuerySet:
    """The practice of claims that were granted."""
    return ClaimedPractice.objects.filter(claim__status=ClaimStatus.RESTORED)


def with_sector(stays: QuerySet, *, per_sector: bool) -> QuerySet:
    """Deployments with `sector`, the one that the school asks for on their first day; blank, for every sector, where the
    clock is the person's or the school names none.
    """
    if not per_sector:
        return stays.annotate(sector=Value("", output_field=CharField()))
    agreed = AllAgeAgreement.objects.filter(school=OuterRef("school"), discussed_on__lte=OuterRef("starts_on"))
    stays = stays.alias(
        phase_then=_fact_then(FactKind.PHASE),
        governance_then=_fact_then(FactKind.GOVERNANCE),
        deemed_then=_fact_then(FactKind.DEEMED_PHASE),
        agreed_then=Coalesce(Subquery(agreed.order_by("-discussed_on", "-pk").values("sector")[:1]), Value("")),
    )
    return stays.annotate(
        sector=Case(
            When(phase_then=Phase.SPECIAL.value, then=Value(Sector.SPECIAL.value)),
            When(Q(phase_then=Phase.ALL_AGE.value) & ~Q(agreed_then=""), then=F("agreed_then")),
            When(~Q(deemed_then=""), then=F("deemed_then")),
            *[When(phase_then=phase.value, then=Value(deemed_phase(phase))) for phase in Phase if deemed_phase(phase)],
            When(
                Q(phase_then=Phase.PRU.value) | Q(governance_then=Governance.ACADEMY.value), then=Value(Sector.SECONDARY.value)
            ),
            default=Value(""),
            output_field=CharField(),
        )
    )


def _fact_then(kind: str):
    rows = SchoolFact.objects.filter(
        Q(starts_on=None) | Q(starts_on__lte=OuterRef("starts_on")),
        Q(ends_on=None) | Q(ends_on__gte=OuterRef("starts_on")),
        school=OuterRef("school"),
        kind=kind,
    )
    return Coalesce(Subquery(rows.order_by("-pk").values("value")[:1]), Value(""))


def practised_since(since: date, on: date) -> Q:
    """SIPs whose last practice in any sector, as of `on`, lies on `since` or later (D-16)."""
    awards = Accreditation.objects.filter(partner=OuterRef("pk"), accredited_on__range=(since, on))
    stays = Deployment.objects.standing().filter(partner=OuterRef("pk"), starts_on__lte=on)
    stays = stays.filter(Q(ends_on=None) | Q(ends_on__gte=since))
    shown = granted().filter(claim__partner=OuterRef("pk"), starts_on__lte=on, ends_on__gte=since)
    return Q(Exists(awards)) | Q(last_practised_on__range=(since, on)) | Q(Exists(stays)) | Q(Exists(shown))


def practised_expression(on: date, *, partner: str, stated: str, sector: str | None = None):
    """The last day of practice up to `on` of the SIP named by the outer column `partner`; `stated` is the column of the day
    that is only stated, `sector` the outer column of the sector where each has its own clock.
    """
    awards = Accreditation.objects.filter(partner=OuterRef(partner), accredited_on__lte=on)
    stays = Deployment.objects.standing().filter(partner=OuterRef(partner), starts_on__lte=on)
    shown = granted().filter(claim__partner=OuterRef(partner), starts_on__lte=on)
    if sector is not None:
        awards = awards.filter(sector=OuterRef(sector))
        stays = with_sector(stays, per_sector=True).filter(Q(sector="") | Q(sector=OuterRef(sector)))
        shown = shown.filter(sector=OuterRef(sector))
    until = Least(Coalesce("ends_on", Value(on)), Value(on), output_field=DAY)
    return Greatest(
        _latest(awards.order_by().values("partner"), "accredited_on"),
        _latest(stays.order_by().values("partner"), until),
        _latest(shown.order_by().values("claim__partner"), Least("ends_on", Value(on), output_field=DAY)),
        Case(When(**{f"{stated}__lte": on}, then=F(stated)), default=NO_DAY, output_field=DAY),
        output_field=DAY,
    )


def _latest(rows: QuerySet, day) -> Coalesce:
    return Coalesce(Subquery(rows.annotate(last=Max(day)).values("last"), output_field=DAY), NO_DAY, output_field=DAY)


# ------------------------------------------------------------------------------------------------- where a sector stands


def newest_awards(on: date) -> QuerySet:
    """The award of each SIP and sector that counts on a day: the latest made by then, removed or not."""
    newer = Accreditation.objects.filter(
        partner=OuterRef("partner"),
        sector=OuterRef("sector"),
        accredited_on__lte=on,
        accredited_on__gt=OuterRef("accredited_on"),
    )
    return Accreditation.objects.filter(~Exists(newer), accredited_on__lte=on)


def held_awards(on: date) -> QuerySet:
    """Those of them that are not removed by then; whether they have lapsed is another question."""
    return newest_awards(on).filter(Q(removed_on=None) | Q(removed_on__gt=on))


def unverified_by(on: date, partner: str) -> Exists:
    """An authority that had the SIP in the three years before was asked about its record and has not said (ACC-28)."""
    since = add_months(on, -LAPSE_MONTHS)
    asked = RecordsRequest.objects.filter(Q(answered_on=None) | Q(answered_on__gt=on), asked_on__lte=on).values("authority")
    recent = Q(ends_on=None) | Q(ends_on__gte=since)
    stays = Deployment.objects.standing().filter(recent, partner=OuterRef(partner), authority__in=asked)
    engaged = Engagement.objects.filter(recent, partner=OuterRef(partner), authority__in=asked)
    return Exists(stays) | Exists(engaged)


def standing_expression(on: date, *, removed: Q, partner: str) -> Case:
    """The state of a row that has `practised_on`, in the word of `accreditation.State` (D-16)."""
    began = next(term.starts_on for term in default_terms(academic_year(on)) if on <= term.ends_on)
    # A lapse within this term may be put off to the term's end.
    grace = first_day_for(lapse_day, began - ONE_DAY)
    return Case(
        When(removed, then=Value(State.REMOVED.value)),
        When(practised_on__gte=first_day_for(_warning, on), then=Value(State.ACCREDITED.value)),
        When(practised_on__gte=first_day_for(lapse_day, on), then=Value(State.WARNED.value)),
        When(Q(practised_on__gte=grace) & Q(unverified_by(on, partner)), then=Value(State.UNVERIFIED.value)),
        default=Value(State.LAPSED.value),
        output_field=CharField(),
    )


def awards_on(on: date, *, per_sector: bool | None = None) -> QuerySet:
    """The award of each SIP and sector that counts on a day, with `practised_on` and `standing`."""
    per_sector = is_per_sector(on) if per_sector is None else per_sector
    return newest_awards(on).annotate(
        practised_on=practised_expression(
            on, partner="partner", stated="partner__last_practised_on", sector="sector" if per_sector else None
        ),
    ).annotate(standing=standing_expression(on, removed=Q(removed_on__lte=on), partner="partner"))  # fmt: skip


def holding(sectors, on: date, *, per_sector: bool | None = None) -> Q:
    """SIPs who are accredited on a day for one of some sectors, and not unverified (PRE-1, ACC-28)."""
    per_sector = is_per_sector(on) if per_sector is None else per_sector
    if per_sector:
        rows = awards_on(on, per_sector=True).filter(partner=OuterRef("pk"), sector__in=sectors, standing__in=PLACEABLE)
        return Q(Exists(rows))
    held = held_awards(on).filter(partner=OuterRef("pk"), sector__in=sectors)
    return Q(Exists(held)) & practised_since(first_day_for(lapse_day, on), on)


def near_lapse(on: date, *, back_months: int) -> Q:
    """The SIPs who have been warned by a day, and those who lapsed in the months before it, for some sector."""
    safe = first_day_for(_warning, on)
    still_shown = first_day_for(lambda last: add_months(lapse_day(last), back_months), on)
    if not is_per_sector(on):
        return practised_since(still_shown, on) & ~practised_since(safe, on)
    rows = awards_on(on, per_sector=True).filter(practised_on__gte=still_shown, practised_on__lt=safe)
    return Q(pk__in=rows.values("partner"))


def open_claims() -> QuerySet:
    """Claims that wait for a decision."""
    return Claim.objects.filter(status=ClaimStatus.CLAIMED)
