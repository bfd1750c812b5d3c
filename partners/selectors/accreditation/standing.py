"""Where accreditations stand and how long SIPs have been at their schools, in fixed numbers of queries (D-15, D-16)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from accounts.models import Authority
from accounts.presets import Policy
from accounts.selectors import NATIONAL_POLICY, policy_rows_on
from partners.accreditation import LAPSE_MONTHS, Practice, Standing, standings
from partners.models import Deployment, Engagement, Partner
from partners.tenure import Run, Spell, runs
from schools.selectors import lineage
from sipmanager.core import readings
from sipmanager.core.academic import add_months

from .awards import awards_of, open_requests
from .clock import is_per_sector, proven, with_sector


@readings.of_each
def standings_of(
    partners: Iterable[int] | QuerySet, on: date, *, more: Mapping[int, Sequence[Practice]] | None = None
) -> dict[int, list[Standing]]:
    """Where each SIP's accreditations stand on a day, by partner id; seven queries. Nobody awarded by then is left out.

    `more` is practice that is not on record, by partner id: what if it were?
    """
    wanted = partners.values("pk") if isinstance(partners, QuerySet) else sorted(set(partners))
    more = more or {}
    per_sector = is_per_sector(on)
    awards, shown = awards_of(wanted), proven(wanted)
    requests = open_requests(on)
    worked_for, practice = _worked(wanted, on, {authority_id for authority_id, _ in requests}, per_sector=per_sector)
    stated = Partner.objects.filter(pk__in=wanted).values_list("pk", "last_practised_on").order_by("pk")
    found = {}
    for pk, last_practised_on in stated:
        rows = standings(
            awards=awards.get(pk, ()),
            stated_on=last_practised_on,
            practice=[*practice[pk], *shown.get(pk, ()), *more.get(pk, ())],
            asked=[question for authority_id, question in requests if authority_id in worked_for[pk]],
            on=on,
            is_per_sector=per_sector,
        )
        if rows:
            found[pk] = rows
    return found


def standings_with(partner_id: int, practice: Sequence[Practice], on: date) -> list[Standing]:
    """Where one SIP would stand on a day if this practice were on record."""
    return standings_of([partner_id], on, more={partner_id: practice}).get(partner_id, [])


def _worked(wanted, on: date, asked: set[int], *, per_sector: bool):
    """For whom each SIP worked in the three years before, and when they were at schools."""
    since = add_months(on, -LAPSE_MONTHS)
    worked_for, practice = defaultdict(set), defaultdict(list)
    rows = with_sector(Deployment.objects.standing().filter(partner__in=wanted), per_sector=per_sector).order_by("pk")
    columns = ("partner_id", "authority_id", "starts_on", "ends_on", "sector")
    for pk, authority_id, starts_on, ends_on, sector in rows.values_list(*columns):
        practice[pk].append(Practice(starts_on, ends_on, sector))
        if ends_on is None or ends_on >= since:
            worked_for[pk].add(authority_id)
    engaged = Engagement.objects.filter(Q(ends_on=None) | Q(ends_on__gte=since), partner__in=wanted)
    for pk, authority_id in engaged.filter(authority__in=asked).values_list("partner_id", "authority_id"):
        worked_for[pk].add(authority_id)
    return worked_for, practice


@dataclass(frozen=True)
class PartnerStanding:
    """One sector of one SIP, as the report of accreditations shows it."""

    partner: Partner
    standing: Standing

    def as_json(self) -> dict[str, Any]:
        standing = self.standing
        return {
            "partner": self.partner.reference,
            "sector": standing.sector,
            "state": standing.state.value,
            "last_practised_on": standing.last_practised_on.isoformat(),
            "warn_on": standing.warn_on.isoformat(),
            "lapses_on": standing.lapses_on.isoformat(),
        }


def accreditations(*, on: date, partners: QuerySet | None = None) -> list[PartnerStanding]:
    """Every sector awarded by a day, the lapsed and the removed too, the one that lapses first at the top (D-16)."""
    partners = Partner.objects.all() if partners is None else partners
    found = standings_of(partners, on)
    people = {row.pk: row for row in Partner.objects.filter(pk__in=partners.values("pk"))}
    rows = [PartnerStanding(people[pk], standing) for pk, sectors in found.items() for standing in sectors]
    return sorted(rows, key=lambda row: (row.standing.lapses_on, row.partner.reference, row.standing.sector))


def partners_of(authority: Authority, on: date) -> QuerySet:
    """The SIPs whom an authority engages or has at its schools on a day."""
    engaged = Engagement.objects.running(on).filter(authority=authority)
    at_work = Deployment.objects.active(on).filter(authority=authority)
    return Partner.objects.filter(Q(pk__in=engaged.values("partner_id")) | Q(pk__in=at_work.values("partner_id")))


@readings.kept
def partners_at(authority_id: int, on: date) -> list[Partner]:
    """The SIPs of `partners_of`, in order of reference."""
    return list(partners_of(Authority(pk=authority_id), on).order_by("reference"))


@readings.kept
def at_work_for(authority_id: int, on: date) -> list[Deployment]:
    """The deployments of an authority that are at work on a day, with SIP, account and school."""
    rows = Deployment.objects.active(on).filter(authority=authority_id)
    return list(rows.select_related("school", "partner__user").order_by("starts_on", "pk"))


def policies_on(authority_ids: Iterable[int], on: date) -> dict[int, Policy]:
    """The local policy in force at each of some authorities on a day; one query (D-39)."""
    ids = set(authority_ids)
    return dict.fromkeys(ids, NATIONAL_POLICY) | {pk: row.policy for pk, row in policy_rows_on(ids, on).items()}


def tenure_of(deployments: Iterable[Deployment], on: date) -> dict[int, Run]:
    """How long each SIP has been at the school, or at those it followed, by deployment id; three queries (D-15).

    Only stays begun by `on`, or by the deployment's own first day where that is later, are counted.
    """
    deployments = list(deployments)
    families = lineage({row.school_id for row in deployments})
    policies = policies_on({row.authority_id for row in deployments}, on)
    stays = _stays_of({row.partner_id for row in deployments})
    return {
        row.pk: _run_of(row, stays.get(row.partner_id, ()), families[row.school_id], policies[row.authority_id].gap_months, on)
        for row in deployments
    }


@readings.of_each
def _stays_of(partner_ids: Iterable[int]) -> dict[int, list[tuple[int, Spell]]]:
    """Where each SIP was deployed and when, as school and spell."""
    stays: dict[int, list[tuple[int, Spell]]] = defaultdict(list)
    rows = Deployment.objects.standing().filter(partner__in=partner_ids).order_by("pk")
    for partner_id, school_id, *days in rows.values_list("partner_id", "school_id", "starts_on", "ends_on"):
        stays[partner_id].append((school_id, Spell(*days)))
    return stays


def _run_of(deployment: Deployment, stays, family, gap_months: int, on: date) -> Run:
    until = max(on, deployment.starts_on)
    spells = {spell for school_id, spell in stays if school_id in family and spell.starts_on <= until}
    spells.add(Spell(deployment.starts_on, deployment.ends_on))
    found = runs(spells, gap_months=gap_months)
    return max((run for run in found if run.began_on <= deployment.starts_on), key=lambda run: run.began_on)


def current_sips(schools: Iterable[int] | QuerySet, on: date) -> dict[int, Deployment]:
    """Who leads each school on a day, by school id; one query. A school without a SIP is left out."""
    wanted = schools.values("pk") if isinstance(schools, QuerySet) else list(schools)
    rows = Deployment.objects.active(on).filter(school__in=wanted).select_related("partner")
    found: dict[int, Deployment] = {}
    for row in rows.order_by("starts_on", "pk"):
        leads = row.lead_from is not None and row.lead_from <= on and (row.lead_until is None or on <= row.lead_until)
        if leads or row.school_id not in found:
            found[row.school_id] = row
    return found
