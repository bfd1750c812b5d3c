"""The dated facts of SIPs about schools, read once for all pairs of them and handed out pair by pair (D-7, D-13)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date

from django.db.models import Min, Q

from partners.accreditation import LAPSE_MONTHS, Practice, Standing, standings
from partners.deployment_rules import CheckFacts, Other
from partners.interests import interests_gap
from partners.models import (
    OPEN_STATES,
    Check,
    CheckStatus,
    Contract,
    Deployment,
    Engagement,
    Headship,
    Partner,
    PartnerKind,
    Willingness,
)
from partners.tenure import Spell
from sipmanager.core.academic import add_months

from ..accreditation.awards import awards_of, open_requests
from ..accreditation.clock import is_per_sector, proven, with_sector
from ..sips.interests import interests_by_partner, interests_confirmed_on, matches_at, parties_of_many
from ..sips.stood_down import stood_down_on
from .places import Place

NO_CONTRACT = (None, None)
# A change of SIP that is planned and whose incoming SIP is still proposed: the outgoing one's last day is the planned one.
PLANNED = Q(handed_to__confirmed_on=None) & (Q(handed_to__incoming=None) | Q(handed_to__incoming__status__in=OPEN_STATES))


def earliest(*days: date | None) -> date | None:
    """The earliest of some last days, of which those not known are none."""
    return min(filter(None, days), default=None)


class PartnerFacts:
    """What is on record of some SIPs that concerns some schools; the number of queries grows with neither."""

    def __init__(
        self, ids: Iterable[int], places: Mapping[int, Place], *, starts_on: date, on: date, without: Deployment | None = None
    ):  # fmt: skip
        self.ids, self.places, self.starts_on, self.on = sorted(set(ids)), places, starts_on, on
        self.without = without.pk if without else None
        self.authority_ids = {place.authority.pk for place in places.values() if place.authority}
        self.partners = list(Partner.objects.filter(pk__in=self.ids).order_by("pk"))
        self._read_register()
        self._read_engagements()
        self._read_deployments()
        self._read_requests()
        self._standings: dict[int, tuple[Standing, ...]] = {}

    def _read_register(self) -> None:
        day = self.starts_on
        kinds = PartnerKind.objects.running(day).filter(partner__in=self.ids)
        self.kinds = dict(kinds.order_by("pk").values_list("partner_id", "kind"))
        heads = Headship.objects.running(day).filter(partner__in=self.ids, school__in=self.places, is_former=False)
        self.heads = set(heads.values_list("partner_id", "school_id"))
        self.awards, self.proven = awards_of(self.ids), proven(self.ids)
        self.is_per_sector = is_per_sector(day)
        self._read_willingness(day)
        self.parties = parties_of_many(self.places.values(), day)
        self.interests = interests_by_partner(self.partners)
        self.registers = interests_confirmed_on(self.ids, self.on)
        self.stood_down = stood_down_on(self.ids, day)

    def _read_willingness(self, day: date) -> None:
        self.willing_places, self.willing = defaultdict(list), defaultdict(set)
        rows = Willingness.objects.running(day).filter(partner__in=self.ids)
        columns = ("partner_id", "region_id", "region__name", "authority_id", "authority__name")
        for partner_id, region_id, region, authority_id, authority in rows.order_by("pk").values_list(*columns):
            self.willing_places[partner_id].append(region or authority)
            self.willing[partner_id].add(("region", region_id) if region_id is not None else ("authority", authority_id))

    def _read_engagements(self) -> None:
        here = Engagement.objects.running(self.starts_on).filter(partner__in=self.ids, authority__in=self.authority_ids)
        columns = ("partner_id", "authority_id", "pk")
        self.engaged = {tuple(pair): pk for *pair, pk in here.order_by("pk").values_list(*columns)}
        self.checks = defaultdict(dict)
        checks = Check.objects.filter(engagement__in=self.engaged.values(), voided_on=None, status=CheckStatus.VERIFIED)
        columns = ("engagement_id", "kind", "checked_on", "expires_on", "is_not_applicable")
        for engagement_id, kind, *rest in checks.order_by("checked_on", "pk").values_list(*columns):
            self.checks[engagement_id][kind] = CheckFacts(*rest)
        contracts = Contract.objects.filter(engagement__in=self.engaged.values(), school__in=self.places)
        columns = ("engagement_id", "school_id", "confirmed_on", "ends_on")
        self.contracts = {(engagement, school): tuple(days) for engagement, school, *days in contracts.values_list(*columns)}

    def _read_deployments(self) -> None:
        self.practice, self.stays, self.worked_for = defaultdict(list), defaultdict(list), defaultdict(set)
        since = add_months(self.starts_on, -LAPSE_MONTHS)
        rows = Deployment.objects.standing().filter(partner__in=self.ids).exclude(pk=self.without)
        rows = with_sector(rows, per_sector=self.is_per_sector)
        columns = ("partner_id", "school_id", "authority_id", "starts_on", "ends_on", "sector")
        for partner_id, school_id, authority_id, starts_on, ends_on, sector in rows.order_by("pk").values_list(*columns):
            self.practice[partner_id].append(Practice(starts_on, ends_on, sector))
            self.stays[partner_id].append((school_id, Spell(starts_on, ends_on)))
            if ends_on is None or ends_on >= since:
                self.worked_for[partner_id].add(authority_id)
        open_here = Q(status__in=OPEN_STATES, partner__in=self.ids)
        standing = Q(confirmed_on__isnull=False)
        here = Deployment.objects.filter(standing | open_here, school__in=self.places, voided_on=None)
        here = here.annotate(planned=Min("handed_to__last_on", filter=PLANNED))
        columns = ("school_id", "partner_id", "partner__full_name", "starts_on", "ends_on", "confirmed_on", "planned")
        self.here = defaultdict(list)
        for school_id, *stay in here.exclude(pk=self.without).order_by("starts_on", "pk").values_list(*columns):
            partner_id, name, starts_on, ends_on, confirmed_on, planned = stay
            ends_on = earliest(ends_on, planned)
            self.here[school_id].append((partner_id, name, starts_on, ends_on, confirmed_on))

    def _read_requests(self) -> None:
        self.requests = open_requests(self.starts_on)
        asked = {authority_id for authority_id, _ in self.requests}
        self.engaged_by = defaultdict(set)
        since = add_months(self.starts_on, -LAPSE_MONTHS)
        rows = Engagement.objects.filter(Q(ends_on=None) | Q(ends_on__gte=since), partner__in=self.ids)
        rows = rows.filter(authority_id__in=asked)
        for partner_id, authority_id in rows.values_list("partner_id", "authority_id"):
            self.engaged_by[partner_id].add(authority_id)

    def of(self, partner: Partner, place: Place) -> dict:
        """What the case holds of one SIP at one school."""
        pk, school_id = partner.pk, place.school.pk
        found = matches_at(place, self.interests.get(pk, ()), self.parties[school_id], self.starts_on)
        engagement = self.engaged.get((pk, place.authority.pk if place.authority else None))
        contract_on, contract_until = self.contracts.get((engagement, school_id), NO_CONTRACT)
        name = place.facts.name
        return {
            "kind": self.kinds.get(pk, ""),
            "standings": self.standings_of(partner),
            "first_award_on": min((award.accredited_on for award in self.awards.get(pk, ())), default=None),
            "is_willing": not self.willing[pk].isdisjoint(meant_by(place)),
            "willing_places": tuple(self.willing_places[pk]),
            "is_own_school": (pk, school_id) in self.heads or partner.own_school_id == school_id,
            "conflicts": tuple(row.sentence(name) for row in found if row.is_exact),
            "possible_conflicts": tuple(row.sentence(name) for row in found if not row.is_exact),
            "interests_gap": interests_gap(*self.registers.get(pk, (None, None)), self.on),
            "stood_down": self.stood_down.get(pk, ""),
            "is_engaged": engagement is not None,
            "checks": dict(self.checks[engagement]) if engagement else {},
            "contract_on": contract_on,
            "contract_until": contract_until,
            "spells": self.spells_of(partner, place),
            "others": self.others_of(partner, place),
        }

    def standings_of(self, partner: Partner) -> tuple[Standing, ...]:
        """Where the SIP's accreditations stand on the first day; worked out once."""
        pk = partner.pk
        if pk not in self._standings:
            own = self.worked_for[pk] | self.engaged_by[pk]
            self._standings[pk] = tuple(
                standings(
                    awards=self.awards.get(pk, []), stated_on=partner.last_practised_on, on=self.starts_on,
                    asked=[question for authority_id, question in self.requests if authority_id in own],
                    practice=[*self.practice[pk], *self.proven.get(pk, ())], is_per_sector=self.is_per_sector,
                )
            )  # fmt: skip
        return self._standings[pk]

    def spells_of(self, partner: Partner, place: Place) -> tuple[Spell, ...]:
        """The SIP's stays at the school and at those it followed."""
        return tuple(spell for school_id, spell in self.stays[partner.pk] if school_id in place.family)

    def others_of(self, partner: Partner, place: Place) -> tuple[Other, ...]:
        """The other stays at the school: those of others that stand, and the SIP's own that stand or are planned."""
        return tuple(
            Other(name, starts_on, ends_on, is_same_partner=other == partner.pk, is_confirmed=confirmed_on is not None)
            for other, name, starts_on, ends_on, confirmed_on in self.here[place.school.pk]
            if confirmed_on is not None or other == partner.pk
        )


def meant_by(place: Place) -> set[tuple[str, int]]:
    """What a SIP who will work at a school has named: its region, or an authority of it."""
    named = {("authority", pk) for pk in place.local_ids()}
    return named | ({("region", place.region_id)} if place.region_id is not None else set())
