"""How well SIPs suit a school, sorted by the database and explained for a page (DEP-3, DEP-7, DEP-8, D-7).

`best_first` gives the points of `partners.matching` in the database, so that a register of thousands is sorted in a fixed
number of queries; `offers` reads the same facts for some SIPs, so that the pure module can say why. A test holds the two alike.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import (
    BigIntegerField,
    Case,
    Count,
    Exists,
    ExpressionWrapper,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, Greatest

from partners.matching import (
    A_SCHOOL,
    BANDS,
    MOST,
    NOT_KNOWN,
    TENURE_MONTHS,
    Asked,
    Offered,
    Part,
    Weights,
    contexts_of,
    distance,
    faiths_of,
    months_between,
    parts,
    score,
    weights_for,
)
from partners.models import Deployment, Expertise, ExpertiseKind, Partner
from partners.tenure import Spell, last_lawful_day
from schools.inspecting import GRADE_NAMES, VERDICT_NAMES, Verdict
from schools.models import CategoryOfOfsted, Concern, ConcernFlag, FaithRequest, Inspection

from .candidates import with_doubt
from .places import Place

A_SUMMER = timedelta(days=92)  # a SIP who left no longer ago is still the school's own
OF_CONCERN = tuple(VERDICT_NAMES.values())
POINTS, METRES = IntegerField(), BigIntegerField()


@dataclass(frozen=True)
class Match:
    """One SIP for one school: the parts of the score, and the score."""

    parts: list[Part]

    @property
    def score(self) -> int:
        return score(self.parts)


# ------------------------------------------------------------------------------------------------ what a school asks


def asked_of(places: Mapping[int, Place], *, starts_on: date) -> dict[int, Asked]:
    """What each school asks of its SIP on the first day, by school; four queries however many they are."""
    concerns = ConcernFlag.objects.running(starts_on).filter(school__in=places, concern=Concern.CAUSING_CONCERN)
    flagged = set(concerns.values_list("school_id", flat=True))
    rows = CategoryOfOfsted.objects.running(starts_on).filter(school__in=places).order_by("pk")
    categories = {pk: VERDICT_NAMES[Verdict(category)] for pk, category in rows.values_list("school_id", "category")}
    wishes = FaithRequest.objects.running(starts_on).filter(school__in=places)
    wished = set(wishes.values_list("school_id", flat=True))
    grades = _grades(places, starts_on)
    found = {}
    for pk, place in places.items():
        school = place.school
        position = (categories[pk],) if pk in categories else OF_CONCERN if pk in flagged else grades.get(pk, ())
        contexts = contexts_of(
            opened_on=school.opened_on, pupils=school.pupils, federation=school.federation_name, starts_on=starts_on
        )
        found[pk] = Asked(
            starts_on=starts_on,
            days=Decimal(place.policy.days_per_school),
            experience=(*position, *contexts),
            faiths=faiths_of(school.religious_character) if pk in wished else (),
            is_of_concern=pk in flagged or pk in categories,
            easting=school.easting,
            northing=school.northing,
        )
    return found


def _grades(places: Mapping[int, Place], starts_on: date) -> dict[int, tuple[str, ...]]:
    """The overall grade of the latest inspection of each school, as SIPs say what they worked with."""
    rows = Inspection.objects.standing().filter(school__in=places, starts_on__lte=starts_on).order_by("starts_on", "pk")
    known = {pk: grades.get("overall") for pk, grades in rows.values_list("school_id", "grades") if "overall" in grades}
    return {pk: (GRADE_NAMES[grade],) for pk, grade in known.items() if grade in {1, 2, 3}}


# ---------------------------------------------------------------------------------------------------- who was there


def stays_at(places: Mapping[int, Place]) -> dict[int, list[tuple[int, Spell]]]:
    """Who has stayed at each school or at one it followed, by school: pairs of SIP and stay; one query."""
    families = defaultdict(list)
    for pk, place in places.items():
        for member in place.family:
            families[member].append(pk)
    found: dict[int, list[tuple[int, Spell]]] = defaultdict(list)
    rows = Deployment.objects.standing().filter(school__in=families).order_by("starts_on", "pk")
    for school_id, partner_id, *days in rows.values_list("school_id", "partner_id", "starts_on", "ends_on"):
        for pk in families[school_id]:
            found[pk].append((partner_id, Spell(*days)))
    return found


def tenure_of_stays(stays: Iterable[tuple[int, Spell]], *, starts_on: date, gap_months: int) -> dict[int, date]:
    """The last lawful day of those who have stayed at the school before, by SIP."""
    spells = defaultdict(list)
    for partner_id, spell in stays:
        if spell.starts_on <= starts_on:
            spells[partner_id].append(spell)
    return {pk: last_lawful_day(found, starts_on=starts_on, gap_months=gap_months) for pk, found in spells.items()}


def kept_by(stays: Iterable[tuple[int, Spell]], *, starts_on: date) -> frozenset[int]:
    """The SIPs who were the school's up to the first day, a summer's break allowed."""
    recent = starts_on - A_SUMMER
    return frozenset(
        partner_id
        for partner_id, spell in stays
        if spell.starts_on < starts_on and (spell.ends_on is None or spell.ends_on >= recent)
    )


# ---------------------------------------------------------------------------------------------- sorted by the database


def best_first(
    partners: QuerySet, place: Place, asked: Asked, weights: Weights, *, starts_on: date, ends_on: date | None = None
) -> QuerySet:
    """`partners` of `could_take` with `days_left`, `is_in_doubt` and `gain`, the points by weight; the best first."""
    stays = stays_at({place.school.pk: place})[place.school.pk]
    partners = with_doubt(partners, place, starts_on=starts_on, ends_on=ends_on)
    partners = partners.annotate(days_left=F("days_available") - F("days_given")).alias(squared=_squared(asked))
    partners = partners.select_related("own_school")
    points = _points(place, asked, stays)
    used = weights_for(asked, weights)
    gain = sum((Value(weight) * points[name] for name, weight in used.items() if weight), Value(0))
    return partners.annotate(gain=gain).order_by("-gain", "full_name", "pk")


def _points(place: Place, asked: Asked, stays) -> dict:
    """Each part of the score as the database works it out."""
    lawful = tenure_of_stays(stays, starts_on=asked.starts_on, gap_months=place.policy.gap_months)
    tenure = [When(pk=pk, then=Value(_tenure_points(asked.starts_on, last))) for pk, last in sorted(lawful.items())]
    return {
        "expertise": _known(asked),
        "days": _when(When(days_available=None, then=Value(NOT_KNOWN)), When(days_left__gte=asked.days, then=Value(MOST))),
        "distance": _near(asked),
        "engaged": _when(When(is_engaged=True, then=Value(MOST))),
        "load": Greatest(Value(MOST) - Value(A_SCHOOL) * F("schools_now"), Value(0), output_field=POINTS),
        "lapse": _when(When(is_in_doubt=False, then=Value(MOST))),
        "tenure": Case(*tenure, default=Value(MOST), output_field=POINTS) if tenure else Value(MOST),
        "faith": _when(When(_knows(asked.faiths, [ExpertiseKind.FAITH]), then=Value(MOST))),
        "keep": _when(When(pk__in=kept_by(stays, starts_on=asked.starts_on), then=Value(MOST))),
    }


def _when(*cases: When) -> Case:
    return Case(*cases, default=Value(0), output_field=POINTS)


def _tenure_points(starts_on: date, last: date) -> int:
    return MOST * min(months_between(starts_on, last), TENURE_MONTHS) // TENURE_MONTHS


EXPERIENCE = (ExpertiseKind.CONTEXT, ExpertiseKind.OFSTED)


def _knows(values: Iterable[str], kinds) -> Q:
    return Q(Exists(Expertise.objects.filter(partner=OuterRef("pk"), kind__in=kinds, value__in=list(values))))


def _known(asked: Asked):
    """The share of what the school asks that the SIP knows, rounded down."""
    if not asked.experience:
        return Value(0)
    rows = Expertise.objects.filter(partner=OuterRef("pk"), kind__in=EXPERIENCE, value__in=asked.experience)
    counted = Coalesce(Subquery(rows.order_by().values("partner").annotate(n=Count("pk")).values("n")), 0)
    return ExpressionWrapper(Value(MOST) * counted / Value(len(asked.experience)), output_field=POINTS)


def _near(asked: Asked) -> Case:
    unknown = When(Q(own_school__easting=None) | Q(own_school__northing=None), then=Value(NOT_KNOWN))
    return _when(unknown, *[When(squared__lte=metres**2, then=Value(points)) for metres, points in BANDS])


def _squared(asked: Asked):
    """The square of the distance from a SIP's own school; what applies to no school is asked of none."""
    if not asked.is_placed:
        return Value(0, output_field=METRES)
    east = Cast("own_school__easting", METRES) - Value(asked.easting, output_field=METRES)
    north = Cast("own_school__northing", METRES) - Value(asked.northing, output_field=METRES)
    return ExpressionWrapper(east * east + north * north, output_field=METRES)


# ------------------------------------------------------------------------------------------ explained for some of them


class Offers:
    """What some SIPs bring to some schools beside what the rules look at; the number of queries grows with neither.

    `partners` carry `days_left`, `schools_now` and `own_school`; for one school `best_first` gives them all that is needed.
    """

    def __init__(self, partners: Iterable[Partner], places: Mapping[int, Place], *, starts_on: date):
        self.partners, self.places, self.starts_on = list(partners), places, starts_on
        self.asked = asked_of(places, starts_on=starts_on)
        stays = stays_at(places)
        self.lawful = {
            pk: tenure_of_stays(stays[pk], starts_on=starts_on, gap_months=place.policy.gap_months)
            for pk, place in places.items()
        }
        self.kept = {pk: kept_by(stays[pk], starts_on=starts_on) for pk in places}
        self.expertise: dict[int, set[str]] = defaultdict(set)
        kinds = (*EXPERIENCE, ExpertiseKind.FAITH)
        rows = Expertise.objects.filter(partner__in=[partner.pk for partner in self.partners], kind__in=kinds)
        for pk, value in rows.values_list("partner_id", "value"):
            self.expertise[pk].add(value)

    def of(self, partner: Partner, place: Place, *, is_engaged: bool, is_sure: bool) -> Offered:
        """What one SIP brings to one school."""
        school = place.school
        own = partner.own_school
        lawful = self.lawful[school.pk].get(partner.pk)
        months = TENURE_MONTHS if lawful is None else months_between(self.starts_on, lawful)
        return Offered(
            expertise=frozenset(self.expertise[partner.pk]),
            metres=distance((own.easting, own.northing), (school.easting, school.northing)) if own else None,
            days_left=partner.days_left,
            schools=partner.schools_now,
            is_engaged=is_engaged,
            is_sure=is_sure,
            tenure_months=months,
            last_lawful_on=lawful,
            was_here=partner.pk in self.kept[school.pk],
        )


def matches_of(partners: Iterable[Partner], place: Place, weights: Weights, *, starts_on: date) -> dict[int, Match]:
    """The scores and reasons of a page of `best_first`, by SIP; the number of queries does not grow with it."""
    partners = list(partners)
    offers = Offers(partners, {place.school.pk: place}, starts_on=starts_on)
    asked = offers.asked[place.school.pk]
    return {
        partner.pk: Match(
            parts(
                asked,
                offers.of(partner, place, is_engaged=partner.is_engaged, is_sure=not partner.is_in_doubt),
                weights,
            )
        )
        for partner in partners
    }
