"""What the rows of the registers show, asked of the database once for the whole page (D-37)."""

from datetime import date
from decimal import Decimal

from django.db.models import (
    Case,
    CharField,
    Count,
    DecimalField,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from accounts.models import running

from .accreditation import State
from .models import Deployment, PartnerKind
from .selectors.accreditation.clock import (
    awards_on,
    held_awards,
    is_per_sector,
    newest_awards,
    practised_expression,
    standing_expression,
)

DAYS = DecimalField(max_digits=7, decimal_places=2)
# Of several sectors the one that stands best says where the SIP stands.
BEST_FIRST = (State.ACCREDITED, State.WARNED, State.UNVERIFIED, State.LAPSED, State.REMOVED)


def held_accreditations(on: date) -> QuerySet:
    """Awards that count on a day and are not removed by it."""
    return held_awards(on)


def with_standing(partners: QuerySet, on: date) -> QuerySet:
    """Each SIP with `practised_on` and `standing`: the best of their sectors, or blank for no award (D-16).

    The same answer as `accreditation.standings`, under either clock (ACC-9).
    """
    partners = partners.annotate(practised_on=practised_expression(on, partner="pk", stated="last_practised_on"))
    awards = newest_awards(on).filter(partner=OuterRef("pk"))
    if is_per_sector(on):
        best = Case(*[When(standing=state.value, then=Value(rank)) for rank, state in enumerate(BEST_FIRST)])
        rows = awards_on(on, per_sector=True).filter(partner=OuterRef("pk")).annotate(rank=best).order_by("rank", "pk")
        standing = Coalesce(Subquery(rows.values("standing")[:1]), Value(""), output_field=CharField())
        return partners.annotate(standing=standing)
    removed = Q(~Exists(held_awards(on).filter(partner=OuterRef("pk"))))
    standing = standing_expression(on, removed=removed, partner="pk")
    never = When(~Exists(awards), then=Value(""))
    return partners.annotate(standing=Case(never, default=standing, output_field=CharField()))


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
