"""Whose three years at a school come to their end, as the database lists them (DEP-10, DEP-11, REP-4).

The limit is worked out, never stored (D-30): of the deployments that could be near it the runs are made as everywhere
else, and the list is told each limit.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from django.db.models import Case, DateField, Exists, OuterRef, Q, QuerySet, Value, When

from partners.models import Deployment
from partners.tenure import WARN_MONTHS, YEARS
from schools.models import SchoolLink
from sipmanager.core.academic import add_months

from ..accreditation.standing import tenure_of

AT_ONCE = 2000  # deployments whose runs are made together: databases limit the values of one query
NEAR = max(WARN_MONTHS)


def limits_near(deployments: QuerySet, on: date, *, months: int = NEAR) -> dict[int, date]:
    """The last lawful day of those of `deployments` at work on a day that have it within `months`, or behind them."""
    until = add_months(on, months)
    earlier = Deployment.objects.standing().filter(partner=OuterRef("partner"), starts_on__lt=OuterRef("starts_on"))
    has_earlier = Exists(earlier.filter(school=OuterRef("school")))
    followed = Exists(earlier) & Exists(SchoolLink.objects.filter(school=OuterRef("school")))
    could_be = Q(starts_on__lte=add_months(until, -12 * YEARS + 1)) | has_earlier | followed
    rows = list(deployments.active(on).filter(could_be).order_by("pk"))
    found: dict[int, date] = {}
    for first in range(0, len(rows), AT_ONCE):
        runs = tenure_of(rows[first : first + AT_ONCE], on)
        found |= {pk: run.last_lawful_on for pk, run in runs.items() if run.last_lawful_on <= until}
    return found


def with_limits(deployments: QuerySet, limits: dict[int, date]) -> QuerySet:
    """Those of `deployments` that have a limit, with `limit_on`."""
    by_day: dict[date, list[int]] = defaultdict(list)
    for pk, limit in limits.items():
        by_day[limit].append(pk)
    days: Iterable[When] = [When(pk__in=pks, then=Value(limit)) for limit, pks in sorted(by_day.items())]
    rows = deployments.filter(pk__in=list(limits))
    return rows.annotate(limit_on=Case(*days, default=Value(None), output_field=DateField()))
