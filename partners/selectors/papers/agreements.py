"""Reads over agreements: what the rules look at, which holds on a day, what a schedule could start from (section 11)."""

from collections.abc import Iterable, Iterator
from datetime import date

from django.db.models import Q, QuerySet

from accounts.models import Authority
from accounts.selectors import NATIONAL_POLICY
from partners.agreement_rules import AgreementCase, Line
from partners.models import CLOSED_STATES, Agreement, AgreementStatus, Deployment, Engagement
from schools.models import CategoryOfOfsted
from sipmanager.core import readings

from ..accreditation.standing import standings_of

UNDER_WAY = (AgreementStatus.DRAFT, AgreementStatus.SENT, AgreementStatus.SIGNED)


def agreement_case(agreement: Agreement, *, on: date) -> AgreementCase:
    """What the rules and the text of an agreement need, under the policy that it holds (D-39)."""
    engagement = agreement.engagement
    policy = agreement.policy.policy if agreement.policy else NATIONAL_POLICY
    asked_on = max(on, agreement.starts_on)
    standings = standings_of([engagement.partner_id], asked_on).get(engagement.partner_id, [])
    columns = ("basis", "starts_on", "ends_on", "sip_rate", "nca_rate", "travel", "development", "reserved_days", "other_days",
               "other_days_for", "extra_responsibilities", "needs_accreditation", "override_reason")  # fmt: skip
    return AgreementCase(
        authority=engagement.authority.name,
        partner=engagement.partner.full_name,
        reference=engagement.partner.reference,
        company=engagement.partner.company,
        first_starts_on=first_start(agreement),
        schedule=tuple(schedule_lines(agreement, asked_on)),
        is_accredited=any(row.holds for row in standings),
        brief=agreement.brief.edition if agreement.brief else "",
        others=tuple(others_of(agreement)),
        years=policy.agreement_years,
        notice_months=policy.notice_months,
        terms=policy.agreement_terms,
        extra_work=policy.extra_work,
        broker_after_agreement=policy.broker_after_agreement,
        **{column: getattr(agreement, column) for column in columns},
    )


def schedule_lines(agreement: Agreement, on: date) -> Iterator[Line]:
    """The schools on the schedule in order of name, each with whether it is in an Ofsted category (AGR-13); two queries."""
    rows = list(agreement.schedule.select_related("school").order_by("school__name", "pk"))
    in_category = CategoryOfOfsted.objects.running(on).filter(school__in=[row.school_id for row in rows])
    named = set(in_category.values_list("school_id", flat=True))
    for row in rows:
        yield Line(row.school.urn, row.school.name, row.days, row.school_id in named)


def first_start(agreement: Agreement) -> date:
    """Where the run of renewals and changes that led to this agreement began (AGR-2)."""
    earliest, seen = agreement.starts_on, {agreement.pk}
    before = agreement.replaces_id or agreement.renews_id
    while before is not None and before not in seen:
        seen.add(before)
        starts_on, replaces, renews = Agreement.objects.values_list("starts_on", "replaces_id", "renews_id").get(pk=before)
        earliest, before = min(earliest, starts_on), replaces or renews
    return earliest


def others_of(agreement: Agreement) -> Iterator[tuple[date, date]]:
    """The days of the other concluded agreements of the same two sides, the one that it replaces left out."""
    rows = Agreement.objects.concluded().filter(engagement=agreement.engagement_id)
    rows = rows.exclude(pk__in=[pk for pk in (agreement.pk, agreement.replaces_id) if pk]).order_by("starts_on", "pk")
    yield from rows.values_list("starts_on", "last_on")


def agreement_on(engagement: Engagement, on: date) -> Agreement | None:
    """The agreement that holds on a day; the latest where old records overlap."""
    return Agreement.objects.in_force(on).filter(engagement=engagement).order_by("-starts_on", "-pk").first()


def could_be_scheduled(engagement: Engagement, starts_on: date, ends_on: date) -> QuerySet:
    """The deployments of the SIP at the authority, made or proposed, that touch the days of an agreement."""
    rows = Deployment.objects.filter(partner=engagement.partner_id, authority=engagement.authority_id, voided_on=None)
    rows = rows.exclude(status__in=CLOSED_STATES).filter(starts_on__lte=ends_on)
    return rows.filter(Q(ends_on=None) | Q(ends_on__gte=starts_on)).select_related("school").order_by("school__name", "pk")


@readings.kept
def agreements_at(authority_id: int) -> list[Agreement]:
    """Every agreement of an authority with its SIP, in whatever state, the earliest first."""
    rows = Agreement.objects.filter(engagement__authority=authority_id).select_related("engagement__partner")
    return list(rows.order_by("starts_on", "pk"))


def agreements_running_out(authority: Authority, *, since: date, until: date) -> QuerySet:
    """The agreements of an authority whose last day lies between two days and that no later one follows (DL-33)."""
    rows = Agreement.objects.concluded().filter(engagement__authority=authority, last_on__range=(since, until))
    rows = rows.exclude(status=AgreementStatus.REPLACED).select_related("engagement__partner__user", "engagement__authority")
    return rows.order_by("last_on", "pk")


def followed(agreements: Iterable[Agreement]) -> set[int]:
    """Those of some agreements that a later concluded one follows, by id; one query."""
    agreements = list(agreements)
    rows = Agreement.objects.concluded().filter(engagement__in={row.engagement_id for row in agreements})
    latest: dict[int, date] = {}
    for engagement_id, starts_on in rows.values_list("engagement_id", "starts_on"):
        latest[engagement_id] = max(starts_on, latest.get(engagement_id, starts_on))
    return {row.pk for row in agreements if latest.get(row.engagement_id, row.starts_on) > row.starts_on}
