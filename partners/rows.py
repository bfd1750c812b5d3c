"""What the rows of the registers show, asked of the database once for the whole page (D-37)."""

from datetime import date
from decimal import Decimal

from django.db.models import (
    Case,
    CharField,
    Count,
    DateField,
    DecimalField,
    F,
    IntegerField,
    Max,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Greatest, Least

from accounts.models import running

from .accreditation import State, lapse_day, warn_day
from .models import Accreditation, Deployment, PartnerKind
from .selectors.standing import first_day_for

NEVER = date(1900, 1, 1)
DAYS = DecimalField(max_digits=7, decimal_places=2)


def held_accreditations(on: date) -> QuerySet:
    """Awards made by a day and not removed by it."""
    return Accreditation.objects.filter(Q(removed_on=None) | Q(removed_on__gt=on), accredited_on__lte=on)


def with_standing(partners: QuerySet, on: date) -> QuerySet:
    """Each SIP with `practised_on` and `standing`: accredited, warned, lapsed, removed, or blank for no award (D-16).

    The same answer as `accreditation.standings`, but for the grace that unverified records give (ACC-28).
    """
    awards = Accreditation.objects.filter(partner=OuterRef("pk"), accredited_on__lte=on).order_by().values("partner")
    stays = Deployment.objects.standing().filter(partner=OuterRef("pk"), starts_on__lte=on).order_by().values("partner")
    until = Least(Coalesce("ends_on", Value(on)), Value(on), output_field=DateField())
    stated = Case(When(last_practised_on__lte=on, then=F("last_practised_on")), default=Value(NEVER), output_field=DateField())
    never = Value(NEVER, output_field=DateField())
    held = held_accreditations(on).filter(partner=OuterRef("pk")).order_by().values("partner")
    partners = partners.annotate(
        awarded_on=Subquery(awards.annotate(last=Max("accredited_on")).values("last"), output_field=DateField()),
        awards_held=Coalesce(Subquery(held.annotate(many=Count("pk")).values("many"), output_field=IntegerField()), 0),
        practised_on=Greatest(
            Coalesce(F("awarded_on"), never),
            Coalesce(Subquery(stays.annotate(last=Max(until)).values("last"), output_field=DateField()), never),
            stated,
            output_field=DateField(),
        ),
    )
    standing = Case(
        When(awarded_on=None, then=Value("")),
        When(awards_held=0, then=Value(State.REMOVED.value)),
        When(practised_on__lt=first_day_for(lapse_day, on), then=Value(State.LAPSED.value)),
        When(practised_on__lt=first_day_for(lambda day: warn_day(lapse_day(day)), on), then=Value(State.WARNED.value)),
        default=Value(State.ACCREDITED.value),
        output_field=CharField(),
    )
    return partners.annotate(standing=standing)


def with_work(partners: QuerySet, on: date) -> QuerySet:
    """Each SIP with `kind_now`, `schools_held` and `days_free` on a day; blank where the days are not planned."""
    kinds = PartnerKind.objects.running(on).filter(partner=OuterRef("pk")).order_by("-pk").values("kind")
    held = Deployment.objects.active(on).filter(partner=OuterRef("pk")).order_by().values("partner")
    return partners.annotate(
        kind_now=Coalesce(Subquery(kinds[:1]), Value("")),
        schools_held=Coalesce(Subquery(held.annotate(many=Count("pk")).values("many"), output_field=IntegerField()), 0),
        days_given=Coalesce(
            Subquery(held.annotate(sum=Sum("days")).values("sum"), output_field=DAYS), Value(Decimal(0)), output_field=DAYS
        ),
    ).annotate(days_free=F("days_available") - F("days_given"))


def sectors_on(on: date) -> Prefetch:
    """The sectors held on a day, as `sectors_held` of each SIP."""
    return Prefetch("accreditations", queryset=held_accreditations(on).order_by("sector", "pk"), to_attr="sectors_held")


def active_on(on: date) -> Q:
    """Deployments at work on a day."""
    return Q(confirmed_on__isnull=False, voided_on=None) & running(on)
