"""How schools and SIPs are allocated at each authority on a day, counted by the database (SPM-8)."""

from collections.abc import Collection
from datetime import date
from decimal import Decimal

from django.db.models import Count, DecimalField, Exists, F, IntegerField, OuterRef, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from partners.models import Deployment
from schools.facts import Status
from schools.models import SchoolService

DAYS = DecimalField(max_digits=9, decimal_places=2)


def allocation(authorities: QuerySet, on: date, phases: Collection[str] = ()) -> QuerySet:
    """Each authority with `schools`, `with_sip`, `without_sip`, `sips` and `days` on a day, in the phases given or in all."""
    served = SchoolService.objects.running(on).filter(
        authority=OuterRef("pk"), school__status=Status.OPEN.value, school__is_in_sip_scope=True
    )
    at_work = Deployment.objects.active(on).filter(authority=OuterRef("pk"))
    if phases:
        served, at_work = served.filter(school__phase__in=phases), at_work.filter(school__phase__in=phases)
    led = Exists(Deployment.objects.leading(on).filter(school=OuterRef("school")))
    return authorities.annotate(
        schools=_count(served, "school"),
        with_sip=_count(served.filter(led), "school"),
        sips=_count(at_work, "partner"),
        days=Coalesce(
            Subquery(at_work.order_by().values("authority").annotate(sum=Sum("days")).values("sum"), output_field=DAYS),
            Value(Decimal(0)),
            output_field=DAYS,
        ),
    ).annotate(without_sip=F("schools") - F("with_sip"))


def _count(rows: QuerySet, what: str) -> Coalesce:
    counted = rows.order_by().values("authority").annotate(many=Count(what, distinct=True)).values("many")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)
