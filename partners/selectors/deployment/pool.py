"""All pairs of some SIPs and some schools: which of them the rules allow, and how well they suit (D-7, D-14, DEP-3).

The facts are read once, and the rule table decides; where nothing on record ties a SIP to a school in particular, one answer
stands for all schools alike, because no rule asks a school's name. A test holds each answer to the case taken alone.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import lru_cache

from django.db.models import Count, DecimalField, F, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from partners.deployment_rules import findings, refusing
from partners.interests import comparable
from partners.matching import Asked, Part, Weights, parts
from partners.models import OPEN_STATES, Deployment, Engagement, Partner, Willingness
from sipmanager.core.rules import Finding, Stage

from .candidates import with_doubt
from .case_facts import PartnerFacts, meant_by
from .cases import case_from
from .matching import Offers
from .places import Place, school_facts

DAYS = DecimalField(max_digits=7, decimal_places=2)
name_of = lru_cache(maxsize=4096)(comparable)


def within_reach(places: Mapping[int, Place], starts_on: date) -> QuerySet:
    """The SIPs who will work at one of the places or are engaged by an authority of theirs."""
    named = set().union(*(meant_by(place) for place in places.values())) if places else set()
    regions = [pk for kind, pk in named if kind == "region"]
    local = [pk for kind, pk in named if kind == "authority"]
    willing = Willingness.objects.running(starts_on).filter(Q(region_id__in=regions) | Q(authority_id__in=local))
    serving = {place.authority.pk for place in places.values() if place.authority}
    engaged = Engagement.objects.running(starts_on).filter(authority__in=serving)
    return Partner.objects.filter(Q(pk__in=willing.values("partner_id")) | Q(pk__in=engaged.values("partner_id")))


def committed_from(starts_on: date) -> Q:
    """Deployments that a SIP's days are for from a day on: those that stand and those proposed, unless they end before."""
    counts = Q(confirmed_on__isnull=False) | Q(status__in=OPEN_STATES)
    return counts & Q(voided_on=None) & (Q(ends_on=None) | Q(ends_on__gte=starts_on))


def with_commitments(partners: QuerySet, starts_on: date) -> QuerySet:
    """`partners` with `schools_now`, `days_given` and `days_left` of the days from `starts_on` on; `days_left` may be blank."""
    rows = Deployment.objects.filter(committed_from(starts_on), partner=OuterRef("pk")).order_by().values("partner")
    return partners.annotate(
        schools_now=Coalesce(Subquery(rows.annotate(n=Count("pk")).values("n")), 0),
        days_given=Coalesce(
            Subquery(rows.annotate(n=Sum("days")).values("n"), output_field=DAYS), Value(Decimal(0)), output_field=DAYS
        ),
    ).annotate(days_left=F("days_available") - F("days_given"))


class Pool:
    """Some SIPs for some schools; the number of queries grows with neither.

    `partners` are those of the queryset, in its order. `without` is the SIP who asks: nobody deploys themself.
    """

    def __init__(
        self, partners: QuerySet, places: Mapping[int, Place], *, starts_on: date, on: date, without: int | None = None
    ):
        self.places, self.starts_on, self.on = places, starts_on, on
        rows = with_commitments(partners, starts_on).select_related("own_school").order_by("reference")
        self.partners = [partner for partner in rows if partner.pk != without]
        ids = [partner.pk for partner in self.partners]
        self.facts = PartnerFacts(ids, places, starts_on=starts_on, on=on)
        self.offers = Offers(self.partners, places, starts_on=starts_on)
        self._doubtful = self._read_doubts(ids)
        self._alike = {pk: replace(school_facts(place), urn="", name="", phase_name="") for pk, place in places.items()}
        self._named = {pk: self._names_of(pk) for pk in places}
        self._verdicts: dict[tuple, tuple[str, ...]] = {}
        self._busy = {pk for pk in places if self._has_others(pk)}

    def _read_doubts(self, ids: list[int]) -> dict[str, set[int]]:
        """By sector, those whose accreditation for it is in doubt; one query for each sector."""
        sectors = {place.facts.sector_needed: place for place in self.places.values()}
        found = {}
        for sector, place in sorted(sectors.items()):
            rows = with_doubt(Partner.objects.filter(pk__in=ids), place, starts_on=self.starts_on)
            found[sector] = set(rows.filter(is_in_doubt=True).values_list("pk", flat=True))
        return found

    def _names_of(self, school_id: int) -> tuple[set[int], set[str]]:
        parties = self.facts.parties[school_id]
        ids = set().union(*(party.ids for party in parties))
        return ids, {name_of(party.name) for party in parties}

    def _has_others(self, school_id: int) -> bool:
        """Whether somebody is, or is to be, at the school from the first day on."""
        rows = self.facts.here[school_id]
        return any(ends_on is None or ends_on >= self.starts_on for _other, _name, _first, ends_on, _confirmed in rows)

    # ------------------------------------------------------------------------------------------------- what is allowed

    def refusals(self, partner: Partner, place: Place) -> list[Finding]:
        """Every finding of stage `propose` that refuses one pair, in full."""
        return refusing(self.findings(partner, place), stage=Stage.PROPOSE)

    def findings(self, partner: Partner, place: Place) -> list[Finding]:
        """Everything that the rules find of one pair, at both stages."""
        return findings(case_from(self.facts, partner, place))

    def allows(self, partner: Partner, place: Place) -> bool:
        return not self.refused_by(partner, place)

    def refused_by(self, partner: Partner, place: Place) -> tuple[str, ...]:
        """The ids of the rules that refuse one pair at stage `propose`."""
        if self._is_particular(partner, place):
            return tuple(row.id for row in self.refusals(partner, place))
        is_willing = not self.facts.willing[partner.pk].isdisjoint(meant_by(place))
        key = (partner.pk, self._alike[place.school.pk], is_willing)
        if key not in self._verdicts:
            self._verdicts[key] = tuple(row.id for row in self.refusals(partner, place))
        return self._verdicts[key]

    def _is_particular(self, partner: Partner, place: Place) -> bool:
        """Whether something on record ties this SIP, or anybody, to this school in particular."""
        pk, school_id, facts = partner.pk, place.school.pk, self.facts
        if school_id in self._busy or partner.own_school_id == school_id or (pk, school_id) in facts.heads:
            return True
        if any(other in place.family for other, _spell in facts.stays[pk]):
            return True
        ids, names = self._named[school_id]
        return any(
            declared.school_id in ids if declared.school_id is not None else name_of(declared.named) in names
            for declared in facts.interests.get(pk, ())
        )

    # ------------------------------------------------------------------------------------------------ how well it suits

    def asked(self, place: Place) -> Asked:
        return self.offers.asked[place.school.pk]

    def parts(self, partner: Partner, place: Place, weights: Weights) -> list[Part]:
        """The parts of one pair's score."""
        authority = place.authority.pk if place.authority else None
        offered = self.offers.of(
            partner, place, is_engaged=(partner.pk, authority) in self.facts.engaged,
            is_sure=partner.pk not in self._doubtful[place.facts.sector_needed],
        )  # fmt: skip
        return parts(self.asked(place), offered, weights)

    def candidates(self, place: Place) -> Iterator[Partner]:
        """The SIPs whom the rules allow at a school, in the order of the pool."""
        return (partner for partner in self.partners if self.allows(partner, place))

    def nearest(self, place: Place) -> tuple[Partner, list[Finding]] | None:
        """The SIP whom the fewest rules keep from a school that nobody may take, and what they say."""
        ranked = sorted((len(self.refused_by(partner, place)), partner.reference, partner) for partner in self.partners)
        if not ranked:
            return None
        _many, _reference, partner = ranked[0]
        return partner, self.refusals(partner, place)


def best_few(
    pool: Pool, place: Place, weights: Weights, *, many: int
) -> list[tuple[Partner, list[Part]]]:  # fmt: skip
    """The best of the SIPs whom the rules allow at a school, with the parts of their scores (DEP-3)."""
    found = [(partner, pool.parts(partner, place, weights)) for partner in pool.candidates(place)]
    found.sort(key=lambda row: (-sum(part.gain for part in row[1]), row[0].full_name, row[0].pk))
    return found[:many]
