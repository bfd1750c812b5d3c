"""What was known of the conditions on past nights (D-21)."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from accounts.models import Authority, AuthorityKind
from partners.conditions import PROGRAMMES
from partners.models import Deployment, GrantSnapshot
from schools.models import ProgrammeStart


def programmes_of(authority: Authority, on: date) -> list[str]:
    """The programmes that an authority takes part in: those with a start on record, or all where SIPs are at work."""
    if authority.kind != AuthorityKind.LOCAL_AUTHORITY:
        return []
    started = set(ProgrammeStart.objects.filter(authority=authority).values_list("programme", flat=True))
    if len(started) < len(PROGRAMMES) and Deployment.objects.active(on).filter(authority=authority).exists():
        return list(PROGRAMMES)
    return [programme for programme in PROGRAMMES if programme in started]


def snapshot_on(authority: Authority, programme: str, on: date) -> GrantSnapshot | None:
    """What was known on one night; `None` where none was taken."""
    return GrantSnapshot.objects.filter(authority=authority, programme=programme, on=on).first()


def latest_snapshot(authority: Authority, programme: str, on: date) -> GrantSnapshot | None:
    """The last one up to a day."""
    rows = GrantSnapshot.objects.filter(authority=authority, programme=programme, on__lte=on)
    return rows.order_by("-on").first()


def since_when(rows: Iterable[Mapping[str, Any]], before: GrantSnapshot | None, on: date) -> dict[str, str]:
    """From which day each condition shows the result of `rows`, going by the snapshots before, by condition id."""
    earlier = {row["id"]: row for row in before.answers} if before else {}
    return {
        row["id"]: earlier[row["id"]]["since"]
        if row["id"] in earlier and earlier[row["id"]]["result"] == row["result"]
        else on.isoformat()
        for row in rows
    }


def months_of(authority: Authority, programme: str, until: date, since: date) -> list[GrantSnapshot]:
    """The last snapshot of each month between two days, the oldest first, without their answers."""
    rows = GrantSnapshot.objects.filter(authority=authority, programme=programme, on__range=(since, until))
    by_month = {(row.on.year, row.on.month): row for row in rows.defer("answers").order_by("on")}
    return list(by_month.values())


def nearest_snapshots(authority: Authority, programme: str, on: date) -> tuple[date | None, date | None]:
    """The days of the last snapshot before a day and of the first after it."""
    days = GrantSnapshot.objects.filter(authority=authority, programme=programme).values_list("on", flat=True)
    return days.filter(on__lt=on).order_by("-on").first(), days.filter(on__gt=on).order_by("on").first()
