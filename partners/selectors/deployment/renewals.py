"""Which deployments may run on, and until when (DEP-10, DEP-18)."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from partners.models import Deployment, DeploymentStatus
from partners.remaining import Stay, still_wrong
from sipmanager.core.academic import add_months
from sipmanager.core.wording import day

from .remaining import stays_of

ONE_DAY = timedelta(days=1)
A_YEAR = 12  # months: what a deployment is renewed by where no day is given
RENEWABLE = (DeploymentStatus.CONFIRMED, DeploymentStatus.ACTIVE)


@dataclass(frozen=True)
class Renewal:
    """One deployment run on to `until`; `because` says why it may not be."""

    deployment: Deployment
    until: date | None = None
    because: tuple[str, ...] = ()


def renewals(deployments: Iterable[Deployment], *, until: date | None = None) -> list[Renewal]:
    """Each deployment run on to `until`, or for another year and no longer than is lawful.

    The rules are asked on the day after the last day on record; deployments that end on one day are read together.
    """
    rows = list(deployments)
    by_day: dict[date, list[Deployment]] = defaultdict(list)
    for row in rows:
        if not _refusal(row):
            by_day[row.ends_on].append(row)
    stays = {pk: stay for last_on, ending in by_day.items() for pk, stay in stays_of(ending, last_on + ONE_DAY).items()}
    return [_renewal(row, stays.get(row.pk), until) for row in rows]


def _refusal(row: Deployment) -> str:
    if row.is_void or row.status not in RENEWABLE:
        return "Its end is decided, or it is not at work. Propose a new deployment instead."
    return "It has no last day, so it goes on by itself." if row.ends_on is None else ""


def _renewal(row: Deployment, stay: Stay | None, until: date | None) -> Renewal:
    if stay is None:
        return Renewal(row, because=(_refusal(row),))
    limit = stay.whole.last_lawful_on
    if row.ends_on >= limit:
        return Renewal(row, because=(f"DEP-10: The last day on record, {day(row.ends_on)}, is the last lawful day.",))
    asked = until or min(add_months(row.ends_on, A_YEAR), limit)
    if asked <= row.ends_on:
        return Renewal(row, because=(f"The new last day, {day(asked)}, must be after {day(row.ends_on)}.",))
    found = [f"{one.id}: {one.because}" for one in still_wrong(replace(stay, ends_on=asked)) if one.refuses]
    return Renewal(row, asked, tuple(found))
